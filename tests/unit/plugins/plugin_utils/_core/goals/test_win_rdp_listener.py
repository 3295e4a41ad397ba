# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The goal of win_rdp_listener: local values, never beside a policy, never weaker, nobody cut off unasked."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.goals.win_rdp_listener import GUARDED, Wish, propose
from ansible_collections.rdpops.health.plugins.plugin_utils._core.plan import assemble

from tests.support.goal_hosts import after, host, kinds

VALUES = "listener.values"
ACTIVE = {"id": 2, "state": "active", "station": "RDP-Tcp#1", "user": None, "domain": None}
RESTART = ["TermService:restarted"]
ANY_PORT_RULE = {"firewall.rules.0.text": "v2.33|Action=Allow|Active=TRUE|Dir=In|Protocol=6|App=%SystemRoot%\\system32\\svchost.exe|Svc=termservice|"}


def local(name: str, value: Any, kind: str = "REG_DWORD") -> dict[str, Any]:
    return {f"{VALUES}.{name}.local.kind": kind, f"{VALUES}.{name}.local.value": value}


def policy(name: str, value: Any, kind: str = "REG_DWORD") -> dict[str, Any]:
    return {f"{VALUES}.{name}.policy.kind": kind, f"{VALUES}.{name}.policy.value": value}


GOOD = Wish(enabled=True, nla=True, security_layer="tls", min_encryption_level="client_compatible", max_connections=0, drain="none", port=3389)


@pytest.mark.parametrize(
    ("case", "wish", "expected"),
    [
        ({}, Wish(), []),
        ({}, GOOD, []),
        (local("UserAuthentication", 0), GOOD, ["UserAuthentication=1"]),
        (local("UserAuthentication", None, "absent"), Wish(nla=True), []),  # what Windows takes where nothing is set
        (local("SecurityLayer", None, "absent"), Wish(security_layer="negotiate"), ["SecurityLayer=1"]),  # sources differ on that one
        (local("SecurityLayer", 0), Wish(security_layer="negotiate"), ["SecurityLayer=1"]),
        (local("SecurityLayer", "2", "REG_SZ"), Wish(security_layer="tls"), ["SecurityLayer=2"]),
        (local("MinEncryptionLevel", 1), Wish(min_encryption_level="high"), ["MinEncryptionLevel=3"]),
        ({}, Wish(min_encryption_level="fips"), ["MinEncryptionLevel=4"]),
        ({}, Wish(max_connections=5), ["MaxInstanceCount=5"]),
        (local("MaxInstanceCount", 5), Wish(max_connections=0), ["MaxInstanceCount=4294967295"]),
        ({}, Wish(drain="permanent"), ["TSServerDrainMode=2"]),
        ({}, Wish(drain="until_restart"), ["TSServerDrainMode=1"]),
        (local("fDenyTSConnections", 1), Wish(enabled=True), ["fDenyTSConnections=0"]),
        ({**local("fDenyTSConnections", 1), **policy("fDenyTSConnections", 0)}, Wish(enabled=True), ["fDenyTSConnections=0"]),
        (local("fLogonDisabled", 1), Wish(enabled=True), ["fLogonDisabled=0"]),
        (local("fEnableWinStation", 0), Wish(enabled=True), ["fEnableWinStation=1", *RESTART]),
        ({**local("fEnableWinStation", 0), "services.TermService.state": "stopped"}, Wish(enabled=True), ["fEnableWinStation=1"]),
        ({**local("fEnableWinStation", 0), "services.UmRdpService.state": "stopped"}, Wish(enabled=True), ["fEnableWinStation=1", RESTART[0]]),
        (ANY_PORT_RULE, Wish(port=3390), ["PortNumber=3390", *RESTART]),
        ({}, Wish(enabled=False), ["fDenyTSConnections=1"]),
        (policy("UserAuthentication", 1), Wish(nla=True), []),  # a policy sets what is wanted
        (policy("fDenyTSConnections", 1), Wish(enabled=False), []),
    ],
)
def test_what_is_set(case: dict[str, Any], wish: Wish, expected: list[str]) -> None:
    facts = host(set=case)
    goal = propose(facts, wish)
    assert (kinds(goal), goal.against, goal.met) == (expected, (), not expected)
    plan = assemble(facts, [goal.proposal], lifted=goal.lifted, meant=goal.meant)
    assert [operation.target.get("service") for operation in plan.operations] == [operation.target.get("service") for operation in goal.proposal.operations]
    assert propose(after(facts, goal), wish).proposal.operations == ()


