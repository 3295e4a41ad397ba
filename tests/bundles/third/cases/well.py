# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts that are well, whatever it looks like, and hosts that nobody could read from inside."""

from __future__ import annotations

from typing import Any

from ..access import built_in, rule_text, session
from ..crypto import FOLDER_SDDL
from ..machine import Data, Machine, windows
from ..papers import authority, issued
from ..releases import SUITES_11
from ..system import station_of
from ..values import before, guid_of
from ..wire import TIMEOUT
from .listening import desktops, session_host


def t077() -> Data:
    """A web server that a scanner visits every night, and people who mistype."""
    host = windows("t077", "IISFARM-2", "2022", "2026-10-26 05:40", "203.0.113.177", domain="litware.example", up_days=14)
    for number in range(9):
        minutes = 130 + number * 1.3
        host.log.schannel(minutes, 36888, 10, 1203)
        host.log.schannel(minutes - 0.2, 36874, ("TLS 1.0", "TLS 1.1", "SSL 3.0")[number % 3])
        host.log.schannel(minutes - 0.3, 36888, 40, 1205)
        host.log.called(minutes)
    for minutes in (20, 21, 900):
        host.log.schannel(minutes, 36887, 46)
        host.log.refused(minutes, 0xC000006D, 0xC000006A, 8)
    host.log.visited(75, 2, 14)
    return host.bundle()


def t078() -> Data:
    """Hardened by people who knew what they did: old versions off, suites chosen, a certificate of the company, everything by policy."""
    host = windows("t078", "PAW-0117", "w11e", "2026-09-30 09:19", "198.51.100.178", domain="bank.example", up_days=3)
    for version in ("tls10", "tls11"):
        for side in ("server", "client"):
            host.protocol(version, side, Enabled=0, DisabledByDefault=1)
    host.protocol("tls12", Enabled=1, DisabledByDefault=0)
    host.put("tls.cipher_suites.policy", ",".join(SUITES_11[:6]))
    host.put("tls.curves.policy", ["NistP384", "NistP256", "curve25519"])
    host.policy(fDenyTSConnections=0, UserAuthentication=1, SecurityLayer=2, MinEncryptionLevel=3, fEncryptRPCTraffic=1)
    host.put("logon.values.LmCompatibilityLevel", 5)
    since = before(host.who.when, days=200)
    paper, container = issued("PAW-0117.bank.example", "Bank Issuing CA 4", since, 365, for_rdp=True), "te-RemoteDesktop-2f1c3b6a"
    host.put("certificate.bindings.CertTemplateName", "BankRemoteDesktop")
    host.bind(paper, "TemplateCertificate")
    host.add_to_my(paper, container, provider="Microsoft RSA SChannel Cryptographic Provider", provider_type=12)
    host.bound[container] = {"sddl": "O:SYG:SYD:PAI(A;;FA;;;SY)(A;;FA;;;BA)(A;;FR;;;NS)"}
    host.serve(paper, authority("Bank Issuing CA 4", before(since, days=800)))
    host.log.visited(420, 2, 30)
    return host.bundle()


def t079() -> Data:
    """Another port, with a rule of its own; the rules that Windows brings are off, since nobody needs them."""
    host = windows("t079", "VPS-4471", "2019", "2026-11-07 01:26", "203.0.113.179", up_days=90, port=33890)
    rules = built_in(host.who, active=False)
    rules.append({"id": "{77C1B5A0-3D2E-4F61-9A0B-6C7D8E9FA0B1}", "hive": "local", "text": rule_text(host.who, 33890, name="RDP 33890")})
    host.data["firewall"]["rules"] = rules
    host.log.visited(31, 2, 8)
    host.log.stopped_often(1300, "Windows Update", 1)
    return host.bundle()


def t080() -> Data:
    """Renewed yesterday, as it should be; a key file of the image lies beside the own one, and TCP alone was chosen on purpose."""
    host = windows("t080", "vm-batch-7", "2022a", "2026-10-30 22:47", "198.51.100.180", is_azure=True, up_days=1.4, paper_days=1.1)
    host.policy(SelectTransport=1)
    host.data["key_store"]["foreign_files"] = [f"f686aace6942fb7f7ceb231212eef4a4_{guid_of('gallery image')}"]
    host.data["key_store"]["folder"]["sddl"] = FOLDER_SDDL + "(A;;FA;;;SY)"
    host.log.system(1584, 1056, "CN=vm-batch-7", level=4)
    host.log.visited(1200, 2, 22)
    return host.bundle()


def t081() -> Data:
    """A session host on a working day: people come, go, lose their line and come back."""
    host = windows("t081", "RDSH-A2", "2025", "2026-10-22 14:55", "203.0.113.181", domain="nordwind.example", up_days=5)
    session_host(host.data)
    people = [session(number, "active" if number % 4 else "disconnected", f"RDP-Tcp#{number + 30}" if number % 4 else "") for number in range(2, 27)]
    host.data["sessions"]["sessions"] = [
        session(0, "disconnected", "Services"),
        session(1, "connected", "Console"),
        *people,
        session(65536, "listen", "RDP-Tcp"),
    ]
    for number in range(12):
        minutes = 12 + number * 31
        host.log.visited(minutes, 2 + number, 9)
        host.log.left(minutes - 10, 13 + number, (0, 5, 11, 12)[number % 4])
    return host.bundle()


