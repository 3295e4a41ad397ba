# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The closed vocabulary of operations: what each kind may touch, what it holds, whether it can be undone, where it has ever run.

One row per kind. The target holds the places once more (``_RdpAllow.psm1``); a contract test keeps the two alike. Paths of a plan come out
of a snapshot, and a snapshot can be anything, so that every operation is looked up here before it travels.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeGuard

from .model import JsonMap

_CONTROL = "HKLM\\SYSTEM\\CurrentControlSet\\Control"
_TS = f"{_CONTROL}\\Terminal Server"
_LISTENER = f"{_TS}\\WinStations\\RDP-Tcp"
_SCHANNEL = f"{_CONTROL}\\SecurityProviders\\SCHANNEL\\Protocols"
_CREDSSP = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\CredSSP\\Parameters"
_LICENSES = "HKLM\\SOFTWARE\\Microsoft\\MSLicensing"

BINDING = "SSLCertificateSHA1Hash"
# Key -> the names of values that may be written or removed there. Never a value below Policies\...\Terminal Services: those are a policy's.
REGISTRY_VALUES: Mapping[str, tuple[str, ...]] = {
    _TS: ("fDenyTSConnections", "TSServerDrainMode"),
    f"{_TS}\\WinStations": ("SelfSignedCertStore",),
    _LISTENER: (
        "fAllowSecProtocolNegotiation",
        "fEnableWinStation",
        "fLogonDisabled",
        "fPromptForPassword",
        "LanAdapter",
        "LoadableProtocol_Object",
        "MaxInstanceCount",
        "MinEncryptionLevel",
        "PortNumber",
        "SecurityLayer",
        "SelectTransport",
        "SelfSignedCertificate",
        "SelfSignedCertStore",
        "UserAuthentication",
    ),
    _CREDSSP: ("AllowEncryptionOracle",),
    f"{_CONTROL}\\Lsa": ("DisableRestrictedAdmin",),
    **{f"{_SCHANNEL}\\{version}\\Server": ("DisabledByDefault", "Enabled") for version in ("TLS 1.0", "TLS 1.1", "TLS 1.2")},
}
# Whole keys that may be exported and removed: the two exceptions of the design, the client's licence store and its list of servers.
REMOVABLE_KEYS = (
    r"HKLM\\SOFTWARE\\Microsoft\\MSLicensing\\(HardwareID|Store)(\\[^\\]{1,100})?",
    r"HKCU\\Software\\Microsoft\\Terminal Server Client\\(Default|Servers(\\[^\\]{1,255})?)",
)
KEYS_WITH_ACL = (_LICENSES, f"{_TS}\\RCM")
KEY_FOLDER = r"[A-Za-z]:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys"
KEY_FILE = KEY_FOLDER + r"\\[0-9a-f]{32}_[0-9A-Fa-f-]{36}"
REMOVABLE_FILES = (
    r"[A-Za-z]:\\[^:*?]{1,200}\\Microsoft\\Terminal Server Client\\Cache\\[^\\:*?]{1,60}\.(bmc|bin)",
    r"[A-Za-z]:\\[^:*?]{1,200}\\Documents\\Default\.rdp",
)
SERVICES = ("SessionEnv", "TermService", "UmRdpService")
FIREWALL_RULES = ("RemoteDesktop-Shadow-In-TCP", "RemoteDesktop-UserMode-In-TCP", "RemoteDesktop-UserMode-In-UDP")
STORE = "remote_desktop"  # never My: other services share it
CREDENTIAL = r"(LegacyGeneric:target=)?TERMSRV/[^\\/*?\s]{1,255}"
THUMBPRINT = r"[0-9A-F]{40}"
CONDITIONS = {"service_state": {"state": "running"}, "listener_certificate": {"valid": True}, "port_listening": {"listening": True}}
MOST_SECONDS = 120
_DACL = r"D:[A-Z]{0,6}(\([A-Za-z0-9;-]{1,200}\)){1,32}"
_LONGEST = 16384  # characters of any text that travels


@dataclass(frozen=True)
class Kind:
    """One kind of operation.

    :ivar target: names of the fields that say what is touched.
    :ivar ensure: tells whether a goal has the right form.
    :ivar expect: names of the fields that may stand in the assumed state.
    :ivar assumed: the field that has to stand there: nothing is changed without a word of how it was found. Empty for what only waits.
    :ivar allowed: tells whether the target is a place that this collection ever touches.
    :ivar reversible: whether the kind can be undone; a restart is the exception of its kind.
    :ivar ran_where: ``lab`` or ``nowhere``; nothing has run on real Windows.
    """

    target: frozenset[str]
    ensure: Callable[[JsonMap], bool]
    expect: frozenset[str]
    allowed: Callable[[JsonMap], bool]
    reversible: bool
    ran_where: str
    optional: frozenset[str] = frozenset()
    assumed: str = ""


def _matches(pattern: str, text: object) -> bool:
    # Parent folders and keys are climbed by no pattern; the look at ".." is for those that allow any name.
    return isinstance(text, str) and ".." not in text and "\0" not in text and re.fullmatch(pattern, text, re.IGNORECASE) is not None


