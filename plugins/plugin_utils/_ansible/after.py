# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A look that follows a repair in the same run: the report of the host goes on saying what was done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any  # Any: reports are JSON documents

from .._core.enforced import Enforced, Look
from .._core.model import JsonMap
from .._core.restarted import booted_at, ending_after_restart, has_restarted
from .._report.fleet import read_report
from .._report.slug import slug
from .run import RUN

Keep = Callable[[Look], dict[str, Any] | None]


@dataclass(frozen=True)
class Before:
    """What this run reported of a host before this look.

    :ivar keep: says, for the new look, what was done to the host; None where nothing was.
    :ivar mended: the host was repaired, so that what a client showed and the repair explains is older than this look.
    """

    keep: Keep
    mended: bool


def before_this_look(report_dir: Path, host: str) -> Before:
    """Read what this run reported of a host, once."""
    report = _report_of_this_run(report_dir, host)
    if report is None:
        return Before(lambda look: None, mended=False)
    told = dict(report["enforced"])
    return Before(lambda look: _with_restart(told, look), mended=told["changed"] is True and not report.get("complaint"))


def _report_of_this_run(report_dir: Path, host: str) -> JsonMap | None:
    """Return what this run reported of the host after it repaired it."""
    try:
        report = read_report(report_dir / "hosts" / f"{slug(host)}.json")
        return report if report["run"]["id"] == RUN.id and "changed" in (report["enforced"] or ()) else None
    except (ValueError, LookupError, TypeError):  # there is none, or it is of another shape: nothing of this run
        return None


def _with_restart(told: dict[str, Any], look: Look) -> dict[str, Any]:
    now = booted_at(look.facts)
    if told["outcome"] != Enforced.PENDING_REBOOT.value or not has_restarted(told["booted_at"], now):
        return told
    ending = ending_after_restart(look)
    return {**told, "outcome": ending.word.value if ending.word else None, "sentence": ending.sentence, "reboot_required": False, "booted_at": now}
