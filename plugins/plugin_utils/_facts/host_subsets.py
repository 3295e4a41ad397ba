# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Shapes of the host's subsets beyond the listener: accounts, ports, sessions, licences, time, events, Azure and its desktops."""

from __future__ import annotations

from .shapes import Shape, at_most, boolean, fields, integer, list_of, mapping_of, matching, nullable, registry_value, text, whole, word

LIST = 50  # entries that the reader reports of one kind before it says that there are more
TIME = matching(r"[0-9]{4}(-[0-9]{2}){2}T[0-9]{2}(:[0-9]{2}){2}Z", "a time such as 2026-11-20T08:15:30Z", 40)
STATES = ("running", "stopped", "start_pending", "stop_pending", "continue_pending", "pause_pending", "paused", "unknown")
SESSION_STATES = ("active", "connected", "connect_query", "shadow", "disconnected", "idle", "listen", "reset", "down", "init", "unknown")
RIGHTS = ("SeRemoteInteractiveLogonRight", "SeDenyRemoteInteractiveLogonRight", "SeNetworkLogonRight", "SeDenyNetworkLogonRight")
EVENTS = 200
KIND = matching(r"[a-z_]*", "one lower-case word or nothing", 64)


def registry_values(*names: str) -> Shape:
    """Accept registry values under exactly these names."""
    return registry_values_with((), *names)


def registry_values_with(later: tuple[str, ...], *names: str) -> Shape:
    """Accept registry values under these names, and those that bundles of earlier versions lack."""
    return fields(dict.fromkeys(names, registry_value), dict.fromkeys(later, registry_value))


def answers(shape: Shape, maximum: int = LIST) -> Shape:
    """Accept what one question gave: its answers, or the kind of failure with no answers."""
    return fields({"kind": KIND, "items": list_of(shape, maximum), "truncated": boolean})


SIDED = registry_values("local", "policy")
SERVICE = fields({
    "exists": nullable(boolean), "state": nullable(word(*STATES)),
    "Start": registry_value, "ObjectName": registry_value, "ImagePath": registry_value, "ServiceDll": registry_value,
}, {"kind": KIND})  # fmt: skip
DELEGATION_LISTS = (
    "AllowDefaultCredentials", "AllowDefCredentialsWhenNTLMOnly", "AllowFreshCredentials", "AllowFreshCredentialsWhenNTLMOnly",
    "AllowSavedCredentials", "AllowSavedCredentialsWhenNTLMOnly", "DenyDefaultCredentials", "DenyFreshCredentials", "DenySavedCredentials",
)  # fmt: skip
DELEGATION = fields(dict.fromkeys(DELEGATION_LISTS, fields({
    "policy": registry_value, "concatenate": registry_value, "servers": answers(text(256)),
})))  # fmt: skip

_SIDS = answers(matching(r"S-1-[0-9]{1,15}(-[0-9]{1,10}){0,15}", "a security identifier", 184))
_LOGON = fields({
    "values": registry_values_with(
        ("AllowOnlineID",), "LmCompatibilityLevel", "ForceGuest", "disabledomaincreds", "LimitBlankPasswordUse", "RestrictReceivingNTLMTraffic",
        "RestrictSendingNTLMTraffic", "AuditReceivingNTLMTraffic", "ClientAllowedNTLMServers", "RestrictNTLMInDomain",
    ),
    "rights": fields(dict.fromkeys(RIGHTS, _SIDS)),
    "groups": fields({"administrators": _SIDS, "remote_desktop_users": _SIDS}),
    "account": nullable(fields({
        "name": text(256), "kind": KIND, "flags": nullable(whole), "password_age_s": nullable(whole), "password_expired": nullable(boolean),
        "expires_at": nullable(TIME),
    })),
})  # fmt: skip

_LISTENERS = answers(fields({"address": text(64), "port": at_most(65535), "pid": whole}), 500)
_PORTS = fields({"ipv4": _LISTENERS, "ipv6": _LISTENERS, "term_service_pid": nullable(whole)})

_SESSIONS = fields({
    "sessions": list_of(fields({
        "id": whole, "state": word(*SESSION_STATES), "station": text(256), "user": nullable(text(256)), "domain": nullable(text(256)),
    }), 500),
    "truncated": boolean,
})  # fmt: skip

_LICENSING = fields({
    "mode": SIDED, "servers": SIDED, "role": registry_values("TSAppCompat", "TSEnabled"), "grace_period": nullable(boolean),
    "certificates": fields(dict.fromkeys(("Certificate", "X509 Certificate", "X509 Certificate ID", "X509 Certificate2"), nullable(boolean))),
})  # fmt: skip

_TIME_DATA = fields({
    "values": registry_values("Type", "NtpServer", "LastKnownGoodTime", "Enabled", "ActiveTimeBias", "TimeZoneKeyName"),
    "policy": registry_values("Type", "NtpServer"), "service": SERVICE, "now": TIME, "utc_offset_minutes": integer,
})  # fmt: skip

_EVENT_IDS = matching(r"[0-9]+(-[0-9]+)?( [0-9]+(-[0-9]+)?)*", "ids of events", 256)
EVENTS_DATA = fields({
    "hours": whole, "newest": whole,
    "channels": mapping_of(fields({"exists": boolean, "Enabled": registry_value, "oldest": nullable(TIME), "kind": KIND}), 50),
    "events": list_of(fields({
        "provider": text(256), "id": at_most(65535), "channel": text(256), "level": at_most(255), "time": TIME, "properties": list_of(text(256), 20),
    }), EVENTS),
    "truncated": boolean,
}, {
    "crashes": boolean,  # whether crash records were asked for; earlier readers did not ask
    # Which queries found more than they were to return; null where the whole list was too long. Earlier readers did not tell.
    "cut": nullable(list_of(fields({"channel": text(256), "provider": text(256), "ids": _EVENT_IDS}), 50)),
})  # fmt: skip

_AZURE = fields({
    "guest_agent": SERVICE, "rd_agent": SERVICE, "vm_id": nullable(boolean), "asset_tag": nullable(boolean),
    "hardware": registry_values("SystemManufacturer", "SystemProductName"),
}, {"asset_kind": KIND})  # fmt: skip

_AVD = fields({
    "boot_loader": SERVICE, "IsRegistered": registry_value, "registration_token": word("present", "empty", "absent", "denied"),
    "broker_hosts": fields(dict.fromkeys(("BrokerResourceIdURI", "BrokerResourceIdURIGlobal"), nullable(text(256)))),
    "listeners": list_of(fields({"name": text(256), "fEnableWinStation": registry_value, "fReverseConnectMode": registry_value}), LIST),
    "SessionDirectoryListener": registry_value,
})  # fmt: skip

HOST_DATA: dict[str, Shape] = {
    "logon": _LOGON, "ports": _PORTS, "sessions": _SESSIONS, "licensing": _LICENSING, "time": _TIME_DATA, "events": EVENTS_DATA,
    "azure": _AZURE, "avd": _AVD,
}  # fmt: skip
