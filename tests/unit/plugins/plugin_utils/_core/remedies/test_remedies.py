# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Each remedy on its own."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import RestartClass
from ansible_collections.rdpops.health.plugins.plugin_utils._core.operations import Proposal
from ansible_collections.rdpops.health.plugins.plugin_utils._core.remedies import REMEDIES

from tests.support.host_states import host

LATER = "2036-01-01T00:00:00Z"
BINDING = "certificate.bindings.SSLCertificateSHA1Hash"
DANGLING = {f"{BINDING}.kind": "REG_BINARY", f"{BINDING}.value": "/////////////////////////+8="}
TEMPLATE = {"certificate.bindings.TemplateCertificate.kind": "REG_BINARY", "certificate.bindings.TemplateCertificate.value": "/////////////////////////+8="}
STOPPED, DISABLED = {"services.SessionEnv.state": "stopped"}, {"services.SessionEnv.Start.value": 4}
RESTART = ("service", {"service": "SessionEnv"}, {"restarted": True})
WAIT = ("wait_until", {"condition": "listener_certificate", "seconds": 30}, {"valid": True})
FIREWALL_OFF = {"probe.ended_at": "connect"}


def proposed(remedy: str, **case: Any) -> Proposal:
    return REMEDIES[remedy](host(**case))


def goals(proposal: Proposal) -> list[Any]:
    return [(operation.kind, operation.target, operation.ensure) for operation in proposal.operations]


def rules(proposal: Proposal) -> list[tuple[str, str]]:
    return [(refusal.remedy, refusal.rule) for refusal in proposal.refusals]


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ({}, []),
        ({"set": STOPPED}, [{"state": "running"}]),
        ({"set": {**STOPPED, **DISABLED}}, [{"state": "running", "start": "manual"}]),
        ({"set": DISABLED}, [{"start": "manual"}]),
        ({"set": STOPPED, "at": LATER}, [{"state": "running"}, {"valid": True}]),
        ({"set": {**STOPPED, **TEMPLATE}, "at": LATER}, [{"state": "running"}]),
        ({"set": {**STOPPED, **DANGLING}, "at": LATER}, [{"state": "running"}, {"valid": True}]),
        ({"set": {**STOPPED, "certificate.stores.remote_desktop.certificates": []}}, [{"state": "running"}, {"valid": True}]),
        ({"set": STOPPED, "status": {"certificate": "error"}, "at": LATER}, [{"state": "running"}]),
    ],
)
def test_start_session_env(case: dict[str, Any], expected: list[Any]) -> None:
    proposal = proposed("start_session_env", **case)
    assert [operation.ensure for operation in proposal.operations] == expected
    assert proposal.refusals == ()


@pytest.mark.parametrize("service", ["SessionEnv", "TermService"])
@pytest.mark.parametrize(("change", "rule"), [({"exists": False, "state": None}, "by_hand"), ({"state": "unknown"}, "cannot_look")])
def test_a_service_that_is_gone_or_does_not_tell(service: str, change: dict[str, Any], rule: str) -> None:
    remedy = {"SessionEnv": "start_session_env", "TermService": "start_term_service"}[service]
    proposal = proposed(remedy, set={f"services.{service}.{name}": value for name, value in change.items()})
    assert (proposal.operations, rules(proposal)) == ((), [(remedy, rule)])


def test_start_term_service() -> None:
    proposal = proposed("start_term_service", set={"services.TermService.state": "stopped", "services.TermService.Start.value": 4})
    assert goals(proposal) == [("service", {"service": "TermService"}, {"state": "running", "start": "manual"})]
    assert proposed("start_term_service") == Proposal()


@pytest.mark.parametrize(
    ("library", "starts"),
    [("%SystemRoot%\\System32\\termsrv.dll", True), ("C:\\Windows\\system32\\TERMSRV.dll", True), (None, True), ("C:\\Tools\\rdpwrap.dll", False)],
)
def test_a_service_that_was_tampered_with_is_left_to_a_person(library: str | None, starts: bool) -> None:
    node = {"path": "p", "kind": "REG_EXPAND_SZ" if library else "absent", "value": library}
    proposal = proposed("start_term_service", set={"services.TermService.state": "stopped", "services.TermService.ServiceDll": node})
    assert bool(proposal.operations) is starts
    assert rules(proposal) == ([] if starts else [("start_term_service", "by_hand")])


