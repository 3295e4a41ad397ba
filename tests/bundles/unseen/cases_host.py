# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts whose listener, services, firewall or system is in all sorts of states."""

from __future__ import annotations

from typing import Any

from . import around
from .host import Document, Host
from .log import CONTROLLER, CORE, MANAGER, SESSIONS
from .machine import S2016, S2019, S2022, S2025, W10, W11_23H2
from .values import SERVICES, expand, make

TERM = "VABlAHIAbQBTAGUAcgB2AGkAYwBlAAAA"  # what the service manager adds to its events: the service's own name
BRANCH = "branch office"


def stopped(h: Host, *, start: int | None = None) -> None:
    """Stop TermService, and what stops with it."""
    h.service("TermService", state="stopped", start=start)
    h.service("UmRdpService", state="stopped")
    h.no_listener(running=False)
    h.log.add(33, MANAGER, 262, f"{MANAGER}/Operational", "")
    h.log.add(33, MANAGER, 259, f"{MANAGER}/Operational", "")


def rules(h: Host, **options: Any) -> None:
    """Write the built-in rules anew."""
    h["firewall"]["rules"] = around.built_in(h.machine.release.rules, sockets=h.machine.release.build >= 17763, **options)


def h036() -> Document:
    h = Host("h036", "HR-APP-07", S2022, "2026-10-21T06:45:50Z", "192.0.2.111", "corp.example.com", up=240, users=0, broken=1510)
    h.policy(fDenyTSConnections=1)
    h.no_listener()
    h.log.add(1500, MANAGER, 262, f"{MANAGER}/Operational", "")
    h.log.add(1500, MANAGER, 259, f"{MANAGER}/Operational", "")
    return h.bundle(h.look().no_connection("timeout"))


def h037() -> Document:
    h = Host("h037", "KASSEL-TS1", S2019, "2026-07-15T10:30:00Z", "192.0.2.121", "werk.example.com", language="de", up=700, users=4, logons=5)
    h.policy(fDenyTSConnections=0)
    h.local(fDenyTSConnections=1)
    for minutes in (52, 151, 249, 344):
        for number in (2, 3, 4, 5):
            h.log.add(minutes, SESSIONS, 40, f"{SESSIONS}/Operational", str(number), "0")
            h.log.add(minutes, SESSIONS, 24, f"{SESSIONS}/Operational", "", str(number), "")
    return h.bundle(h.whole())


def h038() -> Document:
    h = Host("h038", "PC-WERFT-21", W10, "2026-05-20T07:00:30Z", "198.51.100.21", "werk.example.com", language="de", up=14, users=0, logons=0, cert_age=91)
    stopped(h, start=4)
    h.service("SessionEnv", state="stopped")
    return h.bundle(h.look().no_connection("timeout"))


def h039() -> Document:
    h = Host("h039", "SENDAI-AP3", S2022, "2026-11-12T04:14:24Z", "192.0.2.142", "corp.example.jp", language="ja", up=301, users=0, broken=45)
    stopped(h)
    name = "Remote Desktop Services"
    for index, minutes in enumerate((44, 41, 38)):
        h.log.add(minutes, CONTROLLER, 7031, "System", name, str(index + 1), "60000", "1", "サービスの再開", TERM, level=2)
    h.log.add(34, CONTROLLER, 7034, "System", name, "4", TERM, level=2)
    return h.bundle(h.look().no_connection("refused"))


def h040() -> Document:
    h = Host("h040", "ACC-SRV-2", S2016, "2026-03-26T08:28:08Z", "192.0.2.156", "corp.example.com", up=4, users=0, logons=0)
    stopped(h)
    entry = h["services"]["TermService"]
    entry["ObjectName"] = make(entry["ObjectName"]["path"], "CORP\\svc-rds")
    for minutes in (250, 120, 31):
        h.log.add(minutes, CONTROLLER, 7000, "System", "Remote Desktop Services", "%%1069", TERM, level=2)
    return h.bundle(h.look().no_connection("refused"))


def h041() -> Document:
    h = Host("h041", "HOME-OFFICE", W10, "2026-10-15T19:35:11Z", "198.51.100.140", language="us", up=3, users=0, logons=0, cert_age=100)
    entry = h["services"]["TermService"]
    entry["ServiceDll"] = expand(entry["ServiceDll"]["path"], "%ProgramFiles%\\RDP Wrapper\\rdpwrap.dll")
    h.no_listener()
    return h.bundle(h.look().no_connection("refused"))


