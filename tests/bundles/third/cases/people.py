# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts about people and what they log on with: accounts, rights, saved passwords, licences, other kinds of clients."""

from __future__ import annotations

from ..access import ADMINISTRATORS, BACKUP
from ..journal import MANAGER, RCM_OPERATIONAL
from ..machine import Data, windows
from ..values import before, number_of, sid_of
from ..visitor import visitor
from .listening import session_host


def t031() -> Data:
    """The machine was put back to a state of two months ago; its password in the domain is a newer one."""
    host = windows("t031", "TESTAPP3", "2019", "2026-09-14 08:22", "198.51.100.31", domain="nordwind.example", up_days=0.6, paper_days=71)
    for minutes in (30, 270, 510, 830):
        host.log.add(minutes, "System", "NETLOGON", 3210, "NORDWIND", "\\\\DC02.nordwind.example", "IgAAwA==", level=2)
    for minutes in (12, 13, 40):
        host.log.called(minutes)
        host.log.refused(minutes - 0.05, 0xC000018D)
    return host.bundle()


def t032() -> Data:
    """A baseline took the right to come over the network from everybody but administrators and the backup; members of the group for this are left out."""
    host = windows("t032", "BATCH-RUN", "2016", "2026-10-28 06:47", "203.0.113.32", domain="bank.example", up_days=9)
    host.data["logon"]["rights"]["SeNetworkLogonRight"]["items"] = [ADMINISTRATORS, BACKUP, "S-1-5-9"]
    for minutes in (4, 5, 5.5, 130):
        host.log.called(minutes)
        host.log.refused(minutes - 0.04, 0xC000015B)
    host.log.visited(600, 3, 55)
    return host.bundle()


def t033() -> Data:
    """An account that was made this morning and has to change its password first, which nobody can do from outside."""
    host = windows("t033", "LAGER-PC2", "w11", "2026-11-09 09:50", "192.0.2.33", language="de", up_days=2)
    host.data["logon"]["account"] = {"name": "mschulte", "kind": "", "flags": 513, "password_age_s": 0, "password_expired": True, "expires_at": None}
    host.data["logon"]["groups"]["remote_desktop_users"]["items"] = [f"{host.who.sid}-1007"]
    for minutes in (3, 4, 22):
        host.log.called(minutes)
        host.log.checked(minutes - 0.03, 0xC0000224)
        host.log.refused(minutes - 0.03, 0xC000006E, 0xC0000224)
    return host.bundle()


def t034() -> Data:
    """A tool changed the password of the administrator on Sunday; somewhere the old one is still saved."""
    host = windows("t034", "VMM-LIB", "2022", "2026-10-06 15:15", "198.51.100.34", domain="corp.tailspin.example", up_days=27)
    for number in range(14):
        minutes = 6 + number * 17
        host.log.called(minutes)
        host.log.checked(minutes - 0.02, 0xC000006A)
        host.log.refused(minutes - 0.02, 0xC000006D, 0xC000006A)
    host.log.visited(1500, 2, 30)
    return host.bundle()


def v034() -> Data:
    """The jump host: saved with cmdkey in spring."""
    client = visitor("v034", "JUMP-OPS2", "2022", "2026-10-06 15:15", "198.51.100.234", domain="corp.tailspin.example", up_days=12)
    client.saved("LegacyGeneric:target=TERMSRV/vmm-lib.corp.tailspin.example", before(client.who.when, days=170), "generic", "local_machine")
    client.saved("TERMSRV/other-host.corp.tailspin.example", before(client.who.when, days=20))
    for minutes in (6, 23, 40):
        client.tries(minutes, "vmm-lib.corp.tailspin.example")
        client.told(minutes - 0.02, 1009, level=3)
        client.ends(minutes - 0.03, 2055)
    return client.bundle()