@pytest.mark.parametrize(
    ("name", "case", "wish"),
    [
        ("UserAuthentication", {}, Wish(nla=False)),
        ("SecurityLayer", {}, Wish(security_layer="negotiate")),
        ("SecurityLayer", {}, Wish(security_layer="rdp")),
        ("MinEncryptionLevel", {}, Wish(min_encryption_level="low")),
        ("MinEncryptionLevel", local("MinEncryptionLevel", 3), Wish(min_encryption_level="client_compatible")),
    ],
)
def test_less_protection_is_refused_with_what_helps_and_had_only_by_break_glass(name: str, case: dict[str, Any], wish: Wish) -> None:
    facts = host(set=case)
    goal = propose(facts, wish)
    assert goal.against[0].rule == "never_weaker" and goal.against[0].because == GUARDED[name].harm and GUARDED[name].instead in goal.against[0].instead
    broken = propose(facts, Wish(**{**wish.__dict__, "break_glass": True}))
    assert kinds(broken) and broken.against == ()
    assert assemble(facts, [broken.proposal], lifted=broken.lifted).operations
    assert assemble(facts, [broken.proposal]).operations == ()  # without it the floor stands against the plan as well


@pytest.mark.parametrize(
    ("case", "wish", "rule", "words"),
    [
        (policy("UserAuthentication", 0), Wish(nla=True), "policy_owns", "Network Level Authentication"),
        (policy("fDenyTSConnections", 1), Wish(enabled=True), "policy_owns", "Allow users to connect remotely"),
        (policy("MaxInstanceCount", 3), Wish(max_connections=9), "policy_owns", "Limit number of connections"),
        ({**policy("UserAuthentication", 1)}, Wish(nla=False, break_glass=True), "policy_owns", "Network Level Authentication"),
        ({"sessions.sessions": [ACTIVE]}, Wish(enabled=False), "needs_consent", "allow_session_disconnect: true"),
        ({"sessions.truncated": True}, Wish(enabled=False), "needs_consent", "allow_session_disconnect: true"),
        (local("SecurityLayer", None, "denied"), Wish(security_layer="tls"), "cannot_look", "blindly"),
        (policy("UserAuthentication", None, "denied"), Wish(nla=True), "cannot_look", "blindly"),
    ],
)
def test_what_is_refused(case: dict[str, Any], wish: Wish, rule: str, words: str) -> None:
    goal = propose(host(set=case), wish)
    assert goal.against[0].rule == rule and words in goal.against[0].instead
    assert not goal.met and goal.proposal.operations == ()


def test_people_may_be_cut_off_by_name() -> None:
    facts = host(set={"sessions.sessions": [ACTIVE]})
    goal = propose(facts, Wish(enabled=False, allow_session_disconnect=True))
    assert kinds(goal) == ["fDenyTSConnections=1"] and goal.meant == {"listener"}
    assert assemble(facts, [goal.proposal], meant=goal.meant).operations
    assert assemble(facts, [goal.proposal]).operations == ()  # not meant, it would be a lock-out


def test_a_port_that_the_firewall_keeps_closed_would_lock_everybody_out() -> None:
    facts = host()
    goal = propose(facts, Wish(port=3390))
    assert kinds(goal) == ["PortNumber=3390", *RESTART]
    plan = assemble(facts, [goal.proposal])
    assert plan.operations == () and [refusal.rule for refusal in plan.refusals] == ["lock_out"]


def test_a_port_that_is_taken_is_refused() -> None:
    facts = host()
    entry = {"address": "0.0.0.0", "port": 3390, "pid": 4}
    empty = {"kind": "", "items": [], "truncated": False}
    facts.document["ports"] = {"ipv4": {**empty, "items": [entry]}, "ipv6": empty, "term_service_pid": 900}  # type: ignore[index]
    assert propose(facts, Wish(port=3390)).against[0].rule == "lock_out"
    assert propose(facts, Wish(port=3391)).against == ()


def test_the_answer_says_who_sets_what() -> None:
    told = propose(host(set={**policy("UserAuthentication", 1), **local("SecurityLayer", "2", "REG_SZ")}), Wish())
    nla = told.answer["settings"]["UserAuthentication"]
    assert (nla["value"], nla["source"]) == (1, "policy") and "Network Level" in nla["policy"] and nla["policy_path"].startswith("HKLM\\SOFTWARE\\Policies")
    layer = told.answer["settings"]["SecurityLayer"]
    assert (layer["source"], layer["wrong_kind"], layer["policy"]) == ("default", True, None)
    assert "SecurityLayer is of a kind that Windows ignores" in told.warnings[0] and told.met
    assert told.answer["sessions"] == 0


def test_what_could_not_be_read_is_null() -> None:
    told = propose(host(status={"listener": "denied", "sessions": "error"}), Wish())
    assert told.answer == {"settings": {}, "sessions": None}
    assert propose(host(status={"listener": "denied"}), GOOD).against
