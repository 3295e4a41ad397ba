# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts of which only a part could be seen."""

from __future__ import annotations

from typing import Any

from tests.bundles.third.access import rule_text
from tests.bundles.third.machine import Data, Machine, windows
from tests.bundles.third.values import answers, stamp
from tests.bundles.third.wire import RESET, SPEAKS_HTTP, TIMEOUT, alert

from ..parts import BAD_KEY, busy, controller, failed, hardened, hit, nobody, scanned, spooled


def _without_rights(m: Machine) -> None:
    """Let the reader be an ordinary user."""
    for name in m.data["logon"]["rights"]:
        m.data["logon"]["rights"][name] = answers((), "access_denied")
    store = m.data["key_store"]
    for holder in (store["folder"], store["listener_key"]):
        holder |= {"sddl": None, "sddl_kind": "access_denied"}
    m.key(sddl=None, sddl_kind="access_denied")
    m.data["sessions"]["sessions"] = [item for item in m.data["sessions"]["sessions"] if item["id"] > 1 and item["state"] != "listen"]
    m.log.channels["Security"] |= {"kind": "access_denied", "oldest": None}


def _unasked_services(m: Machine) -> None:
    services: dict[str, Any] = m.data["services"]
    for name in services:
        services[name] |= {"exists": None, "state": "unknown", "kind": "access_denied"}


def f090() -> Data:
    """Read by an ordinary user; NETWORK SERVICE was taken off the key's list, which only the event log tells."""
    m = windows("f090", "ARZT-SRV", "2019", "2026-10-23 07:11", "192.168.12.5", language="de", up_days=5)
    _without_rights(m)
    m.talk = m.line.broken_tls(RESET)
    hit(m, 36870, *BAD_KEY)
    return m.bundle()


def f091() -> Data:
    """Only the wire: nobody has an account there. A cipher policy leaves nothing in common."""
    m = windows("f091", "BANK-EXT", "2022", "2026-11-03 10:00", "203.0.113.201", up_days=10)
    m.talk = m.line.broken_tls(alert(40))
    return m.unread("winrm: the specified credentials were rejected by the server")


def f092() -> Data:
    """Only the inside: the controller may not open connections to that network. Policy denies Remote Desktop."""
    m = windows("f092", "OT-HIST", "2016", "2026-10-06 14:14", "10.250.0.8", domain="ot.werk2.example", netbios="OTW2", language="de", up_days=70)
    m.policy(fDenyTSConnections=1)
    m.not_listening()
    m.hears = False
    return m.bundle() | {"probe": None}


def f093() -> Data:
    """Reading the rules of the firewall took too long with six thousand of them; the built-in one is switched off."""
    m = windows("f093", "CTX-OLD", "2019", "2026-10-27 05:05", "10.61.8.8", domain="kanton.example", language="de", up_days=200)
    m.fails["firewall"] = failed("timed_out")
    m.talk = m.line.unconnectable(TIMEOUT)
    spooled(m)
    nobody(m)
    return m.bundle()


def f094() -> Data:
    """The service is down, and whoever was there cleared the logs an hour ago."""
    m = windows("f094", "MGMT-7", "2022", "2026-11-15 23:40", "10.100.0.7", domain="nordkap.example", up_days=1.2)
    m.rdp_stopped()
    m.talk = m.line.unconnectable(TIMEOUT)
    m.log.events = [event for event in m.log.events if event["time"] > "2026-11-15T22:40:00Z"]
    for channel in m.log.channels.values():
        channel["oldest"] = "2026-11-15T22:41:12Z"
    return m.bundle()


def f095() -> Data:
    """The port's owner could not be asked, and the value of the port is closed; a web server is on 3389."""
    m = windows("f095", "WEBDEV-3", "w11", "2026-10-09 16:45", "192.168.4.33", up_days=0.7)
    m.fails["ports"] = failed("access_denied", "denied", 12)
    port = m.data["listener"]["values"]["PortNumber"]["local"]
    m.data["listener"]["values"]["PortNumber"]["local"] = {"path": port["path"], "value": None, "kind": "denied"}
    m.data["sessions"]["sessions"] = [item for item in m.data["sessions"]["sessions"] if item["state"] != "listen"]
    m.log.events = [event for event in m.log.events if event["id"] != 258]
    m.log.system(1000, 1035)
    rule = rule_text(m.who, 3389, name="node.exe").replace("App=%SystemRoot%\\system32\\svchost.exe|Svc=termservice", "App=C:\\Program Files\\nodejs\\node.exe")
    m.data["firewall"]["rules"].append({"id": "{0D9B3C55-6E1A-4F27-9A48-B1C2D3E4F506}", "hive": "local", "text": rule})
    m.talk = m.line.foreign(SPEAKS_HTTP)
    m.hears = False
    nobody(m)
    return m.bundle()


def f096() -> Data:
    """Nobody reads it from inside, two places ask it: one is cut off on the way, the other is answered."""
    m = windows("f096", "CO-LOC-12", "2019", "2026-11-12 12:12", "198.51.100.112", up_days=15)
    m.talk = m.line.unconnectable(TIMEOUT)
    m.seen_from("other provider")
    return m.unread("winrm: connection to 198.51.100.112 timed out (connect timeout 30)")


def f097() -> Data:
    """An ordinary user may not ask the service manager: the registry says that the renewer is disabled, the wire that it did not renew."""
    m = windows("f097", "PROTO-DC3", "2016", "2026-10-20 03:20", "10.12.0.3", domain="corp.hansa.example", netbios="HANSA", up_days=28, paper_days=196)
    controller(m)
    _without_rights(m)
    m.service("SessionEnv", state="stopped", start=4)
    _unasked_services(m)
    busy(m, 900)
    return m.bundle()


def f098() -> Data:
    """Events were too slow and the key store too large to read; a machine flooded from outside, cutting at times."""
    m = windows("f098", "vps-9918", "2025", "2026-11-19 21:30", "203.0.113.99", up_days=9)
    hardened(m)
    m.data["firewall"]["active_profiles"] = ["public"]
    scanned(m, 12)
    m.fails["key_store"] = failed("too_large")
    for name in ("Security", "System"):
        m.log.channels[name] |= {"kind": "timed_out"}
    m.talk = m.line.at_times()
    m.log.channels["Application"]["oldest"] = stamp(m.who.booted)
    m.log.truncated = True
    return m.bundle()
