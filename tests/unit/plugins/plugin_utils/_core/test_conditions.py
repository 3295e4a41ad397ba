# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Conditions: three truth values, a closed set of comparators, and nothing malformed gets in."""

from __future__ import annotations

import itertools
import time
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.conditions import (
    COMPARATORS,
    ConditionError,
    check_condition,
    describe_wanted,
    evaluate_condition,
    truth_of,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.host_states import document

FACTS = document(t=1, f=0, text="Remote Desktop", items=[1, "Two", True], nothing=None, yes=True, when="2026-11-19T00:00:00Z", many=[])
T, F, U = {"path": "t", "eq": 1}, {"path": "f", "eq": 1}, {"path": "missing", "eq": 1}
ATOMS: dict[bool | None, dict[str, Any]] = {True: T, False: F, None: U}
VALUES = (True, False, None)


def truth(condition: dict[str, Any]) -> bool | None:
    check_condition(condition, "here")
    settled = evaluate_condition(condition, FACTS).value
    assert truth_of(condition, FACTS) is settled
    return settled


def kleene_all(values: list[bool | None]) -> bool | None:
    return False if False in values else None if None in values else True


def kleene_any(values: list[bool | None]) -> bool | None:
    return True if True in values else None if None in values else False


@pytest.mark.parametrize("values", [list(row) for size in (1, 2, 3) for row in itertools.product(VALUES, repeat=size)], ids=str)
def test_joins_follow_kleene(values: list[bool | None]) -> None:
    parts = [ATOMS[value] for value in values]
    assert truth({"all": parts}) is kleene_all(values)
    assert truth({"any": parts}) is kleene_any(values)


@pytest.mark.parametrize(("value", "negated"), [(True, False), (False, True), (None, None)])
def test_not_keeps_unknown(value: bool | None, negated: bool | None) -> None:
    assert truth({"not": ATOMS[value]}) is negated


conditions = st.recursive(
    st.sampled_from([T, F, U]),
    lambda inner: st.one_of(
        st.fixed_dictionaries({"not": inner}),
        st.fixed_dictionaries({"all": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"any": st.lists(inner, min_size=1, max_size=3)}),
    ),
    max_leaves=8,
)


@given(conditions)
@settings(max_examples=80)
def test_an_answer_does_not_depend_on_what_is_unknown(condition: dict[str, Any]) -> None:
    # Given the answer while a part cannot be looked at
    with_gap = evaluate_condition(condition, FACTS).value
    # When that part can be looked at after all, whatever it is
    answers = {evaluate_condition(condition, document(t=1, f=0, missing=value)).value for value in (1, 0)}
    # Then a settled answer stays, and both answers are there to be had only where it was unknown
    assert None not in answers
    assert with_gap is None or answers == {with_gap}


@given(conditions)
@settings(max_examples=80)
def test_the_short_way_comes_to_the_same(condition: dict[str, Any]) -> None:
    assert truth_of(condition, FACTS) is evaluate_condition(condition, FACTS).value


@given(conditions)
@settings(max_examples=50)
def test_unknown_says_why_and_known_does_not(condition: dict[str, Any]) -> None:
    result = evaluate_condition(condition, FACTS)
    assert bool(result.unknown) is (result.value is None)
    assert len(set(result.unknown)) == len(result.unknown)
    assert len(set(result.observations)) == len(result.observations) > 0


def test_only_what_settled_it_is_shown() -> None:
    both = evaluate_condition({"any": [T, F, U]}, FACTS)
    assert [seen.path for seen in both.observations] == ["t"]
    neither = evaluate_condition({"any": [F, U]}, FACTS)
    assert [(seen.path, seen.known) for seen in neither.observations] == [("f", True), ("missing", False)]


@pytest.mark.parametrize(
    ("path", "name", "operand", "answer"),
    [
        ("t", "eq", 1, True), ("t", "eq", 2, False), ("t", "eq", True, False), ("yes", "eq", True, True), ("yes", "eq", 1, False),
        ("t", "ne", 1, False), ("t", "ne", True, True), ("nothing", "eq", 0, False), ("nothing", "ne", 0, True),
        ("t", "one_of", [0, 1], True), ("t", "one_of", [0, 2], False), ("yes", "one_of", [1], False),
        ("t", "at_least", 1, True), ("t", "at_least", 2, False), ("t", "at_least", 0.5, True), ("text", "at_least", 0, False), ("yes", "at_least", 0, False),
        ("t", "at_most", 1, True), ("t", "at_most", 0, False), ("nothing", "at_most", 5, False),
        ("text", "matches", "remote*", True), ("text", "matches", "desktop", False), ("text", "matches", "*[dk]eskto?", True), ("t", "matches", "*", False),
        ("text", "contains", "DESK", True), ("text", "contains", "x", False), ("items", "contains", 1, True), ("items", "contains", "Two", True),
        ("items", "contains", "two", False), ("many", "contains", 1, False), ("text", "contains", 1, False), ("t", "contains", 1, False),
        ("nothing", "absent", True, True), ("t", "absent", True, False), ("t", "absent", False, True), ("nothing", "absent", False, False),
        ("when", "before", "now", True), ("when", "after", "now", False), ("when", "after", {"now_plus_days": -2}, True),
        ("when", "before", {"now_plus_days": -2}, False), ("when", "before", "2026-11-19T00:00:01Z", True), ("when", "before", "2026-11-19T00:00:00Z", False),
        ("when", "after", "2026-11-19T00:00:00Z", False), ("text", "before", "now", False), ("t", "after", "now", False),
    ],
)  # fmt: skip
def test_comparators(path: str, name: str, operand: Any, answer: bool) -> None:
    assert truth({"path": path, name: operand}) is answer


@pytest.mark.parametrize(("kind", "absent"), [("absent", True), ("REG_SZ", False), ("denied", None)])
def test_an_absent_registry_value_is_known_and_a_denied_one_is_not(kind: str, absent: bool | None) -> None:
    facts = document(value={"path": "HKLM\\A", "kind": kind, "value": None})
    assert evaluate_condition({"path": "value", "absent": True}, facts).value is absent
    assert evaluate_condition({"path": "value", "absent": False}, facts).value is (None if absent is None else not absent)


@pytest.mark.parametrize("name", list(COMPARATORS))
def test_every_comparator_keeps_unknown_and_has_words(name: str) -> None:
    operand: Any = {"one_of": [1], "absent": True, "matches": "a", "before": "now", "after": {"now_plus_days": 3}}.get(name, 1)
    result = evaluate_condition({"path": "missing", name: operand}, FACTS)
    assert result.value is None
    assert result.observations[0].wanted == describe_wanted(name, operand)


def test_wanted_in_words() -> None:
    assert describe_wanted("one_of", [1, "b"]) == "is one of 1, b"
    assert describe_wanted("absent", operand=True) == "is absent"
    assert describe_wanted("absent", operand=False) == "is there"
    assert describe_wanted("before", {"now_plus_days": 30}) == "is before 30 days from now"
    assert describe_wanted("at_least", 2) == "is at least 2"
    assert describe_wanted("eq", "{0.__class__}") == "is {0.__class__}"
    assert describe_wanted("eq", operand=True) == "is true"


def test_a_code_that_is_wanted_is_written_as_people_look_it_up() -> None:
    wanted = evaluate_condition({"path": "derived.client_error.code", "one_of": [0x204, 0x108]}, document()).observations[0].wanted
    assert wanted == "is one of 0x204, 0x108"
    assert describe_wanted("contains", 0x80070005, "derived.events.codes_rcm_1057") == "contains 0x80070005"
    assert describe_wanted("one_of", [516, 264], "os.build") == "is one of 516, 264"


def test_a_hostile_pattern_cannot_hang() -> None:
    facts = document(text="a" * 65536)
    started = time.perf_counter()
    assert evaluate_condition({"path": "text", "matches": "*a" * 99 + "b"}, facts).value is False
    assert time.perf_counter() - started < 2


def test_no_more_than_a_bounded_text_is_matched() -> None:
    facts = document(text="a" * 4096 + "b")
    assert evaluate_condition({"path": "text", "matches": "*b"}, facts).value is False
    assert evaluate_condition({"path": "text", "matches": "*a"}, facts).value is True


def test_an_observation_of_a_list_is_bounded_text() -> None:
    seen = evaluate_condition({"path": "items", "contains": 1}, document(items=["x" * 9000])).observations[0]
    assert isinstance(seen.value, str)
    assert len(seen.value) == 4096


def nested(depth: int) -> Any:
    condition: Any = T
    for dummy in range(depth):
        condition = {"not": condition}
    return condition


def test_depth_is_bounded() -> None:
    check_condition(nested(16), "here")
    with pytest.raises(ConditionError, match="deep"):
        check_condition(nested(17), "here")
    with pytest.raises(ConditionError, match="deep"):
        check_condition({"all": [nested(16)]}, "here")


@pytest.mark.parametrize(
    "condition",
    [
        None, [], "t", 7, {}, {"path": "a"}, {"eq": 1}, {"path": 1, "eq": 1}, {"path": "a", "eq": 1, "ne": 2}, {"path": "a", "regex": "x"},
        {"all": []}, {"all": T}, {"any": []}, {"all": [T], "any": [T]}, {"not": []}, {"not": T, "path": "a"}, {"all": [T, None]}, {"any": [{"path": "a"}]},
        {"path": "a", "eq": None}, {"path": "a", "eq": [1]}, {"path": "a", "ne": {}}, {"path": "a", "one_of": []}, {"path": "a", "one_of": "ab"},
        {"path": "a", "one_of": [[1]]}, {"path": "a", "one_of": [None]}, {"path": "a", "at_least": "1"}, {"path": "a", "at_most": True},
        {"path": "a", "at_least": float("nan")}, {"path": "a", "eq": float("inf")}, {"path": "a", "matches": ""}, {"path": "a", "matches": "x" * 201},
        {"path": "a", "matches": 1}, {"path": "a", "absent": 1}, {"path": "a", "absent": "yes"}, {"path": "a", "before": "soon"}, {"path": "a", "before": 1},
        {"path": "a", "after": {}}, {"path": "a", "after": {"now_plus_days": 1.5}}, {"path": "a", "after": {"now_plus_days": True}},
        {"path": "a", "after": {"now_plus_days": 36501}}, {"path": "a", "after": {"now_plus_days": 1, "x": 1}}, {"path": "a", "after": {"days": 1}},
        {"path": "", "eq": 1}, {"path": "a..b", "eq": 1}, {"path": ".a", "eq": 1}, {"path": "a.", "eq": 1}, {"path": "a b", "eq": 1},
        {"path": "a" * 201, "eq": 1}, {"path": "a", 1: 1}, {"path": "a\n", "eq": 1},
    ],
    ids=lambda condition: repr(condition)[:40],
)  # fmt: skip
def test_what_is_not_well_formed_is_refused_with_its_place(condition: Any) -> None:
    with pytest.raises(ConditionError, match=r"^here"):
        check_condition(condition, "here")


def test_the_place_of_an_inner_mistake_is_told() -> None:
    with pytest.raises(ConditionError, match=r"here\.all\[1\]\.not\.any\[0\]"):
        check_condition({"all": [T, {"not": {"any": [{"path": "a"}]}}]}, "here")


@pytest.mark.parametrize("operand", [36500, -36500, 0])
def test_days_within_bounds_are_accepted(operand: int) -> None:
    check_condition({"path": "a", "after": {"now_plus_days": operand}}, "here")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda x: st.lists(x, max_size=3) | st.dictionaries(st.text(max_size=4), x),
        max_leaves=6,
    )
)
@settings(max_examples=60)
def test_anything_is_either_refused_or_can_be_settled(condition: Any) -> None:
    try:
        check_condition(condition, "here")
    except ConditionError as error:
        assert str(error).startswith("here")
    else:
        evaluate_condition(condition, FACTS)
