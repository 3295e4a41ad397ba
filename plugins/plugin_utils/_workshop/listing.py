# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""List the facts of a host by their paths, as conditions and texts write them: also what follows from the facts, which no bundle holds."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any  # Any: a JSON value

from .._core.model import Facts
from .._core.paths import is_registry_value

LONGEST = 120  # characters of a value in a line


def lines_of(facts: Facts, part: str = "") -> list[str]:
    """Return a line for each path, in order, and one for each place of which nobody knows anything.

    :param part: only paths with this part, whatever the case.
    """
    told = [(path, _shown(value)) for path, value in paths_of(facts.document)]
    told += [(path, f"unknown: {why}") for path, why in facts.gaps.items()]
    return sorted(f"{path} {shown}" for path, shown in told if part.casefold() in path.casefold())


def paths_of(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield path and value of everything that a condition can look at; a list is one value."""
    if isinstance(node, Mapping) and node and not _is_denied(node):
        for name, value in node.items():
            yield from paths_of(value, f"{path}.{name}" if path else str(name))
    else:
        yield path, node


def _is_denied(node: Any) -> bool:
    return is_registry_value(node) and node["kind"] == "denied"


def _shown(value: Any) -> str:
    if _is_denied(value):
        return f"unknown: access to {value['path']} was denied"
    text = json.dumps(value, ensure_ascii=False)
    return f"= {text}" if len(text) <= LONGEST else f"= {text[:LONGEST]} ... ({len(text)} characters)"
