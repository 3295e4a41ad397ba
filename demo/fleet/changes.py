# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What can be different on a host: each function changes the data of a healthy snapshot in place.

Every function takes the `subsets` of a snapshot, writes what a real host would show and touches nothing else.
None of them knows how the collection diagnoses anything.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import crypto, firewall, surroundings, values
from .certificates import Shelf, Wanted
from .listener import POLICY, RDP_TCP

Subsets = dict[str, Any]  # JSON data: every subset has a shape of its own
Change = Callable[[Subsets], None]

_SERVICE_DISABLED = 4


def session_env_disabled(subsets: Subsets) -> None:
    """Switch off Remote Desktop Configuration, as a "service cleaner" does."""
    service = subsets["services"]["data"]["SessionEnv"]
    service["state"] = "stopped"
    service["Start"] = values.dword(service["Start"]["path"], _SERVICE_DISABLED)


def key_file_without_network_service(subsets: Subsets) -> None:
    """Leave the key file to SYSTEM and Administrators, as after a take-over of ownership and a new ACL."""
    _set_key_permissions(subsets, "O:BAG:SYD:PAI(A;;FA;;;SY)(A;;FA;;;BA)")


def key_file_with_session_env(subsets: Subsets) -> None:
    """Give the service SID of SessionEnv its own entry on the key file, as some releases do."""
    entry = "(A;;FA;;;S-1-5-80-4022436659-1090538466-1613889075-870485073-3428993833)"
    _set_key_permissions(subsets, crypto.KEY_FILE_SDDL + entry)


def encryption_oracle_vulnerable(subsets: Subsets) -> None:
    """Leave behind the value with which people got around the CredSSP update of 2018."""
    data = subsets["credssp"]["data"]
    data["AllowEncryptionOracle"] = values.dword(data["AllowEncryptionOracle"]["path"], 2)


def nla_off(subsets: Subsets) -> None:
    """Switch off Network Level Authentication on the listener itself."""
    _set_local(subsets, "UserAuthentication", 0)


def tls_servers_off(subsets: Subsets) -> None:
    """Switch off TLS 1.0, 1.1 and 1.2 for servers, as a hardening script does that means to leave TLS 1.3."""
    protocols = subsets["tls"]["data"]["protocols"]
    for key in ("tls10", "tls11"):
        protocols[key] = crypto.protocol_switches(key, server=(0, 1), client=(0, 1))
    protocols["tls12"] = crypto.protocol_switches("tls12", server=(0, 1), client=(1, 0))


def old_algorithms_off(subsets: Subsets) -> None:
    """Switch off what no client of today needs, and ask for long Diffie-Hellman numbers."""
    data = subsets["tls"]["data"]
    data["ciphers"] = values.answers(*(crypto.algorithm("Ciphers", name, enabled=0) for name in ("DES 56/56", "NULL", "RC4 128/128", "RC4 40/128")))
    data["hashes"] = values.answers(crypto.algorithm("Hashes", "MD5", enabled=0))
    data["key_exchange"] = values.answers(crypto.algorithm("KeyExchangeAlgorithms", "Diffie-Hellman", smallest_key=2048))


def logons_hardened(subsets: Subsets) -> None:
    """Keep guests out, let nobody in over the network who is not known, and accept NTLM version 2 alone."""
    data = subsets["logon"]["data"]
    for right in ("SeDenyNetworkLogonRight", "SeDenyRemoteInteractiveLogonRight"):
        data["rights"][right] = values.answers(surroundings.GUESTS)
    data["rights"]["SeNetworkLogonRight"] = values.answers(surroundings.ADMINISTRATORS, surroundings.AUTHENTICATED_USERS)
    data["values"]["LmCompatibilityLevel"] = values.dword(data["values"]["LmCompatibilityLevel"]["path"], 5)


def old_tls_off(subsets: Subsets) -> None:
    """Switch off TLS 1.0 and 1.1 on both sides and nothing else: ordinary, harmless hardening."""
    protocols = subsets["tls"]["data"]["protocols"]
    for key in ("tls10", "tls11"):
        protocols[key] = crypto.protocol_switches(key, server=(0, 1), client=(0, 1))


def rules_for_domain_and_private(subsets: Subsets) -> None:
    """Limit the built-in firewall rules to the domain and the private profile; the host is on a public one."""
    data = subsets["firewall"]["data"]
    version = data["rules"][0]["text"].partition("|")[0]
    data["rules"] = firewall.built_in_rules(version, web_sockets=True, profiles=("Domain", "Private"))
    data["active_profiles"] = ["public"]


