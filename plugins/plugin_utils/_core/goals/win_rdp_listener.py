# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The goal of win_rdp_listener: local settings of the listener. What a Group Policy owns is refused with the policy; what weakens, with the better way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any  # Any: what a module answers is JSON

from ..derived.listener import UNLIMITED
from ..model import Facts, Refusal, RestartClass
from ..operations import Proposal
from ..paths import look_up
from ..remedies.listener import POLICIES, allow_connections, restart_of_listener, set_local
from . import Extras, Goal, cannot_look, goal_of, only
from .restarting import restart_of_term_service

SUBSETS = ("os", "listener", "services", "sessions", "firewall", "ports")
SECURITY_LAYERS: Mapping[str, int] = {"rdp": 0, "negotiate": 1, "tls": 2}
ENCRYPTION_LEVELS: Mapping[str, int] = {"low": 1, "client_compatible": 2, "high": 3, "fips": 4}
DRAINS: Mapping[str, int] = {"none": 0, "until_restart": 1, "permanent": 2}
LISTENER = frozenset({"listener"})


@dataclass(frozen=True)
class Wish:
    """What somebody wants; None leaves a setting alone.

    :ivar max_connections: 0 for no limit.
    :ivar allow_session_disconnect: people who are connected may be cut off.
    :ivar break_glass: whether a breach of the floor was asked for, with owner, reason and end.
    """

    enabled: bool | None = None
    nla: bool | None = None
    security_layer: str | None = None
    min_encryption_level: str | None = None
    port: int | None = None
    max_connections: int | None = None
    drain: str | None = None
    allow_session_disconnect: bool = False
    break_glass: bool = False


@dataclass(frozen=True)
class Guarded:
    """A setting that the floor looks at.

    :ivar line: the line of the floor.
    :ivar harm: what less of it does.
    :ivar instead: what is done instead.
    """

    line: str
    harm: str
    instead: str


GUARDED: Mapping[str, Guarded] = {
    "UserAuthentication": Guarded(
        "nla",
        "without Network Level Authentication everybody who reaches the port reaches the logon screen and what lies before it, and the cause stays",
        "let rdp_check name the cause; a client that cannot do it is updated",
    ),
    "SecurityLayer": Guarded(
        "security_layer",
        "a lower security layer lets a connection begin without knowing who the server is, and with 0 those that require Network Level Authentication end",
        "repair the certificate (win_rdp_cert) or TLS, which is what fails",
    ),
    "MinEncryptionLevel": Guarded(
        "min_encryption_level",
        "a lower encryption level helps nobody who speaks TLS and leaves the others with ciphers that are broken",
        "leave it, or set client_compatible on a host that has less",
    ),
}


def propose(facts: Facts, wish: Wish) -> Goal:
    """Say what is to do so that the listener is set as somebody wants it."""
    wanted = _wanted(wish)
    extras = Extras(
        meant=LISTENER if wish.enabled is False else frozenset(),
        lifted=frozenset(guarded.line for guarded in GUARDED.values()) if wish.break_glass else frozenset(),
        answer=_told(facts),
        warnings=_wrong_kinds(facts, frozenset(wanted)),
    )
    against = [refusal for refusal in (_weaker(facts, wish, name, value) for name, value in wanted.items()) if refusal]
    against += [*_cutting_off(facts, wish), *_taken_port(facts, wish)]
    proposals = [_set(facts, name, value) for name, value in wanted.items()]
    if any(operation.restart is RestartClass.TERM_SERVICE for proposal in proposals for operation in proposal.operations):
        proposals.append(only(*restart_of_term_service(facts, why="the listener takes its new settings when its service starts")))
    return goal_of(proposals, against, extras)


def _wanted(wish: Wish) -> dict[str, int]:
    """Return the values that are wanted, by name, in the order in which they are set: what opens the listener comes last."""
    wanted: dict[str, int | None] = {
        "UserAuthentication": None if wish.nla is None else int(wish.nla),
        "SecurityLayer": SECURITY_LAYERS[wish.security_layer] if wish.security_layer else None,
        "MinEncryptionLevel": ENCRYPTION_LEVELS[wish.min_encryption_level] if wish.min_encryption_level else None,
        "MaxInstanceCount": None if wish.max_connections is None else wish.max_connections or UNLIMITED,
        "TSServerDrainMode": DRAINS[wish.drain] if wish.drain else None,
        "PortNumber": wish.port,
        "fLogonDisabled": 0 if wish.enabled else None,
        "fEnableWinStation": 1 if wish.enabled else None,
        "fDenyTSConnections": None if wish.enabled is None else int(not wish.enabled),
    }
    return {name: value for name, value in wanted.items() if value is not None}


