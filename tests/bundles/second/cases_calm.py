# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Healthy hosts, each with something that looks like trouble."""

from __future__ import annotations

from tests.bundles.unseen import inside
from tests.bundles.unseen.around import LOCAL_WALL, POLICY_WALL, built_in
from tests.bundles.unseen.log import AUDIT
from tests.bundles.unseen.values import CREDSSP, answers, make

from .host import S2016, S2019, S2022, S2022_AZURE, S2025, W10, W11, Client, Document, Host


def s241() -> Document:
    """A scanner of the security team each night; it finds nothing, and Schannel complains."""
    h = Host("s241", "INTRA-WEB", S2019, "2026-02-18T10:05:07Z", "10.5.20.3", "stadtwerk.example", language="de", up=500, users=2)
    h.log.scanned(*(390 + step * 0.3 for step in range(18)))
    h.log.refused_credential(1831)
    h.hit(390, 391, 392)
    return h.bundle(h.whole())


def s242() -> Document:
    """Looked at over a year: months ago the key was gone, and somebody mended it."""
    h = Host("s242", "FILE-01", S2022, "2026-09-30T07:07:07Z", "10.12.1.2", "lakeview.example", language="us", up=100, users=1)
    h.log.hours = 8760
    h.log.reaches_back("System", 8000)
    for day in (171, 170, 169):
        h.log.certificate(day * 1440, 1057, "keyset")
        h.log.refused_key(day * 1440 - 3)
    h.log.about_certificate(168.6 * 1440, 1056, h.machine.dns_name, der_hash="1C0E5A9B0E7D4D0F8A6F6E2E9B3D5A7C1F2E3D4C", level=4)
    return h.bundle(h.whole())


def s243() -> Document:
    h = Host("s243", "EXPOSED-BUT-OK", S2022_AZURE, "2026-05-01T23:23:23Z", "20.50.60.70", None, cloud=True, up=70, users=1, logons=3)
    for step in range(60):
        h.hit(2 + step * 11)
        h.log.refused(2 + step * 11, 0xC000006D, 0xC0000064)
        h.log.validated(2 + step * 11, 0xC0000064)
        h.log.core(2 + step * 11, 140, "", level=3)
    return h.bundle(h.whole())


def s244() -> Document:
    h = Host("s244", "CERT-ATTIC", S2019, "2026-03-09T14:12:36Z", "10.33.6.1", "valmont.example", language="fr", up=250, users=3)
    h.keep(h.issued("2021-02-01", 730, "Valmont CA G1"))
    h.keep(h.issued("2023-02-01", 730, "Valmont CA G2", "www.valmont.example"), key=False)
    h.keep(h.issued("2026-01-12", 398, "Valmont CA G3"))
    return h.bundle(h.whole())


def s245() -> Document:
    """An enterprise certificate by template, renewed twice a day for nothing; all is served as it should be."""
    h = Host("s245", "TEMPLATED", S2016, "2026-07-04T06:25:00Z", "10.61.2.4", "kaltenbach.example", language="de", up=300, users=4, session_host=True)
    der = h.issued("2026-06-01", 730, "Kaltenbach Issuing CA 1")
    h.keep(der, provider=inside.LEGACY, container="{A3A4D2C8-3C43-4A5B-BDA8-5D6C0E4E1B11}")
    h["certificate"]["bindings"]["CertTemplateName"] = make(h["certificate"]["bindings"]["CertTemplateName"]["path"], "KBRemoteDesktop")
    h["certificate"]["bindings"]["TemplateCertificate"] = make(
        h["certificate"]["bindings"]["TemplateCertificate"]["path"], bytes.fromhex(inside.stored(der)["thumbprint"])
    )
    mark = inside.stored(der)["thumbprint"]
    named = {"file_name": f"4a36fbde85e8fe731c7c04e00eaab95d_{h.machine.guid}", "exists": True, "size": 2296, "sddl": inside.KEY_SDDL, "sddl_kind": ""}
    entry = {"thumbprint": mark, "container": "{A3A4D2C8-3C43-4A5B-BDA8-5D6C0E4E1B11}", "provider_type": 1}
    h["key_store"]["bound_keys"]["items"].append(entry | named)
    for minutes in (100, 820, 1540, 2260):
        h.log.about_certificate(minutes, 1063, der_hash=inside.stored(der)["thumbprint"], level=4)
    return h.bundle(h.look().whole(der))


def s246() -> Document:
    """Up for seven months, half of its services stopped that nobody needs."""
    h = Host("s246", "UPTIME-KING", S2016, "2026-08-15T20:20:20Z", "10.66.0.2", "rotorworks.example", up=5100, cert_age=12, users=2)
    for name in ("UmRdpService", "CertPropSvc"):
        h.service(name, start=2)
    h.log.service(3, 7000, "Spooler", "%%1058")
    h.log.crashed(700, "Spooler", 4, restarts=True)
    h["time"]["service"]["state"] = "running"
    return h.bundle(h.whole())


def s247() -> Document:
    h = Host("s247", "KEYFARM", S2022, "2026-11-08T03:30:59Z", "10.14.1.9", "acme-industries.example", core=True, up=800, users=0, logons=5)
    h["key_store"].update(file_count=20000, truncated=True, foreign_files=[f"{inside.KEY_PREFIX}_{guid}" for guid in (
        "0d2b64f4-8ad5-4f5c-8f24-6b2e41f9d001", "7e3bd0b1-51d8-4a6e-9f3b-1f0f4a9d0002")])  # fmt: skip
    return h.bundle(h.whole())


