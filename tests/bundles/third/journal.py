# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Event logs as the reader returns them: without names, which it leaves empty where a channel's texts are names."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

from .identity import Identity
from .values import before, number_of, stamp, value_of

Data = dict[str, Any]  # Any: JSON

_SERVICES = "Microsoft-Windows-TerminalServices-"
MANAGER = f"{_SERVICES}RemoteConnectionManager"
SESSIONS = f"{_SERVICES}LocalSessionManager"
CORE = "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS"
CLIENT = f"{_SERVICES}ClientActiveXCore"
CLIENT_CHANNEL = f"{_SERVICES}RDPClient/Operational"
CONTROL_MANAGER = "Service Control Manager"
_CHANNELS_KEY = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WINEVT\\Channels"

# channel -> days that it reaches back on a quiet host, whether it has a switch
_CHANNELS = {
    "System": (88, False), f"{MANAGER}/Admin": (190, True), f"{MANAGER}/Operational": (61, True), f"{CORE}/Operational": (12, True),
    f"{SESSIONS}/Operational": (140, True), "Application": (54, False), "Microsoft-Windows-Kernel-PnP/Configuration": (160, True),
    "Microsoft-Windows-NTLM/Operational": (200, True), "Security": (6, False),
}  # fmt: skip

# services of others, as people see them and by their short names
_OTHERS = (
    ("Google Updater Service (GoogleUpdaterService142.0)", "GoogleUpdaterService142.0"), ("Dell TechHub", "DellTechHub"),
    ("Veeam Agent", "VeeamEndpointBackupSvc"), ("Zabbix Agent 2", "Zabbix Agent 2"),
    ("Adobe Acrobat Update Service", "AdobeARMservice"), ("Checkmk Agent", "CheckMkService"),
    ("CrowdStrike Falcon Sensor Service", "CSFalconService"),
)  # fmt: skip

RCM_OPERATIONAL, RCM_ADMIN = f"{MANAGER}/Operational", f"{MANAGER}/Admin"
LSM_OPERATIONAL, CORE_OPERATIONAL = f"{SESSIONS}/Operational", f"{CORE}/Operational"
AUDITING = "Microsoft-Windows-Security-Auditing"
NTLM = "Microsoft-Windows-NTLM"


def signed(code: int) -> str:
    """Return a status as .NET writes a hexadecimal number of 32 bits."""
    return str(code - 2**32 if code >= 2**31 else code)


def tail(name: str) -> str:
    """Return the bytes that the service manager puts after its texts: the name of the service."""
    return base64.b64encode((name + "\0").encode("utf-16-le")).decode("ascii")


