# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Subset `firewall`: rules as the registry stores them, and the switches of the three profiles."""

from __future__ import annotations

from typing import Any

from . import values

LOCAL_ROOT = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy"
POLICY_ROOT = "HKLM\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall"
# The local hive calls the private profile by its older name.
_FOLDERS = {"domain": ("DomainProfile", "DomainProfile"), "private": ("StandardProfile", "PrivateProfile"), "public": ("PublicProfile", "PublicProfile")}
_SWITCHES = ("EnableFirewall", "DefaultInboundAction", "DoNotAllowExceptions")
_SVCHOST = "App=%SystemRoot%\\system32\\svchost.exe|Svc=termservice"
_GROUP = "EmbedCtxt=@FirewallAPI.dll,-28752"
_WEB_SOCKET_GROUP = "EmbedCtxt=@FirewallAPI.dll,-28782"  # a group of its own, off unless somebody asks for it

# rule name -> (protocol and port, program, texts and group)
_BUILT_IN: dict[str, tuple[str, str, str]] = {
    "RemoteDesktop-UserMode-In-TCP": ("Protocol=6|{profiles}LPort=3389", _SVCHOST, f"Name=@FirewallAPI.dll,-28775|Desc=@FirewallAPI.dll,-28756|{_GROUP}"),
    "RemoteDesktop-UserMode-In-UDP": ("Protocol=17|{profiles}LPort=3389", _SVCHOST, f"Name=@FirewallAPI.dll,-28776|Desc=@FirewallAPI.dll,-28777|{_GROUP}"),
    "RemoteDesktop-Shadow-In-TCP": (
        "Protocol=6|{profiles}", "App=%SystemRoot%\\system32\\RdpSa.exe",
        f"Name=@FirewallAPI.dll,-28778|Desc=@FirewallAPI.dll,-28779|{_GROUP}|Edge=TRUE|Defer=App",
    ),
}
_WEB_SOCKET: dict[str, tuple[str, str, str]] = {
    "RemoteDesktop-In-TCP-WS": ("Protocol=6|LPort=3387", "App=System", f"Name=@FirewallAPI.dll,-28780|Desc=@FirewallAPI.dll,-28781|{_WEB_SOCKET_GROUP}"),
    "RemoteDesktop-In-TCP-WSS": ("Protocol=6|LPort=3392", "App=System", f"Name=@FirewallAPI.dll,-28783|Desc=@FirewallAPI.dll,-28784|{_WEB_SOCKET_GROUP}"),
}


def rule(rule_id: str, text: str, *, hive: str = "local") -> dict[str, str]:
    """Return one rule as the reader lists it."""
    return {"id": rule_id, "hive": hive, "text": text}


def built_in_rules(version: str, *, web_sockets: bool, profiles: tuple[str, ...] = ()) -> list[dict[str, str]]:
    """Return the built-in rules of Remote Desktop, switched on as `Enable-NetFirewallRule` leaves them.

    :param version: prefix of the rule format, such as `v2.31`
    :param web_sockets: whether this release has the two WebSocket rules (always off here)
    :param profiles: profiles the rules are limited to, such as `("Domain", "Private")`; empty means all
    """
    limit = "".join(f"Profile={profile}|" for profile in profiles)
    rules = [_built_in(version, name, active=True, profiles=limit) for name in _BUILT_IN]
    if web_sockets:
        rules += [_built_in(version, name, active=False, profiles="") for name in _WEB_SOCKET]
    return rules


def _built_in(version: str, name: str, *, active: bool, profiles: str) -> dict[str, str]:
    match, program, texts = {**_BUILT_IN, **_WEB_SOCKET}[name]
    match = match.replace("{profiles}", profiles).rstrip("|")
    return rule(name, f"{version}|Action=Allow|Active={str(active).upper()}|Dir=In|{match}|{program}|{texts}|")


def profile_switches() -> dict[str, Any]:
    """Return the switches of a host as installed: on, everything else left to the default, no policy."""
    switches: dict[str, Any] = {}
    for profile, (local, policy) in _FOLDERS.items():
        local_path, policy_path = f"{LOCAL_ROOT}\\{local}", f"{POLICY_ROOT}\\{policy}"
        switches[profile] = {
            "local": {
                "EnableFirewall": values.dword(local_path, 1),
                "DefaultInboundAction": values.absent(local_path),
                "DoNotAllowExceptions": values.dword(local_path, 0),
            },
            "policy": {name: values.absent(policy_path) for name in (*_SWITCHES, "AllowLocalPolicyMerge")},
        }
    return switches


def healthy_firewall(version: str, *, web_sockets: bool, active: tuple[str, ...]) -> dict[str, Any]:
    """Return the `firewall` data of a host where Remote Desktop is allowed on every profile."""
    return {
        "rules": built_in_rules(version, web_sockets=web_sockets),
        "truncated": False,
        "hives": {"policy": "", "mdm": "", "local": ""},
        "profiles": profile_switches(),
        "active_profiles": list(active),
    }
