# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Explain what a person pastes: a client's error code in any form, a status, a TLS alert, a failure of the negotiation, an event, or the name of one.

Pure: the tables are an argument. What is documented and what is only commonly said stay apart, and a number names no cause: it says which
causes are worth a look. What stands in no table is said to stand in none: that this collection does not know it says nothing about the maker.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any  # Any: JSON values of to_document

from .error_code import LARGEST_OF_A_BYTE, SAYS_LITTLE, ErrorCodeError, ErrorTable, decode_error, refuse_grouped, shorten
from .model import Catalogue
from .number_text import STATUS_BIT
from .pasted import BEFORE_ID, EVENT_WORD, is_hexadecimal, numbers_in, plain, said_in, statuses_of, value_of

_NUMBER = r"(0x[0-9a-f]{1,8}|[0-9]{1,6})"
# what stands before a number -> the table that it is looked up in
_FORMS = {
    "alerts": re.compile(
        rf"(?:tls\s+)?(?:fatal\s+)?alert\s*(?:number)?\s*:?\s*{_NUMBER}(?:[\s,/(]+(?:(?:error\s+)?state\s*:?\s*)?([0-9]{{3,5}})\)?)?", re.IGNORECASE
    ),
    "failures": re.compile(rf"(?:rdp_)?(?:neg_)?(?:negotiation\s+)?failure\s*:?\s*{_NUMBER}()", re.IGNORECASE),
}
# What Schannel writes in English under the events 36887 and 36888.
_SCHANNEL_TEXT = re.compile(r"[^0-9]*fatal (?:error|alert) code is ([0-9]{1,3})\.?(?:[^0-9]*state is ([0-9]{3,5}))?[^0-9]*", re.IGNORECASE)
_EVENT = re.compile(rf"(.*?)(?<![A-Za-z]){EVENT_WORD}s?{BEFORE_ID}([0-9]{{1,5}})(?![0-9A-Za-z_])(.*)", re.IGNORECASE)
# An event as people write it down who know what they mean: its number alone, or after its source.
_SOURCED_EVENT = re.compile(r"([A-Za-z][A-Za-z /_-]{2,120}?)[\s:,#]+([0-9]{1,5})(?![0-9A-Za-z_])(.*)")
_BARE_EVENT = re.compile(rf"()([0-9]{{3,5}})((?:[\s,/]+{_NUMBER}){{0,2}})", re.IGNORECASE)
_STATE_OF_CLIENT = 226
_OF_CLIENT = re.compile(r"\bRDPClient_SSL\b(.*)", re.IGNORECASE)  # what the text of that event begins with, in every language
_MOST_BESIDE = 3  # numbers beside that of an event: its provider logs no more that mean anything
_SHORT = {"lsm": "localsessionmanager", "rcm": "remoteconnectionmanager", "scm": "service control manager"}
_BEFORE_NAME = re.compile(r"^(?:rdp_neg_failure|(?:tls|ssl)v?[0-9.]*_alert|tls|alert)_+")  # "tlsv1 alert protocol version" is how OpenSSL names one
_WORDS = {
    "alerts": "TLS alert", "failures": "negotiation failure", "events": "event", "states": "Schannel state", "errors": "Windows error",
    "disconnect": "error code", "extended": "reason", "status": "status",
}  # fmt: skip
_AS_CODE = ("error code", "extended error code", "reason", "status")  # written in hexadecimal, with the decimal number beside it


@dataclass(frozen=True)
class Code:
    """What one number means in one table.

    :ivar where: in which log an event stands, its provider last; empty for anything else.
    :ivar then: of an event, the tables in which the numbers are looked up that stand after its own, in their order.
    """

    meaning: str
    documented: bool = True
    where: str = ""
    causes: tuple[str, ...] = ()
    then: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """The provider of an event, in lower case."""
        return self.where.rpartition(", ")[2].partition("/")[0].partition(" (")[0].casefold()


