# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The vocabulary is closed: places, goals and words beside the list are refused, whoever asks."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core import operations, vocabulary
from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import Operation, RestartClass, Risk
from ansible_collections.rdpops.health.plugins.plugin_utils._core.operations import OperationError, is_allowed, read_operation, to_document
from hypothesis import given
from hypothesis import strategies as st

TS = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server"
LISTENER = TS + "\\WinStations\\RDP-Tcp"
FOLDER = "C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys"
FILE = FOLDER + "\\f686aace6942fb7f7ceb231212eef4a4_9c5a66d1-f3e8-4d7b-b1c2-0a8f54e72d90"
CACHE = "C:\\Users\\ada\\AppData\\Local\\Microsoft\\Terminal Server Client\\Cache\\"
ONE = {"kind": "REG_DWORD", "value": 1}
GONE = {"present": False}
SDDL = {"sddl": "D:P(A;;FA;;;SY)"}
KEY = "HKLM\\SOFTWARE\\Microsoft\\MSLicensing"


def made(kind: str, target: dict[str, Any], ensure: dict[str, Any]) -> Operation:
    reversible = kind not in ("credential_remove", "session_logoff") and "restarted" not in ensure
    assumed = {"registry_value": {"kind": "absent", "value": None}, "certificate_binding": {"kind": "absent", "value": None}, "wait_until": {}}
    known = vocabulary.KINDS[kind].assumed if kind in vocabulary.KINDS else ""
    expect = assumed.get(kind, {known: "seen"} if known else {})
    return Operation("op1", kind, target, ensure, expect, reversible=reversible, risk=Risk.LOW, restart=RestartClass.NONE, why="w")