@pytest.mark.parametrize(("state", "restart"), [("stopped", RestartClass.NONE), ("running", RestartClass.TERM_SERVICE), ("unknown", RestartClass.TERM_SERVICE)])
def test_only_a_running_listener_needs_a_restart(state: str, restart: RestartClass) -> None:
    (operation,) = proposed("enable_listener", set={"listener.values.fEnableWinStation.local.value": 0, "services.TermService.state": state}).operations
    assert operation.restart is restart


ENDED = "2036-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("case", "expected", "refused"),
    [
        ({}, [], []),  # one that serves stays, whatever old events say
        ({"at": ENDED}, [RESTART, WAIT], []),
        ({"set": STOPPED, "at": ENDED}, [], []),
        ({"set": DANGLING}, [], [("regenerate_self_signed", "by_hand")]),
        ({"set": TEMPLATE}, [], [("regenerate_self_signed", "by_hand")]),
        ({"status": {"services": "error"}, "at": ENDED}, [], [("regenerate_self_signed", "cannot_look")]),
        ({"status": {"certificate": "error"}}, [], [("regenerate_self_signed", "cannot_look")]),
    ],
)
def test_regenerate_self_signed(case: dict[str, Any], expected: list[Any], refused: list[Any]) -> None:
    proposal = proposed("regenerate_self_signed", **case)
    assert (goals(proposal), rules(proposal)) == (expected, refused)


NAME = "certificate.bindings.SelfSignedCertStore"


@pytest.mark.parametrize(
    ("change", "count"),
    [({}, 0), ({f"{NAME}.value": "My"}, 2), ({f"{NAME}.kind": "REG_EXPAND_SZ"}, 2), ({f"{NAME}.kind": "absent"}, 2), ({f"{NAME}.value": "My", **STOPPED}, 1)],
)
def test_set_self_signed_store(change: dict[str, Any], count: int) -> None:
    proposal = proposed("set_self_signed_store", set=change)
    assert len(proposal.operations) == count
    if count:
        assert (proposal.operations[0].ensure, proposal.operations[0].restart) == ({"kind": "REG_SZ", "value": "Remote Desktop"}, RestartClass.SESSION_ENV)
        assert proposal.operations[0].target["value"] == "SelfSignedCertStore"
        assert goals(proposal)[1:] == [RESTART][: count - 1]
    denied = proposed("set_self_signed_store", set={f"{NAME}.kind": "denied", f"{NAME}.value": None})
    assert rules(denied) == [("set_self_signed_store", "cannot_look")]


def test_unbind_custom_certificate() -> None:
    proposal = proposed("unbind_custom_certificate", set=DANGLING)
    assert [operation.kind for operation in proposal.operations] == ["certificate_binding", "service", "wait_until"]
    assert goals(proposal)[1:] == [RESTART, WAIT]
    assert proposal.operations[0].expect == {"kind": "REG_BINARY", "value": "/////////////////////////+8="}
    assert rules(proposal) == [("unbind_custom_certificate", "needs_consent")]  # nobody knows whether it is a connection broker
    # A certificate that is there is nobody's to take off
    there = proposed("unbind_custom_certificate", copy={BINDING: "certificate.bindings.SelfSignedCertificate"})
    assert (there.operations, rules(there)) == ((), [("unbind_custom_certificate", "by_hand")])
    for status in ({"status": {"certificate": "error"}}, {"set": {f"{BINDING}.kind": "denied", f"{BINDING}.value": None}}):
        assert rules(proposed("unbind_custom_certificate", **status)) == [("unbind_custom_certificate", "cannot_look")]
    # A template certificate serves then, which SessionEnv does not make; a stopped SessionEnv is started by its own remedy
    assert [operation.kind for operation in proposed("unbind_custom_certificate", set={**DANGLING, **TEMPLATE}).operations] == [
        "certificate_binding",
        "service",
    ]
    assert [operation.kind for operation in proposed("unbind_custom_certificate", set={**DANGLING, **STOPPED}).operations] == ["certificate_binding"]
    assert proposed("unbind_custom_certificate") == Proposal()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"sddl": "D:P(A;;FA;;;SY)"}, 2), ({}, 0), ({"exists": False, "sddl": None, "size": None}, 0), ({"size": 0}, 0), ({"sddl": None}, None),
        ({"sddl": "junk"}, None),
    ],
)  # fmt: skip
def test_restore_key_file_access(change: dict[str, Any], expected: int | None) -> None:
    proposal = proposed("restore_key_file_access", set={f"key_store.listener_key.{name}": value for name, value in change.items()})
    assert len(proposal.operations) == (expected or 0)
    assert ("restore_key_file_access", "cannot_look") in rules(proposal) or expected is not None
    if expected:
        acl = proposal.operations[0]
        assert acl.target["path"].endswith("\\MachineKeys\\" + host().document["key_store"]["listener_key"]["file_name"])
        assert (acl.ensure, acl.expect) == ({"sddl": "D:PAI(A;;FA;;;SY)(A;;FR;;;NS)"}, {"sddl": "D:P(A;;FA;;;SY)"})
        assert goals(proposal)[1] == RESTART
        assert rules(proposal) == [("key_store", "never_weaker")]


