# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Accounts, rights, and machines that connect."""

from __future__ import annotations

from tests.bundles.third.access import ADMINISTRATORS
from tests.bundles.third.crypto import delegation_list
from tests.bundles.third.journal import CORE, CORE_OPERATIONAL, NTLM
from tests.bundles.third.machine import Data, windows
from tests.bundles.third.values import before, moment
from tests.bundles.third.visitor import visitor

from ..parts import AUTHENTICATED, GUESTS, LOCAL_ACCOUNT, busy, certified, farm, hardened, nobody, scanned, spooled, tokyo


def f048() -> Data:
    """NTLM of domain accounts is refused by policy; those who type the address come as far as the challenge and no further."""
    m = windows("f048", "VAULT-2", "2022", "2026-11-18 09:02", "10.77.0.8", domain="trust.example", up_days=12)
    hardened(m)
    m.put("logon.values.RestrictReceivingNTLMTraffic", 1)
    for minutes in (7, 8, 55, 1202):
        m.log.called(minutes)
        m.log.add(minutes - 0.03, "Microsoft-Windows-NTLM/Operational", NTLM, 4003, 712, "", "", "", "", "", "", level=3)
        m.log.refused(minutes - 0.03, 0xC0000418)
    busy(m, 300, 1500)
    return m.bundle()


def f049() -> Data:
    """The machine account was made anew under another admin; the name for the service belongs to two, and tickets are for the wrong one."""
    m = windows("f049", "OLAP-1", "2019", "2026-10-13 08:22", "10.64.2.3", domain="markt.example", language="de", up_days=1.9)
    for minutes in (2700, 1400, 5):
        m.log.system(minutes, 1067, "TERMSRV", "%%8647")
    busy(m, 900)
    m.log.refused(30, 0xC000006D, 0xC000006D)
    return m.bundle()


def g049() -> Data:
    """A hardened admin machine that may not fall back."""
    c = visitor("g049", "PAW-3", "w11e", "2026-10-13 08:23", "10.64.9.3", domain="markt.example", language="de")
    c.put("client_policy.values.RestrictSendingNTLMTraffic", 2)
    c.tries(5, "olap-1.markt.example")
    c.ends(4.9, 2055)
    return c.bundle()


def f050() -> Data:
    """The host of the virtual machine sets its clock twelve minutes ahead after each migration; nothing else sets it."""
    m = windows("f050", "REPORT-4", "2016", "2026-10-30 06:48", "10.14.2.40", domain="zeche.example", language="de", skew=737, up_days=6)
    m.put("time.values.Type", "NoSync")
    m.data["time"]["service"]["state"] = "stopped"
    for minutes in (16, 80):
        m.log.refused(minutes, 0xC0000133)
    busy(m, 900)
    spooled(m)
    return m.bundle()


def f051() -> Data:
    """The virtual machine was put back to a snapshot of the spring; the domain knows a newer password of the machine."""
    m = windows("f051", "QA-RDP", "2019", "2026-11-07 16:16", "10.17.3.10", domain="kosmos.example", up_days=1.2)
    m.log.add(1725, "System", "NETLOGON", 3210, "KOSMOS", "\\\\dc1.kosmos.example", level=2)
    m.log.add(820, "System", "NETLOGON", 5719, "KOSMOS", "", level=2)
    for minutes in (10, 11, 90, 700):
        m.log.called(minutes)
        m.log.refused(minutes - 0.03, 0xC000018D)
    m.log.visited(60, 2, 20)
    return m.bundle()


def f052() -> Data:
    """A baseline left the network right with administrators alone; people of the group for Remote Desktop are turned away before a session."""
    m = windows("f052", "RDSH-EDU", "2022", "2026-10-05 08:01", "10.120.1.4", domain="schule.example", language="de", up_days=3)
    farm(m, "edu-lic.schule.example", users=1)
    hardened(m)
    m.data["logon"]["rights"]["SeNetworkLogonRight"]["items"] = [ADMINISTRATORS]
    for minutes in (3, 5, 6, 19, 61, 400):
        m.log.called(minutes)
        m.log.refused(minutes - 0.02, 0xC000015B)
    busy(m, 700)
    return m.bundle()


