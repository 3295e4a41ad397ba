# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Remedies that are data: two kinds, places of the allow-list, and everything that guards our own plans guards them."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.build import build_check
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.read import CatalogueError
from ansible_collections.rdpops.health.plugins.plugin_utils._core.judge import judge
from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import Catalogue, Check, Plan
from ansible_collections.rdpops.health.plugins.plugin_utils._core.operations import OperationError
from ansible_collections.rdpops.health.plugins.plugin_utils._core.remedies.data import check_operation

from tests.support.host_states import host
from tests.support.sources import CHECK

LISTENER = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp"
LEVEL_PATH = "listener.values.MinEncryptionLevel"
LEVEL: dict[str, Any] = {
    "kind": "registry_value",
    "target": {"key": LISTENER, "value": "MinEncryptionLevel"},
    "ensure": {"kind": "REG_DWORD", "value": 3},
    "found": f"{LEVEL_PATH}.local",
}
SERVICE: dict[str, Any] = {"kind": "service", "target": {"service": "SessionEnv"}, "ensure": {"state": "running", "start": "manual"}}


def check_with(*operations: dict[str, Any], **changes: Any) -> Check:
    expect = {"path": "derived.effective.MinEncryptionLevel.value", "at_least": 3}
    return build_check({**CHECK, "expect": expect, "operations": list(operations), **changes}, "here.yml")


def planned(check: Check, **case: Any) -> Plan:
    alone = Catalogue((check,), (), "1", "")
    return judge(host(**case), alone).plan


@pytest.mark.parametrize("operation", [LEVEL, SERVICE, {**SERVICE, "ensure": {"start": "automatic"}}])
def test_what_may_be_asked_for(operation: dict[str, Any]) -> None:
    assert check_operation(operation) == operation
    assert check_with(operation).remedy == "corp.port"


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        ("x", "kind must be one of registry_value, service"),
        ({"kind": "certificate_remove", "target": {}, "ensure": {}}, "kind must be one of registry_value, service"),
        ({"kind": ["x"]}, "kind must be one of"),
        ({**LEVEL, "target": {"key": "HKLM\\SOFTWARE\\Other", "value": "Run"}}, "registry_value never touches HKLM\\SOFTWARE\\Other, Run"),
        ({**LEVEL, "target": {"key": LISTENER, "value": "SSLCertificateSHA1Hash"}}, "never touches"),
        ({**LEVEL, "target": {"key": LISTENER}}, "never touches"),
        ({**LEVEL, "target": {"key": LISTENER, "value": 1}}, "never touches"),
        ({**LEVEL, "target": "x"}, "has the fields"),
        ({**LEVEL, "ensure": {"kind": "REG_DWORD", "value": 1}}, "no repair may have: a level below 2 leaves what the server sends unencrypted"),
        ({**LEVEL, "target": {"key": LISTENER, "value": "UserAuthentication"}, "ensure": {"kind": "REG_DWORD", "value": 0}}, "without Network Level"),
        ({**LEVEL, "ensure": {"kind": "REG_DWORD", "value": "3"}}, "the goal is not of the form"),
        ({**LEVEL, "ensure": {"kind": "REG_DWORD", "value": -1}}, "the goal is not of the form"),
        ({name: value for name, value in LEVEL.items() if name != "found"}, "registry_value has the fields ensure, found, kind, target"),
        ({**LEVEL, "found": 1}, "found must be the path"),
        ({**LEVEL, "command": "x"}, "has the fields"),
        ({**SERVICE, "target": {"service": "WinRM"}}, "service never touches WinRM"),
        ({**SERVICE, "ensure": {"restarted": True}}, "a restart is said by the field restart"),
        ({**SERVICE, "ensure": {"state": "stopped"}}, "neither stops nor disables"),
        ({**SERVICE, "ensure": {"start": "disabled"}}, "neither stops nor disables"),
    ],
)
def test_what_may_not(operation: Any, words: str) -> None:
    with pytest.raises(OperationError) as caught:
        check_operation(operation)
    assert words in str(caught.value)
    with pytest.raises(CatalogueError) as refused:
        check_with(operation)
    assert str(refused.value).startswith("here.yml: operations: ")


def test_a_path_that_is_none_and_a_remedy_beside_operations() -> None:
    with pytest.raises(CatalogueError, match="found must be a path"):
        check_with({**LEVEL, "found": "a..b"})
    with pytest.raises(CatalogueError, match="remedy and operations exclude each other"):
        check_with(LEVEL, remedy="require_nla")
    with pytest.raises(CatalogueError, match="at most 10 entries"):
        check_with(*[LEVEL] * 11)


def test_the_operation_assumes_what_was_seen() -> None:
    (operation,) = planned(check_with(LEVEL)).operations
    assert (operation.target, operation.ensure) == (LEVEL["target"], LEVEL["ensure"])
    found = host().document["listener"]["values"]["MinEncryptionLevel"]["local"]
    assert operation.expect == {"kind": found["kind"], "value": found["value"]}


def test_a_host_that_is_right_gets_none() -> None:
    assert planned(check_with(LEVEL), set={f"{LEVEL_PATH}.local.value": 3}).operations == ()
    started = {"services.SessionEnv.state": "running"}
    assert planned(check_with({**SERVICE, "ensure": {"state": "running"}}), set=started).operations == ()


@pytest.mark.parametrize(
    ("operation", "case", "rule"),
    [
        (LEVEL, {"set": {f"{LEVEL_PATH}.policy.kind": "REG_DWORD", f"{LEVEL_PATH}.policy.value": 1}}, "policy_owns"),
        ({**LEVEL, "found": "listener.values.SecurityLayer.gone"}, {}, "cannot_look"),
        ({**LEVEL, "found": "credssp.AllowEncryptionOracle"}, {}, "by_hand"),
        (SERVICE, {"set": {"services.SessionEnv.Start.kind": "denied"}}, "cannot_look"),
        (SERVICE, {"status": {"services": "denied"}}, "cannot_look"),
        (SERVICE, {"set": {"services.SessionEnv.exists": False}}, "by_hand"),
    ],
)
def test_refusals(operation: dict[str, Any], case: dict[str, Any], rule: str) -> None:
    plan = planned(check_with(operation), **case)
    assert plan.operations == ()
    assert [refusal.rule for refusal in plan.refusals] == [rule]


def test_no_remedy_in_data_lowers_the_floor() -> None:
    weaker = {**LEVEL, "target": {"key": LISTENER, "value": "UserAuthentication"}, "ensure": {"kind": "REG_DWORD", "value": 0}}
    # Also where what refuses it in a file was got round
    plan = planned(dataclasses.replace(check_with(LEVEL), operations=({**weaker, "found": "listener.values.UserAuthentication.local"},)))
    assert plan.operations == ()
    assert [refusal.rule for refusal in plan.refusals] == ["never_weaker"]


def test_what_stands_on_the_list_and_in_the_facts_under_another_key_is_refused() -> None:
    other = dataclasses.replace(check_with(LEVEL), operations=({**LEVEL, "found": "listener.values.fDenyTSConnections.local"},))
    assert [refusal.rule for refusal in planned(other).refusals] == ["by_hand"]