def t082() -> Data:
    """Another maker's virus scanner that falls over, a camera whose driver does not start, files that wait for a restart."""
    host = windows("t082", "PC-MARKETING", "w10", "2026-09-13 11:36", "192.0.2.182", domain="markt.example", language="de", up_days=18)
    host.data["os"]["pending_reboot"]["pending_file_rename"] = True
    for minutes in (44, 1100):
        host.log.stopped_often(minutes, "Sophos Endpoint Defense Service", 2)
        host.log.service(minutes - 3, 7034, "Intel(R) Dynamic Application Loader Host Interface Service", 1)
    host.log.add(900, "Microsoft-Windows-Kernel-PnP/Configuration", "Microsoft-Windows-Kernel-PnP", 411, "USB\\VID_046D&PID_085C\\9F2B7A1E", "usbvideo.inf",
                 "{ca3e7ab9-b4c3-4ae6-8251-579ef933890f}", "usbvideo", "", "", 10, 3221225865, level=2)  # fmt: skip
    host.log.refused(50, 0xC000006D, 0xC000006A, 2)
    host.log.visited(48, 2, 20)
    return host.bundle()


def t083() -> Data:
    """A pooled desktop as it should be; its listener for the service is there, and it is in the domain."""
    host = windows("t083", "AVD-POOL-08", "w11m", "2026-10-01 16:00", "198.51.100.183", is_azure=True, domain="corp.tailspin.example", up_days=2)
    station = station_of("rdp-sxs260115300", None, "{18b726bb-6fe6-4fb9-9276-ed57ce7c7cb2}")
    host.data["listener"]["win_stations"].append(station)
    host.data["avd"] = desktops(registered=1)
    host.data["sessions"]["sessions"] += [session(3, "active", "rdp-sxs260115300#0"), session(65537, "listen", "rdp-sxs260115300")]
    host.log.service(2600, 7031, "Microsoft Edge Update Service (edgeupdate)", 1, 60000, 1, "Restart the service")
    return host.bundle()


def t084() -> Data:
    """Read by somebody who is no administrator: much could not be looked at, and none of it is wrong."""
    host = windows("t084", "WIKI", "2019", "2026-10-14 07:03", "203.0.113.184", language="fr", up_days=41, skew=74)
    shut(host)
    return host.bundle()


def shut(host: Machine) -> None:
    """Close what an ordinary user does not see."""
    denied: dict[str, Any] = {"kind": "access_denied", "items": [], "truncated": False}
    for name in host.data["logon"]["rights"]:
        host.data["logon"]["rights"][name] = dict(denied)
    store = host.data["key_store"]
    store["folder"] |= {"sddl": None, "sddl_kind": "access_denied"}
    host.key(sddl=None, sddl_kind="access_denied")
    for service in host.data["services"].values():
        service |= {"exists": None, "state": "unknown", "kind": "access_denied"}
    host.data["ports"]["term_service_pid"] = None
    host.log.channels["Security"] |= {"oldest": None, "kind": "access_denied"}
    host.data["licensing"]["grace_period"] = None
    host.data["azure"]["asset_tag"] = None
    host.data["azure"]["asset_kind"] = "access_denied"
    host.fails["sessions"] = {
        "status": "denied", "kind": "access_denied", "message": "0x80070005: Accès refusé", "ms": 4, "data": None,
    }  # fmt: skip


def t091() -> Data:
    """A server of 2013 that was never updated, in a network of its own."""
    host = windows("t091", "BDE-2012", "2012r2", "2026-09-09 10:50", "198.51.100.191", domain="werft.example", language="de", paper_days=20)
    host.line.version, host.line.windows, host.line.flags = 3, (6, 3, 9600, 15), 0x0F
    return host.unread("This module cannot run on this OS as it requires a minimum version of 10.0, actual was 6.3.9600.0")


def t092() -> Data:
    """Nothing but RDP's own security; nobody has a password for what is behind."""
    host = windows("t092", "TELEFON-CTI", "2016", "2026-10-23 12:12", "203.0.113.192", asked="cti.kontor.example")
    host.talk = host.line.only_old()
    return host.unread("basic: the specified credentials were rejected by the server")


def t093() -> Data:
    """Answered in the branch, lost on the way from the centre."""
    host = windows("t093", "BRANCH-SRV6", "2022", "2026-10-08 06:31", "198.51.100.193", domain="markt.example", up_days=7)
    host.talk = host.line.unconnectable(TIMEOUT)
    host.seen_from("branch router")
    return host.unread("ntlm: HTTPConnectionPool(host='branch-srv6.markt.example', port=5985): Max retries exceeded: connect timed out")


def t094() -> Data:
    """Ends each handshake that offers TLS 1.3 and completes the others; its build is one that has none."""
    host = windows("t094", "PARTNER-GW", "2019", "2026-11-02 03:45", "203.0.113.194", asked="gw.partner.example")
    host.talk = host.line.only_without_tls13()
    return host.unread("ssl: HTTPSConnectionPool(host='gw.partner.example', port=5986): Max retries exceeded: connection refused")
