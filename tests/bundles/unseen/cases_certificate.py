# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts with their certificates, keys and stores in all sorts of states."""

from __future__ import annotations

from . import certificates, inside
from .certificates import Wanted
from .host import Document, Host, moment
from .machine import S2016, S2019, S2022, S2025, W10, W11
from .values import POLICY, RDP_TCP, STATIONS, answers, expand, make

NO_KEY = ("server", "-2146893043", "10001")  # 0x8009030D
WITHOUT_READER = "O:SYG:SYD:PAI(A;;FA;;;SY)(A;;FA;;;BA)"


def failing_arrivals(h: Host, count: int, *properties: str, number: int = 36870) -> None:
    """Note people who come and are turned away in TLS, each with an error of Schannel."""
    for index in range(count):
        minutes = 4.0 + index * 57 + index % 4
        h.log.arrival(minutes)
        h.log.schannel(minutes - 0.01, number, *properties)


def no_certificate_left(h: Host) -> None:
    """Take the self-signed certificate and its key away; the binding stays behind."""
    h["certificate"]["stores"]["remote_desktop"]["certificates"] = []
    h["key_store"]["listener_key"].update(exists=False, size=None, sddl=None)
    h["key_store"]["bound_keys"] = answers()


def custom(h: Host, wanted: Wanted, *, key: bool = True, cng: bool = True, bind: bool = True) -> bytes:
    """Put a certificate into the personal store and bind the listener to it."""
    der = certificates.der_of(wanted)
    container = "tp-" + h.machine.guid
    entry = inside.stored(der, container, provider=inside.CNG if cng else inside.LEGACY, key=key)
    h["certificate"]["stores"]["my"]["certificates"].append(entry)
    if bind:
        h["certificate"]["bindings"]["SSLCertificateSHA1Hash"] = make(RDP_TCP, bytes.fromhex(certificates.thumbprint(der)))
        if key:
            unknown = {"file_name": None, "exists": None, "size": None, "sddl": None, "sddl_kind": "not_looked_for"}
            bound = {"thumbprint": entry["thumbprint"], "container": container, "provider_type": 0 if cng else 1, **unknown}
            h["key_store"]["bound_keys"]["items"].append(bound)
    return der


def set_key_sddl(h: Host, sddl: str) -> None:
    """Give the listener's key file another access list, in both places that show it."""
    h["key_store"]["listener_key"]["sddl"] = sddl
    h["key_store"]["bound_keys"]["items"][0]["sddl"] = sddl


def h001() -> Document:
    h = Host("h001", "KIEL-FS2", S2022, "2026-10-14T06:12:44Z", "192.0.2.21", "werk.example.com", language="de", up=389, cert_age=71, broken=1710)
    set_key_sddl(h, WITHOUT_READER)
    failing_arrivals(h, 9, *NO_KEY)
    return h.bundle(h.look().tls_ends("reset"))


def h002() -> Document:
    h = Host("h002", "DESKTOP-R7Q2L", W10, "2026-09-02T17:40:03Z", "198.51.100.64", language="us", up=9, cert_age=12, users=1, logons=3, broken=480)
    set_key_sddl(h, "O:BAG:SYD:AI(D;;FR;;;NS)(A;ID;FA;;;SY)(A;ID;FA;;;BA)")
    failing_arrivals(h, 4, *NO_KEY)
    return h.bundle(h.look().tls_ends("closed"))


def h003() -> Document:
    h = Host("h003", "OSAKA-AP1", S2019, "2026-11-03T00:21:19Z", "192.0.2.40", "corp.example.jp", language="ja", up=52, cert_age=150, broken=2600)
    no_certificate_left(h)
    h["key_store"]["folder"]["sddl"] = "O:BAG:SYD:PAI(A;;FA;;;BA)(A;;FA;;;SY)"
    for minutes in (62, 781, 1502, 2222):
        h.log.manager(minutes, 1057, "アクセスが拒否されました。")
    failing_arrivals(h, 5, *NO_KEY)
    return h.bundle(h.look().tls_ends("closed"))


