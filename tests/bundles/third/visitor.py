# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Machines that connected and showed an error: what the reader tells of them as clients."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from . import crypto, system
from .identity import Identity, known_as
from .journal import CLIENT, CLIENT_CHANNEL, Journal, signed
from .machine import CLIENT_SUBSETS, NOT_ASKED, SUBSETS, Data, bundle_of, read, snapshot_of
from .values import DELEGATION, LSA, MSV, ORACLE, POLICY, number_of, stamp, table_of, value_of

_MSTSC = "SOFTWARE\\Microsoft\\Terminal Server Client"
_TRANSITION = ("RDPClient_SSL", "TsSslStateHandshakeStart", "TsSslEventHandshakeContinueFailed")


class Visitor:
    """One client. ``data`` and ``log`` are there to be changed."""

    def __init__(self, who: Identity) -> None:
        self.who = who
        self.log = Journal(who, of_client=True)
        self.data: dict[str, Data] = {
            "os": system.system_of(who),
            "tls": crypto.tls_of(who),
            "client_cache": {
                "exists": True, "file_count": 1 + number_of(who.ident, "cache", below=5), "bytes": 1048576 * (1 + number_of(who.ident, "mb", below=90)),
                "truncated": False, "default_rdp": True, "kind": "",
            },
            "client_licensing": {
                "native": {"exists": True, "hardware_id": True, "store_count": 1}, "wow64": {"exists": False, "hardware_id": False, "store_count": 0},
            },
            "client_credentials": {"credentials": [], "truncated": False},
            "client_policy": _policy(),
        }  # fmt: skip

    def put(self, where: str, given: object, kind: str = "") -> None:
        """Set a registry value by its place in the data; its key stays."""
        *way, last = where.split(".")
        holder: Any = self.data
        for name in way:
            holder = holder[name]
        holder[last] = value_of(holder[last]["path"], given, kind)

    def saved(self, target: str, when: datetime, kind: str = "domain_password", persist: str = "enterprise") -> None:
        """Save credentials for a target."""
        entry = {"target": target, "type": kind, "persist": persist, "last_written": stamp(when), "user": None}
        self.data["client_credentials"]["credentials"].append(entry)

    def told(self, minutes: float, number: int, *properties: object, level: int = 4) -> None:
        """Write into the client's own channel."""
        self.log.add(minutes, CLIENT_CHANNEL, CLIENT, number, *properties, level=level)

    def tries(self, minutes: float, name: str) -> None:
        """Write that a connection was begun."""
        self.told(minutes, 1024, "Server Name", name, "Info")
        self.told(minutes - 0.01, 1029, "")

    def ends(self, minutes: float, reason: int) -> None:
        """Write that a connection ended, and the reason as the client numbers it."""
        self.told(minutes, 1026, "Disconnect Reason", reason, "Info")

    def gets_in(self, minutes: float, session: int = 3) -> None:
        """Write that transport and security stood, and a session."""
        self.told(minutes, 1028, "Server supports SSL", "True", "Info")
        self.told(minutes - 0.01, 1025)
        self.told(minutes - 0.05, 1027, "", session)

    def breaks_in_tls(self, minutes: float) -> None:
        """Write that the handshake failed on this side."""
        name, state, event = _TRANSITION
        self.told(minutes, 226, name, 5, state, 0, "TsSslStateDisconnected", 8, event, signed(0x80004005), level=3)

    def bundle(self) -> Data:
        """Return the bundle."""
        self.data["client_events"] = self.log.subset()
        subsets: dict[str, Data] = {}
        for name in (*SUBSETS, *CLIENT_SUBSETS):
            told = self.data.get(name)
            subsets[name] = dict(NOT_ASKED) if told is None else read(told, 2 + number_of(self.who.ident, name, below=60))
        return bundle_of(self.who, snapshot_of(self.log.when, subsets), None)


def _policy() -> Data:
    values = table_of(POLICY, ("AuthenticationLevel", "DisablePasswordSaving", "PromptForCredsOnClient"))
    values |= table_of(f"{POLICY}\\Client", ("fClientDisableUDP",))
    values |= table_of(f"HKLM\\{_MSTSC}", ("AuthenticationLevelOverride",))
    values |= table_of(DELEGATION, ("RestrictedRemoteAdministration", "RestrictedRemoteAdministrationType"))
    values |= table_of(LSA, ("LmCompatibilityLevel", "LsaCfgFlags")) | table_of(MSV, ("RestrictSendingNTLMTraffic", "ClientAllowedNTLMServers"))
    values |= table_of(ORACLE, ("AllowEncryptionOracle",))
    user = table_of(f"HKCU\\{_MSTSC}", ("AuthenticationLevelOverride", "RDGClientTransport"))
    return {"values": values, "user_values": user, "delegation": crypto.delegation()}


def visitor(ident: str, name: str, release: str, when: str, address: str, **more: object) -> Visitor:
    """Return a client to which nothing has happened."""
    return Visitor(known_as(ident, name, release, when, address, **more))
