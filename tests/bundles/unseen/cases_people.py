# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts that people cannot use although the handshake goes well or the way to them does not: accounts, licences, desktops, networks, clients."""

from __future__ import annotations

from typing import Any

from . import around, certificates, inside
from .certificates import Wanted
from .host import Client, Document, Host, gap, moment
from .log import CORE, MANAGER
from .machine import S2016, S2019, S2022, S2025, W10, W11, Machine
from .outside import Look
from .values import DELEGATION, POLICY, SERVICES, TS, answers, make, table

VPN, BRANCH = "home office by VPN", "branch office"
LOCAL_ACCOUNT, GUESTS = "S-1-5-113", "S-1-5-32-546"


def turned_away(h: Host, status: int, detail: int, *minutes: float, kind: int = 3) -> None:
    """Note logons that failed after they had reached the service."""
    for when in minutes:
        h.log.arrival(when)
        h.log.refused(when - 0.02, status, detail, kind)


def account(name: str, flags: int, *, age_days: int, expired: bool) -> dict[str, Any]:
    return {"name": name, "kind": "", "flags": flags, "password_age_s": age_days * 86400 + 4711, "password_expired": expired, "expires_at": None}


def h060() -> Document:
    h = Host("h060", "DMZ-PROXY-3", S2022, "2026-09-21T12:12:30Z", "203.0.113.33", up=140, users=0, broken=1400)
    h["logon"]["rights"]["SeDenyNetworkLogonRight"] = answers(LOCAL_ACCOUNT, GUESTS)
    h["logon"]["rights"]["SeDenyRemoteInteractiveLogonRight"] = answers(LOCAL_ACCOUNT, GUESTS)
    turned_away(h, 0xC000015B, 0x0, 4, 11, 12, 190, 640)
    return h.bundle(h.whole())


def h061() -> Document:
    h = Host("h061", "TRAIN-TS-1", S2019, "2026-02-17T08:40:21Z", "192.0.2.63", "werk.example.com", language="de", up=412, users=1)
    h["logon"]["rights"]["SeRemoteInteractiveLogonRight"] = answers(around.ADMINISTRATORS)
    turned_away(h, 0xC000015B, 0x0, 6, 8, 33, 47, 95, kind=10)
    return h.bundle(h.whole())


def h062() -> Document:
    h = Host("h062", "KIOSK-LOG-2", W10, "2026-11-09T07:03:33Z", "198.51.100.88", language="de", up=19, users=0, broken=1500)
    h["logon"]["account"] = account("bediener", 0x201, age_days=43, expired=True)
    turned_away(h, 0xC000006E, 0xC0000071, 2, 3, 16, 49)
    return h.bundle(h.whole())


def h063() -> Document:
    h = Host("h063", "LAB-PC-06", W11, "2026-05-27T10:18:18Z", "198.51.100.96", up=70, users=0, broken=120)
    h["logon"]["account"] = account("operator", 0x211, age_days=12, expired=False)
    turned_away(h, 0xC000006D, 0xC000006A, 101, 100.5, 100, 99.5, 99)
    turned_away(h, 0xC0000234, 0x0, 3, 12, 34, 71)
    return h.bundle(h.whole())


def h064() -> Document:
    h = Host("h064", "CLS-ROOM-14", W11, "2026-10-27T09:44:00Z", "198.51.100.114", language="us", up=33, users=0, logons=0)
    for minutes in (5, 6, 58, 300):
        h.log.arrival(minutes)
        h.log.add(minutes - 0.02, "LsaSrv", 6167, "System", "Local System", level=2)
        h.log.refused(minutes - 0.03, 0xC000006D, 0x8009030E)
    return h.bundle(h.whole())


def h065() -> Document:
    h = Host("h065", "BANK-TS-5", S2022, "2026-06-09T06:59:41Z", "192.0.2.79", "corp.example.com", up=211, session_host=True)
    h.policy(fPromptForPassword=1)
    return h.bundle(h.whole())


def h066() -> Document:
    h = Host("h066", "GARAGE-PC", W10, "2026-04-04T14:34:14Z", "198.51.100.203", language="us", up=7, users=0, logons=0, cert_age=88)
    h["logon"]["account"] = account("workshop", 0x10221, age_days=0, expired=False)
    turned_away(h, 0xC000006E, 0xC000006E, 2, 4, 9)
    return h.bundle(h.whole())


