# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""After a plan there is a way in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.forecast import WAYS, lockouts
from ansible_collections.rdpops.health.plugins.plugin_utils._core.judge import judge
from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import Facts, Operation, RestartClass, Risk
from ansible_collections.rdpops.health.plugins.plugin_utils._core.operations import registry_value
from ansible_collections.rdpops.health.plugins.plugin_utils._core.predict import predict
from hypothesis import given, settings

from tests.support.host_states import CATALOGUE, host, states

TLS = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols\\TLS 1.{}\\Server"


def setting(facts: Facts, name: str, number: int) -> Operation:
    found = facts.document["listener"]["values"][name]["local"]
    return registry_value(found, name, kind="REG_DWORD", value=number, restart=RestartClass.NONE, why="w")


def named(facts: Facts, *operations: Operation, meant: frozenset[str] = frozenset()) -> list[str]:
    return [refusal.remedy for refusal in lockouts(facts, predict(facts, operations), operations, meant)]


@pytest.mark.parametrize(("name", "number"), [("fDenyTSConnections", 1), ("fEnableWinStation", 0), ("fLogonDisabled", 1)])
def test_closing_the_listener_is_refused_unless_it_was_meant(name: str, number: int) -> None:
    facts = host()
    assert named(facts, setting(facts, name, number)) == ["listener"]
    assert named(facts, setting(facts, name, number), meant=frozenset({"listener"})) == []
    assert named(facts, setting(facts, name, 1 - number)) == []


def test_what_was_closed_before_is_no_matter_of_the_plan() -> None:
    facts = host(set={"listener.values.fDenyTSConnections.local.value": 1})
    assert named(facts, setting(facts, "fEnableWinStation", 0)) == []


def test_moving_to_a_port_that_the_firewall_keeps_closed() -> None:
    facts = host()
    assert named(facts, setting(facts, "PortNumber", 3390)) == ["firewall"]


def test_the_last_version_of_tls() -> None:
    facts = host(set={f"tls.protocols.tls13.server.{name}": {"path": TLS.format(3), "kind": "REG_DWORD", "value": value} for name, value in (("Enabled", 0),)})
    found = facts.document["tls"]["protocols"]["tls12"]["server"]["Enabled"]
    off = registry_value(found, "Enabled", kind="REG_DWORD", value=0, restart=RestartClass.REBOOT, why="w")
    assert named(facts, off) == ["tls"]


def test_clients_of_which_nobody_knows() -> None:
    facts = host()
    found = facts.document["credssp"]["AllowEncryptionOracle"]
    strict = registry_value(found, "AllowEncryptionOracle", kind="REG_DWORD", value=0, restart=RestartClass.REBOOT, why="w")
    assert named(facts, strict) == ["clients"]
    assert named(facts, strict, meant=frozenset({"clients"})) == []


def test_what_may_cut_ansibles_own_way_in() -> None:
    facts = host()
    cut = replace(setting(facts, "UserAuthentication", 1), risk=Risk.MAY_CUT_CONNECTION)
    assert named(facts, cut) == ["registry_value"]


def test_what_can_no_longer_be_told_counts_as_closed() -> None:
    facts = host()
    blind = host(status={"tls": "denied"})
    assert [refusal.remedy for refusal in lockouts(facts, blind, ())] == ["tls"]
    assert {refusal.rule for refusal in lockouts(facts, blind, ())} == {"lock_out"}
    assert lockouts(blind, blind, ()) == ()


@given(states())
@settings(max_examples=60, deadline=None)
def test_no_plan_of_ours_locks_anybody_out(case: dict[str, Any]) -> None:
    facts = host(**case)
    plan = judge(facts, CATALOGUE).plan
    after = predict(facts, plan.operations)
    for name, way in WAYS.items():
        assert not (way.is_open(facts) is True and way.is_open(after) is not True), name
