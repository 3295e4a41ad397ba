# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The probe without Ansible, from a checkout: ``PYTHONPATH=plugins/module_utils python -m _rdp HOST[:PORT] ...``."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any, List, Mapping, Optional, Sequence

from . import DEFAULT_TIMEOUTS, ProbeInputError, Timeouts, parse_endpoint, probe_many


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Probe what the command line names and print it; return 0 when every endpoint reached TLS, 1 when not, 2 for bad input."""
    options = _parser().parse_args(arguments)
    try:
        limits = Timeouts(options.connect_timeout, options.negotiate_timeout, options.tls_timeout)
        probes = probe_many([parse_endpoint(text) for text in options.endpoints], timeouts=limits, vantage="command line")
    except ProbeInputError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    text = json.dumps(probes, indent=2) if options.json else "\n\n".join("\n".join(_lines(probe)) for probe in probes)
    sys.stdout.write(text + "\n")
    return 0 if all(probe["symptom"] == "reached_tls" for probe in probes) else 1


def _parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(prog="python -m _rdp", description="Say what happens in an RDP handshake, step by step. Never logs on.")
    parser.add_argument("endpoints", nargs="+", metavar="HOST[:PORT]")
    parser.add_argument("--json", action="store_true", help="print the probe documents instead of a table")
    for step in ("connect", "negotiate", "tls"):
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
    return lines


if __name__ == "__main__":
    raise SystemExit(main())
