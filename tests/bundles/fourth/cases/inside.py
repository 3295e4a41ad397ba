# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""After the handshake: sessions, licences, brokers, desktops of the cloud, agents and updates."""

from __future__ import annotations

from tests.bundles.third.access import session
from tests.bundles.third.journal import CORE, CORE_OPERATIONAL, LSM_OPERATIONAL, MANAGER, RCM_ADMIN, SESSIONS, Journal, tail
from tests.bundles.third.machine import Data, Machine, windows
from tests.bundles.third.system import service_of
from tests.bundles.third.values import TS, moment, stamp, value_of
from tests.bundles.third.visitor import visitor

from ..parts import busy, farm, left_often, nobody, old, spooled

_AGENT = "HKLM\\SOFTWARE\\Microsoft\\RDInfraAgent"
_STACK = "rdp-sxs250901700"


def _reverse(m: Machine, *, enabled: int = 1, mode: int | None = 1, listener: str = _STACK, listens: bool = True) -> None:
    path = f"{TS}\\WinStations\\{_STACK}"
    m.data["avd"] = {
        "boot_loader": service_of("RDAgentBootLoader", 2, "running", "LocalSystem", '"C:\\Program Files\\Microsoft RDInfra\\RDAgentBootLoader.exe"'),
        "IsRegistered": value_of(_AGENT, 1),
        "registration_token": "empty",
        "broker_hosts": {"BrokerResourceIdURI": "rdbroker-g-eu-r1.wvd.microsoft.com", "BrokerResourceIdURIGlobal": "rdbroker.wvd.microsoft.com"},
        "listeners": [{"name": _STACK, "fEnableWinStation": value_of(path, enabled), "fReverseConnectMode": value_of(path, mode)}],
        "SessionDirectoryListener": value_of(f"{TS}\\ClusterSettings", listener),
    }
    stations = m.data["listener"]["win_stations"]
    stations.append({"name": _STACK, "fEnableWinStation": value_of(path, enabled), "PortNumber": value_of(path), "LoadableProtocol_Object": value_of(path)})
    if listens:
        m.data["sessions"]["sessions"].append(session(65537, "listen", _STACK))


def _agent(log: Journal, minutes: float, number: int, *words: str) -> None:
    log.add(minutes, "Application", "WVD-Agent", number, *words, level=2)


def f066() -> Data:
    """Ten weeks powered off: the token of the machine has run out, the stack no longer listens; Remote Desktop itself answers."""
    m = windows("f066", "avd-eu-3", "w11m", "2026-11-02 07:20", "10.190.2.7", is_azure=True, up_days=0.06, paper_days=90)
    m.data["os"]["domain"] |= {"entra_joined": True}
    _reverse(m, mode=0, listens=False)
    m.put("avd.IsRegistered", 0)
    # It was off until this morning.
    m.log.events = [event for event in m.log.events if event["time"] >= stamp(m.who.booted)]
    for minutes in (80, 62, 31, 4):
        _agent(m.log, minutes, 3277, "EXPIRED_MACHINE_TOKEN")
    nobody(m)
    return m.bundle()


def f067() -> Data:
    """A new route sends all that leaves the cloud network through an inspecting device that does not know the broker."""
    m = windows("f067", "avd-acc-11", "w11m", "2026-11-18 05:55", "10.190.8.11", domain="orbis.example", is_azure=True, up_days=4)
    _reverse(m)
    for minutes in (700, 340, 160, 20):
        _agent(m.log, minutes, 3703, "rdgateway-r1.wvd.microsoft.com")
    _agent(m.log, 18, 3019, "rdbroker.wvd.microsoft.com")
    m.log.schannel(19, 36887, 42)
    return m.bundle()


def f068() -> Data:
    """A session host of a workgroup was given licences per user, which nobody there can have."""
    m = windows("f068", "CAMPUS-RDS", "2019", "2026-10-12 06:50", "10.12.8.8", language="es", up_days=6.6)
    farm(m, "10.12.8.9", mode=4, users=0)
    for minutes in (12, 14, 300, 1800):
        m.log.visited(minutes, 3)
        m.log.add(minutes - 0.15, RCM_ADMIN, MANAGER, 1004, level=2)
        m.log.left(minutes - 0.25, 3, 0)
        m.log.add(minutes - 0.25, CORE_OPERATIONAL, CORE, 103, 258)
    return m.bundle()


def f069() -> Data:
    """One user's session is neither dead nor alive since an outage of the storage; the others on the farm member work."""
    m = windows("f069", "RDSH-03", "2016", "2026-10-22 09:18", "10.33.2.3", domain="allianz-bau.example", netbios="ABAU", language="de", up_days=19)
    farm(m, "rdlic.allianz-bau.example", users=5)
    m.data["sessions"]["sessions"].insert(3, session(9, "init", ""))
    m.data["sessions"]["sessions"].insert(4, session(12, "down", ""))
    for minutes in (10, 18, 95):
        m.log.called(minutes)
        m.log.add(minutes - 0.1, LSM_OPERATIONAL, SESSIONS, 41, "", 9)
        m.log.add(minutes - 0.6, LSM_OPERATIONAL, SESSIONS, 36, "CsrConnected", 1, "", "EvConnectFailed", "-2147467259", level=2)
        m.log.system(minutes - 0.7, 1036)
    busy(m, 600)
    return m.bundle()


