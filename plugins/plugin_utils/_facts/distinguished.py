# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
r"""Take a distinguished name apart, as RFC 4514 and older Windows write it, and put it together again.

Commas, semicolons and plus signs separate unless they are escaped (``CN=Doe\, John``) or quoted (``CN="Doe, John"``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

_HEX_PAIR = re.compile(r"[0-9A-Fa-f]{2}")
_TO_ESCAPE = frozenset('\\,+;"<>=')
_SEPARATORS = frozenset(",;+")
# A type that is none of these may be anything, a name as well.
_TYPES = frozenset({
    "cn", "ou", "o", "dc", "c", "st", "s", "l", "street", "serialnumber", "e", "email", "emailaddress", "uid", "sn", "gn", "g", "t", "title", "i",
    "givenname", "surname", "postalcode", "dnqualifier",
})  # fmt: skip
_OID = re.compile(r"(?:OID\.)?\d+(?:\.\d+)+", re.IGNORECASE)


class Part(NamedTuple):
    """One attribute: what stands before it, its type, and its value without escapes and quotes."""

    before: str
    type: str
    value: str


def parts_of(name: str) -> list[Part]:
    """Split a distinguished name. A text that is none comes back as one part without a type."""
    parts, before = [], ""
    for piece, separator in _pieces(name):
        bare = piece.lstrip()
        kind, sign, value = bare.partition("=")
        before += piece[: len(piece) - len(bare)]
        parts.append(Part(before, kind.strip(), _plain(value)) if sign else Part(before, "", _plain(bare)))
        before = separator
    return parts


def replaced(name: str, replace: Callable[[str], str]) -> str:
    """Return a distinguished name whose values, and whose unknown types, went through ``replace``."""
    words = []
    for part in parts_of(name):
        kind = part.type if part.type.casefold() in _TYPES or _OID.fullmatch(part.type) else replace(part.type)
        words.append(f"{part.before}{kind}={_escaped(replace(part.value))}" if part.type else part.before + _escaped(replace(part.value)))
    return "".join(words)


def _pieces(name: str) -> list[tuple[str, str]]:
    """Return what stands between separators, each with the separator behind it."""
    pieces, begun, place, quoted = [], 0, 0, False
    while place < len(name):
        character = name[place]
        if character == "\\":
            place += 1
        elif character == '"':
            quoted = not quoted
        elif character in _SEPARATORS and not quoted:
            pieces.append((name[begun:place], character))
            begun = place + 1
        place += 1
    return [*pieces, (name[begun:], "")]


def _plain(value: str) -> str:
    """Return a value as it was before it was escaped or quoted."""
    raw, place = bytearray(), 0
    value = value.strip()
    while place < len(value):
        pair = value[place + 1 : place + 3]
        if value[place] == "\\" and _HEX_PAIR.fullmatch(pair):
            raw += bytes.fromhex(pair)
            place += 3
            continue
        place += value[place] == "\\" and place + 1 < len(value)
        raw += b"" if value[place] == '"' and value[place - 1 : place] != "\\" else value[place].encode("utf-8", "surrogatepass")
        place += 1
    return raw.decode("utf-8", "replace")


def _escaped(value: str) -> str:
    return "".join(f"\\{character}" if character in _TO_ESCAPE else character for character in value)


__all__ = ["Part", "parts_of", "replaced"]
