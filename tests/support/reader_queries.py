# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The queries of event logs that the reader makes, as its own text says them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from .optional import REPOSITORY

_ROW = re.compile(r"^([^|\n]+)\|([^|\n]+)\|([0-9 -]+)", re.MULTILINE)


@dataclass(frozen=True)
class Query:
    """One row: in which channels it asks a provider for which events."""

    channels: tuple[str, ...]
    provider: str
    numbers: frozenset[int]


@lru_cache(maxsize=1)
def queries_of_the_reader() -> tuple[Query, ...]:
    """Return the rows for a host and for a client."""
    text = (REPOSITORY / "plugins" / "module_utils" / "_RdpEvents.psm1").read_text(encoding="utf-8")
    values: dict[str, str] = {}
    for name, value in re.findall(r"^\$script:([a-z]+) = ['\"]([^'\"]*)['\"]", text, flags=re.MULTILINE):
        values[name] = _expanded(value, values)
    block = text[text.index("$script:rows") : text.index("Function Get-RdpEventQuery")]
    return tuple(Query(tuple(channels.split(",")), provider, _numbers(ids)) for channels, provider, ids in _ROW.findall(_expanded(block, values)))


def _numbers(ids: str) -> frozenset[int]:
    ends = (part.partition("-") for part in ids.split())
    return frozenset(number for low, dummy, high in ends for number in range(int(low), int(high or low) + 1))


def _expanded(text: str, values: dict[str, str]) -> str:
    return re.sub(r"\$\{?([a-z]+)\}?", lambda found: values.get(found[1], found[0]), text)
