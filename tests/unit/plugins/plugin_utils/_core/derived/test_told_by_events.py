# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What events add up to: refused log-ons by reason, sessions that end at once, services that failed or did not start."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.gap import Gap
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.told_by_events import (
    REFUSED,
    logons_refused,
    network_services,
    sessions_ended,
    term_service_faults,
)

from tests.support.host_states import host

NOW = host().now
SESSION = "Microsoft-Windows-TerminalServices-LocalSessionManager"
CORE = "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS"
MANAGER = "Service Control Manager"
TERM_SERVICE = base64.b64encode("TermService\0".encode("utf-16-le")).decode()


def data(*events: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**host().document["events"], "events": list(events), **changes}


def event(provider: str, number: int, properties: list[str], time: str = "2026-11-20T05:00:00Z") -> dict[str, Any]:
    return {"provider": provider, "id": number, "channel": "C", "level": 2, "time": time, "properties": properties}


def refused(status: int, sub_status: int = 0, kind: int = 3, time: str = "2026-11-20T05:00:00Z") -> dict[str, Any]:
    return event("Microsoft-Windows-Security-Auditing", 4625, ["", "", "", "0", "", "", "", str(status), "", str(sub_status), str(kind)], time)


@pytest.mark.parametrize(("status", "reason"), list(REFUSED.items()))
def test_a_reason_is_read_from_the_finer_status_first(status: int, reason: str) -> None:
    assert logons_refused(data(refused(0xC000006D, status)), NOW)[reason] == 1
    assert logons_refused(data(refused(status)), NOW)[reason] == 1


def test_what_concerns_the_state_of_the_account_adds_up() -> None:
    told = logons_refused(data(*(refused(status) for status in REFUSED), refused(0xC0000234)), NOW)
    assert told["account_state"] == 6  # expired, to be changed, locked twice, disabled, run out
    assert logons_refused(data(), NOW)["account_state"] == 0


def test_only_log_ons_from_afar_count() -> None:
    told = logons_refused(data(refused(0xC000006A, kind=2), refused(0xC000006A, kind=10), refused(0xC0FFEE), event("Other", 4625, [])), NOW)
    assert (told["failed"], told["wrong_password"], told["other"], told["locked"]) == (2, 1, 1, 0)


def test_the_busiest_hour() -> None:
    times = ("01:00:00", "01:50:00", "02:00:00", "02:00:01", "07:00:00")
    events = [refused(0xC000006A, time=f"2026-11-20T{time}Z") for time in reversed(times)]
    told = logons_refused(data(*events, refused(1, time="9999-99-99T00:00:00Z")), NOW)
    assert (told["failed"], told["busiest_hour"]) == (6, 3)


@pytest.mark.parametrize("number", [131, 140])
def test_a_flood_is_of_log_ons_that_name_remote_desktop(number: int) -> None:
    # Given refused log-ons over the network, as file shares are refused too
    many = [refused(0xC000006A, time="2026-11-20T05:00:30Z")] * 10
    assert (logons_refused(data(*many), NOW)["rdp_flood"], logons_refused(data(*many), NOW)["rdp_busiest_hour"]) == (False, 0)
    assert logons_refused(data(*many), NOW)["flood"] is True
    # Then they count where the RDP stack took a connection beside them, and not where it took one a minute later
    beside, later = event(CORE, number, []), event(CORE, number, [], "2026-11-20T05:01:01Z")
    assert (logons_refused(data(*many, beside), NOW)["rdp_flood"], logons_refused(data(*many, later), NOW)["rdp_flood"]) == (True, False)
    assert logons_refused(data(*many, event("Other", number, []), event(CORE, 65, [])), NOW)["rdp_flood"] is False
    # And nobody knows where the log of the RDP stack cannot be read
    closed = {**host().document["events"]["channels"], f"{CORE}/Operational": {"exists": False}}
    told = logons_refused(data(*many, channels=closed), NOW)
    assert isinstance(told["rdp_flood"], Gap) and isinstance(told["rdp_busiest_hour"], Gap)
    assert logons_refused(data(*[refused(0xC000006A, kind=10)] * 9, channels=closed), NOW)["rdp_flood"] is False


