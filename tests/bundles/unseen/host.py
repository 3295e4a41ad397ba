# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A host that a case is told on: healthy until the case changes something; and a machine that connects to others."""

from __future__ import annotations

import datetime
from typing import Any

from . import around, certificates, inside
from .log import CLIENT, CLIENT_CHANNEL, Log
from .machine import Machine, Release, stamp
from .outside import Look
from .values import CREDSSP, DELEGATION, LSA, MSV, POLICY, RDP_TCP, make, table

BUNDLE, SNAPSHOT = "rdpops.health/bundle/1", "rdpops.health/snapshot/1"
SUBSETS = (
    "os", "listener", "services", "certificate", "key_store", "tls", "credssp", "logon", "firewall", "ports", "sessions", "licensing",
    "time", "events", "azure", "avd", "client_cache", "client_licensing", "client_credentials", "client_policy", "client_events",
)  # fmt: skip
_MS = {"os": 44, "services": 26, "certificate": 39, "firewall": 57, "events": 611, "logon": 33}
Document = dict[str, Any]  # a JSON document


def moment(text: str) -> datetime.datetime:
    """Return a moment such as 2026-10-14T06:12:44Z."""
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=datetime.timezone.utc)


def answered(data: Any, ms: int) -> Document:
    return {"status": "ok", "kind": "", "message": "", "ms": ms, "data": data}


def gap(status: str, kind: str, message: str = "", ms: int = 0) -> Document:
    return {"status": status, "kind": kind, "message": message, "ms": ms, "data": None}


class Host:
    """One host: ``h["tls"]`` are the data of a subset, ``h.log`` its events, ``h.look()`` a probe of it."""

    def __init__(
        self, name: str, computer: str, release: Release, when: str, address: str, domain: str | None = None, *, language: str = "en",
        up: int = 200, cert_age: int = 40, users: int = 3, logons: int = 8, broken: float = 0, session_host: bool = False, cloud: bool = False,
        core: bool = False,
    ) -> None:  # fmt: skip
        """Make a healthy host.

        :param name: what the inventory calls it.
        :param up: hours since it started.
        :param logons: how many people the logs show.
        :param broken: minutes since the last of them got in.
        """
        self.name = name
        self.machine = Machine(computer, release, moment(when), address, domain, language, up, cert_age, core)
        self.der = certificates.der_of(certificates.Wanted(self.machine.dns_name, self.machine.certificate_begins))
        self.log = Log(self.machine)
        self.log.start()
        self.log.day(logons, until=broken)
        self.gaps: dict[str, Document] = {"avd": gap("not_applicable", "not_installed")}
        self.data: dict[str, Any] = {
            "os": inside.os_of(self.machine), "listener": inside.listener_of(self.machine), "services": inside.services_of(self.machine),
            "certificate": inside.certificate_of(self.der), "key_store": inside.key_store_of(self.machine, self.der), "tls": inside.tls_of(self.machine),
            "credssp": inside.credssp_of(self.machine), "logon": around.logon_of(self.machine), "firewall": around.firewall_of(self.machine),
            "ports": around.ports_of(self.machine), "sessions": around.sessions_of(self.machine, users),
            "licensing": around.licensing_of(self.machine, session_host=session_host), "time": around.time_of(self.machine),
            "azure": around.azure_of(cloud=cloud),
        }  # fmt: skip

    def __getitem__(self, subset: str) -> Any:
        return self.data[subset]

    def local(self, **values: int | str | None) -> None:
        """Set values of the listener itself, in both places that show them."""
        for name, value in values.items():
            entry = self["listener"]["values"][name]
            entry["local"] = make(entry["local"]["path"], value)
            if name in ("fEnableWinStation", "PortNumber", "LoadableProtocol_Object"):
                self["listener"]["win_stations"][1][name] = make(RDP_TCP, value)

    def policy(self, **values: int | str) -> None:
        """Set values of the listener by policy."""
        for name, value in values.items():
            self["listener"]["values"][name]["policy"] = make(POLICY, value)

    def service(self, name: str, *, state: str | None = None, start: int | None = None) -> None:
        entry = self["services"][name]
        if state is not None:
            entry["state"] = state
        if start is not None:
            entry["Start"] = make(entry["Start"]["path"], start)

    def no_listener(self, *, running: bool = True) -> None:
        """Take the port and the listening station away; without the service its process as well."""
        for family in ("ipv4", "ipv6"):
            self["ports"][family]["items"] = [entry for entry in self["ports"][family]["items"] if entry["port"] != 3389]
        sessions = self["sessions"]["sessions"]
        self["sessions"]["sessions"] = [entry for entry in sessions if not entry["station"].startswith("RDP-Tcp") and entry["state"] != "listen"]
        if not running:
            self["ports"]["term_service_pid"] = None

    def set(self, subset: str, name: str, value: int | str | list[str] | None) -> None:
        """Set a value that stands right below the data of a subset, or below its values, and keep its path."""
        holder = self[subset] if name in self[subset] else self[subset]["values"]
        holder[name] = make(holder[name]["path"], value)

    def look(self, place: str = "controller", **options: Any) -> Look:
        return Look(self.machine, place, **options)

    def whole(self, place: str = "controller", **options: Any) -> Document:
        """Return a probe that finds nothing wrong."""
        return self.look(place).whole(self.der, **options)

    def bundle(self, probe: Document | None, *others: Document, unreachable: str | None = None) -> Document:
        """Return the bundle: with the snapshot, or with the reason why there is none."""
        document = {
            "schema": BUNDLE, "host": self.name, "collected_at": stamp(self.machine.when),
            "snapshot": None if unreachable else self._snapshot(), "unreachable": unreachable, "probe": probe, "client": None, "note": None,
        }  # fmt: skip
        return document | ({"other_probes": list(others)} if others else {})

    def _snapshot(self) -> Document:
        self.data["events"] = self.log.data()
        return snapshot(self.machine, self.data, self.gaps)


