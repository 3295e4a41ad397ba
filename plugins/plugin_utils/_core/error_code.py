# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Read the error code that a person saw in a Remote Desktop client, and say what is documented about it.

Pure: the table of meanings is an argument. Only documented meanings are repeated; a number without one is reported as undocumented.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any  # Any: JSON values of to_document

from .pasted import BEFORE_ID, EVENT_WORD, NUMBER, is_hexadecimal, numbers_in, plain, value_of

MAX_TEXT = 2000  # characters; the whole text of a dialogue, in a language that needs many, is below 1000
MAX_GIVEN = 200  # characters of it that a report repeats
_MAX_CODE = 0xFFFFFFFF
_STATUS_BIT = 0x80000000  # set in every HRESULT that is a failure
_FORMS = "a code such as 0x904, 2308 or 0x904/0x7"
_LOGGED_BY_CLIENT = 1026  # the event under which a client files the code of a disconnect

_BEFORE = r"(?:\(?(?:error\s*)?(?:code|error)\s*[:=]?\s*|[^0-9]{0,120}\(?reason\s*=\s*)?"  # the second: the text of event 1026, in any language before it
_EXTENDED = r"(?:extended\s*(?:error\s*)?(?:code)?\s*[:=]?\s*)"
_PATTERN = re.compile(rf"{_BEFORE}{NUMBER}(?:(?:\s*[/,;]\s*|\s+){_EXTENDED}?{NUMBER})?\)?\.?", re.IGNORECASE)
_OTHER_KIND = re.compile(rf"(?:(?P<event>{EVENT_WORD}){BEFORE_ID}|(?:alert|failure)\s*:?\s*){NUMBER}(?![0-9a-z_])", re.IGNORECASE)
_LARGEST_OTHER = 255  # of an alert and of a failure of the negotiation; "failure 0x904" is prose about a code


class ErrorCodeError(ValueError):
    """The text is not an error code; the message is one sentence for the person who typed it."""


@dataclass(frozen=True)
class Meaning:
    """What one number means.

    :ivar documented: False for what is only commonly observed.
    """

    text: str
    documented: bool = True


@dataclass(frozen=True)
class MeaningRange:
    """What a run of numbers means, both ends included."""

    first: int
    last: int
    meaning: Meaning


@dataclass(frozen=True)
class ErrorTable:
    """All meanings that the catalogue knows.

    :ivar notes: (code, extended code or None for any) -> what no single code says.
    """

    disconnect: Mapping[int, Meaning]
    extended: Mapping[int, Meaning]
    extended_ranges: tuple[MeaningRange, ...]
    status: Mapping[int, Meaning]
    notes: Mapping[tuple[int, int | None], str]

    def extended_meaning(self, extended: int) -> Meaning | None:
        """Return what an extended error code means; a status may stand in its place."""
        if extended & _STATUS_BIT:
            return self.status.get(extended)
        in_range = (row.meaning for row in self.extended_ranges if row.first <= extended <= row.last)
        return self.extended.get(extended) or next(in_range, None)


@dataclass(frozen=True)
class DecodedError:
    """An error code as given, with its documented meaning.

    :ivar documented: everything that was given has a documented meaning.
    """

    given: str
    code: int
    extended: int | None
    meaning: str
    extended_meaning: str
    documented: bool
    note: str

    def to_document(self) -> dict[str, Any]:
        """Return the JSON object under which reports and facts carry it."""
        return dict(vars(self))


def parse_error(text: str) -> tuple[int, int | None]:
    """Read code and extended code.

    :param text: ``0x904/0x7``, ``2308``, ``0x904 0x7``, the two lines that the client shows, or any line, in any language, that holds one number
        or two. Without ``0x`` a number is decimal; a negative one is a signed 32-bit status code.
    :raises ErrorCodeError: anything else, as one sentence.
    """
    shown = plain(text)
    if len(shown) > MAX_TEXT or not shown.isprintable() or "{{" in shown:  # the last is a template that nobody rendered
        raise ErrorCodeError(f"{_quoted(shown)} is not an error code of a Remote Desktop client: expected {_FORMS}.")
    match = _PATTERN.fullmatch(shown)
    first, second = match.groups() if match else _picked(shown)
    return _number(first, shown), None if second is None else _number(second, shown)


