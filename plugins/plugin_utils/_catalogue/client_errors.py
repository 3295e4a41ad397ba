# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Load the meanings of client error codes, which are data beside this file."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any  # Any: YAML values before they are checked

import yaml

from .._core.error_code import ErrorTable, Meaning, MeaningRange

SCHEMA = "rdpops.health/client-errors/1"
FILE = "client_errors.yml"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster where libyaml is there; equally safe


class ClientErrorsError(ValueError):
    """The table cannot be used; the message is one sentence with the file and the place."""


@lru_cache(maxsize=1)
def load_client_errors() -> ErrorTable:
    """Read the table that comes with the collection, once per process.

    :raises ClientErrorsError: the file is missing or does not fit its schema.
    """
    try:
        raw = pkgutil.get_data(__package__, FILE)
    except OSError as exc:
        raise ClientErrorsError(f"{FILE} cannot be read: {exc.strerror or exc}") from exc
    return read_client_errors(raw or b"", FILE)


def read_client_errors(raw: bytes, name: str) -> ErrorTable:
    """Check the bytes of a table.

    :param name: how the file is called in messages.
    :raises ClientErrorsError: not YAML, another schema, an unknown or missing field, or a code that stands twice.
    """
    try:
        document = yaml.load(raw, Loader=_LOADER)  # noqa: S506  # both possible loaders are the safe ones
    except (yaml.YAMLError, UnicodeDecodeError) as exc:
        raise ClientErrorsError(f"{name} is not YAML: {' '.join(str(exc).split())}") from exc
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise ClientErrorsError(f"{name}: schema must be {SCHEMA!r}")
    unknown = set(document) - {"schema", "disconnect", "extended", "extended_ranges", "status", "notes"}
    if unknown:
        raise ClientErrorsError(f"{name}: unknown key {sorted(map(str, unknown))[0]!r}")
    try:
        return ErrorTable(
            disconnect=_meanings(document["disconnect"]),
            extended=_meanings(document["extended"]),
            extended_ranges=tuple(_ranges(document["extended_ranges"])),
            status=_meanings(document["status"]),
            notes={(int(row["code"]), row["extended"]): str(row["note"]) for row in document["notes"]},
        )
    except (KeyError, TypeError) as exc:
        raise ClientErrorsError(f"{name}: a row lacks or misnames a field: {exc}") from exc
    except ValueError as exc:
        raise ClientErrorsError(f"{name}: {exc}") from exc


def _meanings(rows: Iterable[Mapping[str, Any]]) -> dict[int, Meaning]:
    table: dict[int, Meaning] = {}
    for row in rows:
        code = int(row["code"])
        if code in table:
            raise ValueError(f"code 0x{code:X} stands twice")
        table[code] = Meaning(str(row["meaning"]), documented=row.get("documented", True) is True)
    return table


def _ranges(rows: Iterable[Mapping[str, Any]]) -> Iterable[MeaningRange]:
    for row in rows:
        yield MeaningRange(int(row["first"]), int(row["last"]), Meaning(str(row["meaning"])))
