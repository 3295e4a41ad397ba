# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Causes: ranks follow the evidence, what could not be looked at counts for nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.diagnose import RANK_ORDER, WEIGHTS, diagnose, rank_of
from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import Cause, EvidenceRule, Impact, Rank, RestartClass, Speaks, Strength, View
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.host_states import document, evidence

STRONG, WEAK = Strength.STRONG, Strength.SUPPORTING
FOR, AGAINST, OUT = Speaks.FOR, Speaks.AGAINST, Speaks.RULES_OUT


@pytest.mark.parametrize(
    ("speaking_for", "against", "rank"),
    [
        ([("a", STRONG), ("b", WEAK)], [], Rank.CERTAIN),
        ([("a", STRONG), ("b", STRONG)], [], Rank.CERTAIN),
        ([("a", STRONG), ("a", STRONG)], [], Rank.LIKELY),  # two of one source are one
        ([("a", STRONG)], [], Rank.LIKELY),
        ([("a", WEAK), ("b", WEAK), ("c", WEAK)], [], Rank.POSSIBLE),  # nothing strong
        ([("a", WEAK)], [], Rank.POSSIBLE),
        ([("a", STRONG), ("b", WEAK)], [(AGAINST, WEAK)], Rank.LIKELY),
        ([("a", STRONG)], [(AGAINST, WEAK)], Rank.LIKELY),
        ([("a", STRONG)], [(AGAINST, STRONG)], Rank.POSSIBLE),  # even is not more
        ([("a", WEAK)], [(AGAINST, STRONG)], Rank.POSSIBLE),
        ([("a", STRONG), ("b", STRONG)], [(OUT, WEAK)], Rank.RULED_OUT),
        ([("a", STRONG), ("b", STRONG)], [(AGAINST, WEAK), (OUT, STRONG)], Rank.RULED_OUT),
    ],
)  # fmt: skip
def test_ranks(speaking_for: list[Any], against: list[Any], rank: Rank) -> None:
    found = tuple(evidence(source, FOR, strength) for source, strength in speaking_for)
    other = tuple(evidence("x", speaks, strength) for speaks, strength in against)
    assert rank_of(found, other) is rank


pieces = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([STRONG, WEAK])), min_size=1, max_size=4)


@given(pieces, pieces, st.sampled_from([AGAINST, OUT]))
@settings(max_examples=60)
def test_evidence_moves_the_rank_its_own_way_only(speaking_for: list[Any], more: list[Any], speaks: Speaks) -> None:
    found = tuple(evidence(source, FOR, strength) for source, strength in speaking_for)
    further = tuple(evidence(source, FOR, strength) for source, strength in more)
    other = tuple(evidence(source, speaks, strength) for source, strength in more)
    rank = RANK_ORDER[rank_of(found, ())]
    assert RANK_ORDER[rank_of(found + further, ())] <= rank
    assert RANK_ORDER[rank_of(found, other)] >= rank
    assert rank_of(found, other) is not Rank.CERTAIN


def test_words_and_weights() -> None:
    assert list(RANK_ORDER) == [Rank.CERTAIN, Rank.LIKELY, Rank.POSSIBLE, Rank.RULED_OUT]
    assert WEIGHTS == {STRONG: 2, WEAK: 1}


def rule(path: str, speaks: Speaks = FOR, strength: Strength = STRONG) -> EvidenceRule:
    return EvidenceRule(path, View.INSIDE, path, speaks, strength, {"path": path, "eq": 1}, f"{path} is {{{path}}}")


def cause(*rules: EvidenceRule, id: str = "C01") -> Cause:
    return Cause(id, "n", "t", "e", Impact.OUTAGE, rules, "Look again", None, RestartClass.NONE, "a")


def test_what_nothing_speaks_for_is_not_named() -> None:
    assert diagnose(document(a=0, b=1), [cause(rule("a"), rule("b", AGAINST), rule("missing"))]) == ()


def test_evidence_is_sorted_into_for_against_and_missing() -> None:
    (ranked,) = diagnose(document(a=1, b=1, c=1, d=0), [cause(rule("a"), rule("b", AGAINST), rule("c", OUT, WEAK), rule("d"), rule("missing"))])
    assert [item.rule.id for item in ranked.evidence_for] == ["a"]
    assert [item.rule.id for item in ranked.evidence_against] == ["b", "c"]
    assert [item.rule.id for item in ranked.missing] == ["missing"]
    assert (ranked.rank, ranked.score, ranked.next_observation) == (Rank.RULED_OUT, 2 - 2 - 1, "")
    assert ranked.evidence_for[0].text == "a is 1"
    assert ranked.evidence_for[0].observations[0].value == 1
    assert "missing" in ranked.missing[0].text


