# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Read a bundle: a saved facts file of one host.

A bundle may come from anybody. It is bounded in size before it is parsed, strict JSON (no NaN, no repeated name), UTF-8,
and every field is checked before anything looks at it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

from .._core.clock import parse_time
from .._core.model import JsonMap
from .._files.read import read_at_most
from .client import check_client
from .probe import check_others, check_probe
from .shapes import FactsError, fields, nullable, text, word
from .snapshot import check_snapshot

SCHEMA = "rdpops.health/bundle/1"
MAX_BYTES = 4 * 1024 * 1024  # a full snapshot with capped events stays under 256 KB; the rest is head-room for old key stores


@dataclass(frozen=True)
class Bundle:
    """A saved facts file.

    :ivar unreachable: why the host could not be read from inside; then ``snapshot`` is None.
    :ivar other_probes: what was seen from other vantage points; none where ``probe`` is None.
    """

    host: str
    collected_at: datetime
    snapshot: JsonMap | None
    unreachable: str | None
    probe: JsonMap | None
    client: JsonMap | None
    other_probes: tuple[JsonMap, ...] = ()


_BUNDLE = fields(
    {
        "schema": word(SCHEMA),
        "host": text(256),
        "collected_at": text(40),
        "snapshot": nullable(check_snapshot),
        "unreachable": nullable(text(4096)),
        "probe": nullable(check_probe),
        "client": nullable(check_client),
    },
    {"note": nullable(text(4096)), "other_probes": check_others},
)


def load_bundle(path: str | Path) -> Bundle:
    """Read and check a bundle file.

    :raises FactsError: one sentence with the file, the place in it, and what is wrong.
    """
    return parse_bundle(_read(Path(path)), str(path))


def parse_bundle(raw: bytes, name: str) -> Bundle:
    """Check the bytes of a bundle.

    :param name: how the file is called in messages.
    :raises FactsError: as :func:`load_bundle`.
    """
    document = _parse(raw, name)
    schema = document.get("schema") if isinstance(document, dict) else None
    if isinstance(schema, str) and schema.startswith("rdpops.health/bundle/") and schema != SCHEMA:
        raise FactsError(f"{name}: schema is {schema[:60]!r}; this version of the collection reads {SCHEMA!r}")
    try:
        _BUNDLE(document, "")
        collected_at = parse_time(document["collected_at"])
    except FactsError as error:
        raise FactsError(f"{name}: {error}") from error
    except ValueError as error:
        raise FactsError(f"{name}: collected_at is {document['collected_at']!r}, expected a time such as 2026-11-20T08:15:30Z") from error
    if (document["snapshot"] is None) == (document["unreachable"] is None):
        raise FactsError(f"{name}: exactly one of snapshot and unreachable must be given, the other is null")
    others = tuple(document.get("other_probes", ()))
    if others and document["probe"] is None:
        raise FactsError(f"{name}: other_probes is given without probe")
    return Bundle(document["host"], collected_at, document["snapshot"], document["unreachable"], document["probe"], document["client"], others)


def _read(path: Path) -> bytes:
    try:
        return read_at_most(path, MAX_BYTES)
    except OSError as error:
        raise FactsError(f"{path}: the bundle cannot be read: {error.strerror or error}") from error


def _parse(raw: bytes, name: str) -> Any:
    if len(raw) > MAX_BYTES:
        raise FactsError(f"{name}: the bundle is larger than {MAX_BYTES // 1024 // 1024} MiB")
    try:
        source = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FactsError(f"{name}: the bundle is not UTF-8 (byte {error.start})") from error
    try:
        return json.loads(source, object_pairs_hook=_unique, parse_constant=_no_constant)
    except FactsError as error:
        raise FactsError(f"{name}: {error}") from error
    except json.JSONDecodeError as error:
        raise FactsError(f"{name}: the bundle is not JSON: {error.msg} (line {error.lineno}, column {error.colno})") from error
    except RecursionError as error:
        raise FactsError(f"{name}: the bundle is nested too deeply") from error
    except ValueError as error:  # a number of more digits than Python converts
        raise FactsError(f"{name}: the bundle holds a number that is too long") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        names = [name for name, dummy in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise FactsError(f"the name {twice[:60]!r} stands twice in one object")
    return document


def _no_constant(name: str) -> NoReturn:
    raise FactsError(f"{name} is not a JSON number")