def f053() -> Data:
    """A workgroup host got the benchmark for domain members: local accounts are denied, and there are no others."""
    m = windows("f053", "DMZ-PROXY", "2019", "2026-10-11 13:31", "172.20.0.8", up_days=0.7)
    rights = m.data["logon"]["rights"]
    rights["SeNetworkLogonRight"]["items"] = [ADMINISTRATORS, AUTHENTICATED]
    rights["SeDenyRemoteInteractiveLogonRight"]["items"] = [GUESTS, LOCAL_ACCOUNT]
    for minutes in (4, 30, 31):
        m.log.called(minutes)
        m.log.refused(minutes - 0.1, 0xC000015B, 0, 10)
    scanned(m, 2)
    nobody(m)
    return m.bundle()


def f054() -> Data:
    """The account of a contractor ended with his contract on Friday; he asks on Monday why the server is broken."""
    m = windows("f054", "SUPPORT-GW", "2025", "2026-11-16 07:11", "10.47.1.20", up_days=27)
    m.data["logon"]["account"] = {
        "name": "ext-kramer", "kind": "", "flags": 0x201, "password_age_s": 3283200, "password_expired": False, "expires_at": "2026-11-13T23:00:00Z",
    }  # fmt: skip
    for minutes in (16, 17, 40):
        m.log.called(minutes)
        m.log.refused(minutes - 0.04, 0xC000006E, 0xC0000193)
        m.log.checked(minutes - 0.04, 0xC0000193)
    busy(m, 1500)
    return m.bundle()


def f055() -> Data:
    """The password of the local administrator is set anew each night; a jump host goes on sending the one of October until the account is locked."""
    m = windows("f055", "LINE-PLC4", "w10l", "2026-11-15 10:05", "172.31.8.4", language="de", up_days=44)
    for number in range(10):
        minutes = 3 + 6 * number
        m.log.called(minutes)
        m.log.refused(minutes - 0.02, 0xC000006D, 0xC000006A)
        m.log.checked(minutes - 0.02, 0xC000006A)
    m.log.refused(2.5, 0xC000006D, 0xC000006A)
    return m.bundle()


def g055() -> Data:
    """The jump host, with what it saved."""
    c = visitor("g055", "JUMP-OT", "2019", "2026-11-15 10:06", "172.31.1.2")
    c.saved("TERMSRV/172.31.8.4", moment("2026-10-12 15:40"))
    c.saved("TERMSRV/172.31.8.9", moment("2026-11-02 09:10"))
    c.tries(10, "172.31.8.4")
    c.told(9.95, 1009, level=3)
    c.ends(9.9, 2055)
    return c.bundle()


def f056() -> Data:
    """Admin machines must hand over no credentials at all, and the host does not take that kind of visit."""
    m = windows("f056", "CLUSTER-N2", "2022", "2026-10-28 11:50", "10.88.0.12", domain="forschung.example", language="de", up_days=8)
    m.put("credssp.DisableRestrictedAdmin", 1)
    certified(m, "Forschung CA 4")
    m.log.called(9)
    m.log.refused(8.97, 0xC000006D, 0xC000006D)
    busy(m, 300)
    return m.bundle()


def g056() -> Data:
    """The admin machine, where only Restricted Admin is allowed and the lists were written by hand."""
    c = visitor("g056", "PAW-F1", "w11e", "2026-10-28 11:51", "10.88.200.4", domain="forschung.example", language="de")
    c.put("client_policy.values.RestrictedRemoteAdministration", 1)
    c.put("client_policy.values.RestrictedRemoteAdministrationType", 1)
    c.data["client_policy"]["delegation"]["AllowFreshCredentials"] = delegation_list("TERMSRV/*.altforschung.example", concatenate=0)
    c.tries(10, "cluster-n2.forschung.example")
    c.ends(9.9, 5639)
    return c.bundle()


