# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The eight hosts of the demo fleet, each as one function from a shelf of certificates to a bundle."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from . import changes, days, probe
from .certificates import Shelf, Wanted
from .log import Log
from .machine import Machine, stamp
from .releases import SERVER_2016, SERVER_2019, SERVER_2022, SERVER_2025, WINDOWS_10, WINDOWS_11
from .snapshot import BUNDLE_SCHEMA, healthy_snapshot

# The moment at which the whole fleet is judged, for ever. Every date in a bundle is told from here.
COLLECTED_AT = datetime.datetime(2026, 11, 20, 8, 15, 30, tzinfo=datetime.timezone.utc)
_READ_AT = COLLECTED_AT - datetime.timedelta(seconds=3)
_PROBED_AT = stamp(COLLECTED_AT - datetime.timedelta(seconds=1))
_DOMAIN = "corp.example.com"
_HYPER_V = ("Microsoft Corporation", "Virtual Machine")  # of one's own and in Azure alike


def _days_before(days: int, hour: int, minute: int, second: int) -> datetime.datetime:
    day = COLLECTED_AT - datetime.timedelta(days=days)
    return day.replace(hour=hour, minute=minute, second=second)


def _bundle(host: str, snapshot: dict[str, Any] | None, seen: dict[str, Any], *, unreachable: str | None = None) -> dict[str, Any]:
    return {
        "schema": BUNDLE_SCHEMA, "host": host, "collected_at": stamp(COLLECTED_AT), "snapshot": snapshot,
        "unreachable": unreachable, "probe": seen, "client": None, "note": None,
    }


def _changed(machine: Machine, shelf: Shelf, told: Callable[[Log], None], *what: changes.Change) -> dict[str, Any]:
    log = Log(machine, _READ_AT)
    told(log)
    snapshot = healthy_snapshot(machine, shelf=shelf, collected_at=_READ_AT, log=log)
    for change in what:
        change(snapshot["subsets"])
    return snapshot


def _completed(machine: Machine, shelf: Shelf, *, nla: str = "required") -> dict[str, Any]:
    return probe.completed(machine, _PROBED_AT, der=shelf.get(machine.wanted_certificate), nla=nla)


def _timed_out(machine: Machine) -> dict[str, Any]:
    return probe.timed_out(machine, _PROBED_AT)


def _ended_in_tls(machine: Machine, outcome: str) -> dict[str, Any]:
    return probe.ended_in_tls(machine, _PROBED_AT, outcome)


def healthy(shelf: Shelf) -> dict[str, Any]:
    """A healthy Server 2022 with everything that makes a host look tuned without being broken."""
    machine = Machine(
        SERVER_2022, "TS-NORD-01", "192.0.2.11", _DOMAIN, "3f1d2c8a-5b07-4e0a-9a41-6f2de1c08b73",
        "2026-11-12T22:04:51Z", _days_before(57, 4, 41, 8), pace=96, session_host=True,
    )
    from_ca = Wanted(machine.dns_name, _days_before(212, 9, 30, 15), issuer="Example Issuing CA 1")
    snapshot = _changed(
        machine, shelf, days.office, changes.security_by_policy, changes.keep_alive_by_policy, changes.firewall_on_by_policy, changes.licensed_by_policy,
        changes.other_program_allowed_on_the_port, changes.old_tls_off, changes.logons_hardened, changes.machine_certificate_of_a_ca(from_ca, shelf),
        changes.people((3, "active", "RDP-Tcp#21"), (8, "active", "RDP-Tcp#22")),
    )
    return _bundle("rds-healthy", snapshot, _completed(machine, shelf))


def certificate_expired(shelf: Shelf) -> dict[str, Any]:
    """A Server 2019 whose certificate ended 16 days ago while the service that renews it is off."""
    machine = Machine(
        SERVER_2019, "TS-NORD-02", "192.0.2.12", _DOMAIN, "b04c7e15-0d2f-4b6c-8e57-71a90c3d4fe2",
        "2026-09-15T21:47:03Z", _days_before(183 + 16, 3, 12, 41), pace=131, session_host=True,
    )
    snapshot = _changed(machine, shelf, days.office_with_doubts, changes.session_env_disabled, changes.people((2, "active", "RDP-Tcp#87")))
    return _bundle("rds-cert-expired", snapshot, _completed(machine, shelf))


