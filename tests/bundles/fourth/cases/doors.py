# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Listener, services, port, firewall and the way to the host."""

from __future__ import annotations

from dataclasses import replace

from tests.bundles.third.access import rule_text
from tests.bundles.third.journal import CONTROL_MANAGER, CORE, CORE_OPERATIONAL, MANAGER, RCM_ADMIN, tail
from tests.bundles.third.machine import Data, windows
from tests.bundles.third.system import service_of
from tests.bundles.third.wire import CLOSED, REFUSED, TIMEOUT

from ..parts import busy, controller, farm, foreign, hardened, left_often, nobody, other, scanned, spooled, tokyo


def f027() -> Data:
    """An intermediate OU got the policy that denies; the firewall is off, so that the port refuses at once."""
    m = windows("f027", "LIMS-APP", "2019", "2026-10-13 12:12", "10.80.1.16", domain="labor.example", language="de", up_days=26)
    m.policy(fDenyTSConnections=1)
    m.put("firewall.profiles.domain.policy.EnableFirewall", 0)
    m.not_listening()
    m.talk = m.line.unconnectable(REFUSED)
    busy(m, 2700, stayed=20)
    spooled(m)
    return m.bundle()


def f028() -> Data:
    """Policy allows, the local value forbids: at every refresh of the policy all sessions of the farm member are cut, and come back."""
    m = windows("f028", "RDSH-07", "2022", "2026-10-29 10:40", "10.33.2.7", domain="allianz-bau.example", netbios="ABAU", up_days=4)
    farm(m, "rdlic.allianz-bau.example", users=4)
    m.local(fDenyTSConnections=1)
    m.policy(fDenyTSConnections=0)
    for minutes in (22, 121, 214, 320, 417):
        left_often(m, 0, 4, minutes, minutes - 0.02)
        left_often(m, 0, 5, minutes - 0.03)
        m.log.called(minutes - 0.6)
    return m.bundle()


def f029() -> Data:
    """A driver of a display adapter takes the service down with it; after the third time nobody starts it again."""
    m = windows("f029", "CAD-WS11", "w11e", "2026-11-03 17:25", "10.21.4.11", domain="getriebe.example", language="de", up_days=0.5)
    m.rdp_stopped()
    m.talk = m.line.unconnectable(TIMEOUT)
    words = ("svchost.exe_TermService", "10.0.26100.1", "9fcc1a2b", "nvd3dumx.dll", "32.0.15.6094", "66d0c7aa", "c0000005", "00000000000a31f7")
    for number, minutes in enumerate((610, 540, 515)):
        m.log.add(minutes, "Application", "Application Error", 1000, *words, level=2)
        if number < 2:
            m.log.stopped_often(minutes - 0.05, "TermService", number + 1)
        else:
            m.log.service(minutes - 0.05, 7034, "TermService", 3)
    return m.bundle()


def f030() -> Data:
    """A hardening tool gave the service an account of the domain, whose password has changed since."""
    m = windows("f030", "PDM-2", "2016", "2026-10-19 06:20", "10.21.0.42", domain="getriebe.example", language="de", up_days=0.12)
    found = m.service("TermService")
    found["ObjectName"]["value"] = "GETRIEBE\\svc-rdp"
    m.rdp_stopped()
    m.talk = m.line.unconnectable(TIMEOUT)
    for minutes in (171, 90):
        m.log.add(minutes, "System", CONTROL_MANAGER, 7038, "TermService", "GETRIEBE\\svc-rdp", "%%1326", level=2)
        m.log.service(minutes - 0.01, 7000, "TermService", "%%1069")
    return m.bundle()


def f031() -> Data:
    """A forwarding of ports that was set up for a migration took 3389 at the last start; behind it the old server answers."""
    m = windows("f031", "TERM-NEU", "2022", "2026-10-24 07:58", "10.99.0.15", domain="praxis.example", language="de", up_days=0.2)
    other(m, "TERM-ALT", "2012r2", "praxis.example")
    m.line.windows = (6, 3, 9600, 15)
    for family in ("ipv4", "ipv6"):
        items = m.data["ports"][family]["items"]
        m.data["ports"][family]["items"] = [
            item | {"pid": 1288} if item["port"] == 3389 else item for item in items if family == "ipv4" or item["port"] != 3389
        ]
    m.log.events = [event for event in m.log.events if event["id"] != 258]
    m.data["sessions"]["sessions"] = [item for item in m.data["sessions"]["sessions"] if not item["station"].lower().startswith("rdp-tcp")]
    m.log.system(288, 1035)
    rule = rule_text(m.who, 3389, name="Migration 3389").replace("App=%SystemRoot%\\system32\\svchost.exe|Svc=termservice|", "")
    m.data["firewall"]["rules"].append({"id": "{A2C6E0D4-17B5-4E39-8C20-5D1F6B7A9034}", "hive": "local", "text": rule})
    nobody(m)
    return m.bundle()


