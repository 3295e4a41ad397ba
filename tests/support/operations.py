# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Operations as they travel to win_rdp_ops: one builder, one good one of each kind, and those that nobody may run."""

from __future__ import annotations

import base64
import copy
from collections.abc import Iterator
from typing import Any

Document = dict[str, Any]  # Any: JSON
TS = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server"
TCP = f"{TS}\\WinStations\\RDP-Tcp"
CREDSSP = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\CredSSP\\Parameters"
LICENSES = "HKLM\\SOFTWARE\\Microsoft\\MSLicensing"
KEYS = "C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys"
KEY_FILE = f"{KEYS}\\f686aace6942fb7f7ceb231212eef4a4_0b7f4d1e-6f0c-4ad5-9a3e-2d1c5b8f7a60"
ABSENT = {"kind": "absent", "value": None}
GONE = {"present": False}
SDDL = "D:PAI(A;CI;KA;;;SY)(A;CI;KA;;;BA)(A;CI;KR;;;BU)"
BINDING = {"kind": "REG_BINARY", "value": base64.b64encode(bytes(range(20))).decode()}


def dword(value: int) -> Document:
    return {"kind": "REG_DWORD", "value": value}


def operation(name: str, kind: str, target: Document, ensure: Document, expect: Document, **more: Any) -> Document:
    """Return one operation with the rest of its fields as they usually are."""
    usual = {"reversible": kind not in ("credential_remove", "session_logoff") and "restarted" not in ensure, "risk": "low", "restart": "none"}
    return {"id": name, "kind": kind, "target": target, "ensure": ensure, "expect": expect, **usual, **more}


def value(name: str, key: str, entry: str, ensure: Document, expect: Document, **more: Any) -> Document:
    return operation(name, "registry_value", {"key": key, "value": entry}, ensure, expect, **more)


def examples() -> dict[str, Document]:
    """Return one operation of each kind that both sides accept, the folders being those of a lab host."""
    wait = {"condition": "service_state", "seconds": 5, "service": "SessionEnv"}
    made = [
        value("a", TCP, "SecurityLayer", dword(2), dword(0)),
        operation("a", "registry_key", {"key": f"{LICENSES}\\Store"}, GONE, {"present": True}),
        operation("a", "service", {"service": "SessionEnv"}, {"start": "manual", "state": "running"}, {"state": "stopped", "start": "disabled"}),
        operation("a", "file_acl", {"path": KEYS}, {"sddl": "D:PAI(A;;0x12019f;;;WD)(A;;FA;;;BA)"}, {"sddl": "D:AI(A;;FA;;;BA)"}),
        operation("a", "key_acl", {"key": LICENSES}, {"sddl": SDDL}, {"sddl": "D:(A;;KA;;;BA)"}),
        operation("a", "file_isolate", {"path": KEY_FILE}, GONE, {"present": True, "size": 5}),
        operation("a", "file_remove", {"path": "C:\\users\\root\\Documents\\Default.rdp"}, GONE, {"present": True, "size": None}),
        operation("a", "certificate_binding", {"key": TCP, "value": "SSLCertificateSHA1Hash"}, BINDING, ABSENT),
        operation("a", "certificate_remove", {"store": "remote_desktop", "thumbprint": "AB" * 20}, GONE, {"present": True}),
        operation("a", "firewall_rule", {"rule": "RemoteDesktop-UserMode-In-TCP"}, {"active": True}, {"active": False}),
        operation("a", "credential_remove", {"name": "TERMSRV/ts1.example.com", "type": 2}, GONE, {"present": True, "last_written": None}),
        operation("a", "session_logoff", {"session": 3}, GONE, {"present": True, "state": "disconnected"}),
        operation("a", "wait_until", wait, {"state": "running"}, {}),
    ]
    return {each["kind"]: each for each in made}


def others() -> Iterator[Document]:
    """Yield more that both sides accept: each further form of a target or goal."""
    for path, new in (
        (("registry_value", "target", "key"), TCP.lower()),
        (("registry_value", "ensure"), ABSENT),
        (("registry_value", "ensure"), {"kind": "REG_QWORD", "value": 2**40}),
        (("registry_value", "ensure"), {"kind": "REG_MULTI_SZ", "value": ["a", "b"]}),
        (("registry_value", "ensure"), {"kind": "REG_EXPAND_SZ", "value": "%SystemRoot%\\x \u20ac"}),
        (("registry_value", "ensure"), dword(2**32 - 1)),
        (("registry_key", "target", "key"), "HKCU\\Software\\Microsoft\\Terminal Server Client\\Servers\\ts1.example.com"),
        (("service", "ensure"), {"state": "stopped"}),
        (("service", "ensure"), {"start": "automatic"}),
        (("certificate_binding", "ensure"), ABSENT),
        (("credential_remove", "target", "name"), "LegacyGeneric:target=TERMSRV/ts1"),
        (("file_remove", "target", "path"), "C:\\users\\root\\AppData\\Local\\Microsoft\\Terminal Server Client\\Cache\\bcache24.bmc"),
    ):
        yield _with(path, new)
    yield operation("a", "service", {"service": "TermService"}, {"restarted": True}, {"state": "running", "active_sessions": 0}, restart="term_service")
    yield value("a", TCP, "LoadableProtocol_Object", {"kind": "REG_SZ", "value": "{5828227C-20CF-4408-B73F-73AB70B8849F}"}, ABSENT)
    yield operation("a", "wait_until", {"condition": "port_listening", "seconds": 120, "port": 3389}, {"listening": True}, {})
    yield operation("a", "wait_until", {"condition": "listener_certificate", "seconds": 1}, {"valid": True}, {})