def h004() -> Document:
    h = Host("h004", "VDI-K-118", S2025, "2026-08-19T09:05:51Z", "203.0.113.118", "corp.example.com", up=21, cert_age=64, users=0, logons=0)
    h["key_store"]["listener_key"].update(exists=False, size=None, sddl=None)
    h["key_store"]["bound_keys"]["items"][0].update(exists=False, size=None, sddl=None)
    h["key_store"]["foreign_files"] = [f"{inside.KEY_PREFIX}_6d1f0a0e-9be4-4c0c-8b35-2f60d7f7f1aa"]
    h["key_store"]["file_count"] = 7
    for minutes in (1240, 690, 65):
        h.log.manager(minutes, 1057, "%%2148073494")
    failing_arrivals(h, 6, "server", "-2146893802", "10001")
    return h.bundle(h.look().tls_ends("reset"))


def h005() -> Document:
    h = Host("h005", "MUC-DB04", S2016, "2026-07-08T11:48:30Z", "192.0.2.66", "werk.example.com", language="de", up=2180, cert_age=186)
    others = ("0b9c41de-77aa-4a3e-9c07-d60f52a99a10", "c7f2e3b0-5150-4d52-ae7e-1c4b7de0f0c4")
    h["key_store"]["foreign_files"] = [f"{inside.KEY_PREFIX}_{guid}" for guid in others]
    for minutes in (310, 1030, 1750, 2470):
        h.log.manager(minutes, 1058, "Das Objekt ist bereits vorhanden.")
    return h.bundle(h.whole())


def h006() -> Document:
    h = Host("h006", "TYO-RDS-05", S2019, "2026-10-29T02:33:10Z", "192.0.2.85", "corp.example.jp", language="ja", up=900, cert_age=204, users=6)
    h.service("SessionEnv", state="stopped", start=4)
    return h.bundle(h.whole())


def h007() -> Document:
    h = Host("h007", "WS-ANNEX-12", W11, "2026-06-17T13:02:25Z", "198.51.100.92", language="en", up=31, cert_age=190, users=1, logons=4)
    h.service("SessionEnv", state="stopped", start=4)
    for name in ("CertPropSvc", "UmRdpService"):
        h.service(name, start=3)
    return h.bundle(h.whole())


def h008() -> Document:
    h = Host("h008", "LEEDS-APP3", S2022, "2026-05-06T04:59:12Z", "192.0.2.103", "corp.example.com", up=1733, cert_age=181)
    for minutes in (101, 821, 1541, 2261):
        h.log.manager(minutes, 1058, "%%2147942405")
    return h.bundle(h.whole())


def h009() -> Document:
    h = Host("h009", "BER-TS7", S2016, "2026-04-22T08:14:41Z", "192.0.2.117", "werk.example.com", language="de", up=63, cert_age=121, broken=3600, logons=2)
    h["certificate"]["bindings"]["SelfSignedCertStore"] = make(STATIONS, "MY")
    failing_arrivals(h, 7, number=36886)
    return h.bundle(h.look().tls_ends("closed"))


def h010() -> Document:
    h = Host("h010", "NYC-CTX-2", S2022, "2026-11-11T15:30:09Z", "203.0.113.52", "corp.example.com", language="us", up=411, cert_age=20)
    wanted = Wanted("nyc-ctx-2.corp.example.com", moment("2024-10-30T14:11:02Z"), 730, "Example Issuing CA 2", also=("nyc-ctx-2.corp.example.com",))
    der = custom(h, wanted)
    for minutes in (24665 / 60, 1130, 2544):
        h.log.manager(minutes, 1053, "RDP-Tcp", level=3)
    return h.bundle(h.look().whole(der))


