# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Events in the words of a sentence."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.events import WATCHED
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.logged import TOLD, events_told


def told(*events: tuple[str, int], hours: int = 48) -> Any:
    return events_told({"hours": hours, "events": [{"provider": WATCHED[word].provider, "id": number} for word, number in events]})


def test_nothing_was_logged() -> None:
    assert told() == dict.fromkeys(TOLD)


def test_once_and_several_times() -> None:
    assert told(("netlogon", 3210))["secure_channel"] == (
        "event 3210 (the domain controller did not accept the host's own password) was logged once in the last 48 h"
    )
    assert told(*[("rcm", 1058)] * 3)["renewal"] == "event 1058 (the certificate could not be replaced) was logged 3 times in the last 48 h"


def test_two_events_of_one_story_in_one_sentence() -> None:
    assert told(("rcm", 1058), ("rcm", 1057), ("rcm", 1058))["renewal"] == (
        "event 1057 (no certificate could be made) was logged once and event 1058 (the certificate could not be replaced) was logged 2 times in the last 48 h"
    )


def test_the_same_number_of_another_source_is_another_event() -> None:
    assert told(("lsasrv", 1057))["renewal"] is None


@pytest.mark.parametrize(("hours", "span"), [(1, "1 h"), (48, "48 h"), (71, "71 h"), (72, "3 days"), (73, "73 h"), (168, "7 days")])
def test_days_are_told_where_there_are_several(hours: int, span: str) -> None:
    assert told(("rcm", 1006), hours=hours)["flood"].endswith(f" was logged once in the last {span}")


def test_every_event_that_is_told_is_watched() -> None:
    assert all(number in WATCHED[word].ids for entries in TOLD.values() for word, number, dummy in entries)
