# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Small random damage to a JSON document, for tests that hold two readers of it together."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

Place = tuple[Any, ...]
OTHER_VALUES: tuple[Any, ...] = (None, True, 0, -1, 1.5, "", "x", [], ["x"], {}, {"x": 1}, 2**70)


@dataclass(frozen=True)
class Damage:
    """One change: the place, what was done, and the value that stands there now (if any)."""

    place: Place
    what: str
    value: Any = None


def places(node: Any, place: Place = ()) -> Iterator[Place]:
    """Yield every place of a document, the whole of it last."""
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for name, value in children:
        yield from places(value, (*place, name))
    yield place


def value_at(node: Any, place: Place) -> Any:
    """Return what stands at a place."""
    for name in place:
        node = node[name]
    return node


def damaged(document: Any, damage: Damage) -> Any:
    """Return a copy of the document with the damage done."""
    whole = {"root": copy.deepcopy(document)}
    parent, last = value_at(whole, ("root", *damage.place)[:-1]), ("root", *damage.place)[-1]
    if damage.what == "drop":
        del parent[last]
    elif damage.what == "add":
        parent[last]["unheard_of"] = damage.value
    elif damage.what == "repeat":
        parent[last] = parent[last] * damage.value
    else:
        parent[last] = damage.value
    return whole["root"]


@st.composite
def damages(draw: st.DrawFn, document: Any, values: tuple[Any, ...] = OTHER_VALUES) -> Damage:
    """Draw one change of a document: a field dropped or added, a list made long, a value replaced by one of another type."""
    place = draw(st.sampled_from(list(places(document))))
    node = value_at(document, place)
    choices = ["replace"]
    choices += ["drop"] if place and isinstance(place[-1], str) else []
    choices += ["add"] if isinstance(node, dict) else []
    choices += ["repeat"] if isinstance(node, list) and node else []
    what = draw(st.sampled_from(choices))
    if what == "repeat":
        return Damage(place, what, draw(st.sampled_from([2, 300, 6000])))
    return Damage(place, what, draw(st.sampled_from(values)))
