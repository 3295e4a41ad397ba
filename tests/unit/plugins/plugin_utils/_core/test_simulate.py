# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A plan played on a copy keeps the target's rule, and comes to what was predicted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core import operations as make
from ansible_collections.rdpops.health.plugins.plugin_utils._core.judge import judge
from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import Facts, Operation, RestartClass, Risk
from ansible_collections.rdpops.health.plugins.plugin_utils._core.predict import predict
from ansible_collections.rdpops.health.plugins.plugin_utils._core.simulate import NOT_HELD, is_held, simulate, state_of
from hypothesis import given, settings

from tests.support.host_states import CATALOGUE, host, states

FOLDER = "C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys"


def setting(facts: Facts, name: str, number: int) -> Operation:
    found = facts.document["listener"]["values"][name]["local"]
    return replace(make.registry_value(found, name, kind="REG_DWORD", value=number, restart=RestartClass.NONE, why="w"), id=name)


def other(kind: str, target: dict[str, Any], ensure: dict[str, Any], expect: dict[str, Any] | None = None) -> Operation:
    return Operation("op1", kind, target, ensure, expect or {}, True, Risk.LOW, RestartClass.NONE, "w")


@given(states())
@settings(max_examples=80, deadline=None)
def test_a_plan_does_what_was_predicted_and_a_second_time_nothing(case: dict[str, Any]) -> None:
    facts = host(**case)
    plan = judge(facts, CATALOGUE).plan
    played = simulate(facts, plan.operations)
    # When a plan is carried out on the host that it was made for, nothing stops it, and the facts are those that were predicted
    assert played.stopped is None
    assert predict(played.facts, ()).document == predict(facts, plan.operations).document
    assert {result["status"] for result in played.results} <= {"changed", "unchanged"}
    # and carried out again it finds everything done, but for what restarts, and for what has to be looked at again since a key was made
    known = [operation for operation in plan.operations if "restarted" not in operation.ensure and is_held(operation, played.facts.document)]
    again = simulate(played.facts, known)
    assert {result["status"] for result in again.results} <= {"unchanged"}


def test_what_is_not_as_assumed_is_a_conflict_and_the_end() -> None:
    facts = host()
    first, second, third = (setting(facts, name, number) for name, number in (("SecurityLayer", 1), ("UserAuthentication", 0), ("MinEncryptionLevel", 3)))
    stale = replace(second, expect={"kind": "REG_DWORD", "value": 7})
    played = simulate(facts, (first, stale, third))
    assert [result["status"] for result in played.results] == ["changed", "conflict", "not_run"]
    assert played.stopped and "not as the plan assumed" in played.stopped
    assert played.facts is facts  # the first one is taken back


def test_check_mode_says_what_would_be() -> None:
    facts = host()
    played = simulate(facts, (setting(facts, "SecurityLayer", 1), setting(facts, "UserAuthentication", 1)), check_mode=True)
    assert [(result["status"], result["before"]["value"], result["after"]["value"]) for result in played.results] == [
        ("would_change", 2, 1),
        ("unchanged", 1, 1),
    ]


def test_what_a_saved_host_does_not_hold_fails_in_a_sentence() -> None:
    for operation in (
        other("key_acl", {"key": "HKLM\\SOFTWARE\\Microsoft\\MSLicensing"}, {"sddl": "D:"}),
        other("file_acl", {"path": FOLDER + "\\other"}, {"sddl": "D:"}),
        other("service", {"service": "WinRM"}, {"state": "running"}),
        other("firewall_rule", {"rule": "none"}, {"active": True}),
    ):
        played = simulate(host(), (operation,))
        assert played.results[0]["status"] == "failed" and NOT_HELD in (played.stopped or "")


def test_the_state_of_each_kind() -> None:
    facts = host(
        set={
            "sessions.sessions": [{"id": 2, "state": "active", "station": "s", "user": None, "domain": None}],
            "key_store.foreign_files": ["f" * 32 + "_x"],
        }
    )
    store, document = facts.document["key_store"], facts.document
    key = f"{store['folder']['path']}\\{store['listener_key']['file_name']}"
    foreign = f"{store['folder']['path']}\\" + "f" * 32 + "_x"
    gone = {"present": False}
    thumbprint = document["certificate"]["stores"]["remote_desktop"]["certificates"][0]["thumbprint"]
    for operation, state in (
        (other("file_isolate", {"path": key.upper()}, gone), {"present": True, "size": store["listener_key"]["size"]}),
        (other("file_isolate", {"path": foreign}, gone), {"present": True}),
        (other("file_isolate", {"path": foreign + "y"}, gone), gone),
        (other("file_acl", {"path": key}, {}), {"sddl": store["listener_key"]["sddl"]}),
        (other("file_acl", {"path": store["folder"]["path"]}, {}), {"sddl": store["folder"]["sddl"]}),
        (other("certificate_remove", {"store": "remote_desktop", "thumbprint": thumbprint}, gone), {"present": True}),
        (other("certificate_remove", {"store": "remote_desktop", "thumbprint": "0" * 40}, gone), gone),
        (other("session_logoff", {"session": 2}, gone), {"present": True, "state": "active"}),
        (other("session_logoff", {"session": 3}, gone), gone),
        (other("firewall_rule", {"rule": "RemoteDesktop-UserMode-In-TCP"}, {}), {"active": True}),
        (other("service", {"service": "SessionEnv"}, {}), {"state": "running", "start": "manual"}),
    ):
        assert state_of(operation, document) == state, operation
        if operation.ensure == gone and state["present"]:
            assert simulate(facts, (operation,)).results[0]["after"] == gone


@pytest.mark.parametrize("subset", ["listener", "key_store", "services", "certificate", "firewall", "sessions"])
def test_a_subset_that_was_not_read_is_not_held(subset: str) -> None:
    facts = host(status={subset: "denied"})
    for operation in judge(host(set={"listener.values.UserAuthentication.local.value": 0}), CATALOGUE).plan.operations:
        if subset == "listener":
            assert state_of(operation, facts.document) is None
    assert state_of(other("file_isolate", {"path": "p"}, {}), {}) is None
