# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The system, the listener and the services of a host to which nothing has happened."""

from __future__ import annotations

from typing import Any

from .identity import Identity
from .values import CONTROL, LISTENER, NT, POLICY, SERVICES_KEY, TS, stamp, table_of, value_of

Data = dict[str, Any]  # data of a subset; Any: JSON

PROVIDER = "{5828227c-20cf-4408-b73f-73ab70b8849f}"
_WITH_POLICY = ("fDenyTSConnections", "SecurityLayer", "UserAuthentication", "MinEncryptionLevel", "MaxInstanceCount", "SelectTransport",
                "SelectNetworkDetect", "fPromptForPassword")  # fmt: skip
_POLICY_ALONE = ("KeepAliveEnable", "KeepAliveInterval", "KeepAliveTimeout", "fDisableAutoReconnect", "fEncryptRPCTraffic")
_SYSTEM, _LOCAL, _NETWORK = "LocalSystem", "NT AUTHORITY\\LocalService", "NT Authority\\NetworkService"

# service -> start, whether it runs, account, group of its program, library
_SERVICES = {
    "TermService": (3, True, _NETWORK, "", "%SystemRoot%\\System32\\termsrv.dll"),
    "SessionEnv": (3, True, "localSystem", "netsvcs -p -s SessionEnv", "%SystemRoot%\\system32\\sessenv.dll"),
    "UmRdpService": (3, True, "localSystem", "LocalSystemNetworkRestricted -p -s UmRdpService", "%SystemRoot%\\System32\\umrdp.dll"),
    "CertPropSvc": (3, True, _SYSTEM, "netsvcs", "%SystemRoot%\\System32\\certprop.dll"),
    "CryptSvc": (2, True, _NETWORK, "NetworkService -p", "%SystemRoot%\\system32\\cryptsvc.dll"),
    "LSM": (2, True, _SYSTEM, "DcomLaunch -p", "%SystemRoot%\\System32\\lsm.dll"),
    "RpcSs": (2, True, _NETWORK, "rpcss -p", "%SystemRoot%\\system32\\rpcss.dll"),
    "gpsvc": (2, True, _SYSTEM, "netsvcs -p", "%SystemRoot%\\System32\\gpsvc.dll"),
    "MpsSvc": (2, True, _LOCAL, "LocalServiceNoNetworkFirewall -p", "%SystemRoot%\\system32\\mpssvc.dll"),
    "nsi": (2, True, _LOCAL, "LocalService -p", "%systemroot%\\system32\\nsisvc.dll"),
    "Dhcp": (2, True, _LOCAL, "LocalServiceNetworkRestricted -p", "%SystemRoot%\\system32\\dhcpcore.dll"),
}


def system_of(who: Identity) -> Data:
    """Return the subset ``os``."""
    release = who.release
    setup = "HKLM\\SYSTEM\\Setup"
    return {
        "computer_name": who.name.upper()[:15],
        "product_name": release.product,
        "edition_id": release.edition,
        "installation_type": "Server" if release.is_server else "Client",
        "product_type": "ServerNT" if release.is_server else "WinNT",
        "build": release.build,
        "ubr": release.ubr,
        "display_version": release.display,
        "domain": {"joined": bool(who.domain), "name": who.netbios_domain if who.domain else "WORKGROUP", "kind": "", "entra_joined": False},
        "pending_reboot": {"component_based_servicing": False, "windows_update": False, "pending_file_rename": False},
        "setup": table_of(setup, ("SystemSetupInProgress", "OOBEInProgress"), SystemSetupInProgress=0, OOBEInProgress=0),
        "powershell": f"5.1.{release.build}.{release.ubr}",
        "powershell_edition": "Desktop",
        "booted_at": stamp(who.booted),
        "rdpops": {"open_journals": [], "break_glass": [], "kind": ""},
    }


def _local_values(who: Identity) -> dict[str, dict[str, Any]]:
    is_recent = who.release.build >= 17763
    server = {"fDenyTSConnections": 0, "StartRCM": 0, "RCDependentServices": ["CertPropSvc", "SessionEnv"], "MaxOutstandingConnections": None,
              "TSServerDrainMode": 0 if who.release.is_server else None}  # fmt: skip
    station = {
        "PortNumber": who.port, "SecurityLayer": 2, "UserAuthentication": 1, "MinEncryptionLevel": 2, "fAllowSecProtocolNegotiation": 1,
        "fEnableWinStation": 1, "fLogonDisabled": 0, "MaxInstanceCount": 0xFFFFFFFF, "LanAdapter": 0, "SelectTransport": 2, "SelectNetworkDetect": 0,
        "LoadableProtocol_Object": PROVIDER, "PdName": "tcp", "PdName1": "tssecsrv", "PdDLL": "tdtcp", "PdDLL1": "tssecsrv", "PdClass": 2, "PdClass1": 11,
        "WdName": "Microsoft RDP 8.0", "WdPrefix": "RDP", "WdFlag": 54, "WebSocketListenerPort": 3387 if is_recent else None,
        "WebSocketTlsListenerPort": 3392 if is_recent else None, "fPromptForPassword": 0,
    }  # fmt: skip
    winlogon = table_of(f"{NT}\\Winlogon", ("WinStationsDisabled",), WinStationsDisabled="0")
    return table_of(TS, server, **server) | table_of(LISTENER, station, **station) | winlogon