def f032() -> Data:
    """An uninstaller of a display protocol left its own provider in the listener: it listens, and lets nobody past the first packet."""
    m = windows("f032", "VDI-GOLD2", "w10e", "2026-11-06 15:15", "10.61.4.2", domain="kanton.example", language="de", up_days=0.6)
    m.local(LoadableProtocol_Object="{18b726bb-6fe6-4fb9-9276-ed57ce7c7cb2}")
    for station in m.data["listener"]["win_stations"]:
        if station["name"] == "RDP-Tcp":
            station["LoadableProtocol_Object"]["value"] = "{18b726bb-6fe6-4fb9-9276-ed57ce7c7cb2}"
    m.talk = m.line.cuts_at_once(CLOSED)
    m.hears = False
    m.log.system(860, 1035)
    m.log.system(12, 1036)
    nobody(m)
    return m.bundle()


def f033() -> Data:
    """The adapter was exchanged; the listener is still bound to the third of two."""
    m = windows("f033", "SCADA-HMI", "w10e", "2026-10-02 11:34", "172.30.2.15", up_days=1.1)
    m.local(LanAdapter=3)
    m.not_listening()
    m.talk = m.line.unconnectable(TIMEOUT)
    m.log.system(1580, 1035)
    m.log.add(1590, "Microsoft-Windows-Kernel-PnP/Configuration", "Microsoft-Windows-Kernel-PnP", 400, "", level=4)
    return m.bundle()


def f034() -> Data:
    """A policy of the firewall team ignores all local rules of the domain profile and brings none for Remote Desktop."""
    m = tokyo("f034", "KYOTO-FS2", "2022", "2026-10-16 01:20", "10.8.12.5", domain="kobo.example", up_days=9)
    m.put("firewall.profiles.domain.policy.EnableFirewall", 1)
    m.put("firewall.profiles.domain.policy.DefaultInboundAction", 1)
    m.put("firewall.profiles.domain.policy.AllowLocalPolicyMerge", 0)
    rule = rule_text(m.who, 445, name="SMB from clients", profile="Domain").replace("App=%SystemRoot%\\system32\\svchost.exe|Svc=termservice", "App=System")
    m.data["firewall"]["rules"].append({"id": "{5B1E0A2C-8D33-4C71-9E65-6F3C2A7D9B10}", "hive": "policy", "text": rule})
    m.talk = m.line.unconnectable(TIMEOUT)
    spooled(m)
    nobody(m)
    return m.bundle()


def f035() -> Data:
    """The port was moved in the registry and the service restarted; the firewall was not told."""
    m = windows("f035", "EDGE-BR3", "2025", "2026-11-09 09:09", "198.51.100.33", port=40389, up_days=2.2)
    m.data["firewall"]["active_profiles"] = ["public"]
    m.talk = m.line.unconnectable(TIMEOUT)
    m.log.add(300, "System", CONTROL_MANAGER, 7034, "Telegraf Data Collector", 1, tail("telegraf"), level=2)
    nobody(m)
    return m.bundle()


def f036() -> Data:
    """A security group in the cloud has an address of the office that has changed: the controller is cut off, the bastion inside is not."""
    m = windows("f036", "vm-build-02", "2025", "2026-10-22 20:01", "10.4.0.6", is_azure=True, up_days=31)
    m.talk = m.line.unconnectable(TIMEOUT)
    m.seen_from("bastion subnet")
    m.log.called(1.2)
    busy(m, 2000, 2500)
    return m.bundle()


def f037() -> Data:
    """A domain host that came up before its network knew the domain: it stands on the public profile, where the rules do not reach."""
    m = windows("f037", "WMS-3", "2019", "2026-10-05 05:15", "10.41.6.3", domain="logistik.example", language="de", up_days=0.35)
    for rule in m.data["firewall"]["rules"]:
        rule["text"] = rule["text"].replace("LPort=3389|", "Profile=Domain|Profile=Private|LPort=3389|")
    m.data["firewall"]["active_profiles"] = ["public"]
    m.talk = m.line.unconnectable(TIMEOUT)
    m.log.add(500, "System", "NETLOGON", 5719, "LOGISTIK", "", level=2)
    nobody(m)
    return m.bundle()


def f038() -> Data:
    """A script that tidies the registry took the switch away altogether; what is not there forbids."""
    m = windows("f038", "RECEPTION-1", "w11", "2026-11-14 08:44", "192.168.1.61", language="fr", up_days=3.3)
    m.local(fDenyTSConnections=None)
    m.not_listening()
    m.talk = m.line.unconnectable(TIMEOUT)
    spooled(m, 1)
    return m.bundle()


def f039() -> Data:
    """An optimiser of services switched the group policy client off; a domain host that still lets everybody in, by the policy of last spring."""
    m = windows("f039", "MES-LINE2", "w10e", "2026-10-17 18:30", "10.52.3.2", domain="werk2.example", language="de", up_days=15)
    m.service("gpsvc", state="stopped", start=4)
    hardened(m)
    busy(m, 500, 1600)
    return m.bundle()