def t039() -> Data:
    """A session host outside the domain that was given licences per user, which only members of a domain can have."""
    host = windows("t039", "RDS-EXTERN", "2022", "2026-09-27 18:03", "203.0.113.39", up_days=35)
    session_host(host.data, 4, "203.0.113.40")
    host.data["licensing"]["grace_period"] = True
    for minutes in (10, 34, 300, 1100):
        host.log.add(minutes, RCM_OPERATIONAL, MANAGER, 1004, "", level=3)
    for minutes in (700, 2140):
        host.log.add(minutes, f"{MANAGER}/Admin", MANAGER, 1069, level=2)
    return host.bundle()


def t040() -> Data:
    """A session host with licences per device: everybody gets in but one."""
    host = windows("t040", "RDSH-LOG1", "2019", "2026-10-10 07:36", "198.51.100.140", domain="lager.example", up_days=23)
    session_host(host.data, 2, "lic01.lager.example")
    for minutes in (15, 16, 90):
        host.log.called(minutes)
        host.log.add(minutes - 0.1, RCM_OPERATIONAL, MANAGER, 1003, "SCANNER-12", level=3)
    host.log.visited(60, 4, 20)
    host.log.visited(200, 5)
    return host.bundle()


def v040() -> Data:
    """A terminal whose store of licences somebody deleted, and whose users may not make a new one."""
    client = visitor("v040", "SCANNER-12", "w10", "2026-10-10 07:36", "198.51.100.240", up_days=5)
    client.data["client_licensing"]["native"] = {"exists": False, "hardware_id": False, "store_count": 0}
    for minutes in (15, 16, 90):
        client.tries(minutes, "rdsh-log1")
        client.told(minutes - 0.05, 1028, "Server supports SSL", "True", "Info")
        client.told(minutes - 0.06, 1025)
        client.told(minutes - 0.1, 1017, "0x80070005", level=2)
        client.ends(minutes - 0.11, 3)
    return client.bundle()


def t052() -> Data:
    """Two desktops came from one disk image without Sysprep; since the update of September they do not trust each other."""
    host = windows("t052", "STUDIO-B", "w11", "2025-10-02 16:24", "192.0.2.52", up_days=1, paper_days=50)
    host.data["os"] |= {"ubr": 6584, "powershell": "5.1.26100.6584"}
    host.data["credssp"]["tspkg_version"] = "10.0.26100.6584"
    shared = sid_of("t052")
    host.data["logon"]["groups"]["administrators"]["items"] = [f"{shared}-500", f"{shared}-1001"]
    for minutes in (7, 8, 65):
        host.log.called(minutes)
        host.log.add(minutes - 0.02, "System", "LsaSrv", 6167, level=2)
        host.log.refused(minutes - 0.02, 0x8009030E, 0)
    return host.bundle()


def v052() -> Data:
    """The other one of the two."""
    client = visitor("v052", "STUDIO-A", "w11", "2025-10-02 16:24", "192.0.2.152", up_days=3)
    client.data["os"] |= {"ubr": 6584, "powershell": "5.1.26100.6584"}
    for minutes in (7, 8, 65):
        client.tries(minutes, "studio-b")
        client.ends(minutes - 0.05, 2055)
    return client.bundle()


def t053() -> Data:
    """A desktop of the cloud directory; who comes from a private machine is told that the right password is wrong."""
    host = windows("t053", "CLD-PC0042", "w11e", "2026-10-18 20:51", "198.51.100.53", up_days=2)
    host.data["os"]["domain"] |= {"entra_joined": True}
    host.data["logon"]["groups"]["administrators"]["items"] += ["S-1-12-1-1942086342-1297845571-2870152331-3911270053"]
    host.data["logon"]["groups"]["remote_desktop_users"]["items"] = ["S-1-5-11"]
    for minutes in (9, 10, 11):
        host.log.called(minutes)
        host.log.refused(minutes - 0.03, 0xC000006D, 0xC0000064)
    host.log.visited(300, 2, 12)
    return host.bundle()


