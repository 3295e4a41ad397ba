# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Safe look-ups in a document that may hold anything: a value of the kind that is wanted, or its absence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .._core.model import JsonMap
from .redact import Cleaner

STEPS = ("resolve", "connect", "negotiate", "tls", "credssp")
ENDINGS = (*STEPS, "complete")
STEP_OUTCOMES = (
    "ok",
    "not_found",
    "timeout",
    "refused",
    "reset",
    "closed",
    "unreachable",
    "failure",
    "not_rdp",
    "alert",
    "silent",
    "clear_text",
    "not_tls",
    "not_credssp",
    "spnego_only",
    "local_tls_too_strict",
    "error",
)
WORD_LIMIT = 80  # characters of a symptom, cipher or protocol name


def as_mapping(value: object) -> JsonMap:
    """Return ``value`` when it is a mapping, otherwise an empty one."""
    return value if isinstance(value, Mapping) else {}


def one_of(value: object, words: tuple[str, ...], otherwise: str) -> str:
    """Return ``value`` when it is one of the words, otherwise the fallback."""
    return value if isinstance(value, str) and value in words else otherwise


def integer(value: object, lowest: int, highest: int) -> int | None:
    """Return ``value`` when it is a whole number in the range, otherwise None."""
    return value if isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest else None


def number(value: object, most: float) -> float | None:
    """Return ``value`` when it is a number, whatever its sign, of at most this size, otherwise None."""
    fits = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= most  # NaN is not at most anything
    return round(float(value), 3) if fits else None  # type: ignore[arg-type]  # a number: see above


def text_or_none(value: object, clean: Cleaner) -> str | None:
    """Return a short text, or None for null."""
    return None if value is None else clean.text(value, WORD_LIMIT)


def texts(value: object, limit: int, clean: Cleaner) -> list[str]:
    """Return the first short texts of a list."""
    return [clean.text(item, WORD_LIMIT) for item in (value[:limit] if isinstance(value, (list, tuple)) else ())]


def mappings(value: object, limit: int) -> Iterator[JsonMap]:
    """Yield the first mappings of a list."""
    items: Any = value[:limit] if isinstance(value, (list, tuple)) else ()
    for item in items:
        if isinstance(item, Mapping):
            yield item