def test_what_is_missing_is_asked_for_once() -> None:
    facts = replace(document(a=1), gaps={"x": "nobody could read x", "y": "nobody could read x"})
    (ranked,) = diagnose(facts, [cause(rule("a"), rule("x"), rule("y"))])
    assert ranked.rank is Rank.LIKELY
    assert ranked.next_observation == "missing now: nobody could read x. Look again"
    (plain,) = diagnose(document(a=1), [cause(rule("a"))])
    assert plain.next_observation == "nothing more to look at; after the repair, probe again"


LEFT_OUT = "the client view was not asked for"


@pytest.mark.parametrize(
    ("speak", "lacks", "told"),
    [
        ([("a", WEAK)], ("x", FOR, STRONG, "x is closed"), True),  # possible would be likely
        ([("a", WEAK)], ("x", FOR, WEAK, "x is closed"), False),  # possible stays possible
        ([("a", STRONG)], ("x", FOR, WEAK, "x is closed"), True),  # likely would be certain
        ([("a", STRONG)], ("a.x", FOR, STRONG, "x is closed"), False),  # of the same source: likely stays likely
        ([("a", STRONG), ("b", AGAINST)], ("x", FOR, STRONG, "x is closed"), True),  # even would be likely
        ([("a", WEAK)], ("x", AGAINST, STRONG, "x is closed"), False),
        ([("a", WEAK)], ("x", OUT, STRONG, "x is closed"), False),
        ([("a", WEAK)], ("x", FOR, STRONG, LEFT_OUT), True),
        ([("a", STRONG)], ("x", FOR, WEAK, LEFT_OUT), False),  # nobody asked for it, and it is not strong
        ([("a", STRONG)], ("x", FOR, WEAK, f"x is closed; {LEFT_OUT}"), True),
    ],
)
def test_missing_is_told_where_it_would_make_the_cause_surer(speak: list[Any], lacks: tuple[str, Speaks, Strength, str], told: bool) -> None:
    # Given a cause that something speaks for, or against, and one line that could not be looked at
    rules = [rule(name, AGAINST) if how is AGAINST else rule(name, strength=how) for name, how in speak]
    path, speaks, strength, why = lacks
    lacking = replace(rule(path, speaks, strength), source=path.partition(".")[0])
    reasons = why.split("; ")
    places = [f"gap{number}" for number in range(len(reasons))]
    lacking = replace(lacking, when={"all": [{"path": place, "eq": 1} for place in places]})
    facts = replace(document(a=1, b=1), gaps=dict(zip(places, reasons, strict=True)))
    # When it is weighed, then the reason is told only where the line would raise the rank
    (ranked,) = diagnose(facts, [cause(*rules, lacking)])
    assert ranked.next_observation.startswith("nothing more to look at") is not told


def test_surest_first_then_score_then_id() -> None:
    facts = document(a=1, b=1, c=1)
    certain = cause(rule("a"), rule("b"), id="C09")
    more = cause(rule("a"), rule("b"), rule("c"), id="C10")
    likely_b, likely_a = cause(rule("a"), id="C08"), cause(rule("b"), id="C07")
    possible = cause(rule("a", strength=WEAK), id="C01")
    out = cause(rule("a"), rule("b"), rule("c"), rule("a", OUT), id="C00")
    order = [ranked.cause.id for ranked in diagnose(facts, [out, possible, likely_b, likely_a, certain, more])]
    assert order == ["C10", "C09", "C07", "C08", "C01", "C00"]


SYMPTOM = {"symptom": "tls_closed"}


def proven(name: str, path: str, *more: EvidenceRule, follows_from: tuple[str, ...] = ()) -> Cause:
    """Return a cause with something strong of its own and the symptom that others have too."""
    symptom = replace(rule("probe.symptom", strength=WEAK), when={"path": "probe.symptom", "eq": "tls_closed"}, source="tls")
    return replace(cause(replace(rule(path), source=path), symptom, *more, id=name), follows_from=follows_from)


