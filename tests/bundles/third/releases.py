# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the releases of Windows bring with them: names, builds, suites of ciphers, versions on the wire."""

from __future__ import annotations

from dataclasses import dataclass

_GCM = ("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256")  # fmt: skip
_DHE = ("TLS_DHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256")
_CBC = ("TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384",
        "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
        "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA")  # fmt: skip
_RSA = ("TLS_RSA_WITH_AES_256_GCM_SHA384", "TLS_RSA_WITH_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_256_CBC_SHA256", "TLS_RSA_WITH_AES_128_CBC_SHA256",
        "TLS_RSA_WITH_AES_256_CBC_SHA", "TLS_RSA_WITH_AES_128_CBC_SHA")  # fmt: skip
_NULLS = ("TLS_RSA_WITH_NULL_SHA256", "TLS_RSA_WITH_NULL_SHA")
_PSK = ("TLS_PSK_WITH_AES_256_GCM_SHA384", "TLS_PSK_WITH_AES_128_GCM_SHA256", "TLS_PSK_WITH_AES_256_CBC_SHA384", "TLS_PSK_WITH_AES_128_CBC_SHA256",
        "TLS_PSK_WITH_NULL_SHA384", "TLS_PSK_WITH_NULL_SHA256")  # fmt: skip
_NEW = ("TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256")
_TRIPLE = ("TLS_RSA_WITH_3DES_EDE_CBC_SHA",)

SUITES_2016 = (*_GCM, *_DHE, *_CBC, *_RSA, *_TRIPLE, *_NULLS, *_PSK)
SUITES_2019 = (*_GCM, *_CBC, *_RSA, *_TRIPLE, *_NULLS, *_PSK)
SUITES_2022 = (*_NEW, *_GCM, *_DHE, *_CBC, *_RSA, *_NULLS, *_PSK)
SUITES_11 = (*_NEW, *_GCM, *_CBC, *_RSA, *_NULLS, *_PSK)

WIRE_12 = ("TLSv1.2", "ECDHE-RSA-AES256-GCM-SHA384")
WIRE_13 = ("TLSv1.3", "TLS_AES_256_GCM_SHA384")


@dataclass(frozen=True)
class Release:
    """One release of Windows.

    :ivar ubr: what was installed in the autumn of 2026.
    :ivar group: what the image path of TermService says after its program.
    """

    product: str
    edition: str
    display: str
    build: int
    ubr: int
    suites: tuple[str, ...]
    wire: tuple[str, str]
    is_server: bool = True
    group: str = "NetworkService -s TermService"


# The registry of Windows 11 goes on calling it Windows 10.
RELEASES = {
    "2012r2": Release("Windows Server 2012 R2 Standard", "ServerStandard", "", 9600, 18969, (), ("TLSv1.2", "ECDHE-RSA-AES256-SHA384")),
    "2016": Release("Windows Server 2016 Standard", "ServerStandard", "", 14393, 9413, SUITES_2016, WIRE_12, group="termsvcs"),
    "2019": Release("Windows Server 2019 Standard", "ServerStandard", "", 17763, 8994, SUITES_2019, WIRE_12, group="termsvcs -s TermService"),
    "2022": Release("Windows Server 2022 Standard", "ServerStandard", "21H2", 20348, 5256, SUITES_2022, WIRE_13),
    "2022a": Release("Windows Server 2022 Datacenter Azure Edition", "ServerTurbine", "21H2", 20348, 5256, SUITES_2022, WIRE_13),
    "2025": Release("Windows Server 2025 Datacenter", "ServerDatacenter", "24H2", 26100, 33158, SUITES_11, WIRE_13),
    "w10": Release("Windows 10 Pro", "Professional", "22H2", 19045, 7340, SUITES_2019, WIRE_12, False),
    "w10e": Release("Windows 10 Enterprise LTSC 2021", "EnterpriseS", "21H2", 19044, 7340, SUITES_2019, WIRE_12, False),
    "w10l": Release("Windows 10 Enterprise 2016 LTSB", "EnterpriseS", "", 14393, 9413, SUITES_2016, WIRE_12, False),
    "w11": Release("Windows 10 Pro", "Professional", "24H2", 26100, 8412, SUITES_11, WIRE_13, False),
    "w11e": Release("Windows 10 Enterprise", "Enterprise", "25H2", 26200, 8412, SUITES_11, WIRE_13, False),
    "w11m": Release("Windows 10 Enterprise for Virtual Desktops", "ServerRdsh", "24H2", 26100, 8412, SUITES_11, WIRE_13, False),
}