def h042() -> Document:
    h = Host("h042", "MON-BOX-1", S2019, "2026-06-10T10:41:27Z", "192.0.2.163", "corp.example.com", up=18, users=0, broken=1050)
    h.no_listener()
    for family, address in (("ipv4", "0.0.0.0"), ("ipv6", "::")):
        items = h["ports"][family]["items"]
        items.append({"address": address, "port": 3389, "pid": 5312})
        items.sort(key=lambda entry: (entry["port"], entry["address"]))
    h.log.add(1060, MANAGER, 260, f"{MANAGER}/Operational", "", "-2147014848", level=2)
    return h.bundle(h.look().no_answer("not_rdp", "HTTP"))


def h043() -> Document:
    h = Host("h043", "ARC-STORE-4", S2022, "2026-08-07T22:22:22Z", "192.0.2.170", "corp.example.com", up=2, users=0, logons=0)
    h.local(fEnableWinStation=0)
    h.no_listener()
    return h.bundle(h.look().no_connection("refused"))


def h044() -> Document:
    h = Host("h044", "DRESDEN-F1", S2016, "2026-09-03T06:06:36Z", "192.0.2.184", "werk.example.com", language="de", up=3, users=0, logons=0)
    h.local(LoadableProtocol_Object="{00000000-0000-0000-0000-000000000000}", PdName="", fAllowSecProtocolNegotiation=None)
    h.no_listener()
    h.log.manager(181, 1035)
    h.log.manager(64, 1035)
    return h.bundle(h.look().no_connection("refused"))


def h045() -> Document:
    h = Host("h045", "SITE-C-HV3", S2019, "2026-02-25T17:17:17Z", "192.0.2.191", "corp.example.com", up=44, users=0, logons=0)
    h.local(LanAdapter=4)
    h.no_listener()
    return h.bundle(h.look().no_connection("timeout"))


def h046() -> Document:
    h = Host("h046", "WIN-4Q8L1KD0", S2025, "2026-10-06T11:55:13Z", "203.0.113.64", up=71, users=1, logons=0, cert_age=3)
    rules(h, active=False)
    return h.bundle(h.look().no_connection("timeout"))


def h047() -> Document:
    h = Host("h047", "GRAZ-MES2", S2019, "2026-11-02T05:20:00Z", "192.0.2.202", "werk.example.com", language="de", up=6, users=0, logons=0, cert_age=84)
    rules(h, profiles=("Domain", "Private"))
    h["firewall"]["active_profiles"] = ["public"]
    h.log.add(372, "NETLOGON", 5719, "System", "WERK", "%%1311", level=2)
    return h.bundle(h.look().no_connection("timeout"), h.look(BRANCH).no_connection("timeout"))


def h048() -> Document:
    h = Host("h048", "FTP-EXT-1", S2022, "2026-07-29T14:00:07Z", "203.0.113.88", language="us", up=800, users=1, logons=6, cert_age=49)
    text = "v2.31|Action=Block|Active=TRUE|Dir=In|{addresses}Name=IPBan_Block_0|Desc=Automatically created by IPBan|"
    addresses = "".join(f"RA4={address}|" for address in ("192.0.2.77", "192.0.2.201", "198.51.100.6", "198.51.100.9", "198.51.100.10"))
    h["firewall"]["rules"].append(around.rule("IPBan_Block_0", text.format(addresses=addresses)))
    for minutes in range(40, 700, 31):
        h.log.arrival(minutes)
        h.log.refused(minutes - 0.02, 0xC000006D, 0xC0000064)
    return h.bundle(h.look().no_connection("timeout"), h.whole(BRANCH))


def h049() -> Document:
    h = Host("h049", "NEW-SRV-12", S2022, "2026-09-15T08:50:40Z", "192.0.2.213", "corp.example.com", up=25, users=0, logons=0, cert_age=1)
    h.local(fDenyTSConnections=1)
    rules(h, active=False)
    h.service("TermService", state="stopped")
    h.service("UmRdpService", state="stopped")
    h.service("SessionEnv", state="stopped")
    h.no_listener(running=False)
    return h.bundle(h.look().no_connection("timeout"))


def h050() -> Document:
    h = Host("h050", "NB-SATO", W11_23H2, "2026-10-13T01:09:09Z", "198.51.100.172", "corp.example.jp", language="ja", up=50, users=0, logons=0, cert_age=155)
    h.local(fDenyTSConnections=1)
    h["firewall"]["profiles"]["domain"]["local"]["EnableFirewall"] = make(around.LOCAL_WALL + "\\DomainProfile", 0)
    h.no_listener()
    return h.bundle(h.look().no_connection("refused"))


def h051() -> Document:
    h = Host("h051", "CLOUD-TS-1", S2022, "2026-05-18T03:15:56Z", "203.0.113.15", cloud=True, up=1111, users=1, logons=2, cert_age=16)
    for step in range(60):
        minutes = 0.4 + step * 0.9
        h.log.arrival(minutes)
        h.log.add(minutes - 0.01, CORE, 140, f"{CORE}/Operational", "", level=3)
        h.log.refused(minutes - 0.01, 0xC000006D, 0xC0000064 if step % 3 else 0xC000006A)
    for minutes in (2, 19, 41, 58):
        h.log.add(minutes, MANAGER, 1006, f"{MANAGER}/Admin", level=3)
    return h.bundle(h.look().no_answer("closed"), h.whole(BRANCH))


