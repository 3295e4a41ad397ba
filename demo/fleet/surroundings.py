# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What surrounds the listener of a healthy host: subsets `logon`, `ports`, `sessions`, `licensing`, `time` and `azure`."""

from __future__ import annotations

import datetime
from typing import Any

from . import values
from .listener import POLICY, TS
from .machine import Machine, stamp
from .services import SERVICES, no_service, service, svchost

EVERYONE, ADMINISTRATORS, USERS, BACKUP_OPERATORS = "S-1-1-0", "S-1-5-32-544", "S-1-5-32-545", "S-1-5-32-551"
REMOTE_DESKTOP_USERS, GUESTS, AUTHENTICATED_USERS = "S-1-5-32-555", "S-1-5-32-546", "S-1-5-11"
_CONTROL = "HKLM\\SYSTEM\\CurrentControlSet\\Control"
_LSA = _CONTROL + "\\Lsa"
_ZONE = ("Romance Standard Time", 60)  # Copenhagen, in winter
_FIRST_WITH_A_SECOND_LISTENER = 17763  # it has a number for a name and nothing to do with RDP-Tcp
_FIRST_FILETIME = datetime.datetime(1601, 1, 1, tzinfo=datetime.timezone.utc)
_LICENCE_CERTIFICATES = ("Certificate", "X509 Certificate", "X509 Certificate ID", "X509 Certificate2")


def logon(machine: Machine) -> dict[str, Any]:
    """Return the `logon` data with the rights of a fresh installation, and groups as such a host has them."""
    staff = f"{machine.domain_sid}-512" if machine.domain else f"{machine.sid}-1001"
    people = [f"{machine.domain_sid}-1604", f"{machine.domain_sid}-1611"] if machine.session_host else []
    guest = [f"{machine.sid}-501"] if machine.is_client else []
    rights = {
        "SeRemoteInteractiveLogonRight": [ADMINISTRATORS, REMOTE_DESKTOP_USERS],
        "SeDenyRemoteInteractiveLogonRight": [],
        "SeNetworkLogonRight": [EVERYONE, ADMINISTRATORS, USERS, BACKUP_OPERATORS],
        "SeDenyNetworkLogonRight": guest,
    }
    ntlm = values.table(
        _LSA + "\\MSV1_0", RestrictReceivingNTLMTraffic=None, RestrictSendingNTLMTraffic=None, AuditReceivingNTLMTraffic=None, ClientAllowedNTLMServers=None,
    )
    return {
        "values": {
            **values.table(_LSA, LmCompatibilityLevel=None, ForceGuest=0, disabledomaincreds=0, LimitBlankPasswordUse=1),
            "AllowOnlineID": values.absent(_LSA + "\\pku2u"),
            **ntlm,
            "RestrictNTLMInDomain": values.absent(SERVICES + "\\Netlogon\\Parameters"),
        },
        "rights": {name: values.answers(*holders) for name, holders in rights.items()},
        "groups": {"administrators": values.answers(f"{machine.sid}-500", staff), "remote_desktop_users": values.answers(*people)},
        "account": None,
    }


def ports(machine: Machine) -> dict[str, Any]:
    """Return the `ports` data: what every Windows of this kind listens on, and Remote Desktop."""
    listening = {135: 904, 445: 4, 3389: machine.listener_process, 5985: 4, 47001: 4, 49664: 732, 49665: 648, 49666: 1424, 49667: 1780, 49668: 2516}
    if machine.is_client:
        listening |= {5040: 6348, 7680: 3140}
    only_ipv4 = (139, 5040)
    four = [{"address": "0.0.0.0", "port": port, "pid": pid} for port, pid in listening.items()]
    four.append({"address": machine.address, "port": 139, "pid": 4})
    six = [{"address": "::", "port": port, "pid": pid} for port, pid in listening.items() if port not in only_ipv4]
    families = {"ipv4": sorted(four, key=_port), "ipv6": sorted(six, key=_port)}
    return {**{family: values.answers(*found) for family, found in families.items()}, "term_service_pid": machine.listener_process}


def _port(entry: dict[str, Any]) -> int:
    return int(entry["port"])


