# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What to look at next for one cause: what is missing of its evidence, and how to have it; never what was just read. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .model import Cause, Evidence, Facts, Impact, Rank, Strength, View
from .paths import known

MOST = 3  # ways to see more in one sentence; the rest stands among what could not be seen
LEFT_OUT = " was not asked for"  # how the facts end the reason where nobody asked
# what nobody asked for -> how to ask
SWITCHES = {
    "the inside view": "look from inside too (rdp_health_views)",
    "the outside view": "look from outside too (rdp_health_views)",
    "the client view": "name the client (rdp_health_client)",
    "the error code of a client": "tell the code that the client shows (rdp_health_error)",
}
OTHER_WAYS = (  # part of a reason -> what has to be done about it
    ("was denied", "read it with an account that may, an administrator or by become"),
    ("the host could not be read", "make the host readable from inside"),
)
NOTHING_MORE = "nothing more to look at"
REPAIRED = (Rank.CERTAIN, Rank.LIKELY)  # what is merely possible is no reason to change anything


def next_observation(cause: Cause, rank: Rank, speaking_for: Sequence[Evidence], wanted: Sequence[Evidence], facts: Facts) -> str:
    """Say what to look at next.

    :param wanted: what could not be looked at and would make the cause surer.
    :returns: the missing evidence and how to have it; what a person may try where all of it is known; else that nothing more is to be looked
        at, with what would confirm a cause that is repaired. Empty for a cause that is ruled out.
    """
    if rank is Rank.RULED_OUT:
        return ""
    ways = list(dict.fromkeys(way for item in wanted for way in _ways(item)))
    if rank is Rank.CERTAIN or not (ways or cause.by_hand):
        return f"{NOTHING_MORE}; {_confirmed(cause, speaking_for, facts)}" if rank in REPAIRED else f"{NOTHING_MORE} that would make it surer"
    reading = cause.settles if any(item.rule.strength is Strength.STRONG for item in wanted) else ""
    return ". ".join(part for part in ("; ".join(ways[:MOST]), reading, cause.by_hand) if part)


def nobody_asked(item: Evidence) -> bool:
    """Tell whether a piece is missing for no other reason than that nobody asked."""
    return all(reason.endswith(LEFT_OUT) for reason in item.text.split("; "))


def _ways(item: Evidence) -> Iterator[str]:
    for reason in filter(None, item.text.split("; ")):
        switch = SWITCHES.get(reason.removesuffix(LEFT_OUT)) if reason.endswith(LEFT_OUT) else None
        if switch:
            yield switch
        else:
            how = next((way for words, way in OTHER_WAYS if words in reason), "missing now")
            yield f"{how}: {reason}"


def _confirmed(cause: Cause, speaking_for: Sequence[Evidence], facts: Facts) -> str:
    """Say what shows that the cause was the right one: whoever saw the failure looks again."""
    seen_by_client = known(facts, "derived.outside.answers") is True or all(item.rule.view is View.CLIENT for item in speaking_for)
    again = "look again" if cause.impact is not Impact.OUTAGE else "let the client connect again" if seen_by_client else "probe again"
    return f"after the repair, {again}"
