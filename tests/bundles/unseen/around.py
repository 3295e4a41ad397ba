# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What lies around the listener of a host where all is well: logon, firewall, ports, sessions, licensing, time, azure."""

from __future__ import annotations

import datetime
from typing import Any

from .inside import no_service, service
from .machine import ZONES, Machine, stamp
from .values import CONTROL, LSA, MSV, POLICY, SERVICES, TS, answers, make, qword, table

LOCAL_WALL = SERVICES + "\\SharedAccess\\Parameters\\FirewallPolicy"
POLICY_WALL = "HKLM\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall"
_FOLDERS = {"domain": ("DomainProfile", "DomainProfile"), "private": ("StandardProfile", "PrivateProfile"), "public": ("PublicProfile", "PublicProfile")}
_SVCHOST = "App=%SystemRoot%\\system32\\svchost.exe|Svc=termservice"
_GROUP = "EmbedCtxt=@FirewallAPI.dll,-28752"
_BUILT_IN = {
    "RemoteDesktop-UserMode-In-TCP": f"Protocol=6|{{p}}LPort=3389|{_SVCHOST}|Name=@FirewallAPI.dll,-28775|Desc=@FirewallAPI.dll,-28756|{_GROUP}",
    "RemoteDesktop-UserMode-In-UDP": f"Protocol=17|{{p}}LPort=3389|{_SVCHOST}|Name=@FirewallAPI.dll,-28776|Desc=@FirewallAPI.dll,-28777|{_GROUP}",
    "RemoteDesktop-Shadow-In-TCP": (
        "Protocol=6|{p}App=%SystemRoot%\\system32\\RdpSa.exe|Name=@FirewallAPI.dll,-28778|Desc=@FirewallAPI.dll,-28779|" + _GROUP + "|Edge=TRUE|Defer=App"
    ),
}
_WEB_SOCKETS = {
    "RemoteDesktop-In-TCP-WS": "Protocol=6|LPort=3387|App=System|Name=@FirewallAPI.dll,-28780|Desc=@FirewallAPI.dll,-28781|EmbedCtxt=@FirewallAPI.dll,-28782",
    "RemoteDesktop-In-TCP-WSS": "Protocol=6|LPort=3392|App=System|Name=@FirewallAPI.dll,-28783|Desc=@FirewallAPI.dll,-28784|EmbedCtxt=@FirewallAPI.dll,-28782",
}
ADMINISTRATORS, DESKTOP_USERS, USERS, BACKUP, EVERYONE = "S-1-5-32-544", "S-1-5-32-555", "S-1-5-32-545", "S-1-5-32-551", "S-1-1-0"


def logon_of(machine: Machine) -> dict[str, Any]:
    guest = (f"{machine.sid}-501",) if machine.release.client else ()
    staff = (f"{machine.domain_sid}-512",) if machine.domain else (f"{machine.sid}-1001",)
    users = (f"{machine.domain_sid}-1613", f"{machine.domain_sid}-2208") if machine.domain else (f"{machine.sid}-1002",)
    return {
        "values": {
            **table(LSA, LmCompatibilityLevel=None, ForceGuest=0, disabledomaincreds=0, LimitBlankPasswordUse=1),
            **table(MSV, RestrictReceivingNTLMTraffic=None, RestrictSendingNTLMTraffic=None, AuditReceivingNTLMTraffic=None, ClientAllowedNTLMServers=None),
            "RestrictNTLMInDomain": make(SERVICES + "\\Netlogon\\Parameters", None),
        },
        "rights": {
            "SeRemoteInteractiveLogonRight": answers(ADMINISTRATORS, DESKTOP_USERS), "SeDenyRemoteInteractiveLogonRight": answers(*guest),
            "SeNetworkLogonRight": answers(EVERYONE, ADMINISTRATORS, USERS, BACKUP), "SeDenyNetworkLogonRight": answers(*guest),
        },
        "groups": {"administrators": answers(f"{machine.sid}-500", *staff), "remote_desktop_users": answers(*users)},
        "account": None,
    }  # fmt: skip


def rule(rule_id: str, text: str, hive: str = "local") -> dict[str, str]:
    return {"id": rule_id, "hive": hive, "text": text}


def built_in(version: str, *, active: bool = True, profiles: tuple[str, ...] = (), sockets: bool = True) -> list[dict[str, str]]:
    """Return the built-in rules of Remote Desktop."""
    limit = "".join(f"Profile={profile}|" for profile in profiles)
    start = f"{version}|Action=Allow|Active={str(active).upper()}|Dir=In|"
    rules = [rule(name, start + text.replace("{p}", limit) + "|") for name, text in _BUILT_IN.items()]
    return rules + ([rule(name, f"{version}|Action=Allow|Active=FALSE|Dir=In|{text}|") for name, text in _WEB_SOCKETS.items()] if sockets else [])


