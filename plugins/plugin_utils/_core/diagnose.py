# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Name the causes: weigh the evidence for and against each, and say what would settle it.

How the rank comes about, in the order of the questions:

1. Something that makes the cause impossible holds            -> ruled_out. Impossible at the time of the look, and of this host: what holds
   now says little about an error of yesterday, a probe from here nothing about other addresses, the state of a host nothing about one
   account, and what another machine answered in its place nothing at all. Where that is all there is, it speaks against the cause.
2. Nothing speaks for it                                      -> not named at all.
3. A strong piece and another of an independent source,
   none against                                              -> certain.
4. One strong piece that outweighs what speaks against        -> likely.
5. Anything else that speaks for it                           -> possible.
6. A cause that brings this one about is certain or likely    -> likely at most, and behind it: to repair the consequence would repair nothing.
7. Another cause explains the same symptom                    -> the symptom is no second piece of evidence for either of them.

Among causes of the same rank the greater score comes first, then the one that is more usual for what the probe saw.

Two pieces are independent when they rest on different sources (a snapshot subset, a step of the probe). What could not be looked at
never counts, neither way: it is listed as missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from .conditions import evaluate_condition, truth_of
from .model import Cause, Evidence, EvidenceRule, Facts, Impact, Rank, RankedCause, Speaks, Strength, View
from .next_look import next_observation, nobody_asked
from .paths import known
from .sentences import fill

WEIGHTS = {Strength.STRONG: 2, Strength.SUPPORTING: 1}
# What ends a connection looks alike from outside for many causes.
SYMPTOMS = frozenset({"probe.symptom", "probe.ended_at", "derived.client_error.code", "derived.client_error.extended", "derived.client_error.status"})
PROVEN = (Rank.CERTAIN, Rank.LIKELY)
RANK_ORDER = {rank: index for index, rank in enumerate(Rank)}


def diagnose(facts: Facts, causes: Iterable[Cause], usual: Mapping[str, Sequence[str]] | None = None) -> tuple[RankedCause, ...]:
    """Rank the causes that anything speaks for, surest first.

    :param usual: word of the probe -> ids of causes, the most usual first; a cause that is not among them comes after these.
    :returns: causes with evidence for them; those that are ruled out come last, so that a reader sees what was considered and why it fell.
    """
    ranked = [cause for cause in (_weigh(cause, facts) for cause in causes) if cause is not None]
    active = {item.cause.id: item for item in ranked if item.rank in PROVEN}
    settled = [_behind_its_cause(_beside_another(item, active.values()), active) for item in ranked]
    order = {name: place for place, name in enumerate(_usual_here(facts, usual or {}))}
    return tuple(
        sorted(
            settled,
            key=lambda item: (RANK_ORDER[item.rank], _is_consequence(item, active), -item.score, order.get(item.cause.id, len(order)), item.cause.id),
        )
    )


def _usual_here(facts: Facts, usual: Mapping[str, Sequence[str]]) -> Sequence[str]:
    return usual.get(known(facts, "probe.symptom"), ())


def _beside_another(item: RankedCause, active: Iterable[RankedCause]) -> RankedCause:
    """Return a certain cause as likely where it is so by a symptom alone that another cause, proven as well, explains too."""
    rival = next((other for other in active if _are_rivals(item, other)), None) if item.rank is Rank.CERTAIN else None
    if rival is None:
        return item
    own = {piece.rule.source for piece in item.evidence_for if not _symptoms(piece) & _symptoms_of(rival)}
    if len(own) >= 2:
        return item
    told = f"{rival.cause.id} ({rival.cause.title}) explains what was seen from outside as well; put one of them right, then look again"
    return replace(item, rank=Rank.LIKELY, next_observation=told)


def _are_rivals(one: RankedCause, other: RankedCause) -> bool:
    related = one.cause.id in (other.cause.id, *other.cause.follows_from) or other.cause.id in one.cause.follows_from
    return not related and other.cause.impact is one.cause.impact and bool(_symptoms_of(one) & _symptoms_of(other))


def _symptoms_of(item: RankedCause) -> frozenset[str]:
    return frozenset().union(*(_symptoms(piece) for piece in item.evidence_for))


