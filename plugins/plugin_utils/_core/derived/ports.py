# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who listens on the port of Remote Desktop: TermService, another process, or nobody; and whether the host has an address to listen on."""

from __future__ import annotations

import ipaddress

from ..model import JsonMap
from .gap import Gap
from .listener import effective_values

NO_OWNER = 0  # the kernel names no process; what that means for a listener is not known


def port_owner(ports: JsonMap, listener: JsonMap, *, serves: bool = False, state: str | None = None) -> JsonMap:
    """Compare the owner of the port with the process of TermService.

    :param ports: data of the snapshot subset ``ports``.
    :param serves: a handshake from outside was done with the certificate of this host's listener: whoever did it holds its key.
    :param state: of TermService by the service manager, or None where it could not be read.
    :returns: ``listening``, ``owner_is_term_service`` and ``other_owners`` (process ids); the last two are unknown where nobody listens, or
        nobody knows the process of TermService. ``held``: TermService has the port, by its process, or where that is not known by what it serves.
        ``term_service`` says what is known of its process.
    :raises LookupError: the port is not known, or the list of listeners could not be read.
    """
    port = effective_values(listener).get("PortNumber", {}).get("value")
    families = [ports["ipv4"], ports["ipv6"]]
    if port is None or all(family["kind"] for family in families):
        raise LookupError("the port or its listeners could not be read")
    pids = {entry["pid"] for family in families for entry in family["items"] if entry["port"] == port}
    if not pids and any(family["kind"] or family["truncated"] for family in families):
        raise LookupError("the list of listeners is not whole")
    others = sorted(pids - {ports["term_service_pid"]})
    why = _why_unknown(pids, ports)
    return {
        "listening": bool(pids),
        "owner_is_term_service": Gap(why) if why else not others,
        "other_owners": Gap(why) if why else others,
        "held": _held(pids, others, why, serves=serves),
        "term_service": _service(ports["term_service_pid"], state),
    }


def _service(pid: int | None, state: str | None) -> str:
    """Say what is known of the service: without a process it does not run, unless somebody says that it does, or nobody knows."""
    if pid is not None:
        return f"is the process {pid}"
    return "is not running" if state not in (None, "running", "unknown") else "has no process that is known"


def _held(pids: set[int], others: list[int], why: str, *, serves: bool) -> bool | Gap:
    """Say whether TermService has the port. The host's own word comes first: a forwarder on the port may hand on to the real listener."""
    if not pids:
        return False
    if not why:
        return not others
    return serves or Gap(why)


def own_address(ports: JsonMap) -> JsonMap:
    """Say whether any program listens on an address of the host's own, as NetBIOS does on every one that an adapter has.

    :returns: ``listened_on``; unknown where none was seen in a list that is not whole. None means little: NetBIOS may be off.
    """
    families = [ports["ipv4"], ports["ipv6"]]
    if any(is_own_address(entry["address"]) for family in families for entry in family["items"]):
        return {"listened_on": True}
    whole = not any(family["kind"] or family["truncated"] for family in families)
    return {"listened_on": False if whole else Gap("the list of listeners is not whole")}


def is_own_address(text: str) -> bool:
    """Tell whether an address on which a program listens is one that an adapter of the host has; ``0.0.0.0`` and loopback are none."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return not (address.is_unspecified or address.is_loopback or address.is_link_local)


def _why_unknown(pids: set[int], ports: JsonMap) -> str:
    if not pids:
        return "nobody listens on the port"
    if ports["term_service_pid"] is None or NO_OWNER in pids:
        return "the process of TermService, or the owner of the port, is not known"
    return ""