def connections_denied_by_policy(subsets: Subsets) -> None:
    """Let a policy deny Remote Desktop while the local value allows it: TermService runs and listens no longer."""
    _set_policy(subsets, "fDenyTSConnections", 1)
    for family in ("ipv4", "ipv6"):
        listening = subsets["ports"]["data"][family]
        listening["items"] = [entry for entry in listening["items"] if entry["port"] != 3389]
    found = subsets["sessions"]["data"]
    found["sessions"] = [entry for entry in found["sessions"] if entry["station"] != "RDP-Tcp"]


def security_by_policy(subsets: Subsets) -> None:
    """Let a policy demand what is good anyway: NLA, TLS and high encryption."""
    for name, value in (("UserAuthentication", 1), ("SecurityLayer", 2), ("MinEncryptionLevel", 3)):
        _set_policy(subsets, name, value)


def keep_alive_by_policy(subsets: Subsets) -> None:
    """Set the three keep-alive values, as guidance for hosts in a cloud has it."""
    for name in ("KeepAliveEnable", "KeepAliveInterval", "KeepAliveTimeout"):
        _set_policy(subsets, name, 1)


def licensed_by_policy(subsets: Subsets) -> None:
    """Let a policy say how the session host is licensed, and by whom; nothing is set on the host itself."""
    data = subsets["licensing"]["data"]
    (server,) = data["servers"]["local"]["value"]
    data["mode"] = {"local": values.dword(data["mode"]["local"]["path"], 5), "policy": values.dword(POLICY, 4)}
    data["servers"] = {"local": values.absent(data["servers"]["local"]["path"]), "policy": values.text(POLICY, server)}


def firewall_on_by_policy(subsets: Subsets) -> None:
    """Let a policy keep the firewall on for the domain profile."""
    switches = subsets["firewall"]["data"]["profiles"]["domain"]["policy"]
    switches["EnableFirewall"] = values.dword(switches["EnableFirewall"]["path"], 1)
    switches["DefaultInboundAction"] = values.dword(switches["DefaultInboundAction"]["path"], 1)


def other_program_allowed_on_the_port(subsets: Subsets) -> None:
    """Add the firewall rule of another program that names the same port."""
    data = subsets["firewall"]["data"]
    version = data["rules"][0]["text"].partition("|")[0]
    program = "App=C:\\Program Files\\Example Jump Host\\agent.exe|Name=Example Jump Host agent|Desc=Allows sessions from the jump hosts|"
    text = f"{version}|Action=Allow|Active=TRUE|Dir=In|Protocol=6|Profile=Domain|LPort=3389|RA4=192.0.2.240/255.255.255.248|{program}"
    data["rules"].append(firewall.rule("{7E0C2B7A-6C1F-4B0E-9D35-2E6E0B1C5A44}", text))


def people(*found: tuple[int, str, str]) -> Change:
    """Return the change that lets these sessions be there beside the fixed ones.

    :param found: number, state and station of each
    """

    def change(subsets: Subsets) -> None:
        entries = subsets["sessions"]["data"]["sessions"]
        numbers = {number for number, *dummy in found}
        kept = [entry for entry in entries if entry["id"] not in numbers]
        subsets["sessions"]["data"]["sessions"] = sorted([*kept, *(surroundings.session(*entry) for entry in found)], key=_number)

    return change


def clock_service_at_rest(subsets: Subsets) -> None:
    """Let the clock's service be stopped, as it mostly is outside of a domain: a task starts it for a moment."""
    subsets["time"]["data"]["service"]["state"] = "stopped"


def machine_certificate_of_a_ca(wanted: Wanted, shelf: Shelf) -> Change:
    """Return the change that puts a CA's machine certificate into the personal store; nothing is bound to it."""

    def change(subsets: Subsets) -> None:
        entry = crypto.stored_certificate(shelf.get(wanted), container="te-Machine-5d2c41f0-93a7-4f58-8c64-0d7b1b7e92aa", cng=True)
        subsets["certificate"]["data"]["stores"]["my"]["certificates"].append(entry)

    return change


def _number(entry: dict[str, Any]) -> int:
    return int(entry["id"])


def _set_key_permissions(subsets: Subsets, sddl: str) -> None:
    # The key of the bound certificate is the one in the listener's own file.
    data = subsets["key_store"]["data"]
    for key in (data["listener_key"], *data["bound_keys"]["items"]):
        key["sddl"] = sddl


def _set_local(subsets: Subsets, name: str, value: int) -> None:
    subsets["listener"]["data"]["values"][name]["local"] = values.dword(RDP_TCP, value)


def _set_policy(subsets: Subsets, name: str, value: int) -> None:
    subsets["listener"]["data"]["values"][name]["policy"] = values.dword(POLICY, value)
