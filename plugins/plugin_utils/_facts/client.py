# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The client's view: what the machine that showed an error tells of itself, and its part of the facts of a host.

It is a snapshot like any other, of which only the subsets of a client count: what that machine would be as a host says nothing here.
"""

from __future__ import annotations

from typing import Any  # Any: snapshots and facts are JSON documents

from .._core.model import JsonMap
from .shapes import FactsError, fields, text
from .snapshot import CLIENT_SUBSETS, check_snapshot

CLIENT_VIEW = ("os", "tls", *CLIENT_SUBSETS)  # its system, and which TLS it may speak, are its own too
NOT_READ = {"status": "not_asked", "kind": "not_asked", "message": "", "ms": 0, "data": None}
NOT_LOOKED_AT = "the client view was not asked for"
NO_CODE = "the error code of a client was not asked for"

_NOTHING = fields({})  # what bundles of earlier versions may hold
_CLIENT = fields({"host": text(256), "snapshot": check_snapshot})


def check_client(value: Any, place: str = "client") -> None:
    """Refuse what is no client's view.

    :raises FactsError: one sentence with the place.
    """
    if value == {} and isinstance(value, dict):
        _NOTHING(value, place)
        return
    _CLIENT(value, place)
    told = [name for name, subset in value["snapshot"]["subsets"].items() if subset["status"] == "ok" and name not in CLIENT_VIEW]
    if told:
        raise FactsError(f"{place}.snapshot.subsets.{told[0]} is no subset of a client; those are {', '.join(CLIENT_VIEW)}")


def client_view(host: str, snapshot: JsonMap) -> dict[str, Any]:
    """Return the client's view of a whole snapshot: what tells of that machine as a host is left out.

    :param host: what the inventory, or the bundle, calls the machine.
    """
    subsets = {name: body if name in CLIENT_VIEW else dict(NOT_READ) for name, body in snapshot["subsets"].items()}
    return {"host": host[:256], "snapshot": {**snapshot, "subsets": subsets}}


def put_client(document: dict[str, Any], gaps: dict[str, str], client: JsonMap, names: tuple[str, ...], missing: str | None) -> None:
    """Put the client's view into the facts of a host, under ``client``.

    :param client: a checked view, an ``error_code`` that somebody typed, or both.
    :param names: what the host is called, so that what the client did with other hosts is not taken for it.
    :param missing: why the machine could not be looked at although somebody asked for it.
    """
    told: dict[str, Any] = {"host_names": list(names)}
    if "error_code" in client:
        told["error_code"] = client["error_code"]
    else:
        gaps["client.error_code"] = NO_CODE
    snapshot = client.get("snapshot")
    if snapshot is None:
        gaps.update(dict.fromkeys((f"client.{name}" for name in CLIENT_VIEW), missing or NOT_LOOKED_AT))
    else:
        told["host"] = client["host"]
        told["collected_at"] = snapshot["collected_at"]
        for name in CLIENT_VIEW:
            subset = snapshot["subsets"][name]
            if subset["status"] == "ok":
                told[name] = subset["data"]
            else:
                gaps[f"client.{name}"] = _why(name, subset)
    document["client"] = told


def _why(name: str, subset: JsonMap) -> str:
    words = {"denied": f"access to {name} was denied on the client", "not_asked": f"{name} was not read on the client"}
    told = words.get(subset["status"], f"{name} could not be read on the client")
    message = subset["message"] or subset["kind"]
    return told if subset["status"] == "not_asked" or not message else f"{told}: {message}"


def host_names(host: str, snapshot: JsonMap | None, probe: JsonMap | None) -> tuple[str, ...]:
    """Return everything that the host is called: by the inventory, by itself, and by whoever probed it."""
    system = ((snapshot or {}).get("subsets", {}).get("os", {}).get("data")) or {}
    target = (probe or {}).get("target") or {}
    said = ((probe or {}).get("credssp") or {}).get("names") or {}
    found = (host, system.get("computer_name"), target.get("host"), target.get("address"), said.get("netbios_computer"), said.get("dns_computer"))
    return tuple(dict.fromkeys(name for name in found if isinstance(name, str) and name))
