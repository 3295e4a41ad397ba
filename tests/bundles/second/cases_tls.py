# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts whose trouble is what they agree to: security layer, NLA, versions and suites of TLS, CredSSP."""

from __future__ import annotations

import dataclasses

from tests.bundles.unseen import inside
from tests.bundles.unseen.values import CREDSSP, answers, make

from .host import S2016, S2019, S2022, S2025, W10, W11, Document, Host

_OLD_2016 = dataclasses.replace(S2016, ubr=1884, tspkg="10.0.14393.0")
_ECDSA_ONLY = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"


def _versions(h: Host, **server: tuple[int | None, int | None]) -> None:
    for version, pair in server.items():
        h["tls"]["protocols"][version] = inside.switches(version, pair, pair)


def s001() -> Document:
    h = Host("s001", "ARCHIV", S2019, "2026-03-03T12:12:01Z", "10.30.8.4", "museum.example", language="de", up=6, broken=370, logons=3)
    _versions(h, tls10=(0, 1), tls11=(0, 1), tls12=(0, 1))
    h.log.refused_credential(2, 3, 58, 101, 102, 350)
    h.hit(2, 3, 58, 101, 102, 350)
    return h.bundle(h.look().tls_ends("closed"))


def s002() -> Document:
    h = Host("s002", "PRN-SRV", S2016, "2026-06-17T15:50:26Z", "172.16.40.12", "lakeview.example", language="us", up=33, broken=1990, logons=1)
    _versions(h, tls10=(0, 1), tls11=(0, 1), tls12=(1, 1))
    h.log.refused_credential(11, 12, 600)
    h.hit(11, 12, 600)
    return h.bundle(h.look().tls_ends("reset"))


def s003() -> Document:
    h = Host("s003", "PAYROLL", S2019, "2026-08-11T09:42:18Z", "10.12.12.12", "lakeview.example", language="us", up=210, broken=10200, logons=0)
    h["tls"]["cipher_suites"]["policy"] = make(inside.SSL_POLICY, _ECDSA_ONLY)
    h.log.no_suite(1, 2, 15, 480, 481, 1300, version="TLS 1.2")
    h.hit(1, 2, 15, 480, 481, 1300)
    return h.bundle(h.look().tls_ends("alert", alert=40))


def s004() -> Document:
    h = Host("s004", "GOV-APP11", S2022, "2026-02-25T17:00:48Z", "10.200.3.11", "agency.example", language="us", up=400, logons=4)
    h["tls"]["fips"] = make(h["tls"]["fips"]["path"], 1)
    h.policy(MinEncryptionLevel=3)
    h.local(MinEncryptionLevel=4)
    for minutes in (40, 41, 1441):
        h.hit(minutes)
        h.log.stream_error(minutes - 0.1, 0x80090331)
    return h.bundle(h.whole())


def s005() -> Document:
    h = Host("s005", "AZ-JUMP-2", S2019, "2026-09-29T22:13:07Z", "10.1.0.5", None, cloud=True, up=8, logons=3)
    h.local(SecurityLayer=0, MinEncryptionLevel=1)
    h.hit(3, 4)
    return h.bundle(h.look().refuses_tls())


def s006() -> Document:
    h = Host("s006", "SCANNER-PC", W10, "2026-10-14T06:06:54Z", "192.168.20.77", None, language="pl", maker="dell", up=80, users=1, logons=4)
    h.local(UserAuthentication=0)
    return h.bundle(h.whole(nla=False))


def s007() -> Document:
    h = Host("s007", "LEGACY-CAD", _OLD_2016, "2026-07-27T10:39:33Z", "10.66.1.90", "rotorworks.example", up=9000, logons=3)
    h.hit(12, 13, 1500)
    return h.bundle(h.whole(version=4))