@dataclass(frozen=True)
class CodeTables:
    """All tables.

    :ivar codes: ``alerts``, ``failures``, ``states``, ``errors`` and ``events`` -> number -> meanings; several where providers share a number.
    :ivar causes: ``disconnect``, ``extended`` and ``status`` -> number -> causes worth a look.
    :ivar names: what a number is called, in lower case with underscores -> the number in a form that can be explained.
    :ivar symptoms: word of the probe -> causes worth a look, the most usual first.
    """

    errors: ErrorTable
    codes: Mapping[str, Mapping[int, tuple[Code, ...]]]
    causes: Mapping[str, Mapping[int, tuple[str, ...]]]
    names: Mapping[str, str]
    symptoms: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Part:
    """One number of what was pasted, in one of its meanings.

    :ivar place: which of the numbers it is, from 0.
    :ivar known: it stands in a table; of one that does not, nobody can say whether it is documented.
    """

    what: str
    number: int
    meaning: str
    documented: bool
    place: int = 0
    known: bool = True


@dataclass(frozen=True)
class Explained:
    """What was pasted, number by number, and where to look.

    :ivar causes: ids, the most usual first.
    """

    given: str
    parts: tuple[Part, ...]
    causes: tuple[str, ...]
    note: str = ""

    def to_document(self) -> dict[str, Any]:
        """Return the JSON object that the filter gives: the first number as ``code``, the second as ``extended``, and all of them as ``parts``."""
        first, second = (tuple(part for part in self.parts if part.place == place) for place in (0, 1))
        return {
            "given": self.given,
            "code": first[0].number if first else None,
            "extended": second[0].number if second else None,
            "meaning": _meanings(first),
            "extended_meaning": _meanings(second),
            "documented": all(part.documented for part in self.parts),
            "note": self.note,
            "parts": [{"what": part.what, "number": part.number, "meaning": part.meaning, "documented": part.documented} for part in self.parts],
            "causes": list(self.causes),
        }


@dataclass(frozen=True)
class _Event:
    """An event as it was pasted.

    :ivar source: what is named just before it, where that is a provider of ours; else empty.
    :ivar before: the whole text before it.
    :ivar beside: the numbers after it.
    """

    number: int
    source: str
    before: str
    beside: list[str]

    def rows(self, tables: CodeTables) -> tuple[Code, ...]:
        """Return what it is with each of its providers, or with the one that is named anywhere before it."""
        rows = tables.codes["events"].get(self.number, ())
        before = self.before.casefold()
        named = tuple(code for code in rows if code.source == self.source or (not self.source and code.source in before))
        return named if named or self.source else rows


def _meanings(parts: Sequence[Part]) -> str:
    return " Or: ".join(part.meaning for part in parts)


def explain(text: str, tables: CodeTables) -> Explained:
    """Explain a text.

    :raises ErrorCodeError: it holds neither a number in a form that is known nor a name, or more numbers than can be told apart; one sentence.
    """
    shown = plain(text)
    named = _named(shown, tables)
    if named is not None:
        return replace(explain(named, tables), given=shorten(shown))
    refuse_grouped(shown)
    event = _event(shown, tables)
    if event is not None:
        return _of_event(shown, event, tables)
    other = _of_other_kind(shown, tables)
    if other is not None:
        return other
    said = said_in(shown)
    if said is not None and not numbers_in(shown):
        return replace(explain(said, tables), given=shorten(shown))
    return _of_client(text, tables)


def _of_other_kind(shown: str, tables: CodeTables) -> Explained | None:
    """Explain an alert, a failure of the negotiation or the words of Schannel about one; None where the text holds none.

    :raises ErrorCodeError: other numbers stand beside it.
    """
    quoted = _SCHANNEL_TEXT.fullmatch(shown)
    if quoted:
        return _told(shown, [("alerts", int(quoted[1])), *([("states", int(quoted[2]))] if quoted[2] else [])], tables)
    for table, pattern in _FORMS.items():
        found = pattern.search(shown)
        if found is None or value_of(found[1]) > LARGEST_OF_A_BYTE:
            continue
        beside = numbers_in(f"{shown[: found.start()]} {shown[found.end() :]}")
        if beside:
            raise ErrorCodeError(f"Beside {found[0]!r} stands {', '.join(beside[:6])}, and what that is cannot be told: give each of them alone.")
        return _told(shown, [(table, value_of(found[1])), *([("states", int(found[2]))] if found[2] else [])], tables)
    return None


def _named(shown: str, tables: CodeTables) -> str | None:
    """Return the number that a text names, as text, or None where it names none."""
    name = re.sub(r"[\s-]+", "_", shown.casefold())
    return tables.names.get(name) or tables.names.get(_BEFORE_NAME.sub("", name))