@pytest.mark.parametrize(
    ("causes", "ranks"),
    [
        ([proven("C01", "a")], {"C01": Rank.CERTAIN}),
        ([proven("C01", "a"), proven("C02", "b")], {"C01": Rank.LIKELY, "C02": Rank.LIKELY}),
        # what has two pieces of its own needs no symptom
        ([proven("C01", "a", replace(rule("c", strength=WEAK), source="c")), proven("C02", "b")], {"C01": Rank.CERTAIN, "C02": Rank.LIKELY}),
        # nothing but the symptom speaks for the other
        ([proven("C01", "a"), proven("C02", "x")], {"C01": Rank.CERTAIN, "C02": Rank.POSSIBLE}),
        # one brings the other about
        ([proven("C01", "a"), proven("C02", "b", follows_from=("C01",))], {"C01": Rank.CERTAIN, "C02": Rank.LIKELY}),
        # of another kind: what leaves the host open closes no connection
        ([proven("C01", "a"), replace(proven("C02", "b"), impact=Impact.SECURITY)], {"C01": Rank.CERTAIN, "C02": Rank.CERTAIN}),
    ],
)
def test_a_symptom_that_two_causes_explain_is_no_second_piece_for_either(causes: list[Cause], ranks: dict[str, Rank]) -> None:
    facts = document(a=1, b=1, c=1, x=0, probe=SYMPTOM)
    found = diagnose(facts, causes)
    assert {item.cause.id: item.rank for item in found} == ranks
    for item in found:
        assert ("explains what was seen from outside as well" in item.next_observation) is (item.rank is Rank.LIKELY and not item.cause.follows_from)


def test_of_equals_the_more_usual_one_for_what_the_probe_saw_comes_first() -> None:
    usual = {"connect_timeout": ("C03", "C02")}
    equals = [cause(rule("a", strength=WEAK), id=name) for name in ("C01", "C02", "C03")]
    likelier = cause(rule("a"), id="C04")

    def order(**seen: Any) -> list[str]:
        return [ranked.cause.id for ranked in diagnose(document(a=1, **seen), [*equals, likelier], usual)]

    assert order(probe={"symptom": "connect_timeout"}) == ["C04", "C03", "C02", "C01"]
    assert order(probe={"symptom": "tls_closed"}) == ["C04", "C01", "C02", "C03"]
    assert order() == ["C04", "C01", "C02", "C03"]


def test_a_consequence_stands_behind_its_cause_and_is_never_certain() -> None:
    # Given two causes that are certain by themselves, one of which the other brings about
    both = (rule("a.x"), replace(rule("b.x", strength=WEAK), source="b"))
    first, second = cause(*both, id="C09"), replace(cause(*both, rule("c.x"), id="C01"), follows_from=("C09",))
    facts = document(a={"x": 1}, b={"x": 1}, c={"x": 1})
    # When they are ranked, then the consequence is told as one, behind its cause and whatever its score
    named = diagnose(facts, (second, first))
    assert [(item.cause.id, item.rank) for item in named] == [("C09", Rank.CERTAIN), ("C01", Rank.LIKELY)]
    assert "follows from C09" in named[1].next_observation
    # and alone, or beside a cause that is only possible, it is what it was
    weak = replace(first, evidence=(replace(rule("b.x", strength=WEAK), source="b"),))
    for others in ((second,), (second, weak)):
        assert diagnose(facts, others)[0].rank is Rank.CERTAIN


def test_of_two_that_are_likely_the_consequence_comes_second() -> None:
    first, second = cause(rule("a.x"), id="C09"), replace(cause(rule("a.x"), rule("b.x"), id="C01"), follows_from=("C09",))
    assert [item.cause.id for item in diagnose(document(a={"x": 1}, b={"x": 1}), (second, first))] == ["C09", "C01"]


@pytest.mark.parametrize(
    ("answering", "view", "rank"),
    [
        ({"same": True}, View.OUTSIDE, Rank.RULED_OUT),
        ({}, View.OUTSIDE, Rank.RULED_OUT),  # it told no name
        ({"same": False}, View.INSIDE, Rank.RULED_OUT),
        ({"same": False}, View.OUTSIDE, Rank.POSSIBLE),
    ],
)
def test_what_another_machine_answered_makes_nothing_impossible(answering: Any, view: View, rank: Rank) -> None:
    facts = document(a=1, b=1, derived={"answering_computer": answering})
    (ranked,) = diagnose(facts, [cause(rule("a"), replace(rule("b", OUT), view=view))])
    assert ranked.rank is rank
    assert [item.rule.speaks for item in ranked.evidence_against] == [OUT if rank is Rank.RULED_OUT else AGAINST]
