# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Compare what a real host returned with the contract: one line per subset, one page, one bundle without names."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any  # Any: the result of a module is a JSON document

from .._core.clock import format_time
from .._facts.salvage import MISFIT, salvaged
from .._facts.shapes import FactsError
from .._facts.snapshot import DATA, SCHEMA, SUBSETS, check_snapshot
from .._report.write import ReportError
from .bundles import RUN_KEY, redacted_document
from .look import Seen
from .outline import failure_codes, outline_text
from .plain import as_plain_mapping, one_line, to_plain

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
    """What is to be said about one subset.

    :ivar fits: whether its data, if it has any, has the shape of the contract.
    """

    name: str
    status: str
    ms: int
    size: int
    expected: bool
    remark: str
    fits: bool = True


def examine(host: str, result: Mapping[str, Any]) -> dict[str, Any]:
    """Compare the result of ``win_rdp_info`` with the contract.

    :returns: ``page`` (markdown, never empty), ``bundle`` (JSON text without names of every subset that fits, empty where none does), ``unexpected``
        (names of subsets, sentences).
    """
    snapshot = as_plain_mapping(result.get("snapshot")) or {}
    lines = [_line(name, _part(snapshot, "subsets", name)) for name in SUBSETS]
    faults = _faults(snapshot, result)
    bundle, problem = _bundle(host, snapshot, lines)
    faults += [problem] if problem else []
    strange = _strange(snapshot, lines) if bundle else to_plain(result)
    page = _page(snapshot, lines, faults, outline_text(strange) if strange else "", has_bundle=bool(bundle))
    return {"page": page, "bundle": bundle, "unexpected": [line.name for line in lines if not line.expected] + faults}


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
        codes = failure_codes(subset.get("message", ""))
        return Line(name, f"{status} ({kind})", ms, size, expected=fine is not None, remark=fine or f"not read{codes and ': ' + codes}")
    misfit = _misfit(name, subset.get("data"))
    remark = misfit or _doubt(name, subset["data"]) or (f"took {ms} ms, more than {SUBSET_MS}" if ms > SUBSET_MS else "")
    return Line(name, status, ms, size, expected=not remark, remark=remark, fits=not misfit)


def _misfit(name: str, data: Any) -> str:
    """Say what about the data is not as the contract has it: the place and what was expected there, never the value."""
    try:
        DATA[name](data, name)
    except FactsError as exc:
        said = str(exc)
        place, wanted = said.partition(" is ")[0], said.rpartition(", expected ")[2]
        return one_line(f"{place} does not fit the contract" + (f", expected {wanted}" if ", expected " in said else ""), 200)
    return ""


def _doubt(name: str, data: Any) -> str:
    """Say what fits the contract and is strange all the same: access lists are what no stand-in for Windows could show so far."""
    if name != "key_store":
        return ""
    looked_at = [("folder", data["folder"]), ("key", data["listener_key"]), *(("bound key", key) for key in data.get("bound_keys", {}).get("items", ()))]
    strange = [(word, fact.get("sddl_kind")) for word, fact in looked_at if fact["exists"] and fact["sddl"] is None]
    return ", ".join(dict.fromkeys(f"{word} exists, sddl null" + (f" ({kind})" if kind else "") for word, kind in strange))


def _faults(snapshot: dict[str, Any], result: Mapping[str, Any]) -> list[str]:
    if not snapshot:
        told = " ".join(str(result.get(field, "")) for field in ("msg", "exception", "module_stderr", "module_stdout"))
        codes = failure_codes(told)
        if result.get("unreachable"):
            return ["The host was not reached" + (f": {codes}" if codes else "") + "; the words stay with the run that said them."]
        return ["The module returned no snapshot" + (" but a message" if told.strip() else "") + (f": {codes}" if codes else "") + "."]
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


