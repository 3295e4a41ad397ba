# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The tables of docs/events.md, from the reader's own rows and the table of places: `python -m tests.support.event_page` writes them anew."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ansible_collections.rdpops.health.plugins.plugin_utils._facts.event_fields import EVENT_FIELDS, PERSONAL

from .optional import REPOSITORY
from .reader_queries import Query, queries_of_the_reader

PAGE = REPOSITORY / "docs" / "events.md"
ANEW = "PYTHONPATH=.cache/collections python -m tests.support.event_page"
PROPERTIES = 20  # of one event; what comes after is not read
TABLES = ("host", "client", "places")
_TABLE = re.compile(r"(<!-- table (\w+) -->\n).*?<!-- end -->", re.DOTALL)


def written_anew(page: str) -> str:
    """Return the page with its tables as the code has them; everything else stays."""
    return _TABLE.sub(lambda found: f"{found[1]}{_table(found[2])}<!-- end -->", page)


def _table(name: str) -> str:
    lines = _places() if name == "places" else _queries(name)
    return "".join(f"{line}\n" for line in lines)


def _queries(side: str) -> Iterator[str]:
    yield "| channels | provider | `ids` | without `include_names` |"
    yield "|---|---|---|---|"
    for query in queries_of_the_reader():
        if query.side == side:
            channels = ", ".join(f"`{channel}`" for channel in query.channels)
            yield f"| {channels} | `{query.provider}` | `{query.ids}` | {_kept(query)} |"


def _kept(query: Query) -> str:
    if query.said:
        return "all, of these alone: " + ", ".join(f"`{text}`" for text in query.said)
    return "numbers" if query.numbers_only else "all"


def _places() -> Iterator[str]:
    yield "| provider | id | `properties`, by their place | without `include_names` |"
    yield "|---|---|---|---|"
    for provider, fields in EVENT_FIELDS.items():
        alike: dict[tuple[str, ...], list[int]] = {}
        for number in sorted(fields):
            alike.setdefault(fields[number], []).append(number)
        for names, numbers in alike.items():
            yield f"| `{provider}` | {' '.join(_ranges(numbers))} | {_named(names)} | {_left(provider, numbers)} |"


def _named(names: Sequence[str]) -> str:
    return ", ".join(f"{place} {name}{'*' if name in PERSONAL else ''}" for place, name in enumerate(names[:PROPERTIES]))


def _left(provider: str, numbers: Iterable[int]) -> str:
    rows = [query for query in queries_of_the_reader() if query.provider == provider]
    left = {query.numbers_only for query in rows for number in numbers if number in query.numbers}
    return "numbers" if left == {True} else "all"


def _ranges(numbers: Sequence[int]) -> Iterator[str]:
    start = end = numbers[0]
    for number in (*numbers[1:], 0):
        if number == end + 1:
            end = number
            continue
        yield str(start) if start == end else f"{start}-{end}"
        start = end = number


if __name__ == "__main__":
    PAGE.write_text(written_anew(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