def f070() -> Data:
    """The broker's service cannot open its own small database since TLS 1.0 went; its session hosts are fine, this is the broker."""
    m = windows("f070", "RDCB-1", "2019", "2026-11-09 11:30", "10.33.1.2", domain="allianz-bau.example", netbios="ABAU", up_days=1.6)
    for version in ("tls10", "tls11"):
        for side in ("server", "client"):
            m.protocol(version, side, Enabled=0, DisabledByDefault=1)
    image = "%SystemRoot%\\System32\\svchost.exe -k tssdis"
    m.data["services"]["Tssdis"] = service_of("Tssdis", 2, "stopped", "NT Authority\\NetworkService", image, "%SystemRoot%\\System32\\tssdis.dll")
    m.data["services"]["RDMS"] = service_of("RDMS", 2, "running", "NT Authority\\NetworkService", "%SystemRoot%\\System32\\svchost.exe -k rdms")
    for minutes in (2290, 2287, 1210, 30):
        m.log.add(
            minutes, "System", "Service Control Manager", 7031, "Remote Desktop Connection Broker", 1, 60000, 1, "Restart the service", tail("Tssdis"), level=2
        )
        m.log.schannel(minutes + 0.05, 36871, "", 10013)
    return m.bundle()


def f071() -> Data:
    """After a start of the audio service that never comes to an end, the first who connects waits a minute, the second does not."""
    m = windows("f071", "SCHNITT-2", "w10", "2026-10-08 08:08", "192.168.15.22", language="de", up_days=0.08, paper_days=20)
    m.service("Audiosrv", state="start_pending")
    m.log.service(92, 7022, "Audiosrv")
    m.log.visited(70, 2)
    m.log.left(69.1, 2, 11)
    m.log.visited(66, 2)
    return m.bundle()


def f072() -> Data:
    """The sessions of a young 2025 freeze after the patches of February 2025; the fix for it is two months away."""
    m = windows("f072", "AZ-APP-7", "2025", "2025-03-12 10:12", "10.9.70.7", domain="nordkap.example", is_azure=True, up_days=18)
    m.data["os"]["ubr"] = 3194
    m.data["credssp"]["tspkg_version"] = "10.0.26100.3194"
    for minutes in (20, 95, 260, 1300):
        m.log.visited(minutes, 4)
        m.log.left(minutes - 14, 4, 12)
        m.log.add(minutes - 14, CORE_OPERATIONAL, CORE, 102)
    return m.bundle()


def f073() -> Data:
    """The agent of a recording product hangs in the logon process, and a filter of a USB tool with it; screens stay black."""
    m = windows("f073", "CALL-RDS4", "2022", "2026-10-15 07:07", "10.28.4.4", domain="dialog.example", language="de", up_days=2.8)
    farm(m, "lic.dialog.example", users=1)
    for minutes in (9, 15, 33, 60):
        m.log.visited(minutes, 5)
        m.log.add(minutes - 0.4, "Application", "Microsoft-Windows-Winlogon", 4005, level=2)
        m.log.left(minutes - 1.1, 5, 0)
    m.log.add(34, "Application", "Application Hang", 1002, "ScreenCaptureAgent.exe", "8.2.1.0", "1a4c", level=2)
    m.log.add(61, "Microsoft-Windows-Kernel-PnP/Configuration", "Microsoft-Windows-Kernel-PnP", 411, "TS_USB_HUB_Enumerator", "0xC0000490", level=2)
    return m.bundle()


def f074() -> Data:
    """The licence server moved, this farm member still names the old one, and its 120 days are over; on a 2012 R2."""
    m = old("f074", "TS-KREIS", "2026-09-22 07:40", "10.40.0.6", domain="kreis.example", language="de", up_days=32)
    farm(m, "alt-lic.kreis.example", mode=4, users=1)
    for minutes in (2800, 1360, 10):
        m.log.add(minutes, RCM_ADMIN, MANAGER, 1069, level=2)
    for minutes in (9, 40):
        m.log.visited(minutes, 4)
        m.log.left(minutes - 0.2, 4, 0)
    left_often(m, 5, 4, 1500)
    spooled(m)
    return m.bundle()


def f075() -> Data:
    """A notebook with Credential Guard: what it saved is not handed on, what is typed is taken; older machines hand it on."""
    m = windows("f075", "KALK-TS", "2016", "2026-11-04 13:13", "10.26.1.40", domain="kammer.example", language="de", up_days=12)
    m.log.called(6)
    m.log.refused(5.97, 0xC000006D, 0xC000006D)
    m.log.visited(4, 3)
    busy(m, 300, 900)
    return m.bundle()


def g075() -> Data:
    """The notebook."""
    c = visitor("g075", "NB-KALK-2", "w11e", "2026-11-04 13:14", "10.26.8.12", domain="kammer.example", language="de")
    c.put("client_policy.values.LsaCfgFlags", 1)
    c.saved("TERMSRV/kalk-ts", moment("2026-10-30 09:00"))
    c.tries(7, "kalk-ts")
    c.told(6.95, 1009, level=3)
    c.ends(6.9, 2055)
    return c.bundle()


def f076() -> Data:
    """From home, over the gateway, an old notebook is refused there; the host behind it never hears of it."""
    m = windows("f076", "OFFICE-TS", "2019", "2026-10-18 19:19", "10.26.1.41", domain="kammer.example", language="de", up_days=2.9)
    farm(m, "lic.kammer.example", users=3)
    busy(m, 150, 800)
    return m.bundle()


def g076() -> Data:
    """The old notebook; its answers to a challenge are those of the last century."""
    c = visitor("g076", "HOME-ALT", "w10", "2026-10-18 19:21", "192.168.178.20", language="de")
    c.put("client_policy.values.LmCompatibilityLevel", 1)
    c.tries(9, "office-ts.kammer.example")
    c.ends(8.9, 50331719)
    return c.bundle()
