# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Plans: never weaker, smallest, and at an end after one time."""

from __future__ import annotations

import dataclasses
import json
import random
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core import operations
from ansible_collections.rdpops.health.plugins.plugin_utils._core import plan as plan_module
from ansible_collections.rdpops.health.plugins.plugin_utils._core.floor import lowered
from ansible_collections.rdpops.health.plugins.plugin_utils._core.judge import judge
from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import Operation, Outcome, Plan, Rank, RestartClass, Risk
from ansible_collections.rdpops.health.plugins.plugin_utils._core.operations import Proposal, registry_value, restart_term_service
from ansible_collections.rdpops.health.plugins.plugin_utils._core.predict import predict
from ansible_collections.rdpops.health.plugins.plugin_utils._core.remedies import ORDER, REMEDIES
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.host_states import CATALOGUE, host, states

ACLS = {
    "key_store.folder.sddl": "D:P(A;;FA;;;SY)",
    "key_store.listener_key.sddl": "D:P(A;;FA;;;SY)",
    "probe.symptom": "tls_closed",
    "probe.tls.outcome": "closed",
}


def planned(**case: Any) -> Plan:
    return judge(host(**case), CATALOGUE).plan


@given(states())
@settings(max_examples=120, deadline=None)
def test_laws_of_every_plan(case: dict[str, Any]) -> None:
    # Given a host with a heap of faults
    facts = host(**case)
    made = judge(facts, CATALOGUE).plan
    after = predict(facts, made.operations)
    # Then the plan lowers no line of the floor,
    assert lowered(facts, after) == ()
    # numbers its operations, asks for nothing twice, and says the widest restart,
    assert [operation.id for operation in made.operations] == [f"op{number}" for number in range(1, len(made.operations) + 1)]
    assert len(goals(made)) == len(made.operations)
    widest = max((list(RestartClass).index(operation.restart) for operation in made.operations), default=0)
    assert made.restart is list(RestartClass)[widest]
    # never carries out what may cut a connection, nor writes below Policies beside the CredSSP value that belongs there,
    assert all(operation.risk is not Risk.MAY_CUT_CONNECTION for operation in made.operations)
    keys = [operation.target["key"] for operation in made.operations if "key" in operation.target]
    assert not [key for key in keys if "\\Policies\\" in key and not key.endswith("\\CredSSP\\Parameters")]
    # assumes what was seen, so that none is a wish for what is there already,
    assert not [operation for operation in made.operations if operation.ensure == operation.expect]
    # and, carried out, leaves nothing to plan. A prediction has no outside view, so it is left out from the beginning here.
    blind = predict(facts, ())
    first = judge(blind, CATALOGUE).plan
    blind = predict(blind, first.operations)
    if any(operation.kind == "certificate_binding" for operation in first.operations):
        blind = predict(blind, judge(blind, CATALOGUE).plan.operations)  # what stood behind the binding shows only when it is gone
    assert judge(blind, CATALOGUE).plan.operations == ()


def goals(made: Plan) -> set[str]:
    return {json.dumps([operation.kind, operation.target, operation.ensure], sort_keys=True) for operation in made.operations}


@given(states())
@settings(max_examples=60, deadline=None)
def test_a_restart_comes_after_what_it_is_for(case: dict[str, Any]) -> None:
    made = planned(**case)
    ends = [
        index
        for index, operation in enumerate(made.operations)
        if operation.target.get("service") == "SessionEnv" and operation.ensure.keys() & {"restarted", "state"}
    ]
    changes = [index for index, operation in enumerate(made.operations) if operation.restart is RestartClass.SESSION_ENV and operation.kind != "service"]
    assert len(ends) <= 1
    assert not ends or all(index < ends[0] for index in changes)


def test_a_healthy_host_needs_nothing() -> None:
    made = planned()
    assert (made.operations, made.refusals, made.predicted, made.restart) == ((), (), {}, RestartClass.NONE)


def test_two_lists_one_restart_after_both() -> None:
    made = planned(set=ACLS)
    assert [operation.kind for operation in made.operations] == ["file_acl", "file_acl", "service"]
    assert [refusal.remedy for refusal in made.refusals] == ["key_store"]  # said once
    assert made.restart is RestartClass.SESSION_ENV


def test_predicted_are_the_checks_that_failed() -> None:
    made = planned(set={"listener.values.UserAuthentication.local.value": 0, "probe.nla": "optional"})
    assert made.predicted["listener.nla_required"] is Outcome.PASS
    assert Outcome.FAIL not in made.predicted.values()
    assert made.predicted.keys() == {"listener.nla_required", "outside.nla_required"}  # and no check that was right before
    assert made.predicted["outside.nla_required"] is Outcome.UNKNOWN  # nobody has asked again