@pytest.mark.parametrize(("sddl", "rule"), [("D:PAI(A;;FA;;;SY)(A;;FA;;;BA)", "by_hand"), ("D:PAI(A;;FA;;;SY)(A;;FR;;;NS)", "cannot_look")])
def test_the_key_of_a_certificate_that_somebody_bound_is_left_to_a_person(sddl: str, rule: str) -> None:
    # Given another certificate in force, whose key is closed to the service, or is not
    bound = {"certificate.bindings.SSLCertificateSHA1Hash": "certificate.bindings.SelfSignedCertificate"}
    own = "D:P(A;;FA;;;SY)"
    proposal = proposed("restore_key_file_access", copy=bound, set={"key_store.bound_keys.items.0.sddl": sddl, "key_store.listener_key.sddl": own})
    assert not proposal.operations
    assert [refusal.rule for refusal in proposal.refusals] == [rule]


def test_restore_key_folder_access() -> None:
    proposal = proposed("restore_key_folder_access", set={"key_store.folder.sddl": "D:P", **STOPPED})
    assert [operation.kind for operation in proposal.operations] == ["file_acl"]
    assert proposal.operations[0].target == {"path": host().document["key_store"]["folder"]["path"]}
    assert (proposal.operations[0].ensure, proposal.operations[0].expect) == ({"sddl": "D:PAI(A;;0x12019f;;;WD)(A;;FA;;;BA)"}, {"sddl": "D:P"})
    assert rules(proposed("restore_key_folder_access", set={"key_store.folder.sddl": None})) == [("restore_key_folder_access", "cannot_look")]


LISTENER = [
    ("require_nla", "UserAuthentication", 0, 1),
    ("raise_security_layer", "SecurityLayer", 0, 2),
    ("raise_encryption_level", "MinEncryptionLevel", 1, 2),
    ("enable_listener", "fEnableWinStation", 0, 1),
]


@pytest.mark.parametrize(("remedy", "name", "bad", "good"), LISTENER)
def test_listener_values(remedy: str, name: str, bad: int, good: int) -> None:
    local, policy = f"listener.values.{name}.local", f"listener.values.{name}.policy"
    proposal = proposed(remedy, set={f"{local}.value": bad})
    (operation,) = proposal.operations
    assert (operation.target["value"], operation.ensure, operation.expect) == (name, {"kind": "REG_DWORD", "value": good}, {"kind": "REG_DWORD", "value": bad})
    assert operation.restart is (RestartClass.TERM_SERVICE if remedy == "enable_listener" else RestartClass.NONE)
    assert goals(proposed(remedy, set={f"{local}.kind": "REG_SZ", f"{local}.value": str(good)}))[0][2] == {"kind": "REG_DWORD", "value": good}
    owner = {"path": "HKLM\\SOFTWARE\\Policies\\X", "kind": "REG_DWORD", "value": bad}
    owned = proposed(remedy, set={f"{local}.value": bad, policy: owner})
    assert (owned.operations, rules(owned)) == ((), [(remedy, "policy_owns")])
    assert owner["path"] in owned.refusals[0].because
    for side in (local, policy):
        hidden = proposed(remedy, set={f"{local}.value": bad, side: {"path": "p", "kind": "denied", "value": None}})
        assert (hidden.operations, rules(hidden)) == ((), [(remedy, "cannot_look")])
    assert rules(proposed(remedy, set={local: None})) == [(remedy, "cannot_look")]


def number(value: int | None) -> dict[str, Any]:
    return {"path": "HKLM\\X", "kind": "absent" if value is None else "REG_DWORD", "value": value}


