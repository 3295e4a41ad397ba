# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts whose TLS, security layer, CredSSP or authentication is set in all sorts of ways."""

from __future__ import annotations

from . import inside
from .cases_certificate import failing_arrivals
from .host import Document, Host, moment
from .log import NTLM
from .machine import S2016, S2019, S2022, S2025, W10, W11, stamp
from .values import LSA, answers, make

UNREACHABLE = "ntlm: HTTPConnectionPool(host='{address}', port=5985): Max retries exceeded with url: /wsman (connect timed out after 30 s)"


def old_tls_off(h: Host) -> None:
    """Switch TLS 1.0 and 1.1 off on both sides."""
    for version in ("tls10", "tls11"):
        h["tls"]["protocols"][version] = inside.switches(version, (0, 1), (0, 1))


def h017() -> Document:
    h = Host("h017", "ERP-SQL1", S2016, "2026-06-30T12:31:22Z", "192.0.2.31", "corp.example.com", up=16, cert_age=44, broken=980)
    old_tls_off(h)
    h["tls"]["protocols"]["tls12"] = inside.switches("tls12", (0, 1), (1, 0))
    failing_arrivals(h, 6, "TLS 1.2", number=36874)
    failing_arrivals(h, 6, "70", "1203", number=36888)
    return h.bundle(h.look().tls_ends("alert", alert=70))


def h018() -> Document:
    h = Host("h018", "FRA-LOG-1", S2019, "2026-10-20T05:05:05Z", "192.0.2.47", "werk.example.com", language="de", up=11, cert_age=14, broken=670)
    h["tls"]["protocols"] = {version: inside.switches(version, (0, 1), (0, 1)) for version in inside.VERSIONS}
    failing_arrivals(h, 8, "server", "10013", number=36871)
    h.log.schannel(33, 36871, "client", "10013")
    return h.bundle(h.look().tls_ends("closed"))


def h019() -> Document:
    h = Host("h019", "NAGOYA-W2", S2019, "2026-11-16T23:50:12Z", "192.0.2.59", "corp.example.jp", language="ja", up=96, cert_age=102, broken=5300, logons=0)
    old_tls_off(h)
    names = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_AES_256_GCM_SHA384,TLS_CHACHA20_POLY1305_SHA256"
    h["tls"]["cipher_suites"]["policy"] = make(inside.SSL_POLICY, names)
    failing_arrivals(h, 7, "TLS 1.2", number=36874)
    failing_arrivals(h, 7, "40", "1205", number=36888)
    return h.bundle(h.look().tls_ends("alert", alert=40))


def h020() -> Document:
    h = Host("h020", "VIE-APP-6", S2019, "2026-09-09T09:39:48Z", "192.0.2.74", "werk.example.com", language="de", up=39, cert_age=129, broken=2330)
    old_tls_off(h)
    h["tls"]["key_exchange"] = answers(
        inside.algorithm("KeyExchangeAlgorithms", "Diffie-Hellman", 0, 2048),
        inside.algorithm("KeyExchangeAlgorithms", "ECDH", 0),
        inside.algorithm("KeyExchangeAlgorithms", "PKCS", 0),
    )
    h["tls"]["ciphers"] = answers(inside.algorithm("Ciphers", "RC4 128/128", 0), inside.algorithm("Ciphers", "Triple DES 168", 0))
    failing_arrivals(h, 5, "TLS 1.2", number=36874)
    failing_arrivals(h, 5, "40", "1205", number=36888)
    return h.bundle(h.look().tls_ends("alert", alert=40))


def h021() -> Document:
    h = Host("h021", "GOV-TS-1", S2016, "2026-04-15T16:22:51Z", "192.0.2.90", "corp.example.com", up=19, cert_age=58, broken=1120)
    h["tls"]["fips"] = make(LSA + "\\FIPSAlgorithmPolicy", 1)
    h.local(MinEncryptionLevel=4)
    failing_arrivals(h, 8, "server", "10013", number=36871)
    return h.bundle(h.look().tls_ends("reset"))


def h022() -> Document:
    h = Host("h022", "vm-tools-we", S2022, "2026-10-08T13:13:37Z", "203.0.113.22", cloud=True, up=640, cert_age=2, users=1, broken=260)
    h.local(SecurityLayer=0, MinEncryptionLevel=1)
    for minutes in (12, 30, 150, 233):
        h.log.arrival(minutes)
    return h.bundle(h.look().refuses_tls())


def h023() -> Document:
    h = Host("h023", "BRANCH-7", W10, "2026-08-05T18:44:27Z", "203.0.113.71")
    return h.bundle(h.look().refuses_tls(), unreachable=UNREACHABLE.format(address="203.0.113.71"))


def h024() -> Document:
    h = Host("h024", "LAB-SCOPE-2", W10, "2026-03-03T10:10:10Z", "198.51.100.33", language="de", up=52, users=1, logons=6, cert_age=3)
    h.local(UserAuthentication=0)
    return h.bundle(h.whole(nla=False))


def h025() -> Document:
    h = Host("h025", "STORE-0417", S2019, "2026-07-22T20:51:15Z", "192.0.2.217", "corp.example.com", language="us", up=333, users=2)
    h.policy(UserAuthentication=0, SecurityLayer=2)
    return h.bundle(h.whole(nla=False))


