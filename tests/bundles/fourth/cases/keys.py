# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Keys and certificates."""

from __future__ import annotations

from tests.bundles.third import crypto
from tests.bundles.third.journal import MANAGER, RCM_ADMIN, signed
from tests.bundles.third.machine import Data, windows
from tests.bundles.third.papers import issued
from tests.bundles.third.values import NT, TS, before, value_of
from tests.bundles.third.visitor import visitor
from tests.bundles.third.wire import CLOSED, RESET

from ..parts import BAD_KEY, busy, certified, controller, expired_before, foreign, hit, nobody, old, scanned, spooled, tokyo


def f001() -> Data:
    """A domain controller whose key file was given to NETWORK, not to NETWORK SERVICE, by somebody who typed it from memory."""
    m = windows("f001", "HV-DC02", "2016", "2026-10-06 07:42", "10.20.0.12", domain="hv.example", up_days=33.2)
    controller(m)
    m.key(sddl="O:BAG:SYD:PAI(A;;FA;;;SY)(A;;FA;;;BA)(A;;FR;;;NU)")
    m.talk = m.line.broken_tls(RESET)
    hit(m, 36870, *BAD_KEY)
    m.log.schannel(600, 36886)
    spooled(m)
    return m.bundle()


def f002() -> Data:
    """The certificate was deleted as the forum says; no new one comes, for only administrators may write into the folder since a restore."""
    m = windows("f002", "FILE-11", "2019", "2026-10-12 14:05", "10.31.4.11", domain="lindner.example", language="de", up_days=12.4, paper_days=100)
    m.data["key_store"]["folder"]["sddl"] = "O:BAG:SYD:AI(A;OICIID;FA;;;SY)(A;OICIID;FA;;;BA)(A;OICIID;0x1200a9;;;BU)"
    m.data["certificate"]["stores"]["remote_desktop"] = crypto.store()
    m.key(exists=False, size=None, sddl=None)
    m.talk = m.line.broken_tls(CLOSED)
    for minutes in (35, 41, 400):
        m.log.system(minutes, 1057, signed(0x80070005))
    busy(m, 2100, 1800)
    spooled(m)
    return m.bundle()


def f003() -> Data:
    """A backup tool put the disk back without the machine's keys; files of the image's other machines are still there."""
    m = windows("f003", "KIOSK-207", "w11", "2026-11-02 10:31", "192.168.40.27", up_days=2.9, paper_days=44)
    m.key(exists=False, size=None, sddl=None)
    m.data["key_store"] |= {"foreign_files": foreign("image one", "image two"), "file_count": 4}
    m.talk = m.line.broken_tls(RESET)
    m.events_hours = 168
    m.log.system(4170, 1057, signed(0x80090016))
    m.log.system(4168, 1058, signed(0x80090016))
    hit(m, 36870, *BAD_KEY, others=2)
    nobody(m)
    return m.bundle()


def f004() -> Data:
    """The half-year is over on a cloned 2012 R2 and the new key collides with a container that is still there; the old certificate goes on being served."""
    m = old("f004", "TERM3", "2026-09-29 16:18", "10.0.8.33", domain="stadtwerk.example", language="de", up_days=61, paper_days=185.6)
    m.data["key_store"]["foreign_files"] = foreign("TERM1", "TERM2", "TERM-GOLD")
    m.key(sddl="O:S-1-5-21-1004336348-1177238915-682003330-500G:SYD:PAI(A;;FA;;;SY)(A;;FR;;;NS)")
    for minutes in (95, 815, 1535, 2255):
        m.log.system(minutes, 1058, signed(0x8009000F))
    busy(m, 200, 1500)
    scanned(m, 2)
    return m.bundle()


def f005() -> Data:
    """A list of services to switch off held SessionEnv; the certificate ran out six days ago and strict clients turn back."""
    m = windows("f005", "srv-erp-04", "2022", "2026-10-20 06:55", "10.44.1.4", domain="muehle.example", language="de", up_days=19, paper_days=189)
    m.service("SessionEnv", state="stopped", start=4)
    m.service("CertPropSvc", state="stopped", start=4)
    busy(m, 1300)
    spooled(m, 1)
    return m.bundle()


def g005() -> Data:
    """The machine of the accountant: policy says not to connect to a server that cannot be checked."""
    c = visitor("g005", "PC-FIBU-02", "w11e", "2026-10-20 06:56", "10.44.7.52", domain="muehle.example", language="de")
    c.put("client_policy.values.AuthenticationLevel", 1)
    c.tries(9, "srv-erp-04.muehle.example")
    c.ends(8.8, 6919)
    return c.bundle()


def f006() -> Data:
    """A provider of a smart-card product was taken off badly: each renewal ends in its missing library, a day before the end."""
    m = tokyo("f006", "NAGOYA-AP1", "2019", "2026-10-30 23:12", "172.18.3.21", domain="kobo.example", up_days=51, paper_days=182.2)
    m.events_hours = 96
    for minutes in (190, 910, 1630, 2350, 3070, 3790):
        m.log.add(minutes, RCM_ADMIN, MANAGER, 1058, signed(0x8009001D), level=2)
    busy(m, 700, 1400, 2000)
    spooled(m)
    return m.bundle()