def s248() -> Document:
    """Another program for remote help beside it; it minds its own ports."""
    h = Host("s248", "SUPPORT-ME", W11, "2026-04-14T09:09:30Z", "10.19.5.5", "maplebank.example", language="us", maker="hp", users=1)
    h.listens(5938, 4410, six=False)
    h.listens(21118, 6124)
    h["os"]["pending_reboot"]["pending_file_rename"] = True
    return h.bundle(h.whole())


def s249() -> Document:
    """Another port, and the rule that belongs to it; the built-in ones were switched off on purpose."""
    h = Host("s249", "ODD-PORT", S2022, "2026-06-20T17:33:41Z", "10.90.5.5", None, up=45, users=1, logons=4)
    h.moved(33890)
    h["firewall"]["rules"] = built_in("v2.31", active=False)
    h.rule("{B2F0F3AE-77C1-4F4D-9D4C-6A5A0B9D6F10}", "Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=33890|Name=RDP 33890")
    return h.bundle(h.look(port=33890).whole(h.der))


def s250() -> Document:
    """Policy speaks its mind about everything, and what it says is right; Windows' own firewall is off because another one is on."""
    h = Host("s250", "CIS-HARDENED", S2025, "2026-01-21T11:01:01Z", "10.3.0.40", "treasury.example", up=130, users=2)
    h.policy(fDenyTSConnections=0, SecurityLayer=2, UserAuthentication=1, MinEncryptionLevel=3, SelectTransport=1)
    h["credssp"]["AllowEncryptionOracle"] = make(CREDSSP, 0)
    h.set("logon", "LmCompatibilityLevel", 5)
    for version in ("tls10", "tls11"):
        h["tls"]["protocols"][version] = inside.switches(version, (0, 1), (0, 1))
    h["tls"]["cipher_suites"]["policy"] = make(
        inside.SSL_POLICY, "TLS_AES_256_GCM_SHA384,TLS_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
    )
    for name, folder in (("domain", "DomainProfile"), ("private", "PrivateProfile"), ("public", "PublicProfile")):
        h["firewall"]["profiles"][name]["policy"]["EnableFirewall"] = make(f"{POLICY_WALL}\\{folder}", 0)
    h["firewall"]["profiles"]["domain"]["local"]["EnableFirewall"] = make(LOCAL_WALL + "\\DomainProfile", 0)
    return h.bundle(h.whole())


def s251() -> Document:
    """The host for one published program: few people, many ways in that are shut, all of them on purpose."""
    h = Host("s251", "REMOTEAPP-2", S2019, "2026-10-06T12:48:15Z", "10.80.3.52", "helvetia.example", language="fr", session_host=True, users=18, logons=12)
    h.licences(4)
    h["licensing"]["servers"]["policy"] = make(h["licensing"]["servers"]["policy"]["path"], "lic1.helvetia.example")
    h["logon"]["rights"]["SeDenyRemoteInteractiveLogonRight"] = answers(f"{h.machine.domain_sid}-500", "S-1-5-32-546")
    for minutes in (70, 380, 1510):
        h.log.refused(minutes, 0xC000006D, 0xC000006A)
        h.log.session(minutes - 9, 40, "4", "5")
    h.log.locked_out(379)
    return h.bundle(h.whole())


def s252() -> Document:
    """Somebody typed a password wrongly, then rightly."""
    h = Host("s252", "PROJECT-FS", S2022, "2026-05-18T08:31:44Z", "10.39.1.3", "insuranceco.example", users=3, logons=5, broken=2)
    h.log.refused(41, 0xC000006D, 0xC000006A)
    h.log.refused(40.6, 0xC000006D, 0xC000006A)
    h.log.add(39, AUDIT, 4776, "Security", "", "", "", "0", level=0)
    return h.bundle(h.whole())


def c061() -> Document:
    c = Client("c061", "PMO-NB", W11, "2026-05-18T08:31:44Z", "insuranceco.example")
    c.saved("TERMSRV/old-server.insuranceco.example", "domain_password", "2024-11-02T12:00:00Z")
    c.tried(41, "project-fs", 2055, (1028, ("1",)), (1009, ("", "3221225578")))
    c.event(39.5, 1024, "Server Name", "project-fs", "Info")
    c.event(39.4, 1028, "1")
    c.event(39.3, 1025)
    c.event(39.2, 1027, "", "3")
    return c.bundle()


def s253() -> Document:
    """In Japanese, in a workgroup, with a certificate that has a month to go, seen by somebody who is no administrator."""
    h = Host("s253", "SOUMU-PC", W10, "2026-02-27T01:12:00Z", "192.168.11.7", None, language="ja", maker="hp", cert_age=150, up=30, users=1)
    h.deny("key_store", text="アクセスが拒否されました。")
    h.log.deny("Security")
    for right in h["logon"]["rights"].values():
        right.update(kind="access_denied", items=[])
    h["licensing"]["grace_period"] = None
    return h.bundle(h.whole())


def s254() -> Document:
    """The update that waits for its restart has waited for a week; so far nobody noticed."""
    h = Host("s254", "PATCH-TUE", S2025, "2026-12-16T15:44:02Z", "10.200.5.6", "agency.example", language="us", up=160, users=2, logons=9)
    h["os"]["pending_reboot"].update(component_based_servicing=True, windows_update=True)
    h.log.scanned(55, 56)
    return h.bundle(h.whole(), h.whole("other site"))
