# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What decides before a session, on a host where all is well: os, listener, services, certificate, key_store, tls, credssp."""

from __future__ import annotations

import base64
from typing import Any

from . import certificates
from .machine import Machine, stamp
from .values import CREDSSP, DELEGATION, LSA, POLICY, RDP_TCP, SCHANNEL, SERVICES, STATIONS, TS, answers, expand, make, table

PROTOCOL = "{5828227c-20cf-4408-b73f-73ab70b8849f}"
FOLDER_SDDL = "O:SYG:SYD:PAI(A;;0x12019f;;;WD)(A;;FA;;;BA)"
KEY_SDDL = "O:SYG:SYD:PAI(A;;FA;;;SY)(A;;FR;;;NS)"
SESSION_ENV_ENTRY = "(A;;FA;;;S-1-5-80-4022436659-1090538466-1613889075-870485073-3428993833)"
KEY_PREFIX = "f686aace6942fb7f7ceb231212eef4a4"
MACHINE_KEYS = "C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys"
LEGACY = "Microsoft Enhanced Cryptographic Provider v1.0"
CNG = "Microsoft Software Key Storage Provider"
VERSIONS = {"tls10": "TLS 1.0", "tls11": "TLS 1.1", "tls12": "TLS 1.2", "tls13": "TLS 1.3"}
SSL_LOCAL = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Cryptography\\Configuration\\Local\\SSL\\00010002"
SSL_POLICY = "HKLM\\SOFTWARE\\Policies\\Microsoft\\Cryptography\\Configuration\\SSL\\00010002"
LISTS = (
    "AllowDefaultCredentials", "AllowDefCredentialsWhenNTLMOnly", "AllowFreshCredentials", "AllowFreshCredentialsWhenNTLMOnly",
    "AllowSavedCredentials", "AllowSavedCredentialsWhenNTLMOnly", "DenyDefaultCredentials", "DenyFreshCredentials", "DenySavedCredentials",
)  # fmt: skip
_WINLOGON = "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon"
_NETWORK = "NT Authority\\NetworkService"

_LOCAL: dict[str, tuple[str, int | str | list[str] | None]] = {
    "fDenyTSConnections": (TS, 0), "TSServerDrainMode": (TS, 0), "StartRCM": (TS, 0), "RCDependentServices": (TS, ["CertPropSvc", "SessionEnv"]),
    "MaxOutstandingConnections": (TS, None), "PortNumber": (RDP_TCP, 3389), "SecurityLayer": (RDP_TCP, 2), "UserAuthentication": (RDP_TCP, 1),
    "MinEncryptionLevel": (RDP_TCP, 2), "fAllowSecProtocolNegotiation": (RDP_TCP, 1), "fEnableWinStation": (RDP_TCP, 1), "fLogonDisabled": (RDP_TCP, 0),
    "MaxInstanceCount": (RDP_TCP, 0xFFFFFFFF), "LanAdapter": (RDP_TCP, 0), "SelectTransport": (RDP_TCP, 2), "SelectNetworkDetect": (RDP_TCP, 1),
    "LoadableProtocol_Object": (RDP_TCP, PROTOCOL), "PdName": (RDP_TCP, "tcp"), "PdName1": (RDP_TCP, "tssecsrv"), "PdDLL": (RDP_TCP, "tdtcp"),
    "PdDLL1": (RDP_TCP, "tssecsrv"), "PdClass": (RDP_TCP, 2), "PdClass1": (RDP_TCP, 11), "WdName": (RDP_TCP, "Microsoft RDP 8.0"),
    "WdPrefix": (RDP_TCP, "RDP"), "WdFlag": (RDP_TCP, 0x36), "WebSocketListenerPort": (RDP_TCP, 3387), "WebSocketTlsListenerPort": (RDP_TCP, 3392),
    "fPromptForPassword": (RDP_TCP, 0), "WinStationsDisabled": (_WINLOGON, "0"),
}  # fmt: skip
_POLICY_ONLY = ("KeepAliveEnable", "KeepAliveInterval", "KeepAliveTimeout", "fDisableAutoReconnect", "fEncryptRPCTraffic")
_BOTH = (
    "fDenyTSConnections", "SecurityLayer", "UserAuthentication", "MinEncryptionLevel", "MaxInstanceCount", "SelectTransport", "SelectNetworkDetect",
    "fPromptForPassword",
)  # fmt: skip
# name -> (Start, account, group, library)
_SERVICES: dict[str, tuple[int, str, str, str]] = {
    "TermService": (3, _NETWORK, "termsvcs", "termsrv.dll"), "SessionEnv": (3, "localSystem", "netsvcs", "sessenv.dll"),
    "UmRdpService": (3, "localSystem", "LocalSystemNetworkRestricted", "umrdp.dll"), "CertPropSvc": (3, "LocalSystem", "netsvcs", "certprop.dll"),
    "CryptSvc": (2, _NETWORK, "NetworkService", "cryptsvc.dll"), "LSM": (2, "LocalSystem", "DcomLaunch", "lsm.dll"),
    "RpcSs": (2, "NT AUTHORITY\\NetworkService", "rpcss", "rpcss.dll"), "gpsvc": (2, "LocalSystem", "netsvcs", "gpsvc.dll"),
    "MpsSvc": (2, "NT Authority\\LocalService", "LocalServiceNoNetwork", "mpssvc.dll"), "KeyIso": (3, "LocalSystem", "", "keyiso.dll"),
}  # fmt: skip


