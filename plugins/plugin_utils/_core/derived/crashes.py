# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which crash records tell of Remote Desktop's own processes: of TermService, or of those that show the log-on and the desktop."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ..model import JsonMap
from .events import WATCHED, silence_means_nothing
from .gap import Gap

PROGRAM, MODULE = 0, 3  # places in a crash record
TERM_SERVICE = "svchost.exe_termservice"
DESKTOP = frozenset({"winlogon.exe", "dwm.exe", "logonui.exe"})


def crashes(events: JsonMap, now: datetime) -> JsonMap:
    """Count the crash records.

    :param events: data of the snapshot subset ``events``.
    :returns: ``term_service`` and ``desktop`` (of winlogon, dwm or LogonUI), each a number, ``term_service_modules`` (in which modules it crashed) and
        ``desktop_programs`` (which of them did). A number is unknown where no record was found and that means nothing, as with a reader that did not ask.
    """
    silence = silence_means_nothing(events, "crash", now)
    of_service = [event for event in _records(events) if _at(event, PROGRAM).casefold() == TERM_SERVICE]
    of_desktop = [event for event in _records(events) if _at(event, PROGRAM).casefold() in DESKTOP]
    return {
        "term_service": _number(of_service, silence),
        "term_service_modules": _named(of_service, MODULE),
        "desktop": _number(of_desktop, silence),
        "desktop_programs": _named(of_desktop, PROGRAM),
    }


def term_service_crashed(events: JsonMap) -> bool:
    """Tell whether a crash record of TermService was found. None found is no proof that there was none."""
    return any(_at(event, PROGRAM).casefold() == TERM_SERVICE for event in _records(events))


def _records(events: JsonMap) -> Iterator[JsonMap]:
    watched = WATCHED["crash"]
    return (event for event in events["events"] if event["provider"] == watched.provider and event["id"] in watched.ids)


def _number(found: list[JsonMap], silence: str | None) -> int | Gap:
    return len(found) if found or silence is None else Gap(silence)


def _named(found: list[JsonMap], place: int) -> list[str]:
    return sorted({name for event in found if (name := _at(event, place))})


def _at(event: JsonMap, place: int) -> str:
    properties: list[str] = event["properties"]
    return properties[place] if place < len(properties) else ""