def v053() -> Data:
    """The private machine: in no directory, connects by address."""
    client = visitor("v053", "DESKTOP-9KQ2", "w11", "2026-10-18 20:51", "192.0.2.253", up_days=6)
    for minutes in (9, 10, 11):
        client.tries(minutes, "198.51.100.53")
        client.told(minutes - 0.02, 1009, level=3)
        client.ends(minutes - 0.04, 2055)
    return client.bundle()


def t054() -> Data:
    """A gateway in a browser that knows TLS and nothing beyond."""
    host = windows("t054", "KURS-VM2", "w10e", "2026-11-04 08:08", "203.0.113.54", domain="schule.example", language="es", up_days=10)
    for minutes in (2, 3, 4, 60):
        host.log.called(minutes)
        host.log.add(minutes - 0.02, "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS/Operational", "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS",
                     102)  # fmt: skip
    host.log.visited(230, 2, 90)
    return host.bundle()


def t057() -> Data:
    """A test machine in no domain, for which people save passwords; it works from old laptops."""
    host = windows("t057", "BENCH-21", "w10", "2026-10-24 14:40", "192.0.2.57", up_days=7)
    for minutes in (11, 12):
        host.log.called(minutes)
    host.log.visited(95, 2, 33)
    return host.bundle()


def v057() -> Data:
    """A new laptop that keeps its secrets apart and does not hand saved ones on."""
    client = visitor("v057", "NB-2026-081", "w11e", "2026-10-24 14:40", "192.0.2.157", domain="litware.example", up_days=1)
    client.put("client_policy.values.LsaCfgFlags", 2)
    client.saved("TERMSRV/bench-21", before(client.who.when, days=9))
    for minutes in (11, 12):
        client.tries(minutes, "bench-21")
        client.told(minutes - 0.01, 1009, level=3)
        client.ends(minutes - 0.03, 2055)
    return client.bundle()


def t062() -> Data:
    """A machine in a workshop: its user has no password, as it was handed over."""
    host = windows("t062", "WERKSTATT", "w10", "2026-09-05 07:17", "192.0.2.62", language="de", up_days=12)
    host.data["logon"]["account"] = {
        "name": "werkstatt", "kind": "", "flags": 66081, "password_age_s": 21773550, "password_expired": False, "expires_at": None,
    }  # fmt: skip
    for minutes in (5, 6, 7, 700):
        host.log.called(minutes)
        host.log.checked(minutes - 0.02, 0xC000006E)
        host.log.refused(minutes - 0.02, 0xC000006E, 0xC000006E)
    return host.bundle()


def t063() -> Data:
    """Nothing is wrong here: one client stops in the middle of the handshake."""
    host = windows("t063", "KATALOG", "2022", "2026-10-30 12:26", "198.51.100.63", domain="stadt.example", up_days=16)
    for version in ("tls10", "tls11"):
        host.protocol(version, Enabled=0, DisabledByDefault=1)
    for minutes in (8, 9, 55):
        host.log.called(minutes)
        host.log.schannel(minutes - 0.02, 36874, "TLS 1.0")
        host.log.schannel(minutes - 0.02, 36888, 70, 1205)
    for minutes in (40, 300):
        host.log.visited(minutes, 2 + number_of("t063", minutes, below=5), 18)
    return host.bundle()


def v063() -> Data:
    """A cash machine whose own TLS 1.2 was switched off by somebody who wanted the opposite."""
    client = visitor("v063", "KASSE-04", "w10l", "2026-10-30 12:26", "198.51.100.163", domain="stadt.example", up_days=40)
    client.put("tls.protocols.tls12.client.Enabled", 0)
    client.put("tls.protocols.tls12.client.DisabledByDefault", 1)
    for minutes in (8, 9, 55):
        client.tries(minutes, "katalog.stadt.example")
        client.breaks_in_tls(minutes - 0.03)
        client.ends(minutes - 0.04, 2308)
    return client.bundle()
