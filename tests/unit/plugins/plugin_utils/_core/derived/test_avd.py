# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The stack of Azure Virtual Desktop."""

from __future__ import annotations

from typing import Any

from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.avd import desktop_stack
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.gap import Gap

from tests.support.host_states import host


def told(**change: Any) -> Any:
    document = host(**{"from": "desktops", "set": {name.replace("__", "."): value for name, value in change.items()}}).document
    return desktop_stack(document["avd"], document["sessions"])


def test_it_is_as_it_should_be() -> None:
    assert told() == {"registered": True, "loader_runs": True, "stations_right": True, "stack_listens": True}


def test_each_part_fails_alone() -> None:
    assert told(avd__IsRegistered__value=0)["registered"] is False
    assert told(avd__boot_loader__state="stopped")["loader_runs"] is False
    assert told(avd__listeners=[])["stations_right"] is False
    assert told(avd__listeners__0__fReverseConnectMode__value=0)["stations_right"] is False
    assert told(avd__listeners__0__fEnableWinStation__value=0)["stations_right"] is False
    assert told(sessions__sessions__3__state="down")["stack_listens"] is False


def test_what_nobody_knows() -> None:
    assert isinstance(told(avd__IsRegistered__kind="denied")["registered"], Gap)
    assert isinstance(told(avd__boot_loader__state="unknown")["loader_runs"], Gap)
    assert isinstance(desktop_stack(host(**{"from": "desktops"}).document["avd"], None)["stack_listens"], Gap)
    assert isinstance(told(sessions__sessions=[], sessions__truncated=True)["stack_listens"], Gap)
