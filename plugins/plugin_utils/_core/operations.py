# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Build operations: one function per kind of the closed vocabulary that a remedy may use.

An operation says the goal (``ensure``) and the state it assumes (``expect``). No command text, no expression, ever.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from .model import JsonMap, Operation, Refusal, RestartClass, Risk
from .paths import dword

RESTART_ORDER = tuple(RestartClass)


@dataclass(frozen=True)
class Proposal:
    """What a remedy asks for on one host: operations in order, and what it will not do."""

    operations: tuple[Operation, ...] = ()
    refusals: tuple[Refusal, ...] = ()


def registry_value(found: JsonMap, name: str, *, kind: str, value: Any, restart: RestartClass, why: str) -> Operation:
    """Set one registry value.

    :param found: the value as the snapshot has it: ``{path, kind, value}``.
    """
    return Operation(
        id="",
        kind="registry_value",
        target={"key": found["path"], "value": name},
        ensure={"kind": kind, "value": value},
        expect={"kind": found["kind"], "value": found["value"]},
        reversible=True,
        risk=Risk.LOW,
        restart=restart,
        why=why,
    )


def registry_value_absent(found: JsonMap, name: str, *, restart: RestartClass, why: str) -> Operation:
    """Remove one registry value, so that the built-in default holds again."""
    return registry_value(found, name, kind="absent", value=None, restart=restart, why=why)


def service(name: str, *, ensure: JsonMap, expect: JsonMap, restart: RestartClass, risk: Risk, why: str) -> Operation:
    """Set start mode or state of a service. A restart itself cannot be undone; a start mode can."""
    return Operation("", "service", {"service": name}, ensure, expect, reversible="restarted" not in ensure, risk=risk, restart=restart, why=why)


DISABLED = 4
START_NAMES = {2: "automatic", 3: "manual", 4: "disabled"}


def start_service(name: str, found: JsonMap, *, why: str) -> Operation:
    """Start a service, with its start mode back to manual where it was disabled.

    :param found: the service as the snapshot has it: ``{state, Start, ...}``.
    """
    ensure: dict[str, Any] = {"state": "running"}
    if dword(found["Start"]) == DISABLED:
        ensure["start"] = "manual"  # what Windows ships for the Remote Desktop services
    expect = {"state": found["state"], "start": _start_of(found)}
    return service(name, ensure=ensure, expect=expect, restart=RestartClass.NONE, risk=Risk.LOW, why=why)


def set_start_mode(name: str, found: JsonMap, *, why: str) -> Operation:
    """Put the start mode of a running service back to manual; the service itself is left alone."""
    ensure, expect = {"start": "manual"}, {"state": found["state"], "start": _start_of(found)}
    return service(name, ensure=ensure, expect=expect, restart=RestartClass.NONE, risk=Risk.LOW, why=why)


def _start_of(found: JsonMap) -> Any:
    start = dword(found["Start"])
    return found["Start"]["value"] if start is None else START_NAMES.get(start, start)


def restart_service(name: str, *, restart: RestartClass, why: str) -> Operation:
    """Restart a running service; it cannot be undone and says so."""
    return service(name, ensure={"restarted": True}, expect={"state": "running"}, restart=restart, risk=Risk.LOW, why=why)


def file_acl(path: str, *, sddl: str, found: str | None, why: str) -> Operation:
    """Set the discretionary list of one file or one folder object, nothing below it."""
    return Operation(
        "", "file_acl", {"path": path}, {"sddl": sddl}, {"sddl": found}, reversible=True, risk=Risk.LOW, restart=RestartClass.SESSION_ENV, why=why
    )


def certificate_binding_absent(found: JsonMap, *, why: str) -> Operation:
    """Take the explicit certificate hash off the listener, so that the self-signed or template certificate serves again."""
    return Operation(
        id="",
        kind="certificate_binding",
        target={"key": found["path"], "value": "SSLCertificateSHA1Hash"},
        ensure={"kind": "absent", "value": None},
        expect={"kind": found["kind"], "value": found["value"]},
        reversible=True,
        risk=Risk.LOW,
        restart=RestartClass.SESSION_ENV,
        why=why,
    )


def certificate_remove(store: str, thumbprint: str, *, why: str) -> Operation:
    """Take one certificate out of one store; a copy of it is journaled first."""
    return Operation(
        id="",
        kind="certificate_remove",
        target={"store": store, "thumbprint": thumbprint},
        ensure={"present": False},
        expect={"present": True},
        reversible=True,
        risk=Risk.LOW,
        restart=RestartClass.SESSION_ENV,
        why=why,
    )


def firewall_rule_active(rule_id: str, *, expect_active: bool, why: str) -> Operation:
    """Switch one built-in rule on, on the profiles it already names."""
    return Operation(
        id="",
        kind="firewall_rule",
        target={"rule": rule_id},
        ensure={"active": True},
        expect={"active": expect_active},
        reversible=True,
        risk=Risk.LOW,
        restart=RestartClass.NONE,
        why=why,
    )


def wait_until(condition: str, *, ensure: JsonMap, why: str, seconds: int = 30) -> Operation:
    """Wait, within a bound, until the host shows what the operations before this one were for."""
    return Operation(
        "", "wait_until", {"condition": condition, "seconds": seconds}, ensure, {}, reversible=True, risk=Risk.LOW, restart=RestartClass.NONE, why=why
    )


_TS = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server"
REGISTRY_KEYS = frozenset(
    {
        _TS,
        f"{_TS}\\WinStations",
        f"{_TS}\\WinStations\\RDP-Tcp",
        "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\CredSSP\\Parameters",
        "HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols\\TLS 1.2\\Server",
    }
)
_KEY_FOLDER = re.compile(r"[A-Za-z]:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys(\\[0-9a-f]{32}_[0-9A-Fa-f-]{36})?")
SERVICES = frozenset({"TermService", "SessionEnv", "UmRdpService"})


def is_allowed(operation: Operation) -> bool:
    """Tell whether an operation touches only what this collection ever touches.

    Paths of a plan come out of a snapshot, and a snapshot can be anything; the target holds the same list once more.
    """
    target = operation.target
    if operation.kind in ("registry_value", "certificate_binding"):
        return str(target["key"]).casefold() in {key.casefold() for key in REGISTRY_KEYS}
    if operation.kind == "file_acl":
        return _KEY_FOLDER.fullmatch(str(target["path"])) is not None
    if operation.kind == "service":
        return str(target["service"]) in SERVICES
    if operation.kind == "certificate_remove":
        return bool(target["store"] == "remote_desktop")  # never from My: other services share it
    return operation.kind in ("firewall_rule", "wait_until")