def key_acl(shelf: Shelf) -> dict[str, Any]:
    """A Server 2025 whose listener key can no longer be read by the account that needs it."""
    machine = Machine(
        SERVER_2025, "APP-VEST-01", "198.51.100.21", _DOMAIN, "9c5a66d1-f3e8-4d7b-b1c2-0a8f54e72d90",
        "2026-11-18T02:00:37Z", _days_before(88, 23, 5, 19), pace=84, hardware=_HYPER_V, cloud=True,
    )
    snapshot = _changed(
        machine, shelf, days.locked_out_at_a_quarter_past_three, changes.key_file_without_network_service, changes.people((3, "disconnected", "")),
    )
    return _bundle("rds-key-acl", snapshot, _ended_in_tls(machine, "reset"))


def oracle(shelf: Shelf) -> dict[str, Any]:
    """A Windows 10 in a workgroup that works, with two doors left open by an old workaround."""
    machine = Machine(
        WINDOWS_10, "PC-LAB-07", "198.51.100.22", None, "5e8f0b92-7a1c-4c33-a6d4-e9b7f21508ac",
        "2026-11-19T06:52:20Z", _days_before(34, 6, 55, 2), pace=158, hardware=("Example Computers", "Desk 7"),
    )
    snapshot = _changed(machine, shelf, days.desk, changes.encryption_oracle_vulnerable, changes.nla_off, changes.people((2, "active", "RDP-Tcp#3")))
    return _bundle("rds-oracle", snapshot, _completed(machine, shelf, nla="optional"))


def tls_off(shelf: Shelf) -> dict[str, Any]:
    """A Server 2016, which has no TLS 1.3, hardened until no TLS version is left for servers."""
    machine = Machine(
        SERVER_2016, "FIN-APP-03", "192.0.2.13", _DOMAIN, "d7213a4f-28be-4f90-93cd-5bb16e80c7f4",
        "2026-11-16T23:31:44Z", _days_before(121, 1, 17, 33), pace=187, hardware=_HYPER_V,
    )
    snapshot = _changed(machine, shelf, days.nobody_gets_in, changes.tls_servers_off, changes.old_algorithms_off, changes.logons_hardened)
    return _bundle("rds-tls12", snapshot, _ended_in_tls(machine, "closed"))


def firewall_profile(shelf: Shelf) -> dict[str, Any]:
    """A Windows 11 that found itself on a public network, where its firewall rules do not apply."""
    machine = Machine(
        WINDOWS_11, "KIOSK-11", "203.0.113.31", None, "16b9e0c7-44d5-4a18-8f2b-c30d97a5e681",
        "2026-11-20T05:58:09Z", _days_before(12, 7, 3, 50), pace=74, hardware=("Example Computers", "Wall 24"),
    )
    snapshot = _changed(
        machine, shelf, days.silent_since_the_start, changes.rules_for_domain_and_private, changes.clock_service_at_rest,
        changes.people((1, "active", "Console")),
    )
    return _bundle("rds-firewall", snapshot, _timed_out(machine))


def policy_off(shelf: Shelf) -> dict[str, Any]:
    """A Server 2022 on which a policy denies what the local switch allows."""
    machine = Machine(
        SERVER_2022, "HR-TS-02", "192.0.2.14", _DOMAIN, "a8e3f5d0-6c94-4e27-bd18-2f7c05b9614e",
        "2026-11-12T22:18:26Z", _days_before(101, 22, 20, 7), pace=103, session_host=True,
    )
    snapshot = _changed(
        machine, shelf, days.closed_on_thursday, changes.connections_denied_by_policy, changes.security_by_policy, changes.firewall_on_by_policy,
        changes.licensed_by_policy, changes.key_file_with_session_env, changes.people((3, "disconnected", "")),
    )
    return _bundle("rds-policy-off", snapshot, _timed_out(machine))


def without_winrm(shelf: Shelf) -> dict[str, Any]:
    """A Server 2025 that cannot be managed, although its Remote Desktop answers as it should."""
    machine = Machine(
        SERVER_2025, "DMZ-GATE-01", "203.0.113.45", None, "e2417b9c-8d06-4f5a-a7c9-31d50be6f284",
        "2026-10-29T03:12:48Z", _days_before(73, 11, 26, 54),
    )
    why = f"ntlm: HTTPConnectionPool(host='{machine.address}', port=5985): Max retries exceeded with url: /wsman (connect timed out after 30 s)"
    return _bundle("rds-no-winrm", None, _completed(machine, shelf), unreachable=why)


HOSTS: tuple[Callable[[Shelf], dict[str, Any]], ...] = (
    healthy, certificate_expired, key_acl, oracle, tls_off, firewall_profile, policy_off, without_winrm,
)


def whole_fleet(shelf: Shelf) -> dict[str, dict[str, Any]]:
    """Return every bundle of the demo fleet by host name.

    :param shelf: certificates that exist already; what it lacks is made
    """
    bundles = (build(shelf) for build in HOSTS)
    return {bundle["host"]: bundle for bundle in bundles}
