# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Operations: what they assume is what was seen, and what cannot be undone says so."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core import operations
from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import RestartClass, Risk

FOUND = {"path": "HKLM\\A", "kind": "REG_SZ", "value": "x"}


def service(state: str, start: Any, kind: str = "REG_DWORD") -> dict[str, Any]:
    return {"exists": True, "state": state, "Start": {"path": "p", "kind": kind, "value": start}}


def test_a_registry_value_assumes_what_was_seen() -> None:
    made = operations.registry_value(FOUND, "N", kind="REG_DWORD", value=1, restart=RestartClass.REBOOT, why="w")
    assert (made.kind, made.target, made.ensure, made.expect) == (
        "registry_value", {"key": "HKLM\\A", "value": "N"}, {"kind": "REG_DWORD", "value": 1}, {"kind": "REG_SZ", "value": "x"},
    )  # fmt: skip
    assert (made.reversible, made.restart, made.risk, made.why) == (True, RestartClass.REBOOT, Risk.LOW, "w")
    gone = operations.registry_value_absent(FOUND, "N", restart=RestartClass.NONE, why="w")
    assert gone.ensure == {"kind": "absent", "value": None}


@pytest.mark.parametrize(
    ("state", "start", "ensure", "expect"),
    [
        ("stopped", 3, {"state": "running"}, {"state": "stopped", "start": "manual"}),
        ("stopped", 4, {"state": "running", "start": "manual"}, {"state": "stopped", "start": "disabled"}),
        ("paused", 2, {"state": "running"}, {"state": "paused", "start": "automatic"}),
        ("stopped", 9, {"state": "running"}, {"state": "stopped", "start": 9}),
        ("stopped", "AAA=", {"state": "running"}, {"state": "stopped", "start": "AAA="}),
    ],
)
def test_starting_a_service(state: str, start: Any, ensure: dict[str, Any], expect: dict[str, Any]) -> None:
    made = operations.start_service("S", service(state, start), why="w")
    assert (made.target, made.ensure, made.expect, made.reversible) == ({"service": "S"}, ensure, expect, True)
    assert (made.kind, made.restart, made.risk) == ("service", RestartClass.NONE, Risk.LOW)


def test_a_restart_cannot_be_undone_and_assumes_that_the_service_runs() -> None:
    made = operations.restart_service("S", restart=RestartClass.SESSION_ENV, why="w")
    assert (made.reversible, made.ensure, made.expect, made.restart) == (False, {"restarted": True}, {"state": "running"}, RestartClass.SESSION_ENV)


def test_a_start_mode_leaves_the_service_alone() -> None:
    made = operations.set_start_mode("S", service("running", 4), why="w")
    assert (made.ensure, made.expect, made.reversible) == ({"start": "manual"}, {"state": "running", "start": "disabled"}, True)


def test_the_other_kinds() -> None:
    acl = operations.file_acl("C:\\k", sddl="D:P", found="D:", why="w")
    assert (acl.kind, acl.target, acl.ensure, acl.expect) == ("file_acl", {"path": "C:\\k"}, {"sddl": "D:P"}, {"sddl": "D:"})
    assert (acl.reversible, acl.restart) == (True, RestartClass.SESSION_ENV)
    binding = operations.certificate_binding_absent(FOUND, why="w")
    assert (binding.kind, binding.target) == ("certificate_binding", {"key": "HKLM\\A", "value": "SSLCertificateSHA1Hash"})
    assert (binding.ensure, binding.expect) == ({"kind": "absent", "value": None}, {"kind": "REG_SZ", "value": "x"})
    assert (binding.reversible, binding.restart) == (True, RestartClass.SESSION_ENV)
    rule = operations.firewall_rule_active("R", expect_active=False, why="w")
    assert (rule.kind, rule.target, rule.ensure, rule.expect) == ("firewall_rule", {"rule": "R"}, {"active": True}, {"active": False})
    assert (rule.reversible, rule.restart) == (True, RestartClass.NONE)
    wait = operations.wait_until("c", ensure={"valid": True}, why="w")
    assert (wait.kind, wait.target, wait.ensure, wait.expect) == ("wait_until", {"condition": "c", "seconds": 30}, {"valid": True}, {})
    assert (wait.reversible, wait.restart) == (True, RestartClass.NONE)
    assert {item.risk for item in (acl, binding, rule, wait)} == {Risk.LOW}


def test_restarts_are_ordered_mildest_first() -> None:
    assert [word.value for word in operations.RESTART_ORDER] == ["none", "session_env", "term_service", "reboot"]


def test_a_certificate_is_removed_from_one_store() -> None:
    made = operations.certificate_remove("remote_desktop", "A" * 40, why="w")
    assert (made.kind, made.target) == ("certificate_remove", {"store": "remote_desktop", "thumbprint": "A" * 40})
    assert (made.ensure, made.expect, made.reversible) == ({"present": False}, {"present": True}, True)
    assert (made.risk, made.restart, made.why) == (Risk.LOW, RestartClass.SESSION_ENV, "w")


def test_a_start_mode_that_is_asked_for_is_set() -> None:
    found = service("stopped", 3)
    assert operations.start_service("TermService", found, why="w", start="automatic").ensure == {"state": "running", "start": "automatic"}
    assert operations.set_start_mode("TermService", found, why="w", start="automatic").ensure == {"start": "automatic"}


def test_what_the_modules_ask_for_is_in_the_vocabulary() -> None:
    """Given the builders that only modules use, when they make operations, then each is one that the target takes, and says what cannot be undone."""
    binding = {"path": "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp", "kind": "absent", "value": None}
    file = "C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys\\" + "0" * 32 + "_3f1d2c8a-5b07-4e0a-9a41-6f2de1c08b73"
    bound = operations.certificate_binding(binding, "00" * 19 + "FF", why="w")
    assert bound.ensure == {"kind": "REG_BINARY", "value": "AAAAAAAAAAAAAAAAAAAAAAAAAP8="}
    assert bound.expect == {"kind": "absent", "value": None}
    moved, unmeasured = (operations.file_isolate(file, size, why="w") for size in (7, None))
    assert (moved.expect, unmeasured.expect) == ({"present": True, "size": 7}, {"present": True})
    gone = operations.credential_remove("TERMSRV/a.example.com", 2, "2026-11-20T08:15:30Z", why="w")
    up = operations.restart_service("UmRdpService", restart=RestartClass.NONE, why="w")
    for made in (bound, moved, unmeasured, gone, up):
        assert operations.read_operation({**operations.to_document(made), "id": "op1"}).kind == made.kind
    assert [made.reversible for made in (bound, moved, gone, up)] == [True, True, False, False]


@pytest.mark.parametrize("expect", [{}, {"start": "manual"}, {"state": None}])
def test_nothing_is_changed_that_says_nothing_of_what_it_assumes(expect: dict[str, Any]) -> None:
    """Given an operation that the target would refuse, then the controller plans and sends none such."""
    made = operations.service("UmRdpService", ensure={"state": "running"}, expect=expect, restart=RestartClass.NONE, risk=Risk.LOW, why="w")
    assert not operations.is_allowed(made)
    with pytest.raises(operations.OperationError, match="says nothing of state"):
        operations.read_operation({**operations.to_document(made), "id": "op1"})
