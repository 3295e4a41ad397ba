# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A look that follows a repair in the same run: the report of the host goes on saying what was done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any  # Any: reports are JSON documents

from .._core.enforced import Enforced, Look
from .._core.restarted import booted_at, ending_after_restart, has_restarted
from .._report.fleet import read_report
from .._report.slug import slug
from .run import RUN

Keep = Callable[[Look], dict[str, Any] | None]


def keeping_what_was_done(report_dir: Path, host: str) -> Keep:
    """Return a function that says, for a new look at the host, what was done to it in this run; None where nothing was."""
    told = _of_this_run(report_dir, host)

    def keep(look: Look) -> dict[str, Any] | None:
        return None if told is None else _with_restart(told, look)

    return keep


def _of_this_run(report_dir: Path, host: str) -> dict[str, Any] | None:
    path = report_dir / "hosts" / f"{slug(host)}.json"
    try:
        report = read_report(path)
        return dict(report["enforced"]) if report["run"]["id"] == RUN.id and report["enforced"] else None
    except (ValueError, LookupError, TypeError):  # there is none, or it is of another shape: nothing of this run
        return None


def _with_restart(told: dict[str, Any], look: Look) -> dict[str, Any]:
    now = booted_at(look.facts)
    if told["outcome"] != Enforced.PENDING_REBOOT.value or not has_restarted(told["booted_at"], now):
        return told
    ending = ending_after_restart(look)
    return {**told, "outcome": ending.word.value if ending.word else None, "sentence": ending.sentence, "reboot_required": False, "booted_at": now}