RIGHT = [
    *(made("registry_value", {"key": key, "value": name}, ONE) for key, names in vocabulary.REGISTRY_VALUES.items() for name in names),
    made("registry_value", {"key": TS.upper(), "value": "FDENYTSCONNECTIONS"}, ONE),
    made("certificate_binding", {"key": LISTENER, "value": "SSLCertificateSHA1Hash"}, {"kind": "absent", "value": None}),
    made("certificate_binding", {"key": LISTENER, "value": "SSLCertificateSHA1Hash"}, {"kind": "REG_BINARY", "value": "A" * 27 + "="}),
    *(made("file_acl", {"path": path}, SDDL) for path in (FOLDER, FILE, FILE.replace("C:", "d:"))),
    made("file_isolate", {"path": FILE}, GONE),
    *(made("file_remove", {"path": path}, GONE) for path in (CACHE + "bcache24.bmc", CACHE + "Cache0000.bin", "C:\\Users\\ada\\Documents\\Default.rdp")),
    *(made("registry_key", {"key": path}, GONE) for path in (KEY + "\\Store", KEY + "\\Store\\LICENSE000", KEY + "\\HardwareID")),
    made("registry_key", {"key": "HKCU\\Software\\Microsoft\\Terminal Server Client\\Servers\\ts01.example"}, GONE),
    made("key_acl", {"key": KEY}, SDDL),
    *(made("service", {"service": name}, {"restarted": True}) for name in ("TermService", "SessionEnv", "UmRdpService")),
    made("certificate_remove", {"store": "remote_desktop", "thumbprint": "A" * 40}, GONE),
    made("firewall_rule", {"rule": "RemoteDesktop-UserMode-In-TCP"}, {"active": True}),
    made("credential_remove", {"name": "TERMSRV/ts01.example", "type": 2}, GONE),
    made("session_logoff", {"session": 3}, GONE),
    made("wait_until", {"condition": "listener_certificate", "seconds": 30}, {"valid": True}),
    made("wait_until", {"condition": "service_state", "seconds": 1, "service": "TermService"}, {"state": "running"}),
    made("wait_until", {"condition": "port_listening", "seconds": 120, "port": 3389}, {"listening": True}),
]
WRONG = [
    made("run_command", {"command": "x"}, {}),
    *(made("registry_value", {"key": key, "value": name}, ONE) for key, name in [
        (TS + "\\AddIns", "fDenyTSConnections"),
        (TS, "PortNumber"),
        (TS + "\\", "fDenyTSConnections"),
        ("HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run", "x"),
        ("HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services", "fDenyTSConnections"),
        (LISTENER, vocabulary.BINDING),  # has a kind of its own, with a goal of 20 bytes
    ]),
    made("registry_value", {"key": TS, "value": "fDenyTSConnections", "hive": "x"}, ONE),
    made("registry_value", {"key": TS}, ONE),
    made("certificate_binding", {"key": TS, "value": "SSLCertificateSHA1Hash"}, {"kind": "absent", "value": None}),
    *(made(kind, {"path": path}, goal) for kind, goal in (("file_acl", SDDL), ("file_isolate", GONE)) for path in (
        FOLDER + "\\", FOLDER + "\\..\\x", FILE + "\\x", FILE + "x", FILE[:-1], "C:\\Windows", "\\\\host\\" + FOLDER, FILE + "\n", "", FILE + ":s",
    )),
    made("file_isolate", {"path": FOLDER}, GONE),
    *(made("file_remove", {"path": path}, GONE) for path in (
        CACHE, CACHE + "..\\x.bin", CACHE + "x.exe", CACHE + "a\\b.bin", "\\\\h\\" + CACHE + "x.bin", CACHE + "*.bin",
        "C:\\Users\\a\\..\\Documents\\Default.rdp",
        "C:\\Users\\a\\Documents\\Other.rdp",
    )),
    *(made("registry_key", {"key": path}, GONE) for path in (
        KEY, KEY + "\\Store\\..", KEY + "\\Store\\a\\b", "HKCU\\Software\\Microsoft\\Terminal Server Client", "HKLM\\SOFTWARE\\Microsoft",
    )),
    made("key_acl", {"key": KEY + "\\Store"}, SDDL),
    made("service", {"service": "WinRM"}, {"restarted": True}),
    *(made("certificate_remove", {"store": store, "thumbprint": print_}, GONE) for store, print_ in [("my", "A" * 40), ("remote_desktop", "A" * 39)]),
    made("firewall_rule", {"rule": "WINRM-HTTP-In-TCP"}, {"active": True}),
    *(made("credential_remove", {"name": name, "type": kind}, GONE) for name, kind in [
        ("TERMSRV/*", 2), ("Domain:interactive=x", 2), ("TERMSRV/a", 3), ("TERMSRV/a", True), ("TERMSRV/", 1),
    ]),
    *(made("session_logoff", {"session": number}, GONE) for number in (0, -1, "3", True, 65536)),
    *(made("wait_until", target, goal) for target, goal in [
        ({"condition": "c", "seconds": 30}, {"valid": True}),
        ({"condition": "listener_certificate", "seconds": 121}, {"valid": True}),
        ({"condition": "listener_certificate", "seconds": 0}, {"valid": True}),
        ({"condition": "listener_certificate", "seconds": 30, "port": 1}, {"valid": True}),
        ({"condition": "service_state", "seconds": 30}, {"state": "running"}),
        ({"condition": "service_state", "seconds": 30, "service": "WinRM"}, {"state": "running"}),
        ({"condition": "port_listening", "seconds": 30, "port": 65536}, {"listening": True}),
    ]),
]  # fmt: skip


@pytest.mark.parametrize("operation", RIGHT, ids=lambda operation: f"{operation.kind}-{json.dumps(operation.target)[:60]}")
def test_what_is_on_the_list_is_allowed(operation: Operation) -> None:
    assert is_allowed(operation)
    assert read_operation(to_document(operation)).target == operation.target