def os_of(machine: Machine) -> dict[str, Any]:
    release, setup = machine.release, "HKLM\\SYSTEM\\Setup"
    base = release.shell_build or release.build
    return {
        "computer_name": machine.name, "product_name": release.product, "edition_id": release.edition,
        "installation_type": "Client" if release.client else "Server Core" if machine.core else "Server",
        "product_type": "WinNT" if release.client else "ServerNT", "build": release.build, "ubr": release.ubr, "display_version": release.version,
        "domain": {"joined": machine.domain is not None, "name": machine.short_domain},
        "pending_reboot": {"component_based_servicing": False, "windows_update": False, "pending_file_rename": False},
        "setup": table(setup, SystemSetupInProgress=0, OOBEInProgress=0),
        "powershell": f"5.1.{base}.{release.ubr}", "powershell_edition": "Desktop", "booted_at": stamp(machine.booted_at),
    }  # fmt: skip


def listener_of(machine: Machine) -> dict[str, Any]:
    entries: dict[str, Any] = {}
    for name, (path, value) in _LOCAL.items():
        known = None if name.startswith("WebSocket") and machine.release.build < 17763 else value
        entries[name] = {"local": make(path, known), "policy": make(POLICY, None) if name in _BOTH else None}
    entries.update({name: {"local": None, "policy": make(POLICY, None)} for name in _POLICY_ONLY})
    console = STATIONS + "\\Console"
    stations = [
        {"name": "Console", **table(console, fEnableWinStation=None, PortNumber=None, LoadableProtocol_Object=None)},
        {"name": "RDP-Tcp", **table(RDP_TCP, fEnableWinStation=1, PortNumber=3389, LoadableProtocol_Object=PROTOCOL)},
    ]
    return {"values": entries, "win_stations": stations, "truncated": False}


def service(name: str, start: int, account: str, image: str, library: str | None, *, state: str = "running") -> dict[str, Any]:
    path = f"{SERVICES}\\{name}"
    found = make(path + "\\Parameters", None) if library is None else expand(path + "\\Parameters", library)
    return {
        "exists": True, "state": state, "kind": "", "Start": make(path, start), "ObjectName": make(path, account),
        "ImagePath": expand(path, image), "ServiceDll": found,
    }  # fmt: skip


def no_service(name: str) -> dict[str, Any]:
    path = f"{SERVICES}\\{name}"
    return {
        "exists": False, "state": None, "kind": "", **table(path, Start=None, ObjectName=None, ImagePath=None),
        "ServiceDll": make(path + "\\Parameters", None),
    }  # fmt: skip


def services_of(machine: Machine) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, (start, account, group, library) in _SERVICES.items():
        if name == "TermService" and machine.release.client:
            group = "NetworkService"
        flag = " -p" if machine.release.build >= 17763 and name != "TermService" else ""
        image = f"%SystemRoot%\\System32\\svchost.exe -k {group}{flag}" if group else "%SystemRoot%\\system32\\lsass.exe"
        found[name] = service(name, start, account, image, f"%SystemRoot%\\System32\\{library}")
    return found


