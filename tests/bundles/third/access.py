# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who may come in, by which door, and who is inside: logon, firewall, ports, sessions, licences of a host to which nothing has happened."""

from __future__ import annotations

from typing import Any

from .identity import Identity
from .system import no_service, service_of
from .values import CONTROL, LSA, MSV, POLICY, SERVICES_KEY, TS, answers, number_of, table_of, value_of

Data = dict[str, Any]  # data of a subset; Any: JSON

FIREWALL = f"{SERVICES_KEY}\\SharedAccess\\Parameters\\FirewallPolicy"
FIREWALL_POLICY = "HKLM\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall"
ADMINISTRATORS, USERS, RDP_USERS, EVERYONE, BACKUP = "S-1-5-32-544", "S-1-5-32-545", "S-1-5-32-555", "S-1-1-0", "S-1-5-32-551"
_SWITCHES = ("EnableFirewall", "DefaultInboundAction", "DoNotAllowExceptions")
_SVCHOST = "App=%SystemRoot%\\system32\\svchost.exe|Svc=termservice"
_GROUP = "EmbedCtxt=@FirewallAPI.dll,-28752|"
_VERSIONS = {14393: "v2.26", 17763: "v2.29", 19044: "v2.31", 19045: "v2.31", 20348: "v2.31"}


def logon_of(who: Identity) -> Data:
    """Return the subset ``logon``."""
    network = [EVERYONE, ADMINISTRATORS, USERS, BACKUP] if who.release.is_server else [EVERYONE, ADMINISTRATORS, USERS]
    local_admin, domain = f"{who.sid}-500", who.domain_sid
    rights = {
        "SeRemoteInteractiveLogonRight": [ADMINISTRATORS, RDP_USERS],
        "SeDenyRemoteInteractiveLogonRight": [],
        "SeNetworkLogonRight": network,
        "SeDenyNetworkLogonRight": [] if who.release.is_server else [f"{who.sid}-501"],
    }
    values = table_of(
        LSA, ("LmCompatibilityLevel", "ForceGuest", "disabledomaincreds", "LimitBlankPasswordUse"), ForceGuest=0, disabledomaincreds=0, LimitBlankPasswordUse=1
    )
    ntlm = ("RestrictReceivingNTLMTraffic", "RestrictSendingNTLMTraffic", "AuditReceivingNTLMTraffic", "ClientAllowedNTLMServers")
    values |= {"AllowOnlineID": value_of(f"{LSA}\\pku2u")} | table_of(MSV, ntlm)
    values["RestrictNTLMInDomain"] = value_of(f"{SERVICES_KEY}\\Netlogon\\Parameters")
    members = [local_admin, f"{domain}-512"] if who.domain else [local_admin, f"{who.sid}-1001"]
    users = [f"{domain}-{1100 + number_of(who.ident, 'group', below=4000)}"] if who.domain else []
    return {
        "values": values,
        "rights": {name: answers(holders) for name, holders in rights.items()},
        "groups": {"administrators": answers(members), "remote_desktop_users": answers(users)},
        "account": None,
    }


def rule_text(who: Identity, port: int | str, *, name: str, active: bool = True, profile: str = "", action: str = "Allow", more: str = "") -> str:
    """Return an inbound rule for the service on one port, in the registry's own form."""
    version = _VERSIONS.get(who.release.build, "v2.33")
    profiles = "".join(f"Profile={each}|" for each in profile.split())
    state = str(active).upper()
    return f"{version}|Action={action}|Active={state}|Dir=In|Protocol=6|{profiles}LPort={port}|{more}{_SVCHOST}|Name={name}|{_GROUP}"


def built_in(who: Identity, *, active: bool = True, profile: str = "") -> list[Data]:
    """Return the rules that Windows brings along, all switched alike."""
    tcp = rule_text(who, 3389, name="@FirewallAPI.dll,-28775|Desc=@FirewallAPI.dll,-28756", active=active, profile=profile)
    shadow = tcp.replace(_SVCHOST, "App=%SystemRoot%\\system32\\RdpSa.exe").replace("LPort=3389|", "").replace("-28775", "-28778").replace("-28756", "-28779")
    udp = tcp.replace("Protocol=6", "Protocol=17").replace("-28775", "-28776").replace("-28756", "-28777")
    found = {"RemoteDesktop-UserMode-In-TCP": tcp, "RemoteDesktop-UserMode-In-UDP": udp, "RemoteDesktop-Shadow-In-TCP": shadow + "Edge=TRUE|Defer=App|"}
    if who.release.build >= 17763:
        socket = tcp.replace("Active=TRUE", "Active=FALSE").replace(_SVCHOST, "App=System")
        found["RemoteDesktop-In-TCP-WS"] = socket.replace("LPort=3389", "LPort=3387").replace("-28775", "-28825")
        found["RemoteDesktop-In-TCP-WSS"] = socket.replace("LPort=3389", "LPort=3392").replace("-28775", "-28826")
    return [{"id": name, "hive": "local", "text": text} for name, text in found.items()]