def session(number: int, state: str, station: str = "") -> dict[str, Any]:
    """Return one session; who it belongs to was not asked for."""
    return {"id": number, "state": state, "station": station, "user": None, "domain": None}


def sessions(machine: Machine) -> dict[str, Any]:
    """Return the `sessions` data of a host that nobody works on."""
    listeners = ["RDP-Tcp"] if machine.release.build < _FIRST_WITH_A_SECOND_LISTENER else ["31C5CE94259D4006A9E4", "RDP-Tcp"]
    fixed = [session(0, "disconnected", "Services"), session(1, "connected", "Console")]
    return {"sessions": [*fixed, *(session(65536 + place, "listen", name) for place, name in enumerate(listeners))], "truncated": False}


def licensing(machine: Machine) -> dict[str, Any]:
    """Return the `licensing` data: per user and with a server on a session host, two administrators at a time elsewhere."""
    core, servers = TS + "\\RCM\\Licensing Core", SERVICES + "\\TermService\\Parameters\\LicenseServers"
    role = values.table(TS, TSAppCompat=None, TSEnabled=None)
    if not machine.is_client:
        role = values.table(TS, TSAppCompat=int(machine.session_host), TSEnabled=1)
    return {
        "mode": {"local": values.make(core, 4 if machine.session_host else None if machine.is_client else 1), "policy": values.absent(POLICY)},
        "servers": {"local": values.make(servers, [f"lic-01.{machine.domain}"] if machine.session_host else None), "policy": values.absent(POLICY)},
        "role": role,
        "grace_period": None,  # its key is for SYSTEM and NETWORK SERVICE
        "certificates": dict.fromkeys(_LICENCE_CERTIFICATES, machine.session_host),
    }


def time(machine: Machine, now: datetime.datetime) -> dict[str, Any]:
    """Return the `time` data of a host whose clock is right.

    :param now: the host's own time
    """
    base, (zone, minutes) = SERVICES + "\\W32Time", _ZONE
    known_good = now - datetime.timedelta(minutes=11 + machine.pace % 40) - _FIRST_FILETIME
    flag, source = (" -p", "time.windows.com,0x9") if machine.is_client else ("", "time.windows.com,0x8")
    return {
        "values": {
            **values.table(base + "\\Parameters", Type="NT5DS" if machine.domain else "NTP", NtpServer=source),
            "LastKnownGoodTime": values.qword(base + "\\Config", int(known_good.total_seconds()) * 10_000_000),
            "Enabled": values.dword(base + "\\TimeProviders\\VMICTimeProvider", 1),
            **values.table(_CONTROL + "\\TimeZoneInformation", ActiveTimeBias=-minutes, TimeZoneKeyName=zone),
        },
        "policy": values.table("HKLM\\SOFTWARE\\Policies\\Microsoft\\W32Time\\Parameters", Type=None, NtpServer=None),
        "service": service(
            "W32Time", start=2 if machine.domain else 3, account="NT AUTHORITY\\LocalService", image=svchost("LocalService" + flag),
            library="%SystemRoot%\\system32\\w32time.dll",
        ),
        "now": stamp(now),
        "utc_offset_minutes": minutes,
    }


def azure(machine: Machine) -> dict[str, Any]:
    """Return the `azure` data, which every host has: those of others say that it is none of Azure's."""
    agents = {"guest_agent": ("WindowsAzureGuestAgent", "WindowsAzureGuestAgent.exe"), "rd_agent": ("RdAgent", "WaAppAgent.exe")}
    folder = "C:\\WindowsAzure\\GuestAgent_2.7.41491.1183_2026-09-24_071502"
    maker, product = machine.hardware
    return {
        **{
            field: service(name, start=2, account="LocalSystem", image=f"{folder}\\{program}") if machine.cloud else no_service(name)
            for field, (name, program) in agents.items()
        },
        "vm_id": machine.cloud,
        "asset_tag": machine.cloud,
        "asset_kind": "",
        "hardware": values.table(_CONTROL + "\\SystemInformation", SystemManufacturer=maker, SystemProductName=product),
    }
