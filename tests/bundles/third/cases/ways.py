# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts about the way there: firewall, network, names, drivers, updates."""

from __future__ import annotations

from ..access import FIREWALL_POLICY, built_in, rule_text
from ..identity import known_as
from ..journal import CORE, CORE_OPERATIONAL
from ..machine import Data, windows
from ..papers import self_signed
from ..system import service_of
from ..values import before, value_of
from ..visitor import visitor
from ..wire import TIMEOUT, UNREACHABLE, Line


def t022() -> Data:
    """The rules of the host are in order and do not count: the policy of the domain lets its own rules alone in, and has none for this port."""
    host = windows("t022", "SCCM-DP4", "2022", "2026-10-09 09:39", "198.51.100.22", domain="corp.tailspin.example", up_days=14)
    path = f"{FIREWALL_POLICY}\\DomainProfile"
    policy = host.data["firewall"]["profiles"]["domain"]["policy"]
    policy |= {"EnableFirewall": value_of(path, 1), "DefaultInboundAction": value_of(path, 1), "AllowLocalPolicyMerge": value_of(path, 0)}
    host.log.visited(2700, 2, 15)
    host.talk = host.line.unconnectable(TIMEOUT)
    return host.bundle()


def t066() -> Data:
    """A program that bans who fails too often banned the network of the administrators."""
    host = windows("t066", "HOSTING-77", "2019", "2026-11-11 20:20", "203.0.113.166", up_days=33)
    text = rule_text(host.who, 3389, name="IPBan_Block_0", action="Block", more="RA4=198.51.100.0-198.51.100.255|RA4=203.0.113.9|")
    plain = text.replace("|App=%SystemRoot%\\system32\\svchost.exe|Svc=termservice", "").replace("EmbedCtxt=@FirewallAPI.dll,-28752|", "")
    host.data["firewall"]["rules"].insert(0, {"id": "{5D0C3A1B-99E2-4C0F-AF5B-2F3E4D5C6B7A}", "hive": "local", "text": plain})
    for minutes in (200, 201, 203, 204, 205):
        host.log.refused(minutes, 0xC000006D, 0xC000006A)
        host.log.add(minutes, CORE_OPERATIONAL, CORE, 140, "", level=3)
    host.talk = host.line.unconnectable(TIMEOUT)
    host.seen_from("monitoring in the same rack")
    return host.bundle()


def t068() -> Data:
    """The network was taken for a public one after a restart, and the rule is for the domain and private ones."""
    host = windows("t068", "ZEIT-TERM1", "w10e", "2026-10-12 05:48", "198.51.100.168", domain="werft.example", language="de", up_days=0.2)
    host.data["firewall"]["rules"] = built_in(host.who, profile="Domain Private")
    host.data["firewall"]["active_profiles"] = ["public"]
    host.log.add(287, "System", "NETLOGON", 5719, "WERFT", "%%1311", "XgAAwA==", level=2)
    host.talk = host.line.unconnectable(TIMEOUT)
    return host.bundle()


def t023() -> Data:
    """Reached from the jump host in the same network; from everywhere else the packets are lost on the way."""
    host = windows("t023", "vm-sql-eu4", "2022a", "2026-10-17 13:50", "203.0.113.123", is_azure=True, up_days=52)
    host.log.visited(70, 2, 20)
    host.log.visited(1600, 2, 6)
    host.seen_from("jump host in the virtual network")
    host.talk = host.line.unconnectable(TIMEOUT)
    host.hears = False
    return host.bundle()


def t024() -> Data:
    """Small packets come through the tunnel to the branch, large ones do not."""
    host = windows("t024", "FILIALE-09", "2019", "2026-09-07 08:08", "198.51.100.124", domain="markt.example", language="de", up_days=29)
    near = Line(host.who, host.who.own_paper.der)
    host.others = [near.result(near.healthy(), "branch office")]
    host.line.slow = 14
    host.talk = host.line.silent_tls()
    for minutes in (12, 13, 44):
        host.log.called(minutes)
    return host.bundle()


def t025() -> Data:
    """The second channel, over UDP, comes up and dies after a minute; the host believes that everybody is there."""
    host = windows("t025", "RDSH-VPN2", "2022", "2026-10-23 11:05", "203.0.113.125", domain="litware.example", up_days=9)
    for minutes in (60, 40, 20):
        host.log.visited(minutes, 6)
        host.log.add(minutes - 0.3, CORE_OPERATIONAL, CORE, 130, "", 1)
        host.log.add(minutes - 0.35, CORE_OPERATIONAL, CORE, 138, 2147952460, level=3)
        host.log.add(minutes - 0.4, CORE_OPERATIONAL, CORE, 136, level=3)
    return host.bundle()


def v025() -> Data:
    """The laptop at home: in, second channel lost after 65 seconds, out."""
    client = visitor("v025", "NB-HOME-44", "w11", "2026-10-23 11:05", "192.0.2.225", domain="litware.example", up_days=1)
    for minutes in (60, 40, 20):
        client.tries(minutes, "rdsh-vpn2.litware.example")
        client.gets_in(minutes - 0.05, 6)
        client.told(minutes - 0.2, 1102, "203.0.113.125")
        client.told(minutes - 0.3, 1103)
        client.told(minutes - 1.3, 1105, level=3)
        client.ends(minutes - 1.32, 2308)
    return client.bundle()


def t045() -> Data:
    """A month in 2025: sessions of this build froze soon after they began, until the update of April."""
    host = windows("t045", "RDSH25-1", "2025", "2025-03-26 14:12", "198.51.100.45", domain="nordwind.example", up_days=13, paper_days=40)
    host.data["os"] |= {"ubr": 3476, "powershell": "5.1.26100.3476"}
    host.data["credssp"]["tspkg_version"] = "10.0.26100.3476"
    for minutes in (15, 49, 85, 300):
        host.log.visited(minutes, 3, 3.5)
    return host.bundle()