def f057() -> Data:
    """Two machines were copied from one disk without Sysprep; since the autumn of 2025 one does not let the other in."""
    m = windows("f057", "SHOP-PC2", "w11", "2025-11-14 09:40", "192.168.5.12", up_days=2.2)
    m.data["os"]["ubr"] = 7171
    m.data["credssp"]["tspkg_version"] = "10.0.26100.7171"
    for minutes in (14, 15, 1300):
        m.log.called(minutes)
        m.log.add(minutes - 0.03, "System", "LsaSrv", 6167, level=2)
        m.log.refused(minutes - 0.03, 0x8009030E)
    m.log.visited(500, 2, 15)
    return m.bundle()


def f058() -> Data:
    """An Entra-joined machine; a consultant from another tenant types the right password and the address."""
    m = windows("f058", "CLD-LT-088", "w11e", "2026-11-19 14:14", "10.111.0.88", up_days=5.5)
    m.data["os"]["domain"] |= {"joined": False, "entra_joined": True}
    for minutes in (12, 13, 15, 140):
        m.log.called(minutes)
        m.log.refused(minutes - 0.02, 0xC000006D, 0xC0000064)
    m.log.visited(600, 3, 30)
    return m.bundle()


def g058() -> Data:
    """The consultant's machine."""
    c = visitor("g058", "CONSULT-7", "w11", "2026-11-19 14:15", "10.111.9.40")
    c.tries(13, "10.111.0.88")
    c.told(12.95, 1009, level=3)
    c.ends(12.9, 2055)
    return c.bundle()


def f059() -> Data:
    """Thin clients of 2014 offer TLS without the logon before it; the farm wants it since last week."""
    m = windows("f059", "RDSH-PLANT", "2019", "2026-10-20 05:58", "10.54.0.14", domain="presswerk.example", language="de", up_days=5)
    farm(m, "lic.presswerk.example", users=2)
    m.policy(UserAuthentication=1)
    for minutes in (8, 9, 10, 33, 480):
        m.log.called(minutes)
    busy(m, 200)
    return m.bundle()


def g059() -> Data:
    """What an old machine for staging tells; its client file says no to CredSSP."""
    c = visitor("g059", "THIN-STAGE", "w10l", "2026-10-20 06:00", "10.54.7.99", domain="presswerk.example", language="de")
    c.tries(10, "rdsh-plant.presswerk.example")
    c.told(9.98, 1028, "Server supports SSL", "True", "Info")
    c.ends(9.95, 2825)
    return c.bundle()


def f060() -> Data:
    """A benchmark asks for the password at each connection; people with saved ones ask for help."""
    m = tokyo("f060", "OSAKA-TS1", "2019", "2026-11-05 00:40", "10.8.40.11", domain="kobo.example", up_days=7)
    farm(m, "lic1.kobo.example", users=3)
    hardened(m)
    m.policy(fPromptForPassword=1)
    busy(m, 100, 600)
    return m.bundle()


def g060() -> Data:
    """One of those who saved it."""
    c = visitor("g060", "OSK-NB12", "w11", "2026-11-05 00:41", "10.8.44.2", domain="kobo.example")
    c.saved("TERMSRV/osaka-ts1.kobo.example", moment("2026-09-20 02:00"))
    c.tries(8, "osaka-ts1.kobo.example")
    c.ends(7.9, 8455)
    return c.bundle()


def f061() -> Data:
    """A till account without a password: it works at the till, and not from elsewhere."""
    m = windows("f061", "KASSE-4", "w10e", "2026-10-04 17:30", "192.168.60.4", language="de", up_days=20)
    for minutes in (20, 21, 45):
        m.log.called(minutes)
        m.log.refused(minutes - 0.03, 0xC000006E, 0xC000006E)
        m.log.checked(minutes - 0.03, 0xC000006E)
    spooled(m)
    nobody(m)
    return m.bundle()


def f062() -> Data:
    """One machine, on which a tool switched TLS 1.2 off for programs that call out; all others come in."""
    m = windows("f062", "SHARE-2", "2019", "2026-11-12 15:00", "10.26.1.22", domain="kammer.example", language="de", up_days=33)
    for minutes in (9, 14):
        m.log.called(minutes)
        m.log.schannel(minutes - 0.01, 36888, 70, 105)
    busy(m, 30, 200, 1100)
    return m.bundle()


