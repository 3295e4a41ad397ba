# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Shapes of what win_rdp_ops answers. A target may say anything; nothing of it is used before it fits."""

from __future__ import annotations

from typing import Any

from .shapes import FactsError, Shape, boolean, fields, integer, list_of, mapping_of, nullable, text, word

STATUSES = ("changed", "unchanged", "would_change", "conflict", "refused", "failed", "not_run", "restored", "kept", "not_reversible")
JOURNAL_STATES = ("open", "finished", "taken_back", "partly_taken_back", "damaged", "unreadable")
MOST_RESULTS = 64


def _json(value: Any, place: str, depth: int = 6) -> None:
    """Accept any JSON value of bounded size."""
    if depth == 0:
        raise FactsError(f"{place} is nested too deeply")
    if isinstance(value, dict):
        mapping_of(lambda item, where: _json(item, where, depth - 1), 200)(value, place)
    elif isinstance(value, list):
        list_of(lambda item, where: _json(item, where, depth - 1), 2000)(value, place)
    elif isinstance(value, str):
        text()(value, place)
    elif value is not None and not isinstance(value, (bool, float)):
        integer(value, place)


_STATE: Shape = nullable(mapping_of(_json, 20))
_ID = text(64)
RESULT = fields({"id": _ID, "kind": text(32), "status": word(*STATUSES), "before": _STATE, "after": _STATE, "message": text(2000)})
RESULTS = list_of(RESULT, MOST_RESULTS)
SETTLED = ("taken_back", "partly_taken_back", "left_open", "finished", "refused")
_RECOVERED = fields({"journal": text(64), "action": word(*SETTLED), "why": word("open", "expired"), "results": RESULTS})
BREAK_GLASS = nullable(fields({"owner": text(500), "reason": text(500), "expires_at": text(40)}, {"journal": text(64), "id": text(64)}))
LISTED = fields(
    {"id": text(64), "created_at": nullable(text(40)), "state": word(*JOURNAL_STATES), "plan_digest": nullable(text(128)), "operations": integer},
    {"break_glass": BREAK_GLASS, "run_id": nullable(text(100))},
)
_ANSWER = fields(
    {
        "changed": boolean,
        "results": RESULTS,
        "applied": list_of(_ID, MOST_RESULTS),
        "failed_operation": nullable(_ID),
        "not_run": list_of(_ID, MOST_RESULTS),
        "journal": nullable(fields({"id": text(64), "path": nullable(text(1024)), "state": word(*JOURNAL_STATES)})),
        "taken_back": boolean,
        "recovered": list_of(_RECOVERED, 200),
        "look_again": boolean,
        "reboot_required": boolean,
    },
    {
        "failed": boolean,
        "msg": text(4000),
        "simulated": boolean,
        "journals": list_of(LISTED, 1000),
        "break_glass": list_of(_json, 200),
        "restart_pending": text(32),
        "diff": _json,
        "pruned": list_of(text(64), 1000),
        "truncated": boolean,
    },
)


def check_answer(answer: Any) -> None:
    """Check an answer of the target.

    :raises FactsError: it is none, in one sentence.
    """
    _ANSWER(answer, "")
