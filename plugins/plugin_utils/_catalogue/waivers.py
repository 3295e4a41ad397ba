# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Read waivers, which people write: a list in a file or in an inventory, checked against the published schema."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any  # Any: YAML values before they are checked

from .._core.clock import parse_time
from .._core.model import Waiver
from .._core.waivers import MOST_DAYS
from .._files.read import read_at_most
from .read import CatalogueError, read_yaml

SCHEMA = Path(__file__).parents[3] / "docs" / "schemas" / "waivers.schema.json"
MAX_BYTES = 1024 * 1024  # a thousand waivers of a kilobyte
NAMES = "a list of 1 to 1000 texts"  # what the schema says beside a reference is not found under the fault


class WaiverError(ValueError):
    """Waivers cannot be used; the message is one sentence with the place and what is expected."""


def read_waiver_file(path: Path) -> Any:
    """Return the document of a file, unchecked: JSON where the file is called so, else YAML.

    :raises WaiverError: it cannot be read.
    """
    try:
        if path.suffix.lower() == ".json":
            raw = read_at_most(path, MAX_BYTES)
            if len(raw) > MAX_BYTES:
                raise WaiverError(f"{path}: is larger than {MAX_BYTES // 1024} KiB")
            return json.loads(raw)
        return read_yaml(path, MAX_BYTES)[0]
    except CatalogueError as error:
        raise WaiverError(str(error)) from error
    except OSError as error:
        raise WaiverError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise error if isinstance(error, WaiverError) else WaiverError(f"{path}: is not JSON") from error


def checked_waivers(document: Any, place: str) -> list[dict[str, Any]]:
    """Check a list of waivers.

    :param place: the file, or where else it stands, for messages.
    :returns: the same as plain JSON values, for :func:`build_waivers`.
    :raises WaiverError: one sentence about the first thing that is wrong.
    """
    plain = _plain(document)
    fault = next(iter(sorted(_validator().iter_errors(plain), key=lambda error: [str(part) for part in error.absolute_path])), None)
    if fault is not None:
        raise WaiverError(_sentence(fault, place))
    seen: set[str] = set()
    for index, waiver in enumerate(plain):
        where = f"{place}: [{index}] ({waiver['id']})"
        if waiver["id"] in seen:
            raise WaiverError(f"{where}: the id stands twice")
        seen.add(waiver["id"])
        _refuse_span(waiver, where)
    return list(plain)


def build_waivers(documents: list[dict[str, Any]], source: str = "") -> tuple[Waiver, ...]:
    """Turn checked documents into waivers.

    :param source: name of the file that they stand in, if any; it is shown in reports.
    """
    return tuple(_built(document, source) for document in documents)


def _built(document: Mapping[str, Any], source: str) -> Waiver:
    texts = {name: " ".join(document[name].split()) for name in ("id", "reason", "owner", "ticket")}
    scope = {name: tuple(document["scope"].get(name, ())) for name in ("hosts", "groups", "checks", "fingerprints")}
    return Waiver(
        id=texts["id"],
        reason=texts["reason"],
        owner=texts["owner"],
        ticket=texts["ticket"],
        starts=parse_time(document["start"]),
        expires=parse_time(document["expiry"]),
        hosts=scope["hosts"],
        groups=scope["groups"],
        checks=scope["checks"],
        fingerprints=scope["fingerprints"],
        source=source,
    )


def _refuse_span(waiver: Mapping[str, Any], where: str) -> None:
    moments = []
    for name in ("start", "expiry"):
        try:
            moments.append(parse_time(waiver[name]))
        except ValueError as error:
            raise WaiverError(f"{where}: {name} is {waiver[name]!r}, and there is no such day or time") from error
    if moments[1] <= moments[0]:
        raise WaiverError(f"{where}: expiry is not after start")
    if moments[1] - moments[0] > timedelta(days=MOST_DAYS):
        raise WaiverError(f"{where}: expiry is more than {MOST_DAYS} days after start; accept it for a year at most, and then anew")


@lru_cache(maxsize=1)
def _validator() -> Any:
    import jsonschema  # imported only where somebody has written waivers: it takes a tenth of a second

    return jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def _sentence(fault: Any, place: str) -> str:
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{str(part)[:60]}" for part in fault.absolute_path)
    where = f"{place}: {path.lstrip('.')}: " if path else f"{place}: "
    if fault.validator == "required":
        missing = next(name for name in fault.validator_value if name not in fault.instance)
        return f"{where}the field {missing!r} is missing"
    if fault.validator == "additionalProperties":
        strange = sorted(str(name) for name in fault.instance if name not in fault.schema["properties"])
        return f"{where}the field {strange[0][:60]!r} is unknown"
    return f"{where}found {json.dumps(fault.instance)[:60]}, expected {fault.schema.get('description', NAMES)}"


def _plain(value: Any) -> Any:
    """Turn what YAML reads into JSON values: a day written without quotes is a day for YAML."""
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=timezone.utc)
        try:
            return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        except OverflowError:  # the first or the last day of the calendar with an offset: told as a time that is none
            return f"{value!s:.40} lies outside the calendar"
    return value.isoformat() if isinstance(value, date) else value
