# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which facts other programs get right about servers whose truth is known, read from what they print; each only where it is installed.

Right is what states the fact, wrong is what states its opposite, and nothing is nothing: a program that is silent is not blamed for a lie.
"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .timing import REPOSITORY

SECONDS = 120.0
PACKAGE = REPOSITORY / "plugins" / "module_utils"
RIGHT, WRONG, SILENT, CRASHED = "right", "WRONG", "-", "CRASHED"
ACCEPTED = "protocols accepted"
NLA = "NLA"
CODE = "failure code"
VERSION = "TLS version"
CERTIFICATE = "certificate"
NAMES = "NTLM names"
TIMES = "times per step"
FACTS = (ACCEPTED, NLA, CODE, VERSION, CERTIFICATE, NAMES, TIMES)


@dataclass(frozen=True)
class Truth:
    """What is so, because the server was started so.

    :ivar accepted: of ``rdp``, ``ssl`` and ``hybrid``.
    :ivar code: failure code to a request that is refused, or None where none is.
    :ivar names: whether it has NTLM names.
    """

    name: str
    accepted: frozenset[str]
    nla_required: bool
    code: str | None
    tls: bool
    subject: str
    names: bool


@dataclass(frozen=True)
class Peer:
    """A program, how it is called, and how its answer is read."""

    name: str
    command: Callable[[str, int], Sequence[str]]
    judge: Callable[[str, Truth], Mapping[str, str]]


def _same(found: frozenset[str], truth: Truth) -> str:
    return RIGHT if found == truth.accepted else WRONG


def _nla_by_what_is_accepted(accepted: frozenset[str], truth: Truth) -> str:
    """Judge what follows for NLA: required where it alone is accepted, and not there where it is not accepted."""
    required, offered = accepted == {"hybrid"}, "hybrid" in accepted
    return RIGHT if required is truth.nla_required and offered is ("hybrid" in truth.accepted) else WRONG


def _of_ours(said: str, truth: Truth) -> Mapping[str, str]:
    (probe,) = json.loads(said)
    accepted = frozenset(name for name in ("rdp", "ssl", "hybrid") if probe["protocols"][name] in ("required", "offered"))
    codes = {one["answer"]["code_name"] for one in probe["connections"] if one["answer"] and one["answer"]["code_name"]}
    told: dict[str, Any] = {
        ACCEPTED: _same(accepted, truth),
        NLA: RIGHT if (probe["nla"] == "required") is truth.nla_required else WRONG,
        CODE: RIGHT if codes == ({truth.code} if truth.code else set()) else WRONG,
        TIMES: RIGHT if all("ms" in step for one in probe["connections"] for step in one["steps"]) else SILENT,
    }
    if truth.tls:
        told |= {VERSION: RIGHT if probe["tls"]["version"] else SILENT, CERTIFICATE: RIGHT if _shows(probe["tls"]["certificate"], truth) else SILENT}
    if truth.names:
        told[NAMES] = RIGHT if (probe["credssp"] or {}).get("names") else SILENT
    return told


def _shows(certificate: Mapping[str, str] | None, truth: Truth) -> bool:
    return certificate is not None and truth.subject.encode() in base64.b64decode(certificate["der"])


def _of_nmap(said: str, truth: Truth) -> Mapping[str, str]:
    if "ERROR: Script execution failed" in said and "SUCCESS" not in said:
        return dict.fromkeys(FACTS, CRASHED)
    layers = {"Native RDP": "rdp", "SSL": "ssl", "CredSSP (NLA)": "hybrid"}
    accepted = frozenset(layers[name] for name in layers if re.search(rf"{re.escape(name)}: SUCCESS", said))
    return {
        ACCEPTED: _same(accepted, truth) if "SUCCESS" in said else SILENT,
        NLA: _nla_by_what_is_accepted(accepted, truth) if accepted else SILENT,
        CERTIFICATE: RIGHT if truth.subject in said and "ssl-cert" in said else SILENT,
        NAMES: RIGHT if "NetBIOS_Computer_Name" in said else SILENT,
    }


def _of_rdp_sec_check(said: str, truth: Truth) -> Mapping[str, str]:
    states = dict(re.findall(r"supports PROTOCOL_(RDP|SSL|HYBRID)\s*: (TRUE|FALSE)", said))
    accepted = frozenset(name.lower() for name, state in states.items() if state == "TRUE")
    told = {ACCEPTED: _same(accepted, truth) if states else SILENT, NLA: SILENT, CODE: SILENT}
    if states:
        told[NLA] = _nla_by_what_is_accepted(accepted, truth)
    if truth.code and truth.code.split("_BY_")[0] in said:
        told[CODE] = RIGHT
    return told


def _of_sslyze(said: str, truth: Truth) -> Mapping[str, str]:
    speaks_tls = "Certificate" in said and "discarding scan" not in said
    return {
        ACCEPTED: SILENT if speaks_tls is truth.tls else WRONG,
        VERSION: RIGHT if speaks_tls and re.search(r"TLS 1\.[0-3] Cipher Suites", said) else SILENT,
        CERTIFICATE: RIGHT if truth.subject in said else SILENT,
    }


NMAP_SCRIPTS = "+rdp-enum-encryption,+rdp-ntlm-info,+ssl-cert"
PEERS = (
    Peer("this probe", lambda host, port: [sys.executable, "-m", "_rdp", "--json", f"{host}:{port}"], _of_ours),
    Peer("nmap", lambda host, port: ["nmap", "-Pn", "-n", "-p", str(port), "--script", NMAP_SCRIPTS, host], _of_nmap),
    Peer("rdp-sec-check", lambda host, port: ["rdp-sec-check.pl", f"{host}:{port}"], _of_rdp_sec_check),
    Peer("sslyze", lambda host, port: ["sslyze", "--starttls", "rdp", "--certinfo", "--tlsv1_2", "--tlsv1_3", f"{host}:{port}"], _of_sslyze),
)


def installed(peer: Peer) -> bool:
    """Tell whether a program is there."""
    return shutil.which(peer.command("", 0)[0]) is not None


def opinions(host: str, port: int, truth: Truth) -> dict[str, Mapping[str, str]]:
    """Ask every program that is installed about one server."""
    found = {}
    for peer in PEERS:
        if installed(peer):
            done = subprocess.run(peer.command(host, port), capture_output=True, text=True, check=False, timeout=SECONDS, env=environment())
            found[peer.name] = peer.judge(done.stdout, truth)
    return found


def environment() -> dict[str, str]:
    """Return the variables under which our own probe is found from a checkout."""
    return {**os.environ, "PYTHONPATH": str(PACKAGE)}


def print_table(judged: Sequence[tuple[Truth, Mapping[str, Mapping[str, str]]]]) -> None:
    """Print one block per server: a line per fact, a column per program."""
    names = [peer.name for peer in PEERS if installed(peer)]
    print("\nwhich facts each program got right (- is silent about it)")
    for peer in PEERS:
        if not installed(peer):
            print(f"left out: {peer.name} is not installed")
    for truth, told in judged:
        print(f"\n{truth.name:<22} " + " ".join(f"{name:>14}" for name in names))
        for fact in FACTS:
            if (fact in (VERSION, CERTIFICATE) and not truth.tls) or (fact == NAMES and not truth.names):
                continue
            print(f"  {fact:<20} " + " ".join(f"{told[name].get(fact, SILENT):>14}" for name in names))
