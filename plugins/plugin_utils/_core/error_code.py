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

from .number_text import LARGEST, STATUS_BIT
from .pasted import BEFORE_ID, ERRINFO, EVENT_WORD, EXTENDED_LABEL, NUMBER, grouped_in, is_hexadecimal, numbers_in, plain, said_in, statuses_of, value_of

MAX_TEXT = 2000  # characters; the whole text of a dialogue, in a language that needs many, is below 1000
MAX_GIVEN = 200  # characters of it that a report repeats
_FORMS = "a code such as 0x904, 2308 or 0x904/0x7"
_LOGGED_BY_CLIENT = 1026  # the event under which a client files the code of a disconnect

_BEFORE = r"(?:\(?(?:error\s*)?(?:code|error)\s*[:=]?\s*|[^0-9]{0,120}\(?reason\s*=\s*)?"  # the second: the text of event 1026, in any language before it
_EXTENDED = r"(?:extended\s*(?:error\s*)?(?:code)?\s*[:=]?\s*)"
_PATTERN = re.compile(rf"{_BEFORE}{NUMBER}(?:(?:\s*[/,;]\s*|\s+){_EXTENDED}?{NUMBER})?\)?\.?", re.IGNORECASE)
_LABELLED = re.compile(rf"(?<![A-Za-z])(?P<label>{EXTENDED_LABEL}){NUMBER}(?![0-9a-z_])", re.IGNORECASE)
_OTHER_KIND = re.compile(rf"(?:(?P<event>{EVENT_WORD}){BEFORE_ID}|(?P<alert>alert)\s*(?:number)?\s*:?\s*|failure\s*:?\s*){NUMBER}(?![0-9a-z_])", re.IGNORECASE)
# What a log-on was refused with before anybody said why: a status beside one of these says it.
SAYS_LITTLE = frozenset({0xC000006D, 0xC000006E})
LARGEST_OF_A_BYTE = 255  # of an alert and of a failure of the negotiation; "failure 0x904" is prose about a code
_ALONE = "No error code was given beside it."


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

    def meaning(self, code: int) -> Meaning | None:
        """Return what an error code means; a status may stand in its place."""
        return (self.status if code & STATUS_BIT else self.disconnect).get(code)

    def extended_meaning(self, extended: int) -> Meaning | None:
        """Return what an extended error code means; a status may stand in its place."""
        if extended & STATUS_BIT:
            return self.status.get(extended)
        in_range = (row.meaning for row in self.extended_ranges if row.first <= extended <= row.last)
        return self.extended.get(extended) or next(in_range, None)


@dataclass(frozen=True)
class DecodedError:
    """An error code as given, with its documented meaning.

    :ivar code: None where an extended code was given alone.
    :ivar documented: everything that was given has a documented meaning.
    """

    given: str
    code: int | None
    extended: int | None
    meaning: str
    extended_meaning: str
    documented: bool
    note: str

    def to_document(self) -> dict[str, Any]:
        """Return the JSON object under which reports and facts carry it."""
        return dict(vars(self))


def parse_error(text: str) -> tuple[int | None, int | None]:
    """Read code and extended code.

    :param text: ``0x904/0x7``, ``2308``, ``0x904 0x7``, the two lines that the client shows, or any line, in any language, that holds one number
        or two. Without ``0x`` a number is decimal; a negative one is a signed 32-bit status code.
    :returns: the code, and the extended code or None; None and the extended code where that one is given alone, by its label.
    :raises ErrorCodeError: anything else, as one sentence.
    """
    shown = plain(text)
    if len(shown) > MAX_TEXT or not shown.isprintable() or "{{" in shown:  # the last is a template that nobody rendered
        raise ErrorCodeError(f"{_quoted(shown)} is not an error code of a Remote Desktop client: expected {_FORMS}.")
    refuse_grouped(shown)
    first, second = _labelled(shown) or _picked(shown)
    return None if first is None else _number(first, shown), None if second is None else _number(second, shown)


def status_in(code: int | None, extended: int | None) -> int | None:
    """Return the status of Windows that stands in the place of a code or of an extended one, the one that says more; None where none does."""
    statuses = [number for number in (extended, code) if number is not None and number & STATUS_BIT]
    return next((number for number in statuses if number not in SAYS_LITTLE), statuses[0] if statuses else None)


def refuse_grouped(shown: str) -> None:
    """Refuse a number that may be one or two.

    :raises ErrorCodeError: the text holds one.
    """
    grouped = grouped_in(shown)
    if grouped is not None:
        one = re.sub(r"[^0-9]", "", grouped)
        raise ErrorCodeError(f"{_quoted(shown)} holds {grouped}, which may be one number or two: give {one}, or two codes such as 0x904/0x7.")


def _labelled(shown: str) -> tuple[str | None, str | None] | None:
    """Read what is in a form of its own, or says itself which number is the extended code. None where neither is so."""
    label, match = _LABELLED.search(shown), _PATTERN.fullmatch(shown)
    if match and (label is None or match[2]):
        return match[1], match[2]
    if label is None:
        return None
    others = numbers_in(f"{shown[: label.start()]} {shown[label.end() :]}")
    if label["label"].upper().startswith(ERRINFO):  # in the log of a client, beside times and processes
        others = [number for number in others if is_hexadecimal(number)]
    if len(others) > 1 or any(is_hexadecimal(number) != is_hexadecimal(label[2]) for number in others):
        return None
    return others[0] if others else None, label[2]


