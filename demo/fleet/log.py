# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Subset `events`: event logs, filled as Windows fills them and read as the reader reads them.

What the reader keeps back is kept back here too: in the channels whose texts are names and addresses of people, only numbers are left.
"""

from __future__ import annotations

import base64
import datetime
import uuid
from typing import Any

from . import values
from .machine import Machine, moment, stamp

HOURS, NEWEST, MOST = 48, 20, 200  # what the reader asks for by itself
MANAGER = "Microsoft-Windows-TerminalServices-RemoteConnectionManager"
SESSIONS = "Microsoft-Windows-TerminalServices-LocalSessionManager"
CORE = "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS"
AUDITING = "Microsoft-Windows-Security-Auditing"
SCHANNEL = "Schannel"
CONTROLLER = "Service Control Manager"
USER_LEFT, LOGGED_OFF = 11, 12  # reasons for the end of a connection

_OPERATIONAL = "{}/Operational"
# Channel -> days that it reaches back on an ordinary host; None where nothing was ever written to it.
_REACH: dict[str, int | None] = {
    "System": 64, f"{MANAGER}/Admin": 143, f"{MANAGER}/Operational": 37, f"{CORE}/Operational": 9, f"{SESSIONS}/Operational": 46, "Application": 29,
    "Microsoft-Windows-Kernel-PnP/Configuration": 171, "Microsoft-Windows-NTLM/Operational": None, "Security": 6,
}
_CLASSIC = ("System", "Application", "Security")  # always on: no value says so
_ENABLED = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WINEVT\\Channels\\"
_FIRST_WITH_CALLER = 18362  # from here on Schannel names the process that asked before what it says about a credential
_SERVER_CREDENTIAL = (36870, 36871)
# What the reader asks for apart, of those providers of which it asks more than once; of the others it asks once.
_APART: dict[str, tuple[str, ...]] = {
    MANAGER: ("1003 1004 1006 1035 1036 1050-1069", "256-262 1149"),
    CORE: ("65 66 98 99 102 103 130 131 133 135-138 141 225 226", "97 139 140"),
    SESSIONS: ("21 23-25", "36 40-42"),
    AUDITING: ("4625", "4740 4776"),
}
_AT_ONCE = {SCHANNEL: "36870-36888", CONTROLLER: "7000 7001 7022 7023 7031 7034"}


class Log:
    """The event logs of one machine until the moment at which they are read. Times are as in a bundle, in UTC."""

    def __init__(self, machine: Machine, now: datetime.datetime) -> None:
        """Make empty logs that reach back as far as those of an ordinary host."""
        self._machine, self._now = machine, now
        self._events: list[dict[str, Any]] = []

    def add(self, at: str, provider: str, number: int, *properties: str, channel: str = "", level: int = 4) -> None:
        """Note an event.

        :param channel: where it stands; empty for the operational channel of its provider
        """
        place = channel or _OPERATIONAL.format(provider)
        if place not in _REACH or not moment(at) < self._now:
            raise ValueError(f"{provider} {number} at {at} in {place}: nobody would read it there")
        self._events.append({"provider": provider, "id": number, "channel": place, "level": level, "time": at, "properties": list(properties)})

    def listener_up(self, at: str) -> None:
        """Note that the listener came up."""
        self.add(at, MANAGER, 258, "")

    def listener_down(self, at: str) -> None:
        """Note that the listener was told to stop, and did."""
        self.add(at, MANAGER, 262, "")
        self.add(at, MANAGER, 259, "")

    def connection(self, at: str) -> None:
        """Note that somebody reached the listener."""
        self.add(at, CORE, 131, "", "")
        self.add(at, MANAGER, 261, "")
        self.add(at, CORE, 65, "")

    def arrival(self, at: str, session: int, *, back: bool = False) -> None:
        """Note that somebody logged on, or came back to the session left behind."""
        self.connection(at)
        self.add(_later(at, 2), MANAGER, 1149, "", "", "")
        self.add(_later(at, 3), CORE, 66, "", str(session))
        for number in (41, 42):
            self.add(_later(at, 3), SESSIONS, number, "", str(session))
        self.add(_later(at, 4), SESSIONS, 25 if back else 21, "", str(session), "")

    def departure(self, at: str, session: int, *, for_good: bool = False) -> None:
        """Note that somebody closed the window, or logged off."""
        reason = LOGGED_OFF if for_good else USER_LEFT
        if for_good:
            self.add(at, SESSIONS, 23, "", str(session))
        self.add(_later(at, 1), SESSIONS, 40, str(session), str(reason))
        self.add(_later(at, 1), CORE, 103, str(reason))
        self.add(_later(at, 1), CORE, 102)
        self.add(_later(at, 2), SESSIONS, 24, "", str(session), "")

    def refused(self, at: str, status: int, detail: int) -> None:
        """Note a network logon that failed: what is text there is left out, and what is a number is signed."""
        texts = ["", "", "", "0", "", "", "", _signed(status), "", _signed(detail), "3", "", "", "", "", "", "0", "0", "", ""]
        self.add(at, AUDITING, 4625, *texts, channel="Security", level=0)

    def tls(self, at: str, number: int, *properties: str) -> None:
        """Note an error of Schannel."""
        named = number in _SERVER_CREDENTIAL and self._machine.release.build >= _FIRST_WITH_CALLER
        caller = (str(self._machine.listener_process), "svchost") if named else ()
        self.add(at, SCHANNEL, number, *caller, *properties, channel="System", level=2)

    def service(self, at: str, number: int, display_name: str, *properties: str, name: str) -> None:
        """Note what became of a service; its own name stands in the bytes behind the texts, as a zero-ended text.

        :param display_name: what people see
        :param name: name of the service
        """
        self.add(at, CONTROLLER, number, display_name, *properties, _words(name), channel="System", level=2)

    def data(self) -> dict[str, Any]:
        """Return the subset: of each question the newest, all together newest first."""
        begins = self._now - datetime.timedelta(hours=HOURS)
        counted: dict[tuple[str, str, str], int] = {}
        kept = []
        for event in sorted(self._events, key=_when, reverse=True):
            if moment(event["time"]) < begins:
                continue
            question = (event["channel"], event["provider"], _asked_with(event))
            counted[question] = counted.get(question, 0) + 1
            if counted[question] <= NEWEST:
                kept.append(event)
        channels = {channel: self._channel(channel) for channel in _REACH}
        cut = [{"channel": channel, "provider": provider, "ids": ids} for (channel, provider, ids), count in counted.items() if count > NEWEST]
        whole = len(kept) > MOST
        return {
            "hours": HOURS, "newest": NEWEST, "channels": channels, "events": kept[:MOST], "truncated": bool(cut) or whole, "crashes": True,
            "cut": None if whole else cut,
        }  # fmt: skip

    def _channel(self, channel: str) -> dict[str, Any]:
        path, days = _ENABLED + channel, _REACH[channel]
        enabled = values.make(path, None if channel in _CLASSIC else 1)
        oldest = None
        if days is not None:
            spread = uuid.uuid5(uuid.UUID(self._machine.machine_guid), channel).int % 86400
            oldest = stamp(self._now - datetime.timedelta(days=days, seconds=spread))
        return {"exists": True, "Enabled": enabled, "oldest": oldest, "kind": ""}


def _asked_with(event: dict[str, Any]) -> str:
    """Return the ids that the reader asks for together with this one."""
    for ids in _APART.get(event["provider"], ()):
        ends = (part.partition("-") for part in ids.split())
        if any(int(low) <= event["id"] <= int(high or low) for low, _dash, high in ends):
            return ids
    return _AT_ONCE[event["provider"]]


def _when(event: dict[str, Any]) -> str:
    return str(event["time"])


def _later(at: str, seconds: int) -> str:
    return stamp(moment(at) + datetime.timedelta(seconds=seconds))


def _signed(number: int) -> str:
    return str(number - 2**32 if number >= 2**31 else number)


def _words(name: str) -> str:
    return base64.b64encode((name + "\0").encode("utf-16-le")).decode("ascii")
