# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Times: read, written and moved without ever leaving the calendar."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.clock import format_time, parse_time, shifted, whole_days
from hypothesis import given, settings
from hypothesis import strategies as st

UTC = timezone.utc


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-20T08:15:30Z", datetime(2026, 11, 20, 8, 15, 30, tzinfo=UTC)),
        ("2026-11-20T08:15:30", datetime(2026, 11, 20, 8, 15, 30, tzinfo=UTC)),
        ("2026-11-20T10:15:30+02:00", datetime(2026, 11, 20, 8, 15, 30, tzinfo=UTC)),
    ],
)
def test_a_time_is_utc(text: str, moment: datetime) -> None:
    assert parse_time(text) == moment
    assert parse_time(text).utcoffset() == timedelta(0)


@pytest.mark.parametrize("text", ["", "today", "2026-13-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_time(text)


@given(st.datetimes(timezones=st.just(UTC)))
@settings(max_examples=50)
def test_a_written_time_reads_the_same(moment: datetime) -> None:
    assert parse_time(format_time(moment)) == moment.replace(microsecond=0)


def test_the_clock_of_this_machine_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    try:
        assert parse_time("2026-11-20T08:15:30") == datetime(2026, 11, 20, 8, 15, 30, tzinfo=UTC)
    finally:
        monkeypatch.undo()
        time.tzset()


def test_years_are_padded() -> None:
    assert format_time(datetime(7, 1, 2, tzinfo=UTC)) == "0007-01-02T00:00:00Z"


@pytest.mark.parametrize(("hours", "days"), [(0, 0), (23, 0), (24, 1), (47, 1), (48, 2), (-1, -1), (-24, -1), (-25, -2)])
def test_whole_days(hours: int, days: int) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert whole_days(now + timedelta(hours=hours), now) == days


def test_shifted_stays_in_the_calendar() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert shifted(now, 2) == datetime(2026, 1, 3, tzinfo=UTC)
    assert shifted(now, 36500 * 100) == datetime.max.replace(tzinfo=UTC)
    assert shifted(now, -36500 * 100) == datetime.min.replace(tzinfo=UTC)
