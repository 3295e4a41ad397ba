# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts with two things wrong at once."""

from __future__ import annotations

from tests.bundles.third.journal import CORE, CORE_OPERATIONAL, MANAGER, NTLM, RCM_ADMIN, signed
from tests.bundles.third.machine import Data, windows
from tests.bundles.third.papers import issued
from tests.bundles.third.values import before, moment
from tests.bundles.third.visitor import visitor
from tests.bundles.third.wire import CLOSED, NTLM_BLOCKED, RESET, TIMEOUT, Line

from ..parts import BAD_KEY, busy, controller, farm, foreign, hardened, hit, nobody, old, scanned, spooled, tokyo


def f077() -> Data:
    """Permissions below ProgramData were set back with all that is in it: neither the folder nor the key is as it has to be."""
    m = windows("f077", "SHAREPOINT-2", "2019", "2026-10-10 09:30", "10.13.1.22", domain="kreis.example", language="de", up_days=4.2, paper_days=150)
    m.data["key_store"]["folder"]["sddl"] = "O:SYG:SYD:AI(A;OICIID;FA;;;SY)(A;OICIID;FA;;;BA)(A;OICIIOID;GA;;;CO)(A;OICIID;0x1200a9;;;BU)"
    m.key(sddl="O:SYG:SYD:AI(A;ID;FA;;;SY)(A;ID;FA;;;BA)(A;ID;0x1200a9;;;BU)")
    m.talk = m.line.broken_tls(RESET)
    hit(m, 36870, *BAD_KEY)
    for minutes in (1500, 780, 60):
        m.log.system(minutes, 1058, signed(0x80070005))
    return m.bundle()


def f078() -> Data:
    """Two ready-made commands of the cloud were run one after the other, and nobody put back what they weakened."""
    m = windows("f078", "vm-sap-gw", "2019", "2026-10-14 17:12", "10.210.0.9", is_azure=True, up_days=0.6, paper_days=0.5)
    m.local(SecurityLayer=0, MinEncryptionLevel=1, UserAuthentication=0)
    m.talk = m.line.only_old()
    m.log.system(720, 1056, m.who.name, level=4)
    nobody(m)
    return m.bundle()


def f079() -> Data:
    """Policy forbids Remote Desktop in the new OU, and the firewall team's policy there knows no rule for it either."""
    m = tokyo("f079", "SAPPORO-5", "2022", "2026-11-06 03:33", "10.8.60.5", domain="kobo.example", up_days=3.1)
    m.policy(fDenyTSConnections=1)
    m.put("firewall.profiles.domain.policy.EnableFirewall", 1)
    m.put("firewall.profiles.domain.policy.DefaultInboundAction", 1)
    m.put("firewall.profiles.domain.policy.AllowLocalPolicyMerge", 0)
    m.not_listening()
    m.talk = m.line.unconnectable(TIMEOUT)
    return m.bundle()


def f080() -> Data:
    """A farm member that was drained for good before a move, and has no mode of licences since the policy was unlinked."""
    m = windows("f080", "RDSH-09", "2022", "2026-10-30 15:30", "10.33.2.9", domain="allianz-bau.example", netbios="ABAU", language="de", up_days=6)
    farm(m, users=1)
    m.put("licensing.mode.policy", None)
    m.put("licensing.servers.policy", None)
    m.local(TSServerDrainMode=2)
    for minutes in (2700, 1300, 60):
        m.log.add(minutes, RCM_ADMIN, MANAGER, 1068, level=2)
    m.log.add(1299, RCM_ADMIN, MANAGER, 1069, level=2)
    for minutes in (9, 30):
        m.log.called(minutes)
        m.log.add(minutes - 0.1, CORE_OPERATIONAL, CORE, 102)
    return m.bundle()


def f081() -> Data:
    """A public address under attack: the guard against floods works at times, and the one account that matters is locked by it."""
    m = windows("f081", "cust-4471", "2022", "2026-11-01 04:10", "198.51.100.71", up_days=61)
    m.data["firewall"]["active_profiles"] = ["public"]
    m.talk = m.line.at_times()
    scanned(m, 14)
    for minutes in (6, 90, 300, 1000):
        m.log.add(minutes, RCM_ADMIN, MANAGER, 1006, level=3)
    for minutes in (8, 48, 208):
        m.log.locked(minutes)
        m.log.refused(minutes - 1, 0xC0000234, 0xC0000234)
    return m.bundle()


def f082() -> Data:
    """NTLM is refused altogether and the clock is nine minutes slow: no ticket counts, and there is nothing else to fall back on."""
    m = windows("f082", "HSM-CTRL", "2019", "2026-10-02 10:22", "10.77.0.31", domain="trust.example", skew=-548, up_days=90)
    hardened(m)
    m.put("logon.values.RestrictReceivingNTLMTraffic", 2)
    m.put("time.values.Type", "NTP")
    m.put("time.values.NtpServer", "10.77.0.1,0x8")
    m.talk = m.line.ends_in_credssp(NTLM_BLOCKED, 0xC0000418)
    for minutes in (5, 19, 300):
        m.log.called(minutes)
        m.log.add(minutes - 0.03, "Microsoft-Windows-NTLM/Operational", NTLM, 4002, 700, "", "", "", "", "", "", level=3)
        m.log.refused(minutes - 0.02, 0xC0000133)
    return m.bundle()


