# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What nobody agreed to is left out, and says which consent it lacks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core import operations as make
from ansible_collections.rdpops.health.plugins.plugin_utils._core.consent import ALL_DOMAINS, DOMAINS, Consents, domain_of, permitted
from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import Operation, RestartClass, Risk
from ansible_collections.rdpops.health.plugins.plugin_utils._core.vocabulary import KINDS

TS = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server"
LISTENER = TS + "\\WinStations\\RDP-Tcp"


def value(key: str, name: str) -> Operation:
    found = {"path": key, "kind": "REG_DWORD", "value": 0}
    return make.registry_value(found, name, kind="REG_DWORD", value=1, restart=RestartClass.NONE, why="w")


def other(kind: str, target: dict[str, Any], ensure: dict[str, Any] | None = None, *, reversible: bool = True) -> Operation:
    return Operation("", kind, target, ensure or {"present": False}, {}, reversible, Risk.LOW, RestartClass.NONE, "w")


RESTART = make.restart_service("SessionEnv", restart=RestartClass.SESSION_ENV, why="w")
WAIT = make.wait_until("listener_certificate", ensure={"valid": True}, why="w")
BELONGS = [
    (value(LISTENER, "UserAuthentication"), "listener"),
    (value(TS, "fDenyTSConnections"), "listener"),
    (value(LISTENER, "SelfSignedCertStore"), "certificate"),
    (value("HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\CredSSP\\Parameters", "AllowEncryptionOracle"), "credssp"),
    (value("HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa", "DisableRestrictedAdmin"), "credssp"),
    (value("HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols\\TLS 1.2\\Server", "Enabled"), "tls"),
    (other("key_acl", {"key": "HKLM\\SOFTWARE\\Microsoft\\MSLicensing"}), "client"),
    (other("key_acl", {"key": TS + "\\RCM"}), "key_store"),
    (other("file_acl", {"path": "p"}), "key_store"),
    (other("file_isolate", {"path": "p"}), "key_store"),
    (other("file_remove", {"path": "p"}), "client"),
    (other("registry_key", {"key": "k"}), "client"),
    (other("certificate_binding", {"key": LISTENER, "value": "v"}), "certificate"),
    (make.certificate_remove("remote_desktop", "A" * 40, why="w"), "certificate"),
    (make.firewall_rule_active("R", expect_active=False, why="w"), "firewall"),
    (other("credential_remove", {"name": "n", "type": 1}), "credentials"),
    (other("session_logoff", {"session": 2}), "sessions"),
    (RESTART, "certificate"),
    (make.restart_term_service(0, why="w"), "services"),
    (other("service", {"service": "SessionEnv"}, {"state": "running"}), "services"),
    (WAIT, "certificate"),
    (other("wait_until", {"condition": "service_state"}), "services"),
    (other("wait_until", {"condition": "port_listening"}), "listener"),
]


@pytest.mark.parametrize(("operation", "domain"), BELONGS, ids=lambda value: value if isinstance(value, str) else value.kind)
def test_every_kind_belongs_to_a_domain(operation: Operation, domain: str) -> None:
    assert domain_of(operation) == domain
    assert domain in ALL_DOMAINS


def test_no_kind_is_forgotten() -> None:
    assert {operation.kind for operation, dummy in BELONGS} == KINDS.keys()


def numbered(*operations: Operation) -> list[Operation]:
    return [replace(operation, id=f"op{number}") for number, operation in enumerate(operations, 1)]


def ids(operations: tuple[Operation, ...]) -> list[str]:
    return [operation.id for operation in operations]


def test_everything_of_the_usual_plan_is_permitted() -> None:
    plan = numbered(value(LISTENER, "UserAuthentication"), RESTART, WAIT, make.restart_term_service(0, why="w"))
    assert permitted(plan, Consents()) == (tuple(plan), ())


def test_a_closed_domain_is_left_out_by_name() -> None:
    plan = numbered(value(LISTENER, "UserAuthentication"), make.certificate_remove("remote_desktop", "A" * 40, why="w"), RESTART, WAIT)
    allowed, refusals = permitted(plan, Consents(domains=frozenset({"certificate"})))
    assert ids(allowed) == ["op2", "op3", "op4"]
    (refusal,) = refusals
    assert (refusal.rule, refusal.remedy, "rdp_health_domains" in refusal.instead) == ("needs_consent", "listener", True)


def test_a_restart_goes_where_its_changes_went() -> None:
    # Given a key whose access list is put back, and the restart of SessionEnv that it is for
    plan = numbered(other("file_acl", {"path": "p"}), RESTART, WAIT)
    # Then it is done in a run that may touch the key store alone,
    assert ids(permitted(plan, Consents(domains=frozenset({"key_store"})))[0]) == ["op1", "op2", "op3"]
    # and not in one that may not
    allowed, refusals = permitted(plan, Consents(domains=frozenset({"certificate"})))
    assert allowed == () and [refusal.remedy for refusal in refusals] == ["key_store"]


def test_a_restart_alone_has_a_domain_of_its_own() -> None:
    assert ids(permitted(numbered(RESTART, WAIT), Consents(domains=frozenset({"certificate"})))[0]) == ["op1", "op2"]
    allowed, refusals = permitted(numbered(RESTART, WAIT), Consents(domains=frozenset({"listener"})))
    assert allowed == () and len(refusals) == 1


@pytest.mark.parametrize(("sessions", "told"), [(None, "an unknown number of people"), (1, "1 person"), (7, "7 people")])
def test_people_are_cut_off_by_consent_alone(sessions: int | None, told: str) -> None:
    plan = numbered(value(LISTENER, "fEnableWinStation"), make.restart_term_service(sessions, why="w"))
    allowed, refusals = permitted(plan, Consents())
    assert ids(allowed) == ["op1"]
    assert told in refusals[0].because and refusals[0].remedy == "restart_term_service"
    assert permitted(plan, Consents(session_disconnect=True)) == (tuple(plan), ())


def test_what_cannot_be_undone_needs_its_own_consent() -> None:
    plan = numbered(other("credential_remove", {"name": "n", "type": 1}, reversible=False))
    every = frozenset(ALL_DOMAINS)
    allowed, refusals = permitted(plan, Consents(domains=every))
    assert allowed == () and "rdp_health_allow_irreversible" in refusals[0].instead
    assert permitted(plan, Consents(domains=every, irreversible=True))[0] == tuple(plan)
    assert permitted(plan, Consents(irreversible=True))[0] == ()  # no default opens credentials


def test_the_words_of_the_target() -> None:
    assert Consents().words() == []
    assert Consents(session_disconnect=True, irreversible=True).words() == ["session_disconnect", "irreversible"]
    assert not {"credentials", "sessions", "client"} & set(DOMAINS)