def _symptoms(piece: Evidence) -> frozenset[str]:
    """Return the symptoms that a piece of evidence rests on; none where it looks at something else too."""
    paths = frozenset(seen.path for seen in piece.observations)
    return paths if paths <= SYMPTOMS else frozenset()


def proven_outages(causes: Iterable[RankedCause]) -> list[RankedCause]:
    """Return the causes of an outage that are certain or likely, in their order."""
    return [ranked for ranked in causes if ranked.rank in PROVEN and ranked.cause.impact is Impact.OUTAGE]


def _is_consequence(item: RankedCause, active: Mapping[str, RankedCause]) -> bool:
    return any(name in active for name in item.cause.follows_from)


def _behind_its_cause(item: RankedCause, active: Mapping[str, RankedCause]) -> RankedCause:
    first = next((active[name] for name in item.cause.follows_from if name in active), None)
    if first is None or item.rank is Rank.RULED_OUT:
        return item
    rank = Rank.LIKELY if item.rank is Rank.CERTAIN else item.rank
    told = f"This follows from {first.cause.id} ({first.cause.title}); put that right first, then look again"
    return replace(item, rank=rank, next_observation=told)


def _weigh(cause: Cause, facts: Facts) -> RankedCause | None:
    if not any(truth_of(rule.when, facts) for rule in cause.evidence if rule.speaks is Speaks.FOR):
        return None  # most causes, on most hosts: no sentence is written about them
    elsewhere = _another_machine_answered(facts)
    evidence = [_look(_of_this_host(rule) if elsewhere else rule, facts) for rule in cause.evidence]
    found = [item for item in evidence if item.holds]
    speaking_for = tuple(item for item in found if item.rule.speaks is Speaks.FOR)
    against = tuple(item for item in found if item.rule.speaks is not Speaks.FOR)
    missing = tuple(item for item in evidence if item.holds is None)
    score = sum(WEIGHTS[item.rule.strength] for item in speaking_for) - sum(WEIGHTS[item.rule.strength] for item in against)
    rank = rank_of(speaking_for, against)
    told = next_observation(cause, rank, speaking_for, _wanted(speaking_for, against, missing), facts)
    return RankedCause(cause, rank, score, speaking_for, against, missing, told)


def _another_machine_answered(facts: Facts) -> bool:
    """Tell whether the probe spoke with a computer of another name than the host that was looked at."""
    return known(facts, "derived.answering_computer.same") is False


def _of_this_host(rule: EvidenceRule) -> EvidenceRule:
    """Return a rule as it counts where the outside view is of another machine, which makes nothing impossible here."""
    return replace(rule, speaks=Speaks.AGAINST) if rule.speaks is Speaks.RULES_OUT and rule.view is View.OUTSIDE else rule


def rank_of(speaking_for: tuple[Evidence, ...], against: tuple[Evidence, ...]) -> Rank:
    """Turn evidence into a rank, by the five questions of the module's docstring; ``speaking_for`` is not empty."""
    if any(item.rule.speaks is Speaks.RULES_OUT for item in against):
        return Rank.RULED_OUT
    strong = [item for item in speaking_for if item.rule.strength is Strength.STRONG]
    if strong and not against and len({item.rule.source for item in speaking_for}) >= 2:
        return Rank.CERTAIN
    weight_for = sum(WEIGHTS[item.rule.strength] for item in speaking_for)
    weight_against = sum(WEIGHTS[item.rule.strength] for item in against)
    return Rank.LIKELY if strong and weight_for > weight_against else Rank.POSSIBLE


def _look(rule: EvidenceRule, facts: Facts) -> Evidence:
    truth = evaluate_condition(rule.when, facts)
    text = fill(rule.text, facts) if truth.value else "; ".join(truth.unknown) if truth.value is None else ""
    return Evidence(rule, truth.value, text, truth.observations)


def _wanted(speaking_for: tuple[Evidence, ...], against: tuple[Evidence, ...], missing: tuple[Evidence, ...]) -> list[Evidence]:
    """Return what is missing and would make the cause surer; what nobody asked for only where it is strong."""
    rank = rank_of(speaking_for, against)
    return [
        item
        for item in missing
        if item.rule.speaks is Speaks.FOR
        and RANK_ORDER[rank_of((*speaking_for, item), against)] < RANK_ORDER[rank]
        and (item.rule.strength is Strength.STRONG or not nobody_asked(item))
    ]
