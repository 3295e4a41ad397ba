# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The guide to checks: its examples load and do what they say, and its tables name what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.build import build_cause, build_check
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.cases import facts_of_case
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.load import OWN, load_catalogue
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.read import read_yaml
from ansible_collections.rdpops.health.plugins.plugin_utils._core.conditions import COMPARATORS, JOINS
from ansible_collections.rdpops.health.plugins.plugin_utils._core.diagnose import diagnose
from ansible_collections.rdpops.health.plugins.plugin_utils._core.evaluate import evaluate

GUIDE = (Path(__file__).parents[2] / "docs" / "checks.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", GUIDE, flags=re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the guide's two examples, laid out as a source of checks is."""
    for name, text in zip(("checks", "causes"), EXAMPLES, strict=True):
        (tmp_path / name).mkdir()
        (tmp_path / name / "example.yml").write_text(text, encoding="utf-8")
    return tmp_path


def test_the_examples_load_beside_our_own(folder: Path) -> None:
    catalogue = load_catalogue([OWN, folder])
    assert "corp.listener_port" in {check.id for check in catalogue.checks}
    assert "Corp.port_moved" in {cause.id for cause in catalogue.causes}


def test_the_cases_of_the_examples_come_true(folder: Path) -> None:
    check = build_check(read_yaml(folder / "checks" / "example.yml")[0], "guide")
    assert {case["outcome"] for case in check.tests} == {"pass", "fail", "unknown"}
    for case in check.tests:
        assert evaluate(facts_of_case(case), [check])[0].outcome.value == case["outcome"]
    cause = build_cause(read_yaml(folder / "causes" / "example.yml")[0], "guide")
    for case in cause.tests:
        ranked = diagnose(facts_of_case(case), [cause])
        assert (ranked[0].rank.value if ranked else "none") == case["rank"]


def test_every_comparator_is_explained() -> None:
    table = GUIDE.split("| comparator |")[1].split("\n\n")[0]
    explained = [name for row in table.splitlines()[2:] for name in re.findall(r"`(\w+)`", row.split("|")[1])]
    assert explained == list(COMPARATORS)
    assert all(f"`{name}`" in GUIDE for name in JOINS)
