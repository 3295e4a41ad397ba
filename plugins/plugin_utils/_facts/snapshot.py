# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The shape of a snapshot, as ``win_rdp_info`` returns it. The published form is ``docs/schemas/snapshot.schema.json``."""

from __future__ import annotations

from typing import Any

from .client_subsets import CLIENT_DATA
from .decoded import DECODED
from .host_subsets import DELEGATION, HOST_DATA, KIND, LIST, SERVICE, SIDED, TIME, answers
from .shapes import FactsError, Shape, at_most, base64_text, boolean, distinct, fields, list_of, matching, nullable, registry_value, text, whole, word

SCHEMA = "rdpops.health/snapshot/1"
SUBSETS = (
    "os", "listener", "services", "certificate", "key_store", "tls", "credssp", "logon", "firewall", "ports", "sessions", "licensing",
    "time", "events", "azure", "avd", "client_cache", "client_licensing", "client_credentials", "client_policy", "client_events",
)  # fmt: skip
CLIENT_SUBSETS = tuple(name for name in SUBSETS if name.startswith("client_"))
HOST_SUBSETS = tuple(name for name in SUBSETS if name not in CLIENT_SUBSETS)  # what the reader reads when nothing is asked for
GROUPS = {"all": SUBSETS, "host": HOST_SUBSETS, "client": CLIENT_SUBSETS}  # words that stand for several subsets
PROFILES = ("domain", "private", "public")

_THUMBPRINT = matching(r"[0-9A-F]{40}", "a thumbprint of 40 upper-case hex digits", 40)
LISTENER_VALUES = (
    "fDenyTSConnections", "TSServerDrainMode", "StartRCM", "RCDependentServices", "MaxOutstandingConnections", "PortNumber", "SecurityLayer",
    "UserAuthentication", "MinEncryptionLevel", "fAllowSecProtocolNegotiation", "fEnableWinStation", "fLogonDisabled", "MaxInstanceCount",
    "LanAdapter", "SelectTransport", "SelectNetworkDetect", "LoadableProtocol_Object", "PdName", "PdName1", "PdDLL", "PdDLL1", "PdClass",
    "PdClass1", "WdName", "WdPrefix", "WdFlag", "WebSocketListenerPort", "WebSocketTlsListenerPort", "fPromptForPassword",
    "WinStationsDisabled", "KeepAliveEnable", "KeepAliveInterval", "KeepAliveTimeout", "fDisableAutoReconnect", "fEncryptRPCTraffic",
)  # fmt: skip
LATER_LISTENER_VALUES = ("SessionDirectoryRedirectionIP",)  # bundles of earlier versions lack them
SERVICES = ("TermService", "SessionEnv", "UmRdpService", "CertPropSvc", "KeyIso", "CryptSvc", "LSM", "RpcSs", "gpsvc", "MpsSvc")
LATER_SERVICES = ("nsi", "Dhcp", "Audiosrv", "Tssdis", "RDMS", "RustDesk")  # bundles of earlier versions lack them

_OS = fields({
    "computer_name": text(256), "product_name": text(256), "edition_id": text(256), "installation_type": text(64), "product_type": text(64),
    "build": whole, "ubr": nullable(whole), "display_version": text(64),
    "domain": fields({"joined": nullable(boolean), "name": text(256)}, {"kind": KIND, "entra_joined": nullable(boolean)}),
    "pending_reboot": fields(dict.fromkeys(("component_based_servicing", "windows_update", "pending_file_rename"), nullable(boolean))),
    "setup": fields({"SystemSetupInProgress": registry_value, "OOBEInProgress": registry_value}),
    "powershell": text(64), "powershell_edition": word("Desktop", "Core"), "booted_at": nullable(TIME),
}, {
    "rdpops": nullable(fields({
        "open_journals": nullable(list_of(text(64), 20)),
        "break_glass": nullable(list_of(fields({
            "journal": text(64), "owner": nullable(text(500)), "reason": nullable(text(500)), "expires_at": text(40),
        }), 20)),
    }, {"kind": KIND})),
})  # fmt: skip

_TWO_SIDES = fields({"local": nullable(registry_value), "policy": nullable(registry_value)})
_LISTENER = fields({
    "values": fields(dict.fromkeys(LISTENER_VALUES, _TWO_SIDES), dict.fromkeys(LATER_LISTENER_VALUES, _TWO_SIDES)),
    "win_stations": list_of(fields({
        "name": text(256), "fEnableWinStation": registry_value, "PortNumber": registry_value, "LoadableProtocol_Object": registry_value,
    }), LIST),
    "truncated": boolean,
})  # fmt: skip

_SERVICES = fields(dict.fromkeys(SERVICES, SERVICE), dict.fromkeys(LATER_SERVICES, SERVICE))

_STORE = fields({
    "exists": nullable(boolean), "truncated": boolean,
    "certificates": list_of(fields({
        "thumbprint": _THUMBPRINT, "der": base64_text, "has_private_key": boolean,
        "key_provider": nullable(fields({"container": text(1024), "provider": text(256), "provider_type": whole})),
    }, {"decoded": DECODED}), LIST),
}, {"kind": KIND})  # fmt: skip
_CERTIFICATE = fields({
    "bindings": fields({name: registry_value for name in (
        "SSLCertificateSHA1Hash", "SelfSignedCertificate", "SelfSignedCertStore", "TemplateCertificate", "CertTemplateName",
    )}),
    "stores": fields({"remote_desktop": _STORE, "my": _STORE}),
})  # fmt: skip

