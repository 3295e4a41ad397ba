# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Waivers: what is accepted stays in sight, what nobody could look at stays unknown, and a waiver is looked at itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.cases import facts_of_case
from ansible_collections.rdpops.health.plugins.plugin_utils._core.judge import judge
from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import Facts, Finding, Impact, Judgement, Outcome, Verdict, Waiver, WaiverState
from ansible_collections.rdpops.health.plugins.plugin_utils._core.waivers import for_host, state_of
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.build import build_facts
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.load import load_bundle
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.host_states import CATALOGUE, host, states

DEMO = Path(__file__).parents[5] / "demo" / "bundles"
NOW: datetime = host().now
NLA_OFF = {"listener.values.UserAuthentication.local.value": 0, "probe.nla": "not_required", "probe.symptom": "none"}
NLA = "listener.nla_required"
STOPPED = {"services.TermService.state": "stopped", "probe.symptom": "connect_refused", "probe.ended_at": "connect", "probe.tls.outcome": "not_reached"}
NAMES = [check.id for check in CATALOGUE.checks]


def waiver(**changes: Any) -> Waiver:
    fields: dict[str, Any] = {
        "id": "W1", "reason": "because", "owner": "ops", "ticket": "CHG-1", "starts": NOW - timedelta(days=10), "expires": NOW + timedelta(days=100),
    }  # fmt: skip
    return Waiver(**{**fields, **changes})


def judged(facts: Facts, *waivers: Waiver) -> Judgement:
    return judge(facts, CATALOGUE, waivers=waivers)


def finding(judgement: Judgement, name: str) -> Finding:
    (found,) = (item for item in judgement.findings if item.check.id == name)
    return found


def about(judgement: Judgement) -> dict[str, str]:
    return {item.check.id: item.reason for item in judgement.findings if item.check.id.startswith("waiver.")}


def test_a_failed_finding_is_waived_and_stays_in_sight() -> None:
    facts = host(set={"listener.values.UserAuthentication.local.value": 0})
    plain, accepted = judged(facts), judged(facts, waiver(checks=(NLA,)))
    was, is_now = finding(plain, NLA), finding(accepted, NLA)
    assert (was.outcome, is_now.outcome) == (Outcome.FAIL, Outcome.WAIVED)
    assert (is_now.reason, is_now.evidence, is_now.fingerprint) == (was.reason, was.evidence, was.fingerprint)
    assert is_now.waiver is not None
    assert is_now.waiver.owner == "ops"
    assert accepted.sentence.endswith(" waived)")
    assert [item.cause.id for item in accepted.causes] == [item.cause.id for item in plain.causes]
    assert accepted.waivers[0].waived == 1


@pytest.mark.parametrize(
    ("name", "checks"),
    [("rds-firewall", ("firewall.lets_in", "outside.answers")), ("rds-policy-off", ("listener.connections_allowed", "outside.answers"))],
)
def test_a_host_that_is_meant_to_be_shut_makes_no_run_fail(name: str, checks: tuple[str, ...]) -> None:
    # Given a host of the demo that nobody gets into
    bundle = load_bundle(DEMO / f"{name}.json")
    facts = build_facts(bundle.host, bundle.collected_at, snapshot=bundle.snapshot, probe=bundle.probe)
    assert judged(facts).verdict is Verdict.FAILING
    # When somebody accepts what keeps people out, and that nothing answers
    judgement = judged(facts, waiver(checks=checks))
    # Then nothing behind the closed door is held open as unknown: see docs/waivers.md
    assert judgement.verdict is Verdict.ATTENTION
    assert judgement.sentence.startswith("Remote Desktop fails, which is accepted: ")
    assert not [item.check.id for item in judgement.findings if item.outcome is Outcome.UNKNOWN]


def test_what_is_accepted_is_not_repaired() -> None:
    facts = host(set={"listener.values.UserAuthentication.local.value": 0})
    assert [item.target["value"] for item in judged(facts).plan.operations] == ["UserAuthentication"]
    assert judged(facts, waiver(checks=(NLA, "outside.nla_required"))).plan.operations == ()


def test_a_waived_outage_is_told_first_and_is_never_healthy() -> None:
    facts = host(set=STOPPED)
    names = tuple(item.check.id for item in judged(facts).findings if item.outcome is Outcome.FAIL)
    accepted = judged(facts, waiver(checks=names))
    assert judged(facts).verdict is Verdict.FAILING
    assert accepted.verdict is Verdict.ATTENTION
    assert accepted.sentence.startswith("Remote Desktop fails, which is accepted: ")
    assert accepted.causes
    assert accepted.plan.operations == ()


@pytest.mark.parametrize(
    ("scope", "covered"),
    [
        ({}, True),
        ({"hosts": ("rds*",)}, True), ({"hosts": ("RDS01",)}, True), ({"hosts": ("web*", "rds0?")}, True), ({"hosts": ("web*",)}, False),
        ({"groups": ("session_hosts",)}, True), ({"groups": ("all",)}, True), ({"groups": ("web",)}, False),
        ({"hosts": ("rds*",), "groups": ("web",)}, False),
    ],
)  # fmt: skip
def test_scope_by_host_and_group(scope: dict[str, Any], covered: bool) -> None:
    assert bool(for_host([waiver(**scope)], "rds01", {"session_hosts"})) is covered


