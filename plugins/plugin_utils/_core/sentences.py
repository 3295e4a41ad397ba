# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Fill ``{path}`` places in a catalogue's sentences with what stands in the facts: look-ups only, nothing is ever evaluated."""

from __future__ import annotations

import re
from typing import Any

from .model import Facts
from .number_text import number_text
from .paths import look_up

MAX_SHOWN_CHARACTERS = 200  # of one value inside a sentence
_CONCLUSIONS, _SETTING = "derived.", ".value"  # a setting that was concluded is a registry value still
_PLACE = re.compile(r"\{([A-Za-z0-9_.\-]{1,200})\}( times\b)?")


def fill(text: str, facts: Facts) -> str:
    """Replace each ``{path}`` by the value that stands there, or by ``(unknown)``; ``{path} times`` is ``once`` where the value is 1."""
    return _PLACE.sub(lambda match: _counted(_shown(match.group(1), facts), match.group(2) or ""), text)


def _counted(shown: str, times: str) -> str:
    return "once" if times and shown == "1" else shown + times


def _shown(path: str, facts: Facts) -> str:
    found = look_up(facts.document, facts.gaps, path)
    return show(found.value, path) if found.known else "(unknown)"


def show(value: Any, path: str = "") -> str:
    """Write a value the way a sentence wants it: lists joined, absence in words, codes as codes, control characters out, bounded.

    :param path: where it stands; tells a thing that is not there (``absent``: a registry value, a service) from a conclusion that names
        nothing (``none``, as an empty list does).
    """
    if value == [] or (value is None and path.startswith(_CONCLUSIONS) and not path.endswith(_SETTING)):
        return "none"
    if value is None:
        return "absent"
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = ", ".join(_item(item, path) for item in value) if isinstance(value, list) else _item(value, path)
    clean = "".join(character if character.isprintable() else "?" for character in text[: MAX_SHOWN_CHARACTERS + 1])
    return clean if len(clean) <= MAX_SHOWN_CHARACTERS else clean[:MAX_SHOWN_CHARACTERS] + "..."


def _item(value: Any, path: str) -> str:
    return number_text(value, path) if isinstance(value, int) and not isinstance(value, bool) else str(value)
