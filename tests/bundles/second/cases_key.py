# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts whose trouble is a certificate, its key, or what makes and chooses it."""

from __future__ import annotations

from tests.bundles.unseen import certificates, inside
from tests.bundles.unseen.values import POLICY, RDP_TCP, STATIONS, expand, make

from .host import S2016, S2019, S2022, S2022_AZURE, S2025, W10, W11, Document, Host

_ROOT = "SELFHOSTED-ROOT"


def s031() -> Document:
    h = Host("s031", "NTSRV-ERP2", S2019, "2026-02-11T07:48:03Z", "10.61.4.20", "kaltenbach.example", language="de", up=310, broken=4310, logons=3)
    h.key_acl("O:S-1-5-21-1004336348-1177238915-682003330-512G:SYD:PAI(A;;FA;;;SY)(A;;FA;;;BA)")
    h.hit(4, 6, 31, 188, 190, 1260, 1262, 2770)
    h.log.refused_key(4, 6, 31, 188, 190, 1260, 1262, 2770)
    h.log.scanned(900, 911)
    return h.bundle(h.look().tls_ends("reset"))


def s032() -> Document:
    h = Host("s032", "FR-LYN-APP01", S2016, "2026-05-19T13:20:44Z", "10.33.0.41", "valmont.example", language="fr", cert_age=184, up=1440, broken=1715)
    h.folder("O:BAG:S-1-5-21-2890115011-1716400232-1399510010-513D:PAI(A;;FA;;;BA)")
    h.key_acl("O:BAG:SYD:AI(A;ID;FA;;;BA)")
    for minutes in (12, 705, 1425, 2145):
        h.log.certificate(minutes, 1058, "denied")
    h.log.refused_key(3, 44, 45, 610, 1690)
    h.hit(3, 44, 45, 610, 1690)
    h["key_store"]["file_count"] = 214
    return h.bundle(h.look().tls_ends("closed"))


def s033() -> Document:
    h = Host("s033", "VDI-G-0417", W11, "2026-09-02T06:01:30Z", "172.20.88.17", "corp.example", up=14, broken=840, logons=0)
    h.key_gone("5f0c7a37-9d41-4c83-a0d6-1b6be8a7340f")
    h.log.certificate(830, 1057, "keyset")
    h.log.certificate(115, 1057, "keyset")
    h.log.refused_key(21, 20, 19, code=0x80090016, state=10003)
    h.hit(21, 20, 19)
    return h.bundle(h.look().no_certificate(native=False))


def s034() -> Document:
    h = Host("s034", "SQLTEST07", S2022, "2026-04-27T16:44:12Z", "10.9.12.7", None, maker="qemu", up=62, broken=3600, logons=1)
    h.no_own_certificate(bound=True)
    h.key_acl("O:S-1-5-21-780117-2201-9971-500G:SYD:PAI(A;;FA;;;S-1-5-21-780117-2201-9971-500)")
    others = ("e1c3fd31-0c04-46ab-8ec9-41c0a5b7d0b1", "3ba29b6e-2b1f-4c77-9f1e-8d8ffb0c5a10")
    h["key_store"]["foreign_files"] = [f"{inside.KEY_PREFIX}_{guid}" for guid in others]
    for minutes in (7, 66, 1506, 2900):
        h.log.certificate(minutes, 1057, "exists")
    h.hit(5, 8, 1500)
    return h.bundle(h.look().tls_ends("closed"))


def s035() -> Document:
    h = Host("s035", "KASSE-3", W10, "2026-10-05T09:15:55Z", "192.168.178.33", None, language="de", maker="hp", cert_age=211, up=4800, users=1, logons=2)
    h.service("SessionEnv", state="stopped", start=4)
    h.service("CertPropSvc", state="stopped")
    h.service("UmRdpService", state="stopped")
    return h.bundle(h.whole())


def s036() -> Document:
    h = Host("s036", "PL-WAW-TS1", S2022, "2026-08-20T05:33:21Z", "10.48.1.15", "zielona.example", language="pl", cert_age=181, session_host=True, users=14)
    for minutes in (50, 770, 1490, 2210, 2840):
        h.log.certificate(minutes, 1058, "full")
    h["key_store"]["file_count"], h["key_store"]["truncated"] = 20000, True
    return h.bundle(h.whole())