def firewall_of(machine: Machine) -> dict[str, Any]:
    profiles: dict[str, Any] = {}
    for profile, (local, policy) in _FOLDERS.items():
        names = table(f"{POLICY_WALL}\\{policy}", EnableFirewall=None, DefaultInboundAction=None, DoNotAllowExceptions=None, AllowLocalPolicyMerge=None)
        own = table(f"{LOCAL_WALL}\\{local}", EnableFirewall=1, DefaultInboundAction=None, DoNotAllowExceptions=0)
        profiles[profile] = {"local": own, "policy": names}
    rules = built_in(machine.release.rules, sockets=machine.release.build >= 17763)
    return {"rules": rules, "truncated": False, "profiles": profiles, "active_profiles": ["domain" if machine.domain else "private"]}


def ports_of(machine: Machine) -> dict[str, Any]:
    open_ports = [(135, 868), (445, 4), (3389, machine.pid), (5985, 4), (47001, 4), (49664, 676), (49665, 592), (49666, 1240), (49667, 1688)]
    if machine.release.client:
        open_ports += [(5040, 6120), (7680, 2932)]
    open_ports.sort()
    four = [{"address": "0.0.0.0", "port": port, "pid": pid} for port, pid in open_ports]
    six = [{"address": "::", "port": port, "pid": pid} for port, pid in open_ports if port != 5040]
    four.append({"address": machine.address, "port": 139, "pid": 4})
    four.sort(key=lambda entry: (entry["port"], entry["address"]))
    return {"ipv4": answers(*four), "ipv6": answers(*six), "term_service_pid": machine.pid}


def session(number: int, state: str, station: str) -> dict[str, Any]:
    return {"id": number, "state": state, "station": station, "user": None, "domain": None}


def sessions_of(machine: Machine, users: int) -> dict[str, Any]:
    """Return the sessions: the fixed ones, and some people of whom every third has gone without logging off."""
    people = [session(n + 1, "disconnected", "") if n % 3 == 0 else session(n + 1, "active", f"RDP-Tcp#{n - 1}") for n in range(1, users + 1)]
    listening = [session(65536, "listen", "31C5CE94259D4006A9E4"), session(65537, "listen", "RDP-Tcp")]
    if machine.release.build < 17763:
        listening = [session(65536, "listen", "RDP-Tcp")]
    return {"sessions": [session(0, "disconnected", "Services"), session(1, "connected", "Console"), *people, *listening], "truncated": False}


def licensing_of(machine: Machine, *, session_host: bool) -> dict[str, Any]:
    mode, servers = TS + "\\RCM\\Licensing Core", SERVICES + "\\TermService\\Parameters\\LicenseServers"
    names = ("Certificate", "X509 Certificate", "X509 Certificate ID", "X509 Certificate2")
    return {
        "mode": {"local": make(mode, 4 if session_host else 1), "policy": make(POLICY, None)},
        "servers": {"local": make(servers, ["lic1." + machine.domain] if session_host and machine.domain else None), "policy": make(POLICY, None)},
        "role": table(TS, TSAppCompat=1 if session_host else 0, TSEnabled=1), "grace_period": None,
        "certificates": dict.fromkeys(names, session_host),
    }  # fmt: skip


def time_of(machine: Machine) -> dict[str, Any]:
    zone, minutes = ZONES[machine.language]
    minutes += 60 if machine.language != "ja" and 4 <= machine.when.month <= 10 else 0
    base = SERVICES + "\\W32Time"
    since = machine.when - datetime.timedelta(minutes=26) - datetime.datetime(1601, 1, 1, tzinfo=datetime.timezone.utc)
    library = "%SystemRoot%\\system32\\w32time.dll"
    return {
        "values": {
            **table(base + "\\Parameters", Type="NT5DS" if machine.domain else "NTP", NtpServer="time.windows.com,0x8"),
            "LastKnownGoodTime": qword(base + "\\Config", int(since.total_seconds()) * 10_000_000),
            "Enabled": make(base + "\\TimeProviders\\VMICTimeProvider", 1),
            **table(CONTROL + "\\TimeZoneInformation", ActiveTimeBias=-minutes, TimeZoneKeyName=zone),
        },
        "policy": table("HKLM\\SOFTWARE\\Policies\\Microsoft\\W32Time\\Parameters", Type=None, NtpServer=None),
        "service": service("W32Time", 2 if machine.domain else 3, "NT AUTHORITY\\LocalService", "%SystemRoot%\\system32\\svchost.exe -k LocalService", library),
        "now": stamp(machine.when - datetime.timedelta(seconds=2)), "utc_offset_minutes": minutes,
    }  # fmt: skip


def azure_of(*, cloud: bool) -> dict[str, Any]:
    maker = ("Microsoft Corporation", "Virtual Machine") if cloud else ("VMware, Inc.", "VMware20,1")
    names = {"guest_agent": "WindowsAzureGuestAgent", "rd_agent": "RdAgent"}
    image = "C:\\WindowsAzure\\Packages\\WaAppAgent.exe"
    agents = {field: service(name, 2, "LocalSystem", image, None) if cloud else no_service(name) for field, name in names.items()}
    hardware = table(CONTROL + "\\SystemInformation", SystemManufacturer=maker[0], SystemProductName=maker[1])
    return {**agents, "vm_id": cloud, "asset_tag": cloud, "hardware": hardware}