def g062() -> Data:
    """The one machine."""
    c = visitor("g062", "BUCH-1", "w10", "2026-11-12 15:01", "10.26.8.1", domain="kammer.example", language="de")
    c.put("tls.protocols.tls12.client.Enabled", 0)
    c.put("tls.protocols.tls12.client.DisabledByDefault", 1)
    c.put("tls.fips", 0)
    c.tries(10, "share-2.kammer.example")
    c.breaks_in_tls(9.99)
    c.ends(9.9, 2308)
    return c.bundle()


def f063() -> Data:
    """A machine of the workshop has no store of licences any more, and its user may not make one; the farm gives per device."""
    m = windows("f063", "RDSH-WERFT", "2016", "2026-10-19 10:30", "10.70.4.4", domain="werft.example", language="de", up_days=16)
    farm(m, "lic.werft.example", mode=2, users=4)
    m.log.called(12)
    m.log.add(11.9, CORE_OPERATIONAL, CORE, 103, 267)
    busy(m, 80, 700)
    return m.bundle()


def g063() -> Data:
    """The machine of the workshop."""
    c = visitor("g063", "SCHWEISS-2", "w10l", "2026-10-19 10:31", "10.70.31.2", domain="werft.example", language="de")
    c.data["client_licensing"]["native"] = {"exists": True, "hardware_id": False, "store_count": 0}
    c.tries(13, "rdsh-werft.werft.example")
    c.told(12.97, 1028, "Server supports SSL", "True", "Info")
    c.told(12.95, 1025)
    c.told(12.9, 1017, "0x80070005", level=2)
    c.ends(12.89, 2056)
    return c.bundle()


def f064() -> Data:
    """Through a tunnel of the phone network the side channel breaks after a minute, each time; the session goes on without its viewer."""
    m = windows("f064", "PROJ-TS", "2022", "2026-10-27 18:45", "10.2.9.9", domain="bauwerk.example", language="de", up_days=10)
    farm(m, "lic.bauwerk.example", users=2)
    for minutes in (35, 31, 20):
        m.log.visited(minutes, 6)
        m.log.add(minutes - 0.2, CORE_OPERATIONAL, CORE, 131, "UDP", "")
        m.log.add(minutes - 1.2, CORE_OPERATIONAL, CORE, 138, "", 1, level=3)
        m.log.add(minutes - 1.25, CORE_OPERATIONAL, CORE, 136, "", level=3)
        m.log.left(minutes - 1.3, 6, 0)
    return m.bundle()


def g064() -> Data:
    """The notebook on the site."""
    c = visitor("g064", "NB-BAU-5", "w11", "2026-10-27 18:46", "100.72.4.8", domain="bauwerk.example", language="de")
    for minutes in (36, 32, 21):
        c.tries(minutes, "proj-ts.bauwerk.example")
        c.gets_in(minutes - 0.05, 6)
        c.told(minutes - 0.15, 1102, "", "proj-ts.bauwerk.example")
        c.told(minutes - 0.2, 1103, "")
        c.told(minutes - 1.22, 1105, "", 2)
        c.ends(minutes - 1.3, 2308)
    return c.bundle()


def f065() -> Data:
    """The account was set to a new password that must be changed; the notebook of the new colleague cannot do that before the logon."""
    m = windows("f065", "START-DESK", "2016", "2026-10-01 07:35", "10.32.0.70", domain="neuland.example", up_days=9)
    for minutes in (6, 7, 12):
        m.log.called(minutes)
        m.log.refused(minutes - 0.02, 0xC0000224, 0xC0000224)
    m.log.add(800, "Application", "Application Hang", 1002, "EXCEL.EXE", "16.0.17928.20216", level=2)
    m.log.refused(1500, 0xC000006D, 0xC000006A)
    busy(m, 333)
    return m.bundle()


def g065() -> Data:
    """The notebook of the new colleague."""
    c = visitor("g065", "NL-NEU-3", "w11", "2026-10-01 07:36", "10.32.8.12", domain="neuland.example")
    c.saved("TERMSRV/fileserver", before(moment("2026-10-01 07:36"), days=1))
    c.tries(7, "start-desk.neuland.example")
    c.ends(6.9, 4615)
    return c.bundle()
