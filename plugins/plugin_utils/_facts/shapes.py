# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Shapes: a small bounded validator for what travels often.

jsonschema takes about 20 ms for one snapshot; over a fleet that would be most of the controller's work. The published JSON Schemas
say the same thing, and a property test holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

MAX_TEXT = 65536  # characters; the longest honest value is a certificate or a firewall rule
MAX_ITEMS = 5000
MAX_INTEGER = 2**64
MOST_SHOWN = 24  # choices that a sentence names

Shape = Callable[[Any, str], None]


class FactsError(ValueError):
    """A document is not what it claims to be; the message is one sentence with the place, what is wrong and what was expected."""


def _fail(place: str, value: object, wanted: str) -> None:
    shown = "null" if value is None else type(value).__name__ if isinstance(value, (list, dict)) else repr(value)[:60]
    raise FactsError(f"{place or 'the document'} is {shown}, expected {wanted}")


def text(maximum: int = MAX_TEXT, *choices: str) -> Shape:
    """Accept a string of bounded length, or exactly one of some words."""

    def check(value: Any, place: str) -> None:
        if not isinstance(value, str) or len(value) > maximum:
            _fail(place, value, f"text of at most {maximum} characters")
        if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
            _fail(place, value, "text without lone surrogates, which no file could hold")
        if choices and value not in choices:
            _fail(place, value, _one_of(choices))

    return check


def _one_of(choices: tuple[str, ...]) -> str:
    """Name the choices, as many of them as a sentence can hold."""
    shown = choices[:MOST_SHOWN]
    more = f" or {len(choices) - len(shown)} more" if len(choices) > len(shown) else ""
    return "one of " + ", ".join(shown) + more


def word(*choices: str) -> Shape:
    """Accept one of some words."""
    return text(MAX_TEXT, *choices)


def matching(pattern: str, wanted: str, maximum: int = MAX_TEXT) -> Shape:
    """Accept a string of bounded length that a pattern fits as a whole.

    :param pattern: one that cannot run away: character classes and counts only.
    :param wanted: what it stands for, for the sentence.
    """
    compiled, plain = re.compile(pattern), text(maximum)

    def check(value: Any, place: str) -> None:
        plain(value, place)
        if not compiled.fullmatch(value):
            _fail(place, value, wanted)

    return check


base64_text = matching(r"[A-Za-z0-9+/]*={0,2}", "bytes in base64")


def integer(value: Any, place: str) -> None:
    """Accept a whole number that fits 64 bits; a bool is no number here."""
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > MAX_INTEGER:
        _fail(place, value, "a whole number of at most 64 bits")


def whole(value: Any, place: str) -> None:
    """Accept a number that counts something: whole and not negative."""
    integer(value, place)
    if value < 0:
        _fail(place, value, "a number that is not negative")


def at_most(maximum: int) -> Shape:
    """Accept a count up to a bound."""

    def check(value: Any, place: str) -> None:
        whole(value, place)
        if value > maximum:
            _fail(place, value, f"a number of at most {maximum}")

    return check


def number(value: Any, place: str) -> None:
    """Accept a finite number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= MAX_INTEGER:  # NaN is not less than anything
        _fail(place, value, "a number")


def boolean(value: Any, place: str) -> None:
    """Accept true or false."""
    if not isinstance(value, bool):
        _fail(place, value, "true or false")


def nullable(shape: Shape) -> Shape:
    """Accept null, or what the shape accepts."""

    def check(value: Any, place: str) -> None:
        if value is not None:
            shape(value, place)

    return check


def list_of(shape: Shape, maximum: int = MAX_ITEMS) -> Shape:
    """Accept a list of bounded length whose items all fit."""

    def check(value: Any, place: str) -> None:
        if not isinstance(value, list) or len(value) > maximum:
            _fail(place, value, f"a list of at most {maximum} items")
        for index, item in enumerate(value):
            shape(item, f"{place}[{index}]")

    return check


def distinct(shape: Shape) -> Shape:
    """Accept a list of words that the shape accepts, each of them once."""

    def check(value: Any, place: str) -> None:
        shape(value, place)
        if len(set(value)) != len(value):
            raise FactsError(f"{place} names something twice")

    return check


def fields(required: Mapping[str, Shape], optional: Mapping[str, Shape] | None = None) -> Shape:
    """Accept a mapping with exactly these names: all the required ones, any of the optional ones, no others."""
    allowed = {**required, **(optional or {})}

    def check(value: Any, place: str) -> None:
        if not isinstance(value, dict):
            _fail(place, value, "a mapping")
        for name in required:
            if name not in value:
                raise FactsError(f"{place + ': ' if place else ''}the field {name!r} is missing")
        for name, item in value.items():
            shape = allowed.get(name)
            if shape is None:
                raise FactsError(f"{place + ': ' if place else ''}the field {name[:60]!r} is unknown; known are {', '.join(sorted(allowed))}")
            shape(item, f"{place}.{name}" if place else name)

    return check


def mapping_of(shape: Shape, maximum: int = MAX_ITEMS) -> Shape:
    """Accept a mapping of any names, of bounded length and number, whose values all fit."""
    name_shape = text(256)

    def check(value: Any, place: str) -> None:
        if not isinstance(value, dict) or len(value) > maximum:
            _fail(place, value, f"a mapping of at most {maximum} names")
        for name, item in value.items():
            name_shape(name, place)
            shape(item, f"{place}.{name}")

    return check


def nothing(value: Any, place: str) -> None:
    """Accept null only."""
    if value is not None:
        _fail(place, value, "null")


def either(first: Shape, second: Shape) -> Shape:
    """Accept what the first shape accepts, or else what the second does; its sentence is the one that is told."""

    def check(value: Any, place: str) -> None:
        try:
            first(value, place)
        except FactsError:
            second(value, place)

    return check


# A number whose stored length does not fit its kind travels as its bytes.
_NUMBER = either(base64_text, integer)

# registry kind -> what its value must be
REGISTRY_VALUES: Mapping[str, Shape] = {
    "REG_DWORD": _NUMBER,
    "REG_QWORD": _NUMBER,
    "REG_SZ": text(),
    "REG_EXPAND_SZ": text(),
    "REG_BINARY": base64_text,
    "REG_NONE": nullable(base64_text),
    "REG_MULTI_SZ": list_of(text()),
    "absent": nothing,
    "denied": nothing,
}
_KEY_PATH = matching(r"HK(LM|CU)\\[^\0]*", "the path of a key below HKLM or HKCU", 1024)
_REGISTRY_FIELDS = fields({"path": _KEY_PATH, "kind": word(*REGISTRY_VALUES), "value": lambda value, place: None})


def registry_value(value: Any, place: str) -> None:
    """Accept a registry value: its key's path, its kind, and a value of that kind."""
    _REGISTRY_FIELDS(value, place)
    REGISTRY_VALUES[value["kind"]](value["value"], f"{place}.value")
