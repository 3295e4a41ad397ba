# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The view of the machine that showed an error, as a playbook hands it in: a registered ``win_rdp_info`` result, or the path of its bundle.

An action has the connection of its own host alone; another machine is read by a delegated task, which Ansible gives that machine's
connection, become method and variables.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any  # Any: registered results and snapshots are JSON documents

from .._facts.client import CLIENT_VIEW, client_view
from .._facts.load import load_bundle
from .._facts.shapes import FactsError
from .._facts.snapshot import SCHEMA, check_snapshot
from .options import BadInputError
from .plain import one_line, to_plain
from .specs import ROLE_PREFIX

UNNAMED = "client"  # of a registered result that does not say whose it is
_TOLD = f"client (in the role: {ROLE_PREFIX}client)"


@dataclass(frozen=True)
class Client:
    """What was handed in.

    :ivar missing: why there is no view of a machine that was asked, or None.
    """

    view: dict[str, Any] | None = None
    missing: str | None = None


NOBODY = Client()


def read_client(given: Any, public_name: str) -> Client:
    """Read what a task was handed.

    :param given: None, a snapshot, a result of ``win_rdp_info`` that a task registered, or the path of a bundle.
    :raises BadInputError: it is none of these, or holds nothing of a client.
    """
    if given is None or given == "" or given == {}:
        return NOBODY
    place = f"{public_name}: {_TOLD}"
    if isinstance(given, str):
        return _from_bundle(given, place)
    if not isinstance(given, Mapping):
        raise BadInputError(f"{place}: expected a registered result of rdpops.health.win_rdp_info, or the path of a bundle.")
    plain = to_plain(dict(given))
    if plain.get("schema") == SCHEMA:
        return _viewed(UNNAMED, plain, place)
    if isinstance(plain.get("snapshot"), dict):
        return _viewed(_whose(plain), plain["snapshot"], place)
    if any(plain.get(word) for word in ("failed", "skipped", "unreachable")):
        word = "was skipped" if plain.get("skipped") else "was not possible"
        return Client(missing=f"reading the client {word}: {one_line(plain.get('msg') or plain.get('skip_reason') or 'no message', 300)}")
    raise BadInputError(f"{place} is no result of rdpops.health.win_rdp_info.")


def _whose(result: Mapping[str, Any]) -> str:
    """Return whom a result is of: Ansible says it where the task was delegated."""
    delegated = result.get("_ansible_delegated_vars")
    name = delegated.get("ansible_delegated_host") if isinstance(delegated, Mapping) else None
    return one_line(name, 200) if isinstance(name, str) and name else UNNAMED


def _from_bundle(path: str, place: str) -> Client:
    if not path.strip() or "\0" in path:
        raise BadInputError(f"{place} is no path of a bundle.")
    try:
        bundle = load_bundle(Path(path).expanduser())
    except FactsError as exc:
        raise BadInputError(f"{place}: {one_line(exc, 500)}; a name is that of a host of the inventory, anything else a path.") from exc
    if bundle.snapshot is None:
        return Client(missing=f"the bundle of the client says that it could not be read: {one_line(bundle.unreachable, 300)}")
    return _viewed(bundle.host, bundle.snapshot, place)


def _viewed(host: str, snapshot: Any, place: str) -> Client:
    try:
        check_snapshot(snapshot)
    except FactsError as exc:
        raise BadInputError(f"{place} cannot be used: {one_line(exc)}.") from exc
    if all(snapshot["subsets"][name]["status"] == "not_asked" for name in CLIENT_VIEW):
        raise BadInputError(f"{place} holds nothing of a client: read it with gather_subset os, tls and client.")
    return Client(client_view(host, to_plain(dict(snapshot))))
