# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Times travel as ISO 8601 text in UTC; this is the only place that turns them into values and back."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone


def parse_time(text: str) -> datetime:
    """Read an ISO 8601 time.

    :returns: an aware time in UTC; a text without offset counts as UTC.
    :raises ValueError: the text is not a time.
    """
    moment = datetime.fromisoformat(text)
    try:
        return moment.replace(tzinfo=timezone.utc) if moment.tzinfo is None else moment.astimezone(timezone.utc)
    except OverflowError as error:  # the first or the last day of the calendar with an offset
        raise ValueError(f"{text[:40]!r} lies outside the calendar") from error


def shifted(moment: datetime, days: int) -> datetime:
    """Move a time by whole days, to the end of the calendar at most: a host may claim any date."""
    try:
        return moment + timedelta(days=days)
    except OverflowError:
        end = datetime.max if days > 0 else datetime.min
        return end.replace(tzinfo=timezone.utc)


def format_time(moment: datetime) -> str:
    """Write a time as ``2026-11-20T08:15:30Z``."""
    # Not strftime: its %Y does not pad the years before 1000 everywhere.
    return moment.astimezone(timezone.utc).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def whole_days(later: datetime, earlier: datetime) -> int:
    """Count the whole days from ``earlier`` to ``later``; negative when ``later`` is past."""
    return int((later - earlier).total_seconds() // 86400)
