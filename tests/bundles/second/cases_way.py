# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts that are well, and the way to them is not: networks, names, gateways, and the cloud around them."""

from __future__ import annotations

import dataclasses
from typing import Any

from tests.bundles.unseen.inside import service
from tests.bundles.unseen.log import AUDIT
from tests.bundles.unseen.values import STATIONS, TS, make, table

from .host import S2016, S2019, S2022, S2022_AZURE, S2025, W10, W11, W11_MULTI, Client, Document, Host

_AGENT = "HKLM\\SOFTWARE\\Microsoft\\RDInfraAgent"
_SXS = "rdp-sxs240705700"
_BROKER = "rdbroker-g-eu-r0.wvd.microsoft.com"


def _avd(h: Host, *, registered: int = 1, listens: bool = True, reverse: int | None = 1, token: str = "empty") -> None:  # the token is a word, no secret
    """Make a session host of Azure Virtual Desktop of it."""
    image = '"C:\\Program Files\\Microsoft RDInfra\\RDAgentBootLoader_1.0.8925.0\\RDAgentBootLoader.exe"'
    loader: dict[str, Any] = service("RDAgentBootLoader", 2, "LocalSystem", image, None)
    del h.gaps["avd"]
    h.data["avd"] = {
        "boot_loader": loader, "IsRegistered": make(_AGENT, registered), "registration_token": token,
        "broker_hosts": {"BrokerResourceIdURI": _BROKER, "BrokerResourceIdURIGlobal": "rdbroker.wvd.microsoft.com"},
        "listeners": [{"name": _SXS, **table(f"{STATIONS}\\{_SXS}", fEnableWinStation=1, fReverseConnectMode=reverse)}],
        "SessionDirectoryListener": make(TS + "\\ClusterSettings", _SXS),
    }  # fmt: skip
    h["listener"]["win_stations"].append({"name": _SXS, **table(f"{STATIONS}\\{_SXS}", fEnableWinStation=1, PortNumber=3389, LoadableProtocol_Object=None)})
    if listens:
        h["sessions"]["sessions"].append({"id": 65538, "state": "listen", "station": _SXS, "user": None, "domain": None})


def s101() -> Document:
    h = Host("s101", "VM-ETL-03", S2022_AZURE, "2026-06-11T08:00:27Z", "10.1.4.7", None, cloud=True, up=190, logons=4, broken=1500)
    away = h.look("office", at="20.113.7.18")
    return h.bundle(away.no_connection("timeout"), h.whole("jump host in the same network"))


def s102() -> Document:
    h = Host("s102", "HQ-TS", S2019, "2026-02-16T18:22:30Z", "10.12.1.15", "lakeview.example", language="us", session_host=True, users=8, broken=3)
    h.hit(7, 8, 9, 30)
    h.log.core(7.4, 103, "14")
    return h.bundle(h.look("home over VPN", slow=1400).tls_ends("silent"), h.whole("head office"))


def s103() -> Document:
    h = Host("s103", "CAD-VDI-7", W11, "2026-03-19T09:34:52Z", "10.66.2.7", "rotorworks.example", up=50, users=1, logons=2)
    for minutes in (12, 26, 41):
        h.log.logon(minutes, 2, stays=1.1)
        h.log.core(minutes - 0.5, 130, "1")
        h.log.core(minutes - 0.9, 138, "-2147023436", level=3)
        h.log.core(minutes - 1.0, 136, level=2)
    return h.bundle(h.whole())


def c001() -> Document:
    c = Client("c001", "HOME-PC-K", W11, "2026-03-19T09:34:52Z")
    for minutes in (12, 26, 41):
        steps = ((1028, ("1",)), (1025, ()), (1027, ("", "2")), (1102, ("Server Name", "cad-vdi-7.rotorworks.example", "Info")), (1105, ()))
        c.tried(minutes, "cad-vdi-7.rotorworks.example", 2308, *steps, took=1.15)
    c.network_logon()
    return c.bundle()


def s104() -> Document:
    h = Host("s104", "VPS-88213", S2022, "2026-08-31T23:47:10Z", "203.0.113.140", None, maker="qemu", up=2200, users=1, logons=2, broken=400)
    for step in range(40):
        h.hit(1 + step * 0.7)
        h.log.core(1 + step * 0.7, 140, "", level=3)
        h.log.refused(1 + step * 0.7, 0xC000006D, 0xC0000064 if step % 3 else 0xC000006A)
    for minutes in (2, 65, 410, 760):
        h.log.admin(minutes, 1006)
    h.log.reaches_back("Security", 4)
    return h.bundle(h.look().no_answer("closed"), h.look("controller again").cut_later(h.der))


def s105() -> Document:
    h = Host("s105", "SVR-NEU", S2025, "2026-05-21T07:20:20Z", "10.61.4.44", "kaltenbach.example", language="de", up=15, logons=1, broken=60)
    by_address = h.look("controller, by address", asked="10.61.4.44").whole(h.der)
    return h.bundle(h.look("controller", asked="svr-neu.kaltenbach.example").unnamed(), by_address)


def c002() -> Document:
    c = Client("c002", "AP-EINKAUF-5", W11, "2026-05-21T07:20:20Z", "kaltenbach.example", language="de")
    c.tried(33, "svr-neu", 260, (1007, ("", "11001")), took=2.4)
    c.tried(5, "svr-neu.kaltenbach.example", 260, (1007, ("", "11001")), took=2.2)
    return c.bundle()


