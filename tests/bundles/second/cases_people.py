# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts that answer, and people who do not get in: accounts, rights, time, trust, policy of both sides."""

from __future__ import annotations

from tests.bundles.unseen.around import ADMINISTRATORS, DESKTOP_USERS
from tests.bundles.unseen.values import LSA, MSV, answers, make

from .host import S2016, S2019, S2022, S2025, W10, W10_2019, W11, W11_23H2, Client, Document, Host

_LOCAL, _LOCAL_ADMIN = "S-1-5-113", "S-1-5-114"


def s131() -> Document:
    h = Host("s131", "TIER0-PAW", S2022, "2026-05-28T09:09:41Z", "10.3.1.9", "treasury.example", up=66, users=1, logons=2, broken=1500)
    h.set("logon", "RestrictReceivingNTLMTraffic", 2)
    h.set("logon", "AuditReceivingNTLMTraffic", 2)
    for minutes in (3, 4, 30, 700):
        h.hit(minutes)
        h.log.blocked(minutes - 0.05)
    return h.bundle(h.look("controller", asked="10.3.1.9").ends_in_credssp(h.der, "spnego_only"))


def s132() -> Document:
    h = Host("s132", "DMZ-APP2", S2016, "2026-08-05T16:31:12Z", "198.51.100.12", None, up=140, logons=1, broken=7000)
    h.set("logon", "RestrictReceivingNTLMTraffic", 2)
    for minutes in (8, 9, 1200):
        h.hit(minutes)
        h.log.blocked(minutes - 0.05)
    return h.bundle(h.look().ends_in_credssp(h.der, "failure", 0x80090302))


def s133() -> Document:
    """A member of Protected Users who goes by address: nothing is set on the host."""
    h = Host("s133", "ADM-HOST1", S2025, "2026-09-22T07:37:08Z", "10.3.1.20", "treasury.example", users=1, logons=5, broken=20)
    for minutes in (6, 7):
        h.hit(minutes)
        h.log.refused(minutes - 0.05, 0xC000006E, 0xC000006E)
    return h.bundle(h.whole())


def c011() -> Document:
    c = Client("c011", "PAW-17", W11, "2026-09-22T07:37:08Z", "treasury.example")
    c.tried(7, "10.3.1.20", 3079, (1028, ("1",)), (1009, ("", "3221225582")))
    c.tried(6, "10.3.1.20", 3079, (1028, ("1",)), (1009, ("", "3221225582")))
    return c.bundle()


def s134() -> Document:
    h = Host("s134", "OLD-DC-VM", S2019, "2026-03-26T12:00:00Z", "10.66.1.8", "rotorworks.example", up=12, users=1, logons=1, broken=690)
    h.set("time", "Type", "NoSync")
    h["time"]["service"]["state"] = "stopped"
    h.drifts(1880)
    h.hit(4, 5, 300)
    return h.bundle(h.whole(skew=1880.4))


def c012() -> Document:
    c = Client("c012", "ENG-WKS-4", W11_23H2, "2026-03-26T12:00:00Z", "rotorworks.example")
    c.tried(5, "old-dc-vm.rotorworks.example", 6151, (1028, ("1",)), (1009, ("", "2148074276")))
    c.tried(4, "old-dc-vm", 6151, (1028, ("1",)), (1009, ("", "2148074276")))
    return c.bundle()


def s135() -> Document:
    """The SPN belongs to an account of a computer that was renamed."""
    h = Host("s135", "NAS-HEAD", S2022, "2026-06-15T14:19:30Z", "10.73.2.2", "clinic.example", up=500, users=1, logons=3, broken=200)
    h.log.manager(199, 1067, "%%8647")
    h.log.manager(1639, 1067, "%%8647")
    h.hit(10, 11)
    return h.bundle(h.whole())


def s136() -> Document:
    h = Host("s136", "SNAP-TEST3", S2019, "2026-07-13T08:03:27Z", "10.61.4.73", "kaltenbach.example", language="de", up=2, users=1, logons=1, broken=120)
    h.log.no_controller(115, 3210, "\\\\DC2.kaltenbach.example", "KALTENBACH", status=0xC0000022)
    h.log.no_controller(52, 3210, "\\\\DC1.kaltenbach.example", "KALTENBACH", status=0xC0000022)
    for minutes in (14, 15, 40):
        h.hit(minutes)
        h.log.refused(minutes - 0.05, 0xC000018D, 0)
    return h.bundle(h.whole())


