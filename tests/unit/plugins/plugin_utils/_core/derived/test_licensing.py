# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Licences: who needs them, and whether the host knows where to get them."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.gap import Gap
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.licensing import licensing_state

from tests.support.host_states import host

DENIED = {"path": "HKLM\\X", "kind": "denied", "value": None}


def told(**change: Any) -> Any:
    return licensing_state(host(set={name.replace("__", "."): value for name, value in change.items()}).document["licensing"])


def test_remote_administration_needs_none() -> None:
    assert told() == {"session_host": False, "mode": 1, "mode_set": False, "servers_set": False}


@pytest.mark.parametrize(("mode", "known"), [(2, True), (4, True), (5, False), (1, False)])
def test_the_mode(mode: int, known: bool) -> None:
    state = told(licensing__role__TSAppCompat__value=1, licensing__mode__local__value=mode)
    assert (state["session_host"], state["mode"], state["mode_set"]) == (True, mode, known)


def test_the_policy_comes_first() -> None:
    state = told(licensing__mode__policy__kind="REG_DWORD", licensing__mode__policy__value=4, licensing__servers__policy__kind="REG_SZ",
                 licensing__servers__policy__value="lic01.corp.example.com")  # fmt: skip
    assert (state["mode"], state["servers_set"]) == (4, True)


@pytest.mark.parametrize(("servers", "are_set"), [(["lic01"], True), ([" "], False), ([], False)])
def test_the_servers(servers: list[str], are_set: bool) -> None:
    assert told(licensing__servers__local__kind="REG_MULTI_SZ", licensing__servers__local__value=servers)["servers_set"] is are_set


def test_what_may_not_be_read_is_unknown() -> None:
    closed = {"licensing.role.TSAppCompat": DENIED, "licensing.mode.policy": DENIED, "licensing.servers.local": DENIED}
    state = licensing_state(host(set=closed).document["licensing"])
    assert all(isinstance(value, Gap) for value in state.values())