def s106() -> Document:
    h = Host("s106", "AVD-POOL-2", W11_MULTI, "2026-09-14T06:30:30Z", "10.1.9.12", "corp.example", cloud=True, up=2, users=0, logons=0)
    _avd(h, listens=False, reverse=0)
    for minutes in (5, 35, 65, 95):
        h.log.add(minutes, "WVD-Agent", 3277, "Application", "EXPIRED_MACHINE_TOKEN", level=2)
    return h.bundle(h.whole("same network"))


def s107() -> Document:
    h = Host("s107", "AVD-FIN-5", W11_MULTI, "2026-10-30T11:11:52Z", "10.1.9.45", None, entra=True, cloud=True, up=70, users=0, logons=0)
    _avd(h)
    for minutes in (3, 18, 33, 48, 63):
        h.log.add(minutes, "WVD-Agent", 3703, "Application", f"https://{_BROKER}/api/health", level=2)
    h.log.add(64, "WVD-Agent", 3702, "Application", "https://login.microsoftonline.example", level=2)
    h.log.add(50, "WVD-Agent", 3019, "Application", "wss://rdgateway-c101-we-r1.wvd.microsoft.com", level=2)
    return h.bundle(h.whole("same network"))


def s108() -> Document:
    """The gateway refuses: at the host nothing arrives."""
    h = Host("s108", "RA-DESKTOP-14", S2019, "2026-04-22T15:42:00Z", "10.55.3.14", "clinic.example", users=1, logons=3, broken=30)
    return h.bundle(h.whole())


def c003() -> Document:
    c = Client("c003", "DR-HOME", W10, "2026-04-22T15:42:00Z")
    c["client_policy"]["values"]["LmCompatibilityLevel"] = make(c["client_policy"]["values"]["LmCompatibilityLevel"]["path"], 1)
    c["client_policy"]["user_values"]["RDGClientTransport"] = make(c["client_policy"]["user_values"]["RDGClientTransport"]["path"], 1)
    for minutes in (9, 21):
        c.tried(minutes, "ra-desktop-14.clinic.example", 50331719, took=1.8)
    return c.bundle()


def s109() -> Document:
    """The broker cannot reach its database: each session host takes whoever comes to it directly."""
    h = Host("s109", "RDS-SH-03", S2016, "2026-07-07T08:15:15Z", "10.33.7.3", "valmont.example", language="fr", session_host=True, users=0, broken=190)
    h.hit(6, 9, 12)
    for minutes in (6, 9, 12):
        h.log.core(minutes - 0.05, 103, "1028")
    return h.bundle(h.whole())


def s110() -> Document:
    h = Host("s110", "APPL-V6", S2025, "2026-11-12T21:04:38Z", "2001:db8:51:7::6", "north6.example", core=True, up=66, logons=2, broken=900)
    return h.bundle(h.look("other site").no_connection("unreachable"), h.whole("same site"))


def s111() -> Document:
    """Split DNS gives the name of a retired machine's successor another address: somebody else's host answers."""
    h = Host("s111", "CRM-OLD", S2019, "2026-01-27T10:18:44Z", "10.73.4.9", "clinic.example", logons=4, broken=2000)
    other = Host("s111", "PACS-VIEW2", S2022, "2026-01-27T10:18:44Z", "10.73.9.30", "clinic.example")
    seen = other.look("controller", asked="crm-old.clinic.example").whole(other.der)
    return h.bundle(seen, h.look("controller, by address", asked="10.73.4.9").whole(h.der))


def s112() -> Document:
    """The update that lets sessions freeze, and not the one that mends it."""
    release = dataclasses.replace(S2025, ubr=3194)
    h = Host("s112", "TS-2025-A", release, "2025-03-18T13:26:41Z", "10.12.9.40", "lakeview.example", language="us", session_host=True, users=11)
    for number, minutes in ((3, 14), (5, 31), (7, 70), (4, 152)):
        h.log.logon(minutes + 25, number, stays=25)
        h.log.session(minutes - 0.4, 25, "", str(number), "")
        h.log.session(minutes - 3, 24, "", str(number), "")
    return h.bundle(h.whole())


def s113() -> Document:
    """A VPN client on the host itself ends with the session of whoever started it."""
    h = Host("s113", "CUSTOMER-VM", W10, "2026-10-02T12:07:29Z", "10.8.214.3", None, language="pl", up=300, users=0, logons=2, broken=47)
    h.log.session(46, 23, "", "2")
    h["firewall"]["active_profiles"] = ["private", "public"]
    return h.bundle(h.look("partner network").no_connection("timeout"), h.look("beside the host", at="192.168.60.21").whole(h.der))


def s114() -> Document:
    """Security audit of the machine itself shows the clone's refusals."""
    h = Host("s114", "LAB-PC-21", W11, "2026-02-24T09:57:13Z", "10.21.8.21", None, language="fr", maker="dell", up=22, users=0, logons=3, broken=200)
    for minutes in (4, 5, 90, 91):
        h.hit(minutes)
        h.log.add(minutes - 0.05, "LsaSrv", 6167, "System", level=2)
        h.log.refused(minutes - 0.05, 0x8009030E, 0)
    h.log.add(89, AUDIT, 4776, "Security", "", "", "", "0", level=0)
    return h.bundle(h.whole())


def c004() -> Document:
    c = Client("c004", "LAB-PC-22", W11, "2026-02-24T09:57:13Z", language="fr")
    for minutes in (4, 5, 90, 91):
        c.tried(minutes, "lab-pc-21", 2055)
    return c.bundle()
