# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Mutants: every comparator has some, a case that notices one ends it, and explanations do not outlive what they explain."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.build import build_cause, build_check
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.load import OWN, load_catalogue
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.read import CatalogueError
from ansible_collections.rdpops.health.plugins.plugin_utils._core.conditions import COMPARATORS, check_condition
from ansible_collections.rdpops.health.plugins.plugin_utils._workshop.mutate import EXPLAINED, mutants_of, mutate, mutations

from tests.support.sources import CAUSE, CHECK, PORT

A, B = {"path": "a", "eq": 1}, {"path": "b", "absent": True}
OPERANDS: dict[str, Any] = {"one_of": [1, 2], "at_least": 1, "at_most": 1, "absent": True, "before": "now", "after": {"now_plus_days": 30}}


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        (A, {": not"}),
        ({"path": "a", "one_of": [1, 2]}, {": not", ".one_of: without 1", ".one_of: without 2"}),
        ({"path": "a", "at_least": 5}, {": not", ".at_least: 4", ".at_least: 6"}),
        ({"path": "a", "after": {"now_plus_days": 30}}, {": not", ": before", ".after: 29 days from now", ".after: 31 days from now"}),
        ({"not": A}, {".not: not"}),
        ({"all": [A]}, {".all[0]: not"}),
        ({"any": [A, B]}, {".any: all", ".any[0]: left out", ".any[1]: left out", ".any[0]: not", ".any[1]: not"}),
    ],
)
def test_mutations(condition: dict[str, Any], told: set[str]) -> None:
    assert {what for what, dummy in mutations(condition)} == told


@pytest.mark.parametrize("name", list(COMPARATORS))
def test_every_comparator_is_mutated_into_what_can_be_evaluated(name: str) -> None:
    made = [changed for dummy, changed in mutations({"any": [{"path": "a", name: OPERANDS.get(name, "x")}, {"not": A}]})]
    assert len(made) >= 4
    for changed in made:
        check_condition(changed, "here")


def test_a_case_that_notices(tmp_path: Path) -> None:
    check, cause = build_check(CHECK, "x"), build_cause(CAUSE, "y")
    result = mutate([check, cause], tmp_path)
    assert (result.mutants, result.survivors) == (5, ())
    blind = build_check({**CHECK, "tests": CHECK["tests"][2:]}, "x")
    assert [mutant.what for mutant in mutate([blind], tmp_path).survivors] == ["expect: not"]


def test_lines_of_evidence_are_left_out_and_weighed_otherwise() -> None:
    out = {**CAUSE["evidence"][0], "id": "out", "speaks": "rules_out"}
    made = [mutant.what for mutant in mutants_of(build_cause({**CAUSE, "evidence": [*CAUSE["evidence"], out]}, "y"))]
    # What rules out does so however strong it is
    assert made == ["port: left out", "port: supporting", "port: against", "port: not", "out: left out", "out: against", "out: not"]


def test_a_case_that_names_its_evidence_notices_what_no_rank_shows(tmp_path: Path) -> None:
    # Given a second piece of the same source, which changes no rank
    first = CAUSE["evidence"][0]
    document = {**CAUSE, "evidence": [first, {**first, "id": "again", "strength": "supporting"}]}
    assert {mutant.what for mutant in mutate([build_cause(document, "y")], tmp_path).survivors} == {"again: left out", "again: strong", "again: against"}
    # When the cases say which evidence holds
    named = [{**case, "evidence": [first["id"], "again"] if case["rank"] != "none" else []} for case in CAUSE["tests"]]
    # Then only strength and direction go unnoticed
    assert {mutant.what for mutant in mutate([build_cause({**document, "tests": named}, "y")], tmp_path).survivors} == {"again: strong", "again: against"}


def test_what_is_explained_is_not_told_and_an_old_explanation_is(tmp_path: Path) -> None:
    wide = {**CHECK, "expect": {"any": [{"path": PORT, "eq": 3389}, {"path": PORT, "eq": 1}]}}
    check = build_check(wide, "x")
    before = mutate([check], tmp_path)
    assert {mutant.what for mutant in before.survivors} == {"expect.any[1]: left out"}
    listed = "- {id: corp.*, what: 'expect.any[[]1]: left out', because: nobody sets it}\n- {id: corp.port, what: gone, because: old}\n"
    (tmp_path / EXPLAINED).write_text(listed, encoding="utf-8")
    after = mutate([check], tmp_path)
    assert (after.survivors, after.explained, after.stale) == ((), 1, ("corp.port: gone",))


@pytest.mark.parametrize("text", ["a: 1", "- a", "- {id: a, what: b}", "- {id: a, what: b, because: ''}", "- {id: a, what: b, because: 1}"])
def test_explanations_that_are_none(tmp_path: Path, text: str) -> None:
    (tmp_path / EXPLAINED).write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError, match=EXPLAINED):
        mutate([], tmp_path)


def test_our_own_checks_and_causes_notice_every_mutant_that_is_not_explained() -> None:
    catalogue = load_catalogue()
    result = mutate([*catalogue.checks, *catalogue.causes], OWN)
    assert [f"{mutant.id}: {mutant.what}" for mutant in result.survivors] == []
    assert result.stale == ()
    assert result.mutants > 2000
