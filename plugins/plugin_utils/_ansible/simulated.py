# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Answer win_rdp_ops for a saved host: the operations are played on a copy of its snapshot that lasts for the run.

The copy lies in Ansible's own folder for the run, because every task has a worker of its own; Ansible removes it at the end. Every answer
says ``simulated``: it proves plans and their order, never that anything works on Windows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any  # Any: snapshots and answers are JSON documents

from .._core.derived.key_store import KEY_FILE_DACL
from .._core.model import Facts, JsonMap, Operation
from .._core.operations import OperationError, read_operation
from .._core.predict import RENEWED
from .._core.simulate import Simulated, simulate
from .._facts.build import build_facts
from .._facts.decoded import to_decoded
from .._facts.snapshot import SUBSETS

Answer = dict[str, Any]
KEY_BYTES = 2301  # about what the key file of an RSA-2048 key has


class SavedState:
    """The copy of one saved host that operations are played on.

    :param file: where it is kept; not there before the first operation.
    """

    def __init__(self, file: Path, original: JsonMap) -> None:
        """Take what an earlier task of the run has left, or the saved host itself."""
        self._file = file
        kept = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
        self.snapshot: dict[str, Any] = kept.get("snapshot") or dict(original)
        self.journals: dict[str, dict[str, Any]] = kept.get("journals", {})

    def keep(self) -> None:
        """Leave it for the next task of the run."""
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file.write_text(json.dumps({"snapshot": self.snapshot, "journals": self.journals}), encoding="utf-8")
        self._file.chmod(0o600)


def answer_operations(state: SavedState, arguments: Mapping[str, Any], *, now: datetime, check_mode: bool) -> Answer:
    """Answer one call.

    :param now: the moment of the saved host.
    """
    answers: Mapping[str, Callable[[], Answer]] = {
        "applied": lambda: _apply(state, arguments, now, check_mode),
        "taken_back": lambda: _take_back(state, str(arguments.get("journal_id", "")), check_mode),
        "listed": lambda: {**_blank(), "journals": [_listed(name, journal) for name, journal in sorted(state.journals.items())], "break_glass": []},
        "resumed": _blank,
        "pruned": lambda: {**_blank(), "pruned": []},
    }
    wanted = str(arguments.get("state", "applied"))
    if wanted not in answers:
        return _failed(_blank(), f"state is {wanted[:40]}, expected {', '.join(answers)}.")
    return answers[wanted]()


def _apply(state: SavedState, arguments: Mapping[str, Any], now: datetime, check_mode: bool) -> Answer:
    try:
        operations = tuple(read_operation(entry) for entry in arguments.get("operations") or ())
    except OperationError as exc:
        return _failed(_blank(), f"{exc}.")
    newest = next((journal for journal in reversed(state.journals.values()) if journal["digest"] and journal["digest"] == arguments.get("plan_digest")), None)
    if newest is not None and newest["state"] == "taken_back" and not arguments.get("again"):
        return _failed(_blank(), "this plan was taken back before; look why, review it, and give it with again.")
    facts = build_facts("saved", now, snapshot=state.snapshot)
    played = simulate(facts, operations, check_mode=check_mode)
    answer = _told(played)
    if played.stopped is not None:
        return _failed(answer, f"{played.stopped}; nothing of it stays.")
    if answer["changed"] and not check_mode:
        name = str(arguments.get("journal_id") or "simulated")
        before = state.snapshot
        state.snapshot = _with_facts(before, played.facts)
        state.journals[name] = {
            "before": before,
            "after": state.snapshot,
            "state": "finished",
            "digest": arguments.get("plan_digest"),
            "operations": len(operations),
            "undo": [_undone(result, operation) for result, operation in zip(played.results, operations, strict=True) if result["status"] == "changed"],
        }
        state.keep()
        answer["journal"] = {"id": name, "path": None, "state": "finished"}
    return answer


