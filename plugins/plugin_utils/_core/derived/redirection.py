# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether the address to which a connection broker sends the people of this host may be one that the host no longer has."""

from __future__ import annotations

import ipaddress
import re

from ..model import JsonMap
from .ports import is_own_address

VALUE = "SessionDirectoryRedirectionIP"
LISTENED_ON = "no program of the host listens on it"
NOT_SEEN = "which addresses the host has was not seen"
REACHED = frozenset({"tls", "credssp", "complete"})  # steps of a probe that no silent or foreign port gets to


def redirection(listener: JsonMap, ports: JsonMap | None, probe: JsonMap | None) -> JsonMap:
    """Compare the address that the host keeps for a broker with those that are known to be its own.

    Known are the addresses on which programs listen, as NetBIOS does on every one where it is on, and the one at which a probe found an answer. So a
    host may have more than these, and that an address is none of them is no proof.

    :param listener: data of the snapshot subset ``listener``.
    :param ports: data of the subset ``ports``, or None where it was not read.
    :param probe: our own probe of the host, or None.
    :returns: ``address`` (None where there is none, as on most hosts), ``suspect`` (there is one, and it is not known to be the host's own), and
        ``compared``: words on what it was compared with.
    :raises LookupError: the value was not read.
    """
    sides = listener["values"].get(VALUE) or {}
    local = sides.get("local")
    if local is None or local["kind"] == "denied":
        raise LookupError(f"{VALUE} could not be read" if local else f"the reader did not ask for {VALUE}")
    kept = local["value"] if isinstance(local["value"], list) else [local["value"]]
    wanted = [name for text in kept if isinstance(text, str) for name in re.split(r"[\s,;]+", text) if name]
    listened_on = _listened_on(ports)
    own = listened_on | _answered_at(probe)
    return {
        "address": ", ".join(wanted) or None,
        "suspect": bool(wanted) and not any(_plain(address) in own for address in wanted),
        "compared": LISTENED_ON if listened_on else NOT_SEEN,
    }


def _listened_on(ports: JsonMap | None) -> set[str]:
    found = (entry["address"] for family in ("ipv4", "ipv6") for entry in (ports or {}).get(family, {}).get("items", ()))
    return {_plain(address) for address in found if is_own_address(address)}


def _answered_at(probe: JsonMap | None) -> set[str]:
    return {_plain(probe["target"]["address"] or "")} if probe is not None and probe["ended_at"] in REACHED else set()


def _plain(address: str) -> str:
    try:
        return ipaddress.ip_address(address.partition("%")[0]).exploded
    except ValueError:
        return address
