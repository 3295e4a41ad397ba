# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts with two troubles at once."""

from __future__ import annotations

import dataclasses

from tests.bundles.unseen import inside
from tests.bundles.unseen.around import built_in
from tests.bundles.unseen.values import CREDSSP, answers, make

from .host import S2016, S2019, S2022, S2025, W10, W11, Client, Document, Host


def s221() -> Document:
    """Whoever mends the firewall finds a key that the service cannot read."""
    h = Host("s221", "NODE-EU4", S2019, "2026-02-06T05:21:18Z", "10.61.20.4", "kaltenbach.example", language="de", up=30, broken=1790, logons=2)
    h.key_acl("O:BAG:SYD:PAI(A;;FA;;;SY)(A;;FA;;;BA)")
    h.log.refused_key(1700, 1701)
    h.hit(1700, 1701)
    h["firewall"]["rules"] = built_in("v2.29", active=False)
    return h.bundle(h.look().no_connection("timeout"))


def s222() -> Document:
    h = Host("s222", "REZEPTION", W10, "2026-09-24T16:16:16Z", "192.168.30.30", None, language="de", cert_age=233, up=600, users=1, logons=3)
    h.service("SessionEnv", state="stopped", start=4)
    h.local(UserAuthentication=0)
    return h.bundle(h.whole(nla=False))


def s223() -> Document:
    h = Host("s223", "BANKGW", S2022, "2026-04-03T13:47:29Z", "10.12.200.2", "maplebank.example", language="us", up=18, broken=1000, logons=2)
    h["tls"]["cipher_suites"]["policy"] = make(inside.SSL_POLICY, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")
    gone = h.issued("2025-01-10", 365, "Maple Issuing CA")
    h.keep(gone)
    h.bind(gone)
    h.log.manager(990, 1053, level=2)
    h.log.no_suite(4, 5, 980)
    h.hit(4, 5, 980)
    return h.bundle(h.look().tls_ends("alert", alert=40))


def s224() -> Document:
    """Policy forbids it, and the engine that could fetch a better policy was switched off."""
    h = Host("s224", "WKS-PL-90", W11, "2026-06-10T09:20:53Z", "10.48.40.90", "zielona.example", language="pl", maker="dell", up=200, users=0, logons=0)
    h.policy(fDenyTSConnections=1)
    h.local(fDenyTSConnections=0)
    h.no_listener()
    h.service("gpsvc", state="stopped", start=4)
    return h.bundle(h.look().no_connection("timeout"))


def s225() -> Document:
    h = Host("s225", "TS-MUEHLE", S2019, "2026-08-27T07:41:11Z", "10.8.30.2", "hafen.example", language="de", session_host=True, users=2, logons=2, broken=700)
    h.licences(5, policy=False)
    h.log.admin(690, 1068, level=3)
    h.log.admin(689, 1069)
    h.local(TSServerDrainMode=1)
    h.hit(5, 9, 30)
    return h.bundle(h.whole())


def s226() -> Document:
    h = Host("s226", "CLONE-B", S2022, "2026-10-01T12:30:48Z", "10.90.8.8", "softhaus.example", language="de", up=3, users=1, logons=0)
    h.key_gone("c2b2a0de-5d2e-4d39-8a5e-97f2a0d0f001")
    h.log.certificate(178, 1057, "keyset")
    h.log.refused_key(5, 6, code=0x80090016, state=10003)
    h.log.no_controller(160, 3210, "\\\\DC01", "SOFTHAUS", status=0xC000018B)
    h.log.no_controller(44, 3210, "\\\\DC01", "SOFTHAUS", status=0xC000018B)
    h.hit(5, 6)
    return h.bundle(h.look().tls_ends("closed"))


def s227() -> Document:
    h = Host("s227", "KVM-RENTED", S2022, "2026-01-31T01:15:05Z", "203.0.113.19", None, maker="qemu", up=900, users=1, logons=1, broken=200)
    h.local(UserAuthentication=0)
    for step in range(35):
        h.hit(1 + step * 0.9)
        h.log.refused(1 + step * 0.9, 0xC000006D, 0xC0000064, 10 if step % 4 == 0 else 3)
    for minutes in (3, 130, 510):
        h.log.admin(minutes, 1006)
    return h.bundle(h.look().no_answer("closed"), h.look("second try").whole(h.der, nla=False))


def s228() -> Document:
    """Address and time: by name the clock is in the way, by address the policy."""
    h = Host("s228", "ISLAND-DB", S2016, "2026-03-12T20:04:09Z", "10.66.70.7", "rotorworks.example", up=60, users=1, logons=1, broken=900)
    h.set("logon", "RestrictReceivingNTLMTraffic", 1)
    h.set("time", "Type", "NTP")
    h.set("time", "NtpServer", "10.66.70.1,0x9")
    h.drifts(-787)
    for minutes in (6, 8, 9):
        h.hit(minutes)
        h.log.blocked(minutes - 0.05)
    return h.bundle(h.look("controller", asked="10.66.70.7").ends_in_credssp(h.der, "spnego_only"))


def c051() -> Document:
    c = Client("c051", "ROT-WKS-2", W11, "2026-03-12T20:04:09Z", "rotorworks.example")
    c.tried(9, "10.66.70.7", 2055, (1028, ("1",)))
    c.tried(6, "island-db.rotorworks.example", 6151, (1028, ("1",)), (1009, ("", "2148074276")))
    return c.bundle()


def s229() -> Document:
    release = dataclasses.replace(S2016, ubr=2189, tspkg="10.0.14393.0")
    h = Host("s229", "MFG-OPC", release, "2026-07-16T10:06:42Z", "10.110.9.9", "anlagen.example", language="de", up=11000, users=2, logons=3)
    h["credssp"]["AllowEncryptionOracle"] = make(CREDSSP, 2)
    h.local(UserAuthentication=0)
    return h.bundle(h.whole(nla=False, version=4))


def s230() -> Document:
    h = Host("s230", "OFF-BY-TWO", S2025, "2026-05-30T18:55:20Z", "10.19.30.2", "maplebank.example", language="us", core=True, up=20, users=0, logons=0)
    h.local(fDenyTSConnections=1)
    h.service("TermService", state="stopped", start=4)
    h.service("UmRdpService", state="stopped")
    h.no_listener(running=False)
    return h.bundle(h.look().no_connection("timeout"))


def s231() -> Document:
    h = Host("s231", "AUDITED-9", S2022, "2026-11-19T08:38:08Z", "10.3.50.9", "treasury.example", users=1, logons=2, broken=300)
    h["logon"]["rights"]["SeNetworkLogonRight"] = answers("S-1-5-32-551")
    h.policy(fPromptForPassword=1)
    for minutes in (4, 5, 60):
        h.hit(minutes)
        h.log.refused(minutes - 0.05, 0xC000015B, 0)
    return h.bundle(h.whole())


def s232() -> Document:
    """A script set the listener back, and a web server has its port since the last start."""
    h = Host("s232", "ALLINONE", S2019, "2026-12-10T11:59:30Z", "10.73.8.8", "clinic.example", up=40, broken=2400, logons=1)
    h.local(SecurityLayer=0, MinEncryptionLevel=1)
    h.no_listener()
    h.listens(3389, 3120)
    h.log.operational(2390, 260, "", "2147952448", level=3)
    return h.bundle(h.look().no_answer("not_rdp", "HTTP"))
