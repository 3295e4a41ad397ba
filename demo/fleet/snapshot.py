# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A healthy host of a given release: its whole snapshot, before anything is broken."""

from __future__ import annotations

import datetime
from typing import Any

from . import crypto, surroundings, values
from .certificates import Shelf
from .firewall import healthy_firewall
from .listener import healthy_listener
from .log import Log
from .machine import Machine, stamp
from .services import healthy_services

BUNDLE_SCHEMA = "rdpops.health/bundle/1"
SNAPSHOT_SCHEMA = "rdpops.health/snapshot/1"

# What is read when nothing is asked for, with the milliseconds that each takes on an idle host.
_HOST_MS = {
    "os": 41, "listener": 17, "services": 27, "certificate": 36, "key_store": 14, "tls": 15, "credssp": 11, "logon": 29, "firewall": 52, "ports": 4,
    "sessions": 3, "licensing": 3, "time": 5, "events": 374, "azure": 4,
}
_CLIENT = ("client_cache", "client_licensing", "client_credentials", "client_policy", "client_events")


def healthy_snapshot(machine: Machine, *, shelf: Shelf, collected_at: datetime.datetime, log: Log | None = None) -> dict[str, Any]:
    """Return what the reader would return for this machine with nothing wrong and nothing tuned.

    :param machine: who the host is
    :param shelf: where its certificate comes from
    :param collected_at: the time that the snapshot carries
    :param log: what its event logs hold; None for two days without anybody
    """
    release, der = machine.release, shelf.get(machine.wanted_certificate)
    data = {
        "os": _os(machine),
        "listener": healthy_listener(web_sockets=machine.web_sockets),
        "services": healthy_services(release, session_host=machine.session_host),
        "certificate": crypto.healthy_certificate(der),
        "key_store": crypto.healthy_key_store(machine.machine_guid, der, file_count=_key_files(machine)),
        "tls": crypto.healthy_tls(release),
        "credssp": crypto.healthy_credssp(release),
        "logon": surroundings.logon(machine),
        "firewall": healthy_firewall(release.firewall, web_sockets=machine.web_sockets, active=("domain",) if machine.domain else ("private",)),
        "ports": surroundings.ports(machine),
        "sessions": surroundings.sessions(machine),
        "licensing": surroundings.licensing(machine),
        "time": surroundings.time(machine, collected_at),
        "events": (log or Log(machine, collected_at)).data(),
        "azure": surroundings.azure(machine),
    }
    subsets = {name: _answered(data[name], _HOST_MS[name] * machine.pace // 100) for name in _HOST_MS}
    subsets["avd"] = _without_data("not_applicable", "not_installed", ms=1)
    subsets.update({name: _without_data("not_asked", "not_asked") for name in _CLIENT})
    # The reader starts up before the first subset: about a third of a second on an idle host.
    total = sum(subset["ms"] for subset in subsets.values()) + 310 * machine.pace // 100
    return {"schema": SNAPSHOT_SCHEMA, "collected_at": stamp(collected_at), "reader": {"version": "0.1.0", "ms": total}, "subsets": subsets}


def _answered(data: Any, ms: int) -> dict[str, Any]:
    return {"status": "ok", "kind": "", "message": "", "ms": ms, "data": data}


def _without_data(status: str, kind: str, *, ms: int = 0) -> dict[str, Any]:
    return {"status": status, "kind": kind, "message": "", "ms": ms, "data": None}


def _key_files(machine: Machine) -> int:
    # The agent of a virtual machine in Azure keeps the keys of its transport there too.
    return (9 if machine.domain else 6) + (5 if machine.cloud else 0)


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
        "domain": {"joined": machine.domain is not None, "name": machine.short_domain, "kind": "", "entra_joined": False},
        "pending_reboot": {"component_based_servicing": False, "windows_update": False, "pending_file_rename": False},
        "setup": values.table(setup, SystemSetupInProgress=0, OOBEInProgress=0),
        "powershell": release.shell,
        "powershell_edition": "Desktop",
        "booted_at": machine.booted_at,
        "rdpops": {"open_journals": [], "break_glass": [], "kind": ""},
    }
