# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Small things that every part of a host is made of: registry values, times, numbers that look picked by chance and never change."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from typing import Any

Value = dict[str, Any]  # a registry value as the reader returns it; Any: JSON

CONTROL = "HKLM\\SYSTEM\\CurrentControlSet\\Control"
SERVICES_KEY = "HKLM\\SYSTEM\\CurrentControlSet\\Services"
TS = f"{CONTROL}\\Terminal Server"
LISTENER = f"{TS}\\WinStations\\RDP-Tcp"
POLICY = "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services"
LSA = f"{CONTROL}\\Lsa"
MSV = f"{LSA}\\MSV1_0"
ORACLE = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\CredSSP\\Parameters"
DELEGATION = "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\CredentialsDelegation"
SCHANNEL = f"{CONTROL}\\SecurityProviders\\SCHANNEL"
NT = "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"


def value_of(path: str, given: object = None, kind: str = "") -> Value:
    """Return a registry value; None is an absent one, and the kind follows from the type where it is not told."""
    usual = {int: "REG_DWORD", str: "REG_SZ", list: "REG_MULTI_SZ", bytes: "REG_BINARY", type(None): "absent"}
    told = base64.b64encode(given).decode("ascii") if isinstance(given, bytes) else given
    return {"path": path, "value": told, "kind": kind or usual[type(given)]}


def table_of(path: str, names: Iterable[str], **given: object) -> dict[str, Value]:
    """Return several values of one key, absent where none is given."""
    return {name: value_of(path, given.get(name)) for name in names}


def answers(items: Iterable[object] = (), kind: str = "") -> dict[str, Any]:
    """Return a list of answers as the reader does."""
    return {"kind": kind, "items": list(items), "truncated": False}


def number_of(*seed: object, below: int) -> int:
    """Return a number that depends on nothing but the words given."""
    digest = hashlib.sha256("|".join(map(str, seed)).encode("utf-8")).digest()
    return int.from_bytes(digest[:8], "big") % below


def guid_of(*seed: object) -> str:
    """Return an identifier in the form of a GUID."""
    text = hashlib.sha256("|".join(map(str, ("guid", *seed))).encode("utf-8")).hexdigest()
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-9{text[17:20]}-{text[20:32]}"


def sid_of(*seed: object) -> str:
    """Return the security identifier of a machine or a domain."""
    return "S-1-5-21-" + "-".join(str(10**9 + number_of("sid", part, *seed, below=3 * 10**9)) for part in range(3))


def moment(text: str) -> datetime:
    """Return a time in UTC from ``2026-10-04 11:20``."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=timezone.utc)


def stamp(when: datetime) -> str:
    """Return a time as bundles hold it."""
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def before(when: datetime, *, days: float = 0, hours: float = 0, minutes: float = 0) -> datetime:
    """Return an earlier time."""
    return when - timedelta(days=days, hours=hours, minutes=minutes)
