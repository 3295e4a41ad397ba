# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts about certificates and their keys."""

from __future__ import annotations

from ..crypto import CONTAINER, FOLDER_SDDL, stored
from ..machine import Data, windows
from ..papers import SCHANNEL_CAPI, authority, issued
from ..values import before, guid_of, value_of
from ..wire import RESET

NO_KEY, DENIED = "0x8009030D", "0x80070005"


def t001() -> Data:
    """A deny entry that a script for "hardening of service accounts" put before the others."""
    host = windows("t001", "BRE-APP04", "2019", "2026-10-06 07:42", "198.51.100.14", domain="werft.example", language="de", up_days=3.1)
    host.key(sddl="O:SYG:SYD:PAI(D;;FR;;;NS)(A;;FA;;;SY)(A;;FR;;;NS)")
    host.talk = host.line.broken_tls()
    for minutes in (3, 31, 32, 118, 640, 1390):
        host.log.schannel(minutes, 36870, "server", -2146893043, 10001)
        host.log.called(minutes)
    host.log.add(700, "System", "NETLOGON", 5719, "WERFT", "%%1311", "XgAAwA==", level=2)
    return host.bundle()


def t002() -> Data:
    """A security template gave Everyone read access to the folder and nothing more."""
    host = windows("t002", "SQLREP02", "2022", "2026-09-17 13:05", "203.0.113.20", domain="corp.tailspin.example", up_days=21.4, paper_days=171)
    host.data["key_store"]["folder"]["sddl"] = "O:BAG:SYD:PAI(A;;0x1200a9;;;WD)(A;;FA;;;BA)"
    host.talk = host.line.broken_tls()
    for minutes in (58, 778, 1498, 2218):
        host.log.system(minutes, 1058, DENIED)
        host.log.schannel(minutes - 20, 36870, "server", NO_KEY.lower(), 10001)
    host.log.service(1500, 7034, "Macrium Service", 1)
    return host.bundle()


def t003() -> Data:
    """An imaging agent gave each clone a new MachineGuid; the key file kept the old one in its name."""
    host = windows("t003", "LAB-PC17", "w10", "2026-11-03 15:20", "192.0.2.117", domain="schule.example", language="de", up_days=0.8, paper_days=33)
    old = guid_of("image", "t003")
    host.key(exists=False, size=None, sddl=None)
    host.data["key_store"]["foreign_files"] = [f"f686aace6942fb7f7ceb231212eef4a4_{old}"]
    host.talk = host.line.broken_tls(RESET)
    for minutes in (9, 610, 1130):
        host.log.system(minutes, 1057, "0x80090016")
    host.log.schannel(8, 36870, "server", -2146893043, 10001)
    return host.bundle()


def t004() -> Data:
    """Somebody deleted the certificate; the old containers are in the way of a new one."""
    host = windows("t004", "FILER-2", "2016", "2026-08-25 09:55", "198.51.100.41", domain="kontor.example", up_days=47)
    host.data["certificate"]["stores"]["remote_desktop"]["certificates"] = []
    host.put("certificate.bindings.SelfSignedCertificate", None)
    names = [guid_of("t004", number) for number in range(3)]
    host.data["key_store"]["foreign_files"] = [f"f686aace6942fb7f7ceb231212eef4a4_{name}" for name in names]
    host.talk = host.line.broken_tls()
    for minutes in (15, 75, 140, 260, 1300):
        host.log.system(minutes, 1057, "-2146893813")
    host.log.called(66)
    return host.bundle()


def t005() -> Data:
    """SessionEnv may start and nobody starts it: its name was taken out of what the connection manager brings up."""
    host = windows("t005", "KIOSK-03", "w10", "2026-10-19 18:11", "192.0.2.63", up_days=96, paper_days=195)
    host.service("SessionEnv", state="stopped")
    host.local(RCDependentServices=["CertPropSvc"])
    host.log.visited(1220, 3, 25)
    host.log.service(1900, 7031, "Print Spooler", 2, 60000, 1, "Restart the service")
    return host.bundle()


def t006() -> Data:
    """Renewal fails twice a day because the system disk is full; the certificate has a day left."""
    host = windows("t006", "MONITOR1", "2019", "2026-09-30 04:44", "203.0.113.66", domain="ops.litware.example", up_days=118, paper_days=181.7)
    for minutes in (100, 820, 1540, 2260):
        host.log.system(minutes, 1058, "0x80070070")
    for minutes in (90, 130, 1600):
        host.log.stopped_often(minutes, "Windows Update Medic Service", 3)
    host.log.visited(300, 2, 41)
    return host.bundle()


def t007() -> Data:
    """The name of the store was typed without its blank."""
    host = windows("t007", "HV-MGMT", "2022", "2026-10-28 11:30", "198.51.100.71", domain="intern.example", language="fr", up_days=5)
    host.put("certificate.bindings.SelfSignedCertStore", "RemoteDesktop")
    host.talk = host.line.broken_tls()
    for minutes in (5, 44, 45, 300):
        host.log.called(minutes)
    host.log.stopped_often(1400, "Windows Search", 1)
    return host.bundle()


def t008() -> Data:
    """A certificate of the company was imported as .cer: there is no key, and Windows takes its own instead."""
    host = windows("t008", "ERP-WEB", "2019", "2026-11-10 08:02", "203.0.113.8", domain="nordwind.example", up_days=12)
    paper = issued("erp-web.nordwind.example", "Nordwind Issuing CA 2", before(host.who.when, days=14), 397)
    host.add_to_my(paper, None, has_key=False)
    host.bind(paper)
    for minutes in (12, 1452, 2890):
        host.log.system(minutes, 1051, "RDP-Tcp", level=3)
    host.log.visited(200, 4, 61)
    return host.bundle()


