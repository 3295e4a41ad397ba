# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Our own checks: each case comes true, each check has the three that it needs, no path is misspelt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.cases import facts_of_case
from ansible_collections.rdpops.health.plugins.plugin_utils._core.evaluate import evaluate
from ansible_collections.rdpops.health.plugins.plugin_utils._core.floor import LINES
from ansible_collections.rdpops.health.plugins.plugin_utils._core.judge import judge
from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import Cause, Check, Facts, Outcome, View
from ansible_collections.rdpops.health.plugins.plugin_utils._core.paths import look_up
from ansible_collections.rdpops.health.plugins.plugin_utils._core.remedies import REMEDIES
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.client import CLIENT_VIEW
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.probe import check_probe
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.snapshot import DATA, SUBSETS

from tests.support.host_states import CATALOGUE, host

CHECKS = [pytest.param(check, case, id=f"{check.id}-{case['name']}") for check in CATALOGUE.checks for case in check.tests]
ENTRIES: list[Check | Cause] = [*CATALOGUE.checks, *CATALOGUE.causes]
PLACE = re.compile(r"\{([^{}]+)\}")


@pytest.mark.parametrize(("check", "case"), CHECKS)
def test_a_case_of_a_check_comes_true(check: Check, case: dict[str, Any]) -> None:
    (finding,) = evaluate(facts_of_case(case), [check])
    assert finding.outcome.value == case["outcome"], finding.reason


@pytest.mark.parametrize("check", CATALOGUE.checks, ids=lambda check: check.id)
def test_a_check_has_the_cases_it_needs(check: Check) -> None:
    outcomes = {case["outcome"] for case in check.tests}
    assert outcomes >= {"pass", "fail", "unknown"}
    assert ("not_applicable" in outcomes) or check.applies_when is None or check.id.startswith(("certificate.in_", "outside."))


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_the_facts_of_a_case_are_facts_that_a_reader_could_report(entry: Check | Cause) -> None:
    for case in entry.tests:
        document = facts_of_case(case).document
        for name in DATA.keys() & document.keys() - {"services"}:
            DATA[name](document[name], f"{entry.id}, {case['name']}: {name}")
        if "probe" in document:
            check_probe(document["probe"], f"{entry.id}, {case['name']}: probe")


def paths_of(node: Any) -> Iterator[str]:
    """Yield every path that conditions, evidence and texts of an entry look at."""
    if isinstance(node, dict):
        yield from ([node["path"]] if isinstance(node.get("path"), str) else [])
        for value in node.values():
            yield from paths_of(value)
    elif isinstance(node, (list, tuple)):
        for value in node:
            yield from paths_of(value)


def all_paths(entry: Check | Cause) -> set[str]:
    if isinstance(entry, Check):
        texts, conditions = [entry.pass_text, entry.fail_text], [entry.expect, entry.applies_when]
        return {*paths_of(conditions), *entry.evidence, *(place for text in texts for place in PLACE.findall(text))}
    rules = entry.evidence
    return {*paths_of([rule.when for rule in rules]), *(place for rule in rules for place in PLACE.findall(rule.text))}


@pytest.fixture(scope="module")
def known_states() -> list[Facts]:
    cases = [case for entry in ENTRIES for case in entry.tests]
    return [host(), *(facts_of_case(case) for case in cases)]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_every_path_leads_somewhere(entry: Check | Cause, known_states: list[Facts]) -> None:
    # A misspelt path would be unknown for ever, on every host
    healthy = known_states[0]
    for path in all_paths(entry):
        assert not look_up(healthy.document, healthy.gaps, path).why.startswith("nothing was reported"), path
        assert any(look_up(facts.document, facts.gaps, path).known for facts in known_states), path


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_texts_have_no_braces_but_places(entry: Check | Cause) -> None:
    texts = [entry.pass_text, entry.fail_text] if isinstance(entry, Check) else [rule.text for rule in entry.evidence]
    for text in texts:
        assert not set(PLACE.sub("", text)) & set("{}")


@pytest.mark.parametrize("check", CATALOGUE.checks, ids=lambda check: check.id)
def test_needs_are_what_the_conditions_look_at(check: Check) -> None:
    # Given the first names of the paths that decide, where "derived" stands for the subset below it
    first = {path.split(".")[0] for path in paths_of([check.expect, check.applies_when])}
    assert set(check.needs) <= {*SUBSETS, "probe", "client"}
    assert check.needs
    assert first - set(check.needs) <= {"derived", "probe", "views", "subsets"}
    # Then without what it needs it is unknown, never green
    blind = {need: "error" for need in check.needs if need not in ("probe", "client")}
    client = {"client": {}, "client_status": dict.fromkeys(CLIENT_VIEW, "error")} if "client" in check.needs else {}
    (finding,) = evaluate(host(status={**blind, "probe": "failed"}, **client), [check])
    assert finding.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_names_lead_somewhere(entry: Check | Cause) -> None:
    assert entry.remedy is None or entry.remedy in REMEDIES
    if isinstance(entry, Check):
        assert entry.floor is None or entry.floor in LINES
    else:
        assert set(entry.explains) <= {check.id for check in CATALOGUE.checks}
        # What one client alone does wrong fails no check of the host
        assert entry.explains or any(rule.view is View.CLIENT for rule in entry.evidence)


def test_every_remedy_is_asked_for_by_somebody() -> None:
    assert {entry.remedy for entry in ENTRIES} - {None} == set(REMEDIES)


@pytest.mark.parametrize("check", CATALOGUE.checks, ids=lambda check: check.id)
def test_a_file_is_called_after_what_it_holds(check: Check) -> None:
    assert Path(check.source).name == check.id.replace(".", "_") + ".yml"


def test_the_healthy_base_is_healthy() -> None:
    judgement = judge(host(), CATALOGUE)
    assert {finding.outcome for finding in judgement.findings} <= {Outcome.PASS, Outcome.NOT_APPLICABLE}
    assert judgement.causes == ()
    assert judgement.plan.operations == ()
