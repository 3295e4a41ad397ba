# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts with two things the matter at once."""

from __future__ import annotations

from . import certificates, inside
from .cases_certificate import NO_KEY, WITHOUT_READER, custom, failing_arrivals, set_key_sddl
from .cases_host import rules
from .cases_people import turned_away
from .cases_security import old_tls_off
from .certificates import Wanted
from .host import Document, Host, moment
from .log import MANAGER, SESSIONS
from .machine import S2016, S2019, S2022, S2025, W10, W11


def h091() -> Document:
    h = Host("h091", "LINZ-OPC-1", S2019, "2026-10-19T05:50:05Z", "192.0.2.23", "werk.example.com", language="de", up=13, cert_age=219, users=0, logons=0)
    h.service("SessionEnv", state="stopped", start=4)
    rules(h, profiles=("Domain",))
    h["firewall"]["active_profiles"] = ["public"]
    return h.bundle(h.look().no_connection("timeout"))


def h092() -> Document:
    h = Host("h092", "vm-batch-ne", S2022, "2026-07-13T08:38:48Z", "203.0.113.57", cloud=True, up=410, users=0, broken=2200, cert_age=2)
    h.local(SecurityLayer=0, MinEncryptionLevel=1)
    h.set("credssp", "AllowEncryptionOracle", 2)
    return h.bundle(h.look().refuses_tls())


def h093() -> Document:
    h = Host("h093", "SHIBUYA-P7", W11, "2026-11-13T02:02:32Z", "192.0.2.37", "corp.example.jp", language="ja", up=28, cert_age=230, users=0, logons=0)
    h.policy(fDenyTSConnections=1)
    h.no_listener()
    h.service("SessionEnv", state="stopped", start=4)
    return h.bundle(h.look().no_connection("timeout"))


def h094() -> Document:
    h = Host("h094", "PHARMA-HPLC", W10, "2026-05-05T12:44:44Z", "198.51.100.45", language="de", up=300, users=1, logons=5)
    h.local(UserAuthentication=0)
    h.set("credssp", "AllowEncryptionOracle", 2)
    return h.bundle(h.whole(nla=False))


def h095() -> Document:
    h = Host("h095", "ANTW-APP-2", S2022, "2026-08-31T22:08:28Z", "192.0.2.58", "corp.example.com", up=1250, cert_age=62, broken=900)
    set_key_sddl(h, WITHOUT_READER)
    h["os"]["pending_reboot"].update(component_based_servicing=True, windows_update=True)
    failing_arrivals(h, 7, *NO_KEY)
    return h.bundle(h.look().tls_ends("reset"))


def h096() -> Document:
    h = Host("h096", "CNC-PANEL-3", S2016, "2026-06-19T04:44:14Z", "192.0.2.72", "werk.example.com", language="de", up=7300, cert_age=33)
    h["os"].update(ubr=1884, powershell="5.1.14393.1884")
    h["credssp"]["tspkg_version"] = "10.0.14393.1737"
    h.local(UserAuthentication=0)
    return h.bundle(h.whole(version=4, nla=False))


def h097() -> Document:
    h = Host("h097", "TS-SUED-4", S2019, "2026-02-05T15:33:53Z", "192.0.2.86", "werk.example.com", language="de", up=1800, users=5, session_host=True)
    h.service("gpsvc", state="stopped", start=4)
    h.policy(fDenyTSConnections=0)
    h.local(fDenyTSConnections=1)
    for number in (2, 3, 4, 5):
        h.log.add(2801, SESSIONS, 40, f"{SESSIONS}/Operational", str(number), "0")
    return h.bundle(h.whole())


def h098() -> Document:
    h = Host("h098", "HOSTED-GP-1", S2025, "2026-09-12T20:00:20Z", "203.0.113.98", language="us", up=150, users=1, logons=2)
    h.local(UserAuthentication=0)
    for step in range(50):
        turned_away(h, 0xC000006D, 0xC0000064, 0.7 + step * 1.1, kind=10 if step % 4 == 0 else 3)
    for minutes in (4, 17, 52):
        h.log.add(minutes, MANAGER, 1006, f"{MANAGER}/Admin", level=3)
    return h.bundle(h.look().no_answer("reset"), h.whole("branch office", nla=False))


def h099() -> Document:
    h = Host("h099", "RDSH-GOLD-2", S2022, "2026-10-24T09:12:34Z", "192.0.2.115", "corp.example.com", up=222, users=2, session_host=True, broken=240)
    h.local(TSServerDrainMode=2)
    wanted = Wanted("rds.corp.example.com", moment("2025-10-10T07:00:00Z"), 365, "Example Public CA G2", also=("rds.corp.example.com",))
    der = custom(h, wanted)
    for minutes in (100, 1540):
        h.log.manager(minutes, 1053, "RDP-Tcp", level=3)
    return h.bundle(h.look().whole(der))


def h100() -> Document:
    h = Host("h100", "MILK-LINE-1", S2016, "2026-04-20T03:03:33Z", "192.0.2.127", "corp.example.com", up=66, cert_age=240, logons=5)
    h.service("SessionEnv", state="stopped", start=4)
    h["key_store"]["folder"]["sddl"] = "O:BAG:SYD:AI(A;OICIID;FA;;;SY)(A;OICIID;FA;;;BA)(A;OICIID;0x1200a9;;;BU)"
    for minutes in (2820, 2819):
        h.log.manager(minutes, 1058, "%%2147942405")
    return h.bundle(h.whole())


def h101() -> Document:
    h = Host("h101", "GENEVA-LAB4", S2019, "2026-11-17T16:26:06Z", "192.0.2.138", "werk.example.com", up=4, cert_age=9, users=0, logons=0)
    old_tls_off(h)
    h["tls"]["protocols"]["tls12"] = inside.switches("tls12", (0, 1), (1, 0))
    rules(h, active=False)
    h.log.schannel(222, 36871, "server", "10013")
    return h.bundle(h.look().no_connection("timeout"))


def h102() -> Document:
    h = Host("h102", "WARSAW-TS-9", S2025, "2026-03-30T06:06:06Z", "192.0.2.149", "corp.example.com", up=70, cert_age=12, users=1)
    text = certificates.thumbprint(custom(h, Wanted("warsaw-ts-9.corp.example.com", moment("2026-03-28T00:00:00Z"), 365, "Example Issuing CA 2"), bind=False))
    path = h["certificate"]["bindings"]["SSLCertificateSHA1Hash"]["path"]
    h["certificate"]["bindings"]["SSLCertificateSHA1Hash"] = {"path": path, "value": text, "kind": "REG_SZ"}
    h.log.manager(300, 1059, "RDP-Tcp", level=3)
    h["logon"]["rights"]["SeNetworkLogonRight"]["items"] = ["S-1-5-32-544"]
    turned_away(h, 0xC000015B, 0x0, 3, 8, 19, 77)
    return h.bundle(h.whole())