def h011() -> Document:
    h = Host("h011", "HAM-GATE2", S2019, "2026-10-01T10:00:57Z", "192.0.2.133", "werk.example.com", language="de", up=77, cert_age=99, broken=1450)
    custom(h, Wanted("ham-gate2.werk.example.com", moment("2026-09-29T08:00:00Z"), 365, "Example Issuing CA 2"), key=False)
    for minutes in (1447, 902, 15):
        h.log.manager(minutes, 1055, "RDP-Tcp", level=3)
    failing_arrivals(h, 6, *NO_KEY)
    return h.bundle(h.look().tls_ends("reset"))


def h012() -> Document:
    h = Host("h012", "PRINT-03", S2019, "2026-03-18T07:27:36Z", "192.0.2.150", "corp.example.com", up=1020, cert_age=33)
    text = certificates.thumbprint(custom(h, Wanted("print-03.corp.example.com", moment("2026-03-17T09:12:00Z"), 365, "Example Issuing CA 2"), bind=False))
    h["certificate"]["bindings"]["SSLCertificateSHA1Hash"] = make(RDP_TCP, "\u200e" + text.lower())
    for minutes in (1280, 640, 90):
        h.log.manager(minutes, 1059, "RDP-Tcp", level=3)
    return h.bundle(h.whole())


def h013() -> Document:
    h = Host("h013", "CGN-TS-11", S2022, "2026-08-27T05:45:00Z", "192.0.2.171", "werk.example.com", language="de", up=244, cert_age=5)
    h["certificate"]["bindings"]["CertTemplateName"] = make(POLICY, "RDPComputer2024")
    for minutes in (212, 932, 1652, 2372):
        h.log.manager(minutes, 1064, "Die angeforderte Zertifikatvorlage wird von dieser Zertifizierungsstelle nicht unterstützt.")
    return h.bundle(h.whole())


def h014() -> Document:
    h = Host("h014", "DUB-TS-02", S2025, "2026-09-23T21:16:18Z", "192.0.2.188", "corp.example.com", up=1322, cert_age=300)
    wanted = Wanted("dub-ts-02.corp.example.com", moment("2025-09-16T03:10:00Z"), 365, "Example Issuing CA 1", (certificates.RDP,))
    der = custom(h, wanted, bind=False)
    bindings = h["certificate"]["bindings"]
    bindings["CertTemplateName"] = make(POLICY, "RemoteDesktopComputer")
    bindings["TemplateCertificate"] = make(STATIONS, bytes.fromhex(certificates.thumbprint(der)))
    for minutes in (340, 1060, 1780, 2500):
        h.log.manager(minutes, 1065, "RDP-Tcp")
        h.log.manager(minutes + 1, 1064, "%%2148081668")
    return h.bundle(h.look().whole(der))


def h015() -> Document:
    h = Host("h015", "FILE-D-02", S2016, "2026-05-29T14:09:44Z", "192.0.2.205", "corp.example.com", up=27, cert_age=80, broken=1640)
    no_certificate_left(h)
    profiles = "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList"
    folder = {"path": "E:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys", "exists": False, "sddl": None, "sddl_kind": "not_found"}
    h["key_store"].update(program_data=expand(profiles, "E:\\ProgramData"), folder=folder, file_count=0)
    for minutes in (1622, 902, 182):
        h.log.manager(minutes, 1057, "%%2147942403")
    failing_arrivals(h, 3, *NO_KEY)
    return h.bundle(h.look().tls_ends("closed"))


def h016() -> Document:
    h = Host("h016", "EDGE-VM-9", S2022, "2026-02-11T19:20:30Z", "203.0.113.9", cloud=True, up=5, cert_age=61, users=0, logons=0)
    h["certificate"]["stores"]["remote_desktop"] = {"exists": False, "truncated": False, "certificates": []}
    h["certificate"]["bindings"]["SelfSignedCertStore"] = make(STATIONS, None)
    h["key_store"]["bound_keys"] = answers()
    h.local(UserAuthentication=0)
    failing_arrivals(h, 2, number=36886)
    return h.bundle(h.look().no_certificate(native=False))
