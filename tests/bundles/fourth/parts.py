# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the stories here need beside a healthy host of the third author: roles, hardening, older Windows, Japanese, noise."""

from __future__ import annotations

from typing import Any

from tests.bundles.third.access import ADMINISTRATORS, EVERYONE, rule_text, session
from tests.bundles.third.crypto import CONTAINER, stored
from tests.bundles.third.identity import Identity, known_as
from tests.bundles.third.journal import CONTROL_MANAGER, CORE, CORE_OPERATIONAL, LSM_OPERATIONAL, SESSIONS, signed, tail
from tests.bundles.third.machine import Machine, windows
from tests.bundles.third.papers import Paper, issued, key_file_prefix
from tests.bundles.third.releases import RELEASES
from tests.bundles.third.values import TS, before, guid_of, moment, number_of, value_of

Data = dict[str, Any]  # Any: JSON

BAD_KEY = ("", signed(0x8009030D), 10001)
GUESTS, LOCAL_ACCOUNT, LOCAL_ADMINS, AUTHENTICATED = "S-1-5-32-546", "S-1-5-113", "S-1-5-114", "S-1-5-11"
_JA = {"restart": "サービスの再起動", "Spooler": "Print Spooler", "Audiosrv": "Windows Audio"}
_SPOOLER = {"en": "Print Spooler", "de": "Druckwarteschlange", "fr": "Spouleur d\u2019impression", "es": "Cola de impresión"}
_SUITES_R2 = [
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384_P256", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256_P256", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA_P256",
    "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_256_GCM_SHA384", "TLS_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_RSA_WITH_AES_256_CBC_SHA256", "TLS_RSA_WITH_AES_256_CBC_SHA", "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
]  # fmt: skip


class _Japanese(Identity):
    def word(self, name: str) -> str:
        return _JA.get(name, super().word(name))


def tokyo(ident: str, name: str, release: str, when: str, address: str, **more: object) -> Machine:
    """Return a healthy host with Japanese texts and nine hours ahead of UTC."""
    who = _Japanese(ident, name, RELEASES[release], moment(when), address, **more)  # type: ignore[arg-type]  # as known_as does
    m = Machine(who)
    m.put("time.values.ActiveTimeBias", 2**32 - 540)
    m.put("time.values.TimeZoneKeyName", "Tokyo Standard Time")
    m.data["time"]["utc_offset_minutes"] = 540
    return m


def old(ident: str, name: str, when: str, address: str, *, ubr: int = 22620, **more: Any) -> Machine:  # Any: fields of an identity
    """Return a healthy Windows Server 2012 R2, with the updates of its last years."""
    m = windows(ident, name, "2012r2", when, address, **more)
    m.data["os"] |= {"ubr": ubr, "powershell": "5.1.14409.1018"}
    m.data["credssp"]["tspkg_version"] = f"6.3.9600.{ubr}"
    m.line.windows = (6, 3, 9600, 15)
    m.put("tls.cipher_suites.local", _SUITES_R2)
    m.put("tls.curves.local", None)
    m.service("TermService")["ImagePath"]["value"] = "%SystemRoot%\\System32\\svchost.exe -k NetworkService"
    for name_of in ("WebSocketListenerPort", "WebSocketTlsListenerPort"):
        m.local(**{name_of: None})
    for rule in m.data["firewall"]["rules"]:
        rule["text"] = rule["text"].replace("v2.33|", "v2.22|")
    return m


def controller(m: Machine) -> None:
    """Make the host a domain controller."""
    m.data["os"]["product_type"] = "LanmanNT"
    for family in ("ipv4", "ipv6"):
        address = "0.0.0.0" if family == "ipv4" else "::"
        items = m.data["ports"][family]["items"]
        items += [{"address": address, "port": port, "pid": 612} for port in (88, 389, 464, 593, 636, 3268, 3269)]
        items.sort(key=lambda item: int(item["port"]))
    domain, rights = m.who.domain_sid, m.data["logon"]["rights"]
    rights["SeRemoteInteractiveLogonRight"]["items"] = [ADMINISTRATORS]
    rights["SeNetworkLogonRight"]["items"] = [EVERYONE, AUTHENTICATED, ADMINISTRATORS, "S-1-5-9", "S-1-5-32-554"]
    m.data["logon"]["groups"]["administrators"]["items"] = [f"{domain}-500", f"{domain}-519", f"{domain}-512"]
    m.data["logon"]["groups"]["remote_desktop_users"]["items"] = []


def farm(m: Machine, *servers: str, mode: int = 4, users: int = 3) -> None:
    """Make the host a session host with people on it."""
    licences = m.data["licensing"]
    licences["role"]["TSAppCompat"] = value_of(TS, 1)
    m.put("licensing.mode.policy", mode)
    m.put("licensing.servers.policy", ",".join(servers) or None)
    licences["grace_period"] = None
    licences["certificates"] = dict.fromkeys(licences["certificates"], True)
    people = [session(4 + number, "active", f"RDP-Tcp#{number_of(m.who.ident, 'seat', number, below=200)}") for number in range(users)]
    kept = [item for item in m.data["sessions"]["sessions"] if item["id"] in (0, 1)]
    m.data["sessions"]["sessions"] = [*kept, *people, session(65536, "listen", "RDP-Tcp")]