def test_a_few_refused_log_ons_are_no_flood_whatever_else_could_not_be_read() -> None:
    # Given nine that were refused, by whomever, and a log of the RDP stack that could not be read
    closed = {**host().document["events"]["channels"], f"{CORE}/Operational": {"exists": False}}
    told = logons_refused(data(*[refused(0xC000006A)] * 9, channels=closed), NOW)
    # Then no flood of them came over Remote Desktop, though nobody knows how many did
    assert told["rdp_flood"] is False
    assert isinstance(told["rdp_busiest_hour"], Gap)
    # And one more leaves it open, as does a Security log that was not read whole
    assert isinstance(logons_refused(data(*[refused(0xC000006A)] * 10, channels=closed), NOW)["rdp_flood"], Gap)
    assert isinstance(logons_refused(data(refused(0xC000006A), truncated=True), NOW)["rdp_flood"], Gap)


def test_a_closed_log_leaves_gaps_and_keeps_what_was_found() -> None:
    told = logons_refused(data(refused(0xC0000234), truncated=True), NOW)
    assert told["locked"] == 1
    assert isinstance(told["disabled"], Gap)


def test_a_session_that_ends_within_a_minute() -> None:
    start = event(SESSION, 21, ["", "5", ""], "2026-11-20T05:00:00Z")
    assert sessions_ended(data(event(SESSION, 40, ["5", "0"], "2026-11-20T05:01:00Z"), start), NOW) == {"at_once": 1, "often": False}
    assert sessions_ended(data(event(SESSION, 24, ["", "5", ""], "2026-11-20T05:01:01Z"), start), NOW) == {"at_once": 0, "often": False}
    assert sessions_ended(data(event(SESSION, 24, ["", "6", ""], "2026-11-20T05:00:30Z"), start), NOW) == {"at_once": 0, "often": False}
    assert sessions_ended(data(event(SESSION, 23, ["", "5"], "2026-11-20T04:59:59Z"), start), NOW) == {"at_once": 0, "often": False}
    assert isinstance(sessions_ended(data(start, truncated=True), NOW)["at_once"], Gap)


def test_few_are_few_only_where_all_were_read() -> None:
    many = [refused(0xC000006A)] * 10
    assert logons_refused(data(*many, truncated=True), NOW)["flood"] is True
    assert logons_refused(data(*many[1:]), NOW)["flood"] is False
    assert isinstance(logons_refused(data(*many[1:], truncated=True), NOW)["flood"], Gap)
    start, end = event(SESSION, 21, ["", "5", ""]), event(SESSION, 40, ["5", "0"])
    assert sessions_ended(data(*[start] * 3, end, truncated=True), NOW)["often"] is True
    assert isinstance(sessions_ended(data(start, end, truncated=True), NOW)["often"], Gap)


@pytest.mark.parametrize(
    ("number", "properties", "count"),
    [
        (7031, ["Dienst", "1", TERM_SERVICE], 1), (7034, ["Dienst", "1", TERM_SERVICE], 1), (7022, ["TermService"], 1),
        (7000, ["Dienst", "%%1053", TERM_SERVICE], 1), (7000, ["Dienst", "%%1069", TERM_SERVICE], 0), (7023, ["Dienst", "%%126", TERM_SERVICE], 1),
        (7001, ["TermService", "RpcSs", "%%1068"], 0), (7031, ["Spooler", "1"], 0),
    ],
)  # fmt: skip
def test_faults_of_term_service(number: int, properties: list[str], count: int) -> None:
    assert term_service_faults(data(event(MANAGER, number, properties)))["count"] == count
    # The newest are there, however the list was cut
    assert term_service_faults(data(event(MANAGER, number, properties), truncated=True))["count"] == count


