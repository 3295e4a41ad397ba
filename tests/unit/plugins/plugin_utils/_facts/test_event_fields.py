# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where names stand in the properties of an event."""

from __future__ import annotations

import re

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.events import WATCHED, Watched
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.event_fields import EVENT_FIELDS, PERSONAL, personal_places
from ansible_collections.rdpops.health.tests.support.target_scripts import UTILITIES

AUDIT = "Microsoft-Windows-Security-Auditing"


def test_a_failed_logon_names_people_and_places_where_windows_documents_it() -> None:
    """Given the documented order of event 4625, then status, kind of logon and names are where it has them."""
    assert personal_places(AUDIT, 4625) == {0: "sid", 1: "user", 2: "domain", 4: "sid", 5: "user", 6: "domain", 13: "host", 19: "address"}
    names = EVENT_FIELDS[AUDIT][4625]
    assert {name: names.index(name) for name in ("Status", "SubStatus", "LogonType", "IpAddress", "IpPort")} == {
        "Status": 7, "SubStatus": 9, "LogonType": 10, "IpAddress": 19, "IpPort": 20,
    }  # fmt: skip


def test_an_unknown_event_has_no_known_places() -> None:
    assert personal_places("Anybody", 1) == {}


def test_who_was_locked_out_and_from_where_is_known() -> None:
    assert personal_places(AUDIT, 4740) == {0: "user", 1: "host", 2: "sid", 3: "sid", 4: "user", 5: "domain"}
    assert personal_places(AUDIT, 4776) == {1: "user", 2: "host"}
    assert EVENT_FIELDS["Microsoft-Windows-Kernel-PnP"][411][1] == "DriverName"


_TS = "Microsoft-Windows-TerminalServices-"
_CORE = "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS"
# Provider -> the ids that the table of causes and their events names.
OF_THE_CAUSES = {
    f"{_TS}RemoteConnectionManager": {
        1003, 1004, 1006, 1035, 1036, *range(1050, 1060), *range(1062, 1066), 1067, 1068, 1069, *range(258, 263), 1149,
    },
    "Schannel": set(range(36870, 36889)),
    _CORE: {65, 66, 97, 98, 99, 102, 103, 130, 131, 133, *range(135, 142), 225, 226},
    f"{_TS}LocalSessionManager": {21, 23, 24, 25, 36, 40, 41, 42},
    "Service Control Manager": {7000, 7022, 7031, 7034},
    AUDIT: {4625, 4740, 4776},
    "Microsoft-Windows-NTLM": {4001, 4002, 4003},
    "NETLOGON": {3210, 5719},
    "LsaSrv": {6041},
    "WVD-Agent": {3277, 3703, 3019, 3702, 3389},
    "Microsoft-Windows-Winlogon": {4005},
    "Application Error": {1000},
    "Microsoft-Windows-Kernel-PnP": {411},
    f"{_TS}ClientActiveXCore": {226, 1007, 1009, 1015, 1017, *range(1024, 1030), 1102, 1103, 1105},
}  # fmt: skip


@pytest.mark.parametrize("provider", OF_THE_CAUSES)
def test_every_event_that_a_cause_names_is_asked_for(provider: str) -> None:
    asked = reader_rows()[provider]
    assert [number for number in sorted(OF_THE_CAUSES[provider]) if not any(low <= number <= high for low, high in asked)] == []


@pytest.mark.parametrize("watched", WATCHED.values(), ids=list(WATCHED))
def test_every_event_that_is_counted_is_asked_for(watched: Watched) -> None:
    asked = reader_rows()[watched.provider]
    assert [number for number in watched.ids if not any(low <= number <= high for low, high in asked)] == []


@pytest.mark.parametrize("provider", EVENT_FIELDS)
def test_only_events_that_the_reader_asks_for_are_listed(provider: str) -> None:
    """Given the reader's own rows of providers and ids, then each event here is asked for by one of them."""
    asked = reader_rows()
    for number in EVENT_FIELDS[provider]:
        assert any(low <= number <= high for low, high in asked[provider]), number


def reader_rows() -> dict[str, list[tuple[int, int]]]:
    text = (UTILITIES / "_RdpEvents.psm1").read_text(encoding="ascii")
    for dummy in range(3):  # a name may be made of another
        for name, value in re.findall(r'^\$script:(\w+) = ["\']([^"\'\n]*)["\']$', text, re.MULTILINE):
            text = text.replace(f"${{{name}}}", value).replace(f"${name}", value)
    rows: dict[str, list[tuple[int, int]]] = {}
    for provider, ids in re.findall(r"^[^|\n]+\|([^|\n]+)\|([\d -]+)", text, re.MULTILINE):
        for part in ids.split():
            low, dash, high = part.partition("-")
            rows.setdefault(provider, []).append((int(low), int(high if dash else low)))
    return rows


def test_every_personal_name_belongs_to_some_event() -> None:
    assert PERSONAL.keys() <= {name for events in EVENT_FIELDS.values() for names in events.values() for name in names}
