# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What differs from one Windows release to the next, as far as Remote Desktop shows it."""

from __future__ import annotations

from dataclasses import dataclass

_GCM = (
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
)
_DHE = ("TLS_DHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256")
_CBC = (
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
    "TLS_RSA_WITH_AES_256_GCM_SHA384", "TLS_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_RSA_WITH_AES_256_CBC_SHA256", "TLS_RSA_WITH_AES_128_CBC_SHA256",
    "TLS_RSA_WITH_AES_256_CBC_SHA", "TLS_RSA_WITH_AES_128_CBC_SHA",
)
_TLS13 = ("TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256")


@dataclass(frozen=True)
class Release:
    """One Windows release as a host shows it.

    :param product_name: `ProductName` of the registry; Windows 11 keeps "Windows 10" there
    :param shell: version of Windows PowerShell; it follows the base build, not the enablement package
    :param firewall: version prefix of a firewall rule in the registry
    :param svchost_flag: what newer releases append to the group of svchost
    :param tspkg: file version of tspkg.dll; serviced on its own, so it need not follow the UBR
    """

    product_name: str
    edition_id: str
    installation_type: str
    product_type: str
    build: int
    ubr: int
    display_version: str
    shell: str
    firewall: str
    termservice_group: str
    svchost_flag: str
    tspkg: str
    tls: tuple[str, str]
    suites: tuple[str, ...]


_TLS12_SEEN = ("TLSv1.2", "ECDHE-RSA-AES256-GCM-SHA384")
_TLS13_SEEN = ("TLSv1.3", "TLS_AES_256_GCM_SHA384")

SERVER_2016 = Release(
    "Windows Server 2016 Standard", "ServerStandard", "Server", "ServerNT", 14393, 7969, "",
    "5.1.14393.7969", "v2.26", "termsvcs", "", "10.0.14393.7428", _TLS12_SEEN, _GCM + _DHE + _CBC,
)
SERVER_2019 = Release(
    "Windows Server 2019 Standard", "ServerStandard", "Server", "ServerNT", 17763, 7558, "",
    "5.1.17763.7558", "v2.29", "termsvcs", " -p", "10.0.17763.1", _TLS12_SEEN, _GCM + _CBC,
)
SERVER_2022 = Release(
    "Windows Server 2022 Datacenter", "ServerDatacenter", "Server", "ServerNT", 20348, 3932, "21H2",
    "5.1.20348.3932", "v2.31", "termsvcs", " -p", "10.0.20348.1", _TLS13_SEEN, _TLS13 + _GCM + _DHE + _CBC,
)
SERVER_2025 = Release(
    "Windows Server 2025 Standard", "ServerStandard", "Server", "ServerNT", 26100, 4652, "24H2",
    "5.1.26100.4652", "v2.33", "termsvcs", " -p", "10.0.26100.1", _TLS13_SEEN, _TLS13 + _GCM + _CBC,
)
WINDOWS_10 = Release(
    "Windows 10 Pro", "Professional", "Client", "WinNT", 19045, 6093, "22H2",
    "5.1.19041.6093", "v2.30", "NetworkService", " -p", "10.0.19041.1", _TLS12_SEEN, _GCM + _CBC,
)
WINDOWS_11 = Release(
    "Windows 10 Enterprise", "Enterprise", "Client", "WinNT", 26100, 4652, "24H2",
    "5.1.26100.4652", "v2.33", "NetworkService", " -p", "10.0.26100.1", _TLS13_SEEN, _TLS13 + _GCM + _CBC,
)
