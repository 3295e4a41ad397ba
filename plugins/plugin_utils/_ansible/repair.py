# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A repair as plain values: for the report, and for the few lines of a task's result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any  # Any: results are JSON documents

from .._core.enforced import Look
from .._core.model import Operation, RestartClass
from .._core.operations import RESTART_ORDER
from .._core.paths import look_up
from .._core.restarted import booted_at
from .._core.vocabulary import KINDS
from .enforce import Repair

MOST = 12  # operations in a task's result; the report has all of them


def repair_document(repair: Repair) -> dict[str, Any]:
    """Return what was done, as the report takes it."""
    answer = repair.answer or {}
    return {
        "outcome": repair.ending.word.value if repair.ending.word else None,
        "sentence": repair.ending.sentence,
        "changed": repair.changed,
        "simulated": answer.get("simulated") is True,
        "restart": widest_restart(repair.sent).value,
        "reboot_required": answer.get("reboot_required") is True or (repair.changed and widest_restart(repair.sent) is RestartClass.REBOOT),
        "journal": answer.get("journal"),
        "operations": operations_told(repair.sent, answer.get("results", ())),
        "left_out": [asdict(refusal) for refusal in repair.left_out],
        "recovered": list(repair.recovered),
        "break_glass": marks(repair.last),
        "booted_at": booted_at(repair.last.facts),
    }


def operations_told(sent: Iterable[Operation], results: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Join what was sent with what the target said of it; without an answer it is what would be done."""
    said = {result["id"]: result for result in results}
    return [_operation(operation, said.get(operation.id)) for operation in sent]


def _operation(operation: Operation, result: Mapping[str, Any] | None) -> dict[str, Any]:
    told = result or {"status": "would_change", "before": dict(operation.expect), "after": dict(operation.ensure), "message": ""}
    return {
        "id": operation.id,
        "kind": operation.kind,
        "target": dict(operation.target),
        **{name: told[name] for name in ("status", "before", "after", "message")},
        "reversible": operation.reversible,
        "restart": operation.restart.value,
        "why": operation.why,
        "ran_where": KINDS[operation.kind].ran_where,
    }


def widest_restart(operations: Iterable[Operation]) -> RestartClass:
    """Return the widest restart that operations ask for."""
    return max((operation.restart for operation in operations), key=RESTART_ORDER.index, default=RestartClass.NONE)


def diff_of(operations: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return what Ansible shows with ``--diff``: one entry per operation that changed, or would."""
    return [
        {
            "before_header": _header(operation),
            "after_header": _header(operation),
            "before": lines_of(operation["before"]),
            "after": lines_of(operation["after"]),
        }
        for operation in operations
        if operation["status"] in ("changed", "would_change")
    ]


def _header(operation: Mapping[str, Any]) -> str:
    return f"{operation['kind']} {', '.join(str(value) for value in operation['target'].values())}"


def lines_of(state: Mapping[str, Any] | None) -> str:
    """Return the state of an object as lines that can be compared."""
    return "".join(f"{name}: {value}\n" for name, value in sorted((state or {}).items()))


def marks(look: Look) -> list[Mapping[str, Any]]:
    """Return the break-glass marks that stand on a host."""
    found = look_up(look.facts.document, look.facts.gaps, "os.rdpops")
    return list((found.value or {}).get("break_glass") or ()) if found.known else []
