# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Explain what a person pastes: a client's error code in any form, a status, a TLS alert, a failure of the negotiation, an event, or the name of one.

Pure: the tables are an argument. What is documented and what is only commonly said stay apart, and a number names no cause: it says which
causes are worth a look.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from .error_code import ErrorTable, decode_error
from .model import Catalogue

_NUMBER = r"(0x[0-9a-f]{1,8}|[0-9]{1,6})"
# what stands before a number -> the table that it is looked up in
_FORMS = {
    "alerts": re.compile(rf"(?:tls\s+)?(?:fatal\s+)?alert\s*:?\s*{_NUMBER}", re.IGNORECASE),
    "failures": re.compile(rf"(?:rdp_)?(?:neg_)?(?:negotiation\s+)?failure\s*:?\s*{_NUMBER}", re.IGNORECASE),
}
_EVENT = re.compile(rf"event\s*(?:id)?\s*:?\s*([0-9]{{1,5}})(?:[\s,/]+{_NUMBER})?", re.IGNORECASE)
# An event as people write it down who know what they mean: its number alone, or after its source.
_BARE_EVENT = re.compile(rf"(schannel\s+)?([0-9]{{3,5}})(?:[\s,/]+{_NUMBER})?", re.IGNORECASE)
_BEFORE_NAME = re.compile(r"^(?:rdp_neg_failure|(?:tls|ssl)v?[0-9.]*_alert|tls|alert)_+")  # "tlsv1 alert protocol version" is how OpenSSL names one
_WORDS = {"alerts": "TLS alert", "failures": "negotiation failure", "events": "event"}
_STATUS_BIT = 0x80000000


@dataclass(frozen=True)
class Code:
    """What one number means in one table.

    :ivar where: in which log an event stands; empty for anything else.
    """

    meaning: str
    documented: bool = True
    where: str = ""
    causes: tuple[str, ...] = ()


@dataclass(frozen=True)
class CodeTables:
    """All tables.

    :ivar codes: ``alerts``, ``failures`` and ``events`` -> number -> meaning.
    :ivar causes: ``disconnect``, ``extended`` and ``status`` -> number -> causes worth a look.
    :ivar names: what a number is called, in lower case with underscores -> the number in a form that can be explained.
    :ivar symptoms: word of the probe -> causes worth a look, the most usual first.
    """

    errors: ErrorTable
    codes: Mapping[str, Mapping[int, Code]]
    causes: Mapping[str, Mapping[int, tuple[str, ...]]]
    names: Mapping[str, str]
    symptoms: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Part:
    """One number of what was pasted."""

    what: str
    number: int
    meaning: str
    documented: bool


@dataclass(frozen=True)
class Explained:
    """What was pasted, number by number, and where to look.

    :ivar causes: ids, the most usual first.
    """

    given: str
    parts: tuple[Part, ...]
    causes: tuple[str, ...]
    note: str = ""


def explain(text: str, tables: CodeTables) -> Explained:
    """Explain a text.

    :raises ErrorCodeError: it holds neither a number in a form that is known nor a name, as one sentence.
    """
    shown = " ".join(text.split())
    named = _named(shown, tables)
    if named is not None:
        return replace(explain(named, tables), given=shown)
    for table, pattern in _FORMS.items():
        found = pattern.fullmatch(shown)
        if found:
            return _of_table(shown, table, int(found[1], 0), tables)
    event = _EVENT.fullmatch(shown)
    number, code = (int(event[1]), event[2]) if event else _bare_event(shown, tables)
    if number is None:
        return _of_client(text, tables)
    told = _of_table(shown, "events", number, tables)
    if code is None:
        return told
    status = _of_client(code, tables)
    # A cause that both numbers lead to comes before one that a single number does.
    both = [cause for cause in told.causes if cause in status.causes]
    return Explained(shown, (*told.parts, *status.parts), tuple(dict.fromkeys((*both, *told.causes, *status.causes))))


def _named(shown: str, tables: CodeTables) -> str | None:
    """Return the number that a text names, as text, or None where it names none."""
    plain = re.sub(r"[\s-]+", "_", shown.casefold())
    return tables.names.get(plain) or tables.names.get(_BEFORE_NAME.sub("", plain))


def _bare_event(shown: str, tables: CodeTables) -> tuple[int | None, str | None]:
    """Read an event without the word: a number that is one of ours and no code that a client shows."""
    found = _BARE_EVENT.fullmatch(shown)
    if found is None:
        return None, None
    number = int(found[2])
    ours = number in tables.codes["events"] and number not in tables.errors.disconnect
    return (number, found[3]) if ours or found[1] else (None, None)


def _of_table(shown: str, table: str, number: int, tables: CodeTables) -> Explained:
    code = tables.codes[table].get(number)
    if code is None:
        return Explained(shown, (Part(_WORDS[table], number, "No meaning is documented that concerns Remote Desktop.", documented=False),), ())
    what = f"{_WORDS[table]} ({code.where})" if code.where else _WORDS[table]
    return Explained(shown, (Part(what, number, code.meaning, code.documented),), code.causes)


def _of_client(text: str, tables: CodeTables) -> Explained:
    decoded = decode_error(text, tables.errors)
    is_status = bool(decoded.code & _STATUS_BIT)
    known = (tables.errors.status if is_status else tables.errors.disconnect).get(decoded.code)
    parts = [Part("status" if is_status else "error code", decoded.code, decoded.meaning, known is not None and known.documented)]
    causes = list(tables.causes["status" if is_status else "disconnect"].get(decoded.code, ()))
    if decoded.extended is not None:
        documented = not decoded.extended_meaning.endswith("(observed, not documented)") and not decoded.extended_meaning.startswith("No meaning")
        parts.append(Part("extended error code", decoded.extended, decoded.extended_meaning, documented))
        table = "status" if decoded.extended & _STATUS_BIT else "extended"
        causes = [*tables.causes[table].get(decoded.extended, ()), *causes]  # the narrower code first
    return Explained(decoded.given, tuple(parts), tuple(dict.fromkeys(causes)), decoded.note)


def lines(explained: Explained, catalogue: Catalogue) -> Iterator[str]:
    """Yield an explanation as lines of text, with the titles of the causes and the checks that show them."""
    yield explained.given
    for part in explained.parts:
        number = str(part.number) if part.what.startswith(("TLS", "negotiation", "event")) else f"0x{part.number:X} ({part.number})"
        yield f"  {part.what} {number}: {part.meaning}{'' if part.documented else ' [not documented by the maker]'}"
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
