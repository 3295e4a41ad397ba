# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts about the listener, its service and its port."""

from __future__ import annotations

from ..access import rule_text, session
from ..journal import CORE, CORE_OPERATIONAL, LSM_OPERATIONAL, MANAGER, RCM_ADMIN, RCM_OPERATIONAL, SESSIONS
from ..machine import Data, windows
from ..system import no_service, service_of, station_of
from ..values import number_of
from ..wire import REFUSED, SPEAKS_SSH, TIMEOUT


def t016() -> Data:
    """A policy says no; the firewall of the domain profile is off by another one, so that the port refuses."""
    host = windows("t016", "ARCHIV-NAS", "2016", "2026-09-29 14:02", "198.51.100.16", domain="stadt.example", language="de", up_days=25)
    host.policy(fDenyTSConnections=1)
    host.not_listening()
    host.put("firewall.profiles.domain.policy.EnableFirewall", 0)
    host.talk = host.line.unconnectable(REFUSED)
    host.log.add(2100, RCM_OPERATIONAL, MANAGER, 262, "")
    host.log.add(2099.9, RCM_OPERATIONAL, MANAGER, 259, "")
    return host.bundle()


def t017() -> Data:
    """The policy lets people in and the local value does not: with every refresh of the policies all of them fall out."""
    host = windows("t017", "RDSH-B2", "2019", "2026-10-08 15:58", "203.0.113.17", domain="nordwind.example", up_days=11)
    host.policy(fDenyTSConnections=0)
    host.local(fDenyTSConnections=1)
    session_host(host.data)
    users = [3, 4, 7, 9, 11, 12]
    host.data["sessions"]["sessions"] = [
        session(0, "disconnected", "Services"), session(1, "connected", "Console"),
        *(session(each, "active", f"RDP-Tcp#{each + 20}") for each in users), session(65536, "listen", "RDP-Tcp"),
    ]  # fmt: skip
    for minutes in (41, 137, 236, 341):
        for place, each in enumerate(users):
            host.log.left(minutes - 0.01 * place, each, 0)
            host.log.add(minutes - 1 - 0.2 * place, LSM_OPERATIONAL, SESSIONS, 25, "", each, "")
    return host.bundle()


def session_host(data: Data, mode: int = 4, server: str = "rdlic1.nordwind.example") -> None:
    """Give a host the role of a session host with licences in order."""
    licensing = data["licensing"]
    licensing["role"]["TSAppCompat"]["value"] = 1
    licensing["mode"]["policy"] |= {"value": mode, "kind": "REG_DWORD"}
    licensing["servers"]["policy"] |= {"value": server, "kind": "REG_SZ"}
    licensing["grace_period"] = True
    licensing["certificates"] = dict.fromkeys(licensing["certificates"], True)


def t018() -> Data:
    """The key of the service is gone since a cleaning after an infection; what depends on it cannot start."""
    host = windows("t018", "BUERO-5", "w10", "2026-08-19 11:11", "192.0.2.18", language="de", up_days=1.1)
    host.rdp_stopped()
    host.data["services"]["TermService"] = no_service("TermService")
    host.service("SessionEnv", state="stopped")
    host.log.service(1583, 7001, "UmRdpService", "TermService", "%%1060")
    host.log.stopped_often(400, "Intel(R) Graphics Command Center Service", 1)
    host.talk = host.line.unconnectable(TIMEOUT)
    return host.bundle()


def t019() -> Data:
    """The account of the service was changed to one of the domain, whose password then ran out."""
    host = windows("t019", "PRT-MGR", "2016", "2026-10-30 03:25", "198.51.100.19", domain="corp.tailspin.example", language="fr", up_days=0.2)
    host.rdp_stopped()
    found = host.service("TermService", start=2)
    found["ObjectName"]["value"] = "CORP\\svc-rds"
    for minutes in (285, 280, 15):
        host.log.service(minutes, 7000, "TermService", "%%1069")
    host.log.service(14, 7001, "UmRdpService", "Services Bureau à distance", "%%1069")
    host.talk = host.line.unconnectable(TIMEOUT)
    return host.bundle()


def t067() -> Data:
    """A home edition that was taught to let people in by a library of its own, and then updated."""
    host = windows("t067", "GAMER-X", "w11", "2026-09-10 19:33", "192.0.2.167", up_days=0.5)
    host.data["os"] |= {"product_name": "Windows 10 Home", "edition_id": "Core"}
    host.not_listening()
    found = host.service("TermService")
    found["ServiceDll"]["value"] = "%ProgramFiles%\\RDP Wrapper\\rdpwrap.dll"
    host.talk = host.line.unconnectable(TIMEOUT)
    return host.bundle()


