# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The validate command: our own catalogue is good, and every way to be bad is a sentence with the file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.cases import BASES
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.load import OWN
from ansible_collections.rdpops.health.plugins.plugin_utils._core.conditions import Truth
from ansible_collections.rdpops.health.plugins.plugin_utils._workshop.validate import validate

from tests.support.sources import CAUSE, CHECK, write_source


def without(document: dict[str, Any], field: str, value: str) -> dict[str, Any]:
    return {**document, "tests": [case for case in document["tests"] if case[field] != value]}


def test_our_own_catalogue_is_good() -> None:
    found = validate(OWN)
    assert found.problems == found.notes == []
    assert (found.checks, found.causes) == (len(list((OWN / "checks").glob("*.yml"))), len(list((OWN / "causes").glob("*.yml"))))


def test_a_good_folder(tmp_path: Path) -> None:
    found = validate(write_source(tmp_path, CHECK, CAUSE))
    assert (found.problems, found.checks, found.causes, found.cases) == ([], 1, 1, 5)


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        (without(CHECK, "outcome", "pass"), "corp.port has no case that comes to pass"),
        (without(CHECK, "outcome", "fail"), "corp.port has no case that comes to fail"),
        (without(CHECK, "outcome", "unknown"), "corp.port has no case that comes to unknown"),
        ({**CHECK, "tests": []}, "has no case that comes to pass and none that comes to fail and none that comes to unknown"),
        (without(CAUSE, "rank", "likely"), "Corp.moved has no case in which it is named"),
        (without(CAUSE, "rank", "none"), "Corp.moved has no case in which it is not (rank: none)"),
        ({**CAUSE, "tests": [{**CAUSE["tests"][0], "evidence": ["prot"]}, CAUSE["tests"][1]]}, "Corp.moved has no evidence 'prot', which a case names"),
        ({**CAUSE, "tests": [{**CAUSE["tests"][0], "evidence": []}, CAUSE["tests"][1]]}, "and says likely with the evidence of nothing"),
        ({**CHECK, "expect": {"path": "derived.effective.PortNumber.value", "eq": 3390}}, "case 'good' comes to fail, and says pass"),
        ({**CAUSE, "evidence": [{**CAUSE["evidence"][0], "strength": "supporting"}]}, "case 'moved' comes to possible, and says likely"),
        ({**CHECK, "id": "listener.nla_required"}, "the id listener.nla_required is already taken by checks/listener_nla_required.yml"),
        ({**CHECK, "id": "waiver.own"}, "what begins with waiver. is said about waivers alone"),
        ({**CHECK, "remedy": "no_such"}, "the remedy 'no_such' is unknown"),
        ({**CHECK, "severity": "bad"}, "severity is 'bad'"),
        ({**CHECK, "expect": {"path": "derived.effective.PortNumbr.value", "eq": 3389}}, "comes to unknown (could not look: nothing was reported under "),
        ({**CHECK, "tests": [{"name": "x", "outcome": "pass", "set": {"listener.no.such": 1}}]}, "there is nothing at listener.no.such"),
        ({**CHECK, "tests": [{"name": "x", "outcome": "pass", "from": "no_such"}]}, "no such base bundle"),
    ],
)
def test_faults(tmp_path: Path, document: dict[str, Any], sentence: str) -> None:
    problems = validate(write_source(tmp_path, document)).problems
    assert any(sentence in problem and str(tmp_path) in problem for problem in problems), problems


def test_every_bad_file_is_told_and_not_the_first_alone(tmp_path: Path) -> None:
    folder = write_source(tmp_path, {**CHECK, "severity": "bad"}, {**CAUSE, "impact": "bad"})
    (folder / "checks" / "broken.yml").write_text("a: [", encoding="utf-8")
    assert len(validate(folder).problems) >= 3


@pytest.mark.parametrize("suffix", [".yaml", ".YAML", ".json"])
def test_a_file_that_would_be_overlooked_is_refused(tmp_path: Path, suffix: str) -> None:
    (problem,) = validate(write_source(tmp_path, CHECK, suffix=suffix)).problems[:1]
    assert (
        problem == f"{tmp_path}/checks/corp_port{suffix}: ends with {suffix} and would not be read; files of checks and causes lie in checks/ and end with .yml"
    )


def test_a_folder_below_is_refused_and_an_empty_one_too(tmp_path: Path) -> None:
    (problem,) = validate(tmp_path).problems
    assert problem.endswith("holds no check and no cause; they lie in the folders checks and causes")
    write_source(tmp_path / "checks" / "more", CHECK)
    assert "lies in a folder of its own and would not be read" in validate(tmp_path).problems[0]


def test_a_folder_may_bring_bundles_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "bases").mkdir()
    bundle = json.loads((BASES / "healthy.json").read_text(encoding="utf-8"))
    bundle["snapshot"]["subsets"]["listener"]["data"]["values"]["PortNumber"]["local"]["value"] = 3390
    (tmp_path / "bases" / "moved.json").write_text(json.dumps(bundle), encoding="utf-8")
    cases = [*CHECK["tests"], {"name": "own", "outcome": "fail", "from": "moved"}]
    assert validate(write_source(tmp_path, {**CHECK, "tests": cases})).problems == []


def test_a_check_that_asks_a_plugin_is_tried_where_there_is_one(tmp_path: Path) -> None:
    asking = {name: value for name, value in CHECK.items() if name != "expect"} | {"test": "corp.checks.port"}
    folder = write_source(tmp_path, asking)
    found = validate(folder)
    assert found.problems == []
    assert "its cases were not tried: there is no Ansible here" in found.notes[0]
    assert validate(folder, lambda name, facts: Truth(True)).problems  # the failing case passes with this one
    values = {"good": True, "bad": False, "blind": None}
    answers = iter(values.values())
    assert validate(folder, lambda name, facts: Truth(next(answers))).problems == []
