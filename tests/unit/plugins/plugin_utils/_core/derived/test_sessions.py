# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sessions of people, and those that are stuck."""

from __future__ import annotations

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.sessions import live_sessions


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
    ("station", "state", "listens"), [("RDP-Tcp", "listen", True), ("rdp-tcp", "listen", True), ("rdp-tcp#3", "active", False), ("ICA-TCP", "listen", False)]
)
def test_whether_the_listener_is_there(station: str, state: str, listens: bool) -> None:
    assert live_sessions({"sessions": [{"id": 65536, "state": state, "station": station}], "truncated": False})["listens"] is listens


def test_a_list_that_was_cut_short_is_no_count() -> None:
    with pytest.raises(LookupError):
        live_sessions({"sessions": [], "truncated": True})