# What travels in a bundle of an earlier version lacks what is optional here and below.
_KEY_FILE = {"exists": nullable(boolean), "size": nullable(whole), "sddl": nullable(text())}
_KEY_STORE = fields({
    "machine_guid": registry_value, "program_data": registry_value,
    "folder": fields({"path": text(1024), "exists": boolean, "sddl": nullable(text())}, {"sddl_kind": KIND}),
    "listener_key": fields({"container": text(1024), "file_name": nullable(text(1024)), **_KEY_FILE}, {"sddl_kind": KIND}),
    "foreign_files": nullable(list_of(text(1024), LIST)), "file_count": nullable(at_most(20000)), "truncated": boolean,
}, {
    "list_kind": KIND,
    "bound_keys": answers(fields({
        "thumbprint": _THUMBPRINT, "container": text(1024), "provider_type": whole, "file_name": nullable(text(1024)), **_KEY_FILE, "sddl_kind": KIND,
    })),
})  # fmt: skip

_SWITCHES = fields({"Enabled": registry_value, "DisabledByDefault": registry_value})
_ALGORITHMS = answers(fields({"name": text(256), "Enabled": registry_value, "ServerMinKeyBitLength": registry_value}))
_TLS = fields({
    "protocols": fields({version: fields({"server": _SWITCHES, "client": _SWITCHES}) for version in ("tls10", "tls11", "tls12", "tls13")}),
    "cipher_suites": SIDED, "curves": SIDED, "fips": registry_value,
}, dict.fromkeys(("ciphers", "hashes", "key_exchange"), _ALGORITHMS))  # fmt: skip

_CREDSSP = fields({
    "AllowEncryptionOracle": registry_value, "tspkg_version": nullable(matching(r"[0-9]+(\.[0-9]+){3}", "a version of four numbers", 64)),
    "DisableRestrictedAdmin": registry_value, "AllowProtectedCreds": registry_value,
}, {"delegation": DELEGATION})  # fmt: skip

_PROFILE = {name: registry_value for name in ("EnableFirewall", "DefaultInboundAction", "DoNotAllowExceptions")}
_FIREWALL = fields({
    "rules": list_of(fields({"id": text(512), "hive": word("local", "mdm", "policy"), "text": text(8192)}), 200), "truncated": boolean,
    "profiles": fields({name: fields({
        "local": fields(_PROFILE), "policy": fields({**_PROFILE, "AllowLocalPolicyMerge": registry_value}),
    }) for name in PROFILES}),
    "active_profiles": nullable(distinct(list_of(word(*PROFILES), 3))),
}, {"hives": fields(dict.fromkeys(("policy", "mdm", "local"), KIND))})  # fmt: skip

# subset -> shape of its data
DATA: dict[str, Shape] = {
    "os": _OS, "listener": _LISTENER, "services": _SERVICES, "certificate": _CERTIFICATE,
    "key_store": _KEY_STORE, "tls": _TLS, "credssp": _CREDSSP, "firewall": _FIREWALL, **HOST_DATA, **CLIENT_DATA,
}  # fmt: skip


def _any(value: Any, place: str) -> None:
    """Accept any data: its shape follows from the subset's name and status."""


_SUBSET = fields({
    "status": word("ok", "error", "denied", "not_applicable", "not_asked"),
    "kind": text(64), "message": text(4096), "ms": whole, "data": _any,
})  # fmt: skip
# What stands beside the data: a subset that was read has nothing to add, one that was not says in one word why.
_WORDS_OF = {
    True: fields({"status": _any, "kind": word(""), "message": word(""), "ms": _any, "data": _any}),
    False: fields({"status": _any, "kind": matching(r"[a-z_]+", "one lower-case word", 64), "message": _any, "ms": _any, "data": _any}),
}
_SNAPSHOT = fields({
    "schema": word(SCHEMA), "collected_at": TIME,
    "reader": fields({"version": text(64), "ms": whole}),
    "subsets": fields(dict.fromkeys(SUBSETS, _any)),  # each of them is checked by check_subset
})  # fmt: skip


def check_snapshot(value: Any, place: str = "snapshot") -> None:
    """Refuse a document that is not a snapshot of this version.

    :raises FactsError: one sentence with the place.
    """
    _refuse_newer(value, place)
    _SNAPSHOT(value, place)
    for name, subset in value["subsets"].items():
        check_subset(name, subset, f"{place}.subsets.{name}")


def check_subset(name: str, subset: Any, place: str) -> None:
    """Refuse what is no subset of this name.

    :raises FactsError: one sentence with the place.
    """
    _SUBSET(subset, place)
    _WORDS_OF[subset["status"] == "ok"](subset, place)
    if subset["status"] == "ok":
        DATA[name](subset["data"], f"{place}.data")
    elif subset["data"] is not None:
        raise FactsError(f"{place}.data has data although its status is {subset['status']}")


def _refuse_newer(value: Any, place: str) -> None:
    schema = value.get("schema") if isinstance(value, dict) else None
    if isinstance(schema, str) and schema.startswith("rdpops.health/") and schema != SCHEMA:
        raise FactsError(f"{place}.schema is {schema[:60]!r}; this version of the collection reads {SCHEMA!r}")