def f040() -> Data:
    """The address client was disabled to save memory; read over the hypervisor's own channel, the host has only an address of its own making."""
    m = windows("f040", "TEST-VM-5", "2022", "2026-11-11 11:50", "10.0.77.5", up_days=0.1)
    m.service("Dhcp", state="stopped", start=4)
    for item in m.data["ports"]["ipv4"]["items"]:
        if item["port"] == 139:
            item["address"] = "169.254.83.107"
    m.data["firewall"]["active_profiles"] = ["public"]
    m.talk = m.line.unconnectable(TIMEOUT)
    m.log.add(
        140, "System", CONTROL_MANAGER, 7001, "WinHTTP Web Proxy Auto-Discovery Service", m.who.word("Dhcp"), "%%1058", tail("WinHttpAutoProxySvc"), level=2
    )
    nobody(m)
    return m.bundle()


def f041() -> Data:
    """The name points at the predecessor, which is still running; by its address the new host answers."""
    m = windows("f041", "INTRA-NEW", "2025", "2026-11-17 10:20", "10.23.0.88", domain="verlag.example", asked="intra.verlag.example", up_days=5)
    other(m, "INTRA-OLD", "2016", "verlag.example")
    m.line.who = replace(m.who, address="10.23.0.19")
    busy(m, 1200)
    return m.bundle()


def f042() -> Data:
    """The limit of connections was set by policy for a demonstration: two sit inside, the third is shut out before a word."""
    m = windows("f042", "DEMO-HALL", "2019", "2026-10-25 14:48", "10.29.1.9", domain="messe.example", up_days=2.5)
    farm(m, "lic.messe.example", users=2)
    m.policy(MaxInstanceCount=2)
    m.talk = m.line.cuts_at_once(CLOSED)
    for minutes in (11, 13, 40):
        m.log.called(minutes)
        m.log.add(minutes - 0.02, CORE_OPERATIONAL, CORE, 102)
    return m.bundle()


def f043() -> Data:
    """Logons were switched off on the command line before an update of the farm, and stayed so after it."""
    m = windows("f043", "RDSH-12", "2016", "2026-11-13 06:10", "10.33.2.12", domain="allianz-bau.example", netbios="ABAU", language="de", up_days=0.4)
    farm(m, "rdlic.allianz-bau.example", users=0)
    m.local(WinStationsDisabled="1", TSServerDrainMode=0)
    for minutes in (8, 9, 21, 22):
        m.log.called(minutes)
        m.log.add(minutes - 0.05, CORE_OPERATIONAL, CORE, 102)
    return m.bundle()


def f044() -> Data:
    """Strangers try a small public machine day and night; half of all connections are cut before an answer."""
    m = windows("f044", "vps-31274", "w10", "2026-10-10 03:33", "203.0.113.14", port=3390, up_days=77)
    m.data["firewall"]["active_profiles"] = ["public"]
    m.data["firewall"]["rules"][0]["text"] = m.data["firewall"]["rules"][0]["text"].replace("LPort=3389", "LPort=3390")
    m.talk = m.line.at_times()
    scanned(m, 40)
    for minutes in (5, 44, 171, 600, 1441):
        m.log.add(minutes, RCM_ADMIN, MANAGER, 1006, level=3)
    return m.bundle()


def f045() -> Data:
    """The image was generalised twice; set-up is waiting for somebody at the console and no logon is ready."""
    m = windows("f045", "WIN-7Q2K9ZT", "2022", "2026-11-08 12:00", "10.4.9.44", is_azure=True, up_days=0.05, paper_days=0.04)
    m.put("os.setup.OOBEInProgress", 1)
    m.put("os.setup.SystemSetupInProgress", 1)
    m.talk = m.line.cuts_at_once(CLOSED)
    nobody(m)
    return m.bundle()


def f046() -> Data:
    """A remote tool that brings a display of its own is installed; sessions end as soon as the name and password are taken."""
    m = windows("f046", "BUERO-PC3", "w11", "2026-10-31 15:31", "192.168.178.33", language="de", up_days=1.7)
    program = '"C:\\Program Files\\RustDesk\\rustdesk.exe" --service'
    m.data["services"]["RustDesk"] = service_of("RustDesk", 2, "running", "LocalSystem", program)
    for minutes in (18, 25, 1310):
        m.log.visited(minutes, 3)
        m.log.left(minutes - 0.3, 3, 0)
        m.log.add(minutes - 0.3, CORE_OPERATIONAL, CORE, 103, 0)
    nobody(m)
    return m.bundle()


def f047() -> Data:
    """A controller whose service was disabled by a list for desktops; the firewall is off there by policy."""
    m = windows("f047", "DC-LISBOA", "2019", "2026-10-01 09:55", "10.35.0.2", domain="atlantico.example", language="es", up_days=1.4)
    controller(m)
    m.service("TermService", start=4)
    m.service("UmRdpService", start=4)
    m.rdp_stopped()
    for name in ("domain", "private", "public"):
        m.put(f"firewall.profiles.{name}.local.EnableFirewall", 0)
    m.talk = m.line.unconnectable(REFUSED)
    m.data["key_store"]["foreign_files"] = foreign("dc template")
    return m.bundle()