def t050() -> Data:
    """An old trick against policies that took too long: their service may not start any more."""
    host = windows("t050", "DISPO-2", "w10", "2026-09-28 16:16", "192.0.2.150", domain="spedition.example", language="de", up_days=17)
    host.service("gpsvc", start=4, state="stopped")
    host.log.visited(15, 2, 9)
    return host.bundle()


def t060() -> Data:
    """The name still leads to the machine that had the address before; who comes by address gets the right one."""
    host = windows("t060", "PRINT07", "2019", "2026-10-31 09:14", "203.0.113.160", domain="stadt.example", up_days=2)
    other = known_as("t060x", "PRINT05", "2016", "2026-10-31 09:14", "203.0.113.77", domain="stadt.example", paper_days=90)
    strange = Line(host.who, self_signed(other.fqdn, before(host.who.when, days=90)).der)
    strange.speaks, strange.windows, strange.wire = other, (10, 0, 14393, 15), ("TLSv1.2", "ECDHE-RSA-AES256-GCM-SHA384")
    host.hears = False
    host.log.visited(3000, 2, 10)
    document = host.bundle()
    return document | {"probe": strange.result(strange.healthy(), address=other.address)}


def t061() -> Data:
    """A script that makes Windows lean switched the DHCP client off; what is here was read at the machine itself."""
    host = windows("t061", "FRONTDESK", "w11", "2026-09-19 08:30", "192.0.2.161", up_days=0.1)
    host.service("Dhcp", start=4, state="stopped")
    host.data["firewall"]["active_profiles"] = ["public"]
    for family in ("ipv4", "ipv6"):
        items = host.data["ports"][family]["items"]
        host.data["ports"][family]["items"] = [item for item in items if item["port"] != 139]
    for minutes in (143, 142.5):
        host.log.service(minutes, 7001, "WinHTTP Web Proxy Auto-Discovery Service", "DHCP Client", "%%1058")
    host.talk = host.line.unconnectable(UNREACHABLE)
    return host.bundle()


def t064() -> Data:
    """A driver for screens of another remote tool falls over after each log-on."""
    host = windows("t064", "CAD-WS8", "w11", "2026-10-11 12:08", "198.51.100.64", domain="reederei.example", up_days=1)
    for minutes in (21, 33, 47, 400):
        host.log.visited(minutes, 3)
        host.log.add(minutes - 0.25, "Microsoft-Windows-Kernel-PnP/Configuration", "Microsoft-Windows-Kernel-PnP", 411,
                     "SWD\\REMOTEDISPLAYENUM\\RDPIDD_INDIRECTDISPLAY&SESSIONID_0003", "rdpidd.inf", "{4d36e968-e325-11ce-bfc1-08002be10318}", "WUDFRd", "", "",
                     31, 3221226021, level=2)  # fmt: skip
        host.log.left(minutes - 0.3, 3, 17)
    host.log.add(401, "Application", "Microsoft-Windows-Winlogon", 4005, level=2)
    return host.bundle()


def t042() -> Data:
    """Windows Audio hangs while it starts; the first who connects waits a minute for nothing."""
    host = windows("t042", "MEETING-4", "w10", "2026-09-21 10:02", "192.0.2.142", domain="kontor.example", up_days=0.2)
    host.service("Audiosrv", state="start_pending")
    for minutes in (280, 221, 32):
        host.log.service(minutes, 7022, "Audiosrv")
    host.log.visited(31, 2)
    return host.bundle()


def v042() -> Data:
    """First try: a minute of nothing. Second: in."""
    client = visitor("v042", "NB-LEHMANN", "w11", "2026-09-21 10:02", "192.0.2.242", domain="kontor.example", up_days=3)
    client.tries(33.2, "meeting-4")
    client.told(33, 1025)
    client.ends(32, 2308)
    client.tries(31, "meeting-4")
    client.gets_in(30.9, 2)
    return client.bundle()


def t046() -> Data:
    """Another remote tool runs beside; since it is there, sessions end after the password with 0x904 and nothing else."""
    host = windows("t046", "TONSTUDIO", "w10", "2026-11-02 17:55", "192.0.2.146", up_days=6)
    image = '"C:\\Program Files\\RustDesk\\RustDesk.exe" --service'
    host.data["services"]["RustDesk"] = service_of("RustDesk", 2, "running", "LocalSystem", image)
    for minutes in (25, 27, 120):
        host.log.called(minutes)
        host.log.add(minutes - 0.05, "Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational",
                     "Microsoft-Windows-TerminalServices-RemoteConnectionManager", 1149, "", "", "")  # fmt: skip
        host.log.add(minutes - 0.06, CORE_OPERATIONAL, CORE, 102)
    return host.bundle()


def t058() -> Data:
    """The host is well and never hears of those who come through the gateway."""
    host = windows("t058", "CTRL-REPORT", "2022", "2026-10-03 19:09", "198.51.100.58", domain="bank.example", up_days=20)
    host.log.visited(150, 2, 40)
    return host.bundle()


def v058() -> Data:
    """A contractor's machine that speaks NTLM as it was spoken in the nineties."""
    client = visitor("v058", "EXT-NB-3", "w10", "2026-10-03 19:09", "192.0.2.158", up_days=8)
    client.put("client_policy.values.LmCompatibilityLevel", 1)
    client.put("client_policy.user_values.RDGClientTransport", 1)
    for minutes in (5, 7, 29):
        client.tries(minutes, "ctrl-report.bank.example")
        client.ends(minutes - 0.1, 50331655)
    return client.bundle()