def s137() -> Document:
    h = Host("s137", "CIS-WEB3", S2022, "2026-02-09T19:25:16Z", "192.0.2.61", None, core=True, up=90, users=0, logons=0)
    h["logon"]["rights"]["SeDenyRemoteInteractiveLogonRight"] = answers("S-1-5-32-546", _LOCAL)
    h["logon"]["rights"]["SeDenyNetworkLogonRight"] = answers("S-1-5-32-546", _LOCAL_ADMIN)
    for minutes in (5, 6, 50):
        h.hit(minutes)
        h.log.refused(minutes - 0.05, 0xC000015B, 0)
    return h.bundle(h.whole())


def s138() -> Document:
    h = Host("s138", "RDSH-EAST", S2019, "2026-10-19T13:13:13Z", "10.12.9.7", "lakeview.example", language="us", session_host=True, users=6, broken=10)
    h["logon"]["groups"]["remote_desktop_users"] = answers()
    h["logon"]["rights"]["SeRemoteInteractiveLogonRight"] = answers(ADMINISTRATORS, DESKTOP_USERS)
    for minutes in (3, 17, 45, 62):
        h.hit(minutes)
        h.log.operational(minutes - 0.04, 1149, "", "", "")
        h.log.refused(minutes - 0.05, 0xC000015B, 0, 10)
    return h.bundle(h.whole())


def s139() -> Document:
    h = Host("s139", "ONBOARD-PC5", W11, "2026-09-01T07:59:59Z", "10.19.60.5", "maplebank.example", language="us", maker="dell", users=0, logons=0)
    for minutes in (2, 3, 4):
        h.hit(minutes)
        h.log.refused(minutes - 0.05, 0xC0000224, 0)
    return h.bundle(h.whole())


def s140() -> Document:
    h = Host("s140", "SVC-DESK", S2016, "2026-12-07T10:45:38Z", "10.33.1.8", None, language="fr", up=410, users=0, logons=2, broken=600)
    h["logon"]["account"] = {
        "name": "support-ext", "kind": "", "flags": 0x210, "password_age_s": 8121600, "password_expired": False, "expires_at": None,
    }  # fmt: skip
    for minutes in (6, 7, 8, 9, 10, 11, 12):
        h.hit(minutes)
        h.log.refused(minutes - 0.05, 0xC0000234 if minutes < 9 else 0xC000006D, 0 if minutes < 9 else 0xC000006A)
    h.log.locked_out(8.9)
    return h.bundle(h.whole())


def s141() -> Document:
    h = Host("s141", "PAM-TARGET", S2022, "2026-04-06T06:40:22Z", "10.3.7.31", "treasury.example", users=2, logons=4, broken=130)
    for step in range(7):
        h.hit(3 + step * 31)
        h.log.refused(3 + step * 31 - 0.05, 0xC000006D, 0xC000006A)
    return h.bundle(h.whole())


def c013() -> Document:
    c = Client("c013", "OPS-JUMP", S2019, "2026-04-06T06:40:22Z", "treasury.example")
    c.saved("TERMSRV/pam-target.treasury.example", "domain_password", "2026-01-14T09:20:11Z")
    c.saved("TERMSRV/fileserver", "domain_password", "2026-03-30T07:01:55Z")
    for step in range(7):
        c.tried(3 + step * 31, "pam-target.treasury.example", 2055, (1028, ("1",)), (1009, ("", "3221225578")))
    return c.bundle()


def s142() -> Document:
    h = Host("s142", "HR-RDS1", S2019, "2026-11-05T11:02:56Z", "10.5.31.40", "stadtwerk.example", language="de", session_host=True, users=5, broken=4)
    h.hit(3, 9)
    return h.bundle(h.whole())


def c014() -> Document:
    c = Client("c014", "BUCHHALTUNG-2", W11, "2026-11-05T11:02:56Z", "stadtwerk.example", language="de")
    entry = c["client_policy"]["delegation"]["AllowFreshCredentials"]
    for side in ("policy", "concatenate"):
        entry[side] = make(entry[side]["path"], 1 if side == "policy" else 0)
    entry["servers"] = answers("TERMSRV/*.intern.stadtwerk.example")
    for minutes in (3, 9):
        c.tried(minutes, "hr-rds1.stadtwerk.example", 5639, (1028, ("1",)))
    return c.bundle()


def s143() -> Document:
    """Policy demands Restricted Admin of the client, and this host does not take it."""
    h = Host("s143", "WEB-FRONT8", S2022, "2026-01-19T15:18:49Z", "10.14.8.8", "acme-industries.example", up=75, users=1, logons=3, broken=35)
    h.hit(4, 5)
    return h.bundle(h.whole())