def _bundle(host: str, snapshot: dict[str, Any], lines: list[Line]) -> tuple[str, str]:
    """Return the bundle without names and what is to be said about it. What does not fit is left out of it, the rest is worth having."""
    now = datetime.now(timezone.utc).replace(microsecond=0)
    salvaged, left_out = _salvaged(snapshot, format_time(now))
    if not any(line.status == "ok" and line.name not in left_out for line in lines):
        return "", "" if not snapshot else "No bundle was written: there is no subset that fits."
    try:
        text = json.dumps(redacted_document(host, Seen("live", now, snapshot=salvaged), RUN_KEY), indent=1) + "\n"
    except (ReportError, KeyError, TypeError, AttributeError, ValueError):  # it could not be redacted, and goes nowhere
        return "", "No bundle was written: names could not be taken out of what came back."
    return text, f"Not in the bundle, because it does not fit: {', '.join(left_out)}." if left_out else ""


def _salvaged(snapshot: dict[str, Any], now: str) -> tuple[dict[str, Any], list[str]]:
    """Return a snapshot of the parts that fit, and the names of those that do not."""
    given = _part(snapshot, "subsets")
    held = salvaged({"subsets": given if isinstance(given, dict) else {}})["subsets"]
    left_out = [name for name in SUBSETS if held[name]["kind"] == MISFIT["kind"]]
    subsets = {name: MISFIT if name in left_out else held[name] for name in SUBSETS}
    made: dict[str, Any] = {"schema": SCHEMA, "collected_at": now, "reader": {"version": "0", "ms": 0}, "subsets": subsets}
    for field in ("collected_at", "reader"):
        made = _with(made, {field: snapshot.get(field)}) or made
    return made, left_out


def _with(snapshot: dict[str, Any], change: dict[str, Any]) -> dict[str, Any] | None:
    changed = {**snapshot, **change}
    try:
        check_snapshot(changed)
    except (FactsError, KeyError, TypeError, AttributeError):  # a document of any shape
        return None
    return changed


def _strange(snapshot: dict[str, Any], lines: list[Line]) -> dict[str, Any]:
    """Return the subsets whose data does not fit."""
    return {line.name: _part(snapshot, "subsets", line.name, "data") for line in lines if not line.fits}


def _page(snapshot: dict[str, Any], lines: list[Line], faults: list[str], outline: str, *, has_bundle: bool) -> str:
    """Return the page. It names no host and repeats no value: it may be sent as it is."""
    good = sum(line.expected for line in lines)
    system = _part(snapshot, "subsets", "os", "data") if any(line.name == "os" and line.status == "ok" and line.fits for line in lines) else None
    about = ", ".join(f"{name} {_plain(_part(system, name) or 'unknown')}" for name in TOLD)
    rows = [_row(line) for line in lines]
    what = "this page and the bundle beside it" if has_bundle else "this page"
    described = ["What came back and does not fit, by types and sizes:", "", "```json", outline, "```", ""] if outline else []
    return "\n".join([
        "# Pilot of rdpops.health", "",
        f"{good} of {len(lines)} subsets are as expected. Windows: {about}.", "",
        "| subset | status | ms | bytes | as expected | remark |", "|---|---|---|---|---|---|", *rows, "",
        *(f"* {_plain(fault)}" for fault in faults), "", *described,
        f"Please send {what} to {SEND_TO}, also when everything is as expected: that is worth knowing.",
        "Look through the bundle first. Names of hosts, people, addresses and domains are pseudonyms in it; settings and versions are not.", "",
    ])  # fmt: skip


def _row(line: Line) -> str:
    return f"| `{line.name}` | {_plain(line.status)} | {line.ms} | {line.size} | {'yes' if line.expected else '**no**'} | {_plain(line.remark)} |"


def _plain(value: object) -> str:
    """Return a text that no Markdown can hide in."""
    return "".join(character for character in one_line(value, 200) if character.isalnum() or character in " .,:()_-'") or "-"
