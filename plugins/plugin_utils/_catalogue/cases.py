# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The cases that each check and cause brings along: small changes to a named base bundle, and what must come of it.

``from`` names a file of ``bases`` (default ``healthy``); ``set`` puts values at dotted paths of the facts (a subset's name first, or
``probe``); ``copy`` copies one place to another; ``status`` makes a subset or the probe unreadable; ``at`` moves the time of judgement;
``unreachable`` takes the inside view away; ``not_asked`` names the views that nobody asked for; ``elsewhere`` adds the base's own probe, with
changes, from a second vantage point; ``client`` joins the view of a client that gets on, with changes, ``client_status`` makes a subset of it
unreadable; ``events`` are those of the host, see ``case_events``; ``error`` is what somebody typed.
"""

from __future__ import annotations

import copy
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from .._core.clock import parse_time
from .._core.error_code import decode_error
from .._core.model import Facts, JsonMap
from .._facts.build import build_facts
from .case_events import events_of_case
from .client_errors import load_client_errors
from .read import CatalogueError

BASES = Path(__file__).parent / "bases"


def facts_of_case(case: JsonMap, bases: Path = BASES) -> Facts:
    """Make the facts that a case describes.

    :param bases: a folder of base bundles; ours stand in for those that it has not.
    :raises CatalogueError: the base does not exist, a path leads nowhere, or a view both failed and was not asked for.
    """
    name = f"{case.get('from', 'healthy')}.json"
    bundle = copy.deepcopy(_base(bases / name if (bases / name).exists() else BASES / name))
    others = _elsewhere(bundle, case)
    client = _client(case, bases)
    for target, source in case.get("copy", {}).items():
        _put(bundle, target, copy.deepcopy(_taken(bundle, source, case)), case)
    for path, value in case.get("set", {}).items():
        _put(bundle, path, value, case)
    now = parse_time(case.get("at", bundle["collected_at"]))
    if "events" in case:
        _put(bundle, "events.events", events_of_case(case["events"], now, case["name"]), case)
    probe_missing = None
    for name, status in case.get("status", {}).items():
        if name == "probe":
            bundle["probe"], probe_missing = None, "the probe could not run"
        elif name not in bundle["snapshot"]["subsets"]:
            raise CatalogueError(f"case {case['name']!r}: there is no subset {name[:60]!r}")
        else:
            bundle["snapshot"]["subsets"][name].update(status=status, kind="case", message="as the case wants it", data=None)
    unreachable = "as the case wants it" if case.get("unreachable") else None
    left_out = case.get("not_asked", ())
    if ("inside" in left_out and unreachable) or ("outside" in left_out and probe_missing):
        raise CatalogueError(f"case {case['name']!r}: a view that was not asked for cannot have failed")
    return build_facts(
        bundle["host"],
        now,
        snapshot=None if unreachable or "inside" in left_out else bundle["snapshot"],
        probe=None if "outside" in left_out else bundle["probe"],
        other_probes=others,
        client=client,
        unreachable=unreachable,
        probe_missing=probe_missing,
    )


@lru_cache
def _base(path: Path) -> dict[str, Any]:
    try:
        return json.loads(path.read_text(encoding="utf-8"))  # type: ignore[no-any-return]
    except OSError as error:
        raise CatalogueError(f"{path.name}: there is no such base bundle") from error


def _elsewhere(bundle: JsonMap, case: JsonMap) -> list[JsonMap]:
    if "elsewhere" not in case:
        return []
    second = {"probe": copy.deepcopy(bundle["probe"])}
    for path, value in {"probe.vantage": "elsewhere", **case["elsewhere"]}.items():
        _put(second, path, value, case)
    return [second["probe"]]


def _client(case: JsonMap, bases: Path) -> dict[str, Any] | None:
    """Return the client's view and the typed code of a case, or None where it has neither."""
    client: dict[str, Any] = {"error_code": decode_error(case["error"], load_client_errors()).to_document()} if "error" in case else {}
    if "client" in case:
        joined = {"snapshot": copy.deepcopy(_base(bases / "client.json")["snapshot"])}
        for path, value in case["client"].items():
            _put(joined, path.removeprefix("client."), value, case)
        for name, status in case.get("client_status", {}).items():
            joined["snapshot"]["subsets"][name].update(status=status, kind="case", message="as the case wants it", data=None)
        client |= {"host": "client", **joined}
    return client or None


def _start(bundle: dict[str, Any], name: str) -> Any:
    return bundle["probe"] if name == "probe" else bundle["snapshot"]["subsets"][name]["data"]


def _get(bundle: dict[str, Any], path: str) -> Any:
    first, *rest = path.split(".")
    node = _start(bundle, first)
    for name in rest:
        node = node[_step(node, name)]
    return node


def _step(node: Any, name: str) -> str | int:
    return int(name) if isinstance(node, list) else name


def _taken(bundle: dict[str, Any], path: str, case: JsonMap) -> Any:
    try:
        return _get(bundle, path)
    except (LookupError, TypeError, ValueError) as error:
        raise CatalogueError(f"case {case['name']!r}: there is nothing at {path} in the base bundle") from error


def _put(bundle: dict[str, Any], path: str, value: Any, case: JsonMap) -> None:
    *parents, last = path.split(".")
    try:
        node = _get(bundle, ".".join(parents))
        step = _step(node, last)
        node[step]  # a path that leads nowhere is a misspelling, not a new fact
    except (LookupError, TypeError, ValueError) as error:
        raise CatalogueError(f"case {case['name']!r}: there is nothing at {path} in the base bundle") from error
    node[step] = value