def f007() -> Data:
    """A cleaner for the registry took the name of the store away on a server without a desktop."""
    m = windows("f007", "CORE-SQL1", "2022", "2026-11-04 09:26", "10.8.0.71", domain="adler.example", up_days=0.4, paper_days=71)
    m.data["os"]["installation_type"] = "Server Core"
    m.put("certificate.bindings.SelfSignedCertStore", None)
    m.put("certificate.bindings.SelfSignedCertificate", None)
    m.talk = m.line.broken_tls(CLOSED)
    for minutes in (570, 300, 12):
        m.log.system(minutes, 1057, signed(0x80070057))
    hit(m, 36870, *BAD_KEY, others=1)
    nobody(m)
    return m.bundle()


def f008() -> Data:
    """The ACME client renewed, but its last step never bound the new one: the expired certificate is served on another port."""
    m = windows("f008", "rds", "2025", "2026-10-15 12:00", "203.0.113.80", port=33899, up_days=6, asked="rds.kontor.example")
    since = before(m.who.when.replace(second=0), days=94)
    stale = issued("rds.kontor.example", "R11", since, 90)
    fresh = issued("rds.kontor.example", "R13", before(m.who.when.replace(second=0), days=30), 90)
    m.add_to_my(stale, "le-2026-07")
    m.add_to_my(fresh, "le-2026-09")
    m.bind(stale)
    m.serve(stale)
    m.data["firewall"]["rules"][0]["text"] = m.data["firewall"]["rules"][0]["text"].replace("LPort=3389", "LPort=33899")
    for minutes in (1100, 2540):
        m.log.add(minutes, RCM_ADMIN, MANAGER, 1053, level=2)
    scanned(m, 4)
    return m.bundle()


def f009() -> Data:
    """A script wrote the forty characters of the thumbprint as bytes; the kind is right and the length is not."""
    m = windows("f009", "JUMP-A", "2022a", "2026-10-08 18:20", "10.60.1.4", domain="nordkap.example", is_azure=True, up_days=3)
    paper = issued(m.who.fqdn, "Nordkap Issuing CA 2", before(m.who.when.replace(second=0), days=20))
    m.add_to_my(paper, "tp-jump")
    path = m.data["certificate"]["bindings"]["SSLCertificateSHA1Hash"]["path"]
    m.data["certificate"]["bindings"]["SSLCertificateSHA1Hash"] = value_of(path, paper.thumbprint.lower().encode("ascii"))
    for minutes in (1440, 60):
        m.log.add(minutes, RCM_ADMIN, MANAGER, 1059, level=2)
    busy(m, 900)
    return m.bundle()


def f010() -> Data:
    """The template was replaced at the authority; the certificate that came from it ran out, and the host fell back to its own."""
    m = windows("f010", "app17", "2019", "2026-10-27 08:08", "10.12.0.117", domain="corp.hansa.example", netbios="HANSA", language="de", up_days=14)
    ended = issued(m.who.fqdn, "Hansa Issuing CA 1", before(m.who.when.replace(second=0), days=368), 365, for_rdp=True)
    m.add_to_my(ended, "te-RDPServer-1")
    m.put("certificate.bindings.CertTemplateName", "HansaRDPServer")
    m.data["certificate"]["bindings"]["TemplateCertificate"] = value_of(f"{TS}\\WinStations", ended.hash)
    for minutes in (130, 850, 1570, 2290):
        m.log.system(minutes, 1065, "HansaRDPServer")
        m.log.system(minutes - 0.1, 1064, "HansaRDPServer", signed(0x80094800))
    expired_before(m)
    busy(m, 500)
    return m.bundle()


def f011() -> Data:
    """ProgramData was sent to another disk to save room; the keys did not go along, and after the restart nothing serves."""
    m = windows("f011", "BACKUP-SRV", "2016", "2026-10-18 20:45", "192.168.7.9", language="fr", up_days=0.21, paper_days=130)
    m.data["key_store"]["program_data"] = value_of(f"{NT}\\ProfileList", "E:\\ProgramData", "REG_EXPAND_SZ")
    m.data["key_store"]["folder"] = {"path": "E:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys", "exists": False, "sddl": None, "sddl_kind": "not_found"}
    m.data["key_store"] |= {"foreign_files": [], "file_count": 0, "list_kind": "not_found"}
    m.key(exists=False, size=None, sddl=None)
    m.talk = m.line.broken_tls(CLOSED)
    m.log.system(299, 1057, signed(0x80070003))
    hit(m, 36870, *BAD_KEY, others=1)
    nobody(m)
    return m.bundle()


def f012() -> Data:
    """A certificate in a store provider of the newer kind whose private key is not there: taken over without it from a .cer file."""
    m = windows("f012", "MAIL-GW", "2022", "2026-11-10 13:37", "10.9.9.25", domain="adler.example", up_days=30)
    certified(m, "Adler Server CA", days=2)
    entry = m.data["certificate"]["stores"]["my"]["certificates"][0]
    entry |= {"has_private_key": False, "key_provider": None}
    m.serve(m.who.own_paper)
    m.log.system(2800, 1051)
    m.log.system(1360, 1051)
    busy(m, 600, 1700)
    scanned(m, 3)
    return m.bundle()


def g012() -> Data:
    """The administrator's machine, which trusts only the company's authority."""
    c = visitor("g012", "ADM-WS1", "w11e", "2026-11-10 13:39", "10.9.3.7", domain="adler.example")
    c.put("client_policy.values.AuthenticationLevel", 1)
    c.tries(6, "mail-gw.adler.example")
    c.told(5.95, 1028, "Server supports SSL", "True", "Info")
    c.ends(5.9, 1)
    return c.bundle()