class Journal:
    """The logs of one host, written into from any place in any order."""

    def __init__(self, who: Identity, *, of_client: bool = False) -> None:
        self.who = who
        self.when = who.when + timedelta(seconds=who.skew)
        self.events: list[Data] = []
        self.truncated = False
        names = {CLIENT_CHANNEL: (75, True), "System": (60, False)} if of_client else _CHANNELS
        self.channels = {name: self._channel(name, days, has_switch=has_switch) for name, (days, has_switch) in names.items()}

    def _channel(self, name: str, days: int, *, has_switch: bool) -> Data:
        reach = before(self.when, days=days - number_of(self.who.ident, name, below=max(1, days // 3)), minutes=number_of(name, below=1440))
        return {"exists": True, "Enabled": value_of(f"{_CHANNELS_KEY}\\{name}", 1 if has_switch else None), "oldest": stamp(reach), "kind": ""}

    def add(self, minutes: float, channel: str, provider: str, number: int, *properties: object, level: int = 4) -> None:
        """Write one event, so many minutes before the look."""
        time = before(self.when, minutes=minutes)
        entry = {"provider": provider, "id": number, "channel": channel, "level": level, "time": stamp(time)}
        self.events.append(entry | {"properties": [str(each) for each in properties]})

    def system(self, minutes: float, number: int, *properties: object, level: int = 2) -> None:
        """Write what the connection manager tells the System log."""
        self.add(minutes, "System", MANAGER, number, *properties, level=level)

    def schannel(self, minutes: float, number: int, *properties: object, level: int = 2) -> None:
        self.add(minutes, "System", "Schannel", number, *properties, level=level)

    def service(self, minutes: float, number: int, name: str, *properties: object) -> None:
        """Write what the service manager says of a service; the name as people see it comes first, its short name last."""
        self.add(minutes, "System", CONTROL_MANAGER, number, self.who.word(name), *properties, tail(name), level=2)

    def stopped_often(self, minutes: float, name: str, times: int) -> None:
        """Write that a service ended unexpectedly and will be started again."""
        self.service(minutes, 7031, name, times, 60000, 1, self.who.word("restart"))

    def refused(self, minutes: float, status: int, substatus: int = 0, logon_type: int = 3) -> None:
        """Write a log-on that failed. Kept are the numbers alone."""
        who, how, whence = ("", "", "", 0, "", "", ""), ("", "", "", "", ""), (0, 0, "", "")
        self.add(minutes, "Security", AUDITING, 4625, *who, signed(status), "", signed(substatus), logon_type, *how, *whence, level=0)

    def checked(self, minutes: float, status: int) -> None:
        """Write that NTLM held a password against the account database."""
        self.add(minutes, "Security", AUDITING, 4776, "", "", "", signed(status), level=0)

    def locked(self, minutes: float) -> None:
        self.add(minutes, "Security", AUDITING, 4740, "", "", "", "", "", "", 999, level=0)

    def called(self, minutes: float) -> None:
        """Write that somebody connected, whatever came of it."""
        self.add(minutes, CORE_OPERATIONAL, CORE, 131, "", "")
        self.add(minutes - 0.01, RCM_OPERATIONAL, MANAGER, 261, "")

    def visited(self, minutes: float, session: int, stayed: float = 0) -> None:
        """Write a visit: who came logged on, and left after so many minutes."""
        self.called(minutes)
        self.add(minutes - 0.02, CORE_OPERATIONAL, CORE, 65, "")
        self.add(minutes - 0.05, RCM_OPERATIONAL, MANAGER, 1149, "", "", "")
        self.add(minutes - 0.1, CORE_OPERATIONAL, CORE, 66, "", session)
        self.add(minutes - 0.2, LSM_OPERATIONAL, SESSIONS, 21, "", session, "")
        if stayed:
            self.add(minutes - stayed, LSM_OPERATIONAL, SESSIONS, 24, "", session, "")
            self.add(minutes - stayed + 0.01, LSM_OPERATIONAL, SESSIONS, 40, session, 0)
            self.add(minutes - stayed, CORE_OPERATIONAL, CORE, 102)
            self.add(minutes - stayed, CORE_OPERATIONAL, CORE, 103, 0)

    def left(self, minutes: float, session: int, reason: int) -> None:
        """Write that a session was cut off."""
        self.add(minutes, LSM_OPERATIONAL, SESSIONS, 24, "", session, "")
        self.add(minutes, LSM_OPERATIONAL, SESSIONS, 40, session, reason)

    def started(self) -> None:
        """Write what a start of the system leaves, where it lies within what was asked for."""
        up = self.who.up_days * 1440
        if up < 2880:
            self.add(up - 1.5, RCM_OPERATIONAL, MANAGER, 258, "")

    def everyday(self) -> None:
        """Write what stands in the logs of every host and means nothing here."""
        # What was made today, or was off until today, has no yesterday.
        reach = int(self.who.up_days * 1440) if self.who.paper_days < 1 else 2700
        draw = [number_of(self.who.ident, "everyday", number, below=reach) for number in range(8)]
        for place, minutes in enumerate(draw[: 1 + draw[7] % 3]):
            shown, name = _OTHERS[(draw[6] + place) % len(_OTHERS)]
            what = (1,) if minutes % 2 else (1 + minutes % 3, 120000, 1, self.who.word("restart"))
            number = 7034 if minutes % 2 else 7031
            self.add(minutes, "System", CONTROL_MANAGER, number, shown, *what, tail(name), level=2)
        for minutes in draw[3:5]:
            self.checked(minutes, 0)
        if draw[5] % 3 == 0:
            self.schannel(draw[5], 36887, (46, 48, 70)[draw[4] % 3])

    def subset(self, hours: int = 48, newest: int = 20) -> Data:
        """Return the subset: newest first, no older than what was asked for."""
        oldest = stamp(before(self.when, hours=hours))
        kept: list[Data] = []
        seen: dict[tuple[str, str], int] = {}
        for event in sorted(self.events, key=lambda entry: str(entry["time"]), reverse=True):
            if self.channels[event["channel"]]["kind"] == "access_denied":
                continue
            row = (event["provider"], event["channel"])
            seen[row] = seen.get(row, 0) + 1
            if event["time"] >= oldest and seen[row] <= newest:
                kept.append(event)
        cut = self.truncated or any(number > newest for number in seen.values())
        return {"hours": hours, "newest": newest, "channels": self.channels, "events": kept[:200], "truncated": cut}