def stored(der: bytes, container: str = "TSSecKeySet1", *, provider: str = LEGACY, key: bool = True) -> dict[str, Any]:
    """Return one certificate of a store."""
    kind = 0 if provider == CNG else 1
    return {
        "thumbprint": certificates.thumbprint(der), "der": base64.b64encode(der).decode("ascii"), "has_private_key": key,
        "key_provider": {"container": container, "provider": provider, "provider_type": kind} if key else None,
    }  # fmt: skip


def certificate_of(der: bytes) -> dict[str, Any]:
    return {
        "bindings": {
            "SSLCertificateSHA1Hash": make(RDP_TCP, None), "SelfSignedCertificate": make(STATIONS, bytes.fromhex(certificates.thumbprint(der))),
            "SelfSignedCertStore": make(STATIONS, "Remote Desktop"), "TemplateCertificate": make(STATIONS, None), "CertTemplateName": make(POLICY, None),
        },
        "stores": {
            "remote_desktop": {"exists": True, "truncated": False, "certificates": [stored(der)]},
            "my": {"exists": True, "truncated": False, "certificates": []},
        },
    }  # fmt: skip


def key_file(guid: str, *, prefix: str = KEY_PREFIX, size: int = 2301) -> dict[str, Any]:
    return {"file_name": f"{prefix}_{guid}", "exists": True, "size": size, "sddl": KEY_SDDL, "sddl_kind": ""}


def key_store_of(machine: Machine, der: bytes) -> dict[str, Any]:
    bound = {"thumbprint": certificates.thumbprint(der), "container": "TSSecKeySet1", "provider_type": 1, **key_file(machine.guid)}
    return {
        "machine_guid": make("HKLM\\SOFTWARE\\Microsoft\\Cryptography", machine.guid),
        "program_data": expand("HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList", "%SystemDrive%\\ProgramData"),
        "folder": {"path": MACHINE_KEYS, "exists": True, "sddl": FOLDER_SDDL, "sddl_kind": ""},
        "listener_key": {"container": "TSSecKeySet1", **key_file(machine.guid)},
        "foreign_files": [], "file_count": 5 + len(machine.name), "truncated": False, "bound_keys": answers(bound),
    }  # fmt: skip


def switches(version: str, server: tuple[int | None, int | None] = (None, None), client: tuple[int | None, int | None] = (None, None)) -> dict[str, Any]:
    """Return the Schannel switches of a version: Enabled and DisabledByDefault of both sides."""
    path = f"{SCHANNEL}\\Protocols\\{VERSIONS[version]}"
    return {
        "server": table(path + "\\Server", Enabled=server[0], DisabledByDefault=server[1]),
        "client": table(path + "\\Client", Enabled=client[0], DisabledByDefault=client[1]),
    }


def tls_of(machine: Machine) -> dict[str, Any]:
    return {
        "protocols": {version: switches(version) for version in VERSIONS},
        "cipher_suites": {"local": make(SSL_LOCAL, list(machine.release.suites)), "policy": make(SSL_POLICY, None)},
        "curves": {"local": make(SSL_LOCAL, ["curve25519", "NistP256", "NistP384"]), "policy": make(SSL_POLICY, None)},
        "fips": make(LSA + "\\FIPSAlgorithmPolicy", 0), "ciphers": answers(), "hashes": answers(), "key_exchange": answers(),
    }  # fmt: skip


def algorithm(kind: str, name: str, enabled: int | None, smallest: int | None = None) -> dict[str, Any]:
    """Return what somebody set for one cipher, hash or key exchange."""
    return {"name": name, **table(f"{SCHANNEL}\\{kind}\\{name}", Enabled=enabled, ServerMinKeyBitLength=smallest)}


def delegation_of() -> dict[str, Any]:
    empty = {"policy": make(DELEGATION, None), "concatenate": make(DELEGATION, None)}
    return {name: {**{side: dict(value) for side, value in empty.items()}, "servers": answers()} for name in LISTS}


def credssp_of(machine: Machine) -> dict[str, Any]:
    return {
        "AllowEncryptionOracle": make(CREDSSP, None), "tspkg_version": machine.release.tspkg, "DisableRestrictedAdmin": make(LSA, None),
        "AllowProtectedCreds": make(DELEGATION, None), "delegation": delegation_of(),
    }  # fmt: skip