def _is_number(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _one_of(names: tuple[str, ...], text: object) -> bool:
    return isinstance(text, str) and text.casefold() in {name.casefold() for name in names}


def _registry_value(target: JsonMap) -> bool:
    key = str(target["key"]).casefold()
    return any(known.casefold() == key and _one_of(names, target["value"]) for known, names in REGISTRY_VALUES.items())


def _binding(target: JsonMap) -> bool:
    return _one_of((_LISTENER,), target["key"]) and _one_of((BINDING,), target["value"])


def _wait(target: JsonMap) -> bool:
    if not isinstance(target["condition"], str):
        return False
    seconds, needed = target["seconds"], {"service_state": "service", "port_listening": "port"}.get(target["condition"])
    fits = target["condition"] in CONDITIONS and _is_number(seconds) and 1 <= seconds <= MOST_SECONDS
    given = [name for name in ("service", "port") if name in target]
    if not fits or given != ([needed] if needed else []):
        return False
    if needed == "port":
        return _is_number(target["port"]) and 0 < target["port"] < 65536
    return needed is None or _one_of(SERVICES, target["service"])


def _is_data(state: JsonMap) -> bool:
    """Tell whether a goal is a registry value: ``{kind, value}``, the value of the type that the kind has."""
    if set(state) != {"kind", "value"}:
        return False
    kind, value = state["kind"], state["value"]
    if kind in ("REG_DWORD", "REG_QWORD"):
        return _is_number(value) and 0 <= value < 2 ** (32 if kind == "REG_DWORD" else 64)
    if kind in ("REG_SZ", "REG_EXPAND_SZ"):
        return isinstance(value, str) and len(value) <= _LONGEST and "\0" not in value
    if kind == "REG_MULTI_SZ":
        return isinstance(value, list) and all(isinstance(text, str) and text and "\0" not in text for text in value) and len(value) <= 100
    return (kind == "REG_BINARY" and _bytes(value) is not None) or (kind == "absent" and value is None)


def _bytes(value: object) -> bytes | None:
    try:
        return base64.b64decode(value, validate=True) if isinstance(value, str) and len(value) <= _LONGEST else None
    except binascii.Error:
        return None


def _is_binding(state: JsonMap) -> bool:
    return _is_data(state) and (state["kind"] == "absent" or (state["kind"] == "REG_BINARY" and len(_bytes(state["value"]) or b"") == 20))


def _is_service_goal(state: JsonMap) -> bool:
    if set(state) == {"restarted"}:
        return state["restarted"] is True
    allowed = {"start": ("automatic", "manual", "disabled"), "state": ("running", "stopped")}
    return bool(state) and all(name in allowed and value in allowed[name] for name, value in state.items())


def _is_sddl(state: JsonMap) -> bool:
    return (
        set(state) == {"sddl"} and isinstance(state["sddl"], str) and re.fullmatch(r"D:[A-Z]{0,6}(\([A-Za-z0-9;-]{1,200}\)){1,32}", state["sddl"]) is not None
    )


def _is_gone(state: JsonMap) -> bool:
    return dict(state) == {"present": False} and state["present"] is False


def _is_switch(state: JsonMap) -> bool:
    return set(state) == {"active"} and isinstance(state["active"], bool)


def _is_condition(state: JsonMap) -> bool:
    return any(dict(state) == goal for goal in CONDITIONS.values())


def _kind(target: str, ensure: Callable[[JsonMap], bool], expect: str, allowed: Callable[[JsonMap], bool], ran: str, *, undone: bool = True) -> Kind:
    return Kind(frozenset(target.split()), ensure, frozenset(expect.split()), allowed, undone, ran, assumed=expect.split()[0])


KINDS: Mapping[str, Kind] = {
    "registry_value": _kind("key value", _is_data, "kind value", _registry_value, "lab"),
    "registry_key": _kind("key", _is_gone, "present", lambda target: any(_matches(form, target["key"]) for form in REMOVABLE_KEYS), "lab"),
    "service": _kind("service", _is_service_goal, "state start active_sessions", lambda target: _one_of(SERVICES, target["service"]), "lab"),
    "file_acl": _kind("path", _is_sddl, "sddl", lambda target: _matches(KEY_FOLDER, target["path"]) or _matches(KEY_FILE, target["path"]), "nowhere"),
    "key_acl": _kind("key", _is_sddl, "sddl", lambda target: _one_of(KEYS_WITH_ACL, target["key"]), "lab"),
    "file_isolate": _kind("path", _is_gone, "present size", lambda target: _matches(KEY_FILE, target["path"]), "lab"),
    "file_remove": _kind("path", _is_gone, "present size", lambda target: any(_matches(form, target["path"]) for form in REMOVABLE_FILES), "lab"),
    "certificate_binding": _kind("key value", _is_binding, "kind value", _binding, "lab"),
    "certificate_remove": _kind(
        "store thumbprint", _is_gone, "present", lambda target: target["store"] == STORE and _matches(THUMBPRINT, target["thumbprint"]), "lab"
    ),
    "firewall_rule": _kind("rule", _is_switch, "active", lambda target: _one_of(FIREWALL_RULES, target["rule"]), "nowhere"),
    "credential_remove": _kind(
        "name type",
        _is_gone,
        "present last_written",
        lambda target: _matches(CREDENTIAL, target["name"]) and _is_number(target["type"]) and target["type"] in (1, 2),
        "lab",
        undone=False,
    ),
    "session_logoff": _kind(
        "session", _is_gone, "present state", lambda target: _is_number(target["session"]) and 0 < target["session"] < 65536, "nowhere", undone=False
    ),
    "wait_until": Kind(frozenset({"condition", "seconds"}), _is_condition, frozenset(), _wait, True, "lab", optional=frozenset({"service", "port"})),
}


def fits(kind: Kind, target: JsonMap) -> bool:
    """Tell whether a target has the fields of its kind and names a place that may be touched."""
    return kind.target <= set(target) <= kind.target | kind.optional and kind.allowed(target)


def assumes(kind: Kind, expect: JsonMap) -> bool:
    """Tell whether an assumed state has fields of its kind alone, and among them the one that has to be there."""
    return set(expect) <= kind.expect and (not kind.assumed or expect.get(kind.assumed) is not None)
