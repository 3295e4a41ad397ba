# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Windows releases and machines: who a host is, apart from its state."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass, field

_GCM = (
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
)  # fmt: skip
_DHE = ("TLS_DHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256")
_CBC = (
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
    "TLS_RSA_WITH_AES_256_GCM_SHA384", "TLS_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_RSA_WITH_AES_256_CBC_SHA256", "TLS_RSA_WITH_AES_128_CBC_SHA256",
    "TLS_RSA_WITH_AES_256_CBC_SHA", "TLS_RSA_WITH_AES_128_CBC_SHA",
)  # fmt: skip
_TLS13 = ("TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256")
_SEEN12 = ("TLSv1.2", "ECDHE-RSA-AES256-GCM-SHA384")
_SEEN13 = ("TLSv1.3", "TLS_AES_256_GCM_SHA384")


@dataclass(frozen=True)
class Release:
    """One Windows release as a host shows it; ``shell_build`` is the base build where an enablement package made another of it."""

    product: str
    edition: str
    build: int
    ubr: int
    version: str
    rules: str
    tspkg: str
    tls: tuple[str, str]
    suites: tuple[str, ...]
    client: bool = False
    shell_build: int = 0


S2016 = Release("Windows Server 2016 Standard", "ServerStandard", 14393, 8594, "", "v2.26", "10.0.14393.8416", _SEEN12, _GCM + _DHE + _CBC)
S2019 = Release("Windows Server 2019 Standard", "ServerStandard", 17763, 8027, "", "v2.29", "10.0.17763.1", _SEEN12, _GCM + _CBC)
S2022 = Release("Windows Server 2022 Datacenter", "ServerDatacenter", 20348, 4405, "21H2", "v2.31", "10.0.20348.1", _SEEN13, _TLS13 + _GCM + _DHE + _CBC)
S2025 = Release("Windows Server 2025 Standard", "ServerStandard", 26100, 7462, "24H2", "v2.33", "10.0.26100.1", _SEEN13, _TLS13 + _GCM + _CBC)
W10 = Release("Windows 10 Pro", "Professional", 19045, 6575, "22H2", "v2.30", "10.0.19041.1", _SEEN12, _GCM + _CBC, True, 19041)
W11 = Release("Windows 10 Enterprise", "Enterprise", 26100, 7462, "24H2", "v2.33", "10.0.26100.1", _SEEN13, _TLS13 + _GCM + _CBC, True)
W11_23H2 = Release("Windows 10 Pro", "Professional", 22631, 6199, "23H2", "v2.32", "10.0.22621.1", _SEEN13, _TLS13 + _GCM + _CBC, True, 22621)

# language -> zone, minutes east of Greenwich without daylight saving time
ZONES = {"en": ("GMT Standard Time", 0), "de": ("W. Europe Standard Time", 60), "ja": ("Tokyo Standard Time", 540), "us": ("Eastern Standard Time", -300)}


@dataclass(frozen=True)
class Machine:
    """Who a host is.

    :ivar when: the moment at which it is looked at, and judged.
    :ivar up_hours: how long it has been up.
    :ivar cert_age: days since its self-signed certificate was made.
    """

    name: str
    release: Release
    when: datetime.datetime
    address: str
    domain: str | None = None
    language: str = "en"
    up_hours: int = 200
    cert_age: int = 40
    core: bool = False
    also: tuple[str, ...] = field(default=())

    @property
    def dns_name(self) -> str:
        return f"{self.name.lower()}.{self.domain}" if self.domain else self.name

    @property
    def short_domain(self) -> str:
        return self.domain.partition(".")[0].upper() if self.domain else "WORKGROUP"

    @property
    def guid(self) -> str:
        """Return the MachineGuid: made of the name, so that it stays."""
        return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{self.name}.machine"))

    @property
    def sid(self) -> str:
        """Return the machine's own identifier, which local accounts carry."""
        return _sid(f"{self.name}.sid")

    @property
    def domain_sid(self) -> str:
        return _sid(f"{self.domain}.sid")

    @property
    def booted_at(self) -> datetime.datetime:
        return self.when - datetime.timedelta(hours=self.up_hours, minutes=17, seconds=41)

    @property
    def certificate_begins(self) -> datetime.datetime:
        return (self.when - datetime.timedelta(days=self.cert_age)).replace(hour=3, minute=22, second=len(self.name) * 3)

    @property
    def pid(self) -> int:
        """Return the process of TermService."""
        return 900 + 4 * (uuid.UUID(self.guid).int % 200)


def _sid(name: str) -> str:
    number = uuid.uuid5(uuid.NAMESPACE_DNS, name).int
    return "S-1-5-21-" + "-".join(str((number >> shift) & 0x7FFFFFFF) for shift in (0, 32, 64))


def stamp(moment: datetime.datetime) -> str:
    """Return a moment as it is written in a bundle."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
