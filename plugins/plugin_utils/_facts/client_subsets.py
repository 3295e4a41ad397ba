# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Shapes of the client's subsets: what the machine that connects can tell. What belongs to a user is the running user's."""

from __future__ import annotations

from .host_subsets import DELEGATION, EVENTS_DATA, KIND, TIME, registry_values, registry_values_with
from .shapes import Shape, at_most, boolean, fields, list_of, nullable, text, whole, word

CREDENTIAL_TYPES = ("generic", "domain_password", "domain_certificate", "visible_password", "generic_certificate", "extended", "")

_CACHE = fields(
    {"exists": nullable(boolean), "file_count": at_most(1000), "bytes": whole, "truncated": boolean, "default_rdp": nullable(boolean)}, {"kind": KIND}
)

_STORE = fields({"exists": nullable(boolean), "hardware_id": nullable(boolean), "store_count": nullable(whole)})
_LICENSING = fields({"native": _STORE, "wow64": _STORE})

_CREDENTIALS = fields({
    "credentials": list_of(fields({
        "target": text(512), "type": word(*CREDENTIAL_TYPES), "persist": word("session", "local_machine", "enterprise", ""),
        "last_written": TIME, "user": nullable(text(256)),
    }), 200),
    "truncated": boolean,
})  # fmt: skip

_POLICY = fields({
    "values": registry_values_with(
        ("LsaCfgFlags",), "AuthenticationLevel", "DisablePasswordSaving", "PromptForCredsOnClient", "fClientDisableUDP", "AuthenticationLevelOverride",
        "RestrictedRemoteAdministration", "RestrictedRemoteAdministrationType", "LmCompatibilityLevel", "RestrictSendingNTLMTraffic",
        "ClientAllowedNTLMServers", "AllowEncryptionOracle",
    ),
    "user_values": registry_values("AuthenticationLevelOverride", "RDGClientTransport"),
    "delegation": DELEGATION,
}, {"lsa_iso": boolean})  # fmt: skip

CLIENT_DATA: dict[str, Shape] = {
    "client_cache": _CACHE, "client_licensing": _LICENSING, "client_credentials": _CREDENTIALS, "client_policy": _POLICY,
    "client_events": EVENTS_DATA,
}  # fmt: skip
