# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts about TLS, security layers and CredSSP."""

from __future__ import annotations

from ..crypto import delegation_list
from ..machine import Data, windows
from ..papers import authority, issued
from ..values import before
from ..visitor import visitor
from ..wire import NTLM_BLOCKED, RESET, Line, alert

POLICY_LIMIT = 1023  # characters that the editor of policies takes


def t011() -> Data:
    """A baseline switched the old versions off and said of TLS 1.2 that it is off unless a program asks."""
    host = windows("t011", "DC-BACKUP", "2016", "2026-09-11 09:12", "198.51.100.211", domain="corp.tailspin.example", up_days=0.6)
    for version in ("tls10", "tls11"):
        host.protocol(version, Enabled=0, DisabledByDefault=1)
        host.protocol(version, "client", Enabled=0, DisabledByDefault=1)
    host.protocol("tls12", DisabledByDefault=1)
    host.protocol("tls12", "client", Enabled=1, DisabledByDefault=0)
    host.talk = host.line.broken_tls(RESET)
    for minutes in (3, 4, 52, 410):
        host.log.schannel(minutes, 36871, "server", 10013)
    return host.bundle()


def t012() -> Data:
    """The list of the policy was cut off where its editor ends; what is left of it wants a certificate that nobody has, or is no name."""
    host = windows("t012", "KASSE-SRV", "2019", "2026-10-02 16:18", "203.0.113.112", domain="markt.example", language="de", up_days=1.2)
    wanted = [f"TLS_ECDHE_ECDSA_WITH_AES_{bits}_{mode}" for bits, mode in ((256, "GCM_SHA384"), (128, "GCM_SHA256"), (256, "CBC_SHA384"), (128, "CBC_SHA256"))]
    wanted += [f"TLS_ECDHE_RSA_WITH_AES_{bits}_{mode}_{curve}" for bits, mode in ((256, "GCM_SHA384"), (128, "GCM_SHA256"), (256, "CBC_SHA384"),
               (128, "CBC_SHA256"), (256, "CBC_SHA"), (128, "CBC_SHA")) for curve in ("P521", "P384", "P256")]  # fmt: skip
    wanted += [f"TLS_DHE_DSS_WITH_AES_{bits}_CBC_SHA{digest}" for bits in (256, 128) for digest in ("256", "")]
    wanted += ["TLS_RSA_WITH_AES_256_GCM_SHA384", "TLS_RSA_WITH_AES_128_GCM_SHA256"]
    host.put("tls.cipher_suites.policy", ",".join(wanted)[:POLICY_LIMIT])
    host.talk = host.line.broken_tls(alert(40))
    for minutes in (2, 3, 33, 34, 900):
        host.log.schannel(minutes, 36874, "TLS 1.2")
        host.log.schannel(minutes, 36888, 40, 1205)
    return host.bundle()


def t013() -> Data:
    """Level 4 at the listener itself, no policy of FIPS; terminals whose ciphers are older than that are turned away."""
    host = windows("t013", "WMS-TERM", "2016", "2026-08-31 05:20", "198.51.100.213", domain="lager.example", up_days=15)
    host.local(MinEncryptionLevel=4)
    for minutes in (14, 16, 18, 75):
        host.log.called(minutes)
        host.log.schannel(minutes - 0.1, 36871, "server", 10013)
    host.log.visited(500, 3, 77)
    return host.bundle()


def t014() -> Data:
    """What an article told somebody to write below the policies for a test, and never to leave there."""
    host = windows("t014", "HOMELAB", "2022", "2026-11-01 21:47", "192.0.2.14", up_days=30)
    host.policy(SecurityLayer=0)
    host.local(MinEncryptionLevel=1)
    host.talk = host.line.only_old()
    host.log.called(600)
    return host.bundle()


def t015() -> Data:
    """Network Level Authentication is off by policy; the local value says on."""
    host = windows("t015", "LEGACY-RD", "2019", "2026-10-26 10:10", "203.0.113.15", domain="klinik.example", language="de", up_days=77)
    host.policy(UserAuthentication=0)
    host.talk = host.line.without_nla()
    host.log.visited(90, 5, 60)
    host.log.schannel(1000, 36887, 48)
    return host.bundle()


def t026() -> Data:
    """An island in a plant that got its last update in April 2018."""
    host = windows("t026", "SCADA-HMI", "2016", "2026-09-03 06:35", "198.51.100.26", up_days=210, paper_days=88)
    host.data["os"]["ubr"] = 2214
    host.data["os"]["powershell"] = "5.1.14393.2214"
    host.data["credssp"]["tspkg_version"] = "10.0.14393.2214"
    host.line.version = 4
    for minutes in (8, 9, 70):
        host.log.called(minutes)
    return host.bundle()


def v026() -> Data:
    """The laptop of the service engineer: refused, and its log says at which version."""
    client = visitor("v026", "SVC-NB12", "w11", "2026-09-03 06:35", "198.51.100.200", up_days=0.2)
    for minutes in (8, 9, 70):
        client.tries(minutes, "198.51.100.26")
        client.log.add(minutes - 0.02, "System", "LsaSrv", 6041, "TERMSRV/198.51.100.26", "4", level=2)
        client.ends(minutes - 0.03, 2055)
    return client.bundle()