def test_operations_come_in_the_order_of_the_remedies() -> None:
    changes = {
        **ACLS, "listener.values.UserAuthentication.local.value": 0, "listener.values.SecurityLayer.local.value": 0,
        "services.TermService.state": "stopped", "credssp.AllowEncryptionOracle.kind": "REG_DWORD", "credssp.AllowEncryptionOracle.value": 2,
    }  # fmt: skip
    judgement = judge(host(set=changes), CATALOGUE)
    names = plan_module._remedies(judgement.findings, judgement.causes)
    assert names == sorted(names, key=ORDER.index)
    order = [json.dumps([operation.kind, operation.target]) for operation in judgement.plan.operations]
    facts = host(set=changes)
    proposed = [json.dumps([operation.kind, operation.target]) for name in names for operation in REMEDIES[name](facts).operations]
    last = {text: index for index, text in enumerate(proposed)}
    assert order == sorted(last, key=last.__getitem__)


def test_only_what_is_sure_enough_is_acted_on() -> None:
    # Given a host whose outside view alone makes several causes possible
    judgement = judge(host(status={"key_store": "denied"}, set={"probe.symptom": "tls_reset", "probe.tls.outcome": "reset"}), CATALOGUE)
    possible = [ranked for ranked in judgement.causes if ranked.rank is Rank.POSSIBLE and ranked.cause.remedy]
    assert possible
    assert judgement.plan.operations == ()
    assert not {refusal.remedy for refusal in judgement.plan.refusals} & {ranked.cause.remedy for ranked in possible}


def test_a_place_off_the_list_is_refused_and_the_rest_goes_on() -> None:
    # Given a snapshot that claims another folder for the keys, and an oracle that is open
    oracle = {"credssp.AllowEncryptionOracle.kind": "REG_DWORD", "credssp.AllowEncryptionOracle.value": 2}
    made = planned(set={"key_store.folder.sddl": "D:P", "key_store.folder.path": "C:\\Windows\\System32", **oracle})
    # Then nothing is planned there
    assert "file_acl" not in [operation.kind for operation in made.operations]
    assert "registry_value" in [operation.kind for operation in made.operations]
    (refusal,) = (item for item in made.refusals if item.remedy == "file_acl")
    assert refusal.rule == "by_hand"
    assert "C:\\Windows\\System32" in refusal.because


def weaken(facts: Any) -> Proposal:
    found = facts.document["listener"]["values"]["UserAuthentication"]["local"]
    return Proposal((registry_value(found, "UserAuthentication", kind="REG_DWORD", value=0, restart=RestartClass.NONE, why="bad advice"),))


def test_a_plan_that_would_lower_the_floor_loses_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a remedy that would switch NLA off beside one that is good
    monkeypatch.setattr(plan_module, "REMEDIES", {**REMEDIES, "restore_key_folder_access": weaken})
    made = planned(set={**ACLS, "key_store.listener_key.sddl": "D:P(A;;FA;;;SY)"})
    assert made.operations == ()
    assert (made.restart, made.predicted) == (RestartClass.NONE, {})
    assert (made.refusals[-1].rule, made.refusals[-1].remedy) == ("never_weaker", "plan")
    assert "(nla)" in made.refusals[-1].because


@pytest.mark.parametrize("name", ["UserAuthentication", "SecurityLayer", "MinEncryptionLevel", "fDenyTSConnections"])
def test_what_a_policy_owns_is_refused(name: str) -> None:
    bad = 1 if name in ("fDenyTSConnections", "MinEncryptionLevel") else 0
    policy = f"listener.values.{name}.policy"
    made = planned(set={f"{policy}.kind": "REG_DWORD", f"{policy}.value": bad})
    assert made.operations == ()
    (refusal,) = made.refusals
    assert refusal.rule == "policy_owns"
    assert name in refusal.because
    assert "Remote Desktop Session Host" in refusal.instead


def shuffled(value: Any, chance: random.Random) -> Any:
    if isinstance(value, dict):
        items = list(value.items())
        chance.shuffle(items)
        return {name: shuffled(item, chance) for name, item in items}
    return [shuffled(item, chance) for item in value] if isinstance(value, list) else value


@given(st.randoms(use_true_random=False))
@settings(max_examples=10, deadline=None)
def test_the_digest_does_not_depend_on_the_order_of_names(chance: random.Random) -> None:
    facts = host(set=ACLS)
    again = dataclasses.replace(facts, document=shuffled(facts.document, chance))
    assert judge(again, CATALOGUE).plan.digest == judge(facts, CATALOGUE).plan.digest


