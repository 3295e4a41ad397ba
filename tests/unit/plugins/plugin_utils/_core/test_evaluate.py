# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Checks: pass, fail, not applicable and unknown, and nothing that nobody looked at turns green."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.conditions import Truth
from ansible_collections.rdpops.health.plugins.plugin_utils._core.evaluate import USUAL_PROFILES, evaluate, fingerprint, selected
from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import Facts, Finding, Impact, Outcome
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.build import build_facts
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.snapshot import DATA
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.host_states import CATALOGUE, check, document, host, states

VIEWS = {"inside": "ok", "outside": "ok", "client": "ok", "client_machine": "ok"}


def judged(checks: Any = None, views: dict[str, str] | None = None, **content: Any) -> Finding:
    (finding,) = evaluate(document(views={**VIEWS, **(views or {})}, os={}, **content), [checks or check()])
    return finding


def test_pass_and_fail_carry_their_text() -> None:
    assert (judged(a=1).outcome, judged(a=1).reason) == (Outcome.PASS, "fine, 1")
    assert (judged(a=2).outcome, judged(a=2).reason) == (Outcome.FAIL, "a is 2")


def test_unknown_says_why() -> None:
    finding = judged()
    assert finding.outcome is Outcome.UNKNOWN
    assert finding.reason == "could not look: nothing was reported under a"


@pytest.mark.parametrize(("b", "outcome"), [({"b": 1}, Outcome.PASS), ({"b": 0}, Outcome.NOT_APPLICABLE), ({}, Outcome.UNKNOWN)])
def test_applies_when(b: dict[str, int], outcome: Outcome) -> None:
    assert judged(check(applies_when={"path": "b", "eq": 1}), a=1, **b).outcome is outcome


@pytest.mark.parametrize(
    ("needs", "views", "outcome"),
    [
        (("probe",), {"outside": "not_asked"}, Outcome.NOT_APPLICABLE),
        (("probe",), {"outside": "failed"}, Outcome.UNKNOWN),
        (("os",), {"inside": "not_asked"}, Outcome.UNKNOWN),  # it is there, whatever was asked for
        (("client",), {"client_machine": "not_asked"}, Outcome.NOT_APPLICABLE),
        (("client",), {"client_machine": "failed"}, Outcome.UNKNOWN),
        (("client", "probe"), {"client_machine": "not_asked"}, Outcome.UNKNOWN),
        (("listener",), {"inside": "not_asked"}, Outcome.NOT_APPLICABLE),
        (("listener",), {"inside": "unreachable"}, Outcome.UNKNOWN),
        (("listener",), {"outside": "not_asked"}, Outcome.UNKNOWN),
        (("listener", "probe"), {"outside": "not_asked"}, Outcome.UNKNOWN),
        (("os", "probe"), {"outside": "not_asked"}, Outcome.UNKNOWN),  # the part that was looked at did not settle it
        (("listener", "probe"), {"outside": "not_asked", "inside": "not_asked"}, Outcome.NOT_APPLICABLE),
        ((), {"outside": "not_asked"}, Outcome.UNKNOWN),
    ],
)
def test_only_what_was_left_out_on_purpose_does_not_apply(needs: tuple[str, ...], views: dict[str, str], outcome: Outcome) -> None:
    finding = judged(check(needs=needs), views)
    assert finding.outcome is outcome
    assert finding.reason.startswith("left out: " if outcome is Outcome.NOT_APPLICABLE else "could not look: ")


def test_evidence_is_what_was_looked_at_and_what_the_check_adds() -> None:
    finding = judged(check(evidence=("b", "c", "d")), a=1, b=[1], c=None)
    assert [(seen.path, seen.value, seen.known) for seen in finding.evidence] == [("a", 1, True), ("b", "[1]", True), ("c", None, True), ("d", None, False)]


def test_one_finding_per_check_in_their_order() -> None:
    assert [finding.check.id for finding in evaluate(host(), CATALOGUE.checks)] == [entry.id for entry in CATALOGUE.checks]


def test_fingerprints_name_check_and_host() -> None:
    assert judged(a=1).fingerprint == judged(a=2).fingerprint == fingerprint("a.b", "rds01")
    assert len(fingerprint("a")) == 16
    assert len({fingerprint(*parts) for parts in (("a", "b"), ("ab", ""), ("b", "a"), ("a",), ("a\0b",))}) == 4


# What compares the views says how many pairs it compared: with less to see there is less that can contradict, and no other check rests on it.
COMPARES = frozenset({"facts.agree"})