def t020() -> Data:
    """OpenSSH was put on this port so that it comes through a firewall elsewhere; the listener has only the newer family of addresses left."""
    host = windows("t020", "BUILD-WIN3", "2022", "2026-10-16 17:21", "203.0.113.120", domain="dev.proseware.example", up_days=2.2)
    rivals = host.data["ports"]["ipv4"]["items"]
    next(item for item in rivals if item["port"] == 3389)["pid"] = 4988
    text = rule_text(host.who, 3389, name="sshd").replace("App=%SystemRoot%\\system32\\svchost.exe|Svc=termservice", "App=C:\\OpenSSH\\sshd.exe")
    host.data["firewall"]["rules"].append(
        {"id": "{B1E2D3F4-5A60-4B7C-8D90-0A1B2C3D4E5F}", "hive": "local", "text": text.replace("EmbedCtxt=@FirewallAPI.dll,-28752|", "")}
    )
    host.hears = False
    host.talk = host.line.foreign(SPEAKS_SSH)
    return host.bundle()


def t021() -> Data:
    """The listener is tied to a network adapter that went with the move to other hardware."""
    host = windows("t021", "OLDTOWER", "2016", "2026-09-01 08:40", "198.51.100.21", domain="kontor.example", up_days=0.9)
    host.local(LanAdapter=4)
    host.not_listening()
    host.log.events.clear()
    host.log.add(1290, RCM_ADMIN, MANAGER, 1035, "RDP-Tcp", "0x80070490", level=2)
    host.log.add(1285, "Microsoft-Windows-Kernel-PnP/Configuration", "Microsoft-Windows-Kernel-PnP", 411, "ROOT\\VMWVMCIHOSTDEV\\0000", "oem12.inf",
                 "{4d36e97d-e325-11ce-bfc1-08002be10318}", "vmci", "", "", 10, 3221226021, level=2)  # fmt: skip
    host.talk = host.line.unconnectable(TIMEOUT)
    return host.bundle()


def t037() -> Data:
    """The port is open to the world; thousands try it, and some of those who may come in do not get a turn."""
    host = windows("t037", "vm-front-02", "2022a", "2026-10-25 02:17", "203.0.113.137", is_azure=True, up_days=16)
    for number in range(60):
        minutes = 0.4 + number * 0.35
        host.log.called(minutes)
        host.log.add(minutes - 0.05, CORE_OPERATIONAL, CORE, 140, "", level=3)
        host.log.refused(minutes - 0.06, 0xC000006D, 0xC0000064 if number_of("t037", number, below=5) else 0xC000006A)
        host.log.checked(minutes - 0.06, 0xC0000064)
    for minutes in (7, 96, 415, 1210):
        host.log.add(minutes, RCM_ADMIN, MANAGER, 1006, level=3)
    host.log.channels["Security"]["oldest"] = "2026-10-25T01:40:11Z"
    host.log.channels[CORE_OPERATIONAL]["oldest"] = "2026-10-24T22:08:43Z"
    host.talk = host.line.at_times()
    return host.bundle()


def t038() -> Data:
    """A policy lets one connection in at a time, and one is there."""
    host = windows("t038", "CNC-STEUER", "w10e", "2026-10-05 10:35", "198.51.100.38", domain="werft.example", language="de", up_days=40)
    host.policy(MaxInstanceCount=1)
    host.data["sessions"]["sessions"] = [
        session(0, "disconnected", "Services"), session(1, "connected", "Console"), session(2, "active", "RDP-Tcp#0"), session(65536, "listen", "RDP-Tcp"),
    ]  # fmt: skip
    host.log.visited(122, 2)
    host.talk = host.line.cuts_at_once()
    return host.bundle()


def t041() -> Data:
    """One session hangs in its beginning since yesterday; its owner gets nowhere, everybody else works."""
    host = windows("t041", "RDSH-A7", "2022", "2026-10-21 07:58", "203.0.113.41", domain="nordwind.example", up_days=6)
    session_host(host.data)
    host.data["sessions"]["sessions"] = [
        session(0, "disconnected", "Services"), session(1, "connected", "Console"), session(4, "active", "RDP-Tcp#12"), session(5, "init", ""),
        session(8, "active", "RDP-Tcp#19"), session(9, "disconnected", ""), session(65536, "listen", "RDP-Tcp"),
    ]  # fmt: skip
    for minutes in (11, 12.5, 14, 1019):
        host.log.add(minutes, LSM_OPERATIONAL, SESSIONS, 41, "", 5)
        host.log.add(minutes - 0.9, LSM_OPERATIONAL, SESSIONS, 36, 3, "", 7, "", 4, "", 2147942487, level=3)
        host.log.add(minutes - 0.95, RCM_ADMIN, MANAGER, 1036, "0x80070102", level=2)
    host.log.visited(33, 8)
    return host.bundle()


def t051() -> Data:
    """Switched off on the host by a script that left the firewall as it was."""
    host = windows("t051", "PC-EINKAUF2", "w11", "2026-09-24 06:59", "192.0.2.51", domain="markt.example", language="de", up_days=0.9)
    host.local(fDenyTSConnections=1)
    host.rdp_stopped()
    host.talk = host.line.unconnectable(TIMEOUT)
    return host.bundle()