def h067() -> Document:
    h = Host("h067", "RDSH-NEW-1", S2022, "2026-08-21T07:00:00Z", "192.0.2.94", "corp.example.com", up=1600, users=0, session_host=True, broken=700)
    h["licensing"]["mode"]["local"] = make(TS + "\\RCM\\Licensing Core", 5)
    h["licensing"]["servers"]["local"] = make(SERVICES + "\\TermService\\Parameters\\LicenseServers", None)
    for minutes in (30, 750, 1470, 2190):
        h.log.add(minutes, MANAGER, 1068, f"{MANAGER}/Admin", level=3)
        h.log.add(minutes, MANAGER, 1069, f"{MANAGER}/Admin", level=2)
    for minutes in (8, 31, 60):
        h.log.arrival(minutes)
    return h.bundle(h.whole())


def h068() -> Document:
    h = Host("h068", "RDSH-ALT-6", S2016, "2026-03-11T10:49:55Z", "192.0.2.107", "werk.example.com", language="de", up=800, users=2, session_host=True)
    h["licensing"]["mode"]["policy"] = make(POLICY, 2)
    h["licensing"]["servers"]["policy"] = make(POLICY, "lizenz1.werk.example.com,lizenz2.werk.example.com")
    for minutes in (3, 9, 41, 130, 133):
        h.log.arrival(minutes)
        h.log.add(minutes - 0.3, MANAGER, 1003, f"{MANAGER}/Operational", "THIN-0417", level=2)
        h.log.add(minutes - 0.3, MANAGER, 1004, f"{MANAGER}/Operational", "THIN-0417", level=2)
    return h.bundle(h.whole())


def desktop(h: Host, *, listens: bool, sessions: int = 0) -> None:
    """Make a session host of Azure Virtual Desktop of it."""
    name, agent = "rdp-sxs240705700", "HKLM\\SOFTWARE\\Microsoft\\RDInfraAgent"
    station = f"{TS}\\WinStations\\{name}"
    loader = inside.service("RDAgentBootLoader", 2, "LocalSystem", '"C:\\Program Files\\Microsoft RDInfra\\AgentBootLoader\\RDAgentBootLoader.exe"', None)
    h.gaps.pop("avd", None)
    h["os"].update(edition_id="ServerRdsh", product_name="Windows 10 Enterprise for Virtual Desktops")
    h.data["avd"] = {
        "boot_loader": loader, "IsRegistered": make(agent, 1), "registration_token": "empty",
        "broker_hosts": {"BrokerResourceIdURI": "rdbroker-g-eu-r1.wvd.microsoft.com", "BrokerResourceIdURIGlobal": "rdbroker.wvd.microsoft.com"},
        "listeners": [{"name": name, **table(station, fEnableWinStation=1 if listens else 0, fReverseConnectMode=1 if listens else 0)}],
        "SessionDirectoryListener": make(TS + "\\ClusterSettings", name),
    }  # fmt: skip
    h["listener"]["win_stations"].append({"name": name, **table(station, fEnableWinStation=1 if listens else 0, PortNumber=None, LoadableProtocol_Object=None)})
    if listens:
        h["sessions"]["sessions"].append(around.session(65538, "listen", name))
    for number in range(sessions):
        h["sessions"]["sessions"].insert(2, around.session(2 + number, "active", f"{name}#{number}"))


def h069() -> Document:
    h = Host("h069", "avd-we-0007", W11, "2026-09-28T06:20:20Z", "203.0.113.207", "corp.example.com", cloud=True, up=1, users=0, logons=0, cert_age=170)
    desktop(h, listens=False)
    h["avd"]["IsRegistered"] = make("HKLM\\SOFTWARE\\Microsoft\\RDInfraAgent", 0)
    for minutes in (3, 13, 23, 33, 43):
        h.log.add(minutes, "WVD-Agent", 3277, "Application", "EXPIRED_MACHINE_TOKEN", level=2)
    return h.bundle(None)


def h070() -> Document:
    h = Host("h070", "avd-ne-0112", W11, "2026-10-22T11:11:11Z", "203.0.113.212", "corp.example.com", cloud=True, up=31, users=0, logons=0, cert_age=40)
    desktop(h, listens=True)
    for minutes in (2, 17, 32, 47, 62):
        h.log.add(minutes, "WVD-Agent", 3703, "Application", "https://gateway-g-eu-r0.wvd.microsoft.com", level=2)
        h.log.add(minutes + 1, "WVD-Agent", 3019, "Application", "ENDPOINT_NOT_REACHABLE", level=2)
    h.log.add(64, "WVD-Agent", 3702, "Application", "*.wvd.microsoft.com, *.servicebus.windows.net", level=3)
    return h.bundle(None)