@pytest.mark.parametrize(
    ("local", "policy", "operations", "rule"),
    [(1, 0, 1, None), (None, 0, 1, None), (0, 0, 0, "policy_owns"), (0, 1, 0, "policy_owns"), (1, 1, 0, "policy_owns"), (0, None, 0, None),
     (1, None, 0, "needs_consent"), (None, None, 0, "needs_consent")],
)  # fmt: skip
def test_allow_connections(local: int | None, policy: int | None, operations: int, rule: str | None) -> None:
    proposal = proposed("allow_connections", set={"listener.values.fDenyTSConnections": {"local": number(local), "policy": number(policy)}})
    assert len(proposal.operations) == operations
    assert [refusal.rule for refusal in proposal.refusals] == ([rule] if rule else [])
    assert all(operation.ensure == {"kind": "REG_DWORD", "value": 0} for operation in proposal.operations)


def test_remove_encryption_oracle() -> None:
    left = {"credssp.AllowEncryptionOracle.kind": "REG_DWORD", "credssp.AllowEncryptionOracle.value": 2}
    (operation,) = proposed("remove_encryption_oracle", set=left).operations
    assert (operation.target["value"], operation.ensure, operation.restart) == ("AllowEncryptionOracle", {"kind": "absent", "value": None}, RestartClass.REBOOT)
    assert rules(proposed("remove_encryption_oracle", set={"credssp.AllowEncryptionOracle.kind": "denied"})) == [("remove_encryption_oracle", "cannot_look")]


@pytest.mark.parametrize(
    ("enabled", "disabled", "expected"),
    [(0, 1, [("Enabled", 1), ("DisabledByDefault", 0)]), (None, 1, [("DisabledByDefault", 0)]), (0, None, [("Enabled", 1)]), (1, 0, []), (None, None, [])],
)
def test_switch_on_tls12(enabled: int | None, disabled: int | None, expected: list[Any]) -> None:
    server = {"Enabled": number(enabled), "DisabledByDefault": number(disabled)}
    proposal = proposed("switch_on_tls12", set={"tls.protocols.tls12.server": server})
    assert [(operation.target["value"], operation.ensure["value"]) for operation in proposal.operations] == expected
    assert all((operation.restart, operation.ensure["kind"]) == (RestartClass.REBOOT, "REG_DWORD") for operation in proposal.operations)
    assert rules(proposal) == [("switch_on_tls12", "never_weaker")]


@pytest.mark.parametrize("name", ["Enabled", "DisabledByDefault"])
def test_a_denied_switch_is_not_written_over(name: str) -> None:
    proposal = proposed("switch_on_tls12", set={f"tls.protocols.tls12.server.{name}.kind": "denied"})
    assert (proposal.operations, rules(proposal)) == ((), [("switch_on_tls12", "cannot_look")])


RULE = "RemoteDesktop-UserMode-In-TCP"
ALLOW = "v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=3389|Svc=termservice|"
OFF = ALLOW.replace("TRUE", "FALSE")


def entry(text: str, name: str = RULE, hive: str = "local") -> dict[str, str]:
    return {"id": name, "hive": hive, "text": text}


@pytest.mark.parametrize(
    ("change", "operations", "rule", "word"),
    [
        ({}, 0, None, ""),
        ({"firewall.rules": [entry(OFF)]}, 1, None, ""),
        ({"firewall.rules": [entry(OFF, "Custom")]}, 0, "by_hand", "no rule"),
        ({"firewall.rules": [entry(OFF, hive="policy")]}, 0, "by_hand", "no rule"),
        ({"firewall.rules": []}, 0, "by_hand", "no rule"),
        ({"firewall.rules": [entry(ALLOW), entry(ALLOW.replace("Allow", "Block"), "Ban")]}, 0, "by_hand", "Ban"),
        ({"firewall.rules": [entry(ALLOW + "Profile=Domain|")], "firewall.active_profiles": ["public"]}, 0, "never_weaker", "public"),
        ({"firewall.profiles.domain.policy.AllowLocalPolicyMerge": number(0), "firewall.active_profiles": ["domain"]}, 0, "policy_owns", "Group Policy"),
        ({"firewall.profiles.domain.local.DoNotAllowExceptions": number(1), "firewall.active_profiles": ["domain"]}, 0, "by_hand", "DoNotAllowExceptions"),
        ({"firewall.active_profiles": None}, 0, "cannot_look", "read"),
    ],
)
def test_open_firewall(change: dict[str, Any], operations: int, rule: str | None, word: str) -> None:
    proposal = proposed("open_firewall", set={**FIREWALL_OFF, **change})
    assert goals(proposal) == [("firewall_rule", {"rule": RULE}, {"active": True})] * operations
    assert [refusal.rule for refusal in proposal.refusals] == ([rule] if rule else [])
    assert all(word in refusal.because for refusal in proposal.refusals)
    assert all(operation.expect == {"active": False} for operation in proposal.operations)