def listener_of(who: Identity) -> Data:
    """Return the subset ``listener``."""
    local = _local_values(who)
    values = {name: {"local": value, "policy": value_of(POLICY) if name in _WITH_POLICY else None} for name, value in local.items()}
    values |= {name: {"local": None, "policy": value_of(POLICY)} for name in _POLICY_ALONE}
    return {"values": values, "win_stations": [station_of("Console", None, None), station_of("RDP-Tcp", who.port, PROVIDER)], "truncated": False}


def station_of(name: str, port: int | None, provider: str | None) -> Data:
    """Return one window station."""
    path = f"{TS}\\WinStations\\{name}"
    return {
        "name": name,
        "fEnableWinStation": value_of(path, 1),
        "PortNumber": value_of(path, port),
        "LoadableProtocol_Object": value_of(path, provider),
    }


def service_of(name: str, start: int, state: str, account: str, image: str, library: str = "") -> Data:
    """Return one service that exists."""
    path = f"{SERVICES_KEY}\\{name}"
    found: Data = {
        "Start": value_of(path, start),
        "ObjectName": value_of(path, account),
        "ImagePath": value_of(path, image, "REG_EXPAND_SZ"),
        "ServiceDll": value_of(f"{path}\\Parameters", library or None, "REG_EXPAND_SZ" if library else ""),
    }
    return found | {"exists": True, "state": state, "kind": ""}


def no_service(name: str) -> Data:
    """Return a service that is not there."""
    path = f"{SERVICES_KEY}\\{name}"
    found: Data = table_of(path, ("Start", "ObjectName", "ImagePath"))
    return found | {"ServiceDll": value_of(f"{path}\\Parameters"), "exists": False, "state": None, "kind": ""}


def services_of(who: Identity) -> Data:
    """Return the subset ``services``."""
    host = "%SystemRoot%\\System32\\svchost.exe -k "
    found = {
        name: service_of(name, start, "running" if runs else "stopped", account, host + (group or who.release.group), library)
        for name, (start, runs, account, group, library) in _SERVICES.items()
    }
    found["KeyIso"] = service_of("KeyIso", 3, "running", _SYSTEM, "%SystemRoot%\\system32\\lsass.exe", "%SystemRoot%\\system32\\keyiso.dll")
    sound = (3, "stopped") if who.release.is_server else (2, "running")
    library = "%SystemRoot%\\System32\\Audiosrv.dll"
    found["Audiosrv"] = service_of("Audiosrv", *sound, _LOCAL, host + "LocalServiceNetworkRestricted -p", library)
    return found | {name: no_service(name) for name in ("Tssdis", "RDMS", "RustDesk")}


def time_of(who: Identity) -> Data:
    """Return the subset ``time``."""
    key, zone = f"{SERVICES_KEY}\\W32Time", f"{CONTROL}\\TimeZoneInformation"
    offset, name = {"en": (0, "GMT Standard Time"), "de": (60, "W. Europe Standard Time"), "fr": (60, "Romance Standard Time"),
                    "es": (60, "Romance Standard Time")}[who.language]  # fmt: skip
    servers = "time.windows.com,0x8" if not who.domain else "time.windows.com,0x9"
    own = f"{SERVICES_KEY}\\W32Time"
    values = table_of(f"{key}\\Parameters", ("Type", "NtpServer"), Type="NT5DS" if who.domain else "NTP", NtpServer=servers)
    ticks = int(who.booted.timestamp() * 10**7) + 116444736 * 10**9
    values["LastKnownGoodTime"] = value_of(f"{key}\\Config", ticks, "REG_QWORD")
    values["Enabled"] = value_of(f"{own}\\TimeProviders\\VMICTimeProvider", 1)
    values |= table_of(zone, ("ActiveTimeBias", "TimeZoneKeyName"), ActiveTimeBias=(2**32 - offset) % 2**32, TimeZoneKeyName=name)
    image, library = "%SystemRoot%\\system32\\svchost.exe -k LocalService", "%systemroot%\\system32\\w32time.dll"
    return {
        "values": values,
        "policy": table_of("HKLM\\SOFTWARE\\Policies\\Microsoft\\W32Time\\Parameters", ("Type", "NtpServer")),
        "service": service_of("W32Time", 2 if who.domain else 3, "running", _LOCAL, image, library),
        "now": "",
        "utc_offset_minutes": offset,
    }