def t027() -> Data:
    """The host takes updated clients alone, by a baseline; one old client is left."""
    host = windows("t027", "PROD-RDS3", "2022", "2026-10-07 12:55", "203.0.113.27", domain="nordwind.example", up_days=18)
    host.put("credssp.AllowEncryptionOracle", 0)
    for minutes in (6, 7, 90):
        host.log.called(minutes)
        host.log.add(minutes - 0.05, "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS/Operational", "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS",
                     139, 2147942405, "", level=3)  # fmt: skip
    host.log.visited(30, 6, 4)
    return host.bundle()


def v027() -> Data:
    """A measuring device with Windows 10 LTSB of 2016 that was never updated."""
    client = visitor("v027", "SPEKTRO-PC", "w10l", "2026-10-07 12:55", "203.0.113.200", domain="nordwind.example", up_days=400)
    client.data["os"] |= {"ubr": 1066, "powershell": "5.1.14393.1066"}
    for minutes in (6, 7, 90):
        client.tries(minutes, "prod-rds3.nordwind.example")
        client.ends(minutes - 0.06, 2308)
    return client.bundle()


def t028() -> Data:
    """A value from the summer of 2018 that was never taken away; both sides have long been updated."""
    host = windows("t028", "FIBU", "2019", "2026-11-12 13:13", "192.0.2.28", domain="steuer.example", language="de", up_days=13)
    host.put("credssp.AllowEncryptionOracle", 2)
    host.log.visited(55, 2, 30)
    return host.bundle()


def t029() -> Data:
    """No NTLM from anybody, by a policy of the domain; the user types the address."""
    host = windows("t029", "TIER0-JMP", "2022", "2026-10-20 08:25", "198.51.100.29", domain="corp.tailspin.example", up_days=6, asked="198.51.100.29")
    host.put("logon.values.RestrictReceivingNTLMTraffic", 2)
    host.put("logon.values.AuditReceivingNTLMTraffic", 2)
    host.talk = host.line.ends_in_credssp(NTLM_BLOCKED, 0xC0000418)
    for minutes in (2, 11, 12, 13, 700):
        host.log.add(minutes, "Microsoft-Windows-NTLM/Operational", "Microsoft-Windows-NTLM", 4002, 812, "", 999, "", "", "", level=3)
    host.log.visited(95, 3, 44)
    return host.bundle()


def t030() -> Data:
    """Another account holds the name of the service: Kerberos gets a ticket for somebody else."""
    host = windows("t030", "BI-NODE1", "2022", "2026-09-25 07:07", "203.0.113.30", domain="nordwind.example", up_days=1.3)
    for minutes in (1870, 1500, 600):
        host.log.system(minutes, 1067, "0x000021C7", level=3)
    for minutes in (19, 20):
        host.log.called(minutes)
    return host.bundle()


def t035() -> Data:
    """The host is a plain one: no Restricted Admin, as it comes out of the box."""
    host = windows("t035", "HRDB", "2019", "2026-10-01 15:49", "198.51.100.35", domain="corp.tailspin.example", up_days=22)
    host.put("credssp.DisableRestrictedAdmin", 1)
    host.log.visited(260, 3, 12)
    return host.bundle()


def v035() -> Data:
    """A machine for administrators that may only connect without leaving credentials behind, and has a list of its own for delegation."""
    client = visitor("v035", "PAW-0231", "w11e", "2026-10-01 15:49", "198.51.100.230", domain="corp.tailspin.example", up_days=2)
    client.put("client_policy.values.RestrictedRemoteAdministration", 1)
    client.put("client_policy.values.RestrictedRemoteAdministrationType", 1)
    client.data["client_policy"]["delegation"]["AllowFreshCredentials"] = delegation_list("TERMSRV/*.tier0.corp.tailspin.example", concatenate=0)
    for minutes in (12, 13):
        client.tries(minutes, "hrdb.corp.tailspin.example")
        client.ends(minutes - 0.03, 5639)
    return client.bundle()


def t036() -> Data:
    """Between the office and the host something opens TLS and signs anew."""
    host = windows("t036", "CALLCTR", "2019", "2026-10-29 09:01", "203.0.113.36", domain="litware.example", up_days=10)
    own = Line(host.who, host.who.own_paper.der)
    since = before(host.who.when, days=11)
    root = authority("Litware Edge Inspection CA", before(since, days=700))
    host.serve(issued("callctr.litware.example", "Litware Edge Inspection CA", since, 30), root)
    host.line.wire = ("TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256")
    host.others = [own.result(own.healthy(), "rack switch")]
    for minutes in (17, 18, 130):
        host.log.called(minutes)
    return host.bundle()


def t055() -> Data:
    """Somebody switched TLS 1.3 on where Windows has none."""
    host = windows("t055", "INTRA19", "2019", "2026-09-15 22:12", "192.0.2.55", domain="dev.proseware.example", up_days=0.4)
    host.protocol("tls13", Enabled=1, DisabledByDefault=0)
    host.protocol("tls13", "client", Enabled=1, DisabledByDefault=0)
    host.talk = host.line.only_without_tls13()
    for minutes in (4, 5):
        host.log.schannel(minutes, 36888, 80, 1205)
    return host.bundle()