def _event(shown: str, tables: CodeTables) -> _Event | None:
    """Read an event; None where the text is none."""
    sources = {code.source for rows in tables.codes["events"].values() for code in rows}
    for pattern in (_EVENT, _SOURCED_EVENT, _BARE_EVENT):
        found = pattern.fullmatch(shown)
        if found is None:
            continue
        number, source = int(found[2]), _source_before(found[1], sources)
        # Without the word, a number is an event that is one of ours and no code that a client shows, or that stands after one of our sources.
        ours = number in tables.codes["events"] and number not in tables.errors.disconnect
        if pattern is _EVENT or source or (ours and pattern is _BARE_EVENT):
            return _Event(number, source, found[1], numbers_in(found[3]))
    found = _OF_CLIENT.search(shown)
    return _Event(_STATE_OF_CLIENT, "rdpclient", "", numbers_in(found[1])) if found else None


def _source_before(text: str, sources: set[str]) -> str:
    before = text.casefold().rstrip(" :,#'\"(-")
    word = before.rpartition(" ")[2]
    before = before.removesuffix(word) + _SHORT.get(word, word)
    return next((source for source in sources if before.endswith(source)), "")


def _of_event(shown: str, event: _Event, tables: CodeTables) -> Explained:
    explained = _told(shown, [("events", event.number), *_beside(event, tables)], tables, event.rows(tables))
    before = numbers_in(event.before)
    if not before:
        return explained
    if not all(map(is_hexadecimal, before)):
        raise ErrorCodeError(
            f"{', '.join(before[:6])} stands before event {event.number}, and what it is cannot be told: "
            f"give the event first, such as event {event.number} {before[0]}, or the error code alone."
        )
    code = _of_client(event.before, tables)
    both = [cause for cause in explained.causes if cause in code.causes]
    behind = 1 + max(part.place for part in code.parts)
    parts = (*code.parts, *(replace(part, place=part.place + behind) for part in explained.parts))
    return replace(explained, parts=parts, causes=tuple(dict.fromkeys((*both, *explained.causes, *code.causes))), note=code.note)


def _beside(event: _Event, tables: CodeTables) -> list[tuple[str, int]]:
    """Say in which table each number after that of an event is looked up.

    :raises ErrorCodeError: there are more than can be told apart.
    """
    beside = event.beside
    statuses = statuses_of(beside)
    if statuses:  # zeros in hexadecimal are what the text of a refused log-on has for a process or a session that nobody knows
        beside = [one for one in beside if value_of(one) or not is_hexadecimal(one)]
    if statuses and len(beside) > _MOST_BESIDE:
        beside = statuses
    if len(beside) > _MOST_BESIDE:
        raise ErrorCodeError(
            f"Event {event.number} stands beside {len(beside)} numbers ({', '.join(beside[:6])}), and which of them matter cannot be told: "
            f"give the event with one or two of them, such as event 36888 40 1205."
        )
    values = [value_of(one) & 0xFFFFFFFF for one in beside]
    return list(zip(_kinds(values, next((code.then for code in event.rows(tables) if code.then), ())), values, strict=True))


def _kinds(values: list[int], then: tuple[str, ...]) -> list[str]:
    """Say in which table each number after that of an event is looked up: a status is one wherever it stands, the rest goes by its place."""
    places = [kind for kind in then if kind != "status"]
    plainly = [value for value in values if not value & STATUS_BIT]
    spare = len(plainly) - len(places)  # numbers before those that the event is known for: of a session, a count
    kinds = iter([""] * max(0, spare) + places)
    return ["status" if value & STATUS_BIT else next(kinds, "") for value in values]


def _told(shown: str, numbers: Sequence[tuple[str, int]], tables: CodeTables, events: Sequence[Code] | None = None) -> Explained:
    """Explain numbers of which it is known in which table they stand."""
    parts: list[Part] = []
    led_to: list[tuple[str, ...] | None] = []
    for place, (table, number) in enumerate(numbers):
        found, causes = _meanings_of(table, number, tables, events if table == "events" else None)
        parts += [replace(part, place=place) for part in found]
        led_to.append(causes)
    return Explained(shorten(shown), tuple(parts), _causes(numbers, led_to))