def s037() -> Document:
    h = Host("s037", "MAIL-GW", S2019, "2026-06-30T20:08:19Z", "10.2.2.25", "nordwind.example", core=True, up=19, broken=1180, logons=2)
    h.no_own_certificate(bound=True)
    h["certificate"]["bindings"]["SelfSignedCertStore"] = make(STATIONS, "RemoteDesktop")
    h["certificate"]["stores"]["remote_desktop"]["certificates"] = [inside.stored(h.der)]
    h.log.refused_credential(9, 10, 1100, state=10003)
    h.hit(9, 10, 1100)
    return h.bundle(h.look().no_certificate(native=True))


def s038() -> Document:
    h = Host("s038", "BRKR-WEB1", S2022, "2026-03-14T10:27:40Z", "10.80.3.11", "helvetia.example", language="fr", session_host=True, users=9)
    old = h.issued("2024-03-01", 730, "Helvetia Issuing CA 2")
    h.keep(old, provider=inside.LEGACY, container="{6C0F1D36-55B4-4F0E-9F0B-3C1D6BA4DE11}")
    h.bind(old)
    h["key_store"]["bound_keys"]["items"][1].update(
        file_name=f"6f7e737657a3e2789fc2e5f590cea1fe_{h.machine.guid}", exists=True, size=2314, sddl=inside.KEY_SDDL, sddl_kind=""
    )
    h.log.about_certificate(30, 1053, der_hash=certificates.thumbprint(old))
    h.log.about_certificate(1470, 1053, der_hash=certificates.thumbprint(old))
    return h.bundle(h.look().other_chain(old))


def s039() -> Document:
    h = Host("s039", "INTRANET02", S2025, "2026-07-09T08:55:02Z", "10.14.20.62", "acme-industries.example", up=51, broken=3010, logons=0)
    new = h.issued("2026-07-06", 90, "R11", "intranet.acme-industries.example")
    h.keep(new, key=False)
    h.bind(new, key=False)
    h.log.manager(12, 1055)
    h.log.manager(2990, 1055)
    h.log.refused_key(12, 13, 400, 1300)
    h.hit(12, 13, 400, 1300)
    return h.bundle(h.look().tls_ends("closed"))


def s040() -> Document:
    h = Host("s040", "LABHOST-9", S2022, "2026-01-22T11:11:11Z", "10.70.0.9", None, up=3, logons=2)
    ours = h.issued("2025-11-02", 397, _ROOT, "labhost-9.lab.example")
    h.keep(ours)
    h["certificate"]["bindings"]["SSLCertificateSHA1Hash"] = make(RDP_TCP, "\u200e" + certificates.thumbprint(ours).lower())
    h.log.manager(176, 1059)
    return h.bundle(h.whole())


def s041() -> Document:
    h = Host("s041", "HR-PORTAL", S2019, "2026-05-06T14:02:37Z", "10.5.31.8", "stadtwerk.example", language="de", up=920)
    h["certificate"]["bindings"]["CertTemplateName"] = make(POLICY, "SWRDPComputer")
    for minutes in (33, 753, 1473, 2193):
        h.log.certificate(minutes, 1064, "template")
    return h.bundle(h.whole())


def s042() -> Document:
    h = Host("s042", "FILER-B", S2022_AZURE, "2026-11-03T18:40:00Z", "10.4.7.30", "greyharbor.example", core=True, up=27, broken=1590, logons=2)
    h["key_store"]["program_data"] = expand("HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList", "E:\\ProgramData")
    h["key_store"]["folder"].update(path="E:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys", exists=False, sddl=None, sddl_kind="not_found")
    h.key_gone()
    h["key_store"]["file_count"] = 0
    h.log.certificate(1588, 1057, "keyset")
    h.log.certificate(140, 1057, "keyset")
    h.log.refused_key(15, 16, 139, 1500)
    h.hit(15, 16, 139, 1500)
    return h.bundle(h.look().tls_ends("closed"))


def s043() -> Document:
    """The certificate that the host is told to serve was taken out of the store, and the one before it is served."""
    h = Host("s043", "RADIUS1", S2016, "2026-04-02T04:30:09Z", "10.61.0.19", "kaltenbach.example", language="de", up=700)
    h.bind("8E1F5C0A9B7D3E6F1029384756ABCDEF01234567")
    h.keep(h.issued("2026-03-29", 365, "Kaltenbach SubCA"))
    h.log.manager(660, 1051, level=3)
    h.log.manager(2100, 1051, level=3)
    return h.bundle(h.whole())
