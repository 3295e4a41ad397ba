# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts that serve everybody, with much in them that looks bad, or was."""

from __future__ import annotations

from tests.bundles.third.access import rule_text
from tests.bundles.third.journal import CONTROL_MANAGER, LSM_OPERATIONAL, MANAGER, RCM_OPERATIONAL, SESSIONS, signed, tail
from tests.bundles.third.machine import Data, windows
from tests.bundles.third.papers import KSP, issued
from tests.bundles.third.values import before, guid_of
from tests.bundles.third.wire import Line

from ..parts import BAD_KEY, busy, certified, controller, expired_before, farm, foreign, hardened, left_often, moved, old, scanned, spooled, tokyo


def f099() -> Data:
    """A controller whose key could not be read twelve days ago; it was put right, and has served since."""
    m = windows("f099", "DC-WEST1", "2019", "2026-10-29 12:30", "10.2.0.2", domain="bauwerk.example", language="de", up_days=44)
    controller(m)
    m.events_hours = 480
    for days in (13.2, 12.9, 12.6, 12.4):
        m.log.schannel(days * 1440, 36870, *BAD_KEY)
        m.log.system(days * 1440 - 2, 1058, signed(0x80070005))
    m.log.schannel(400, 36886)
    busy(m, 30, 800, 4000, 9000)
    spooled(m)
    return m.bundle()


def f100() -> Data:
    """A public machine that is tried all day, on its own port, with long enough passwords; a tool bans whoever tries too often."""
    m = windows("f100", "web-4", "2025", "2026-11-07 18:00", "198.51.100.4", port=49300, up_days=33)
    m.data["firewall"]["active_profiles"] = ["public"]
    moved(m)
    ban = rule_text(m.who, 49300, name="IPBan_Block_0", action="Block", more="RA4=192.0.2.15|RA4=192.0.2.44|RA4=192.0.2.118|")
    m.data["firewall"]["rules"].append({"id": "{" + guid_of("ban").upper() + "}", "hive": "local", "text": ban})
    scanned(m, 13)
    busy(m, 45, 1200)
    return m.bundle()


def f101() -> Data:
    """Hardened after a benchmark, with a certificate of a provider of the newer kind and an expired one beside it."""
    m = windows("f101", "SEC-MON", "2022a", "2026-10-18 08:12", "10.60.3.3", domain="nordkap.example", is_azure=True, up_days=6)
    hardened(m)
    paper = issued(m.who.fqdn, "Nordkap Issuing CA 2", before(m.who.when.replace(second=0), days=90))
    m.add_to_my(paper, "tp-9b7a6c51", provider=KSP, provider_type=0)
    m.bind(paper)
    m.serve(paper)
    expired_before(m)
    m.log.schannel(44, 36874, "TLS 1.0")
    m.log.schannel(44, 36888, 70, 105)
    busy(m, 300, 1500)
    return m.bundle()


def f102() -> Data:
    """An old server under paid support, scanned by its owners once a week for each suite there is."""
    m = old("f102", "PLM-ALT", "2026-09-20 02:20", "10.21.0.9", domain="getriebe.example", language="de", up_days=9)
    for minute in range(6):
        m.log.schannel(95 + minute, 36874, ("SSL 3.0", "TLS 1.0", "TLS 1.1")[minute % 3])
        m.log.schannel(95 + minute, 36888, *((40, 1205), (70, 105))[minute % 2])
        m.log.called(95 + minute)
    busy(m, 600, 2000)
    spooled(m)
    return m.bundle()


