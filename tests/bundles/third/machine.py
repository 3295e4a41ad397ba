# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A host to which things happen: healthy when it is made, changed by a case, written as a bundle."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ansible_collections.rdpops.health.plugins.module_utils._rdp._result import ConnectionRecord, Outcome, StepName

from . import access, crypto, system
from .identity import Identity, known_as
from .journal import Journal
from .papers import CAPI, Paper
from .values import LISTENER, POLICY, TS, Value, answers, moment, number_of, stamp, value_of
from .wire import Line

Data = dict[str, Any]  # Any: JSON

READER = {"version": "0.1.0"}
SUBSETS = ("os", "listener", "services", "certificate", "key_store", "tls", "credssp", "logon", "firewall", "ports", "sessions", "licensing", "time", "events",
           "azure", "avd")  # fmt: skip
CLIENT_SUBSETS = ("client_cache", "client_licensing", "client_credentials", "client_policy", "client_events")
NOT_ASKED = {"status": "not_asked", "kind": "not_asked", "message": "", "ms": 0, "data": None}
NOT_APPLICABLE = {"status": "not_applicable", "kind": "not_installed", "message": "", "ms": 1, "data": None}


class Machine:
    """One host.

    :ivar data: data of each subset, to be changed by a case.
    :ivar talk: the connections of the probe; those of a healthy host where a case sets none.
    :ivar hears: whether what the probe talks to is this host's own listener.
    :ivar fails: whole subsets in place of data.
    """

    def __init__(self, who: Identity, *, is_azure: bool = False) -> None:
        self.who = who
        self.data: dict[str, Data] = {
            "os": system.system_of(who), "listener": system.listener_of(who), "services": system.services_of(who),
            "certificate": crypto.certificates_of(who), "key_store": crypto.key_store_of(who), "tls": crypto.tls_of(who),
            "credssp": crypto.credssp_of(who), "logon": access.logon_of(who), "firewall": access.firewall_of(who), "ports": access.ports_of(who),
            "sessions": access.sessions_of(who), "licensing": access.licensing_of(who), "time": system.time_of(who),
            "azure": access.azure_of(who, is_azure=is_azure),
        }  # fmt: skip
        self.log = Journal(who)
        self.log.started()
        self.log.everyday()
        self.line = Line(who, who.own_paper.der)
        self.talk: Sequence[ConnectionRecord] | None = None
        self.others: list[Data] = []
        self.fails: dict[str, Data] = {}
        self.bound: dict[str, Data] = {}  # container -> what differs from a healthy key file
        self.events_hours = 48
        self.hears = True

    # -- settings ---------------------------------------------------------------------------------------------------------------------------

    def local(self, **settings: object) -> None:
        """Set local values of the listener; None takes one away."""
        for name, given in settings.items():
            side = self.data["listener"]["values"][name]
            side["local"] = value_of(side["local"]["path"], given)

    def policy(self, **settings: object) -> None:
        """Set values of the listener by policy."""
        for name, given in settings.items():
            self.data["listener"]["values"][name]["policy"] = value_of(POLICY, given)

    def put(self, where: str, given: object, kind: str = "") -> None:
        """Set a registry value by its place in the data, such as ``tls.fips``; its key stays."""
        *way, last = where.split(".")
        holder: Any = self.data
        for name in way:
            holder = holder[name]
        holder[last] = value_of(holder[last]["path"], given, kind)

    def protocol(self, version: str, side: str = "server", **switches: int) -> None:
        """Set the switches of a version of TLS."""
        for name, given in switches.items():
            self.put(f"tls.protocols.{version}.{side}.{name}", given)

    def service(self, name: str, *, state: str | None = None, start: int | None = None) -> Data:
        """Change a service; return it for what else differs."""
        found: Data = self.data["services"][name]
        if state:
            found["state"] = state
        if start is not None:
            found["Start"] = value_of(found["Start"]["path"], start)
        return found

    def rdp_stopped(self) -> None:
        """Let TermService be down: nothing listens, nobody is inside."""
        for name in ("TermService", "UmRdpService"):
            self.service(name, state="stopped")
        self.not_listening()
        self.data["ports"]["term_service_pid"] = None

    def not_listening(self) -> None:
        """Let the listener be away, whatever the service does."""
        for family in ("ipv4", "ipv6"):
            items = self.data["ports"][family]["items"]
            self.data["ports"][family]["items"] = [item for item in items if item["port"] != self.who.port]
        self.log.events = [event for event in self.log.events if event["id"] != 258]
        kept = self.data["sessions"]["sessions"]
        self.data["sessions"]["sessions"] = [item for item in kept if not item["station"].lower().startswith("rdp-tcp")]

    # -- certificates -----------------------------------------------------------------------------------------------------------------------

    def add_to_my(self, paper: Paper, container: str | None, *, has_key: bool = True, provider: str = CAPI, provider_type: int = 1) -> None:
        """Put a certificate into the machine's own store."""
        entry = crypto.stored(paper, container, provider, provider_type, has_key=has_key)
        self.data["certificate"]["stores"]["my"]["certificates"].append(entry)

    def bind(self, paper: Paper, value: str = "SSLCertificateSHA1Hash") -> None:
        """Tell the listener which certificate to serve."""
        path = LISTENER if value.startswith("SSL") else f"{TS}\\WinStations"
        self.data["certificate"]["bindings"][value] = value_of(path, paper.hash)

    def serve(self, paper: Paper, *chain: Paper) -> None:
        """Show this certificate on the wire."""
        self.line.certificate, self.line.chain = paper.der, tuple(each.der for each in chain)

    def key(self, **differs: object) -> None:
        """Change the key file of the self-signed certificate."""
        self.data["key_store"]["listener_key"] |= differs
        self.bound.setdefault(crypto.CONTAINER, {}).update(differs)

    def _bound_keys(self) -> Data:
        certificate = self.data["certificate"]
        values: list[Value] = list(certificate["bindings"].values())
        told = {base64.b64decode(value["value"]).hex().upper() for value in values if value["kind"] == "REG_BINARY"}
        found = []
        for name in ("remote_desktop", "my"):
            for entry in certificate["stores"][name]["certificates"]:
                key = entry["key_provider"]
                if key is None or entry["thumbprint"] not in told:
                    continue
                one: Data = {"file_name": None, "exists": None, "size": None, "sddl": None, "sddl_kind": "not_looked_for"}
                if key["provider_type"] in (1, 12, 24):
                    one = crypto.key_file(self.who, key["container"]) | self.bound.get(key["container"], {})
                found.append(one | {"thumbprint": entry["thumbprint"], "container": key["container"], "provider_type": key["provider_type"]})
        return answers(found)

    # -- the bundle -------------------------------------------------------------------------------------------------------------------------

    def seen_from(self, vantage: str, records: Sequence[ConnectionRecord] | None = None) -> None:
        """Add what another place sees."""
        self.others.append(self.line.result(records or self.line.healthy(), vantage))

    def bundle(self) -> Data:
        """Return the bundle."""
        talk = self.talk if self.talk is not None else self.line.healthy()
        probe = self.line.result(talk)
        if self.hears:
            self._hear(talk, probe["probed_at"])
        document = bundle_of(self.who, self.snapshot(), probe)
        return document | ({"other_probes": self.others} if self.others else {})

    def _hear(self, talk: Sequence[ConnectionRecord], probed_at: str) -> None:
        """Write what the probe itself left in the logs of the host."""
        since = (self.who.when - moment(probed_at[:16].replace("T", " "))).total_seconds() - int(probed_at[17:19])
        for number, record in enumerate(talk):
            if any(step.step is StepName.CONNECT and step.outcome is Outcome.OK for step in record.steps):
                self.log.called((since - 0.4 * number) / 60)

    def unread(self, why: str) -> Data:
        """Return the bundle of a host that nobody could read from inside."""
        document = bundle_of(self.who, None, self.line.result(self.talk or self.line.healthy()), why)
        return document | ({"other_probes": self.others} if self.others else {})

    def snapshot(self) -> Data:
        """Return the snapshot."""
        self.data["key_store"]["bound_keys"] = self._bound_keys()
        self.data["time"]["now"] = stamp(self.log.when)
        self.data["events"] = self.log.subset(self.events_hours)
        subsets = {name: self._subset(name) for name in SUBSETS} | {name: dict(NOT_ASKED) for name in CLIENT_SUBSETS}
        return snapshot_of(self.log.when, subsets)

    def _subset(self, name: str) -> Data:
        if name in self.fails:
            return self.fails[name]
        if name not in self.data:
            return dict(NOT_APPLICABLE)
        return read(self.data[name], 3 + number_of(self.who.ident, name, below=140))


def read(data: Data, ms: int) -> Data:
    """Return a subset that was read."""
    return {"status": "ok", "kind": "", "message": "", "ms": ms, "data": data}


def snapshot_of(when: datetime, subsets: dict[str, Data]) -> Data:
    """Return a snapshot of these subsets."""
    spent = sum(subset["ms"] for subset in subsets.values())
    return {"schema": "rdpops.health/snapshot/1", "collected_at": stamp(when), "reader": READER | {"ms": spent}, "subsets": subsets}


def bundle_of(who: Identity, snapshot: Data | None, probe: Data | None, why: str | None = None) -> Data:
    """Return a bundle."""
    return {
        "schema": "rdpops.health/bundle/1", "host": who.ident, "collected_at": stamp(who.when), "snapshot": snapshot, "unreachable": why, "probe": probe,
        "client": None, "note": None,
    }  # fmt: skip


def windows(ident: str, name: str, release: str, when: str, address: str, *, is_azure: bool = False, **more: object) -> Machine:
    """Return a healthy host, made of the words that a case is written in."""
    return Machine(known_as(ident, name, release, when, address, **more), is_azure=is_azure)