def h071() -> Document:
    h = Host("h071", "OSLO-APP-4", S2022, "2026-11-10T13:31:13Z", "192.0.2.126", "corp.example.com", up=377)
    return h.bundle(h.look().no_connection("timeout"), h.whole(BRANCH), h.whole("management network"))


def h072() -> Document:
    h = Host("h072", "BASEL-TS-3", S2019, "2026-06-16T15:00:42Z", "192.0.2.139", "werk.example.com", language="de", up=300, cert_age=110)
    for minutes in (4, 12, 29):
        h.log.arrival(minutes)
    return h.bundle(h.look(VPN, slow=2400).tls_ends("silent"), h.whole(BRANCH))


def h073() -> Document:
    h = Host("h073", "PORTO-TS-2", S2016, "2026-03-05T09:09:45Z", "192.0.2.148", "corp.example.com", up=420, users=5, session_host=True)
    for minutes in (4, 6, 9, 25, 31, 60, 63):
        h.log.logon(minutes, 3, stays=1.1)
        h.log.add(minutes - 0.5, CORE, 135, f"{CORE}/Operational", "1")
        h.log.add(minutes - 0.9, CORE, 136, f"{CORE}/Operational", "1", level=3)
        h.log.add(minutes - 0.9, CORE, 138, f"{CORE}/Operational", "-2147467259", level=3)
    return h.bundle(h.whole())


def h074() -> Document:
    h = Host("h074", "KOBE-ENG-2", S2022, "2026-09-08T01:41:01Z", "192.0.2.165", "corp.example.jp", language="ja", up=144, cert_age=130, broken=30)
    name = h.machine.dns_name
    shown = certificates.der_of(Wanted(name, moment("2026-09-01T00:00:00Z"), 90, "Example Web Gateway Inspection CA", also=(name,)))
    for minutes in (3, 14, 26):
        h.log.arrival(minutes)
        h.log.add(minutes - 0.02, CORE, 139, f"{CORE}/Operational", "-2146893041", "", level=3)
    return h.bundle(h.look().whole(shown))


def h075() -> Document:
    h = Host("h075", "LUX-FIN-1", S2022, "2026-07-07T07:17:27Z", "192.0.2.177", "corp.example.com", up=90, logons=0, users=0)
    other = Machine("LUX-FIN-0", S2016, moment("2026-07-07T07:17:27Z"), "192.0.2.178", "corp.example.com", cert_age=160)
    shown = certificates.der_of(Wanted(other.dns_name, other.certificate_begins))
    return h.bundle(Look(other, asked=h.machine.dns_name).whole(shown))


def h076() -> Document:
    h = Host("h076", "TORINO-CAM", S2019, "2026-05-11T16:06:06Z", "192.0.2.195", "werk.example.com", up=512, logons=3)
    return h.bundle(h.look().unnamed())


def k001() -> Document:
    c = Client("k001", "NB-0311", W11, "2026-06-09T06:59:41Z", "corp.example.com")
    c.saved("TERMSRV/bank-ts-5.corp.example.com", "domain_password", "2026-05-30T07:12:10Z")
    for minutes in (6, 8, 95):
        c.tried(minutes, "bank-ts-5.corp.example.com", 8455)
    return c.bundle()


def k002() -> Document:
    c = Client("k002", "PO-LAP-17", W11, "2026-03-05T09:09:45Z", "corp.example.com")
    for minutes in (4, 6, 9, 25):
        udp = (1102, ("porto-ts-2.corp.example.com",)), (1103, ()), (1105, ())
        c.tried(minutes, "porto-ts-2.corp.example.com", 2308, (1025, ()), *udp, took=1.1)
    return c.bundle()


def h077() -> Document:
    h = Host("h077", "MADRID-IT1", S2022, "2026-10-05T08:08:08Z", "192.0.2.206", "corp.example.com", up=66)
    for minutes in (3, 5, 50):
        h.log.arrival(minutes)
    return h.bundle(h.whole())


def k003() -> Document:
    c = Client("k003", "KASSE-2", W10, "2026-10-05T08:08:08Z")
    for minutes in (3, 5, 50):
        c.tried(minutes, "madrid-it1.corp.example.com", 2825)
    return c.bundle()


def h078() -> Document:
    h = Host("h078", "VAULT-APP-1", S2022, "2026-08-26T06:16:16Z", "192.0.2.214", "corp.example.com", up=99)
    turned_away(h, 0xC000006D, 0xC000006A, 4, 4.2, 4.4, 34, 34.2, 34.4, 64, 64.2)
    return h.bundle(h.whole())


