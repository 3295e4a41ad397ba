# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The page about event logs: its tables are the code's own, and its examples are read as it says."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
import yaml
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.events import (
    CODE_AT,
    LEFT_BY_PROBES,
    NEVER_EMPTY,
    OWN_NOISE,
    WATCHED,
    code_of,
    events_seen,
)
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.told_by_events import STOPPED_WITH, logons_refused, term_service_faults
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.event_fields import EVENT_FIELDS
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.snapshot import DATA

from tests.support.event_page import ANEW, PAGE, PROPERTIES, written_anew
from tests.support.host_states import host
from tests.support.optional import REPOSITORY
from tests.support.reader_queries import queries_of_the_reader

TEXT = PAGE.read_text(encoding="utf-8")
PLAIN = " ".join(TEXT.split())
NAMES = {"Schannel": "schannel", "RdpCoreTS": "core", "NTLM": "ntlm"}


def test_the_tables_are_those_of_the_code() -> None:
    assert written_anew(TEXT) == TEXT, f"docs/events.md is not what the code says any more; write its tables anew: {ANEW}"


def test_the_rows_are_whole() -> None:
    rows = queries_of_the_reader()
    assert {row.side for row in rows} == {"host", "client"}
    assert [row.said for row in rows if row.said] == [("svchost.exe_TermService", "winlogon.exe", "dwm.exe", "LogonUI.exe")]
    assert {row.ids for row in rows if row.provider.endswith("Security-Auditing") and row.numbers_only} == {"4625", "4740 4776"}


def test_every_event_with_places_is_asked_for() -> None:
    asked = {(row.provider, number) for row in queries_of_the_reader() for number in row.numbers}
    assert {(provider, number) for provider, fields in EVENT_FIELDS.items() for number in fields} <= asked


def test_every_code_that_is_read_has_its_place_on_the_page() -> None:
    """Given the places of codes, then the table names each as one, and what the service manager writes is told below it."""
    told = {name: EVENT_FIELDS.get(WATCHED[name[0]].provider, {}).get(name[1], ())[place : place + 1] for name, place in CODE_AT.items()}
    assert {name for name, words in told.items() if not words} == {("scm", 7000)}
    assert {word for (word,) in filter(None, told.values())} == {"ErrorCode", "ErrorState", "AlertDesc", "Reason"}
    assert set(STOPPED_WITH.items()) == {(7000, 1), (7023, 1)}
    assert "7000 and 7023 have their code at place 1" in PLAIN


def test_the_bounds_are_those_of_the_reader() -> None:
    options = yaml.safe_load((REPOSITORY / "plugins" / "modules" / "win_rdp_info.yml").read_text(encoding="utf-8"))["DOCUMENTATION"]["options"]
    hours, newest = options["events_hours"]["default"], options["events_newest"]["default"]
    assert f"newest `newest` events ({newest} unless `events_newest` says otherwise) of the last `hours` hours ({hours}, `events_hours`)" in PLAIN
    reader = (REPOSITORY / "plugins" / "module_utils" / "_RdpEvents.psm1").read_text(encoding="utf-8")
    assert re.findall(r"Properties \| Select-Object -First (\d+)", reader) == re.findall(r"of each event the first (\d+) with", PLAIN) == [str(PROPERTIES)]
    assert re.findall(r"Limit-RdpList events (\d+)", reader) == re.findall(r"the first (\d+) are kept", PLAIN)
    (limit,) = re.findall(r"textLimit = (\d+)", reader)
    assert f"at most {int(limit) // 1024} KB of properties" in PLAIN


def test_what_a_probe_leaves_is_told() -> None:
    (sentence,) = re.findall(r"Within (\d+) seconds of the `probed_at` of a probe, (.*?) are taken for", PLAIN)
    found, word = set(), ""
    for name, number in re.findall(r"([A-Z][A-Za-z]+)|(\d+)", sentence[1]):
        word = NAMES[name] if name else word
        found |= {(word, int(number))} if number else set()
    assert timedelta(seconds=int(sentence[0])) == OWN_NOISE
    assert found == LEFT_BY_PROBES


def test_the_channels_that_are_never_empty_are_named() -> None:
    (told,) = re.findall(r"but not for ([A-Za-z, ]+), where it means that they were cleared", PLAIN)
    assert set(re.findall(r"\w+", told)) - {"and"} == NEVER_EMPTY


CODES = re.findall(r"^\| `([^`]+)` \| (0x[0-9A-F]+|no code) \|$", TEXT, flags=re.MULTILINE)


@pytest.mark.parametrize(("written", "read"), CODES)
def test_codes_are_read_as_the_page_says(written: str, read: str) -> None:
    assert code_of([written], 0) == (None if read == "no code" else int(read, 16))


def test_the_forms_of_codes_are_all_there() -> None:
    assert [read for dummy, read in CODES].count("no code") == 2
    assert len(CODES) > 5


def test_the_example_says_what_stands_above_it() -> None:
    """Given the events of the example on a healthy host, then they are valid, and three stories are told."""
    (example,) = re.findall(r"```json\n(.*?)```", TEXT, flags=re.DOTALL)
    facts = host()
    events: dict[str, Any] = {**facts.document["events"], "events": json.loads(example)}
    DATA["events"](events, "events")
    assert term_service_faults(events)["not_logged_on"] == 1
    refused = logons_refused(events, facts.now)
    assert (refused["wrong_password"], refused["rdp_busiest_hour"]) == (1, 1)
    seen = events_seen(events, (), facts.now)
    assert (seen["schannel_36870"], seen["codes_schannel_36870"]) == (1, [0x8009030D])