@pytest.mark.parametrize(
    ("number", "properties", "count"),
    [
        (7000, ["Dienst", "%%1069", TERM_SERVICE], 1), (7000, ["Dienst", "%%1069", "UwBwAG8AbwBsAGUAcgA="], 0),
        (7000, ["Remote Desktop Services", "%%1069"], 0), (7000, ["Dienst", "%%1053", TERM_SERVICE], 0), (7031, ["Dienst", "%%1069", TERM_SERVICE], 0),
    ],
)  # fmt: skip
def test_whose_account_could_not_log_on(number: int, properties: list[str], count: int) -> None:
    assert term_service_faults(data(event(MANAGER, number, properties)))["not_logged_on"] == count


@pytest.mark.parametrize("change", [{"exists": False}, {"kind": "timed_out"}, {"Enabled": {"path": "HKLM\\X", "kind": "REG_DWORD", "value": 0}}])
def test_faults_of_term_service_are_unknown_where_its_log_is_closed(change: dict[str, Any]) -> None:
    channels = host().document["events"]["channels"]
    closed = {**channels, "System": {**channels["System"], **change}}
    told = term_service_faults(data(channels=closed))
    assert all(isinstance(told[name], Gap) for name in ("count", "not_logged_on", "told"))
    crashed = term_service_faults(data(event("Application Error", 1000, ["svchost.exe_TermService"]), channels=closed))
    assert (crashed["told"], isinstance(crashed["count"], Gap)) == (True, True)


def test_a_fault_of_term_service_is_told_by_either_log() -> None:
    """Given the service manager, a crash record, or neither, then either is enough; and none is none by the word of the service manager."""
    assert term_service_faults(data())["told"] is False
    assert term_service_faults(data(event(MANAGER, 7034, ["TermService", "1"])))["told"] is True
    crashed = term_service_faults(data(event("Application Error", 1000, ["svchost.exe_TermService"])))
    assert (crashed["told"], crashed["count"]) == (True, 0)
    assert term_service_faults(data(event("Application Error", 1000, ["dwm.exe"])))["told"] is False


def test_services_of_the_network_are_known_by_their_own_names() -> None:
    named = base64.b64encode("nsi/4".encode("utf-16-le")).decode()
    services = {"nsi": {"state": "stopped"}, "Dhcp": {"state": "unknown"}}
    assert network_services(data(event(MANAGER, 7001, ["Netzwerklistendienst", "x", "%%1058", named])), services, NOW) == {"not_started": 1}
    assert network_services(data(event(MANAGER, 7022, ["Dhcp"])), services, NOW) == {"not_started": 1}
    other = base64.b64encode("Spooler".encode("utf-16-le")).decode()
    assert network_services(data(event(MANAGER, 7022, ["Druck", other, "AAA="]), event(MANAGER, 7031, ["Dhcp"])), services, NOW) == {"not_started": 0}
    assert isinstance(network_services(data(truncated=True), None, NOW)["not_started"], Gap)


def test_a_service_of_the_network_that_runs_by_now_did_start() -> None:
    late = data(event(MANAGER, 7022, ["Dhcp"]))
    assert network_services(late, {"nsi": {"state": "stopped"}, "Dhcp": {"state": "running"}}, NOW) == {"not_started": 0}
    assert network_services(late, {"nsi": {"state": "running"}, "Dhcp": {"state": "stopped"}}, NOW) == {"not_started": 1}
    assert network_services(late, {"TermService": {"state": "running"}}, NOW) == {"not_started": 1}
    assert network_services(late, None, NOW) == {"not_started": 1}


@pytest.mark.parametrize(("time", "lately"), [("08:15:30", 1), ("07:15:30", 1), ("07:15:29", 0)])
def test_who_was_refused_within_the_last_hour(time: str, lately: int) -> None:
    told = logons_refused(data(refused(0xC000015B, time=f"2026-11-20T{time}Z"), refused(0xC0000234, time="2026-11-20T08:00:00Z")), NOW)
    assert (told["right"], told["right_lately"]) == (1, lately)


def test_who_was_refused_of_late_is_unknown_where_the_log_was_cut() -> None:
    assert isinstance(logons_refused(data(truncated=True), NOW)["right_lately"], Gap)
