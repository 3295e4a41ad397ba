# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts with two causes at once."""

from __future__ import annotations

from ..access import built_in
from ..journal import CORE, CORE_OPERATIONAL, MANAGER, RCM_ADMIN
from ..machine import Data, windows
from ..values import before, number_of
from ..visitor import visitor
from ..wire import TIMEOUT
from .listening import session_host


def t069() -> Data:
    """A machine in the cloud that somebody "repaired" from the portal, and a value from an article of 2018."""
    host = windows("t069", "vm-legacy-1", "2019", "2026-10-04 11:20", "203.0.113.169", is_azure=True, up_days=1)
    host.local(SecurityLayer=0, MinEncryptionLevel=1)
    host.put("credssp.AllowEncryptionOracle", 2)
    host.talk = host.line.only_old()
    return host.bundle()


def t070() -> Data:
    """The network is a public one and the rule is not for those; behind it waits a certificate that ran out with its renewer."""
    host = windows("t070", "ROUTE-PLAN", "w10", "2026-09-26 13:31", "192.0.2.170", domain="spedition.example", language="de", up_days=88, paper_days=201)
    host.data["firewall"]["rules"] = built_in(host.who, profile="Domain")
    host.data["firewall"]["active_profiles"] = ["public"]
    host.service("SessionEnv", start=4, state="stopped")
    host.talk = host.line.unconnectable(TIMEOUT)
    return host.bundle()


def t071() -> Data:
    """No Network Level Authentication on an address that the world knows; the world tries."""
    host = windows("t071", "shop-backend", "2022", "2026-11-06 04:12", "203.0.113.171", up_days=44)
    host.local(UserAuthentication=0)
    for number in range(50):
        minutes = 1 + number * 0.6
        host.log.called(minutes)
        host.log.add(minutes - 0.05, CORE_OPERATIONAL, CORE, 140, "", level=3)
        host.log.refused(minutes - 0.06, 0xC000006D, 0xC0000064 if number_of("t071", number, below=7) else 0xC000006A, 10 if number % 9 == 0 else 3)
    for minutes in (20, 133, 560):
        host.log.add(minutes, RCM_ADMIN, MANAGER, 1006, level=3)
    host.log.channels["Security"]["oldest"] = "2026-11-06T02:59:31Z"
    host.talk = host.line.without_nla()
    return host.bundle()


def t072() -> Data:
    """A farm that drains this host for good, and a certificate chosen by hand that is not there any more."""
    host = windows("t072", "RDSH-C4", "2016", "2026-10-19 06:06", "198.51.100.172", domain="nordwind.example", up_days=19)
    session_host(host.data)
    host.local(TSServerDrainMode=2)
    host.put("certificate.bindings.SSLCertificateSHA1Hash", bytes.fromhex("3F8A51C09E7B2D64A1F0C35E8897D26B40EE19A7"))
    for minutes in (37, 1477):
        host.log.system(minutes, 1051, "RDP-Tcp", level=3)
    return host.bundle()


def t073() -> Data:
    """Forbidden by a policy of years ago, and the service that could fetch the new one is switched off."""
    host = windows("t073", "AUSSEN-3", "w10", "2026-09-18 17:45", "198.51.100.173", domain="werft.example", language="de", up_days=4)
    host.policy(fDenyTSConnections=1)
    host.rdp_stopped()
    host.service("gpsvc", start=4, state="stopped")
    host.talk = host.line.unconnectable(TIMEOUT)
    return host.bundle()


def t074() -> Data:
    """Kerberos fails at a clock that is nine minutes behind, and NTLM, which would not mind, is forbidden."""
    host = windows("t074", "AUTH-APP1", "2022", "2026-10-15 12:40", "203.0.113.174", domain="corp.tailspin.example", up_days=66, skew=-547)
    host.put("logon.values.RestrictReceivingNTLMTraffic", 1)
    host.put("time.values.Type", "NoSync")
    host.put("time.values.Enabled", 0)
    for minutes in (8, 9, 33, 400):
        host.log.add(minutes, "Microsoft-Windows-NTLM/Operational", "Microsoft-Windows-NTLM", 4002, 788, "", 999, "", "", "", level=3)
    return host.bundle()


def t075() -> Data:
    """A program that "frees" Windows of what it thinks superfluous: the service is disabled and its rules are off."""
    host = windows("t075", "BASTELKISTE", "w11", "2026-10-31 22:05", "192.0.2.175", up_days=1)
    host.rdp_stopped()
    host.service("TermService", start=4)
    host.service("UmRdpService", start=4)
    host.data["firewall"]["rules"] = built_in(host.who, active=False)
    host.talk = host.line.unconnectable(TIMEOUT)
    return host.bundle()


def t076() -> Data:
    """Saved with an old password on one machine, which tries until the account is locked."""
    host = windows("t076", "KREDITOR", "2019", "2026-11-13 08:52", "198.51.100.176", language="de", up_days=7)
    host.data["logon"]["account"] = {"name": "buchung", "kind": "", "flags": 529, "password_age_s": 158400, "password_expired": False, "expires_at": None}
    host.log.locked(61)
    for number in range(16):
        minutes = 5 + number * 7
        host.log.called(minutes)
        wrong = 0xC0000234 if minutes < 61 else 0xC000006A
        host.log.checked(minutes - 0.02, wrong)
        host.log.refused(minutes - 0.02, wrong if wrong == 0xC0000234 else 0xC000006D, 0 if wrong == 0xC0000234 else 0xC000006A)
    return host.bundle()


def v076() -> Data:
    """That machine."""
    client = visitor("v076", "PC-BUCH-2", "w10", "2026-11-13 08:52", "198.51.100.177", language="de", up_days=3)
    client.saved("TERMSRV/kreditor", before(client.who.when, days=64))
    for minutes in (5, 12, 19, 26):
        client.tries(minutes, "kreditor")
        client.told(minutes - 0.01, 1009, level=3)
        client.ends(minutes - 0.03, 3335)
    return client.bundle()