def _picked(shown: str) -> tuple[str, str | None]:
    """Pick code and extended code out of a line whose words are not known."""
    other = _OTHER_KIND.search(shown)
    if other and value_of(other[2]) != _LOGGED_BY_CLIENT and (other["event"] or value_of(other[2]) <= _LARGEST_OTHER):
        kind = "the number of an event" if other["event"] else "a number of TLS or of the negotiation"
        raise ErrorCodeError(f"{_quoted(shown)} holds {kind}, which no client shows as its error code: tools/rdp_error explains it.")
    numbers = numbers_in(shown)
    if len(numbers) > 1 and numbers[0] == str(_LOGGED_BY_CLIENT):
        numbers = numbers[1:]
    if not numbers:
        raise ErrorCodeError(f"{_quoted(shown)} is not an error code of a Remote Desktop client: it holds no number that stands by itself; expected {_FORMS}.")
    if is_hexadecimal(numbers[0]):
        numbers = [number for number in numbers if is_hexadecimal(number)]  # beside such codes a decimal number is a version, a session or a count
    told = ", ".join(numbers[:6])
    if len(numbers) > 2:
        raise ErrorCodeError(f"{_quoted(shown)} holds {len(numbers)} numbers ({told}), and which is the error code cannot be told: give {_FORMS}.")
    if any(map(is_hexadecimal, numbers)) and not is_hexadecimal(numbers[0]):
        raise ErrorCodeError(f"{_quoted(shown)} holds {told}, and whether the first belongs to the error code cannot be told: give {_FORMS}.")
    return numbers[0], numbers[1] if len(numbers) > 1 else None


def decode_error(text: str, table: ErrorTable) -> DecodedError:
    """Read an error code and look its meaning up.

    :raises ErrorCodeError: the text is not an error code.
    """
    code, extended = parse_error(text)
    meaning = table.status.get(code) if code & _STATUS_BIT else table.disconnect.get(code)
    extended_meaning = None if extended is None else table.extended_meaning(extended)
    documented = meaning is not None and meaning.documented
    if extended is not None:
        documented = documented and extended_meaning is not None and extended_meaning.documented
    return DecodedError(
        given=shorten(" ".join(text.split())),
        code=code,
        extended=extended,
        meaning=_sentence(code, meaning),
        extended_meaning="" if extended is None else _sentence(extended, extended_meaning),
        documented=documented,
        note=_note(text, code, extended, table),
    )


def _number(part: str, shown: str) -> int:
    number = value_of(part)
    if number < 0:
        number += _MAX_CODE + 1
    if not 0 <= number <= _MAX_CODE:
        raise ErrorCodeError(f"{_quoted(shown)} holds a number that no client shows: {part} does not fit 32 bits.")
    return number


def _sentence(number: int, meaning: Meaning | None) -> str:
    if meaning is None:
        return f"No meaning of 0x{number:X} is documented."
    return meaning.text if meaning.documented else f"{meaning.text} (observed, not documented)"


def _note(text: str, code: int, extended: int | None, table: ErrorTable) -> str:
    note = table.notes.get((code, extended)) or table.notes.get((code, None), "")
    digits = text.strip()
    if not note and digits.isascii() and digits.isdigit() and code not in table.disconnect and int(digits, 16) in table.disconnect:
        return f"A number without 0x is read as decimal; 0x{digits} is a documented code."
    return note


def shorten(shown: str) -> str:
    """Return what was pasted as far as a report repeats it."""
    return shown if len(shown) <= MAX_GIVEN else shown[: MAX_GIVEN - 1] + "\u2026"


def _quoted(shown: str) -> str:
    printable = "".join(c if c.isprintable() else "?" for c in shown)
    return repr(printable if len(printable) <= 60 else printable[:59] + "\u2026")
