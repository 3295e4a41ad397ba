# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Options of the modules that have one goal each. The sidecar documents say the same; a contract test compares them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any  # Any: the value types of an argument spec are Ansible's, untyped there

from .._core.goals.win_rdp_service import ORDER
from .._core.vocabulary import MOST_SECONDS

Spec = Mapping[str, dict[str, Any]]

LONGEST_WAIT_DAYS = 90  # a self-signed certificate is valid for half a year: more would be asked for again and again
MOST_CONNECTIONS = 999999  # what the policy takes; it stands for no limit there

BREAK_GLASS: dict[str, Any] = {
    "type": "dict",
    "options": {
        "owner": {"type": "str", "required": True},
        "reason": {"type": "str", "required": True},
        "expires_at": {"type": "str", "required": True},
    },
}
SESSIONS: dict[str, Any] = {"type": "bool", "default": False}

CERT_SPEC: Spec = {
    "state": {"type": "str", "choices": ["healthy", "bound", "self_signed", "unbound"], "default": "healthy"},
    "thumbprint": {"type": "str"},
    "days_before_expiry": {"type": "int", "default": 0},
    "wait": {"type": "int", "default": 30},
    "allow_connection_broker": {"type": "bool", "default": False},
    "key_is_readable": {"type": "bool", "default": False},
}

MACHINEKEYS_SPEC: Spec = {
    "state": {"type": "str", "choices": ["healthy", "isolated"], "default": "healthy"},
    "file": {"type": "str"},
    "even_if_usable": {"type": "bool", "default": False},
    "recurse": {"type": "bool", "default": False},
    "take_ownership": {"type": "bool", "default": False},
    "reset_folder": {"type": "bool", "default": False},
}

CREDS_SPEC: Spec = {
    "state": {"type": "str", "choices": ["listed", "absent"], "default": "listed"},
    "targets": {"type": "list", "elements": "str", "default": []},
    "hosts": {"type": "list", "elements": "str", "default": []},
    "older_than_days": {"type": "int"},
    "confirm_irreversible": {"type": "bool", "default": False},
}

CREDSSP_SPEC: Spec = {
    "oracle": {"type": "str", "choices": ["mitigated", "force_updated_clients", "default", "vulnerable"]},
    "clients_are_patched": {"type": "bool", "default": False},
    "restricted_admin": {"type": "bool"},
    "break_glass": BREAK_GLASS,
}

LISTENER_SPEC: Spec = {
    "enabled": {"type": "bool"},
    "nla": {"type": "bool"},
    "security_layer": {"type": "str", "choices": ["tls", "negotiate", "rdp"]},
    "min_encryption_level": {"type": "str", "choices": ["client_compatible", "high", "fips", "low"]},
    "port": {"type": "int"},
    "max_connections": {"type": "int"},
    "drain": {"type": "str", "choices": ["none", "until_restart", "permanent"]},
    "allow_session_disconnect": SESSIONS,
    "break_glass": BREAK_GLASS,
}

SERVICE_SPEC: Spec = {
    "state": {"type": "str", "choices": ["started", "restarted"], "default": "started"},
    "services": {"type": "list", "elements": "str", "choices": list(ORDER), "default": list(ORDER)},
    "start_mode": {"type": "str", "choices": ["manual", "automatic"]},
    "allow_session_disconnect": SESSIONS,
}

GOAL_SPECS: Mapping[str, Spec] = {
    "win_rdp_cert": CERT_SPEC,
    "win_machinekeys": MACHINEKEYS_SPEC,
    "win_termsrv_creds": CREDS_SPEC,
    "win_credssp_policy": CREDSSP_SPEC,
    "win_rdp_listener": LISTENER_SPEC,
    "win_rdp_service": SERVICE_SPEC,
}

# option -> the smallest and the largest number that it takes
BOUNDS: Mapping[str, tuple[int, int]] = {
    "days_before_expiry": (0, LONGEST_WAIT_DAYS),
    "wait": (1, MOST_SECONDS),
    "older_than_days": (0, 36500),
    "port": (1, 65535),
    "max_connections": (0, MOST_CONNECTIONS),
}