def k004() -> Document:
    c = Client("k004", "JUMP-02", S2019, "2026-08-26T06:16:16Z", "corp.example.com")
    c.saved("TERMSRV/vault-app-1.corp.example.com", "domain_password", "2026-02-03T09:00:12Z")
    c.saved("TERMSRV/other-app-2.corp.example.com", "generic", "2026-08-21T15:20:00Z")
    for minutes in (4, 34, 64):
        c.tried(minutes, "vault-app-1.corp.example.com", 2055, (1009, ()))
    return c.bundle()


def h079() -> Document:
    return Host("h079", "GENT-WEB-2", S2019, "2026-04-28T12:02:52Z", "192.0.2.222", "corp.example.com", up=432).bundle(None)


def k005() -> Document:
    c = Client("k005", "PAW-09", W11, "2026-04-28T12:02:52Z", "corp.example.com")
    for name in ("AllowFreshCredentials", "AllowFreshCredentialsWhenNTLMOnly"):
        entry = c["client_policy"]["delegation"][name]
        entry.update(policy=make(DELEGATION, 1), concatenate=make(DELEGATION, 0), servers=answers("TERMSRV/paw-*.corp.example.com"))
    for minutes in (2, 7, 160):
        c.tried(minutes, "gent-web-2.corp.example.com", 5895)
    return c.bundle()


def h080() -> Document:
    h = Host("h080", "RDSH-TERM-2", S2019, "2026-01-28T10:25:45Z", "192.0.2.230", "corp.example.com", up=190, users=9, session_host=True)
    h["licensing"]["mode"]["local"] = make(TS + "\\RCM\\Licensing Core", 2)
    return h.bundle(h.whole())


def k006() -> Document:
    c = Client("k006", "SHIPPING-3", W10, "2026-01-28T10:25:45Z")
    c["client_licensing"]["native"] = {"exists": True, "hardware_id": False, "store_count": 0}
    for minutes in (3, 9, 33):
        c.tried(minutes, "rdsh-term-2.corp.example.com", 2056, (1025, ()), (1017, ("267",)))
    return c.bundle()


def h081() -> Document:
    h = Host("h081", "GW-PUB-1", S2022, "2026-10-12T17:27:37Z", "203.0.113.81", "corp.example.com", up=930, users=1)
    for minutes in (5, 8, 60, 61, 300):
        h.log.refused(minutes, 0xC000035B, 0x0)
    return h.bundle(h.whole())


def h082() -> Document:
    return Host("h082", "DELFT-SIM-1", S2022, "2026-11-04T09:19:29Z", "192.0.2.237", "corp.example.com", up=120).bundle(None)


def k007() -> Document:
    c = Client("k007", "BENCH-XP2", W10, "2026-11-04T09:19:29Z", "corp.example.com")
    c["tls"]["fips"] = make("HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\FIPSAlgorithmPolicy", 1)
    c["tls"]["cipher_suites"]["policy"] = make(inside.SSL_POLICY, "TLS_RSA_WITH_3DES_EDE_CBC_SHA")
    transition = ("RDPClient_SSL", "3", "TsSslStateHandshakeStart", "0", "TsSslStateDisconnected", "8", "TsSslEventHandshakeContinueFailed", "-2147467259")
    for minutes in (3, 10, 44):
        c.tried(minutes, "delft-sim-1.corp.example.com", 2308, (226, transition))
    return c.bundle()


def h083() -> Document:
    h = Host("h083", "ROMA-TS-8", S2025, "2026-01-15T11:05:35Z", "192.0.2.246", "corp.example.com", up=40)
    h["os"].update(ubr=7171, powershell="5.1.26100.7171")
    h.gaps["sessions"] = gap("error", "unexpected", "0x00001B8E")
    return h.bundle(h.whole())


def k008() -> Document:
    c = Client("k008", "ROMA-NB-44", W11, "2026-01-15T11:05:35Z", "corp.example.com")
    c["os"].update(ubr=7623, powershell="5.1.26100.7623")
    for minutes in (2, 3, 75):
        c.tried(minutes, "roma-ts-8.corp.example.com", 2308)
    return c.bundle()


def k009() -> Document:
    c = Client("k009", "ADM-WIN11", W11, "2026-05-13T06:36:00Z", "werk.example.com", language="de")
    for minutes in (6, 44, 61):
        c.tried(minutes, "plant-scada.werk.example.com", 2567)
        c.log.add(minutes - 0.1, "LsaSrv", 6041, "System", "TERMSRV/plant-scada.werk.example.com", "4", level=2)
    return c.bundle()