def snapshot(machine: Machine, data: dict[str, Any], gaps: dict[str, Document]) -> Document:
    """Return a snapshot with these data; what is neither there nor a gap was not asked for."""
    pace = 80 + machine.up_hours % 70
    subsets: dict[str, Document] = {}
    for name in SUBSETS:
        there = name in data and name not in gaps
        subsets[name] = answered(data[name], _MS.get(name, 12) * pace // 100) if there else gaps.get(name, gap("not_asked", "not_asked"))
    total = sum(subset["ms"] for subset in subsets.values()) + 3 * pace
    taken = stamp(machine.when - datetime.timedelta(seconds=2))
    return {"schema": SNAPSHOT, "collected_at": taken, "reader": {"version": "0.1.0", "ms": total}, "subsets": subsets}


class Client:
    """A machine that connects to others, read for the client's view."""

    def __init__(self, name: str, computer: str, release: Release, when: str, domain: str | None = None, *, language: str = "en") -> None:
        self.name, self.machine = name, Machine(computer, release, moment(when), "198.51.100.77", domain, language, 31)
        self.log = Log(self.machine, (CLIENT_CHANNEL, "System"))
        self.gaps: dict[str, Document] = {}
        mstsc = "SOFTWARE\\Microsoft\\Terminal Server Client"
        store = {"exists": True, "hardware_id": True, "store_count": 0}
        self.data: dict[str, Any] = {
            "os": inside.os_of(self.machine), "tls": inside.tls_of(self.machine), "credssp": inside.credssp_of(self.machine),
            "time": around.time_of(self.machine),
            "client_cache": {"exists": True, "file_count": 4, "bytes": 41288704, "truncated": False, "default_rdp": True},
            "client_licensing": {"native": dict(store), "wow64": {"exists": False, "hardware_id": False, "store_count": 0}},
            "client_credentials": {"credentials": [], "truncated": False},
            "client_policy": {
                "values": {
                    **table(POLICY, AuthenticationLevel=None, DisablePasswordSaving=None, PromptForCredsOnClient=None),
                    "fClientDisableUDP": make(POLICY + "\\Client", None), "AuthenticationLevelOverride": make(f"HKLM\\{mstsc}", None),
                    **table(DELEGATION, RestrictedRemoteAdministration=None, RestrictedRemoteAdministrationType=None),
                    "LmCompatibilityLevel": make(LSA, None), **table(MSV, RestrictSendingNTLMTraffic=None, ClientAllowedNTLMServers=None),
                    "AllowEncryptionOracle": make(CREDSSP, None),
                },
                "user_values": table(f"HKCU\\{mstsc}", AuthenticationLevelOverride=None, RDGClientTransport=None),
                "delegation": inside.delegation_of(),
            },
        }  # fmt: skip

    def __getitem__(self, subset: str) -> Any:
        return self.data[subset]

    def saved(self, target: str, kind: str, written: str) -> None:
        """Save a credential."""
        entry = {"target": target, "type": kind, "persist": "enterprise" if kind == "domain_password" else "local_machine", "last_written": written}
        self["client_credentials"]["credentials"].append(entry | {"user": None})

    def tried(self, minutes: float, server: str, reason: int, *between: tuple[int, tuple[str, ...]], took: float = 0.2) -> None:
        """Note one attempt: its beginning, what happened in between, and the reason for its end."""
        self.event(minutes, 1024, "Server Name", server, "Info")
        for place, (number, properties) in enumerate(between, 1):
            self.event(minutes - 0.02 * place, number, *properties)
        self.event(minutes - took, 1026, "Disconnect Reason", str(reason), "Info")

    def event(self, minutes: float, number: int, *properties: str) -> None:
        self.log.add(minutes, CLIENT, number, CLIENT_CHANNEL, *properties, level=3 if number == 226 else 4)

    def bundle(self) -> Document:
        self.data["client_events"] = self.log.data()
        return {
            "schema": BUNDLE, "host": self.name, "collected_at": stamp(self.machine.when), "snapshot": snapshot(self.machine, self.data, self.gaps),
            "unreachable": None, "probe": None, "client": None, "note": None,
        }  # fmt: skip


__all__ = ["Client", "Document", "Host", "gap", "moment"]