def _picked(shown: str) -> tuple[str, str | None]:
    """Pick code and extended code out of a line whose words are not known."""
    numbers = numbers_in(_without_event(shown))
    if len(numbers) > 1 and numbers[0] == str(_LOGGED_BY_CLIENT):
        numbers = numbers[1:]
    said = said_in(shown)
    if not numbers and said and is_hexadecimal(said):
        return said, None
    if not numbers:
        raise ErrorCodeError(f"{_quoted(shown)} is not an error code of a Remote Desktop client: it holds no number that stands by itself; expected {_FORMS}.")
    numbers = _codes_among(numbers)
    told = ", ".join(numbers[:6])
    if len(numbers) > 2:
        raise ErrorCodeError(f"{_quoted(shown)} holds {len(numbers)} numbers ({told}), and which is the error code cannot be told: give {_FORMS}.")
    if any(map(is_hexadecimal, numbers)) and not is_hexadecimal(numbers[0]):
        raise ErrorCodeError(f"{_quoted(shown)} holds {told}, and whether the first belongs to the error code cannot be told: give {_FORMS}.")
    return numbers[0], numbers[1] if len(numbers) > 1 else None


def _without_event(shown: str) -> str:
    """Return what follows the event under which a client files its code, or the text as it is.

    :raises ErrorCodeError: the text is about another event, an alert or a failure of the negotiation, or it has numbers on both sides of the event.
    """
    other = _OTHER_KIND.search(shown)
    number = value_of(other[3]) if other else 0
    if other is None or not (other["event"] or other["alert"] or number <= LARGEST_OF_A_BYTE):
        return shown
    if other["alert"] and number > LARGEST_OF_A_BYTE:
        raise ErrorCodeError(f"{_quoted(shown)} holds {other[3]} as a TLS alert, and these end at {LARGEST_OF_A_BYTE}: give {_FORMS}.")
    if not other["event"] or number != _LOGGED_BY_CLIENT:
        kind = "the number of an event" if other["event"] else "a number of TLS or of the negotiation"
        raise ErrorCodeError(f"{_quoted(shown)} holds {kind}, which no client shows as its error code: tools/rdp_error explains it.")
    before = numbers_in(shown[: other.start()])
    if before:
        raise ErrorCodeError(f"{_quoted(shown)} holds {', '.join(before[:6])} before event {number}, whose code stands after it: give {_FORMS}.")
    return shown[other.end() :]


def _codes_among(numbers: list[str]) -> list[str]:
    """Leave out what counts or names something beside the codes."""
    codes = [number for number in numbers if is_hexadecimal(number)]
    statuses = statuses_of(codes)
    beside = [number for number in codes if not value_of(number) & STATUS_BIT]
    # The text of a refused log-on: status and sub status, and zeros for what is not known of session and process.
    if statuses and len(codes) > 1 and not any(map(value_of, beside)):
        return statuses
    return codes if is_hexadecimal(numbers[0]) else numbers


def decode_error(text: str, table: ErrorTable) -> DecodedError:
    """Read an error code and look its meaning up.

    :raises ErrorCodeError: the text is not an error code.
    """
    code, extended = parse_error(text)
    meaning = Meaning(_ALONE) if code is None else table.meaning(code)
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
        number += LARGEST + 1
    if not 0 <= number <= LARGEST:
        raise ErrorCodeError(f"{_quoted(shown)} holds a number that no client shows: {part} does not fit 32 bits.")
    return number


def _sentence(number: int | None, meaning: Meaning | None) -> str:
    if meaning is None:
        return f"No meaning of 0x{number:X} is documented."
    return meaning.text if meaning.documented else f"{meaning.text} (observed, not documented)"


def _note(text: str, code: int | None, extended: int | None, table: ErrorTable) -> str:
    if code is None:
        return ""
    note = table.notes.get((code, extended)) or table.notes.get((code, None), "")
    digits = text.strip()
    if not note and digits.isascii() and digits.isdigit() and code not in table.disconnect and int(digits, 16) in table.disconnect:
        return f"A number without 0x is read as decimal; 0x{digits} is a documented code."
    if extended is None and code not in table.disconnect and code in table.extended:
        known = table.extended[code].text
        return f"As an extended error code 0x{code:X} means: {known} Give it as one, extended 0x{code:X}, or after the error code, 0x904/0x{code:X}."
    return note


def shorten(shown: str) -> str:
    """Return what was pasted as far as a report repeats it."""
    return shown if len(shown) <= MAX_GIVEN else shown[: MAX_GIVEN - 1] + "\u2026"


def _quoted(shown: str) -> str:
    printable = "".join(c if c.isprintable() else "?" for c in shown)
    return repr(printable if len(printable) <= 60 else printable[:59] + "\u2026")
