# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The security floor: properties that no plan may lower, measured before and after.

Each line turns facts into a strength (higher is stronger) or None when it could not be looked at. A host below the minimum is a
finding; a plan whose prediction is weaker than the host was before is refused, whatever it repairs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .model import Facts, Operation
from .paths import look_up


@dataclass(frozen=True)
class FloorLine:
    """One property: how strong it is on a host, and how strong it has to be."""

    minimum: int
    strength: Callable[[Facts], int | None]


def _number(facts: Facts, path: str) -> int | None:
    found = look_up(facts.document, facts.gaps, path)
    return found.value if found.known and isinstance(found.value, int) else None


def _oracle(facts: Facts) -> int | None:
    value = _number(facts, "derived.credssp.oracle")
    return None if value is None else 2 - min(value, 2)


def _legacy_tls(facts: Facts) -> int | None:
    found = look_up(facts.document, facts.gaps, "derived.tls")
    if not found.known:
        return None
    return -sum(1 for version in ("tls10", "tls11") if found.value[version]["enabled"])


def _firewall(facts: Facts) -> int | None:
    found: Any = look_up(facts.document, facts.gaps, "derived.firewall.filtering")
    return int(found.value) if found.known else None


def _closed_on_public(facts: Facts) -> int | None:
    found: Any = look_up(facts.document, facts.gaps, "derived.firewall")
    if not found.known:
        return None
    if "public" not in found.value["active_profiles"]:
        return 1
    if "lets_rdp_in" not in found.value:
        return None
    return int(not found.value["lets_rdp_in"])


LINES: Mapping[str, FloorLine] = {
    "nla": FloorLine(1, lambda facts: _number(facts, "derived.effective.UserAuthentication.value")),
    "security_layer": FloorLine(1, lambda facts: _number(facts, "derived.effective.SecurityLayer.value")),
    "min_encryption_level": FloorLine(2, lambda facts: _number(facts, "derived.effective.MinEncryptionLevel.value")),
    "encryption_oracle": FloorLine(1, _oracle),
    "tls": FloorLine(-2, _legacy_tls),  # TLS 1.0 and 1.1 are on by default: only switching one on anew is a breach
    "firewall": FloorLine(1, _firewall),
    "public_profile": FloorLine(0, _closed_on_public),  # a host that is open there may be meant so: only opening it anew is a breach
}


# Name of a value -> the line that it is about; those of Schannel stand for TLS 1.0 and 1.1 alone.
VALUES: Mapping[str, str] = {
    "userauthentication": "nla",
    "securitylayer": "security_layer",
    "fallowsecprotocolnegotiation": "security_layer",
    "minencryptionlevel": "min_encryption_level",
    "allowencryptionoracle": "encryption_oracle",
}
OLD_TLS = re.compile(r"\\tls 1\.[01]\\", re.IGNORECASE)


def touched(operation: Operation) -> frozenset[str]:
    """Name the lines that an operation is about, whichever way it moves them."""
    if operation.kind == "firewall_rule":
        return frozenset({"public_profile"} if operation.ensure["active"] else ())
    if operation.kind != "registry_value":
        return frozenset()
    if OLD_TLS.search(str(operation.target["key"])):
        return frozenset({"tls"})
    line = VALUES.get(str(operation.target["value"]).casefold())
    return frozenset({line} if line else ())


def unseen(before: Facts, operations: Iterable[Operation]) -> tuple[str, ...]:
    """Name the lines that operations are about although nobody knows how strong they are: whether they sink then, nobody could say."""
    wanted = frozenset(name for operation in operations for name in touched(operation))
    return tuple(name for name, line in LINES.items() if name in wanted and line.strength(before) is None)


def floor_state(facts: Facts) -> dict[str, str]:
    """Say for each line of the floor whether the host keeps it: ``kept``, ``broken`` or ``unknown``."""
    return {name: _state(line, line.strength(facts)) for name, line in LINES.items()}


def _state(line: FloorLine, strength: int | None) -> str:
    if strength is None:
        return "unknown"
    return "kept" if strength >= line.minimum else "broken"


def lowered(before: Facts, after: Facts) -> tuple[str, ...]:
    """Name the lines that are weaker after than before; a line that can no longer be looked at counts as weaker."""
    names = []
    for name, line in LINES.items():
        was, is_now = line.strength(before), line.strength(after)
        if was is not None and (is_now is None or is_now < was):
            names.append(name)
    return tuple(names)
