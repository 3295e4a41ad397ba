# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts with everything that the web blames, all of it harmless, and beside it what really is wrong."""

from __future__ import annotations

from ..access import session
from ..crypto import FOLDER_SDDL
from ..journal import LSM_OPERATIONAL, MANAGER, RCM_ADMIN, SESSIONS
from ..machine import Data, Machine, windows
from ..papers import authority, issued
from ..values import SCHANNEL, answers, before, guid_of, value_of
from ..visitor import Visitor, visitor
from ..wire import TIMEOUT, Line
from .listening import session_host


def blamed(host: Machine) -> None:
    """Leave what people who searched the web leave behind, as far as it does no harm."""
    host.service("TermService", start=2)
    host.local(MaxOutstandingConnections=3000)
    host.policy(KeepAliveEnable=1, KeepAliveInterval=1, SelectTransport=1, fDisableAutoReconnect=1)
    host.put("credssp.DisableRestrictedAdmin", 1)
    host.put("logon.values.LmCompatibilityLevel", 5)
    for side in ("server", "client"):
        host.protocol("tls12", side, Enabled=1, DisabledByDefault=0)
    path = f"{SCHANNEL}\\Ciphers\\"
    names = ("RC4 128/128", "RC4 40/128", "RC4 56/128")
    host.data["tls"]["ciphers"] = answers({"name": name, "Enabled": value_of(path + name, 0), "ServerMinKeyBitLength": value_of(path + name)} for name in names)
    store = host.data["key_store"]
    store["folder"]["sddl"] = FOLDER_SDDL + "(A;;FA;;;SY)"
    store["foreign_files"] = [f"f686aace6942fb7f7ceb231212eef4a4_{guid_of('old image', host.who.ident)}"]
    host.data["os"]["pending_reboot"]["pending_file_rename"] = True
    for minutes in (260, 1330):
        host.log.schannel(minutes, 36887, 46)
        host.log.schannel(minutes - 2, 36887, 48)
        host.log.stopped_often(minutes - 7, "Bitdefender Endpoint Security Service", 1)
    host.log.refused(1211, 0xC000006D, 0xC000006A)


def tidied(client: Visitor) -> None:
    """Leave what a client collects: a full cache, licences, a file of settings, no UDP."""
    client.data["client_cache"] |= {"file_count": 1000, "bytes": 1734021120, "truncated": True, "default_rdp": True}
    client.data["client_licensing"] = {
        "native": {"exists": True, "hardware_id": True, "store_count": 3}, "wow64": {"exists": True, "hardware_id": True, "store_count": 1},
    }  # fmt: skip
    client.put("client_policy.values.fClientDisableUDP", 1)
    client.put("client_policy.values.AuthenticationLevel", 2)


def t085() -> Data:
    """The key of the listener is of another machine identifier; everything else that was tried did not matter."""
    host = windows("t085", "BOOKING", "2022", "2026-10-18 09:27", "203.0.113.185", domain="litware.example", up_days=0.7, paper_days=84)
    blamed(host)
    host.key(exists=False, size=None, sddl=None)
    for minutes in (30, 330, 960):
        host.log.system(minutes, 1057, "2148073494")
        host.log.schannel(minutes - 1, 36870, "server", -2146893043, 10001)
    host.talk = host.line.broken_tls()
    return host.bundle()


def t086() -> Data:
    """Large packets do not come through the line; nothing that was changed on the host has to do with it."""
    host = windows("t086", "AUSSENLAGER", "w10", "2026-09-20 18:39", "198.51.100.186", domain="spedition.example", language="de", up_days=5)
    blamed(host)
    near = Line(host.who, host.who.own_paper.der)
    host.others = [near.result(near.healthy(), "warehouse desk")]
    host.line.slow = 9
    host.talk = host.line.silent_tls()
    for minutes in (11, 12, 240):
        host.log.called(minutes)
    return host.bundle()


