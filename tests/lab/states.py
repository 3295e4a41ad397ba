# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The states in which a lab host can be: the healthy one and the faults, from the same facts as the demo fleet.

A state is the snapshot of a demo host, changed where the demo has no host for it. The values stand in `demo/fleet` alone.
"""

from __future__ import annotations

import base64
import copy
import datetime
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cryptography import x509

from demo.fleet import crypto, values
from demo.fleet.certificates import thumbprint
from demo.fleet.listener import POLICY, RDP_TCP, TS

from ..support.optional import REPOSITORY

Subsets = dict[str, Any]  # Any: JSON data, every subset has a shape of its own
Change = Callable[[Subsets], None]


@dataclass(frozen=True)
class State:
    """A named state.

    :ivar meaning: what is the matter with such a host, in a few words.
    :ivar demo: the host of the demo fleet whose facts it has.
    :ivar changes: what is different from that host.
    :ivar agrees: whether the endpoint serves the certificate that the registry names.
    :ivar lacks: what Wine cannot carry of it; empty where it carries everything that the state is about.
    """

    name: str
    meaning: str
    demo: str
    changes: tuple[Change, ...] = ()
    agrees: bool = True
    lacks: str = ""


@dataclass(frozen=True)
class Wish:
    """The certificate that a host shall have: validity is counted from now, as it was from the day of the demo."""

    common_name: str
    ends_in_days: int


# What a Wine host can be made to show. The others are those of Wine itself: its ports, its clock, its users.
_CARRIED = ("os", "listener", "services", "certificate", "key_store", "tls", "credssp", "firewall")


def subsets_of(state: State) -> Subsets:
    """Return the facts of a state that a Wine host can carry, fresh, still with the demo's certificate."""
    demo = copy.deepcopy(_demo(state.demo)["snapshot"]["subsets"])
    subsets: Subsets = {name: demo[name] for name in _CARRIED}
    for change in state.changes:
        change(subsets)
    return subsets


def wish_of(state: State) -> Wish:
    """Return the certificate that a host in this state shall have."""
    bundle = _demo(state.demo)
    entry = bundle["snapshot"]["subsets"]["certificate"]["data"]["stores"]["remote_desktop"]["certificates"][0]
    certificate = x509.load_der_x509_certificate(base64.b64decode(entry["der"]))
    collected = datetime.datetime.fromisoformat(bundle["collected_at"])
    name = certificate.subject.rfc4514_string().removeprefix("CN=")
    return Wish(name, (certificate.not_valid_after_utc - collected).days)


def with_certificate(subsets: Subsets, der: bytes) -> None:
    """Let the host have this self-signed certificate in the place of the demo's."""
    kept = subsets["certificate"]["data"]["stores"]["my"]
    subsets["certificate"]["data"] = crypto.healthy_certificate(der)
    subsets["certificate"]["data"]["stores"]["my"] = kept
    for key in subsets["key_store"]["data"]["bound_keys"]["items"]:
        key["thumbprint"] = thumbprint(der)


def with_port(subsets: Subsets, port: int) -> None:
    """Let the listener have this port; nothing changes while it is the usual one."""
    subsets["listener"]["data"]["values"]["PortNumber"]["local"] = values.dword(RDP_TCP, port)
    for station in subsets["listener"]["data"]["win_stations"]:
        if station["name"] == "RDP-Tcp":
            station["PortNumber"] = values.dword(RDP_TCP, port)


def effective(subsets: Subsets, name: str) -> Any:
    """Return the value of the listener that counts: that of the policy where there is one."""
    sides = subsets["listener"]["data"]["values"][name]
    policy, local = sides["policy"], sides["local"]
    return policy["value"] if policy and policy["kind"] != "absent" else local["value"]


def _demo(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((REPOSITORY / "demo" / "bundles" / f"{name}.json").read_text(encoding="utf-8"))
    return document


def _local(name: str, value: int, path: str = RDP_TCP) -> Change:
    """Return the change that sets a local value and takes the policy away."""

    def change(subsets: Subsets) -> None:
        sides = subsets["listener"]["data"]["values"][name]
        sides["local"] = values.dword(path, value)
        if sides["policy"] is not None:
            sides["policy"] = values.absent(POLICY)
        for station in subsets["listener"]["data"]["win_stations"]:
            if station["name"] == "RDP-Tcp" and name in station:
                station[name] = values.dword(path, value)

    return change


_ACCESS = "the access list is what Wine makes of the file's mode: NETWORK SERVICE is let in by way of Everyone or not at all"

STATES: dict[str, State] = {
    state.name: state
    for state in (
        State("healthy", "nothing is wrong", "rds-healthy"),
        State("cert-expired", "the certificate has expired, and SessionEnv, which renews it, is disabled", "rds-cert-expired"),
        State("key-acl", "NETWORK SERVICE may not read the listener's key", "rds-key-acl", lacks=_ACCESS),
        State("oracle", "AllowEncryptionOracle=2 and NLA off", "rds-oracle"),
        State("tls12", "every TLS version of the release is off for servers", "rds-tls12"),
        State(
            "firewall",
            "the rules hold for other profiles than the active one",
            "rds-firewall",
            lacks="Wine has no firewall: which profile is active is not known there",
        ),
        State("policy-off", "a Group Policy denies Remote Desktop", "rds-policy-off"),
        State("switched-off", "Remote Desktop is switched off on the host itself", "rds-healthy", (_local("fDenyTSConnections", 1, TS),)),
        State("security-layer", "SecurityLayer is 0: the old RDP encryption only", "rds-healthy", (_local("SecurityLayer", 0),)),
        State("listener-off", "the listener is disabled", "rds-healthy", (_local("fEnableWinStation", 0),)),
        State("other-certificate", "the endpoint serves another certificate than the registry names", "rds-healthy", agrees=False),
    )
}
