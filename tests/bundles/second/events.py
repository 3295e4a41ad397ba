# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Event logs as the reader returns them today: by rows of provider and ids, properties in the places that published templates give them."""

from __future__ import annotations

import base64
import datetime
from typing import Any

from tests.bundles.unseen.log import AUDIT, CONTROLLER, CORE, HOST_CHANNELS, MANAGER, NTLM, SESSIONS
from tests.bundles.unseen.log import Log as FirstLog
from tests.bundles.unseen.machine import Machine, stamp

from . import words

DEVICES = "Microsoft-Windows-Kernel-PnP/Configuration"
CHANNELS = (*HOST_CHANNELS[:6], DEVICES, *HOST_CHANNELS[6:])
_KEPT = 200
_OPERATIONAL = (256, 257, 258, 259, 260, 261, 262, 1149)  # asked for in a row of their own


class Log(FirstLog):
    """The events of one machine in the hours before it was looked at."""

    def __init__(self, machine: Machine, channels: tuple[str, ...] = CHANNELS, *, language: str = "en") -> None:
        super().__init__(machine, channels)
        self.language = language
        self.hours, self.newest, self.silent_until = 48, 20, 0.0

    def refused_key(self, *minutes: float, code: int = 0x8009030D, state: int = 10001) -> None:
        """Note that Schannel could not get at the key."""
        for when in minutes:
            self.schannel(when, 36870, "server", str(code - 2**32), str(state))

    def refused_credential(self, *minutes: float, state: int = 10013) -> None:
        for when in minutes:
            self.schannel(when, 36871, "server", str(state))

    def certificate(self, minutes: float, number: int, error: str) -> None:
        """Note that a certificate could not be made (1057), replaced (1058) or enrolled (1064, 1065)."""
        self.manager(minutes, number, words.error(error, self.language))

    def about_certificate(self, minutes: float, number: int, *texts: str, der_hash: str = "", level: int = 2) -> None:
        """Note something about one certificate, whose hash is in the data of the event."""
        self.manager(minutes, number, *texts, *((base64.b64encode(bytes.fromhex(der_hash)).decode("ascii"),) if der_hash else ()), level=level)

    def no_suite(self, *minutes: float, version: str = "TLS 1.2") -> None:
        for when in minutes:
            self.schannel(when, 36874, version)
            self.schannel(when, 36888, "40", "1205")

    def service(self, minutes: float, number: int, name: str, *more: str) -> None:
        """Note what the service manager said: the name for people first, the real one as bytes at the end."""
        real = base64.b64encode(name.encode("utf-16-le") + b"\0\0").decode("ascii")
        self.add(minutes, CONTROLLER, number, "System", words.service(name, self.language), *more, real, level=2)

    def crashed(self, minutes: float, name: str, count: int, *, restarts: bool) -> None:
        """Note that a service ended by itself, with or without something to be done about it."""
        if restarts:
            self.service(minutes, 7031, name, str(count), "60000", "1", "Restart the service" if self.language == "en" else "Neustart des Diensts")
        else:
            self.service(minutes, 7034, name, str(count))

    def no_controller(self, minutes: float, number: int, *texts: str, status: int) -> None:
        """Note an error of Netlogon."""
        self.add(minutes, "NETLOGON", number, "System", *texts, base64.b64encode(status.to_bytes(4, "little")).decode("ascii"), level=2)

    def blocked(self, minutes: float, number: int = 4002) -> None:
        """Note that NTLM was blocked, incoming (4002, 4003 in the domain)."""
        at_host = (str(self.machine.pid), "", "999", "", "", "")
        in_domain = ("", "", "", str(self.machine.pid), "", "3", "False", "")
        self.add(minutes, NTLM, number, f"{NTLM}/Operational", *(at_host if number == 4002 else in_domain), level=3)

    def locked_out(self, minutes: float) -> None:
        self.add(minutes, AUDIT, 4740, "Security", "", "", "", "", "", "", "999", level=0)

    def validated(self, minutes: float, status: int) -> None:
        """Note what NTLM said of a pair of name and password."""
        self.add(minutes, AUDIT, 4776, "Security", "", "", "", str(status - 2**32 if status >= 2**31 else status), level=0)

    def core(self, minutes: float, number: int, *properties: str, level: int = 4) -> None:
        self.add(minutes, CORE, number, f"{CORE}/Operational", *properties, level=level)

    def stream_error(self, minutes: float, code: int) -> None:
        """Note an error of the security layer in the stream."""
        self.core(minutes, 139, str(code - 2**32), "", level=3)

    def session(self, minutes: float, number: int, *properties: str, level: int = 4) -> None:
        self.add(minutes, SESSIONS, number, f"{SESSIONS}/Operational", *properties, level=level)

    def admin(self, minutes: float, number: int, *properties: str, level: int = 2) -> None:
        self.add(minutes, MANAGER, number, f"{MANAGER}/Admin", *properties, level=level)

    def operational(self, minutes: float, number: int, *properties: str, level: int = 4) -> None:
        self.add(minutes, MANAGER, number, f"{MANAGER}/Operational", *properties, level=level)

    def scanned(self, *minutes: float) -> None:
        """Note what a scanner of ports leaves on a host: no suite in common, and bytes that are no TLS."""
        for index, when in enumerate(minutes):
            if index % 2:
                self.schannel(when, 36888, "10", "1203")
            else:
                self.no_suite(when, version=("TLS 1.0", "TLS 1.1", "TLS 1.2")[index % 3])

    def reaches_back(self, channel: str, hours: float) -> None:
        """Make a channel begin so many hours ago: it was cleared, or is small and busy."""
        self.channels[channel]["oldest"] = stamp(self.machine.when - datetime.timedelta(hours=hours))

    def missing(self, channel: str) -> None:
        self.channels[channel].update(exists=False, oldest=None)

    def switched_off(self, channel: str) -> None:
        self.channels[channel]["Enabled"]["value"] = 0

    def data(self) -> dict[str, Any]:
        """Return the subset: of each row the newest, all together newest first; what the channel no longer reaches is gone."""
        kept, counted, cut = [], dict[tuple[str, str, bool], int](), False
        for minutes, dummy, event in sorted(self._rows, key=lambda row: row[:2]):
            channel = self.channels.get(event["channel"])
            if channel is None or minutes > self.hours * 60 or not channel["exists"] or channel["kind"] == "access_denied":
                continue
            if channel["oldest"] is None or event["time"] < channel["oldest"] or channel["Enabled"]["value"] == 0:
                continue
            row = (event["channel"], event["provider"], event["id"] in _OPERATIONAL)
            counted[row] = counted.get(row, 0) + 1
            cut = cut or counted[row] > self.newest
            if counted[row] <= self.newest:
                kept.append(event)
        cut = cut or any(entry["kind"] for entry in self.channels.values())
        return {"hours": self.hours, "newest": self.newest, "channels": self.channels, "events": kept[:_KEPT], "truncated": cut or len(kept) > _KEPT}


__all__ = ["CORE", "DEVICES", "MANAGER", "SESSIONS", "Log"]