def f083() -> Data:
    """A list of services to switch off from a site for players: the renewer of certificates and the client of policies are on it."""
    m = windows("f083", "MEETING-2", "w11e", "2026-10-26 11:00", "10.52.8.2", domain="werk2.example", language="de", up_days=30, paper_days=201)
    m.service("SessionEnv", state="stopped", start=4)
    m.service("gpsvc", state="stopped", start=4)
    busy(m, 1000)
    spooled(m)
    return m.bundle()


def f084() -> Data:
    """TLS 1.3 was forced on a 2019, and the template of certificates that the policy names does not exist."""
    m = windows("f084", "REV-PROXY", "2019", "2026-11-08 22:15", "10.91.0.3", domain="hansa.example", up_days=1.5)
    m.protocol("tls13", "server", Enabled=1, DisabledByDefault=0)
    m.put("certificate.bindings.CertTemplateName", "RDP Host Certificate")
    m.talk = m.line.only_without_tls13(RESET)
    for minutes in (2150, 1430, 710):
        m.log.system(minutes, 1064, "RDP Host Certificate", signed(0x80094800))
    hit(m, 36871, "", 10013, own=2, others=2)
    nobody(m)
    return m.bundle()


def f085() -> Data:
    """A benchmark twice as strict as meant: the password is asked for anew, and the helpdesk's group lost the right."""
    m = windows("f085", "RDSH-VW", "2022", "2026-10-21 06:45", "10.40.3.3", domain="kreis.example", language="de", up_days=1.8)
    farm(m, "lic.kreis.example", users=2)
    hardened(m)
    m.policy(fPromptForPassword=1)
    group = m.data["logon"]["groups"]["remote_desktop_users"]["items"][0]
    m.data["logon"]["rights"]["SeDenyRemoteInteractiveLogonRight"]["items"].append(group)
    for minutes in (4, 12, 13, 200):
        m.log.called(minutes)
        m.log.refused(minutes - 0.2, 0xC000015B, 0, 10)
    return m.bundle()


def g085() -> Data:
    """The administrator with what he saved, who is asked for it all the same."""
    c = visitor("g085", "VW-ADM", "w11", "2026-10-21 06:46", "10.40.9.1", domain="kreis.example", language="de")
    c.saved("TERMSRV/rdsh-vw.kreis.example", moment("2026-07-01 08:00"))
    c.tries(6, "rdsh-vw.kreis.example")
    c.ends(5.9, 8455)
    return c.bundle()


def f086() -> Data:
    """A library that lets several in on a Windows 10 was taken away by the virus scanner, and the rule group is off."""
    m = windows("f086", "HOTEL-FRONT", "w10", "2026-10-17 12:20", "192.168.30.11", language="es", up_days=0.9)
    m.service("TermService")["ServiceDll"]["value"] = "%ProgramFiles%\\RDP Wrapper\\rdpwrap.dll"
    m.rdp_stopped()
    for rule in m.data["firewall"]["rules"]:
        rule["text"] = rule["text"].replace("Active=TRUE", "Active=FALSE")
    m.talk = m.line.unconnectable(TIMEOUT)
    for minutes in (1290, 1100, 15):
        m.log.service(minutes, 7023, "TermService", "%%126")
    return m.bundle()


def f087() -> Data:
    """The branch hears nothing after its hello for the tunnel is too narrow; everybody else is shown a certificate that ran out on Sunday."""
    m = windows("f087", "SALES-TS", "2016", "2026-11-10 08:00", "10.29.5.5", domain="messe.example", up_days=20)
    paper = issued(m.who.fqdn, "Messe Sub CA", before(m.who.when.replace(second=0), days=367), 365)
    m.add_to_my(paper, "te-sales")
    m.bind(paper)
    m.serve(paper)
    m.seen_from("fair ground", Line(m.who, paper.der, slow=18).silent_tls())
    for minutes in (2600, 1160):
        m.log.add(minutes, RCM_ADMIN, MANAGER, 1053, level=2)
    busy(m, 500)
    return m.bundle()


def f088() -> Data:
    """A clone with a new identifier on a new network: its key belongs to the template, and the network counts as public."""
    m = windows("f088", "CLASS-31", "w11", "2026-09-30 13:10", "192.168.90.31", language="fr", up_days=0.3, paper_days=70)
    m.key(exists=False, size=None, sddl=None)
    m.data["key_store"]["foreign_files"] = foreign("CLASS-MASTER")
    for rule in m.data["firewall"]["rules"]:
        rule["text"] = rule["text"].replace("LPort=", "Profile=Domain|Profile=Private|LPort=")
    m.data["firewall"]["active_profiles"] = ["public"]
    m.talk = m.line.unconnectable(TIMEOUT)
    m.log.system(430, 1057, signed(0x80090016))
    m.log.system(425, 1057, signed(0x80090016))
    nobody(m)
    return m.bundle()


def f089() -> Data:
    """An old controller: it lacks the update of 2018, and its key can no longer be read since a scanner "secured" the folder's files."""
    m = old("f089", "DC-ALT", "2026-09-08 06:06", "10.32.0.4", ubr=18969, domain="neuland.example", up_days=110, paper_days=140)
    controller(m)
    m.line.version = 3
    m.key(sddl="O:BAG:SYD:P(D;;FR;;;NS)(A;;FA;;;SY)(A;;FA;;;BA)")
    m.talk = m.line.broken_tls(CLOSED)
    hit(m, 36870, *BAD_KEY, others=3)
    return m.bundle()
