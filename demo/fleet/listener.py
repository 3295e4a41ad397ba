# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Subset `listener`: every value of the Remote Desktop listener, local and policy side by side."""

from __future__ import annotations

from typing import Any

from . import values

TS = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server"
STATIONS = TS + "\\WinStations"
RDP_TCP = STATIONS + "\\RDP-Tcp"
POLICY = "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services"
_CLUSTER = TS + "\\ClusterSettings"
_WINLOGON = "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon"
_PROTOCOL_OBJECT = "{5828227c-20cf-4408-b73f-73ab70b8849f}"

# What a healthy host has: name -> (key, value). An int is a DWORD, a list a MULTI_SZ, None is absent.
_LOCAL: dict[str, tuple[str, int | str | list[str] | None]] = {
    "fDenyTSConnections": (TS, 0),
    "PortNumber": (RDP_TCP, 3389),
    "SecurityLayer": (RDP_TCP, 2),
    "UserAuthentication": (RDP_TCP, 1),
    "MinEncryptionLevel": (RDP_TCP, 2),
    "fAllowSecProtocolNegotiation": (RDP_TCP, 1),
    "fEnableWinStation": (RDP_TCP, 1),
    "fLogonDisabled": (RDP_TCP, 0),
    "MaxInstanceCount": (RDP_TCP, 0xFFFFFFFF),
    "LanAdapter": (RDP_TCP, 0),
    "SelectTransport": (RDP_TCP, 2),
    "SelectNetworkDetect": (RDP_TCP, 1),
    "LoadableProtocol_Object": (RDP_TCP, _PROTOCOL_OBJECT),
    "PdName": (RDP_TCP, "tcp"),
    "PdName1": (RDP_TCP, "tssecsrv"),
    "PdDLL": (RDP_TCP, "tdtcp"),
    "PdDLL1": (RDP_TCP, "tssecsrv"),
    "PdClass": (RDP_TCP, 2),
    "PdClass1": (RDP_TCP, 11),
    "WdName": (RDP_TCP, "Microsoft RDP 8.0"),
    "WdPrefix": (RDP_TCP, "RDP"),
    "WdFlag": (RDP_TCP, 0x36),
    "WebSocketListenerPort": (RDP_TCP, 3387),
    "WebSocketTlsListenerPort": (RDP_TCP, 3392),
    "TSServerDrainMode": (TS, 0),
    "StartRCM": (TS, 0),
    "RCDependentServices": (TS, ["CertPropSvc", "SessionEnv"]),
    "MaxOutstandingConnections": (TS, None),
    "SessionDirectoryRedirectionIP": (_CLUSTER, None),
    "WinStationsDisabled": (_WINLOGON, "0"),
    "fPromptForPassword": (RDP_TCP, 0),
}
# Values that only a policy can carry: there is no local side to look at.
_POLICY_ONLY = ("KeepAliveEnable", "KeepAliveInterval", "KeepAliveTimeout", "fDisableAutoReconnect", "fEncryptRPCTraffic")
# Values that have a local side and a policy as well.
_BOTH = (
    "fDenyTSConnections", "SecurityLayer", "UserAuthentication", "MinEncryptionLevel", "MaxInstanceCount",
    "SelectTransport", "SelectNetworkDetect", "fPromptForPassword",
)


def healthy_listener(*, web_sockets: bool) -> dict[str, Any]:
    """Return the `listener` data of a healthy host without any policy.

    :param web_sockets: whether this release has the two WebSocket ports; older ones do not
    """
    entries: dict[str, Any] = {}
    for name, (path, value) in _LOCAL.items():
        if name.startswith("WebSocket") and not web_sockets:
            value = None
        policy = values.absent(POLICY) if name in _BOTH else None
        entries[name] = {"local": values.make(path, value), "policy": policy}
    for name in _POLICY_ONLY:
        entries[name] = {"local": None, "policy": values.absent(POLICY)}
    return {"values": entries, "win_stations": [_console(), _rdp_tcp()], "truncated": False}


def _console() -> dict[str, Any]:
    # Every host has this key beside the listener; it carries none of the three values.
    path = STATIONS + "\\Console"
    names = ("fEnableWinStation", "PortNumber", "LoadableProtocol_Object")
    return {"name": "Console", **{name: values.absent(path) for name in names}}


def _rdp_tcp() -> dict[str, Any]:
    return {
        "name": "RDP-Tcp",
        "fEnableWinStation": values.dword(RDP_TCP, 1),
        "PortNumber": values.dword(RDP_TCP, 3389),
        "LoadableProtocol_Object": values.text(RDP_TCP, _PROTOCOL_OBJECT),
    }