def c015() -> Document:
    c = Client("c015", "ADM-NB-3", W11, "2026-01-19T15:18:49Z", "acme-industries.example")
    values = c["client_policy"]["values"]
    for name, value in (("RestrictedRemoteAdministration", 1), ("RestrictedRemoteAdministrationType", 1)):
        values[name] = make(values[name]["path"], value)
    for minutes in (4, 5):
        c.tried(minutes, "web-front8.acme-industries.example", 3591, (1028, ("1",)))
    return c.bundle()


def s144() -> Document:
    h = Host("s144", "TS-OHNE-CAL", S2022, "2026-08-18T06:15:33Z", "10.8.3.3", "hafen.example", language="de", session_host=True, users=1, logons=2, broken=420)
    h.licences(5, policy=False)
    h["licensing"]["servers"]["local"] = make(h["licensing"]["servers"]["local"]["path"], None)
    h["licensing"]["certificates"] = dict.fromkeys(h["licensing"]["certificates"], False)
    for minutes in (400, 1840):
        h.log.admin(minutes, 1068, level=3)
        h.log.admin(minutes - 1, 1069)
    for minutes in (5, 20, 33):
        h.hit(minutes)
        h.log.operational(minutes - 0.1, 1149, "", "", "")
    return h.bundle(h.whole())


def s145() -> Document:
    h = Host("s145", "FARM-4", S2016, "2026-06-25T12:41:07Z", "10.55.12.4", "clinic.example", session_host=True, users=10, logons=6, broken=5)
    h.licences(2)
    h["licensing"]["servers"]["policy"] = make(h["licensing"]["servers"]["policy"]["path"], "lic1.clinic.example")
    h.log.admin(8, 1003, "THIN-SURG-02", level=3)
    h.log.admin(11, 1003, "THIN-SURG-02", level=3)
    h.hit(8, 11)
    return h.bundle(h.whole())


def c016() -> Document:
    c = Client("c016", "THIN-SURG-02", W10_2019, "2026-06-25T12:41:07Z")
    c["client_licensing"]["native"].update(exists=True, hardware_id=True, store_count=0)
    c["client_licensing"]["wow64"].update(exists=True, hardware_id=False, store_count=0)
    for minutes in (8, 11):
        c.tried(minutes, "farm-4.clinic.example", 2056, (1028, ("1",)), (1025, ()), (1017, ("", "267")))
    return c.bundle()


def s146() -> Document:
    h = Host("s146", "RDS-B-02", S2022, "2026-10-27T14:36:18Z", "10.80.3.22", "helvetia.example", language="fr", session_host=True, users=9, broken=7)
    h["sessions"]["sessions"].append({"id": 23, "state": "down", "station": "", "user": None, "domain": None})
    for minutes in (5, 16, 44):
        h.hit(minutes)
        h.log.operational(minutes - 0.1, 1149, "", "", "")
        h.log.session(minutes - 0.15, 41, "", "23")
        h.log.session(minutes - 2.2, 36, "23", "11", "", "6", "", "-2147023496", level=2)
    return h.bundle(h.whole())


def s147() -> Document:
    """The first attempt takes a minute and fails, the second one works."""
    h = Host("s147", "CALLCENTER-7", S2019, "2026-05-13T10:20:02Z", "10.39.2.7", "insuranceco.example", session_host=True, users=7, logons=2, broken=400)
    for minutes, number in ((95, 4), (61, 5), (33, 6)):
        h.hit(minutes)
        h.log.operational(minutes - 0.1, 1149, "", "", "")
        h.log.session(minutes - 0.2, 41, "", str(number))
        h.log.core(minutes - 1.2, 103, "2")
        h.log.session(minutes - 1.25, 42, "", str(number))
        h.log.logon(minutes - 2, number)
    return h.bundle(h.whole())


def c017() -> Document:
    c = Client("c017", "AGENT-PC-41", W10, "2026-05-13T10:20:02Z", "insuranceco.example")
    c.tried(33, "callcenter-7", 2308, (1028, ("1",)), (1025, ()), took=1.1)
    c.event(31, 1024, "Server Name", "callcenter-7", "Info")
    c.event(30.9, 1025)
    c.event(30.8, 1027, "", "6")
    return c.bundle()


