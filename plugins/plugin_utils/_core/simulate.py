# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the target would answer to operations, played on a copy of facts: for hosts that are saved, never for one that is there.

It keeps the target's rule: at the goal is unchanged, as expected is changed, anything else is a conflict and the end, with what went
before taken back. That an operation works on Windows it does not prove.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any  # Any: the state of an object is a JSON value

from .model import Facts, JsonMap, Operation
from .predict import CREDENTIAL_TYPES, START_MODES, nodes_of, objects_with_acl, predict, service_of

NOT_HELD = "a saved host does not hold this object"
State = Mapping[str, Any]


@dataclass(frozen=True)
class Simulated:
    """What came of it.

    :ivar results: one per operation, in the form of the target.
    :ivar facts: the copy afterwards; the one that was given where something stopped it.
    :ivar stopped: the sentence of the operation that stopped it, or None.
    """

    results: tuple[dict[str, Any], ...]
    facts: Facts
    stopped: str | None


def simulate(facts: Facts, operations: Iterable[Operation], *, check_mode: bool = False) -> Simulated:
    """Play operations on a copy of the facts, one after the other."""
    seen, stopped = facts, None
    results: list[dict[str, Any]] = []
    for operation in operations:
        if stopped is not None:
            results.append(_result(operation, "not_run", None, None, ""))
            continue
        before = state_of(operation, seen.document)
        status, stopped = _step(operation, before)
        if operation.kind == "wait_until":
            seen = predict(seen, (operation,))  # what SessionEnv makes meanwhile
        if status == "changed":
            after = predict(seen, (operation,))
            results.append(_result(operation, "would_change" if check_mode else "changed", before, state_of(operation, after.document), ""))
            seen = after
        else:
            results.append(_result(operation, status, before, before, stopped or ""))
    return Simulated(tuple(results), facts if stopped else seen, stopped)


def _step(operation: Operation, before: State | None) -> tuple[str, str | None]:
    if operation.kind == "wait_until":
        return "unchanged", None  # it changes nothing itself
    if before is None:
        return "failed", f"operation {operation.id} ({operation.kind}): {NOT_HELD}"
    if "restarted" not in operation.ensure and _fits(operation.ensure, before):
        return "unchanged", None
    if _fits({name: value for name, value in operation.expect.items() if name in before}, before):
        return "changed", None
    return "conflict", f"operation {operation.id} ({operation.kind}): the object is not as the plan assumed"


def _fits(wanted: JsonMap, found: State) -> bool:
    return all(name in found and found[name] == value for name, value in wanted.items())


def _result(operation: Operation, status: str, before: State | None, after: State | None, message: str) -> dict[str, Any]:
    kept = {"before": dict(before) if before else None, "after": dict(after) if after else None}
    return {"id": operation.id, "kind": operation.kind, "status": status, **kept, "message": message}


def state_of(operation: Operation, document: JsonMap) -> State | None:
    """Return the state that the object of an operation has in a facts document, in the words of ``expect``; None where it is not held."""
    reader = READERS.get(operation.kind)
    try:
        return None if reader is None else reader(operation.target, document)
    except (KeyError, TypeError):  # the subset was not read
        return None


def is_held(operation: Operation, document: JsonMap) -> bool:
    """Tell whether facts hold the object of an operation, so that what comes of it can be foreseen; a wait and a restart have none."""
    return operation.kind == "wait_until" or "restarted" in operation.ensure or state_of(operation, document) is not None


def _registry_value(target: JsonMap, document: JsonMap) -> State | None:
    return next(({"kind": node["kind"], "value": node["value"]} for node in nodes_of(target, document)), None)


def _service(target: JsonMap, document: JsonMap) -> State | None:
    found = service_of(target, document["services"])
    if found is None or not found["exists"] or "state" not in found:
        return None
    number = found["Start"]["value"]
    start = next((name for name, mode in START_MODES.items() if mode == number), number)
    return {"state": found["state"], "start": start}


def _acl(target: JsonMap, document: JsonMap) -> State | None:
    for path, held in objects_with_acl(document["key_store"]):
        if path.casefold() == target["path"].casefold() and held["exists"]:
            return {"sddl": held["sddl"]}
    return None


def _key_path(store: JsonMap) -> str:
    return f"{store['folder']['path']}\\{store['listener_key']['file_name']}"


def _key_file(target: JsonMap, document: JsonMap) -> State | None:
    store = document["key_store"]
    if target["path"].casefold() == _key_path(store).casefold():
        key = store["listener_key"]
        return {"present": key["exists"], "size": key["size"]} if key["exists"] else {"present": False}
    names = {f"{store['folder']['path']}\\{name}".casefold() for name in store["foreign_files"] or ()}
    return {"present": target["path"].casefold() in names}


def _certificate(target: JsonMap, document: JsonMap) -> State | None:
    entries = document["certificate"]["stores"][target["store"]]["certificates"]
    return {"present": any(entry["thumbprint"] == target["thumbprint"] for entry in entries)}


def _rule(target: JsonMap, document: JsonMap) -> State | None:
    for rule in document["firewall"]["rules"]:
        if rule["id"].casefold() == target["rule"].casefold() and rule["hive"] == "local":
            return {"active": re.search(r"(^|\|)Active=TRUE(\||$)", rule["text"], re.IGNORECASE) is not None}
    return None


def _session(target: JsonMap, document: JsonMap) -> State | None:
    for session in document["sessions"]["sessions"]:
        if session["id"] == target["session"]:
            return {"present": True, "state": session["state"]}
    return {"present": False}


def _credential(target: JsonMap, document: JsonMap) -> State | None:
    for entry in document["client_credentials"]["credentials"]:
        if entry["target"] == target["name"] and entry["type"] == CREDENTIAL_TYPES[target["type"]]:
            return {"present": True, "last_written": entry["last_written"]}
    return {"present": False}


READERS: Mapping[str, Callable[[JsonMap, JsonMap], State | None]] = {
    "registry_value": _registry_value,
    "certificate_binding": _registry_value,
    "service": _service,
    "file_acl": _acl,
    "file_isolate": _key_file,
    "certificate_remove": _certificate,
    "firewall_rule": _rule,
    "session_logoff": _session,
    "credential_remove": _credential,
}
