# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The guide to checks: its examples load and do what they say, and its tables name what there is."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.build import build_cause
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.cases import facts_of_case
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.load import OWN, load_catalogue
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.read import read_yaml
from ansible_collections.rdpops.health.plugins.plugin_utils._core.conditions import COMPARATORS, JOINS
from ansible_collections.rdpops.health.plugins.plugin_utils._core.diagnose import diagnose
from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import Cause, EvidenceRule, Rank, Speaks, Strength, View
from ansible_collections.rdpops.health.plugins.plugin_utils._workshop.validate import validate

from tests.support.host_states import host

GUIDE = (Path(__file__).parents[2] / "docs" / "checks.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", GUIDE, flags=re.DOTALL)
KINDS = {"schema: rdpops.health/check/1": "checks", "schema: rdpops.health/cause/1": "causes"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the guide's examples, laid out as a source of checks is."""
    for number, text in enumerate(EXAMPLES):
        kind = KINDS[text.splitlines()[0]]
        (tmp_path / kind).mkdir(exist_ok=True)
        (tmp_path / kind / f"example_{number}.yml").write_text(text, encoding="utf-8")
    return tmp_path


def causes_of(folder: Path) -> list[Cause]:
    return [build_cause(read_yaml(path)[0], path.name) for path in sorted((folder / "causes").glob("*.yml"))]


def test_the_examples_load_beside_our_own(folder: Path) -> None:
    catalogue = load_catalogue([OWN, folder])
    assert "corp.listener_port" in {check.id for check in catalogue.checks}
    assert {"Corp.port_moved", "Corp.port_not_let_in"} <= {cause.id for cause in catalogue.causes}


def test_the_cases_of_the_examples_come_true(folder: Path) -> None:
    found = validate(folder)
    assert (found.problems, found.notes) == ([], [])
    assert (found.checks, found.causes) == (1, 2)


def test_what_follows_from_another_stands_behind_it(folder: Path) -> None:
    # Given the host of the guide, of which both causes are certain by themselves
    causes = causes_of(folder)
    (case,) = [case for cause in causes for case in cause.tests if "evidence" in case]
    assert [ranked.rank for cause in causes for ranked in diagnose(facts_of_case(case), [cause])] == [Rank.CERTAIN] * 2
    # Then side by side the consequence is likely, and says what it follows from
    first, second = diagnose(facts_of_case(case), causes)
    assert (first.cause.id, first.rank, second.cause.id, second.rank) == ("Corp.port_moved", Rank.CERTAIN, "Corp.port_not_let_in", Rank.LIKELY)
    assert second.next_observation.startswith("This follows from Corp.port_moved")


RANKS = [[cell.strip() for cell in row.strip("|").split("|")] for row in GUIDE.split("| for | against | score | rank |")[1].split("\n\n")[0].splitlines()[2:]]
HOLDS = {"path": "probe.symptom", "absent": False}


def lines(cell: str, speaks: Speaks) -> list[EvidenceRule]:
    """Return the evidence that a cell of the table names, all of which holds."""
    rules = []
    for words in filter(None, cell.split(", ")):
        strength, source = words.split()
        rules_out = strength == Speaks.RULES_OUT.value
        weight = Strength.STRONG if rules_out else Strength(strength)
        rules.append(EvidenceRule("e", View.INSIDE, source, Speaks.RULES_OUT if rules_out else speaks, weight, HOLDS, "text"))
    return rules


@pytest.mark.parametrize("row", RANKS, ids=" | ".join)
def test_the_ranks_of_the_table_come_about(row: list[str], folder: Path) -> None:
    speaks_for, against, score, rank = row
    evidence = (*lines(speaks_for, Speaks.FOR), *lines(against, Speaks.AGAINST))
    (ranked,) = diagnose(host(), [replace(causes_of(folder)[0], evidence=evidence, follows_from=())])
    assert (f"`{ranked.rank.value}`", str(ranked.score)) == (rank, score)


def test_the_table_shows_every_rank() -> None:
    assert {rank for *others, rank in RANKS} == {f"`{rank.value}`" for rank in Rank}


def fields_of(table: str) -> set[str]:
    """Return the names in the first column of the table after a heading."""
    rows = GUIDE.split(table)[1].split("| field | says |")[1].split("\n\n")[0].splitlines()[2:]
    return {name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])}


@pytest.mark.parametrize(("kind", "table"), [("check", "## A check\n"), ("cause", "## A cause\n")])
def test_every_field_is_explained(kind: str, table: str) -> None:
    schema = json.loads((OWN / "schemas" / f"{kind}.schema.json").read_text(encoding="utf-8"))
    assert schema["properties"].keys() - {"schema"} == fields_of(table)
    if kind == "cause":
        assert schema["properties"]["evidence"]["items"]["properties"].keys() == fields_of("### Evidence\n")


@pytest.mark.parametrize("kind", ["check", "cause"])
def test_every_word_of_a_case_is_explained(kind: str) -> None:
    schema = json.loads((OWN / "schemas" / f"{kind}.schema.json").read_text(encoding="utf-8"))
    words = schema["properties"]["tests"]["items"]["properties"].keys() - {"name"}
    told = set(re.findall(r"`(\w+)", GUIDE.split("## Cases\n")[1]))
    assert words <= told, words - told


def test_every_comparator_is_explained() -> None:
    table = GUIDE.split("| comparator |")[1].split("\n\n")[0]
    explained = [name for row in table.splitlines()[2:] for name in re.findall(r"`(\w+)`", row.split("|")[1])]
    assert explained == list(COMPARATORS)
    assert all(f"`{name}`" in GUIDE for name in JOINS)
