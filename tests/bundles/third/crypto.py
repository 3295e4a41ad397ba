# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Certificates, keys, Schannel and CredSSP of a host to which nothing has happened."""

from __future__ import annotations

from typing import Any

from .identity import Identity
from .papers import CAPI, Paper, key_file_prefix
from .values import CONTROL, DELEGATION, LISTENER, LSA, NT, ORACLE, POLICY, SCHANNEL, TS, answers, number_of, table_of, value_of

Data = dict[str, Any]  # data of a subset; Any: JSON

CONTAINER = "TSSecKeySet1"
KEY_FOLDER = "C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys"
FOLDER_SDDL = "O:SYG:SYD:PAI(A;;0x12019f;;;WD)(A;;FA;;;BA)"
SESSION_ENV = "S-1-5-80-4022436659-1090538466-1613889075-870485073-3428993833"
# What key files of healthy hosts were seen to have, in different spellings of one meaning.
KEY_SDDLS = (
    "O:SYG:SYD:PAI(A;;FA;;;SY)(A;;FR;;;NS)",
    f"O:SYG:SYD:PAI(A;;FA;;;SY)(A;;FA;;;{SESSION_ENV})(A;;FR;;;NS)",
    "O:SYG:SYD:P(A;;FA;;;SY)(A;;FR;;;NS)",
)
LISTS = ("AllowDefaultCredentials", "AllowDefCredentialsWhenNTLMOnly", "AllowFreshCredentials", "AllowFreshCredentialsWhenNTLMOnly",
         "AllowSavedCredentials", "AllowSavedCredentialsWhenNTLMOnly", "DenyDefaultCredentials", "DenyFreshCredentials", "DenySavedCredentials")  # fmt: skip


def stored(paper: Paper, container: str | None, provider: str = CAPI, provider_type: int = 1, *, has_key: bool = True) -> Data:
    """Return a certificate in a store."""
    key = None if container is None else {"container": container, "provider": provider, "provider_type": provider_type}
    return {"thumbprint": paper.thumbprint, "der": paper.base64, "has_private_key": has_key, "key_provider": key}


def store(*certificates: Data) -> Data:
    """Return a store with these certificates."""
    return {"exists": True, "kind": "", "truncated": False, "certificates": list(certificates)}


def certificates_of(who: Identity) -> Data:
    """Return the subset ``certificate``: one self-signed certificate, nothing else."""
    stations = f"{TS}\\WinStations"
    own = who.own_paper
    bindings = table_of(
        stations, ("SelfSignedCertificate", "SelfSignedCertStore", "TemplateCertificate"), SelfSignedCertificate=own.hash, SelfSignedCertStore="Remote Desktop"
    )
    bindings |= {"SSLCertificateSHA1Hash": value_of(LISTENER), "CertTemplateName": value_of(POLICY)}
    return {"bindings": bindings, "stores": {"remote_desktop": store(stored(own, CONTAINER)), "my": store()}}


def key_file(who: Identity, container: str = CONTAINER, *, exists: bool | None = True, sddl: str | None = None) -> Data:
    """Return one key file; its permissions are those of a healthy host where none are told."""
    usual = KEY_SDDLS[number_of(who.ident, "sddl", below=len(KEY_SDDLS))]
    size = 2200 + number_of(who.ident, container, below=140)
    return {
        "file_name": f"{key_file_prefix(container)}_{who.guid}",
        "exists": exists,
        "size": size if exists else None,
        "sddl": (sddl or usual) if exists else None,
        "sddl_kind": "",
    }


def key_store_of(who: Identity) -> Data:
    """Return the subset ``key_store``; ``bound_keys`` are filled in when the host is written."""
    return {
        "machine_guid": value_of("HKLM\\SOFTWARE\\Microsoft\\Cryptography", who.guid),
        "program_data": value_of(f"{NT}\\ProfileList", "%SystemDrive%\\ProgramData", "REG_EXPAND_SZ"),
        "folder": {"path": KEY_FOLDER, "exists": True, "sddl": FOLDER_SDDL, "sddl_kind": ""},
        "listener_key": {"container": CONTAINER, **key_file(who)},
        "bound_keys": answers(),
        "foreign_files": [],
        "file_count": 5 + number_of(who.ident, "files", below=40),
        "list_kind": "",
        "truncated": False,
    }


def tls_of(who: Identity) -> Data:
    """Return the subset ``tls``: nothing that anybody set."""
    switches = ("Enabled", "DisabledByDefault")
    protocols = {
        f"tls1{minor}": {side.lower(): table_of(f"{SCHANNEL}\\Protocols\\TLS 1.{minor}\\{side}", switches) for side in ("Server", "Client")}
        for minor in range(4)
    }
    local = f"{CONTROL}\\Cryptography\\Configuration\\Local\\SSL\\00010002"
    policy = "HKLM\\SOFTWARE\\Policies\\Microsoft\\Cryptography\\Configuration\\SSL\\00010002"
    return {
        "protocols": protocols,
        "fips": value_of(f"{LSA}\\FIPSAlgorithmPolicy", 0),
        "ciphers": answers(),
        "hashes": answers(),
        "key_exchange": answers(),
        "cipher_suites": {"local": value_of(local, list(who.release.suites)), "policy": value_of(policy)},
        "curves": {"local": value_of(local, ["curve25519", "NistP256", "NistP384"]), "policy": value_of(policy)},
    }


def delegation() -> Data:
    """Return the nine lists, none of them set."""
    return {name: delegation_list() for name in LISTS}


def delegation_list(*servers: str, concatenate: int | None = None) -> Data:
    """Return one list; it is switched on where it has servers."""
    return {
        "policy": value_of(DELEGATION, 1 if servers else None),
        "concatenate": value_of(DELEGATION, concatenate),
        "servers": answers(servers),
    }


def credssp_of(who: Identity) -> Data:
    """Return the subset ``credssp``."""
    return {
        "AllowEncryptionOracle": value_of(ORACLE),
        "DisableRestrictedAdmin": value_of(LSA),
        "AllowProtectedCreds": value_of(DELEGATION),
        "delegation": delegation(),
        "tspkg_version": f"10.0.{who.release.build}.{who.release.ubr}",
    }
