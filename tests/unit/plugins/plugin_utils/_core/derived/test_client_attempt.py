# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The last attempt of a client at this host, out of its log."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.client_attempt import client_attempt, client_error
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.gap import Gap

PROVIDER = "Microsoft-Windows-TerminalServices-ClientActiveXCore"
SSL = ["RDPClient_SSL", "1", "TsSslStateHandshakeStart", "2", "x", "3", "TsSslEventHandshakeContinueFailed", "-2147467259"]


def event(number: int, second: int, *properties: str, provider: str = PROVIDER) -> dict[str, Any]:
    time = f"2026-11-20T08:{second // 60:02}:{second % 60:02}Z"
    return {"provider": provider, "id": number, "channel": "c", "level": 4, "time": time, "properties": list(properties)}


def begun(second: int, server: str = "ts01.example.com") -> dict[str, Any]:
    return event(1024, second, "Server Name", server, "Info")


def ended(second: int, code: int = 2308) -> dict[str, Any]:
    return event(1026, second, "Reason", str(code), "Info")


def client(*events: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"host_names": ["TS01"], "client_events": {"events": list(reversed(events))}, **more}


def seen(*events: dict[str, Any]) -> Any:
    return client_attempt(client(*events))


def test_the_last_attempt_at_this_host_counts() -> None:
    found = seen(begun(0), event(1025, 1), begun(10), ended(11), begun(20, "other"), event(1025, 21), event(1027, 22))
    assert (found["server"], found["this_host"], found["connected"], found["code"]) == ("ts01.example.com", True, False, 2308)
    assert (found["logged_on"], found["tls_failed"], found["name_failed"], found["udp_lost"]) == (False, False, False, False)


def test_attempts_at_others_alone_are_told_as_such() -> None:
    found = seen(begun(0, "other"), ended(1, 516))
    assert (found["server"], found["this_host"], found["code"]) == ("other", False, 516)
    with pytest.raises(LookupError, match="no error code of an attempt at this host"):
        client_error(client(begun(0, "other"), ended(1, 516)))


def test_two_events_of_one_second_stay_in_the_order_of_the_log() -> None:
    found = seen(begun(0), event(1025, 0), begun(0), ended(0))
    assert (found["connected"], found["code"]) == (False, 2308)


@pytest.mark.parametrize(
    ("inside", "name"),
    [
        (event(226, 1, *SSL), "tls_failed"),
        (event(1007, 1, "11001"), "name_failed"),
        (event(1009, 1), "not_authenticated"),
        (event(1017, 1, "5"), "unlicensed"),
        (event(6041, 1, "TERMSRV/ts01.example.com", "4", provider="LsaSrv"), "credssp_refused"),
        (event(6041, 1, provider="LsaSrv"), "credssp_refused"),
    ],
)
def test_what_went_wrong(inside: dict[str, Any], name: str) -> None:
    assert seen(begun(0), inside, ended(2))[name] is True
    assert seen(begun(0), ended(2))[name] is False


def test_a_refusal_of_credssp_by_another_host_is_not_ours() -> None:
    assert seen(begun(0), event(6041, 1, "TERMSRV/other", provider="LsaSrv"), ended(2))["credssp_refused"] is False


@pytest.mark.parametrize(
    ("events", "lost"),
    [
        ([event(1025, 1), event(1102, 2), event(1105, 66), ended(67)], True),
        ([event(1025, 1), event(1102, 2), event(1105, 66), ended(67, 2)], False),  # somebody ended it
        ([event(1025, 1), event(1102, 2), event(1105, 600), ended(601)], False),  # long after
        ([event(1025, 1), event(1102, 2), ended(67)], False),
        ([event(1102, 2), event(1105, 66), ended(67)], False),
        ([event(1025, 1), event(1102, 2), event(1105, 66)], False),  # the session went on without it
    ],
)
def test_udp_that_takes_the_session_along(events: list[dict[str, Any]], lost: bool) -> None:
    assert seen(begun(0), *events)["udp_lost"] is lost


@pytest.mark.parametrize(("first", "second", "waited"), [(61, 4, True), (5, 4, False), (61, 61, False), (300, 4, False)])
def test_a_minute_the_first_time_and_none_the_second(first: int, second: int, waited: bool) -> None:
    assert seen(begun(0), event(1027, first, "D", "2"), begun(1000), event(1027, 1000 + second, "D", "3"))["waited_a_minute"] is waited


@pytest.mark.parametrize(
    ("first", "waited"),
    [
        ([event(1025, 2), event(1026, 66, "Reason", "2308", "Info")], True),  # connected, stood still, given up
        ([event(1026, 66, "Reason", "2308", "Info")], False),  # it never got as far as that
        ([event(1025, 2), event(1026, 5, "Reason", "2308", "Info")], False),
        ([event(1025, 2), event(1027, 4, "D", "2"), event(1026, 66, "Reason", "2", "Info")], False),  # a session of a minute
    ],
)
def test_an_attempt_that_was_given_up_after_a_minute_waited_too(first: list[Any], waited: bool) -> None:
    assert seen(begun(0), *first, begun(1000), event(1027, 1004, "D", "3"))["waited_a_minute"] is waited
    assert seen(begun(0), *first, begun(1000), ended(1005))["waited_a_minute"] is False


def test_what_nobody_knows_is_a_sentence() -> None:
    with pytest.raises(LookupError, match="were not read"):
        client_attempt({"host_names": []})
    with pytest.raises(LookupError, match="no attempt"):
        seen(ended(1))


def test_what_a_person_typed_goes_before_the_log() -> None:
    typed = client(begun(0), ended(1), error_code={"code": 516, "extended": 7})
    assert client_error(typed) == {"code": 516, "extended": 7, "status": None, "told_by": "person"}
    alone = client_error({"host_names": [], "error_code": {"code": 516, "extended": None}})
    assert isinstance(alone["extended"], Gap)
    extended = client_error({"host_names": [], "error_code": {"code": None, "extended": 9}})
    assert (isinstance(extended["code"], Gap), extended["extended"]) == (True, 9)
    statuses = client_error({"host_names": [], "error_code": {"code": 0xC000006D, "extended": 0xC0000234}})
    assert statuses["status"] == 0xC0000234
    told = client_error(client(begun(0), ended(1)))
    assert (told["code"], told["told_by"], isinstance(told["extended"], Gap)) == (2308, "log", True)
    with pytest.raises(LookupError):
        client_error(client(begun(0), event(1025, 1)))