def test_scope_by_fingerprint() -> None:
    facts = host(set={"listener.values.UserAuthentication.local.value": 0})
    mark = finding(judged(facts), NLA).fingerprint
    assert finding(judged(facts, waiver(fingerprints=(mark,))), NLA).outcome is Outcome.WAIVED
    assert finding(judged(facts, waiver(fingerprints=("0" * 16,))), NLA).outcome is Outcome.FAIL
    assert finding(judged(facts, waiver(fingerprints=(mark,), checks=("os.other",))), NLA).outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, WaiverState.IN_FORCE),
        ({"starts": NOW}, WaiverState.IN_FORCE),
        ({"starts": NOW + timedelta(seconds=1)}, WaiverState.NOT_BEGUN),
        ({"expires": NOW}, WaiverState.EXPIRED),
        ({"expires": NOW + timedelta(seconds=1)}, WaiverState.EXPIRING),
        ({"expires": NOW + timedelta(days=14)}, WaiverState.EXPIRING),
        ({"expires": NOW + timedelta(days=14, seconds=1)}, WaiverState.IN_FORCE),
        ({"checks": ()}, WaiverState.TOO_WIDE),
        ({"checks": (), "hosts": ("*",)}, WaiverState.TOO_WIDE),
        ({"checks": (), "hosts": ("rds*",)}, WaiverState.IN_FORCE),
        ({"checks": (), "groups": ("all",)}, WaiverState.TOO_WIDE),
        ({"checks": (), "groups": ("lab",)}, WaiverState.IN_FORCE),
        ({"checks": (), "fingerprints": ("0" * 16,)}, WaiverState.IN_FORCE),
    ],
)
def test_states(changes: dict[str, Any], state: WaiverState) -> None:
    assert state_of(waiver(**{"checks": (NLA,), **changes}), NOW) is state


@pytest.mark.parametrize(
    ("changes", "outcome", "told"),
    [
        ({}, Outcome.WAIVED, {}),
        ({"expires": NOW + timedelta(days=3)}, Outcome.WAIVED, {"waiver.expiring": "waiver W1 of ops (CHG-1) ends on 2026-11-23"}),
        (
            {"expires": NOW - timedelta(days=1)},
            Outcome.FAIL,
            {"waiver.expired": "waiver W1 of ops (CHG-1) ended on 2026-11-19, and the check that it accepted still fails"},
        ),
        ({"starts": NOW + timedelta(days=1)}, Outcome.FAIL, {}),
        (
            {"checks": ()},
            Outcome.FAIL,
            {"waiver.over_wide": "waiver W1 of ops (CHG-1) names neither hosts nor checks and waives nothing; name what is accepted"},
        ),
        (
            {"checks": (), "hosts": ("rds*", "test")},
            Outcome.WAIVED,
            {"waiver.over_wide": "waiver W1 of ops (CHG-1) names no check and accepts every failure here; name what is accepted"},
        ),
    ],
)
def test_findings_about_waivers(changes: dict[str, Any], outcome: Outcome, told: dict[str, str]) -> None:
    facts = host(set={"listener.values.UserAuthentication.local.value": 0})
    judgement = judged(facts, waiver(**{"checks": (NLA,), **changes}))
    assert finding(judgement, NLA).outcome is outcome
    assert about(judgement) == told
    assert all(item.check.impact is Impact.HYGIENE for item in judgement.findings if item.check.id in told)


def test_an_unused_waiver_of_one_host_is_told_there() -> None:
    facts = host()
    by_name = waiver(checks=(NLA,), hosts=(facts.host,))
    assert about(judged(facts, by_name)) == {"waiver.unused": "waiver W1 of ops (CHG-1) waives nothing on this host; take it out"}
    assert about(judged(facts, waiver(checks=(NLA,), hosts=("*",)))) == {}  # of a glob only the fleet can say that nobody uses it
    assert about(judged(host(status={"listener": "denied"}), by_name)) == {}  # nobody could look: nobody can call it unused


@st.composite
def waivers(draw: st.DrawFn) -> Waiver:
    day = st.integers(-400, 400)
    return waiver(
        id=draw(st.sampled_from(["W1", "W2", "W3"])),
        starts=NOW + timedelta(days=draw(day)), expires=NOW + timedelta(days=draw(day)),
        hosts=draw(st.sampled_from([(), ("*",), ("x*",), (host().host,)])), groups=draw(st.sampled_from([(), ("all",), ("lab",)])),
        checks=tuple(draw(st.lists(st.sampled_from(NAMES), max_size=len(NAMES)))),
    )  # fmt: skip


@given(states(), st.lists(waivers(), max_size=3, unique_by=lambda item: item.id))
@settings(max_examples=60, deadline=None)
def test_laws(case: dict[str, Any], given_waivers: list[Waiver]) -> None:
    facts = facts_of_case(case)
    plain, accepted = judged(facts), judged(facts, *given_waivers)
    ours = [item for item in accepted.findings if not item.check.id.startswith("waiver.")]
    for before, after in zip(plain.findings, ours, strict=True):
        assert before.check is after.check
        # Only a failure is ever waived, and nothing of it is lost
        assert after.outcome is before.outcome or (before.outcome, after.outcome) == (Outcome.FAIL, Outcome.WAIVED)
        assert (before.reason, before.evidence, before.fingerprint) == (after.reason, after.evidence, after.fingerprint)
        assert (after.waiver is not None) is (after.outcome is Outcome.WAIVED)
    outcomes = {item.outcome for item in ours}
    if Outcome.UNKNOWN in outcomes:
        assert accepted.verdict is not Verdict.HEALTHY
    if any(item.check.impact is Impact.OUTAGE and item.outcome is Outcome.WAIVED for item in ours):
        assert accepted.verdict is not Verdict.HEALTHY
    if Outcome.WAIVED in outcomes:
        assert "waived)" in accepted.sentence
    # A host is never repaired in a way that nobody wanted without the waiver
    assert {(item.kind, str(item.target)) for item in accepted.plan.operations} <= {(item.kind, str(item.target)) for item in plain.plan.operations}
    assert [item.cause.id for item in plain.causes] == [item.cause.id for item in accepted.causes]
