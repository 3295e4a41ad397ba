# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Events of a case are written short and read as the reader reports them."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.case_events import NAMED, events_of_case
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.cases import facts_of_case
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.read import CatalogueError
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.events import WATCHED

NOW = datetime(2026, 11, 20, 8, 15, 30, tzinfo=timezone.utc)


def made(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    return events_of_case(rows, NOW, "mine")


def test_an_event_of_a_source() -> None:
    assert made({"event": "rcm 1058", "properties": ["0x8009000F"]}) == [
        {
            "provider": "Microsoft-Windows-TerminalServices-RemoteConnectionManager", "id": 1058, "channel": "System", "level": 2,
            "time": "2026-11-20T06:15:30Z", "properties": ["0x8009000F"],
        }
    ]  # fmt: skip


@pytest.mark.parametrize("word", list(WATCHED))
def test_every_source_has_a_word(word: str) -> None:
    (event,) = made({"event": f"{word} 1"})
    assert (event["provider"], event["channel"], event["properties"]) == (WATCHED[word].provider, WATCHED[word].channels[0], [])


def test_time_and_times() -> None:
    found = made({"event": "core 131", "time": "2026-11-01T00:00:00Z", "times": 3}, {"event": "lsm 21"})
    assert [event["time"] for event in found] == ["2026-11-01T00:00:00Z"] * 3 + ["2026-11-20T06:15:30Z"]
    assert [event["id"] for event in found] == [131, 131, 131, 21]


def test_properties_by_name_stand_at_their_places() -> None:
    (event,) = made({"event": "security 4625", "properties": {"sub_status": "0xC0000234", "logon_type": "3"}})
    places = NAMED["security 4625"]
    assert event["properties"][places["sub_status"]] == "0xC0000234"
    assert event["properties"][places["logon_type"]] == "3"
    assert {value for place, value in enumerate(event["properties"]) if place not in (places["sub_status"], places["logon_type"])} == {""}


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"event": "manager 1058"}, "case 'mine': there is no source of events 'manager'; there are rcm, schannel,"),
        ({"event": "security 4625", "properties": {"user": "a"}}, "'user' is no property of the event security 4625, which has the properties status,"),
        ({"event": "rcm 1058", "properties": {"code": "1"}}, "'code' is no property of the event rcm 1058, which has no named properties, give a list"),
    ],
)
def test_what_there_is_not(row: dict[str, Any], sentence: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        made(row)
    assert sentence in str(caught.value)


def test_a_case_has_its_events_in_the_place_of_those_of_the_base() -> None:
    facts = facts_of_case({"name": "mine", "at": "2026-11-21T08:00:00Z", "events": [{"event": "rcm 1057"}]})
    (event,) = facts.document["events"]["events"]
    assert (event["id"], event["time"]) == (1057, "2026-11-21T06:00:00Z")
    assert facts.document["derived"]["events"]["rcm_1057"] == 1
