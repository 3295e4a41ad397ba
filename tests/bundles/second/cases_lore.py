# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts with everything that the web would blame, all of it harmless here, and one trouble that it would not."""

from __future__ import annotations

from tests.bundles.unseen import inside
from tests.bundles.unseen.around import built_in
from tests.bundles.unseen.values import CREDSSP, answers, make

from .host import S2016, S2019, S2022, S2025, W10, W11, Client, Document, Host


def s261() -> Document:
    """Expired certificates in the store, a wide folder of keys, a 1057 of the day before: and the profile of the firewall is wrong."""
    h = Host("s261", "BUERO-SRV", S2019, "2026-04-11T10:01:02Z", "192.168.60.5", None, language="de", up=26, users=1, logons=3, broken=1500)
    h.keep(h.issued("2022-02-02", 365, "BUERO-CA"))
    h.folder("O:SYG:SYD:PAI(A;;0x12019f;;;WD)(A;;FA;;;BA)(A;;FA;;;SY)")
    h["key_store"].update(file_count=8811, foreign_files=[f"{inside.KEY_PREFIX}_99a6b1c7-2d0d-4f7c-8ab4-8f14cb2b6f01"])
    h.log.certificate(2100, 1057, "exists")
    h.log.about_certificate(2099, 1056, h.machine.dns_name, der_hash="0A1B2C3D4E5F60718293A4B5C6D7E8F901234567", level=4)
    h["firewall"]["rules"] = built_in("v2.29", profiles=("Domain", "Private"))
    h["firewall"]["active_profiles"] = ["public"]
    return h.bundle(h.look().no_connection("timeout"))


def s262() -> Document:
    """The value that every page names is set, and a cache of bitmaps is large; the password is what is wrong."""
    h = Host("s262", "STEUER-1", W11, "2026-08-06T07:30:36Z", "10.21.1.1", "academy.example", language="fr", users=0, logons=2, broken=1400)
    h["credssp"]["AllowEncryptionOracle"] = make(CREDSSP, 2)
    h.set("credssp", "DisableRestrictedAdmin", 0)
    for minutes in (4, 6, 9, 700):
        h.hit(minutes)
        h.log.refused(minutes - 0.05, 0xC000006E, 0xC0000071)
    return h.bundle(h.whole())


def c071() -> Document:
    c = Client("c071", "HOME-OFFICE-9", W11, "2026-08-06T07:30:36Z", "academy.example", language="fr")
    c["client_policy"]["values"]["AllowEncryptionOracle"] = make(CREDSSP, 2)
    c["client_cache"].update(file_count=212, bytes=2147483648)
    c.saved("TERMSRV/steuer-1.academy.example", "domain_password", "2026-08-05T16:00:02Z")
    for minutes in (4, 6, 9):
        c.tried(minutes, "steuer-1.academy.example", 3847, (1028, ("1",)), (1009, ("", "3221225585")))
    return c.bundle()


def s263() -> Document:
    """Old protocols off, FIPS on and rightly so, a restart pending: and another program has the port."""
    h = Host("s263", "FED-NODE-3", S2022, "2026-02-04T15:05:49Z", "10.200.9.3", "agency.example", language="us", up=90, broken=5000, logons=0)
    for version in ("tls10", "tls11"):
        h["tls"]["protocols"][version] = inside.switches(version, (0, 1), (0, 1))
    h["tls"]["fips"] = make(h["tls"]["fips"]["path"], 1)
    h["os"]["pending_reboot"]["windows_update"] = True
    h.log.scanned(30, 31, 32)
    h.no_listener()
    h.listens(3389, 2872)
    return h.bundle(h.look().no_answer("not_rdp", "HTTP"))


def s264() -> Document:
    """Everybody blames the certificate that mstsc warns of; the host is drained for maintenance and nobody said so."""
    h = Host("s264", "RDS-WARTUNG", S2016, "2026-11-02T06:20:10Z", "10.8.3.9", "hafen.example", language="de", cert_age=170, users=0, broken=3100)
    h["licensing"]["role"]["TSAppCompat"]["value"] = 1
    h["listener"]["values"]["WinStationsDisabled"]["local"] = make(h["listener"]["values"]["WinStationsDisabled"]["local"]["path"], "1")
    h.log.about_certificate(300, 1052, "13", der_hash=inside.stored(h.der)["thumbprint"], level=3)
    h.keep(h.issued("2023-05-05", 365, "Hafen CA 1"))
    h.hit(4, 5, 6, 90)
    return h.bundle(h.whole())


