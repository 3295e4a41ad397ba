# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Find the numbers of a pasted line, whatever words of whatever language stand around them. Pure."""

from __future__ import annotations

import re
import unicodedata

from .number_text import LARGEST, STATUS_BIT

NUMBER = r"(0x[0-9a-f]{1,8}|-?[0-9]{1,10})"
# "event" as the viewers of events call it: English, German, French, Spanish and Italian, Portuguese shares theirs, Dutch, Polish, Swedish, Russian,
# Japanese, Chinese, Korean. After it "ID", a colon, a number sign.
EVENT_WORD = r"(?:event|ereignis|[ée]v[ée]nement|evento|gebeurtenis|zdarzeni[ea]|h[äa]ndelse|событи[ея]|イベント|事件|이벤트)"
BEFORE_ID = r"\W{0,4}(?:-?id|code|kennung|nr|no)?\W{0,4}"
_NOT_BEFORE, _NOT_AFTER = r"(?<![A-Za-z0-9_])", r"(?![A-Za-z0-9_])"
_TOKEN = re.compile(rf"{_NOT_BEFORE}(?:0x[0-9a-f]{{1,16}}|(?<![0-9a-z]-)-?[0-9]{{1,20}}){_NOT_AFTER}", re.IGNORECASE)
# "Extended error code" as clients write it: in English, German, French, Spanish, Portuguese, Italian, Dutch, Polish, Swedish, Russian, Japanese,
# Chinese and Korean; and the names that MS-RDPBCGR has for the same numbers, which the clients of other systems show.
ERRINFO = "ERRINFO_"
EXTENDED_LABEL = (
    r"(?:extended\s*(?:disconnect)?\s*(?:error|reason)?\s*(?:code)?"
    r"|(?:erweiterter|[ée]tendue?|extendido|estendido|esteso|uitgebreide|rozszerzony|ut[öo]kad|расширенный|拡張|扩展|擴展|확장)[^0-9.,;:]{0,24}"
    rf"|{ERRINFO}[A-Z_]+)\W{{0,4}}"
)
# One number or two: "2,308" is how some write 2308, and a pair of 2 and 308. A dot and an apostrophe do the same elsewhere.
_GROUPED = re.compile(r"(?<![\w.,'-])[0-9]{1,3}[.,'\u2019][0-9]{3}(?![\w.,'])|(?<![\w.,'-])[0-9]{1,2} [0-9]{3}(?![\w.,'])")
# What people see who are shown no number: a fragment of the text, and what it means. The link under the first stands in every language.
_SAYINGS = (
    (re.compile(r"encryption oracle|linkid=866660", re.IGNORECASE), "0x80090302"),
    (re.compile(r"none of the cipher suites supported by the client", re.IGNORECASE), "event 36874"),
)
# Numbers that are part of something else: versions, addresses and names with a port, times and dates, the activity id of a dialogue, the ids of
# processes and sessions in the text of an event.
_PART_OF_MORE = (
    re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE),
    re.compile(r"[^\s(\[,;]*[A-Za-z0-9]\.[A-Za-z0-9][^\s)\],;]*"),
    re.compile(r"\b[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:T[0-9:]+Z?)?|\b[0-9]{1,4}/[0-9]{1,2}/[0-9]{2,4}\b|\b[0-9]{1,2}-[0-9]{1,2}-[0-9]{4}\b", re.IGNORECASE),
    re.compile(r"\berror:[0-9a-f]{8}:", re.IGNORECASE),  # how OpenSSL begins its lines
    re.compile(r"\bPID\W{0,4}[0-9]+|\b(?:logon|process)[ -]id\W{0,4}0x[0-9a-f]+", re.IGNORECASE),
    re.compile(r"\b[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?\b"),
)


def plain(text: str) -> str:
    """Return a text on one line, with digits and punctuation of full width, as Japanese and Chinese systems write them, in their usual form."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def numbers_in(text: str) -> list[str]:
    """Return the numbers that stand by themselves, as they are written, in their order."""
    for pattern in _PART_OF_MORE:
        text = pattern.sub(" ", text)
    return _TOKEN.findall(text)


def grouped_in(text: str) -> str | None:
    """Return a number that may be one with a separator in it or two, as it is written; None where there is none, or a code in hexadecimal beside it."""
    found = _GROUPED.search(text)
    return None if found is None or any(map(is_hexadecimal, numbers_in(text))) else found[0]


def said_in(text: str) -> str | None:
    """Return the number, as text, that a message means which shows none."""
    return next((number for pattern, number in _SAYINGS if pattern.search(text)), None)


def statuses_of(numbers: list[str]) -> list[str]:
    """Return the statuses of Windows among numbers, each once, in their order: they have the highest of 32 bits set."""
    return list({value_of(number): number for number in numbers if is_hexadecimal(number) and STATUS_BIT <= value_of(number) <= LARGEST}.values())


def is_hexadecimal(number: str) -> bool:
    """Tell whether a number is written with 0x."""
    return number[:2].lower() == "0x"


def value_of(number: str) -> int:
    """Return what a number is worth; without 0x it is decimal, also with zeros before it."""
    return int(number, 16) if is_hexadecimal(number) else int(number)
