# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The block of a host report that says what was done: each operation with before and after, what was refused, what was taken back."""

from __future__ import annotations

from typing import Any

from .._core.model import JsonMap
from .looked_up import as_mapping, one_of
from .redact import Cleaner

OUTCOMES = ("already_right", "fixed", "fixed_inside_only", "pending_reboot", "still_broken_other_cause", "rolled_back", "refused", "unreachable")
STATUSES = ("changed", "unchanged", "would_change", "conflict", "refused", "failed", "not_run")
JOURNAL_STATES = ("open", "finished", "taken_back", "partly_taken_back", "damaged")
RAN_WHERE = ("lab", "nowhere")
_NAME = 255
_MOST = 64


def enforced_block(told: JsonMap | None, clean: Cleaner) -> dict[str, Any] | None:
    """Return the block, or None where the run only looked.

    :param told: the repair as plain values: ``outcome`` (null in check mode), ``sentence``, ``changed``, ``simulated``, ``restart``, ``reboot_required``,
        ``journal``, ``operations``, ``left_out``, ``recovered``, ``break_glass``, ``booted_at``.
    """
    if told is None:
        return None
    outcome = told.get("outcome")
    return {
        "outcome": outcome if outcome in OUTCOMES else None,
        "sentence": clean.text(told["sentence"]),
        "changed": told["changed"] is True,
        "simulated": told["simulated"] is True,
        "restart": one_of(told["restart"], ("none", "session_env", "term_service", "reboot"), "none"),
        "reboot_required": told["reboot_required"] is True,
        "journal": _journal(told["journal"], clean),
        "operations": [_operation(operation, clean) for operation in told["operations"][:_MOST]],
        "left_out": [{name: clean.text(refusal[name]) for name in ("remedy", "because", "instead", "rule")} for refusal in told["left_out"][:_MOST]],
        "recovered": [
            {"journal": clean.text(entry["journal"], _NAME), "action": clean.text(entry["action"], _NAME), "why": clean.text(entry["why"], _NAME)}
            for entry in told["recovered"][:_MOST]
        ],
        "break_glass": [
            {name: clean.text(str(mark.get(name) or ""), 500) for name in ("owner", "reason", "expires_at")} for mark in told["break_glass"][:_MOST]
        ],
        "booted_at": None if told["booted_at"] is None else clean.text(told["booted_at"], _NAME),
    }


def _journal(journal: JsonMap | None, clean: Cleaner) -> dict[str, Any] | None:
    if journal is None:
        return None
    path = journal.get("path")
    state = one_of(journal.get("state"), JOURNAL_STATES, "open")
    return {"id": clean.text(journal["id"], _NAME), "path": None if path is None else clean.text(path), "state": state}


def _state(state: object, clean: Cleaner) -> dict[str, Any]:
    # The raw bytes of a registry value are what the target compares; people read kind and value.
    return clean.mapping({name: value for name, value in as_mapping(state).items() if name != "raw"})


def _operation(operation: JsonMap, clean: Cleaner) -> dict[str, Any]:
    return {
        "id": clean.text(operation["id"], _NAME),
        "kind": clean.text(operation["kind"], _NAME),
        "target": clean.mapping(operation["target"]),
        "status": one_of(operation["status"], STATUSES, "not_run"),
        "before": _state(operation["before"], clean),
        "after": _state(operation["after"], clean),
        "reversible": operation["reversible"] is True,
        "restart": one_of(operation["restart"], ("none", "session_env", "term_service", "reboot"), "none"),
        "message": clean.text(operation["message"]),
        "why": clean.text(operation["why"]),
        "ran_where": one_of(operation["ran_where"], RAN_WHERE, "nowhere"),
    }
