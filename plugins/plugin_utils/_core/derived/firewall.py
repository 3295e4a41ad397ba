# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether Windows Firewall lets Remote Desktop in on the profile that is active: rules by id, port and service, from both hives.

The rule text is the registry form ``v2.33|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=3389|...``; keys repeat, an absent
``Profile`` means every profile. A block rule wins over an allow rule. Display names are never looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..model import JsonMap
from ..paths import dword
from .firewall_limits import MOST_NAMED, first_and_rest, limit_told, limits_of
from .gap import Gap
from .listener import effective_values

TCP = "6"
MAX_PORT_DIGITS = 5
PROFILES = ("domain", "private", "public")
TERM_SERVICE = "termservice"
APP_PACKAGE = frozenset({"apppkgid", "luown", "pfn"})  # a rule of one app or one user; it names no program and no port
SERVICE_HOST = "\\svchost.exe"  # the program that TermService runs in


@dataclass(frozen=True)
class Rule:
    """One firewall rule that concerns the listener's TCP port."""

    id: str
    hive: str
    allows: bool
    active: bool
    profiles: frozenset[str]
    limits: tuple[str, ...]  # the only addresses, interfaces or authenticated peers that it holds for

    @property
    def limited(self) -> bool:
        """Tell whether the rule settles nothing for everybody else."""
        return bool(self.limits)

    @property
    def told(self) -> str:
        """Say whom the rule, a limited one, lets in or keeps out."""
        return limit_told(self.id, self.limits, allows=self.allows)


def parse_rule(rule_id: str, hive: str, text: str, port: int) -> Rule | None:
    """Read a rule text.

    :returns: the rule, or None when it does not concern inbound TCP on ``port``.
    """
    fields: dict[str, list[str]] = {}
    for part in text.split("|"):
        key, sign, value = part.partition("=")
        if sign:
            fields.setdefault(key.casefold(), []).append(value)
    action = _first(fields, "action").casefold()
    if action not in ("allow", "block") or _first(fields, "dir").casefold() != "in" or _first(fields, "protocol", TCP) != TCP:
        return None  # the third action, ByPass, opens the port for authenticated computers only: neither of the two
    if fields.keys() & APP_PACKAGE or not _concerns(fields, port):
        return None
    profiles = frozenset(value.casefold() for value in fields.get("profile", PROFILES))
    return Rule(rule_id, hive, action == "allow", _first(fields, "active").casefold() == "true", profiles, limits_of(fields))


def _first(fields: Mapping[str, list[str]], key: str, default: str = "") -> str:
    return fields.get(key, [default])[0]


def _concerns(fields: Mapping[str, list[str]], port: int) -> bool:
    services = {value.casefold() for value in fields.get("svc", [])}
    programs = [value.casefold() for value in fields.get("app", [])]
    if services and not services & {TERM_SERVICE, "*"}:
        return False
    if programs and not any(program.endswith(SERVICE_HOST) for program in programs):
        return False  # a rule for another program says nothing about the listener, whatever its port
    # Ranges stand under a name of their own, LPort2_10 (MS-GPFAS): a rule without any port name holds for every port.
    ports = [value for key, values in fields.items() if key.startswith("lport") for value in values]
    return any(_covers(text, port) for text in ports) if ports else True


def _covers(text: str, port: int) -> bool:
    low, dash, high = text.partition("-")
    ends = (low, high if dash else low)
    if not all(end.isascii() and end.isdigit() and len(end) <= MAX_PORT_DIGITS for end in ends):
        return False  # a keyword such as RPC-EPMap, or nonsense
    return int(ends[0]) <= port <= int(ends[1])


