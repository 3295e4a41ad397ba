# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Subsets `certificate`, `key_store`, `tls` and `credssp` of a healthy host."""

from __future__ import annotations

import base64
from typing import Any

from . import values
from .certificates import thumbprint
from .listener import POLICY, RDP_TCP, STATIONS
from .releases import Release

_SCHANNEL = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL"
_SSL_LOCAL = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Cryptography\\Configuration\\Local\\SSL\\00010002"
_SSL_POLICY = "HKLM\\SOFTWARE\\Policies\\Microsoft\\Cryptography\\Configuration\\SSL\\00010002"
_LSA = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa"
_CREDSSP = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\CredSSP\\Parameters"
_DELEGATION = "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\CredentialsDelegation"
_MACHINE_KEYS = "C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys"
_DELEGATION_LISTS = (
    "AllowDefaultCredentials", "AllowDefCredentialsWhenNTLMOnly", "AllowFreshCredentials", "AllowFreshCredentialsWhenNTLMOnly",
    "AllowSavedCredentials", "AllowSavedCredentialsWhenNTLMOnly", "DenyDefaultCredentials", "DenyFreshCredentials", "DenySavedCredentials",
)
_PROTOCOLS = {"tls10": "TLS 1.0", "tls11": "TLS 1.1", "tls12": "TLS 1.2", "tls13": "TLS 1.3"}

FOLDER_SDDL = "O:SYG:SYD:PAI(A;;0x12019f;;;WD)(A;;FA;;;BA)"
KEY_FILE_SDDL = "O:SYG:SYD:PAI(A;;FA;;;SY)(A;;FR;;;NS)"
KEY_PREFIX = "f686aace6942fb7f7ceb231212eef4a4"  # what Windows makes of the container name TSSecKeySet1


def stored_certificate(der: bytes, *, container: str = "TSSecKeySet1", cng: bool = False) -> dict[str, Any]:
    """Return one certificate of a store, with its key in the legacy provider or in the key storage provider."""
    provider = "Microsoft Software Key Storage Provider" if cng else "Microsoft Enhanced Cryptographic Provider v1.0"
    return {
        "thumbprint": thumbprint(der),
        "der": base64.b64encode(der).decode("ascii"),
        "has_private_key": True,
        "key_provider": {"container": container, "provider": provider, "provider_type": 0 if cng else 1},
    }


def healthy_certificate(der: bytes) -> dict[str, Any]:
    """Return the `certificate` data of a host that serves its own self-signed certificate."""
    return {
        "bindings": {
            "SSLCertificateSHA1Hash": values.absent(RDP_TCP),
            "SelfSignedCertificate": values.binary(STATIONS, bytes.fromhex(thumbprint(der))),
            "SelfSignedCertStore": values.text(STATIONS, "Remote Desktop"),
            "TemplateCertificate": values.absent(STATIONS),
            "CertTemplateName": values.absent(POLICY),
        },
        "stores": {
            "remote_desktop": {"exists": True, "kind": "", "truncated": False, "certificates": [stored_certificate(der)]},
            "my": {"exists": True, "kind": "", "truncated": False, "certificates": []},
        },
    }


def healthy_key_store(machine_guid: str, der: bytes, *, file_count: int) -> dict[str, Any]:
    """Return the `key_store` data with the documented default permissions.

    :param der: the self-signed certificate that the listener serves; its key is the one in the file
    """
    key = {"container": "TSSecKeySet1", "file_name": f"{KEY_PREFIX}_{machine_guid}", "exists": True, "size": 2301, "sddl": KEY_FILE_SDDL, "sddl_kind": ""}
    return {
        "machine_guid": values.text("HKLM\\SOFTWARE\\Microsoft\\Cryptography", machine_guid),
        "program_data": values.expand("HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList", "%SystemDrive%\\ProgramData"),
        "folder": {"path": _MACHINE_KEYS, "exists": True, "sddl": FOLDER_SDDL, "sddl_kind": ""},
        "listener_key": key,
        "bound_keys": values.answers({"thumbprint": thumbprint(der), "provider_type": 1, **key}),
        "foreign_files": [],
        "file_count": file_count,
        "list_kind": "",
        "truncated": False,
    }


def healthy_tls(release: Release) -> dict[str, Any]:
    """Return the `tls` data of a host where nobody has touched Schannel."""
    return {
        "protocols": {key: protocol_switches(key) for key in _PROTOCOLS},
        "cipher_suites": {"local": values.multi(_SSL_LOCAL, list(release.suites)), "policy": values.absent(_SSL_POLICY)},
        "curves": {"local": values.multi(_SSL_LOCAL, ["curve25519", "NistP256", "NistP384"]), "policy": values.absent(_SSL_POLICY)},
        "fips": values.dword(_LSA + "\\FIPSAlgorithmPolicy", 0),
        "ciphers": values.answers(),
        "hashes": values.answers(),
        "key_exchange": values.answers(),
    }


def algorithm(kind: str, name: str, *, enabled: int | None = None, smallest_key: int | None = None) -> dict[str, Any]:
    """Return what somebody has set for one algorithm.

    :param kind: the key below SCHANNEL: `Ciphers`, `Hashes` or `KeyExchangeAlgorithms`
    """
    return {"name": name, **values.table(f"{_SCHANNEL}\\{kind}\\{name}", Enabled=enabled, ServerMinKeyBitLength=smallest_key)}


def protocol_switches(key: str, *, server: tuple[int, int] | None = None, client: tuple[int, int] | None = None) -> dict[str, Any]:
    """Return the Schannel switches of one protocol version.

    :param key: `tls10` to `tls13`
    :param server: `Enabled` and `DisabledByDefault` of the server side, None when the key is absent
    :param client: the same for the client side
    """
    sides = {"Server": server, "Client": client}
    switches: dict[str, Any] = {}
    for side, pair in sides.items():
        path = f"{_SCHANNEL}\\Protocols\\{_PROTOCOLS[key]}\\{side}"
        enabled, by_default = pair if pair is not None else (None, None)
        switches[side.lower()] = {"Enabled": values.make(path, enabled), "DisabledByDefault": values.make(path, by_default)}
    return switches


def healthy_credssp(release: Release) -> dict[str, Any]:
    """Return the `credssp` data of a patched host without any setting of its own."""
    return {
        "AllowEncryptionOracle": values.absent(_CREDSSP),
        "tspkg_version": release.tspkg,
        "DisableRestrictedAdmin": values.absent(_LSA),
        "AllowProtectedCreds": values.absent(_DELEGATION),
        "delegation": {name: _undelegated() for name in _DELEGATION_LISTS},
    }


def _undelegated() -> dict[str, Any]:
    return {"policy": values.absent(_DELEGATION), "concatenate": values.absent(_DELEGATION), "servers": values.answers()}