def h052() -> Document:
    h = Host("h052", "RDSH-BLUE-3", S2019, "2026-08-12T07:05:22Z", "192.0.2.225", "corp.example.com", up=160, users=5, session_host=True, broken=420)
    h.local(TSServerDrainMode=1)
    for minutes in (14, 77, 205):
        h.log.arrival(minutes)
    return h.bundle(h.whole())


def h053() -> Document:
    h = Host(
        "h053", "FARM-GRN-1", S2022, "2026-11-18T18:00:59Z", "192.0.2.233", "werk.example.com", language="de", up=320, users=0, session_host=True, broken=350
    )
    h.local(WinStationsDisabled="1")
    for minutes in (3, 4, 65, 80):
        h.log.arrival(minutes)
    return h.bundle(h.whole())


def h054() -> Document:
    h = Host("h054", "RDSH-RED-8", S2019, "2026-04-09T09:11:31Z", "192.0.2.244", "corp.example.com", up=950, users=7, session_host=True)
    h["sessions"]["sessions"][4] = around.session(4, "down", "")
    for minutes in (7, 18, 26, 54):
        h.log.arrival(minutes)
        texts = ("", "4", "", "7", "", "12", "", "-2147023673")
        h.log.add(minutes - 0.2, SESSIONS, 41, f"{SESSIONS}/Operational", "", "4")
        h.log.add(minutes - 1.2, SESSIONS, 36, f"{SESSIONS}/Operational", *texts, level=2)
        h.log.add(minutes - 1.3, MANAGER, 1036, f"{MANAGER}/Operational", "-2147023436", level=2)
    return h.bundle(h.whole())


def h055() -> Document:
    h = Host("h055", "WIN-P0OL1MG", S2025, "2026-06-24T16:40:00Z", "203.0.113.171", cloud=True, up=1, users=0, logons=0, cert_age=0)
    path = "HKLM\\SYSTEM\\Setup"
    h["os"]["setup"] = {"SystemSetupInProgress": make(path, 1), "OOBEInProgress": make(path, 1)}
    return h.bundle(h.look().no_answer("closed"))


def h056() -> Document:
    h = Host("h056", "UTIL-WEST-2", S2022, "2026-10-16T23:00:14Z", "192.0.2.28", "corp.example.com", language="us", up=1390, users=0, broken=1220, cert_age=140)
    h["os"]["pending_reboot"] = {"component_based_servicing": True, "windows_update": True, "pending_file_rename": True}
    for minutes in (5, 66, 190, 640):
        h.log.arrival(minutes)
    return h.bundle(h.look().tls_ends("reset"))


def h057() -> Document:
    h = Host("h057", "CPH-TS-25A", S2025, "2025-03-12T09:26:12Z", "192.0.2.34", "corp.example.com", up=220, users=5, session_host=True, cert_age=100)
    h["os"].update(ubr=3194, powershell="5.1.26100.3194")
    for minutes in (9, 40, 71, 118, 240, 333):
        number = str(2 + int(minutes) % 4)
        h.log.add(minutes, CORE, 103, f"{CORE}/Operational", "0")
        h.log.add(minutes, SESSIONS, 24, f"{SESSIONS}/Operational", "", number, "")
        h.log.add(minutes - 0.5, SESSIONS, 25, f"{SESSIONS}/Operational", "", number, "")
    return h.bundle(h.whole())


def h058() -> Document:
    h = Host("h058", "STR-ALT-1", S2016, "2026-07-01T13:45:30Z", "192.0.2.41", "werk.example.com", language="de", up=3400, users=1)
    h.service("gpsvc", state="stopped", start=4)
    h["listener"]["values"]["KeepAliveEnable"]["policy"] = make(h["listener"]["values"]["KeepAliveEnable"]["policy"]["path"], 1)
    return h.bundle(h.whole())


def h059() -> Document:
    h = Host("h059", "OFFICE-GN1", S2019, "2026-10-02T06:30:10Z", "192.0.2.55", "corp.example.com", up=60, users=0, logons=0)
    entry = h["services"]["TermService"]
    path = f"{SERVICES}\\TermService"
    gone = {name: make(path, None) for name in ("Start", "ObjectName", "ImagePath")}
    entry.update(exists=False, state=None, **gone, ServiceDll=make(path + "\\Parameters", None))
    h.service("UmRdpService", state="stopped")
    h.no_listener(running=False)
    return h.bundle(h.look().no_connection("timeout"))
