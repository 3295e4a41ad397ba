# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lock-out forecast: after a plan there has to be a known way in, for people by Remote Desktop and for Ansible by its own connection.

Each line is a way in that a change of this collection could close without meaning to. What was closed before is no matter of the plan;
what can no longer be told after it counts as closed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any  # Any: facts are JSON values

from .model import Facts, Operation, Refusal, Risk
from .paths import Found, look_up

NEWEST_ONLY = 0  # AllowEncryptionOracle: force updated clients


@dataclass(frozen=True)
class Way:
    """One way in: whether it is open on a host (None: unknown), what closing it means and what is done instead."""

    is_open: Callable[[Facts], bool | None]
    because: str
    instead: str


def _value(facts: Facts, name: str) -> Any:
    found = look_up(facts.document, facts.gaps, f"derived.effective.{name}.value")
    return found.value if found.known else None


def _listens(facts: Facts) -> bool | None:
    wanted = (("fDenyTSConnections", 0), ("fEnableWinStation", 1), ("fLogonDisabled", 0))
    values = [(_value(facts, name), right) for name, right in wanted]
    return None if any(value is None for value, dummy in values) else all(value == right for value, right in values)


def _let_in(facts: Facts) -> bool | None:
    found: Found = look_up(facts.document, facts.gaps, "derived.firewall.lets_rdp_in")
    return bool(found.value) if found.known else None


def _speaks(facts: Facts) -> bool | None:
    found = look_up(facts.document, facts.gaps, "derived.tls.modern.enabled")
    return bool(found.value) if found.known else None


def _takes_clients(facts: Facts) -> bool | None:
    found = look_up(facts.document, facts.gaps, "derived.credssp.oracle")
    return found.value != NEWEST_ONLY if found.known else None


WAYS: Mapping[str, Way] = {
    "listener": Way(_listens, "nobody could connect by Remote Desktop any more", "switch it off by name, with state: disabled, where that is meant"),
    "firewall": Way(_let_in, "the firewall would no longer let Remote Desktop in", "open the port first, then move the listener to it"),
    "tls": Way(_speaks, "no version of TLS would be left that current clients speak", "leave TLS 1.2 on"),
    "clients": Way(
        _takes_clients,
        "clients without the CVE-2018-0886 fix could no longer connect, and nobody has said that all have it",
        "say so with clients_are_patched: true, or use mitigated, which keeps them able to connect",
    ),
}


# Name of a value -> the ways in that it may close, and the number with which it can only open them; None: any number may close one.
TOUCHED: Mapping[str, tuple[frozenset[str], int | None]] = {
    "portnumber": (frozenset({"firewall", "listener"}), None),
    "fdenytsconnections": (frozenset({"listener"}), 0),
    "fenablewinstation": (frozenset({"listener"}), 1),
    "flogondisabled": (frozenset({"listener"}), 0),
    "allowencryptionoracle": (frozenset({"clients"}), None),
}
NOTHING: frozenset[str] = frozenset()


def touched(operation: Operation) -> frozenset[str]:
    """Name the ways in that an operation may close."""
    if operation.kind == "firewall_rule":
        return NOTHING if operation.ensure["active"] else frozenset({"firewall"})
    if operation.kind != "registry_value":
        return NOTHING
    number = operation.ensure["value"] if operation.ensure["kind"] == "REG_DWORD" else None
    if "schannel" in str(operation.target["key"]).casefold():
        on = number is None or (number != 0) is (str(operation.target["value"]).casefold() == "enabled")
        return NOTHING if on else frozenset({"tls"})
    ways, opening = TOUCHED.get(str(operation.target["value"]).casefold(), (NOTHING, None))
    return NOTHING if opening is not None and number == opening else ways


def unseen(before: Facts, operations: Iterable[Operation], meant: frozenset[str] = NOTHING) -> tuple[str, ...]:
    """Name the ways in that operations may close although nobody knows whether they are open."""
    wanted = frozenset(name for operation in operations for name in touched(operation)) - meant
    return tuple(name for name, way in WAYS.items() if name in wanted and way.is_open(before) is None)


def lockouts(before: Facts, after: Facts, operations: Iterable[Operation], meant: frozenset[str] = frozenset()) -> tuple[Refusal, ...]:
    """Name the ways in that a plan would close.

    :param after: the facts as predicted after the operations.
    :param meant: names of ways that somebody asked to close, in so many words.
    :returns: one refusal per way; any of them stands against the whole plan.
    """
    refusals = [_closed(name, way) for name, way in WAYS.items() if name not in meant and _closes(way, before, after)]
    for operation in operations:
        if operation.risk is Risk.MAY_CUT_CONNECTION:
            because = "it may cut the connection that Ansible itself came in by"
            refusals.append(Refusal(operation.kind, because, "change it by another way in", "lock_out"))
    return tuple(refusals)


def _closes(way: Way, before: Facts, after: Facts) -> bool:
    return way.is_open(before) is True and way.is_open(after) is not True


def _closed(name: str, way: Way) -> Refusal:
    return Refusal(name, way.because, way.instead, "lock_out")