def hostile() -> Iterator[Document]:
    """Yield operations that neither side may accept."""
    for kind in examples():
        yield _with((kind, "kind"), "run_command")
        yield _with((kind, "risk"), "may_cut_connection")
        yield _with((kind, "reversible"), not examples()[kind]["reversible"])
        yield _with((kind, "restart"), "soon")
        yield _with((kind, "ensure"), {"script": "Remove-Item C:\\ -Recurse"})
        yield _with((kind, "ensure"), [])
        yield _with((kind, "expect"), {"anything": 1})
        for assumed in list(examples()[kind]["expect"])[:1]:
            yield _with((kind, "expect"), {})
            yield _with((kind, "expect"), {**examples()[kind]["expect"], assumed: None})
        yield _with((kind, "id"), "a\\..\\b")
        yield _with((kind, "more"), "x")
        for field in examples()[kind]["target"]:
            for bad in ("", "*", "..", "x" * 70_000, None, {"a": 1}, ["a", "b"], f"{examples()[kind]['target'][field]}\n"):
                yield _with((kind, "target", field), bad)
    for path, new in _places():
        yield _with(path, new)


def _places() -> Iterator[tuple[tuple[str, ...], Any]]:
    for key in ("HKLM/SYSTEM/CurrentControlSet/Control/Terminal Server", f"HKLM:\\{TCP[5:]}", f"{TCP}\\", f"{TCP}\\..\\Console", f"{TS}\\WinStations\\*",
                TCP.replace("HKLM", "HKEY_LOCAL_MACHINE"), f"Registry::{TCP}", TCP.replace("CurrentControlSet", "ControlSet001"),
                "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services", f" {TCP}"):  # fmt: skip
        yield ("registry_value", "target", "key"), key
    for entry in ("ServiceDll", "SSLCertificateSHA1Hash", "SecurityLayer|UserAuthentication", "SecurityLayer ", "WinStations\\SelfSignedCertStore"):
        yield ("registry_value", "target", "value"), entry
    for goal in (dword(-1), dword(2**32), {"kind": "REG_DWORD", "value": 1.5}, {"kind": "REG_DWORD", "value": "two"}, {"kind": "REG_LINK", "value": "x"},
                 {"kind": "REG_BINARY", "value": "not base64"}, {"kind": "REG_MULTI_SZ", "value": ["a", ["b"]]}, {"kind": "REG_SZ", "value": "a\0b"},
                 {"kind": "REG_SZ", "value": "x" * 20_000}, {"kind": "absent", "value": 1}, {"kind": "REG_SZ", "value": {"a": 1}}):  # fmt: skip
        yield ("registry_value", "ensure"), goal
    yield ("certificate_binding", "ensure"), {"kind": "REG_BINARY", "value": "AAAA"}
    yield ("certificate_binding", "target", "value"), "SecurityLayer"
    for key in (LICENSES, f"{LICENSES}\\Store\\a\\b", f"{LICENSES}\\Storeroom", "HKCU\\Software\\Microsoft", "HKLM\\SOFTWARE", f"{LICENSES}\\Store\\.."):
        yield ("registry_key", "target", "key"), key
    for path in (
        f"{KEYS}\\..\\x",
        "\\\\server\\share\\x",
        f"\\\\?\\{KEY_FILE}",
        KEYS.replace("\\", "/"),
        f"{KEY_FILE}:stream",
        f"{KEYS}\\*",
        "C:\\Windows\\System32\\x",
    ):
        for kind in ("file_acl", "file_isolate", "file_remove"):
            yield (kind, "target", "path"), path
    yield ("file_isolate", "target", "path"), KEYS
    yield ("file_remove", "target", "path"), KEY_FILE
    yield ("file_acl", "ensure"), {"sddl": "O:BAG:BAD:(A;;FA;;;WD)"}
    yield ("key_acl", "target", "key"), TS
    for service in ("LSM", "WinRM", "SessionEnv;x", "TermService|SessionEnv"):
        yield ("service", "target", "service"), service
    yield ("service", "ensure"), {"restarted": False}
    yield ("service", "ensure"), {"start": "boot"}
    yield ("certificate_remove", "target", "store"), "My"
    yield ("firewall_rule", "target", "rule"), "RemoteDesktop-*"
    yield ("firewall_rule", "ensure"), {"active": "yes"}
    for name in ("*", "TERMSRV/*", "MicrosoftAccount:user=x", "Domain:target=TERMSRV/x", "TERMSRV/a/b"):
        yield ("credential_remove", "target", "name"), name
    yield ("credential_remove", "target", "type"), 3
    for number in (0, -1, 65536, 10**9):
        yield ("session_logoff", "target", "session"), number
    yield ("wait_until", "target", "seconds"), 121
    yield ("wait_until", "target", "seconds"), 0
    yield ("wait_until", "target", "port"), 3389
    yield ("wait_until", "target", "service"), "WinRM"
    yield ("wait_until", "target", "condition"), "anything"
    yield ("wait_until", "target"), {"condition": "port_listening", "seconds": 5, "port": 65536}


def _with(path: tuple[str, ...], new: Any) -> Document:
    """Return the example of a kind with one part replaced."""
    made = copy.deepcopy(examples()[path[0]])
    place = made
    for step in path[1:-1]:
        place = place[step]
    place[path[-1]] = new
    return made
