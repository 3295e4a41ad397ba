# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a task of win_rdp_rollback answers: the words of the target, and a sentence about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any  # Any: answers are JSON documents

from .._report.words import count
from .repair import lines_of

_UNTOUCHED = ("conflict", "not_run", "kept", "not_reversible", "refused", "unchanged")


def rollback_answer(state: str, answer: Mapping[str, Any], *, check_mode: bool, diff: bool) -> dict[str, Any]:
    """Return the result of the task.

    :param answer: of the target, checked.
    """
    told: dict[str, Any] = {
        "changed": answer["changed"],
        "msg": answer.get("msg") or _sentence(state, answer, check_mode=check_mode),
        "journal": answer["journal"],
        "operations": answer["results"],
        "recovered": answer["recovered"],
        "journals": answer.get("journals", []),
        "break_glass": answer.get("break_glass", []),
        "pruned": answer.get("pruned", []),
        "restart_pending": answer.get("restart_pending"),
        "simulated": answer.get("simulated") is True,
    }
    if answer.get("failed"):
        told["failed"] = True
    return {**told, "diff": _diff(answer["results"])} if diff else told


def _sentence(state: str, answer: Mapping[str, Any], *, check_mode: bool) -> str:
    would = "would be " if check_mode else ""
    if state == "listed":
        return f"{count(len(answer.get('journals', [])), 'journal')} on this host, {count(len(answer.get('break_glass', [])), 'break-glass mark')}."
    if state == "pruned":
        return f"{count(len(answer.get('pruned', [])), 'journal')} {would}removed."
    if state == "resumed":
        found = answer["recovered"]
        return f"{count(len(found), 'journal')} of earlier runs {would}settled." if found else "Nothing was left open by earlier runs."
    name = (answer["journal"] or {}).get("id", "")
    if not answer["changed"]:
        return f"Journal {name} needs nothing to be taken back."
    pending = f" {answer['restart_pending']} has to be restarted for it to take effect." if answer.get("restart_pending") else ""
    return f"Journal {name} {would or 'is '}taken back.{pending}"


def _diff(results: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    entries = []
    for result in results:
        if result["status"] not in _UNTOUCHED and result["before"] != result["after"]:
            header = f"{result['kind']} {result['id']}"
            entries.append({"before_header": header, "after_header": header, "before": lines_of(result["before"]), "after": lines_of(result["after"])})
    return entries
