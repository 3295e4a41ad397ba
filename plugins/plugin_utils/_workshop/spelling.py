# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Find the paths of a check or cause that lead nowhere: such a one is unknown on every host, for ever, and no case of a cause need notice."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any  # Any: a part of a condition

from .._core.model import Cause, Check, Facts
from .._core.paths import look_up
from .listing import paths_of

PLACE = re.compile(r"\{([^{}]+)\}")
NOWHERE = "nothing was reported under"


def misspelt(entry: Check | Cause, states: Iterable[Facts]) -> list[str]:
    """Return a sentence for each path that leads nowhere in one of the states and is known in none, with the path that is most like it.

    :param states: a host on which all is well, and whatever else the cases of the entry make.
    """
    known = list(states)
    wrong = [path for path in dict.fromkeys(_paths(entry)) if _leads_nowhere(path, known)]
    return [f"{entry.source}: the path {path} leads nowhere{_nearest(path, known)}" for path in wrong]


def _leads_nowhere(path: str, states: Iterable[Facts]) -> bool:
    found = [look_up(facts.document, facts.gaps, path) for facts in states]
    return not any(each.known for each in found) and any(each.why.startswith(NOWHERE) for each in found)


def _nearest(path: str, states: Iterable[Facts]) -> str:
    there = {name for facts in states for name, dummy in paths_of(facts.document)}
    nearest = difflib.get_close_matches(path, sorted(there), n=1, cutoff=0.8)
    return f"; the nearest is {nearest[0]}" if nearest else ""


def _paths(entry: Check | Cause) -> Iterator[str]:
    if isinstance(entry, Check):
        yield from _in_condition([entry.expect, entry.applies_when])
        yield from entry.evidence
        texts = [entry.pass_text, entry.fail_text]
    else:
        yield from _in_condition([rule.when for rule in entry.evidence])
        texts = [rule.text for rule in entry.evidence]
    for text in texts:
        yield from PLACE.findall(text)


def _in_condition(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        if isinstance(node.get("path"), str):
            yield node["path"]
        node = list(node.values())
    if isinstance(node, list):
        for item in node:
            yield from _in_condition(item)
