# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts whose trouble is that nothing listens, that something else does, or that the service behind it is not itself."""

from __future__ import annotations

from tests.bundles.unseen.around import LOCAL_WALL, POLICY_WALL, built_in, session
from tests.bundles.unseen.values import SERVICES, make

from .host import S2016, S2019, S2022, S2025, W10, W11, W11_23H2, Document, Host

_WRAPPER = "%ProgramFiles%\\RDP Wrapper\\rdpwrap.dll"


def s061() -> Document:
    h = Host("s061", "FIN-WKS-203", W11, "2026-04-15T08:20:16Z", "10.19.4.203", "maplebank.example", language="us", up=46, users=0, logons=0)
    h.policy(fDenyTSConnections=1)
    h.local(fDenyTSConnections=0)
    h.no_listener()
    return h.bundle(h.look().no_connection("timeout"))


def s062() -> Document:
    h = Host("s062", "SHOPFLOOR-RDS", S2019, "2026-10-21T12:00:40Z", "10.160.2.2", "anlagen.example", language="de", session_host=True, users=7, logons=4)
    h.policy(fDenyTSConnections=0)
    h.local(fDenyTSConnections=1)
    for index, minutes in enumerate((22, 118, 207, 311, 399, 488)):
        for number in range(2, 7):
            h.log.session(minutes - number * 0.01, 40, str(number), "0")
            h.log.session(minutes - number * 0.01, 24, "", str(number), "")
        h.log.operational(minutes, 259, "")
        h.log.operational(minutes - 0.05 - index * 0.001, 258, "")
    return h.bundle(h.whole())


def s063() -> Document:
    h = Host("s063", "KIOSK-HALL-B", W10, "2026-07-01T05:45:12Z", "10.44.0.63", None, language="pl", maker="hp", up=13, users=0, logons=0)
    h.service("TermService", state="stopped", start=4)
    h.service("UmRdpService", state="stopped", start=4)
    h.no_listener(running=False)
    h["sessions"]["sessions"] = [session(0, "disconnected", "Services"), session(1, "active", "Console")]
    return h.bundle(h.look().no_connection("timeout"))


def s064() -> Document:
    h = Host("s064", "CTX-APP07", S2016, "2026-02-03T14:14:58Z", "10.55.10.7", "clinic.example", up=74, broken=95, session_host=True, users=0, logons=5)
    h.service("TermService", state="stopped")
    h.service("UmRdpService", state="stopped")
    h.no_listener(running=False)
    for count, minutes in enumerate((99, 97), 1):
        h.log.crashed(minutes, "TermService", count, restarts=True)
    h.log.crashed(94, "TermService", 3, restarts=False)
    h["firewall"]["profiles"]["domain"]["policy"]["EnableFirewall"] = make(POLICY_WALL + "\\DomainProfile", 0)
    return h.bundle(h.look().no_connection("refused"))


def s065() -> Document:
    h = Host("s065", "HOMELAB-PC", W11_23H2, "2026-08-13T20:02:29Z", "192.168.1.50", None, maker="dell", up=9, broken=560, users=1, logons=2)
    h.library(_WRAPPER)
    h.no_listener()
    h.log.crashed(556, "TermService", 1, restarts=True)
    h["ports"]["term_service_pid"] = 7712
    h["firewall"]["profiles"]["private"]["local"]["EnableFirewall"] = make(LOCAL_WALL + "\\StandardProfile", 0)
    return h.bundle(h.look("same network").no_connection("refused"))


def s066() -> Document:
    h = Host("s066", "BACKUP-PROXY", S2022, "2026-03-28T02:22:22Z", "10.7.7.40", "granit.example", language="de", up=2, broken=140, logons=2)
    h["services"]["TermService"]["ObjectName"] = make(SERVICES + "\\TermService", "GRANIT\\svc-backup")
    h.service("TermService", state="stopped")
    h.service("UmRdpService", state="stopped")
    h.no_listener(running=False)
    h.log.service(131, 7000, "TermService", "%%1069")
    h.log.service(64, 7000, "TermService", "%%1069")
    h.log.service(12, 7000, "TermService", "%%1069")
    return h.bundle(h.look().no_connection("timeout"))