def f103() -> Data:
    """A farm member where people leave, are replaced and forget; the audio service ended once."""
    m = windows("f103", "RDSH-22", "2022", "2026-11-03 16:50", "10.33.2.22", domain="allianz-bau.example", netbios="ABAU", language="de", up_days=1.7)
    farm(m, "rdlic.allianz-bau.example", "rdlic2.allianz-bau.example", users=7)
    left_often(m, 5, 4, 31, 400, 700)
    left_often(m, 11, 5, 60, 61, 840)
    left_often(m, 12, 6, 88)
    m.log.stopped_often(1300, "Audiosrv", 1)
    m.log.add(1301, LSM_OPERATIONAL, SESSIONS, 41, "", 6)
    m.log.add(1301, LSM_OPERATIONAL, SESSIONS, 42, "", 6)
    m.seen_from("second site", Line(m.who, m.line.certificate, slow=9).healthy())
    busy(m, 25, 190, 500)
    return m.bundle()


def f104() -> Data:
    """An Entra-joined desktop with an update that waits for the night, visited by its owner every day."""
    m = windows("f104", "LT-ANNA-2", "w11e", "2026-11-18 20:20", "10.111.4.2", up_days=8)
    m.data["os"]["domain"] |= {"joined": False, "entra_joined": True}
    m.put("logon.values.AllowOnlineID", 1)
    m.data["os"]["pending_reboot"] |= {"windows_update": True, "pending_file_rename": True}
    m.log.add(2000, "System", CONTROL_MANAGER, 7034, "Intune Management Extension", 1, tail("IntuneManagementExtension"), level=2)
    busy(m, 120, 1560)
    return m.bundle()


def f105() -> Data:
    """A clone that was cloned well: keys of the image lie about, its own is new, and so is its certificate."""
    m = windows("f105", "POOL-44", "w10e", "2026-10-12 11:45", "10.52.44.4", domain="werk2.example", language="de", up_days=13, paper_days=13)
    m.data["key_store"]["foreign_files"] = foreign("POOL-IMG-1", "POOL-IMG-2")
    m.put("tls.protocols.tls10.server.Enabled", 0)
    busy(m, 700)
    spooled(m)
    return m.bundle()


def f106() -> Data:
    """The renewal failed for days until somebody freed the disk this morning; a new certificate is there and served."""
    m = tokyo("f106", "SENDAI-1", "2016", "2026-10-08 04:00", "10.8.70.1", domain="kobo.example", up_days=40, paper_days=0.12)
    m.events_hours = 120
    for minutes in (6000, 5280, 4560, 3840, 3120, 2400, 1680, 960):
        m.log.system(minutes, 1058, signed(0x80070070))
    m.log.system(172, 1056, m.who.fqdn, level=4)
    busy(m, 60, 1000)
    return m.bundle()


def f107() -> Data:
    """Policy denied it until yesterday evening; the OU was put right, the listener came back, people work."""
    m = windows("f107", "LIMS-DB", "2019", "2026-10-14 07:07", "10.80.1.17", domain="labor.example", language="de", up_days=27)
    m.policy(fDenyTSConnections=0)
    m.log.add(2300, RCM_OPERATIONAL, MANAGER, 259, "RDP-Tcp")
    m.log.add(760, RCM_OPERATIONAL, MANAGER, 258, "RDP-Tcp")
    busy(m, 20, 400, 690)
    return m.bundle()


def f108() -> Data:
    """NTLM is watched, not blocked; a rule keeps the guests' network out; the switch for protected credentials is on."""
    m = windows("f108", "KASSENSERVER", "2022", "2026-11-14 10:10", "10.52.0.5", domain="werk2.example", language="de", up_days=2)
    certified(m, "Werk2 Server CA", days=300)
    m.put("logon.values.AuditReceivingNTLMTraffic", 2)
    m.put("credssp.DisableRestrictedAdmin", 0)
    m.put("credssp.AllowProtectedCreds", 1)
    rule = rule_text(m.who, 3389, name="Keep out guests", action="Block", more="RA4=172.16.200.0/255.255.252.0|")
    m.data["firewall"]["rules"].append({"id": "{" + guid_of("guests").upper() + "}", "hive": "policy", "text": rule})
    m.log.schannel(130, 36887, 46)
    busy(m, 15, 90, 1400)
    return m.bundle()
