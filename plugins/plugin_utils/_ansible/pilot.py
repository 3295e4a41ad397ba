# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Compare what a real host returned with the contract: one line per subset, one page, one bundle without names."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any  # Any: the result of a module is a JSON document

from .._facts.shapes import FactsError
from .._facts.snapshot import DATA, SUBSETS, check_snapshot
from .._report.write import ReportError
from .bundles import RUN_KEY, redacted_document
from .look import Seen
from .plain import as_plain_mapping, one_line

SEND_TO = "https://github.com/rdpops/rdpops.health/issues"
WHOLE_MS = 1500
SUBSET_MS = 1000  # the events alone may take this long
WHOLE_BYTES = 256 * 1024
TOLD = ("build", "ubr", "installation_type", "powershell", "powershell_edition")
# Answers other than ok that a healthy host may give.
FINE = {
    "avd": {"not_installed": "no session host of Azure Virtual Desktop"},
    "client_credentials": {"needs_interactive_logon": "as expected over a network logon"},
}


@dataclass(frozen=True)
class Line:
    """What is to be said about one subset."""

    name: str
    status: str
    ms: int
    size: int
    expected: bool
    remark: str


def examine(host: str, result: Mapping[str, Any]) -> dict[str, Any]:
    """Compare the result of ``win_rdp_info`` with the contract.

    :returns: ``page`` (markdown), ``bundle`` (JSON text without names, empty where there is none), ``unexpected`` (names of subsets, sentences).
    """
    snapshot = as_plain_mapping(result.get("snapshot")) or {}
    lines = [_line(name, _part(snapshot, "subsets", name)) for name in SUBSETS]
    faults = _faults(snapshot, result)
    bundle, problem = _bundle(host, snapshot)
    faults += [problem] if problem else []
    return {"page": _page(snapshot, lines, faults), "bundle": bundle, "unexpected": [line.name for line in lines if not line.expected] + faults}


def _part(document: Any, *names: str) -> Any:
    """Return what stands at a place of a document of any shape, or None."""
    for name in names:
        document = document.get(name) if isinstance(document, dict) else None
    return document


def _line(name: str, subset: Any) -> Line:
    if not isinstance(subset, dict):
        return Line(name, "missing", 0, 0, expected=False, remark="the answer does not name it")
    status, kind = str(subset.get("status"))[:40], str(subset.get("kind"))[:64]
    ms = subset["ms"] if isinstance(subset.get("ms"), int) else 0
    size = len(json.dumps(subset))
    if status != "ok":
        fine = FINE.get(name, {}).get(kind)
        return Line(name, f"{status} ({kind})", ms, size, expected=fine is not None, remark=fine or "not read")
    remark = _misfit(name, subset.get("data"), ms)
    return Line(name, status, ms, size, expected=not remark, remark=remark)


def _misfit(name: str, data: Any, ms: int) -> str:
    """Say what about the data is not as the contract has it; the sentence names places and types, and may quote a value."""
    try:
        DATA[name](data, name)
    except FactsError as exc:
        return one_line(str(exc).partition(" is ")[0] + " does not fit the contract", 200)
    return f"took {ms} ms, more than {SUBSET_MS}" if ms > SUBSET_MS else ""


def _faults(snapshot: dict[str, Any], result: Mapping[str, Any]) -> list[str]:
    if not snapshot:
        return ["The module returned no snapshot" + (" but a message" if result.get("msg") else "") + "."]
    faults = []
    try:
        check_snapshot(snapshot)
    except FactsError:
        faults.append("The snapshot as a whole is refused.")
    took = _part(snapshot, "reader", "ms")
    if isinstance(took, int) and took > WHOLE_MS:
        faults.append(f"Reading took {took} ms, more than {WHOLE_MS}.")
    size = len(json.dumps(snapshot))
    if size > WHOLE_BYTES:
        faults.append(f"The snapshot has {size} bytes, more than {WHOLE_BYTES}.")
    return faults


def _bundle(host: str, snapshot: dict[str, Any]) -> tuple[str, str]:
    if not snapshot:
        return "", ""
    seen = Seen("live", datetime.now(timezone.utc).replace(microsecond=0), snapshot=snapshot)
    try:
        return json.dumps(redacted_document(host, seen, RUN_KEY), indent=1) + "\n", ""
    except (ReportError, KeyError, TypeError, AttributeError):  # a document of any shape: it could not be redacted, and goes nowhere
        return "", "No bundle was written: what came back has not the shape in which names can be found."


def _page(snapshot: dict[str, Any], lines: list[Line], faults: list[str]) -> str:
    """Return the page. It names no host and repeats no value: it may be sent as it is."""
    good = sum(line.expected for line in lines)
    about = ", ".join(f"{name} {_plain(_part(snapshot, 'subsets', 'os', 'data', name))}" for name in TOLD)
    rows = [_row(line) for line in lines]
    return "\n".join([
        "# Pilot of rdpops.health", "",
        f"{good} of {len(lines)} subsets are as expected. Windows: {about}.", "",
        "| subset | status | ms | bytes | as expected | remark |", "|---|---|---|---|---|---|", *rows, "",
        *(f"* {_plain(fault)}" for fault in faults), "",
        f"Please send this page and the bundle beside it to {SEND_TO}, also when everything is as expected: that is worth knowing.",
        "Look through the bundle first. Names of hosts, people, addresses and domains are pseudonyms in it; settings and versions are not.", "",
    ])  # fmt: skip


def _row(line: Line) -> str:
    return f"| `{line.name}` | {_plain(line.status)} | {line.ms} | {line.size} | {'yes' if line.expected else '**no**'} | {_plain(line.remark)} |"


def _plain(value: object) -> str:
    """Return a text that no Markdown can hide in."""
    return "".join(character for character in one_line(value, 200) if character.isalnum() or character in " .,:()_-'") or "-"
