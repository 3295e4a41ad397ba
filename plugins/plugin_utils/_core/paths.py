# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Look up a dotted path in a facts document: the value, or why nothing stands there.

A path is names joined by dots (``listener.values.SecurityLayer.local.value``). What could not be looked at is told apart
from what is not there: a gap or a denied registry value is unknown, ``None`` is a known absence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from .model import Facts, JsonMap


@dataclass(frozen=True)
class Found:
    """Result of one look-up.

    :ivar known: False when nobody could look; then ``why`` says what stood in the way.
    """

    known: bool
    value: Any = None  # any JSON value
    why: str = ""


_LEAVES = frozenset({str, int, float, bool, list, type(None)})


def _is_mapping(node: object) -> bool:
    # By the exact type first: asking an abstract class takes most of the time of a look-up, and JSON holds nothing else than these.
    return isinstance(node, dict) or (type(node) not in _LEAVES and isinstance(node, Mapping))


def is_registry_value(node: object) -> bool:
    """Tell whether a node is a registry value as the reader returns it: path, value and kind."""
    return isinstance(node, Mapping) and "kind" in node and "value" in node and "path" in node


def look_up(document: JsonMap, gaps: Mapping[str, str], path: str) -> Found:
    """Walk ``path`` through ``document``.

    :param gaps: path prefix -> why nothing stands there.
    :returns: :class:`Found`; a missing name is unknown (a reader that did not report it is no proof of absence).
    """
    node: Any = document
    names = _names(path)
    for depth, name in enumerate(names):
        if not _is_mapping(node) or name not in node or ("kind" in node and _is_denied(node)):
            return Found(known=False, why=_why_not(node, gaps, names[: depth + 1], path))
        node = node[name]
    if _is_denied(node):
        return Found(known=False, why=_why_not(node, gaps, names, path))
    return Found(known=True, value=node)


@lru_cache(maxsize=8192)
def _names(path: str) -> tuple[str, ...]:
    return tuple(path.split("."))


def _is_denied(node: Any) -> bool:
    return _is_mapping(node) and node.get("kind") == "denied" and is_registry_value(node)


def _why_not(node: Any, gaps: Mapping[str, str], walked: Sequence[str], path: str) -> str:
    return f"access to {node['path']} was denied" if _is_denied(node) else _why_missing(gaps, walked, path)


def dword(node: JsonMap) -> int | None:
    """Read a registry value as Windows would: the number of a REG_DWORD, None for any other kind or a stored length that does not fit it."""
    value = node["value"]
    return value if node["kind"] == "REG_DWORD" and isinstance(value, int) else None


def _why_missing(gaps: Mapping[str, str], walked: Sequence[str], path: str) -> str:
    for length in range(len(walked), 0, -1):
        reason = gaps.get(".".join(walked[:length]))
        if reason is not None:
            return reason
    return f"nothing was reported under {path}"


def known(facts: Facts, path: str) -> Any:
    """Return what stands at a place of the facts, or None where nobody knows."""
    found = look_up(facts.document, facts.gaps, path)
    return found.value if found.known else None
