# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The events of a host that a person who is asked for help wants to see: which, how often and when last, without the ordinary ones. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from .clock import format_time
from .derived.events import left_by_us, moment_of, moments_of, word_of
from .model import JsonMap

_SERVICES = "Microsoft-Windows-TerminalServices-"
# provider -> what it says where all is well, and every day
ORDINARY: Mapping[str, frozenset[int]] = {
    f"{_SERVICES}RemoteConnectionManager": frozenset({256, 257, 258, 261, 262, 1056, 1063, 1149}),
    f"{_SERVICES}LocalSessionManager": frozenset({21, 23, 24, 25, 40, 41, 42}),
    "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS": frozenset({65, 66, 98, 102, 103, 130, 131, 133, 135, 141, 225}),
    "Schannel": frozenset({36880}),
}


@dataclass(frozen=True)
class LoggedEvent:
    """An event of a host, as often as it stands there.

    :ivar last: when it was logged last, in UTC; empty where no time of it can be read.
    :ivar codes: the different codes that it carried, where it is known which property holds one.
    """

    log: str
    provider: str
    number: int
    count: int
    last: str
    codes: tuple[int, ...]


def unusual_events(events: JsonMap, counted: JsonMap, probes: Iterable[JsonMap]) -> list[LoggedEvent]:
    """Return the events that are not ordinary, and that no probe of ours left behind; the latest first.

    :param events: data of the snapshot subset ``events``.
    :param counted: what ``derived.events`` concluded from it, for the codes.
    """
    looked = moments_of(probes)
    found: dict[tuple[str, str, int], list[datetime | None]] = {}
    for event in events["events"]:
        if event["id"] not in ORDINARY.get(event["provider"], ()) and not left_by_us(event, looked):
            found.setdefault((event["channel"], event["provider"], event["id"]), []).append(moment_of(event["time"]))
    told = [_logged(place, moments, counted) for place, moments in found.items()]
    return sorted(told, key=lambda event: (event.last, event.count), reverse=True)


def _logged(place: tuple[str, str, int], moments: list[datetime | None], counted: JsonMap) -> LoggedEvent:
    log, provider, number = place
    known = [moment for moment in moments if moment is not None]
    codes = counted.get(f"codes_{word_of(provider, number)}_{number}") or ()
    return LoggedEvent(log, provider, number, len(moments), format_time(max(known)) if known else "", tuple(codes))
