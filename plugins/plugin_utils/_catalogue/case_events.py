# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The events of a case: written short, and made as the reader reports them.

``event`` is the word of a source and the number, such as ``rcm 1058``; ``properties`` is the list of what the event says, or for events whose
places have names a mapping; ``time`` is when it happened, two hours before the judgement where it is left out; ``times`` is how often it did,
all at that moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from .._core.clock import format_time
from .._core.derived.crashes import MODULE, PROGRAM
from .._core.derived.events import WATCHED
from .._core.derived.told_by_events import LOGON_TYPE, STATUS, SUB_STATUS
from .._core.model import JsonMap
from .read import CatalogueError

USUAL_AGE = timedelta(hours=2)
ERROR_LEVEL = 2
# event -> name of a property -> its place
NAMED: Mapping[str, Mapping[str, int]] = {
    "security 4625": {"status": STATUS, "sub_status": SUB_STATUS, "logon_type": LOGON_TYPE},
    "crash 1000": {"program": PROGRAM, "module": MODULE},
}


def events_of_case(rows: Iterable[JsonMap], now: datetime, case: str) -> list[dict[str, Any]]:
    """Make the events of a case.

    :param now: the moment of judgement.
    :param case: name of the case, for messages.
    :raises CatalogueError: there is no such source, or no such property.
    """
    return [event for row in rows for event in _repeated(row, now, case)]


def _repeated(row: JsonMap, now: datetime, case: str) -> list[dict[str, Any]]:
    word, number = row["event"].split(" ")
    watched = WATCHED.get(word)
    if watched is None:
        raise CatalogueError(f"case {case!r}: there is no source of events {word!r}; there are {', '.join(WATCHED)}")
    made = {"provider": watched.provider, "id": int(number), "channel": watched.channels[0], "level": ERROR_LEVEL}
    made |= {"time": row.get("time", format_time(now - USUAL_AGE)), "properties": _properties(row, case)}
    return [dict(made) for dummy in range(row.get("times", 1))]


def _properties(row: JsonMap, case: str) -> list[str]:
    given = row.get("properties", [])
    if isinstance(given, list):
        return given
    places = NAMED.get(row["event"], {})
    strange = sorted(given.keys() - places.keys())
    if strange:
        told = f"has the properties {', '.join(places)}" if places else "has no named properties, give a list"
        raise CatalogueError(f"case {case!r}: {strange[0]!r} is no property of the event {row['event']}, which {told}")
    properties = [""] * (max(places.values()) + 1)
    for name, value in given.items():
        properties[places[name]] = value
    return properties
