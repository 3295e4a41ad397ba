# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Counts of events: what is found counts, what is not found is a fact only where somebody could have found it."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.events import CODE_AT, WATCHED, code_of, events_seen
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.gap import Gap

from tests.support.host_states import host
from tests.support.reader_queries import queries_of_the_reader

RCM = WATCHED["rcm"].provider
PROBED = [{"probed_at": "2026-11-20T08:15:29Z"}]


def data(*events: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**host().document["events"], "events": list(events), **changes}


def event(provider: str, number: int, *properties: str, time: str = "2026-11-20T05:00:00Z") -> dict[str, Any]:
    return {"provider": provider, "id": number, "channel": "System", "level": 2, "time": time, "properties": list(properties)}


def seen(*events: dict[str, Any], probes: Any = (), **changes: Any) -> Any:
    return events_seen(data(*events, **changes), probes, host().now)


def test_what_is_found_is_counted_with_its_codes() -> None:
    told = seen(event(RCM, 1058, "2148073487"), event(RCM, 1058, "0x8009000F"), event(RCM, 1057, "-2146893802"), event("Schannel", 36871, "server", "10013"))
    assert (told["rcm_1058"], told["codes_rcm_1058"]) == (2, [0x8009000F])
    assert (told["rcm_1057"], told["codes_rcm_1057"]) == (1, [0x80090016])
    assert told["codes_schannel_36871"] == [10013]
    assert (told["schannel_36870"], told["codes_schannel_36870"]) == (0, [])
    assert seen(event("Other", 1058))["rcm_1058"] == 0


def test_what_schannel_meets_with_as_a_client_is_kept_apart() -> None:
    told = seen(
        event("Schannel", 36871, "client", "10013"), event("Schannel", 36871, "1288", "lsass", "server", "10010"), event("Schannel", 36870, "client", "1")
    )
    assert (told["schannel_36871"], told["codes_schannel_36871"], told["schannel_client_36871"]) == (1, [10010], 1)
    assert (told["schannel_36870"], told["schannel_client_36870"]) == (0, 1)
    # Only these two have a side
    assert seen(event("Schannel", 36888, "client"))["schannel_36888"] == 1


def test_newer_builds_name_the_process_first() -> None:
    told = seen(event("Schannel", 36870, "1288", "svchost", "server", "0x8009030D", "10001"), event("Schannel", 36888, "1288", "", "40", "1205"))
    assert (told["codes_schannel_36870"], told["codes_schannel_36888"]) == ([0x8009030D], [40])
    # What begins with two numbers begins with no process, and other providers have none
    assert seen(event("Schannel", 36888, "40", "1205", "x"))["codes_schannel_36888"] == [40]
    assert seen(event(RCM, 1058, "5", "text", "6"))["codes_rcm_1058"] == [5]


@pytest.mark.parametrize(("provider", "number", "name"), [
    ("Microsoft-Windows-NTLM", 4002, "ntlm_4002"), ("Microsoft-Windows-NTLM", 4003, "ntlm_4003"),
    (WATCHED["core"].provider, 131, "core_131"),
])  # fmt: skip
def test_what_a_probe_that_asks_for_ntlm_leaves_is_not_counted(provider: str, number: int, name: str) -> None:
    ours = event(provider, number, time="2026-11-20T08:15:40Z")
    assert (seen(ours, probes=PROBED)[name], seen(ours)[name]) == (0, 1)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"exists": False}, "no channel"), ({"kind": "timed_out"}, "timed_out"), ({"oldest": None}, "reach back"),
        ({"oldest": "2026-11-19T00:00:00Z"}, "reach back"),
        ({"oldest": "9999-99-99T00:00:00Z"}, "reach back"), ({"Enabled": {"path": "HKLM\\X", "kind": "REG_DWORD", "value": 0}}, "switched off"),
    ],
)  # fmt: skip
def test_silence_means_nothing_where_nobody_could_have_heard(change: dict[str, Any], why: str) -> None:
    channels = host().document["events"]["channels"]
    quiet = {**channels, "System": {**channels["System"], **change}}
    told = seen(event("Schannel", 36870, "server", "0x8009030D"), channels=quiet)
    assert isinstance(told["schannel_36871"], Gap)
    assert why in told["schannel_36871"].why
    assert isinstance(told["codes_schannel_36871"], Gap)
    # What was found stands, and so does the silence of other channels
    assert told["schannel_36870"] == 1
    assert told["lsm_36"] == 0