def test_the_digest_changes_with_host_operations_and_what_they_assume() -> None:
    facts = host(set=ACLS)
    other_host = dataclasses.replace(facts, host="other")
    digests = [
        judge(facts, CATALOGUE).plan.digest, judge(other_host, CATALOGUE).plan.digest, planned().digest,
        planned(set={**ACLS, "key_store.folder.sddl": "D:P"}).digest,
        planned(set={**ACLS, "listener.values.UserAuthentication.local.value": 0}).digest,
    ]  # fmt: skip
    assert len(set(digests)) == len(digests)
    assert all(len(digest) == 64 for digest in digests)


def test_every_field_of_an_operation_is_in_the_digest() -> None:
    base = registry_value({"path": "p", "kind": "REG_DWORD", "value": 0}, "N", kind="REG_DWORD", value=1, restart=RestartClass.NONE, why="w")
    others: dict[str, Any] = {
        "id": "x", "kind": "k", "target": {}, "ensure": {}, "expect": {}, "reversible": False, "risk": Risk.RESTARTS_LISTENER,
        "restart": RestartClass.REBOOT,
    }  # fmt: skip
    changed = [base, *(dataclasses.replace(base, **{name: value}) for name, value in others.items())]
    digests = {plan_module.digest_of("rds01", (operation,)) for operation in changed}
    assert len(digests) == len(dataclasses.fields(Operation))  # each of them, and the base; why is left out: it is no part of what is done
    assert plan_module.digest_of("rds02", (base,)) not in digests


def test_how_many_people_are_connected_is_no_part_of_the_digest() -> None:
    """Given a plan that was reviewed in the evening, when one more has logged on, then it is the same plan still."""
    digests = {plan_module.digest_of("rds01", (restart_term_service(sessions, why="w"),)) for sessions in (None, 0, 7)}
    assert len(digests) == 1


def value_of(facts: Any, name: str, number: int, *, key: str | None = None, called: str | None = None) -> Operation:
    found = facts.document["listener"]["values"][name]["local"]
    return registry_value({**found, "path": key or found["path"]}, called or name, kind="REG_DWORD", value=number, restart=RestartClass.NONE, why="w")


def assembled(facts: Any, *operations: Operation, **more: frozenset[str]) -> list[tuple[str, str]]:
    """Return what stands against a plan of these operations, by what it is about and its rule."""
    made = plan_module.assemble(facts, [Proposal(operations)], **more)
    assert bool(made.operations) is not bool(made.refusals)
    return [(refusal.remedy, refusal.rule) for refusal in made.refusals]


def test_a_name_in_other_letters_does_not_slip_under_the_floor() -> None:
    """Given a remedy in data that writes userauthentication, then the plan is refused as for UserAuthentication."""
    facts = host()
    key = facts.document["listener"]["values"]["UserAuthentication"]["local"]["path"].upper()
    weak = value_of(facts, "UserAuthentication", 0, key=key, called="userauthentication")
    assert lowered(facts, predict(facts, (weak,))) == ("nla",)
    assert assembled(facts, weak) == [("plan", "never_weaker")]


def test_what_no_host_may_have_is_refused_even_where_the_host_has_less() -> None:
    facts = host(set={"listener.values.SecurityLayer.local.value": 0, "listener.values.UserAuthentication.local.value": 0})
    assert assembled(facts, value_of(facts, "UserAuthentication", 0)) == [("plan", "never_weaker")]
    assert assembled(facts, value_of(facts, "UserAuthentication", 0), lifted=frozenset({"nla"})) == []


@pytest.mark.parametrize(
    ("denied", "name", "number", "against"),
    [
        ("UserAuthentication", "UserAuthentication", 1, ["nla"]),
        ("fLogonDisabled", "fDenyTSConnections", 1, ["listener"]),
        ("fLogonDisabled", "fDenyTSConnections", 0, []),  # what opens closes nothing
        ("fEnableWinStation", "PortNumber", 3390, ["firewall", "listener"]),
        ("fEnableWinStation", "UserAuthentication", 1, []),  # not what this plan touches
    ],
)
def test_unknown_is_neither_strong_enough_nor_open(denied: str, name: str, number: int, against: list[str]) -> None:
    """Given a line or a way in that nobody can look at, when a plan touches it, then the plan is refused with that reason."""
    facts = host(set={f"listener.values.{denied}.local.kind": "denied", f"listener.values.{denied}.local.value": None})
    found = assembled(facts, replace_kind(value_of(facts, name, number)))
    assert sorted(remedy for remedy, dummy in found) == against
    assert {rule for dummy, rule in found} <= {"cannot_look", "lock_out"}
    if name == denied:
        assert assembled(facts, replace_kind(value_of(facts, name, number)), lifted=frozenset({"nla"})) == []


