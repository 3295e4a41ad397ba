# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A healthy host of a given release: its whole snapshot, before anything is broken."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from . import crypto, values
from .certificates import Shelf, Wanted
from .firewall import healthy_firewall
from .listener import healthy_listener
from .releases import Release
from .services import healthy_services

BUNDLE_SCHEMA = "rdpops.health/bundle/1"
SNAPSHOT_SCHEMA = "rdpops.health/snapshot/1"
_FIRST_WITH_WEB_SOCKETS = 17763

# Subsets that this version of the reader fills, with the milliseconds that each takes on an idle host.
_BUILT_MS = {"os": 41, "listener": 17, "services": 23, "certificate": 36, "key_store": 9, "tls": 13, "credssp": 6, "firewall": 52}
_NOT_BUILT = (
    "logon", "ports", "sessions", "licensing", "time", "events", "azure", "avd",
    "client_cache", "client_licensing", "client_credentials", "client_policy", "client_events",
)


@dataclass(frozen=True)
class Machine:
    """Who a host is, apart from what is wrong with it.

    :param computer_name: NetBIOS name; never a hint at the fault
    :param domain: DNS name of the domain, None for a workgroup host
    :param pace: how slow the host is, in percent of an idle one
    """

    release: Release
    computer_name: str
    address: str
    domain: str | None
    machine_guid: str
    booted_at: str
    certificate_made: datetime.datetime
    pace: int = 100

    @property
    def dns_name(self) -> str:
        """Return the name by which people reach the host."""
        return f"{self.computer_name.lower()}.{self.domain}" if self.domain else self.computer_name

    @property
    def short_domain(self) -> str:
        """Return what Windows calls the domain or workgroup that it is in: the NetBIOS name."""
        return self.domain.partition(".")[0].upper() if self.domain else "WORKGROUP"

    @property
    def web_sockets(self) -> bool:
        """Return whether this release has the WebSocket listeners of Remote Desktop."""
        return self.release.build >= _FIRST_WITH_WEB_SOCKETS

    @property
    def wanted_certificate(self) -> Wanted:
        """Return the self-signed certificate that the listener serves."""
        return Wanted(self.dns_name, self.certificate_made)


def stamp(moment: datetime.datetime) -> str:
    """Return a moment as it is written in a bundle."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def healthy_snapshot(machine: Machine, *, shelf: Shelf, collected_at: datetime.datetime) -> dict[str, Any]:
    """Return what the reader would return for this machine with nothing wrong and nothing tuned.

    :param machine: who the host is
    :param shelf: where its certificate comes from
    :param collected_at: the time that the snapshot carries
    """
    release = machine.release
    data = {
        "os": _os(machine),
        "listener": healthy_listener(web_sockets=machine.web_sockets),
        "services": healthy_services(release),
        "certificate": crypto.healthy_certificate(shelf.get(machine.wanted_certificate)),
        "key_store": crypto.healthy_key_store(machine.machine_guid, file_count=9 if machine.domain else 6),
        "tls": crypto.healthy_tls(release),
        "credssp": crypto.healthy_credssp(release),
        "firewall": healthy_firewall(release.firewall, web_sockets=machine.web_sockets, active=("domain",) if machine.domain else ("private",)),
    }
    subsets = {name: _answered(data[name], _BUILT_MS[name] * machine.pace // 100) for name in _BUILT_MS}
    subsets.update({name: _not_built() for name in _NOT_BUILT})
    # The reader starts up before the first subset: about a third of a second on an idle host.
    total = sum(subset["ms"] for subset in subsets.values()) + 310 * machine.pace // 100
    return {"schema": SNAPSHOT_SCHEMA, "collected_at": stamp(collected_at), "reader": {"version": "0.1.0", "ms": total}, "subsets": subsets}


def _answered(data: Any, ms: int) -> dict[str, Any]:
    return {"status": "ok", "kind": "", "message": "", "ms": ms, "data": data}


def _not_built() -> dict[str, Any]:
    return {"status": "not_asked", "kind": "not_built", "message": "", "ms": 0, "data": None}


def _os(machine: Machine) -> dict[str, Any]:
    release, setup = machine.release, "HKLM\\SYSTEM\\Setup"
    return {
        "computer_name": machine.computer_name,
        "product_name": release.product_name,
        "edition_id": release.edition_id,
        "installation_type": release.installation_type,
        "product_type": release.product_type,
        "build": release.build,
        "ubr": release.ubr,
        "display_version": release.display_version,
        "domain": {"joined": machine.domain is not None, "name": machine.short_domain},
        "pending_reboot": {"component_based_servicing": False, "windows_update": False, "pending_file_rename": False},
        "setup": {"SystemSetupInProgress": values.dword(setup, 0), "OOBEInProgress": values.dword(setup, 0)},
        "powershell": release.shell,
        "powershell_edition": "Desktop",
        "booted_at": machine.booted_at,
    }
