# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What limits a firewall rule to certain peers, in words: the addresses that it names, or that it asks for an interface or a proof of identity.

The addresses are those of the rule's text as they stand there: ``192.0.2.0/255.255.255.0``, a range, or a word such as ``LocalSubnet``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

# What makes a rule hold for some peers only (MS-GPFAS). Further ones of a kind stand under names of their own: RA42, RA6_2.
REMOTE = ("ra4", "ra6")
OTHERS = {
    "la4": "addresses of the host", "la6": "addresses of the host", "if": "certain adapters", "security": "protected connections",
    "rmauth": "certain computers", "ruauth": "certain people", "luauth": "certain people",
}  # fmt: skip
MOST_NAMED = 5  # addresses of a rule, and rules of a host: a ban tool writes thousands, and a reader wants to see what they are like
MOST_CHARACTERS = 64  # of an address; anything longer is none


def limits_of(fields: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return what a rule is limited to, the remote addresses first; empty where it holds for everybody.

    :param fields: the rule's fields by their names in lower case.
    """
    # One word stands in the fields of both families often.
    remote = dict.fromkeys(value[:MOST_CHARACTERS] for key, values in fields.items() if key.startswith(REMOTE) for value in values)
    others = dict.fromkeys(words for key in fields for prefix, words in OTHERS.items() if key.startswith(prefix))
    return (*remote, *others)


def limit_told(rule_id: str, limits: Sequence[str], *, allows: bool) -> str:
    """Say whom a limited rule lets in or keeps out."""
    return f"{rule_id} {'lets in only' if allows else 'keeps out'} {first_and_rest(limits, ', ')}"


def first_and_rest(parts: Iterable[str], between: str) -> str:
    """Join the first few, and say how many more there are."""
    every = list(parts)
    rest = f" and {len(every) - MOST_NAMED} more" if len(every) > MOST_NAMED else ""
    return between.join(every[:MOST_NAMED]) + rest