def t056() -> Data:
    """The listener itself asks for a password each time, whatever the client sends."""
    host = windows("t056", "TREASURY", "2019", "2026-10-13 13:44", "198.51.100.56", domain="bank.example", up_days=19)
    host.local(fPromptForPassword=1)
    for minutes in (9, 31, 250):
        host.log.called(minutes)
    host.log.visited(8, 3, 5)
    return host.bundle()


def t059() -> Data:
    """A broker that lost its own database when TLS 1.0 was switched off; whoever goes to a session host by itself gets in."""
    host = windows("t059", "RDCB-01", "2016", "2026-09-16 12:30", "203.0.113.159", domain="corp.tailspin.example", up_days=0.7)
    for side in ("server", "client"):
        host.protocol("tls10", side, Enabled=0, DisabledByDefault=1)
        host.protocol("tls11", side, Enabled=0, DisabledByDefault=1)
    image = "%SystemRoot%\\System32\\svchost.exe -k "
    services = host.data["services"]
    services["Tssdis"] = service_of("Tssdis", 2, "stopped", "NT AUTHORITY\\NetworkService", image + "tssdis", "%SystemRoot%\\System32\\tssdis.dll")
    services["RDMS"] = service_of("RDMS", 2, "stopped", "NT AUTHORITY\\NetworkService", image + "rdms", "%SystemRoot%\\System32\\rdms.dll")
    host.log.service(1003, 7023, "Remote Desktop Connection Broker", "%%2147500037")
    host.log.service(1002, 7001, "Remote Desktop Management", "Remote Desktop Connection Broker", "%%1068")
    for minutes in (950, 610):
        host.log.schannel(minutes, 36871, "client", 10013)
    return host.bundle()


def t047() -> Data:
    """A pooled desktop that was off for four months: its token ran out, and its listener never came up."""
    host = windows("t047", "AVD-POOL-14", "w11m", "2026-11-05 07:15", "198.51.100.147", is_azure=True, up_days=0.1, paper_days=0.1)
    host.data["os"]["domain"] |= {"entra_joined": True}
    host.data["listener"]["win_stations"].append(station_of("rdp-sxs250901200", None, "{18b726bb-6fe6-4fb9-9276-ed57ce7c7cb2}"))
    avd = desktops(registered=0)
    avd["listeners"][0]["fReverseConnectMode"] |= {"value": 0, "kind": "REG_DWORD"}
    host.data["avd"] = avd
    for minutes in (20, 60, 100, 140):
        host.log.add(minutes, "Application", "WVD-Agent", 3277, "EXPIRED_MACHINE_TOKEN", level=2)
    return host.bundle()


def t048() -> Data:
    """A new proxy on the way out does not know the addresses of the service."""
    host = windows("t048", "AVD-POOL-31", "w11m", "2026-10-27 06:05", "203.0.113.148", is_azure=True, domain="corp.tailspin.example", up_days=3)
    host.data["listener"]["win_stations"].append(station_of("rdp-sxs260115300", None, "{18b726bb-6fe6-4fb9-9276-ed57ce7c7cb2}"))
    host.data["avd"] = desktops(registered=1)
    host.data["sessions"]["sessions"].append(session(65537, "listen", "rdp-sxs260115300"))
    for minutes in (4, 34, 64, 94):
        host.log.add(minutes, "Application", "WVD-Agent", 3703, "https://rdgateway-r1.wvd.microsoft.com", level=2)
        host.log.add(minutes - 0.5, "Application", "WVD-Agent", 3019, level=2)
    return host.bundle()


def desktops(*, registered: int) -> Data:
    """Return the subset ``avd`` of a session host."""
    agent = "HKLM\\SOFTWARE\\Microsoft\\RDInfraAgent"
    station = "rdp-sxs250901200" if not registered else "rdp-sxs260115300"
    path = f"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\{station}"
    cluster = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\ClusterSettings"
    image = "C:\\Program Files\\Microsoft RDInfra\\RDAgentBootLoader_1.0.11500.1500\\RDAgentBootLoader.exe"
    one = {"kind": "REG_DWORD", "value": 1}
    return {
        "boot_loader": service_of("RDAgentBootLoader", 2, "running", "LocalSystem", image),
        "IsRegistered": {"path": agent, "kind": "REG_DWORD", "value": registered},
        "registration_token": "empty",
        "broker_hosts": {"BrokerResourceIdURI": "rdbroker-g-eu-r0.wvd.microsoft.com", "BrokerResourceIdURIGlobal": "rdbroker.wvd.microsoft.com"},
        "listeners": [{"name": station, "fEnableWinStation": {"path": path, **one}, "fReverseConnectMode": {"path": path, **one}}],
        "SessionDirectoryListener": {"path": cluster, "kind": "REG_SZ", "value": station},
    }
