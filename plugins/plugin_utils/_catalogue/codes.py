# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Load the tables of TLS alerts, negotiation failures, states of Schannel, errors of Windows and events, which are data beside this file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any  # Any: YAML values before they are checked

from .._core.explain import Code, CodeTables
from .client_errors import load_client_errors
from .read import CatalogueError, read_yaml

SCHEMA = "rdpops.health/codes/1"
FILE = Path(__file__).parent / "codes.yml"
TABLES = ("alerts", "failures", "states", "errors", "events")
POINTERS = ("disconnect", "extended", "status")
NAMES = "names"
SYMPTOMS = "symptoms"


@lru_cache(maxsize=1)
def load_codes() -> CodeTables:
    """Read the tables that come with the collection, once per process.

    :raises CatalogueError: the file does not fit its schema.
    """
    return read_codes(read_yaml(FILE)[0], FILE.name)


def read_codes(document: Any, name: str) -> CodeTables:
    """Check the document of the tables.

    :raises CatalogueError: another schema, a field that is unknown or missing, or a number that stands twice; one sentence.
    """
    if not isinstance(document, dict) or document.get("schema") != SCHEMA or set(document) != {"schema", *TABLES, *POINTERS, NAMES, SYMPTOMS}:
        raise CatalogueError(f"{name}: must be of schema {SCHEMA!r} with {', '.join((*TABLES, *POINTERS, NAMES, SYMPTOMS))}")
    try:
        codes = {table: _table(document[table], f"{name}: {table}") for table in TABLES}
        causes = {table: _pointers(document[table], f"{name}: {table}") for table in POINTERS}
        symptoms = {str(word): tuple(row["causes"]) for row in document[SYMPTOMS] for word in row["words"]}
        names = {str(called).casefold(): str(means) for means, all_names in document[NAMES].items() for called in all_names}
    except (AttributeError, KeyError, TypeError, ValueError) as exc:
        raise CatalogueError(f"{name}: a row lacks or misnames a field: {exc}") from exc
    return CodeTables(load_client_errors(), codes, causes, names, symptoms)


def _table(rows: Iterable[Mapping[str, Any]], place: str) -> dict[int, tuple[Code, ...]]:
    table: dict[int, tuple[Code, ...]] = {}
    for row in rows:
        fields = dict(row)
        number = int(fields.pop("code"))
        told = Code(causes=tuple(fields.pop("causes", ())), then=_next(fields.pop("then", ()), number, place), **fields)
        others = table.get(number, ())
        _refuse_twin(any(told.source == other.source for other in others), number, place)
        table[number] = (*others, told)
    return table


def _next(then: Iterable[str], number: int, place: str) -> tuple[str, ...]:
    kinds = tuple(then)
    if not set(kinds) <= {*TABLES, *POINTERS} - {"events"}:
        raise CatalogueError(f"{place}: {number} is followed by {', '.join(kinds)}, and one of these is no table")
    return kinds


def _pointers(rows: Iterable[Mapping[str, Any]], place: str) -> dict[int, tuple[str, ...]]:
    table: dict[int, tuple[str, ...]] = {}
    for row in rows:
        for number in row["codes"]:
            _refuse_twin(number in table, number, place)
            table[int(number)] = tuple(row["causes"])
    return table


def _refuse_twin(known: bool, number: int, place: str) -> None:
    if known:
        raise CatalogueError(f"{place}: {number} stands twice")