def s067() -> Document:
    h = Host("s067", "JENKINS-WIN1", S2022, "2026-05-26T16:26:03Z", "10.90.2.61", "softhaus.example", core=True, up=1, broken=80, logons=2)
    h.no_listener()
    h.listens(3389, 4388, six=False)
    h.log.operational(60, 260, "", "2147952448", level=3)
    h.log.manager(60, 1035, "0x80072740")
    return h.bundle(h.look().no_answer("not_rdp", "HTTP"))


def s068() -> Document:
    h = Host("s068", "RESTORED-VM", S2019, "2026-09-17T09:01:47Z", "10.12.40.21", "lakeview.example", language="us", up=4, broken=300, logons=1)
    h.local(fEnableWinStation=0, LoadableProtocol_Object="{00000000-0000-0000-0000-000000000000}", PdName="", PdDLL="")
    h.no_listener()
    h.log.manager(250, 1035, "0x80004002")
    h.log.manager(20, 1035, "0x80004002")
    return h.bundle(h.look().no_connection("timeout"))


def s069() -> Document:
    h = Host("s069", "TWO-NICS", S2016, "2026-06-03T18:38:38Z", "10.101.0.12", "hafen.example", language="de", up=20, broken=1200, logons=1)
    h.local(LanAdapter=3)
    h.no_listener()
    h.log.manager(1190, 1036, "0x2740")
    return h.bundle(h.look().no_connection("timeout"))


def s070() -> Document:
    h = Host("s070", "EDGE-NODE-4", S2025, "2026-10-08T07:17:09Z", "10.250.4.4", None, maker="dell", core=True, up=35, broken=2080, logons=0)
    h["firewall"]["rules"] = built_in("v2.33", active=False)
    h["firewall"]["active_profiles"] = ["public"]
    return h.bundle(h.look().no_connection("timeout"))


def s071() -> Document:
    """The rules are for the domain; after a start without a domain controller the network is taken for a public one."""
    h = Host("s071", "SITE9-APP", S2019, "2026-01-13T06:50:31Z", "10.39.9.5", "granit.example", language="de", up=7, broken=430, logons=3)
    h["firewall"]["rules"] = built_in("v2.29", profiles=("Domain",))
    h["firewall"]["active_profiles"] = ["public"]
    h.log.no_controller(419, 5719, "GRANIT", "%%1311", status=0xC000005E)
    h["firewall"]["profiles"]["public"]["local"]["DefaultInboundAction"] = make(LOCAL_WALL + "\\PublicProfile", 1)
    return h.bundle(h.look().no_connection("timeout"))


def s072() -> Document:
    """A program that bans attackers has banned the network of the administrators."""
    h = Host("s072", "WEBSHOP-DB", S2022, "2026-07-19T23:05:54Z", "198.18.40.3", None, up=610, broken=50, logons=5)
    bans = "Action=Block|Active=TRUE|Dir=In|Protocol=6|LPort=3389|RA42=198.18.40.0/255.255.255.0|RA4=203.0.113.7|RA4=203.0.113.99|Name=IPBan_Block_0"
    h.rule("{9A1B6E0F-3F6C-4B0E-8E5D-20AA6B0E3A71}", bans)
    for step in range(9):
        h.log.refused(51 + step * 3, 0xC000006D, 0xC0000064)
        h.log.core(51 + step * 3, 140, "", level=3)
    return h.bundle(h.look("admin network").no_connection("timeout"), h.whole("elsewhere"))


def s073() -> Document:
    h = Host("s073", "FARM-SH-11", S2022, "2026-08-26T06:58:00Z", "10.80.3.31", "helvetia.example", language="fr", session_host=True, users=2, broken=800)
    h.local(TSServerDrainMode=2)
    h.hit(5, 6, 40, 41, 60)
    return h.bundle(h.whole())


def s074() -> Document:
    h = Host("s074", "LIMS", S2019, "2026-05-04T12:33:19Z", "10.73.1.4", "clinic.example", up=170, users=2, broken=65)
    h.policy(MaxInstanceCount=2)
    h.hit(3, 4, 8, 33)
    return h.bundle(h.look().no_answer("closed"))