def test_one_channel_of_several_that_is_missing_is_no_gap_and_one_that_is_closed_is() -> None:
    channels = host().document["events"]["channels"]
    without = {name: channel for name, channel in channels.items() if not name.endswith("/Admin")}
    assert seen(channels=without)["rcm_1057"] == 0
    closed = {**channels, f"{RCM}/Admin": {**channels[f"{RCM}/Admin"], "kind": "access_denied"}}
    assert isinstance(seen(channels=closed)["rcm_1057"], Gap)


def test_a_list_that_was_cut_short_proves_no_silence() -> None:
    told = seen(event("NETLOGON", 3210), truncated=True)
    assert told["netlogon_3210"] == 1
    assert isinstance(told["netlogon_5719"], Gap)


SYSTEM = {"channel": "System", "provider": "Schannel"}


@pytest.mark.parametrize(
    ("cut", "doubted"),
    [
        (None, {"schannel_36870", "schannel_36888", "lsm_36"}),
        ([], set()),
        ([{**SYSTEM, "ids": "36870-36888"}], {"schannel_36870", "schannel_36888"}),
        ([{**SYSTEM, "ids": "1 36888"}], {"schannel_36888"}),
        ([{**SYSTEM, "ids": "36871-36887"}], set()),
        ([{**SYSTEM, "channel": "Elsewhere", "ids": "36870-36888"}, {**SYSTEM, "provider": "Other", "ids": "36870-36888"}], set()),
    ],
)
def test_what_one_query_left_out_says_nothing_of_another(cut: Any, doubted: set[str]) -> None:
    told = seen(truncated=True, cut=cut)
    assert {name for name in ("schannel_36870", "schannel_36888", "lsm_36") if isinstance(told[name], Gap)} == doubted


@pytest.mark.parametrize(("name", "counted", "known"), [("Microsoft-Windows-NTLM/Operational", "ntlm_4002", True), ("Security", "security_4625", False)])
def test_a_channel_that_nothing_was_ever_written_to_is_silent_and_one_that_is_never_empty_was_cleared(name: str, counted: str, known: bool) -> None:
    channels = host().document["events"]["channels"]
    told = seen(channels={**channels, name: {**channels[name], "oldest": None}})
    assert (told[counted] == 0) is known


def test_every_watched_event_is_asked_for_in_each_of_its_channels() -> None:
    for watched in WATCHED.values():
        for number in watched.ids:
            mine = [query for query in queries_of_the_reader() if query.provider == watched.provider and number in query.numbers]
            asked = {channel for query in mine for channel in query.channels}
            assert asked == set(watched.channels), (watched.provider, number)


def test_what_our_own_probe_leaves_is_not_counted() -> None:
    broken = event("Schannel", 36888, "40", "1205", time="2026-11-20T08:15:40Z")
    assert seen(broken, probes=PROBED)["schannel_36888"] == 0
    assert seen(broken)["schannel_36888"] == 1
    assert seen({**broken, "time": "2026-11-20T08:17:30Z"}, probes=PROBED)["schannel_36888"] == 1
    assert seen({**broken, "time": "9999-99-99T00:00:00Z"}, probes=[*PROBED, {"probed_at": "never"}])["schannel_36888"] == 1
    # A key that cannot be used is a fault, whoever knocked
    assert seen({**broken, "id": 36870}, probes=PROBED)["schannel_36870"] == 1


def test_hours_of_any_size() -> None:
    assert isinstance(seen(hours=10**12)["scm_7022"], Gap)


@pytest.mark.parametrize(
    ("text", "code"), [("1069", 1069), ("%%1069", 1069), ("0x80090016", 0x80090016), ("-2146893802", 0x80090016), ("", None), ("words", None), ("010", None)]
)
def test_codes_as_events_write_them(text: str, code: int | None) -> None:
    assert code_of([text], 0) == code
    assert code_of([text], 1) is None


def test_codes_are_read_of_watched_events_alone() -> None:
    assert all(number in WATCHED[word].ids for word, number in CODE_AT)