def _told(played: Simulated) -> Answer:
    ids = {status: [result["id"] for result in played.results if result["status"] == status] for status in ("changed", "would_change", "not_run")}
    ended = next((result["id"] for result in played.results if result["status"] in ("conflict", "failed")), None)
    undone = played.stopped is not None
    changed = bool(ids["changed"] or ids["would_change"]) and not undone
    applied = [] if undone else ids["changed"]
    return {
        **_blank(), "changed": changed, "results": list(played.results), "applied": applied, "failed_operation": ended, "not_run": ids["not_run"],
        "taken_back": undone and bool(ids["changed"]),
    }  # fmt: skip


def _take_back(state: SavedState, name: str, check_mode: bool) -> Answer:
    journal = state.journals.get(name)
    if journal is None:
        return _failed(_blank(), f"there is no journal {name[:60]!r} on this saved host.")
    told = {**_blank(), "journal": {"id": name, "path": None, "state": journal["state"]}}
    if journal["state"] == "taken_back":
        return told
    if journal["after"] != state.snapshot:
        return _failed(told, f"the saved host has changed since journal {name}: take the later ones back first.")
    if not check_mode:
        state.snapshot = journal["before"]
        journal["state"] = "taken_back"
        state.keep()
        told["journal"] = {"id": name, "path": None, "state": "taken_back"}
    return {**told, "changed": True, "results": journal["undo"][::-1], "taken_back": not check_mode}


def _undone(result: Mapping[str, Any], operation: Operation) -> Answer:
    """Return what taking one operation back says; what cannot be undone stays."""
    if not operation.reversible:
        return {**result, "status": "kept", "before": result["after"]}
    return {**result, "status": "restored", "before": result["after"], "after": result["before"]}


def _listed(name: str, journal: Mapping[str, Any]) -> Answer:
    return {
        "id": name,
        "created_at": None,
        "state": journal["state"],
        "plan_digest": journal["digest"],
        "operations": journal["operations"],
        "break_glass": None,
    }


def _blank() -> Answer:
    return {
        "changed": False, "results": [], "applied": [], "failed_operation": None, "not_run": [], "journal": None, "taken_back": False, "recovered": [],
        "look_again": False, "reboot_required": False, "simulated": True,
    }  # fmt: skip


def _failed(answer: Answer, sentence: str) -> Answer:
    return {**answer, "changed": False, "failed": True, "msg": sentence}


def _with_facts(snapshot: JsonMap, facts: Facts) -> dict[str, Any]:
    """Put changed facts back where the snapshot holds them; a certificate that was made up travels decoded, since there are no bytes of it."""
    subsets = {name: dict(body) for name, body in snapshot["subsets"].items()}
    for name in SUBSETS:
        if name in facts.document and subsets[name]["status"] == "ok":
            subsets[name]["data"] = _whole(name, subsets[name]["data"], facts.document[name])
    for store in (subsets["certificate"]["data"] or {}).get("stores", {}).values():
        for entry in store["certificates"]:
            if entry["thumbprint"] == RENEWED:
                entry["decoded"] = {**to_decoded(facts.certificates[RENEWED]), "sha256": "0" * 64}
    if "key_store" not in facts.document and subsets["key_store"]["status"] == "ok":
        subsets["key_store"]["data"] = _with_new_key(subsets["key_store"]["data"])
    return {**snapshot, "subsets": subsets}


def _with_new_key(store: JsonMap) -> dict[str, Any]:
    """Put a key beside the certificate that was made up: documented, and nobody has seen it."""
    key = {**store["listener_key"], "exists": True, "size": KEY_BYTES, "sddl": KEY_FILE_DACL}
    return {**store, "listener_key": key}


def _whole(name: str, old: JsonMap, new: JsonMap) -> JsonMap:
    """Facts leave out a state that the service manager did not tell; the snapshot says so in a word."""
    if name != "services":
        return new
    return {service: {**old[service], **told} for service, told in new.items()}