def replace_kind(operation: Operation) -> Operation:
    return dataclasses.replace(operation, expect={"kind": "absent", "value": None})


@pytest.mark.parametrize(
    ("subset", "path", "name", "number", "against"),
    [
        ("tls", "tls.protocols.tls10.server.Enabled", "Enabled", 0, ["tls"]),
        ("credssp", "credssp.AllowEncryptionOracle", "AllowEncryptionOracle", 1, ["encryption_oracle", "clients"]),
    ],
)
def test_a_subset_that_was_not_read_is_not_written(subset: str, path: str, name: str, number: int, against: list[str]) -> None:
    seen, blind = host(), host(status={subset: "denied"})
    found: Any = seen.document
    for part in path.split("."):
        found = found[part]
    made = registry_value(found, name, kind="REG_DWORD", value=number, restart=RestartClass.REBOOT, why="w")
    assert assembled(blind, made) == [*((line, "cannot_look") for line in against), ("registry_value", "cannot_look")]
    assert assembled(seen, made) == []


def test_what_the_facts_do_not_hold_cannot_be_foreseen() -> None:
    """Given an operation on a service, a rule and a value that nobody has looked at, then it is refused, and a restart or a wait is not."""
    facts = host(status={"services": "error", "firewall": "error"})
    start = operations.service("UmRdpService", ensure={"state": "running"}, expect={"state": "stopped"}, restart=RestartClass.NONE, risk=Risk.LOW, why="w")
    assert assembled(facts, start) == [("service", "cannot_look")]
    rule = operations.firewall_rule_active("RemoteDesktop-UserMode-In-TCP", expect_active=False, why="w")
    assert assembled(facts, rule) == [("public_profile", "cannot_look"), ("firewall_rule", "cannot_look")]
    wait = operations.wait_until("service_state", ensure={"state": "running"}, why="w")
    waits = dataclasses.replace(wait, target={**wait.target, "service": "SessionEnv"})
    assert assembled(facts, operations.restart_service("SessionEnv", restart=RestartClass.SESSION_ENV, why="w"), waits) == []
    assert assembled(host(), start) == []


def test_a_breach_is_what_sinks_or_is_not_known() -> None:
    facts = host()
    assert plan_module.breached(facts, (value_of(facts, "UserAuthentication", 0),)) == {"nla"}
    assert plan_module.breached(facts, (value_of(facts, "UserAuthentication", 1), value_of(facts, "MaxInstanceCount", 7))) == frozenset()
    closed = host(set={"listener.values.SecurityLayer.local.kind": "denied"})
    assert plan_module.breached(closed, (value_of(closed, "SecurityLayer", 2),)) == {"security_layer"}


CLOSED_FIREWALL = {"firewall.active_profiles": ["domain"], "firewall.rules.0.text": "v2.31|Action=Allow|Active=FALSE|Dir=In|Protocol=6|LPort=3389|"}


@pytest.mark.parametrize(
    ("faults", "remedy"),
    [
        (CLOSED_FIREWALL, "open_firewall"),
        ({"listener.values.fEnableWinStation.local.value": 0}, "enable_listener"),
        ({"services.TermService.state": "stopped"}, "start_term_service"),
    ],
)
@pytest.mark.parametrize("side", ["local", "policy"])
def test_no_way_in_is_opened_to_what_is_switched_off(faults: dict[str, Any], remedy: str, side: str) -> None:
    # Given a host with a closed way in, which is opened where people are to get in
    silent = {"probe.symptom": "connect_timeout", "probe.ended_at": "connect", "probe.tls.outcome": "not_reached"}
    case = {"set": {**faults, **silent}}
    assert REMEDIES[remedy](host(**case)).operations, "the case has nothing to open"
    assert planned(**case).operations
    # When Remote Desktop itself was switched off, on the host or by policy
    denied = {f"listener.values.fDenyTSConnections.{side}.kind": "REG_DWORD", f"listener.values.fDenyTSConnections.{side}.value": 1}
    made = planned(set={**case["set"], **denied})
    # Then nothing of it is opened, and the plan says why
    assert not made.operations
    assert [refusal.rule for refusal in made.refusals if refusal.remedy == remedy and "switched off" in refusal.because] == ["needs_consent"]