def s265() -> Document:
    """NLA is to blame, says the ticket; it is the switch of the host itself that is off."""
    h = Host("s265", "NOTEBOOK-LH", W10, "2026-05-23T09:45:59Z", "192.168.178.60", None, language="de", maker="hp", cert_age=400, users=0, logons=0)
    h.local(fDenyTSConnections=1, UserAuthentication=1)
    h.no_listener()
    h.service("SessionEnv", state="stopped")
    h.service("UmRdpService", state="stopped")
    h["os"]["pending_reboot"]["pending_file_rename"] = True
    h.listens(5900, 3308)
    return h.bundle(h.look().no_connection("timeout"))


def s266() -> Document:
    """Drops after a minute: UDP is blamed and was switched off at both ends; policy and host contradict each other."""
    h = Host("s266", "OPS-TS2", S2019, "2026-07-23T13:55:21Z", "10.160.2.9", "anlagen.example", language="de", session_host=True, users=5, logons=3)
    h.policy(fDenyTSConnections=0, SelectTransport=1)
    h.local(fDenyTSConnections=1)
    for minutes in (31, 127, 219, 322):
        for number in (3, 4, 5):
            h.log.session(minutes - number * 0.01, 40, str(number), "0")
            h.log.session(minutes - number * 0.01, 24, "", str(number), "")
        h.log.operational(minutes, 259, "")
        h.log.operational(minutes - 0.06, 258, "")
    return h.bundle(h.whole())


def c072() -> Document:
    c = Client("c072", "LEITSTAND-NB", W11, "2026-07-23T13:55:21Z", "anlagen.example", language="de")
    c["client_policy"]["values"]["fClientDisableUDP"] = make(c["client_policy"]["values"]["fClientDisableUDP"]["path"], 1)
    for minutes in (52, 150):
        c.tried(minutes, "ops-ts2.anlagen.example", 2308, (1028, ("1",)), (1025, ()), (1027, ("", "4")), took=21)
    return c.bundle()


def s267() -> Document:
    """A licence server is set and people say it is full; who is refused simply is in no group that may."""
    h = Host("s267", "SCHULUNG-TS", S2022, "2026-09-16T08:00:45Z", "10.39.8.8", "insuranceco.example", session_host=True, users=4, logons=5, broken=14)
    h.licences(4)
    h["licensing"]["servers"]["policy"] = make(h["licensing"]["servers"]["policy"]["path"], "lic1.insuranceco.example,lic2.insuranceco.example")
    h.log.admin(2000, 1068, level=3)
    h["logon"]["groups"]["remote_desktop_users"] = answers(f"{h.machine.domain_sid}-5511")
    h["logon"]["rights"]["SeRemoteInteractiveLogonRight"] = answers("S-1-5-32-544")
    for minutes in (5, 6, 40):
        h.hit(minutes)
        h.log.operational(minutes - 0.04, 1149, "", "", "")
        h.log.refused(minutes - 0.05, 0xC000015B, 0, 10)
    return h.bundle(h.whole())


def s268() -> Document:
    """A wrapper lies on the disk and an agent of another maker runs; what ends the handshake is the list of suites."""
    h = Host("s268", "PATCHED-AGAIN", S2025, "2026-10-18T21:31:13Z", "10.90.77.7", "softhaus.example", language="de", up=11, broken=640, logons=2)
    h.listens(21118, 4999)
    h.service("gpsvc", state="stopped")
    h["tls"]["cipher_suites"]["policy"] = make(
        inside.SSL_POLICY, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384_P384,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256_P256,TLS_RSA_WITH_RC4_128_SHA"
    )
    h.log.no_suite(8, 9, 300, 620)
    h.hit(8, 9, 300, 620)
    return h.bundle(h.look().tls_ends("alert", alert=40))