def rdp_through_firewall(firewall: JsonMap, listener: JsonMap) -> JsonMap:
    """Judge whether a connection to the listener's port passes on every active profile.

    :returns: ``active_profiles``, ``filtering`` (the firewall is on for every active profile), ``lets_rdp_in`` (unknown where it depends on the address),
        ``by_address`` (whether it does), ``limited_rules`` (a sentence for each rule that makes it depend) and ``limited_told`` (those in one),
        ``blocked_by`` (rule id or None), ``blocking_some`` (ids of active rules that keep out certain peers only, as those of ban tools do) and
        whether there are any under ``blocks_some``,
        ``allowed_profiles`` (of active allow rules), ``rule_disabled`` (matching allow rules exist and all are off), ``disabled_rules`` (the local ones),
        ``only_other_profiles`` (allow rules exist, none for the active profile), ``local_rules_ignored``, ``exceptions_refused`` (a profile
        is set to let nothing in, whatever the rules say).
    :raises LookupError: the active profile or the rules of a hive could not be read, or the list of rules was cut short.
    """
    active = firewall["active_profiles"]
    if not active:
        raise LookupError("the active network profile could not be read")
    closed = [f"{hive} ({kind})" for hive, kind in firewall.get("hives", {}).items() if kind]
    if closed:
        raise LookupError(f"the firewall rules of {', '.join(closed)} could not be read")
    if firewall["truncated"]:
        raise LookupError("the list of firewall rules was cut short")
    port = effective_values(listener).get("PortNumber", {}).get("value")
    if port is None:
        raise LookupError("the listener's port could not be read")
    parsed = [parse_rule(rule["id"], rule["hive"], rule["text"], port) for rule in firewall["rules"]]
    rules = [rule for rule in parsed if rule is not None]
    states = {profile: _profile_state(firewall["profiles"][profile], rules, profile) for profile in active}
    allows = [rule for rule in rules if rule.allows]
    allowed = sorted({profile for rule in allows if rule.active for profile in rule.profiles})
    limited = sorted({rule.told for state in states.values() for rule in state["deciding"]})
    some = sorted({name for state in states.values() for name in state["blocking_some"]})
    return {
        "active_profiles": list(active),
        "filtering": all(state["on"] for state in states.values()),
        "lets_rdp_in": _everywhere([state["lets_in"] for state in states.values()], limited),
        "by_address": bool(limited),
        "limited_rules": limited[:MOST_NAMED],
        "limited_told": first_and_rest(limited, "; "),
        "blocked_by": next((state["blocked_by"] for state in states.values() if state["blocked_by"]), None),
        "blocking_some": some,
        "blocks_some": bool(some),
        "allowed_profiles": allowed,
        "disabled_rules": sorted({rule.id for rule in allows if not rule.active and rule.hive == "local"}),
        "rule_disabled": bool(allows) and not any(rule.active for rule in allows),
        "only_other_profiles": bool(allowed) and not set(active) <= set(allowed),
        "local_rules_ignored": any(state["local_rules_ignored"] for state in states.values()),
        "exceptions_refused": any(state["exceptions_refused"] for state in states.values()),
    }


def _let_in(rules: list[Rule], *, open_by_default: bool) -> bool | None:
    """Say whether the rules of one profile let everybody in; None where it depends on who comes from where."""
    if any(rule.limited and not rule.allows for rule in rules):
        return None
    if open_by_default or any(rule.allows and not rule.limited for rule in rules):
        return True
    return None if any(rule.allows for rule in rules) else False


def _deciding(rules: list[Rule], *, open_by_default: bool) -> list[Rule]:
    """Return the rules that make it depend on the peer: limited ones, of which those that let in count only where nothing else lets everybody in."""
    everybody = open_by_default or any(rule.allows and not rule.limited for rule in rules)
    return [rule for rule in rules if rule.limited and not (rule.allows and everybody)]


def _everywhere(answers: list[bool | None], limited: list[str]) -> bool | Gap:
    if None in answers:
        return Gap(f"it depends on who comes from where: {first_and_rest(limited, '; ')}")
    if len(set(answers)) > 1:
        return Gap("it depends on the adapter: one of the active profiles lets Remote Desktop in, another does not")
    return answers[0] is True if answers else True


def _setting(sides: JsonMap, name: str, default: int) -> int:
    for side in ("policy", "local"):
        value = (sides.get(side) or {}).get(name)
        if value is not None and value["kind"] == "denied":
            raise LookupError(f"access to {value['path']} was denied")
        number = None if value is None else dword(value)
        if number is not None:
            return number
    return default


def _profile_state(sides: JsonMap, rules: list[Rule], profile: str) -> dict[str, Any]:
    on = _setting(sides, "EnableFirewall", 1) != 0
    block_all = _setting(sides, "DoNotAllowExceptions", 0) != 0
    ignored = _setting(sides, "AllowLocalPolicyMerge", 1) == 0
    open_by_default = _setting(sides, "DefaultInboundAction", 1) == 0
    counting = [rule for rule in rules if rule.active and profile in rule.profiles and not (ignored and rule.hive == "local")]
    blocking = next((rule.id for rule in counting if not rule.allows and not rule.limited), None)
    closed = block_all or blocking is not None
    lets_in = True if not on else False if closed else _let_in(counting, open_by_default=open_by_default)
    return {
        "on": on,
        "lets_in": lets_in,
        "deciding": _deciding(counting, open_by_default=open_by_default) if lets_in is None else [],
        "blocked_by": blocking if on else None,
        "blocking_some": [rule.id for rule in counting if on and rule.limited and not rule.allows],
        "local_rules_ignored": on and ignored,
        "exceptions_refused": on and block_all,
    }