def _causes(numbers: Sequence[tuple[str, int]], led_to: Sequence[tuple[str, ...] | None]) -> tuple[str, ...]:
    """Join the causes of several numbers: those that two lead to come first, and what says more narrows what says less."""
    told = list(zip(numbers, led_to, strict=True))
    if any(table == "status" and number not in SAYS_LITTLE and causes is not None for (table, number), causes in told):
        told = [((table, number), causes) for (table, number), causes in told if table != "status" or number not in SAYS_LITTLE]
    groups = [causes for dummy, causes in told if causes is not None]
    if numbers[0][0] == "events" and led_to[0] is not None and len(groups) > 1:
        narrower = {cause for causes in groups[1:] for cause in causes}
        common = tuple(cause for cause in groups[0] if cause in narrower)
        groups[0] = common if common or not narrower else groups[0]
    everything = [cause for causes in groups for cause in causes]
    both = [cause for cause in dict.fromkeys(everything) if sum(cause in causes for causes in groups) > 1]
    return tuple(dict.fromkeys((*both, *everything)))


def _meanings_of(table: str, number: int, tables: CodeTables, events: Sequence[Code] | None) -> tuple[list[Part], tuple[str, ...] | None]:
    """Return the meanings of a number and the causes that it leads to; None where it says nothing of causes, () where it is known to lead to none of them."""
    if not table:
        return [Part("number", number, "What this number of the event means is not in our table.", documented=False, known=False)], None
    if table in ("disconnect", "extended", "status"):
        errors = tables.errors
        meaning = errors.extended_meaning(number) if table == "extended" else {"disconnect": errors.disconnect, "status": errors.status}[table].get(number)
        causes = tables.causes[table].get(number)
        if meaning is not None:
            return [Part(_WORDS[table], number, meaning.text, meaning.documented)], causes
    else:
        rows = tables.codes[table].get(number, ()) if events is None else events
        if rows:
            parts = [Part(f"{_WORDS[table]} ({code.where})" if code.where else _WORDS[table], number, code.meaning, code.documented) for code in rows]
            return parts, tuple(dict.fromkeys(cause for code in rows for cause in code.causes)) or None
    return [Part(_WORDS[table], number, f"This {_WORDS[table]} is not in our table.", documented=False, known=False)], None


def _of_client(text: str, tables: CodeTables) -> Explained:
    decoded = decode_error(text, tables.errors)
    parts: list[Part] = []
    numbers: list[tuple[str, int]] = []
    if decoded.code is not None:
        table, known = ("status" if decoded.code & STATUS_BIT else "disconnect"), tables.errors.meaning(decoded.code)
        parts.append(Part(_WORDS[table], decoded.code, decoded.meaning, known is not None and known.documented))
        numbers.append((table, decoded.code))
    if decoded.extended is not None:
        table, known = ("status" if decoded.extended & STATUS_BIT else "extended"), tables.errors.extended_meaning(decoded.extended)
        what = "status" if numbers and (table, numbers[0][0]) == ("status", "status") else "extended error code"
        parts.append(Part(what, decoded.extended, decoded.extended_meaning, known is not None and known.documented, place=1))
        numbers.insert(0, (table, decoded.extended))  # the narrower code first
    return Explained(decoded.given, tuple(parts), _causes(numbers, [tables.causes[table].get(number) for table, number in numbers]), decoded.note)


def lines(explained: Explained, catalogue: Catalogue) -> Iterator[str]:
    """Yield an explanation as lines of text, with the titles of the causes and the checks that show them."""
    yield explained.given
    for part in explained.parts:
        number = f"0x{part.number:X} ({part.number})" if part.what in _AS_CODE else str(part.number)
        yield f"  {part.what} {number}: {part.meaning}{' [not documented by the maker]' if part.known and not part.documented else ''}"
    if explained.note:
        yield f"  {explained.note}"
    by_id = {cause.id: cause for cause in catalogue.causes}
    named = [by_id[name] for name in explained.causes if name in by_id]
    if not named:
        yield "  No cause is nearer than another: look at the host from outside and inside."
        return
    yield "A code names no cause. Worth a look, the most usual first:"
    for cause in named:
        checks = f" [{', '.join(cause.explains)}]" if cause.explains else ""
        yield f"  {cause.id} {cause.title}{checks}"
