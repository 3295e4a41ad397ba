# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Of the events of a host those are told that are not ordinary: where, how often, when last, with which codes."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.handed_over import event_text
from ansible_collections.rdpops.health.plugins.plugin_utils._core.unusual_events import ORDINARY, LoggedEvent, unusual_events

MANAGER = "Microsoft-Windows-TerminalServices-RemoteConnectionManager"


def event(provider: str = "Schannel", number: int = 36874, time: str = "2026-11-20T06:00:00Z", channel: str = "System") -> dict[str, Any]:
    return {"provider": provider, "id": number, "channel": channel, "level": 2, "time": time, "properties": []}


def told(*events: dict[str, Any], probed_at: str = "2026-11-20T08:00:00Z", **counted: Any) -> list[LoggedEvent]:
    return unusual_events({"events": list(events)}, counted, [{"probed_at": probed_at}])


@pytest.mark.parametrize(("provider", "number"), [(provider, number) for provider, numbers in ORDINARY.items() for number in sorted(numbers)])
def test_what_is_said_every_day_is_left_out(provider: str, number: int) -> None:
    assert told(event(provider, number)) == []


def test_what_our_own_probe_left_is_left_out_and_the_same_at_another_time_is_not() -> None:
    assert told(event(time="2026-11-20T08:01:00Z")) == []
    assert len(told(event(time="2026-11-20T08:02:00Z"))) == 1
    assert len(told(event(number=36870, time="2026-11-20T08:00:00Z"))) == 1  # no probe leaves this one


def test_each_is_counted_in_its_log_the_latest_first() -> None:
    found = told(
        event(MANAGER, 1058, "2026-11-18T01:00:00Z"), event(MANAGER, 1058, "2026-11-19T01:00:00Z"),
        event(MANAGER, 1058, "2026-11-20T01:00:00Z", f"{MANAGER}/Admin"),
        event(number=36870, time="2026-11-20T05:00:00Z"), event(number=36871, time="not a time"), codes_rcm_1058=[0x80070005], codes_schannel_36870=[],
    )  # fmt: skip
    assert [(one.log, one.number, one.count, one.last, one.codes) for one in found] == [
        ("System", 36870, 1, "2026-11-20T05:00:00Z", ()),
        (f"{MANAGER}/Admin", 1058, 1, "2026-11-20T01:00:00Z", (0x80070005,)),
        ("System", 1058, 2, "2026-11-19T01:00:00Z", (0x80070005,)),
        ("System", 36871, 1, "", ()),
    ]
    assert event_text(found[1]) == f"{MANAGER}/Admin 1058: once, last 2026-11-20T01:00:00Z, with 0x80070005"
    assert event_text(found[2]) == f"System, {MANAGER} 1058: 2 times, last 2026-11-19T01:00:00Z, with 0x80070005"
    assert event_text(found[3]) == "System, Schannel 36871: once, last at a time that cannot be read"