def v086() -> Data:
    """The client of the one who complained."""
    client = visitor("v086", "NB-SCHICHT2", "w11", "2026-09-20 18:39", "192.0.2.186", domain="spedition.example", language="de", up_days=1)
    tidied(client)
    for minutes in (11, 12, 240):
        client.tries(minutes, "aussenlager.spedition.example")
        client.ends(minutes - 0.5, 2308)
    return client.bundle()


def t087() -> Data:
    """A box of the provider opens what goes to this port."""
    host = windows("t087", "MANDANT-3", "2019", "2026-11-10 13:02", "203.0.113.187", domain="steuer.example", language="de", up_days=30)
    blamed(host)
    since = before(host.who.when, days=5)
    root = authority("CleanPipe Gateway CA G2", before(since, days=400))
    host.serve(issued("mandant-3.steuer.example", "CleanPipe Gateway CA G2", since, 14), root)
    host.line.wire = ("TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256")
    for minutes in (7, 9, 55):
        host.log.called(minutes)
    return host.bundle()


def t088() -> Data:
    """Disabled for a test and never enabled again, between all that was tried first."""
    host = windows("t088", "STELLWERK", "2016", "2026-10-02 05:05", "198.51.100.188", domain="stadt.example", language="de", up_days=12)
    blamed(host)
    host.rdp_stopped()
    host.service("TermService", start=4)
    for minutes in (290, 288):
        host.log.service(minutes, 7001, "UmRdpService", "Remotedesktopdienste", "%%1058")
    host.talk = host.line.unconnectable(TIMEOUT)
    return host.bundle()


def t089() -> Data:
    """One session is down and takes its owner with it; a value of 2018 is left over as well."""
    host = windows("t089", "RDSH-A9", "2019", "2026-10-27 15:37", "203.0.113.189", domain="nordwind.example", up_days=40)
    blamed(host)
    session_host(host.data)
    host.put("credssp.AllowEncryptionOracle", 2)
    host.data["sessions"]["sessions"] = [
        session(0, "disconnected", "Services"), session(1, "connected", "Console"), session(3, "active", "RDP-Tcp#41"), session(6, "down", "RDP-Tcp#38"),
        session(65536, "listen", "RDP-Tcp"),
    ]  # fmt: skip
    for minutes in (6, 9, 25):
        host.log.add(minutes, LSM_OPERATIONAL, SESSIONS, 41, "", 6)
        host.log.add(minutes - 0.5, LSM_OPERATIONAL, SESSIONS, 36, 3, "", 9, "", 4, "", 2147942487, level=3)
        host.log.add(minutes - 0.5, RCM_ADMIN, MANAGER, 1036, "0x80070102", level=2)
    host.log.visited(120, 3)
    return host.bundle()


def t090() -> Data:
    """Only the client fails: its own TLS stops before the host has said anything, and its owner has already deleted what he could find."""
    host = windows("t090", "LEITSTELLE", "2022", "2026-11-12 07:44", "198.51.100.190", domain="stadt.example", language="de", up_days=8)
    blamed(host)
    for minutes in (4, 5, 80):
        host.log.called(minutes)
        host.log.schannel(minutes - 0.02, 36874, "TLS 1.2")
        host.log.schannel(minutes - 0.02, 36888, 40, 1205)
    host.log.visited(60, 2, 25)
    return host.bundle()


def v090() -> Data:
    """FIPS alone, and of the suites of the policy none that a host would take."""
    client = visitor("v090", "PC-EINSATZ3", "w10", "2026-11-12 07:44", "198.51.100.191", domain="stadt.example", language="de", up_days=6)
    tidied(client)
    client.data["client_cache"] |= {"file_count": 0, "bytes": 0, "truncated": False}
    client.put("tls.fips", 1)
    client.put("tls.cipher_suites.policy", "TLS_DHE_DSS_WITH_AES_256_CBC_SHA256")
    for minutes in (4, 5, 80):
        client.tries(minutes, "leitstelle.stadt.example")
        client.breaks_in_tls(minutes - 0.02)
        client.ends(minutes - 0.03, 2308)
    return client.bundle()