WHY: Mapping[str, str] = {
    "UserAuthentication": "sets whether Network Level Authentication is required",
    "SecurityLayer": "sets the security layer of the listener",
    "MinEncryptionLevel": "sets the lowest encryption level of the listener",
    "MaxInstanceCount": "sets how many connections the listener takes",
    "TSServerDrainMode": "sets whether new logons are taken",
    "PortNumber": "sets the port of the listener",
    "fLogonDisabled": "lets people log on by this listener",
    "fEnableWinStation": "switches the RDP-Tcp listener on",
    "fDenyTSConnections": "sets whether connections are allowed at all",
}
WHEN_IT_STARTS = frozenset({"PortNumber", "fEnableWinStation"})
DISPUTED_DEFAULT = "SecurityLayer"  # sources differ on what a missing value means, so that it is written down


def _set(facts: Facts, name: str, value: int) -> Proposal:
    in_force = look_up(facts.document, facts.gaps, f"derived.effective.{name}").value or {}
    if in_force.get("value") == value and not in_force["wrong_kind"]:
        if in_force["source"] == "policy" and name == "fDenyTSConnections" and value == 0:
            return allow_connections(facts)  # the local value has to agree, or a policy refresh may end sessions
        if in_force["source"] == "policy" or (in_force["source"] == "default" and name != DISPUTED_DEFAULT):
            return Proposal()
    restart = restart_of_listener(facts) if name in WHEN_IT_STARTS else RestartClass.NONE
    return set_local(facts, "listener", name, value, restart=restart, why=WHY[name])


def _weaker(facts: Facts, wish: Wish, name: str, value: int) -> Refusal | None:
    """Refuse what lowers the floor, in words that say what it does and what helps."""
    guarded = GUARDED.get(name)
    if guarded is None or wish.break_glass:
        return None
    in_force = look_up(facts.document, facts.gaps, f"derived.effective.{name}.value")
    if not in_force.known:
        return cannot_look(f"what {name} is", in_force.why)
    if value >= in_force.value:
        return None
    return Refusal(name, guarded.harm, f"{guarded.instead}; for hours, with a name to it, there is break_glass", "never_weaker")


def _cutting_off(facts: Facts, wish: Wish) -> tuple[Refusal, ...]:
    """Refuse to switch the listener off over people's heads: a policy refresh may end their sessions."""
    denied = look_up(facts.document, facts.gaps, "derived.effective.fDenyTSConnections.value")
    if wish.enabled is not False or wish.allow_session_disconnect or denied.value == 1:
        return ()
    sessions = look_up(facts.document, facts.gaps, "derived.sessions.live")
    if sessions.known and sessions.value == 0:
        return ()
    who = f"{sessions.value} session(s) of people are there" if sessions.known else f"nobody knows who is connected ({sessions.why})"
    because = f"{who}, and switching Remote Desktop off may end them"
    return (Refusal("enabled", because, "say allow_session_disconnect: true, or ask for drain: permanent and wait", "needs_consent"),)


def _taken_port(facts: Facts, wish: Wish) -> tuple[Refusal, ...]:
    """Refuse a port at which another program listens: the listener would not come up again."""
    ports, in_force = (look_up(facts.document, facts.gaps, path) for path in ("ports", "derived.effective.PortNumber.value"))
    if wish.port is None or wish.port == in_force.value or not ports.known:
        return ()
    if not any(entry["port"] == wish.port for family in ("ipv4", "ipv6") for entry in ports.value[family]["items"]):
        return ()
    because = f"another program listens at port {wish.port}, so that Remote Desktop could not"
    return (Refusal("port", because, "choose a port that is free; a changed port hides a host from nobody", "lock_out"),)


def _wrong_kinds(facts: Facts, wanted: frozenset[str]) -> tuple[str, ...]:
    effective = look_up(facts.document, facts.gaps, "derived.effective").value or {}
    names = sorted(name for name, value in effective.items() if value["wrong_kind"] and name not in wanted)
    return tuple(f"{name} is of a kind that Windows ignores; ask for a value of it, and it is written as a number" for name in names)


def _told(facts: Facts) -> dict[str, Any]:
    effective = look_up(facts.document, facts.gaps, "derived.effective").value or {}
    values = look_up(facts.document, facts.gaps, "listener.values").value or {}
    sessions = look_up(facts.document, facts.gaps, "derived.sessions.live")
    settings = {}
    for name, found in effective.items():
        owned = found["source"] == "policy"
        settings[name] = {
            **{part: found[part] for part in ("value", "source", "wrong_kind")},
            "policy": POLICIES.get(name, name) if owned else None,
            "policy_path": values[name]["policy"]["path"] if owned else None,
        }
    return {"settings": settings, "sessions": sessions.value if sessions.known else None}
