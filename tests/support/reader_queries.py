# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The queries of event logs that the reader makes, as its own text says them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from .optional import REPOSITORY

_SIDE = re.compile(r'^    (host|client) = @"\n(.*?)\n"@', re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Query:
    """One row: in which channels it asks a provider for which events.

    :ivar side: ``host`` or ``client``.
    :ivar ids: as they stand in the row, and in ``cut``.
    :ivar numbers_only: what Windows holds as text is kept out unless names are asked for.
    :ivar said: texts of which one has to be there; none where all records are wanted.
    """

    side: str
    channels: tuple[str, ...]
    provider: str
    ids: str
    numbers_only: bool
    said: tuple[str, ...]

    @property
    def numbers(self) -> frozenset[int]:
        """Return every id of the row."""
        return _numbers(self.ids)


@lru_cache(maxsize=1)
def queries_of_the_reader() -> tuple[Query, ...]:
    """Return the rows for a host and for a client."""
    text = (REPOSITORY / "plugins" / "module_utils" / "_RdpEvents.psm1").read_text(encoding="utf-8")
    values: dict[str, str] = {}
    for name, value in re.findall(r"^\$script:([a-z]+) = ['\"]([^'\"]*)['\"]", text, flags=re.MULTILINE):
        values[name] = _expanded(value, values)
    block = text[text.index("$script:rows") : text.index("Function Get-RdpEventQuery")]
    return tuple(_query(side, row) for side, rows in _SIDE.findall(_expanded(block, values)) for row in rows.splitlines())


def _query(side: str, row: str) -> Query:
    channels, provider, ids, kept, said = [*row.split("|"), "", ""][:5]
    return Query(side, tuple(channels.split(",")), provider, ids, kept == "numbers", tuple(said.split()))


def _numbers(ids: str) -> frozenset[int]:
    ends = (part.partition("-") for part in ids.split())
    return frozenset(number for low, dummy, high in ends for number in range(int(low), int(high or low) + 1))


def _expanded(text: str, values: dict[str, str]) -> str:
    return re.sub(r"\$\{?([a-z]+)\}?", lambda found: values.get(found[1], found[0]), text)