@given(states(), st.sets(st.sampled_from([*DATA, "probe"]), min_size=1), st.sampled_from(["error", "denied"]))
@settings(max_examples=60, deadline=None)
def test_unknown_never_becomes_pass(case: dict[str, Any], unreadable: set[str], status: str) -> None:
    # Given a host with any heap of faults, and what the checks came to
    before = {finding.check.id: finding for finding in evaluate(host(**case), CATALOGUE.checks)}
    # When any that was asked for of its subsets, or the probe, can not be looked at any more
    unreadable = {name for name in unreadable if case["status"].get(name) != "not_asked"}
    blind = {**case, "status": {**case["status"], **dict.fromkeys(unreadable, status)}}
    after = {finding.check.id: finding for finding in evaluate(host(**blind), CATALOGUE.checks)}
    # Then no check passes that did not pass before: an answer is kept or becomes unknown, never another answer
    for name, finding in after.items():
        if name in COMPARES:
            continue
        was = before[name].outcome
        assert finding.outcome in (was, Outcome.UNKNOWN), name
        # and what still answers has looked at nothing that is gone
        if finding.outcome in (Outcome.PASS, Outcome.FAIL):
            settled = [seen.path for seen in finding.evidence if seen.known]
            assert not [path for path in settled if path.split(".")[0] in unreadable], name


@given(states(), st.sampled_from(["inside", "outside"]))
@settings(max_examples=40, deadline=None)
def test_a_view_that_was_left_out_answers_nothing(case: dict[str, Any], view: str) -> None:
    # Given the same host judged with both views and with one
    facts = host(**case)
    before = {finding.check.id: finding.outcome for finding in evaluate(facts, CATALOGUE.checks)}
    inside = {"schema": "", "subsets": {}} if facts.document["views"]["inside"] == "ok" else None
    names = [name for name in facts.document if name not in ("probe", "derived", "views", "client")]
    gone = set(names) if view == "inside" else {"probe"}
    rest = {name: value for name, value in facts.document.items() if name not in gone and name != "derived"}
    views = {**facts.document["views"], view: "not_asked"}
    after = evaluate(_again(replace(facts, document={**rest, "views": views})), CATALOGUE.checks)
    # Then nothing passes that did not pass before
    assert inside is None or names
    passed = [finding.check.id for finding in after if finding.outcome is Outcome.PASS and finding.check.id not in COMPARES]
    assert all(before[name] is Outcome.PASS for name in passed)


def _again(facts: Any) -> Any:
    from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived import with_derived

    return with_derived(facts)


def test_nothing_asked_is_nothing_known() -> None:
    facts = build_facts("rds01", host().now)
    assert {finding.outcome for finding in evaluate(facts, CATALOGUE.checks)} == {Outcome.NOT_APPLICABLE}


def test_a_test_plugin_is_not_asked_about_what_could_not_be_read() -> None:
    # Given a check that asks a plugin, and a plugin that takes what is missing for fine
    asked = replace(check(needs=("listener",)), expect=None, test="ns.coll.fine")

    def fine(name: str, facts: Facts) -> Truth:
        return Truth(facts.document.get("listener", {}).get("x") != 0, (), ())

    # Then it answers where the subset was read, and nowhere else
    assert evaluate(host(), [asked], fine)[0].outcome is Outcome.PASS
    for blind in (host(status={"listener": "denied"}), host(unreachable=True)):
        assert evaluate(blind, [asked], fine)[0].outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("profiles", "kept"),
    [
        ((), {"outage", "none"}),
        (("stig",), {"outage", "none", "stig", "both"}),
        (("cis_l1",), {"outage", "none", "both"}),
        (USUAL_PROFILES, {"outage", "none"}),
    ],
)
def test_an_outage_is_looked_for_whatever_profiles_are_asked_for(profiles: tuple[str, ...], kept: set[str]) -> None:
    checks = [
        check(id="outage", impact=Impact.OUTAGE, profiles=("cis_l1",)),
        check(id="none", impact=Impact.HYGIENE),
        check(id="stig", impact=Impact.SECURITY, profiles=("stig",)),
        check(id="both", impact=Impact.SECURITY, profiles=("cis_l1", "stig")),
    ]
    assert {each.id for each in selected(checks, profiles)} == kept


def test_what_only_a_benchmark_asks_for_is_no_outage_and_has_its_number() -> None:
    benchmarks = [each for each in CATALOGUE.checks if each.profiles and set(each.profiles).isdisjoint(USUAL_PROFILES)]
    # The rights of users have another number in every edition of the benchmark
    unnumbered = {"logon.guests_denied", "logon.usual_holders"}
    assert len(benchmarks) >= 6
    for each in benchmarks:
        assert each.impact is not Impact.OUTAGE
        assert each.id in unnumbered or all({"stig": "stig", "cis_l1": "cis"}[name] in each.ids for name in each.profiles)
