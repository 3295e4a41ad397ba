# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The probe without Ansible, from a checkout: ``PYTHONPATH=plugins/module_utils python -m _rdp HOST[:PORT] ...``."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from contextlib import suppress
from typing import Any, Iterator, List, Mapping, Optional, Sequence

from . import DEFAULT_TIMEOUTS, REACHED, Depth, ProbeInputError, Scope, Special, Timeouts, parse_endpoint, probe_many


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Probe what the command line names and print it; return 0 when every endpoint answered everything, 1 when not, 2 for bad input or output."""
    options = _parser().parse_args(arguments)
    try:
        limits = Timeouts(options.connect_timeout, options.negotiate_timeout, options.tls_timeout, options.credssp_timeout)
        scope = Scope(Depth(options.depth), options.tries, tuple(dict.fromkeys(map(Special, options.also_ask))))
        probes = probe_many([parse_endpoint(text) for text in options.endpoints], timeouts=limits, scope=scope, vantage=options.vantage)
    except ProbeInputError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    text = json.dumps(probes, indent=2) if options.json else "\n\n".join("\n".join(_lines(probe)) for probe in probes)
    if not _print(text):
        return 2
    return 0 if all(probe["symptom"] in REACHED for probe in probes) else 1


def _print(text: str) -> bool:
    """Write to the standard output; tell whether it took the text. One whose reader has seen enough (``| head``) took it.

    A server chooses its own names, and a terminal that cannot show one of their characters must not cost the results of a whole run.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except OSError as error:
        with suppress(OSError):  # or the interpreter tries once more at its end, and says that it failed
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            return True
        sys.stderr.write(f"The result could not be written: {error.strerror or type(error).__name__}.\n")
        return False
    return True


def _parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(prog="python -m _rdp", description="Say what happens in an RDP handshake, step by step. Never logs on.")
    parser.add_argument("endpoints", nargs="+", metavar="HOST[:PORT]")
    parser.add_argument("--json", action="store_true", help="print the probe documents instead of a table")
    parser.add_argument(
        "--depth", choices=[depth.value for depth in Depth], default=Depth.STANDARD.value, help="how much is asked; full tests each TLS version"
    )
    parser.add_argument("--tries", type=int, default=1, metavar="N", help="how often the first connection is made, for the latency of each step")
    parser.add_argument(
        "--also-ask",
        action="append",
        default=[],
        choices=[special.value for special in Special],
        help="a request that is never made unless it is named; some servers end the connection when they see it",
    )
    parser.add_argument("--vantage", default="command line", metavar="NAME", help="a name for this place, repeated in the result")
    for step in ("connect", "negotiate", "tls", "credssp"):
        parser.add_argument(f"--{step}-timeout", type=float, default=getattr(DEFAULT_TIMEOUTS, step), metavar="SECONDS")
    return parser


def _lines(probe: Mapping[str, Any]) -> List[str]:  # Any: a JSON document
    """Return one probe as lines for people."""
    lines = [probe["sentence"]]
    for connection in probe["connections"]:
        for step in connection["steps"]:
            lines.append(f"  0x{connection['requested']:02x}  {step['step']:<9}  {step['outcome']:<12} {step['ms']:>9.2f} ms  {step['detail']}".rstrip())
    lines.append("  " + "  ".join(f"{name}: {word}" for name, word in probe["protocols"].items()) + f"  nla: {probe['nla']}")
    tls = probe["tls"]
    if tls["certificate"] is not None:
        lines.append(f"  {tls['version']}  {tls['cipher']}  certificate SHA-1 {tls['certificate']['sha1']}")
    if tls["versions"]:
        lines.append("  " + "  ".join(f"{name}: {word}" for name, word in tls["versions"].items()))
    return lines + list(_about_the_host(probe))


def _about_the_host(probe: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the challenge, the clock, the second try and the tries tell."""
    credssp, clock, again = probe["credssp"], probe["clock"], probe["retried"]
    if credssp is not None and credssp["names"] is not None:
        names = "  ".join(f"{name}: {text}" for name, text in credssp["names"].items() if text)
        yield f"  CredSSP {credssp['version']}  Windows {credssp['os_build'] or 'unknown'}  {names}"
    if clock is not None:
        yield f"  clock {clock['skew_seconds']:+.3f} s, give or take {clock['uncertainty_seconds']:.3f} s"
    if again is not None:
        yield f"  once more with {again['offer']} because of {again['because']}: {again['outcome']}  {again['version'] or ''}  {again['cipher'] or ''}".rstrip()
    for special in probe["also_asked"]:
        yield f"  {special['what']}: {special['standing']}"
    if probe["latency"]["tries"] > 1:
        for row in probe["latency"]["steps"]:
            yield f"  {row['step']:<9}  {row['tried']} tries  {row['lost']} lost  {row['failed']} failed  median {row['median_ms']} ms"
    if probe["signatures"]:
        yield "  hints: " + ", ".join(probe["signatures"])


if __name__ == "__main__":
    raise SystemExit(main())