def s148() -> Document:
    """An agent for remote help was installed yesterday; its own ports are open, and sessions end right after they begin."""
    h = Host("s148", "GRAFIK-IMAC-VM", W10, "2026-07-29T16:05:47Z", "192.168.77.14", None, language="de", up=27, users=1, broken=1500, logons=2)
    h.listens(21118, 5508)
    h.listens(21119, 5508, six=False)
    for minutes in (5, 7, 48):
        h.hit(minutes)
        h.log.operational(minutes - 0.05, 1149, "", "", "")
        h.log.core(minutes - 0.07, 103, "0")
        h.log.core(minutes - 0.07, 102)
    return h.bundle(h.whole())


def s149() -> Document:
    h = Host("s149", "ENTRA-WKS-9", W11, "2026-08-24T18:30:30Z", "10.88.0.19", None, entra=True, maker="dell", up=33, users=1, logons=2, broken=90)
    h.rule("{0C5E5C4B-6A0E-4C1B-A4C1-2C7C4E9B7D10}", "Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=3389|Name=RDP from Intune", "mdm")
    for minutes in (4, 5, 6):
        h.hit(minutes)
        h.log.refused(minutes - 0.05, 0xC000006D, 0xC0000064)
    return h.bundle(h.whole())


def c018() -> Document:
    c = Client("c018", "PRIVATE-NB", W11_23H2, "2026-08-24T18:30:30Z")
    for minutes in (4, 5, 6):
        c.tried(minutes, "10.88.0.19", 2055, (1028, ("1",)), (1009, ("", "3221225572")))
    return c.bundle()


def s150() -> Document:
    h = Host("s150", "SECURE-APP", S2022, "2026-03-31T09:50:54Z", "10.3.9.4", "treasury.example", users=2, logons=5, broken=15)
    h.policy(fPromptForPassword=1)
    h.hit(6, 7)
    return h.bundle(h.whole())


def c019() -> Document:
    c = Client("c019", "DEALER-3", W11, "2026-03-31T09:50:54Z", "treasury.example")
    c.saved("TERMSRV/secure-app.treasury.example", "domain_password", "2026-03-30T08:00:21Z")
    for minutes in (6, 7):
        c.tried(minutes, "secure-app.treasury.example", 8455, (1028, ("1",)))
    return c.bundle()


def s151() -> Document:
    """Account without a password on a machine at home."""
    h = Host("s151", "WOHNZIMMER", W11_23H2, "2026-12-27T21:11:06Z", "192.168.178.25", None, language="de", maker="hp", up=11, users=1, logons=0)
    for minutes in (2, 3, 8):
        h.hit(minutes)
        h.log.refused(minutes - 0.05, 0xC000006E, 0xC000006E)
    return h.bundle(h.whole())


def s152() -> Document:
    """A filter driver of the display and an agent of the security suite end what has just begun."""
    h = Host("s152", "GPU-RDS-5", S2019, "2026-04-17T08:24:39Z", "10.66.3.5", "rotorworks.example", session_host=True, users=1, logons=1, broken=180)
    device = "PCI\\VEN_10DE&DEV_1EB8&SUBSYS_12A210DE&REV_A1\\4&2283f625&0&00E0"
    h.log.add(170, "Microsoft-Windows-Kernel-PnP", 411, "Microsoft-Windows-Kernel-PnP/Configuration", device, "oem27.inf",
              "4d36e968-e325-11ce-bfc1-08002be10318", "nvlddmkm", "", "", "10", "-1073741823", level=2)  # fmt: skip
    for number, minutes in ((3, 9), (4, 25), (5, 41), (6, 66)):
        h.log.logon(minutes, number, stays=1)
        h.log.add(minutes - 0.9, "Microsoft-Windows-Winlogon", 4005, "Application", level=2)
    return h.bundle(h.whole())


def s153() -> Document:
    """NTLM is forbidden to members by the domain, and this one was reached by address."""
    h = Host("s153", "BRANCH-FS", S2019, "2026-11-25T07:08:55Z", "10.45.2.4", "insuranceco.example", users=1, logons=2, broken=800)
    h["logon"]["values"]["RestrictSendingNTLMTraffic"] = make(MSV, 1)
    h["logon"]["values"]["LmCompatibilityLevel"] = make(LSA, 5)
    for minutes in (6, 7, 130):
        h.hit(minutes)
        h.log.blocked(minutes - 0.05, 4003)
        h.log.refused(minutes - 0.05, 0xC0000418, 0)
    return h.bundle(h.look("controller", asked="10.45.2.4").ends_in_credssp(h.der, "closed"))