def s008() -> Document:
    h = Host("s008", "HSM-ADMIN", S2022, "2026-05-12T08:08:08Z", "10.3.40.2", "treasury.example", up=120)
    h["credssp"]["AllowEncryptionOracle"] = make(CREDSSP, 0)
    for minutes in (6, 7, 8, 1450):
        h.hit(minutes)
        h.log.stream_error(minutes - 0.1, 0x80090302)
    return h.bundle(h.whole())


def s009() -> Document:
    h = Host("s009", "SPS-LEITSTAND", W10, "2026-01-30T13:31:05Z", "10.110.5.8", "anlagen.example", language="de", maker="dell", up=500, users=1)
    h["credssp"]["AllowEncryptionOracle"] = make(CREDSSP, 2)
    return h.bundle(h.whole())


def s010() -> Document:
    h = Host("s010", "BRANCH-DC7", S2019, "2026-04-08T03:55:59Z", "10.45.7.10", "insuranceco.example", up=230, users=2)
    h["os"]["product_type"] = "LanmanNT"
    proxy = h.issued("2026-03-20", 45, "Perimeter TLS Inspection")
    return h.bundle(h.look("branch office").whole(proxy), h.whole("data centre"))


def s011() -> Document:
    h = Host("s011", "DEV-BUILD4", S2019, "2026-11-10T19:24:46Z", "10.90.2.44", "softhaus.example", language="de", core=True, up=5, broken=320, logons=4)
    _versions(h, tls12=(1, 0), tls13=(1, 0))
    h.log.refused_credential(14, 15, 16, 200)
    h.hit(14, 15, 16, 200)
    return h.bundle(h.look().no_tls13(h.der))


def s012() -> Document:
    """Curves: policy leaves one that this build knows and hardly any client offers."""
    h = Host("s012", "ORACLE-APP", S2022, "2026-06-08T07:07:35Z", "10.77.30.3", "centralbank.example", language="ja", up=44, broken=2600, logons=2)
    h["tls"]["curves"]["policy"] = make(inside.SSL_POLICY, ["brainpoolP512r1"])
    h["tls"]["cipher_suites"]["policy"] = make(inside.SSL_POLICY, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256")
    h.log.no_suite(20, 21, 1440)
    h.hit(20, 21, 1440)
    return h.bundle(h.look().tls_ends("alert", alert=40))


def s013() -> Document:
    """Old algorithms were switched off one by one, and RSA as such with them."""
    h = Host("s013", "WSUS", S2016, "2026-03-23T09:09:10Z", "10.8.0.14", "hafen.example", language="de", up=29, broken=1700, logons=3)
    h["tls"]["key_exchange"] = answers(
        inside.algorithm("KeyExchangeAlgorithms", "Diffie-Hellman", 0), inside.algorithm("KeyExchangeAlgorithms", "ECDH", 0),
        inside.algorithm("KeyExchangeAlgorithms", "PKCS", 0),
    )  # fmt: skip
    h["tls"]["ciphers"] = answers(inside.algorithm("Ciphers", "RC4 128/128", 0), inside.algorithm("Ciphers", "Triple DES 168", 0))
    h.log.no_suite(5, 6, 700, 1690)
    h.hit(5, 6, 700, 1690)
    return h.bundle(h.look().tls_ends("closed"))


def s014() -> Document:
    """NLA is off by a policy that nobody remembers."""
    h = Host("s014", "TRAINING-18", W11, "2026-02-19T11:45:00Z", "10.21.6.118", "academy.example", language="fr", up=60, users=1, logons=3)
    h.policy(UserAuthentication=0, SecurityLayer=2)
    return h.bundle(h.whole(nla=False))


def s015() -> Document:
    h = Host("s015", "WEB-EDGE5", S2025, "2026-08-03T21:36:51Z", "203.0.113.85", None, cloud=True, up=16, logons=2)
    h.policy(SecurityLayer=0)
    h.local(MinEncryptionLevel=2)
    h.hit(10, 12)
    return h.bundle(h.look("office").refuses_tls())