@pytest.mark.parametrize("operation", WRONG, ids=lambda operation: f"{operation.kind}-{json.dumps(operation.target)[:60]}")
def test_what_is_beside_the_list_is_refused_before_it_travels(operation: Operation) -> None:
    assert not is_allowed(operation)
    with pytest.raises(OperationError) as caught:
        read_operation(to_document(operation))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "target", "goal"),
    [
        *(("registry_value", {"key": TS, "value": "fDenyTSConnections"}, goal) for goal in (
            {"kind": "REG_DWORD", "value": -1}, {"kind": "REG_DWORD", "value": 2**32}, {"kind": "REG_DWORD", "value": True},
            {"kind": "REG_DWORD", "value": "1"},
            {"kind": "REG_SZ", "value": "a\0b"}, {"kind": "REG_SZ", "value": 1}, {"kind": "REG_MULTI_SZ", "value": [""]},
            {"kind": "REG_MULTI_SZ", "value": "x"},
            {"kind": "REG_BINARY", "value": "?"}, {"kind": "absent", "value": 1}, {"kind": "REG_NONE", "value": ""}, {"kind": "REG_DWORD"}, {},
            {"kind": "REG_DWORD", "value": 1, "more": 1},
        )),
        *(("certificate_binding", {"key": LISTENER, "value": "SSLCertificateSHA1Hash"}, goal) for goal in (
            {"kind": "REG_BINARY", "value": "AAAA"}, {"kind": "REG_SZ", "value": "A" * 40},
        )),
        *(("service", {"service": "SessionEnv"}, goal) for goal in (
            {}, {"state": "paused"}, {"start": "boot"}, {"restarted": False}, {"restarted": True, "state": "running"},
        )),
        *(("file_acl", {"path": FILE}, {"sddl": text}) for text in ("", "O:SY", "D:", "D:P(A;;FA;;;SY", "D:P(A;;FA;;;SY)S:(x)", "D:P(A;;FA;;;$(x))", 1)),
        ("file_isolate", {"path": FILE}, {"present": True}),
        ("firewall_rule", {"rule": "RemoteDesktop-UserMode-In-TCP"}, {"active": 1}),
        ("wait_until", {"condition": "listener_certificate", "seconds": 3}, {"valid": False}),
    ],
)  # fmt: skip
def test_goals_of_another_form_are_refused(kind: str, target: dict[str, Any], goal: dict[str, Any]) -> None:
    assert not is_allowed(made(kind, target, goal))


def document() -> dict[str, Any]:
    return {**to_document(RIGHT[0]), "expect": {"kind": "absent", "value": None}, "why": "because"}


def test_an_operation_is_read_as_it_was_written() -> None:
    read = read_operation(document())
    assert {**to_document(read), "why": read.why} == document()
    assert read.risk is Risk.LOW and read.restart is RestartClass.NONE


@pytest.mark.parametrize(
    "change",
    [
        {"id": ""}, {"id": "a b"}, {"id": 1}, {"id": "a" * 65}, {"kind": "registry"}, {"kind": []}, {"target": []}, {"ensure": None}, {"expect": 1},
        {"risk": "high"}, {"risk": "may_cut_connection"}, {"restart": "host"}, {"reversible": False}, {"more": 1}, {"expect": {"sddl": "x"}},
    ],
)  # fmt: skip
def test_what_is_not_an_operation_is_told_in_one_sentence(change: dict[str, Any]) -> None:
    with pytest.raises(OperationError, match=r"^[^\n]{10,400}$"):
        read_operation({**document(), **change})


def test_a_field_that_is_missing_is_told() -> None:
    for name in sorted(operations.FIELDS):
        short = document()
        del short[name]
        with pytest.raises(OperationError, match="has the fields"):
            read_operation(short)


def test_what_says_to_be_reversible_and_is_not_is_refused() -> None:
    for operation in RIGHT:
        if not operation.reversible:
            with pytest.raises(OperationError, match="reversible is false"):
                read_operation({**to_document(operation), "reversible": True})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(["id", "kind", "target", "ensure", "expect", "risk", "restart", "reversible"]), json_values)
def test_no_document_brings_it_down(name: str, value: Any) -> None:
    for operation in (RIGHT[0], RIGHT[-1]):
        changed = copy.deepcopy(to_document(operation))
        changed[name] = value
        try:
            read = read_operation(changed)
        except OperationError:
            continue
        assert is_allowed(read)


@given(
    st.sampled_from([*vocabulary.KINDS]),
    st.dictionaries(
        st.sampled_from(["key", "value", "path", "service", "session", "condition", "seconds", "port", "name", "type", "rule", "store", "thumbprint"]),
        json_values,
    ),
    json_values,
)
def test_no_target_brings_it_down(kind: str, target: dict[str, Any], goal: Any) -> None:
    is_allowed(made(kind, target, goal if isinstance(goal, dict) else {}))