def h026() -> Document:
    h = Host("h026", "HANOI-WEB1", S2019, "2026-10-26T03:29:59Z", "192.0.2.229", "corp.example.com", up=14, cert_age=77, broken=860)
    h["tls"]["protocols"]["tls13"] = inside.switches("tls13", (1, 0), (1, 0))
    old_tls_off(h)
    failing_arrivals(h, 9, "20", "960", number=36888)
    return h.bundle(h.look().no_tls13(h.der))


def h027() -> Document:
    h = Host("h027", "PLANT-SCADA", S2016, "2026-05-13T06:36:00Z", "192.0.2.240", "werk.example.com", language="de", up=6100, cert_age=166, logons=5)
    h["os"].update(ubr=2189, powershell="5.1.14393.2189")
    h["credssp"]["tspkg_version"] = "10.0.14393.2125"
    for minutes in (6, 44, 61):
        h.log.arrival(minutes)
    return h.bundle(h.whole(version=4))


def h028() -> Document:
    h = Host("h028", "OLD-CALL-01", S2016, "2026-06-03T11:11:42Z", "203.0.113.130", "corp.example.com", cert_age=108)
    return h.bundle(h.whole(version=4), unreachable=UNREACHABLE.format(address="203.0.113.130"))


def h029() -> Document:
    h = Host("h029", "BONN-APP9", S2022, "2026-09-17T07:07:07Z", "192.0.2.24", "werk.example.com", language="de", up=265, cert_age=90)
    h.set("credssp", "AllowEncryptionOracle", 0)
    for minutes in (8, 9, 11, 95, 97, 1300):
        h.log.arrival(minutes)
        h.log.add(minutes - 0.01, "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS", 139, h_core(), "-2146893048", "", level=3)
    return h.bundle(h.whole())


def h_core() -> str:
    """Return the channel of the protocol's own events."""
    return "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS/Operational"


def h030() -> Document:
    h = Host("h030", "REMOTE-HR", S2019, "2026-11-05T08:00:01Z", "192.0.2.36", "corp.example.com", up=510, cert_age=111)
    h.set("credssp", "AllowEncryptionOracle", 2)
    return h.bundle(h.whole())


def h031() -> Document:
    h = Host("h031", "ZRH-SEC-1", S2022, "2026-10-30T09:58:33Z", "192.0.2.44", "werk.example.com", language="de", up=70, cert_age=150, broken=40)
    h.set("logon", "RestrictReceivingNTLMTraffic", 2)
    for minutes in (3, 5, 17, 60, 130, 700):
        h.log.arrival(minutes)
        pid = str(h.machine.pid)
        h.log.add(minutes - 0.01, NTLM, 4002, f"{NTLM}/Operational", pid, "", "999", "", "", "", level=3)
    return h.bundle(h.look().ends_in_credssp(h.der, "failure", 0xC0000418))


def h032() -> Document:
    h = Host("h032", "SAP-JUMP", S2025, "2026-08-14T15:47:26Z", "192.0.2.51", "corp.example.com", up=188, cert_age=30)
    h.set("logon", "RestrictReceivingNTLMTraffic", 1)
    for minutes in (21, 23, 90):
        h.log.arrival(minutes)
        h.log.add(minutes - 0.01, NTLM, 4003, f"{NTLM}/Operational", "", "", "", str(h.machine.pid), "", "3", "0", "", level=3)
    return h.bundle(h.look().ends_in_credssp(h.der, "spnego_only"))


def h033() -> Document:
    h = Host("h033", "LYON-FAB-3", S2019, "2026-09-30T12:20:40Z", "192.0.2.69", "werk.example.com", language="de", up=410, cert_age=50, broken=700)
    h["time"]["service"]["state"] = "stopped"
    h["time"]["service"]["Start"] = make(h["time"]["service"]["Start"]["path"], 4)
    h["time"]["now"] = "2026-09-30T12:27:55Z"
    for minutes in (10, 25, 300):
        h.log.arrival(minutes)
        h.log.refused(minutes - 0.01, 0xC000006D, 0xC0000133)
    document = h.bundle(h.whole(skew=437.6))
    document["snapshot"]["collected_at"] = stamp(moment("2026-09-30T12:27:55Z"))
    return document


def h034() -> Document:
    h = Host("h034", "RIGA-APP-2", S2022, "2026-04-01T05:55:55Z", "192.0.2.82", "corp.example.com", up=30, cert_age=66)
    for minutes in (15, 760, 1480):
        h.log.manager(minutes, 1067, "%%8344", level=3)
    return h.bundle(h.whole())


def h035() -> Document:
    h = Host("h035", "KITA-CAD-4", W11, "2026-11-19T00:02:20Z", "192.0.2.98", "corp.example.jp", language="ja", up=22, cert_age=119, users=0, broken=1300)
    h["firewall"]["active_profiles"] = ["private"]
    for minutes in (5, 245, 485, 725, 965, 1205):
        h.log.add(minutes, "NETLOGON", 5719, "System", "CORP", "%%1311", level=2)
        h.log.add(minutes + 0.1, "NETLOGON", 3210, "System", "CORP", "\\\\DC2.corp.example.jp", "-1073741790", level=2)
    for minutes in (9, 30, 52):
        h.log.arrival(minutes)
        h.log.refused(minutes - 0.01, 0xC000018D, 0x0)
    return h.bundle(h.whole())
