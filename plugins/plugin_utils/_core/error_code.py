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

MAX_TEXT = 200  # characters; the longest honest input is both labels with both numbers, about 60
_MAX_CODE = 0xFFFFFFFF
_STATUS_BIT = 0x80000000  # set in every HRESULT that is a failure
_FORMS = "a code such as 0x904, 2308 or 0x904/0x7"

_NUMBER = r"(0x[0-9a-f]{1,8}|-?[0-9]{1,10})"
_BEFORE = r"(?:\(?(?:error\s*)?code\s*:?\s*|[^0-9]{0,120}\(?reason\s*=\s*)?"  # the second is the text of event 1026, in any language before it
_PATTERN = re.compile(rf"{_BEFORE}{_NUMBER}(?:(?:\s*[/,;]\s*|\s+)(?:extended\s*error\s*code\s*:?\s*)?{_NUMBER})?\)?\.?", re.IGNORECASE)


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

    :param text: ``0x904/0x7``, ``2308``, ``0x904 0x7`` or the two lines that the client shows.
        Without ``0x`` a number is decimal; a negative one is a signed 32-bit status code.
    :raises ErrorCodeError: anything else, as one sentence.
    """
    shown = " ".join(text.split())
    match = _PATTERN.fullmatch(shown) if len(shown) <= MAX_TEXT else None
    if match is None:
        raise ErrorCodeError(f"{_quoted(shown)} is not an error code of a Remote Desktop client: expected {_FORMS}.")
    code, extended = (None if part is None else _number(part, shown) for part in match.groups())
    if code is None:  # the pattern has no match without a first number; this tells the type checker
        raise ErrorCodeError(f"{_quoted(shown)} holds no number.")
    return code, extended


def decode_error(text: str, table: ErrorTable) -> DecodedError:
    """Read an error code and look its meaning up.

    :raises ErrorCodeError: the text is not an error code.
    """
    code, extended = parse_error(text)
    meaning = table.status.get(code) if code & _STATUS_BIT else table.disconnect.get(code)
    extended_meaning = None if extended is None else _extended_meaning(extended, table)
    documented = meaning is not None and meaning.documented
    if extended is not None:
        documented = documented and extended_meaning is not None and extended_meaning.documented
    return DecodedError(
        given=" ".join(text.split()),
        code=code,
        extended=extended,
        meaning=_sentence(code, meaning),
        extended_meaning="" if extended is None else _sentence(extended, extended_meaning),
        documented=documented,
        note=_note(text, code, extended, table),
    )


def _number(part: str, shown: str) -> int:
    number = int(part, 16) if part.lower().startswith("0x") else int(part)
    if number < 0:
        number += _MAX_CODE + 1
    if not 0 <= number <= _MAX_CODE:
        raise ErrorCodeError(f"{_quoted(shown)} holds a number that no client shows: {part} does not fit 32 bits.")
    return number


def _extended_meaning(extended: int, table: ErrorTable) -> Meaning | None:
    if extended & _STATUS_BIT:
        return table.status.get(extended)
    in_range = (row.meaning for row in table.extended_ranges if row.first <= extended <= row.last)
    return table.extended.get(extended) or next(in_range, None)


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


def _quoted(shown: str) -> str:
    printable = "".join(c if c.isprintable() else "?" for c in shown)
    return repr(printable if len(printable) <= 60 else printable[:59] + "\u2026")
