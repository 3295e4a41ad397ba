# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sessions of people, and those that are stuck."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.sessions import connection_limit, live_sessions


@pytest.mark.parametrize(
    ("states", "told"),
    [
        ([], (0, 0, 0)), (["active", "disconnected", "listen", "idle"], (2, 0, 0)), (["down", "down", "init"], (0, 2, 1)),
        (["connect_query", "reset"], (1, 0, 2)),
    ],
)  # fmt: skip
def test_what_the_states_add_up_to(states: list[str], told: tuple[int, int, int]) -> None:
    sessions = [{"id": number, "state": state, "station": ""} for number, state in enumerate(states, 1)]
    found = live_sessions({"sessions": [{"id": 0, "state": "disconnected", "station": "Services"}, *sessions], "truncated": False})
    assert (found["live"], found["down"], found["unfinished"]) == told


@pytest.mark.parametrize(
    ("station", "stuck"), [("RDP-Tcp", 0), ("rdp-tcp", 0), ("rdp-sxs230911600", 0), ("RDP-Tcp#38", 1), ("rdp-sxs230911600#2", 1), ("", 1), ("Console", 1)]
)
@pytest.mark.parametrize(("state", "counted"), [("down", "down"), ("init", "unfinished")])
def test_a_listener_is_no_stuck_session(station: str, stuck: int, state: str, counted: str) -> None:
    assert live_sessions({"sessions": [{"id": 5, "state": state, "station": station}], "truncated": False})[counted] == stuck
    assert live_sessions({"sessions": [{"id": 65536, "state": state, "station": "31C5CE94259D4006A9E4"}], "truncated": False})[counted] == 0


@pytest.mark.parametrize(
    ("session", "name"),
    [
        ({"station": "RDP-Tcp#5", "user": "anna", "domain": "CORP"}, "7 (CORP\\anna)"), ({"station": "RDP-Tcp#5", "user": "anna", "domain": None}, "7 (anna)"),
        ({"station": "RDP-Tcp#5", "user": None, "domain": None}, "7 (RDP-Tcp#5)"), ({"station": "Console"}, "7 (Console)"),
        ({"station": ""}, "7 (without a station)"),
    ],
)  # fmt: skip
def test_a_stuck_session_is_named(session: dict[str, Any], name: str) -> None:
    there = [{"id": 7, "state": "down", **session}, {"id": 8, "state": "active", "station": ""}, {"id": 65536, "state": "down", "station": "RDP-Tcp"}]
    assert live_sessions({"sessions": there, "truncated": False})["stuck"] == [name]


@pytest.mark.parametrize(
    ("station", "state", "listens"), [("RDP-Tcp", "listen", True), ("rdp-tcp", "listen", True), ("rdp-tcp#3", "active", False), ("ICA-TCP", "listen", False)]
)
def test_whether_the_listener_is_there(station: str, state: str, listens: bool) -> None:
    assert live_sessions({"sessions": [{"id": 65536, "state": state, "station": station}], "truncated": False})["listens"] is listens


def test_a_list_that_was_cut_short_is_no_count() -> None:
    with pytest.raises(LookupError):
        live_sessions({"sessions": [], "truncated": True})


def limit(number: int, *sessions: tuple[str, str], truncated: bool = False) -> dict[str, Any]:
    there = [{"id": 2, "state": state, "station": station} for station, state in sessions]
    set_to = {"local": {"kind": "REG_DWORD", "value": number}, "policy": None}
    return dict(connection_limit({"sessions": there, "truncated": truncated}, {"values": {"MaxInstanceCount": set_to}}))


@pytest.mark.parametrize(
    ("number", "sessions", "told"),
    [
        (2, [("RDP-Tcp#0", "active"), ("rdp-tcp#7", "connected")], (2, True)),
        (3, [("RDP-Tcp#0", "active"), ("rdp-tcp#7", "connected")], (2, False)),
        (1, [("RDP-Tcp", "listen"), ("Console", "active"), ("", "disconnected"), ("ICA-Tcp#1", "active")], (0, False)),
        (1, [("RDP-Tcp#4", "down")], (0, False)),
        (0, [], (0, True)),
    ],
)
def test_connections_against_the_limit(number: int, sessions: list[tuple[str, str]], told: tuple[int, bool]) -> None:
    found = limit(number, *sessions)
    assert (found["connected"], found["reached"]) == told


def test_a_limit_that_is_not_known_is_not_reached() -> None:
    with pytest.raises(LookupError, match="cut short"):
        limit(1, truncated=True)
    with pytest.raises(LookupError, match="MaxInstanceCount"):
        connection_limit({"sessions": [], "truncated": False}, {"values": {}})