def firewall_of(who: Identity) -> Data:
    """Return the subset ``firewall``: on everywhere, the built-in rules in force, the profile that the place of the host suggests."""
    profiles = {}
    for name, local, policy in (("domain", "Domain", "Domain"), ("private", "Standard", "Private"), ("public", "Public", "Public")):
        profiles[name] = {
            "local": table_of(f"{FIREWALL}\\{local}Profile", _SWITCHES, EnableFirewall=1, DoNotAllowExceptions=0),
            "policy": table_of(f"{FIREWALL_POLICY}\\{policy}Profile", (*_SWITCHES, "AllowLocalPolicyMerge")),
        }
    return {
        "rules": built_in(who),
        "truncated": False,
        "hives": {"policy": "", "mdm": "", "local": ""},
        "profiles": profiles,
        "active_profiles": ["domain" if who.domain else "private"],
    }


def ports_of(who: Identity) -> Data:
    """Return the subset ``ports``."""
    rpc, high = 700 + 4 * number_of(who.ident, "rpc", below=90), 49664
    owners = [(135, rpc), (445, 4), (who.port, who.term_pid), (5985, 4), (47001, 4), (high, 612), (high + 1, 540), (high + 2, rpc + 400)]
    if not who.release.is_server:
        owners.append((5040, rpc + 2144))
    found = {
        name: answers({"address": address, "port": port, "pid": pid} for port, pid in sorted(owners)) for name, address in (("ipv4", "0.0.0.0"), ("ipv6", "::"))
    }
    found["ipv4"]["items"].insert(1, {"address": who.address, "port": 139, "pid": 4})
    return found | {"term_service_pid": who.term_pid}


def session(number: int, state: str, station: str) -> Data:
    """Return one session; names were not asked for."""
    return {"id": number, "state": state, "station": station, "user": None, "domain": None}


def sessions_of(who: Identity) -> Data:
    """Return the subset ``sessions``: nobody on the console, perhaps somebody from outside."""
    found = [session(0, "disconnected", "Services"), session(1, "connected", "Console")]
    if number_of(who.ident, "busy", below=2):
        found.append(session(2 + number_of(who.ident, "session", below=5), "active", "RDP-Tcp#" + str(number_of(who.ident, "tcp", below=90))))
    return {"sessions": [*found, session(65536, "listen", "RDP-Tcp")], "truncated": False}


def licensing_of(who: Identity) -> Data:
    """Return the subset ``licensing`` of a host that is no session host."""
    local = f"{SERVICES_KEY}\\TermService\\Parameters\\LicenseServers"
    return {
        "mode": {"local": value_of(f"{TS}\\RCM\\Licensing Core", 5 if who.release.is_server else None), "policy": value_of(POLICY)},
        "servers": {"local": value_of(local), "policy": value_of(POLICY)},
        "role": table_of(TS, ("TSAppCompat", "TSEnabled"), TSAppCompat=0, TSEnabled=1),
        "grace_period": False,
        "certificates": dict.fromkeys(("Certificate", "X509 Certificate", "X509 Certificate ID", "X509 Certificate2"), False),
    }


def azure_of(who: Identity, *, is_azure: bool = False) -> Data:
    """Return the subset ``azure``."""
    makers = (
        ("VMware, Inc.", "VMware7,1"),
        ("Dell Inc.", "PowerEdge R650"),
        ("HPE", "ProLiant DL380 Gen10 Plus"),
        ("Microsoft Corporation", "Virtual Machine"),
    )
    laptops = (("LENOVO", "21CB00AAGE"), ("HP", "HP EliteDesk 800 G6 Desktop Mini PC"), ("Dell Inc.", "OptiPlex 7090"))
    rows = makers if who.release.is_server else laptops
    maker, product = ("Microsoft Corporation", "Virtual Machine") if is_azure else rows[number_of(who.ident, "maker", below=len(rows))]
    agent, loader = "C:\\WindowsAzure\\Packages\\WindowsAzureGuestAgent.exe", "C:\\WindowsAzure\\Packages\\WaAppAgent.exe"
    return {
        "guest_agent": service_of("WindowsAzureGuestAgent", 2, "running", "LocalSystem", agent) if is_azure else no_service("WindowsAzureGuestAgent"),
        "rd_agent": service_of("RdAgent", 2, "running", "LocalSystem", loader) if is_azure else no_service("RdAgent"),
        "vm_id": is_azure,
        "asset_tag": is_azure,
        "asset_kind": "",
        "hardware": table_of(f"{CONTROL}\\SystemInformation", ("SystemManufacturer", "SystemProductName"), SystemManufacturer=maker, SystemProductName=product),
    }
