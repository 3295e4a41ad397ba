# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who a host is, apart from its state."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass

from .certificates import Wanted
from .releases import Release

_FIRST_WITH_WEB_SOCKETS = 17763
_VIRTUAL = ("VMware, Inc.", "VMware20,1")


@dataclass(frozen=True)
class Machine:
    """Who a host is, apart from what is wrong with it.

    :param computer_name: NetBIOS name; never a hint at the fault
    :param domain: DNS name of the domain, None for a workgroup host
    :param pace: how slow the host is, in percent of an idle one
    :param hardware: maker and product, as the firmware names them
    :param session_host: whether people work on it by the role of a session host, licensed per user
    :param cloud: whether it is a virtual machine in Azure
    """

    release: Release
    computer_name: str
    address: str
    domain: str | None
    machine_guid: str
    booted_at: str
    certificate_made: datetime.datetime
    pace: int = 100
    hardware: tuple[str, str] = _VIRTUAL
    session_host: bool = False
    cloud: bool = False

    @property
    def dns_name(self) -> str:
        """Return the name by which people reach the host."""
        return f"{self.computer_name.lower()}.{self.domain}" if self.domain else self.computer_name

    @property
    def short_domain(self) -> str:
        """Return what Windows calls the domain or workgroup that it is in: the NetBIOS name."""
        return self.domain.partition(".")[0].upper() if self.domain else "WORKGROUP"

    @property
    def is_client(self) -> bool:
        """Return whether this is a Windows for desks, not for servers."""
        return self.release.product_type == "WinNT"

    @property
    def web_sockets(self) -> bool:
        """Return whether this release has the WebSocket listeners of Remote Desktop."""
        return self.release.build >= _FIRST_WITH_WEB_SOCKETS

    @property
    def wanted_certificate(self) -> Wanted:
        """Return the self-signed certificate that the listener serves."""
        return Wanted(self.dns_name, self.certificate_made)

    @property
    def sid(self) -> str:
        """Return the security identifier of the machine, which its local accounts begin with."""
        return _security_identifier(uuid.UUID(self.machine_guid))

    @property
    def domain_sid(self) -> str:
        """Return the security identifier that the accounts of its domain begin with."""
        return _security_identifier(uuid.uuid5(uuid.NAMESPACE_DNS, str(self.domain)))

    @property
    def listener_process(self) -> int:
        """Return the process of TermService."""
        return 1028 + 4 * (uuid.UUID(self.machine_guid).int % 250)


def _security_identifier(number: uuid.UUID) -> str:
    # Invented, and the same in every run.
    return "S-1-5-21-" + "-".join(str((number.int >> shift) & 0x7FFFFFFF) for shift in (8, 40, 88))


def stamp(moment: datetime.datetime) -> str:
    """Return a moment as it is written in a bundle."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(text: str) -> datetime.datetime:
    """Return the moment that is written so in a bundle."""
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=datetime.timezone.utc)
