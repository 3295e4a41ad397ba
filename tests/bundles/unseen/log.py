# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Event logs as the reader returns them: by provider and id, newest first, texts left out where they are names of people."""

from __future__ import annotations

import datetime
from typing import Any

from .machine import Machine, stamp
from .values import make

MANAGER = "Microsoft-Windows-TerminalServices-RemoteConnectionManager"
SESSIONS = "Microsoft-Windows-TerminalServices-LocalSessionManager"
CORE = "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS"
CLIENT = "Microsoft-Windows-TerminalServices-ClientActiveXCore"
CLIENT_CHANNEL = "Microsoft-Windows-TerminalServices-RDPClient/Operational"
AUDIT = "Microsoft-Windows-Security-Auditing"
NTLM = "Microsoft-Windows-NTLM"
CONTROLLER = "Service Control Manager"
HOURS, NEWEST = 48, 20
HOST_CHANNELS = (
    "System", f"{MANAGER}/Admin", f"{MANAGER}/Operational", f"{CORE}/Operational", f"{SESSIONS}/Operational", "Application", f"{NTLM}/Operational", "Security",
)  # fmt: skip
_CLASSIC = ("System", "Application", "Security")
_DAYS_KEPT = {"System": 61, "Application": 23, "Security": 3}
_FIRST_WITH_CALLER = 20348  # from here on Schannel names the process that asked, before everything else


class Log:
    """The events of one machine in the hours before it was looked at."""

    def __init__(self, machine: Machine, channels: tuple[str, ...] = HOST_CHANNELS) -> None:
        self.machine = machine
        self._rows: list[tuple[float, int, dict[str, Any]]] = []
        self.channels: dict[str, Any] = {}
        for channel in channels:
            path = f"HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WINEVT\\Channels\\{channel}"
            oldest = machine.when - datetime.timedelta(days=_DAYS_KEPT.get(channel, 19), hours=5, minutes=len(channel))
            enabled = make(path, None if channel in _CLASSIC else 1)
            self.channels[channel] = {"exists": True, "Enabled": enabled, "oldest": stamp(oldest), "kind": ""}

    def add(self, minutes: float, provider: str, number: int, channel: str, *properties: str, level: int = 4) -> None:
        """Note an event that happened so many minutes before the look."""
        when = self.machine.when - datetime.timedelta(minutes=minutes)
        event = {"provider": provider, "id": number, "channel": channel, "level": level, "time": stamp(when), "properties": list(properties)}
        self._rows.append((minutes, len(self._rows), event))

    def manager(self, minutes: float, number: int, *properties: str, level: int = 2) -> None:
        """Note an event of the connection manager in the System log."""
        self.add(minutes, MANAGER, number, "System", *properties, level=level)

    def schannel(self, minutes: float, number: int, *properties: str) -> None:
        """Note an error of Schannel; newer builds name the asking process first where it is about a credential."""
        named = number in (36870, 36871) and self.machine.release.build >= _FIRST_WITH_CALLER
        caller = (str(self.machine.pid), "svchost") if named else ()
        self.add(minutes, "Schannel", number, "System", *caller, *properties, level=2)

    def arrival(self, minutes: float) -> None:
        """Note that a TCP connection reached the service."""
        self.add(minutes, CORE, 131, f"{CORE}/Operational", "", "")
        self.add(minutes, MANAGER, 261, f"{MANAGER}/Operational", "")

    def logon(self, minutes: float, number: int, *, stays: float | None = None) -> None:
        """Note a person who logged on, and left after some minutes without logging off."""
        self.arrival(minutes)
        self.add(minutes - 0.1, CORE, 65, f"{CORE}/Operational", "")
        self.add(minutes - 0.2, MANAGER, 1149, f"{MANAGER}/Operational", "", "", "")
        self.add(minutes - 0.2, CORE, 66, f"{CORE}/Operational", "", str(number))
        self.add(minutes - 0.3, SESSIONS, 41, f"{SESSIONS}/Operational", "", str(number))
        self.add(minutes - 0.4, SESSIONS, 42, f"{SESSIONS}/Operational", "", str(number))
        self.add(minutes - 0.4, SESSIONS, 21, f"{SESSIONS}/Operational", "", str(number), "")
        if stays is not None:
            self.add(minutes - stays, CORE, 103, f"{CORE}/Operational", "11")
            self.add(minutes - stays, CORE, 102, f"{CORE}/Operational")
            self.add(minutes - stays, SESSIONS, 40, f"{SESSIONS}/Operational", str(number), "11")
            self.add(minutes - stays, SESSIONS, 24, f"{SESSIONS}/Operational", "", str(number), "")

    def refused(self, minutes: float, status: int, detail: int, kind: int = 3) -> None:
        """Note a failed logon: what is text there is left out, what is a number is signed."""
        told = [str(number - 2**32 if number >= 2**31 else number) for number in (status, detail)]
        texts = ["", "", "", "0", "", "", "", told[0], "", told[1], str(kind), "", "", "", "", "", "0", "0", "", ""]
        self.add(minutes, AUDIT, 4625, "Security", *texts, level=0)

    def start(self) -> None:
        """Note that the listener came up with the machine, if that is within the hours."""
        minutes = self.machine.up_hours * 60.0 + 15
        self.add(minutes, MANAGER, 258, f"{MANAGER}/Operational", "")

    def day(self, logons: int, *, until: float = 0) -> None:
        """Note people who came and went, the last of them so many minutes ago."""
        for index in range(logons):
            minutes = until + 37.5 + index * 143 + (index % 3) * 11
            self.logon(minutes, 2 + index % 4, stays=None if index == 0 else 35 + index)

    def data(self) -> dict[str, Any]:
        """Return the subset: of each provider in each channel the newest, all together newest first."""
        kept, counted, cut = [], dict[tuple[str, str], int](), False
        for minutes, dummy, event in sorted(self._rows, key=lambda row: row[:2]):
            silent = self.channels[event["channel"]]["kind"] == "access_denied" or not self.channels[event["channel"]]["exists"]
            if minutes > HOURS * 60 or silent:
                continue
            row = (event["channel"], event["provider"])
            counted[row] = counted.get(row, 0) + 1
            cut = cut or counted[row] > NEWEST
            if counted[row] <= NEWEST:
                kept.append(event)
        cut = cut or any(entry["kind"] for entry in self.channels.values())
        return {"hours": HOURS, "newest": NEWEST, "channels": self.channels, "events": kept[:200], "truncated": cut or len(kept) > 200}

    def deny(self, *channels: str) -> None:
        """Close channels to whoever reads."""
        for channel in channels:
            self.channels[channel].update(kind="access_denied", oldest=None)