def t009() -> Data:
    """A deployment script stored the thumbprint as the characters of its text: forty bytes."""
    host = windows("t009", "DEVBOX9", "w11", "2026-09-08 12:24", "192.0.2.90", domain="dev.proseware.example", up_days=1.7)
    paper = issued("devbox9.dev.proseware.example", "Proseware SubCA", before(host.who.when, days=3), 365, for_rdp=True)
    host.add_to_my(paper, "le-5d7c8a1e-1f0b", provider=SCHANNEL_CAPI, provider_type=12)
    host.bound["le-5d7c8a1e-1f0b"] = {"sddl": "O:SYG:SYD:PAI(A;;FA;;;SY)(A;;FA;;;BA)(A;;FR;;;NS)"}
    host.put("certificate.bindings.SSLCertificateSHA1Hash", paper.thumbprint.lower().encode("ascii"))
    for minutes in (30, 1470):
        host.log.system(minutes, 1059, "RDP-Tcp")
    return host.bundle()


def t010() -> Data:
    """The certificate of the template ran out two days ago and the authority does not give another."""
    host = windows("t010", "HH-TS11", "2022", "2026-10-15 06:50", "198.51.100.111", domain="reederei.example", language="de", up_days=8)
    since = before(host.who.when, days=367)
    root = authority("Reederei Root CA", before(since, days=900))
    paper = issued("HH-TS11.reederei.example", "Reederei Root CA", since, 365, for_rdp=True)
    container = "tp-9a2c41de-77f0-4f5e-8a55-0d6f6c1b0b3e"
    host.add_to_my(paper, container, provider_type=24, provider="Microsoft Enhanced RSA and AES Cryptographic Provider")
    host.bound[container] = {"sddl": "O:SYG:SYD:PAI(A;;FA;;;SY)(A;;FA;;;BA)(A;;FR;;;NS)"}
    host.put("certificate.bindings.CertTemplateName", "RemoteDesktopComputer")
    host.bind(paper, "TemplateCertificate")
    host.serve(paper, root)
    for minutes in (130, 850, 1570, 2290):
        host.log.system(minutes, 1064, "0x80094012")
        host.log.system(minutes - 0.1, 1065)
    host.log.visited(400, 3, 200)
    return host.bundle()


def t065() -> Data:
    """A certificate from a PFX file with the permissions that an import gives: SYSTEM and Administrators."""
    host = windows("t065", "GATE-EU1", "2019", "2026-10-22 14:38", "203.0.113.165", domain="corp.tailspin.example", up_days=4)
    paper = issued("gate-eu1.corp.tailspin.example", "Tailspin Public TLS 3", before(host.who.when, days=2), 199)
    container = "{0E1B4F36-52BE-4A6C-9F0A-B9E7F2C7D5A1}"
    host.add_to_my(paper, container)
    host.bind(paper)
    host.bound[container] = {"sddl": "O:BAG:SYD:PAI(A;;FA;;;SY)(A;;FA;;;BA)"}
    host.talk = host.line.broken_tls()
    for minutes in (4, 5, 66, 1100, 2500):
        host.log.schannel(minutes, 36870, "server", -2146893043, 10001)
    return host.bundle()


def t049() -> Data:
    """Somebody moved ProgramData to another disk, copied everything with its permissions, and changed the value of the profile list."""
    host = windows("t049", "MEDIA-7", "w10", "2026-09-22 20:15", "192.0.2.149", up_days=2.9, paper_days=102)
    host.data["key_store"]["program_data"] = value_of(host.data["key_store"]["program_data"]["path"], "E:\\ProgramData", "REG_EXPAND_SZ")
    host.data["key_store"]["folder"] |= {"path": "E:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys", "sddl": FOLDER_SDDL}
    host.talk = host.line.broken_tls()
    for minutes in (22, 1462):
        host.log.system(minutes, 1057, "0x80070003")
    for minutes in (21, 700):
        host.log.schannel(minutes, 36870, "server", -2146893043, 10001)
    return host.bundle()


def t043() -> Data:
    """A sealed image that was started and never got through its first minutes."""
    host = windows("t043", "WIN-6LQ0PD3", "2025", "2026-10-12 10:09", "198.51.100.143", up_days=0.3, paper_days=0.2)
    host.put("os.setup.OOBEInProgress", 1)
    host.data["certificate"]["stores"]["remote_desktop"]["certificates"] = [stored(host.who.own_paper, CONTAINER)]
    for minutes in (40, 41, 60):
        host.log.called(minutes)
    return host.bundle()


def t044() -> Data:
    """An update waits for its restart: some libraries are new, the one that runs is not, and the handshake breaks."""
    host = windows("t044", "SAPGW", "2022", "2026-10-14 05:33", "203.0.113.144", domain="nordwind.example", language="de", up_days=36)
    host.data["os"]["pending_reboot"] |= {"component_based_servicing": True, "windows_update": True, "pending_file_rename": True}
    host.data["credssp"]["tspkg_version"] = "10.0.20348.5412"
    host.talk = host.line.broken_tls(RESET)
    for minutes in (190, 205, 240):
        host.log.called(minutes)
    host.log.service(420, 7034, "TeamViewer", 1)
    return host.bundle()
