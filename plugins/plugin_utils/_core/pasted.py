# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Find the numbers of a pasted line, whatever words of whatever language stand around them. Pure."""

from __future__ import annotations

import re
import unicodedata

NUMBER = r"(0x[0-9a-f]{1,8}|-?[0-9]{1,10})"
# "event" as the viewers of events call it: English, German, French, Spanish and Italian, Portuguese shares theirs, Dutch, Polish, Swedish, Russian,
# Japanese, Chinese, Korean. After it "ID", a colon, a number sign.
EVENT_WORD = r"(?:event|ereignis|[ée]v[ée]nement|evento|gebeurtenis|zdarzeni[ea]|h[äa]ndelse|событи[ея]|イベント|事件|이벤트)"
BEFORE_ID = r"\W{0,4}(?:-?id|code|kennung|nr|no)?\W{0,4}"
_NOT_BEFORE, _NOT_AFTER = r"(?<![A-Za-z0-9_])", r"(?![A-Za-z0-9_])"
_TOKEN = re.compile(rf"{_NOT_BEFORE}(?:0x[0-9a-f]{{1,16}}|(?<![0-9a-z]-)-?[0-9]{{1,20}}){_NOT_AFTER}", re.IGNORECASE)
# Numbers that are part of something else: versions, addresses and names with a port, times and dates, the activity id of a dialogue.
_PART_OF_MORE = (
    re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE),
    re.compile(r"[^\s(\[,;]*[A-Za-z0-9]\.[A-Za-z0-9][^\s)\],;]*"),
    re.compile(r"\b[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:T[0-9:]+Z?)?|\b[0-9]{1,4}/[0-9]{1,2}/[0-9]{2,4}\b", re.IGNORECASE),
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


def is_hexadecimal(number: str) -> bool:
    """Tell whether a number is written with 0x."""
    return number[:2].lower() == "0x"


def value_of(number: str) -> int:
    """Return what a number is worth; without 0x it is decimal, also with zeros before it."""
    return int(number, 16) if is_hexadecimal(number) else int(number)