def s075() -> Document:
    h = Host("s075", "NEWIMAGE-02", W11, "2026-11-16T10:10:37Z", "10.19.77.2", None, maker="dell", up=1, users=0, logons=0)
    setup = "HKLM\\SYSTEM\\Setup"
    h["os"]["setup"] = {"SystemSetupInProgress": make(setup, 0), "OOBEInProgress": make(setup, 1)}
    h["sessions"]["sessions"] = [entry for entry in h["sessions"]["sessions"] if entry["state"] != "active"]
    h.hit(20, 21)
    return h.bundle(h.look().no_answer("closed"))


def s076() -> Document:
    h = Host("s076", "APP-CLUSTER2", S2016, "2026-10-15T01:20:05Z", "10.33.2.12", "valmont.example", language="fr", up=1900, broken=520, logons=3)
    h["os"]["pending_reboot"] = {"component_based_servicing": True, "windows_update": True, "pending_file_rename": True}
    h["os"]["ubr"] = 8783
    h.log.crashed(519, "SessionEnv", 1, restarts=True)
    h.hit(5, 30, 480)
    return h.bundle(h.look().tls_ends("closed"))


def s077() -> Document:
    h = Host("s077", "LAPTOP-CEO", W11, "2026-03-10T07:03:44Z", "10.19.200.14", "maplebank.example", language="us", maker="hp", up=3, users=1)
    h.service("gpsvc", state="stopped", start=4)
    return h.bundle(h.whole())


def s078() -> Document:
    h = Host("s078", "METZGEREI-PC", W10, "2026-06-22T17:47:25Z", "192.168.178.41", None, language="de", up=28, users=0, logons=0)
    h.local(fDenyTSConnections=1)
    h["firewall"]["rules"] = built_in("v2.30", active=False)
    h.no_listener()
    return h.bundle(h.look().no_connection("timeout"))


def s079() -> Document:
    """Read at the console by a program run there: the network does not come up."""
    h = Host("s079", "ANLAGE-7", S2019, "2026-09-08T11:29:33Z", "10.110.5.70", "anlagen.example", language="de", up=1, users=0, logons=0)
    h.log.service(70, 7001, "Dhcp", "Netzwerkspeicher-Schnittstellendienst", "%%1058")
    h.log.service(70, 7001, "Spooler", "Remoteprozeduraufruf (RPC)", "%%1068")
    h.log.no_controller(69, 5719, "ANLAGEN", "%%1311", status=0xC000005E)
    h["firewall"]["active_profiles"] = None
    h["ports"]["ipv4"]["items"] = [entry for entry in h["ports"]["ipv4"]["items"] if entry["port"] in (135, 3389)]
    h["ports"]["ipv6"]["items"] = []
    return h.bundle(h.look().no_connection("timeout"), h.look("same network").no_connection("unreachable"))


def s080() -> Document:
    """A proxy for containers on the developer's machine took the port before the service could."""
    h = Host("s080", "DEV-LAPTOP12", W11, "2026-04-29T13:05:01Z", "10.19.120.12", "softhaus.example", language="de", maker="hp", up=30, users=1, broken=900)
    h.no_listener()
    h.listens(3389, 15204)
    h.listens(2375, 15204, six=False)
    h.log.operational(890, 260, "", "2147952448", level=3)
    return h.bundle(h.look().no_answer("closed"))


def s081() -> Document:
    h = Host("s081", "UPGRADED-PC", W10, "2026-12-02T15:15:15Z", "10.48.60.9", "zielona.example", language="pl", up=3, broken=200, users=0, logons=1)
    h["services"]["TermService"].update(exists=False, state=None)
    for name in ("Start", "ObjectName", "ImagePath"):
        h["services"]["TermService"][name] = make(SERVICES + "\\TermService", None)
    h["services"]["TermService"]["ServiceDll"] = make(SERVICES + "\\TermService\\Parameters", None)
    h.service("UmRdpService", state="stopped")
    h.no_listener(running=False)
    return h.bundle(h.look().no_connection("timeout"))
