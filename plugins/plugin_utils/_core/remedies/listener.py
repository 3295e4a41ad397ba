# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Remedies for listener settings and the service behind them: local values only, what a Group Policy owns is refused."""

from __future__ import annotations

from collections.abc import Mapping

from ..model import Facts, JsonMap, Refusal, RestartClass
from ..operations import Proposal, registry_value, start_service
from ..paths import look_up
from .startable import not_startable

CONNECTIONS = "Remote Desktop Services > Remote Desktop Session Host > Connections"
SECURITY = "Remote Desktop Services > Remote Desktop Session Host > Security"

SERVICE_DLLS = frozenset({"%systemroot%\\system32\\termsrv.dll", "c:\\windows\\system32\\termsrv.dll"})

# setting -> the policy that owns it, below Computer Configuration > Administrative Templates > Windows Components
POLICIES: Mapping[str, str] = {
    "fDenyTSConnections": f'{CONNECTIONS} > "Allow users to connect remotely by using Remote Desktop Services"',
    "UserAuthentication": f'{SECURITY} > "Require user authentication for remote connections by using Network Level Authentication"',
    "SecurityLayer": f'{SECURITY} > "Require use of specific security layer for remote (RDP) connections"',
    "MinEncryptionLevel": f'{SECURITY} > "Set client connection encryption level"',
    "MaxInstanceCount": f'{CONNECTIONS} > "Limit number of connections"',
}


def _sides(facts: Facts, name: str) -> tuple[JsonMap, JsonMap | None] | None:
    """The local and the policy value of a setting, or None when either of them could not be read."""
    found = look_up(facts.document, facts.gaps, f"listener.values.{name}")
    if not found.known or found.value["local"] is None:
        return None
    if found.value["local"]["kind"] == "denied":
        return None
    policy = found.value["policy"]
    if policy is not None and policy["kind"] == "denied":
        return None  # who cannot see whether a policy owns the value does not write beside it
    return found.value["local"], policy


def set_local(facts: Facts, remedy: str, name: str, value: int, *, restart: RestartClass, why: str) -> Proposal:
    """Set one local value of the listener; what a policy owns, and what could not be read, is refused."""
    sides = _sides(facts, name)
    if sides is None:
        return Proposal(refusals=(_cannot_look(remedy, name),))
    local, policy = sides
    if policy is not None and policy["kind"] == "REG_DWORD":  # a value of another kind is ignored by Windows, and here
        return Proposal(refusals=(_policy_owns(remedy, name, policy),))
    if local["kind"] == "REG_DWORD" and local["value"] == value:
        return Proposal()
    return Proposal((registry_value(local, name, kind="REG_DWORD", value=value, restart=restart, why=why),))


def _cannot_look(remedy: str, name: str) -> Refusal:
    return Refusal(remedy, f"the present value of {name} could not be read", "read the host first; nothing is changed blindly", "cannot_look")


def _policy_owns(remedy: str, name: str, policy: JsonMap) -> Refusal:
    return Refusal(
        remedy,
        f"a Group Policy sets {name} to {policy['value']} ({policy['path']}); a local value would change nothing",
        f"change the policy {POLICIES.get(name, name)}",
        "policy_owns",
    )


def require_nla(facts: Facts) -> Proposal:
    """Require Network Level Authentication again."""
    return set_local(facts, "require_nla", "UserAuthentication", 1, restart=RestartClass.NONE, why="requires Network Level Authentication again")


def raise_security_layer(facts: Facts) -> Proposal:
    """Let the listener ask for TLS again."""
    return set_local(facts, "raise_security_layer", "SecurityLayer", 2, restart=RestartClass.NONE, why="lets the listener require TLS again")


def raise_encryption_level(facts: Facts) -> Proposal:
    """Put the encryption level back to client compatible, the level that shipped hosts have."""
    return set_local(facts, "raise_encryption_level", "MinEncryptionLevel", 2, restart=RestartClass.NONE, why="ends the use of the low encryption level")


def enable_listener(facts: Facts) -> Proposal:
    """Switch the listener itself on."""
    why = "switches the RDP-Tcp listener on"
    return set_local(facts, "enable_listener", "fEnableWinStation", 1, restart=restart_of_listener(facts), why=why)


def restart_of_listener(facts: Facts) -> RestartClass:
    """Say what a value waits for that the listener reads when it starts: a stopped service reads it then, a running one has to be restarted."""
    state = look_up(facts.document, facts.gaps, "services.TermService.state")
    return RestartClass.NONE if state.known and state.value == "stopped" else RestartClass.TERM_SERVICE


def allow_connections(facts: Facts) -> Proposal:
    """Allow connections where a policy already does and only the local value disagrees; else say who has to decide."""
    sides = _sides(facts, "fDenyTSConnections")
    if sides is None:
        return Proposal(refusals=(_cannot_look("allow_connections", "fDenyTSConnections"),))
    local, policy = sides
    if policy is not None and policy["kind"] == "REG_DWORD" and policy["value"] == 0 and local["value"] != 0:
        why = "follows the policy that already allows connections, so that a policy refresh no longer ends sessions"
        return Proposal((registry_value(local, "fDenyTSConnections", kind="REG_DWORD", value=0, restart=RestartClass.NONE, why=why),))
    if policy is not None and policy["kind"] == "REG_DWORD":
        return Proposal(refusals=(_policy_owns("allow_connections", "fDenyTSConnections", policy),))
    if local["value"] == 0:
        return Proposal()
    because = "Remote Desktop is switched off on this host, and that may be meant"
    return Proposal(refusals=(Refusal("allow_connections", because, "ask the owner; switching it on needs their consent", "needs_consent"),))


def start_term_service(facts: Facts) -> Proposal:
    """Give TermService its start mode back and start it; a service that was tampered with is left to a person."""
    found = look_up(facts.document, facts.gaps, "services.TermService")
    refused = not_startable(found, "start_term_service", "TermService")
    if refused is not None:
        return refused
    if found.value.get("state") == "running":
        return Proposal()
    library = found.value["ServiceDll"]
    if is_tampered_with(found.value):
        because = f"TermService loads {library['value']} instead of termsrv.dll: a wrapper or worse"
        return Proposal(refusals=(Refusal("start_term_service", because, "find out who changed it; it is reported, never repaired", "by_hand"),))
    return Proposal((start_service("TermService", found.value, why="starts the service that listens for Remote Desktop"),))


def is_tampered_with(service: JsonMap) -> bool:
    """Tell whether TermService loads another library than Windows' own.

    :param service: TermService as the snapshot has it.
    """
    library = service["ServiceDll"]
    return library["kind"] != "absent" and str(library["value"]).casefold() not in SERVICE_DLLS