def hardened(m: Machine) -> None:
    """Apply what a benchmark asks of a member server, as policy, without what it asks of passwords."""
    m.policy(SecurityLayer=2, UserAuthentication=1, MinEncryptionLevel=3, fEncryptRPCTraffic=1)
    m.put("logon.values.LmCompatibilityLevel", 5)
    m.data["logon"]["rights"]["SeDenyNetworkLogonRight"]["items"] = [GUESTS, LOCAL_ADMINS]
    m.data["logon"]["rights"]["SeDenyRemoteInteractiveLogonRight"]["items"] = [GUESTS]
    for version in ("tls10", "tls11"):
        for side in ("server", "client"):
            m.protocol(version, side, Enabled=0, DisabledByDefault=1)
    for name in ("domain", "private", "public"):
        m.put(f"firewall.profiles.{name}.policy.EnableFirewall", 1)
        m.put(f"firewall.profiles.{name}.policy.DefaultInboundAction", 1)


def certified(m: Machine, by: str, *, days: float = 120, lasts: int = 398, container: str = "te-rdp") -> Paper:
    """Let the host serve a certificate of an authority; return it."""
    paper = issued(m.who.fqdn, by, before(m.who.when.replace(second=0), days=days), lasts)
    m.add_to_my(paper, container)
    m.bind(paper)
    m.serve(paper)
    return paper


def expired_before(m: Machine) -> None:
    """Put an old certificate that nobody uses into the machine's own store."""
    m.data["certificate"]["stores"]["my"]["certificates"].append(stored(issued(m.who.fqdn, "Old Enterprise CA", before(m.who.when, days=1900)), "le-old"))


def foreign(*seeds: str) -> list[str]:
    """Return names of key files that other machines' ids made."""
    return [f"{key_file_prefix(CONTAINER)}_{guid_of(seed)}" for seed in seeds]


def moved(m: Machine, *, with_rule: bool = True, name: str = "RDP custom") -> None:
    """Let the firewall know the port that the host listens on."""
    if with_rule:
        rule = rule_text(m.who, m.who.port, name=name).replace("EmbedCtxt=@FirewallAPI.dll,-28752|", "")
        m.data["firewall"]["rules"].append({"id": "{" + guid_of(m.who.ident, "rule").upper() + "}", "hive": "local", "text": rule})


def probed(m: Machine) -> float:
    """Return how many minutes ago the probe came, seen from the host."""
    return (20 + number_of(m.who.ident, "controller", below=200)) / 60


def hit(m: Machine, number: int, *properties: object, own: int = 3, others: int = 4) -> None:
    """Write what Schannel says of each handshake that it ends: those of the probe, and of people before."""
    for at in range(own):
        m.log.schannel(probed(m) - 0.01 * at, number, *properties)
    for at in range(others):
        minutes = 25 + 190 * at + number_of(m.who.ident, "hit", at, below=120)
        m.log.called(minutes)
        m.log.schannel(minutes - 0.01, number, *properties)


def scanned(m: Machine, times: int = 5) -> None:
    """Write what strangers from the internet leave behind."""
    for at in range(times):
        minutes = 40 + number_of(m.who.ident, "bot", at, below=2700)
        m.log.called(minutes)
        m.log.add(minutes - 0.02, CORE_OPERATIONAL, CORE, 140, "")
        m.log.refused(minutes - 0.02, 0xC000006D, (0xC0000064, 0xC000006A)[at % 3 == 2])
        m.log.checked(minutes - 0.02, 0xC0000064)
        if at % 2:
            m.log.schannel(minutes - 4, 36888, 10, 1203)
    m.log.schannel(70 + number_of(m.who.ident, "bot", below=900), 36874, "TLS 1.0")


def spooled(m: Machine, times: int = 2) -> None:
    """Let the print spooler end now and then, as it does."""
    shown = "Print Spooler" if isinstance(m.who, _Japanese) else _SPOOLER[m.who.language]
    for at in range(times):
        minutes = 300 + 1200 * at + number_of(m.who.ident, "spool", below=200)
        m.log.add(minutes, "System", CONTROL_MANAGER, 7031, shown, at + 1, 5000, 1, m.who.word("restart"), tail("Spooler"), level=2)


def nobody(m: Machine) -> None:
    """Let nobody be inside from outside: since the last start nobody could."""
    m.data["sessions"]["sessions"] = [item for item in m.data["sessions"]["sessions"] if "#" not in item["station"]]


def busy(m: Machine, *minutes: float, stayed: float = 35) -> None:
    """Write visits of people who came in and left."""
    for number, at in enumerate(minutes):
        m.log.visited(at, 2 + number, stayed if at > stayed else 0)


def left_often(m: Machine, reason: int, session_id: int, *minutes: float) -> None:
    """Write disconnects of one reason."""
    for at in minutes:
        m.log.add(at, LSM_OPERATIONAL, SESSIONS, 40, session_id, reason)


def other(m: Machine, name: str, release: str, domain: str = "", up: float = 120) -> Identity:
    """Let another machine answer in place of the host."""
    who = known_as(m.who.ident + name, name, release, m.who.when.strftime("%Y-%m-%d %H:%M"), m.who.address, domain=domain, up_days=up)
    m.line.speaks, m.line.certificate = who, who.own_paper.der
    m.line.wire, m.line.windows = who.release.wire, (10, 0, who.release.build, 15)
    m.hears = False
    return who


def failed(kind: str, status: str = "error", ms: int = 1004) -> Data:
    """Return a subset that could not be read."""
    return {"status": status, "kind": kind, "message": "", "ms": ms, "data": None}
