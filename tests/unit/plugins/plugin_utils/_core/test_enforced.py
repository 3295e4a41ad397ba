# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What enforcing came to: fixed only when the snapshot and the probe say so, taken back only what made something worse."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.consent import Consents, permitted
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived import with_derived
from ansible_collections.rdpops.health.plugins.plugin_utils._core.enforced import (
    Ending,
    Enforced,
    Look,
    ending,
    ending_taken_back,
    ending_without_change,
    made_worse,
    unsettled,
)
from ansible_collections.rdpops.health.plugins.plugin_utils._core.judge import judge
from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import Facts, Refusal, RestartClass, Verdict
from ansible_collections.rdpops.health.plugins.plugin_utils._core.predict import predict
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.build import build_facts
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.load import load_bundle
from hypothesis import given, settings

from tests.support.host_states import CATALOGUE, base_document, host, states

NO_NLA = {"listener.values.UserAuthentication.local.value": 0}
CUT = {"probe.symptom": "tls_reset", "probe.ended_at": "tls", "probe.tls.outcome": "reset"}
REFUSED = {"probe.symptom": "connect_refused", "probe.ended_at": "connect", "probe.tls.outcome": "not_reached"}


def look(**case: Any) -> Look:
    facts = host(**case)
    return Look(facts, judge(facts, CATALOGUE))


def again(facts: Facts, before: Facts) -> Look:
    """The second look: what was predicted, and the wire as it was before."""
    document = {**facts.document, **({"probe": before.document["probe"]} if "probe" in before.document else {})}
    gaps = {path: why for path, why in facts.gaps.items() if path != "probe" or "probe" not in before.document}
    seen = with_derived(replace(facts, document=document, gaps=gaps))
    return Look(seen, judge(seen, CATALOGUE))


def answer(before: Look, *, status: str = "changed") -> dict[str, Any]:
    return {"results": [{"id": operation.id, "status": status} for operation in before.judgement.plan.operations], "reboot_required": False}


def word(before: Look, after: Look, left_out: tuple[Refusal, ...] = ()) -> Ending:
    return ending(before, after, before.judgement.plan.operations, answer(before), left_out)


def test_a_repair_that_both_views_confirm_is_fixed() -> None:
    before = look(set=NO_NLA)
    assert [operation.kind for operation in before.judgement.plan.operations] == ["registry_value"]
    assert word(before, look()).word is Enforced.FIXED


def test_a_repair_that_does_not_show_on_the_wire_is_not_fixed() -> None:
    # Given an expired certificate, and a service that goes on serving it when there is a new one
    shelf = load_bundle(Path(__file__).parents[5] / "demo" / "bundles" / "rds-cert-expired.json")
    data = (shelf.snapshot or {})["subsets"]["certificate"]["data"]
    old = {"certificate.stores": data["stores"], "certificate.bindings.SelfSignedCertificate": data["bindings"]["SelfSignedCertificate"]}
    on_the_wire = {"probe.tls.certificate": (shelf.probe or {})["tls"]["certificate"]}
    before = look(set={**old, **on_the_wire, "services.SessionEnv.Start.value": 4, "services.SessionEnv.state": "stopped"})
    assert before.judgement.verdict is Verdict.ATTENTION
    # Then what is right inside, and wrong outside, is not said to be fixed
    told = word(before, look(set=on_the_wire))
    assert told.word is Enforced.STILL_BROKEN
    assert "from outside it cannot be seen" in told.sentence
    assert word(before, look()).word is Enforced.FIXED


def test_without_an_outside_view_nobody_says_fixed() -> None:
    before = look(set=NO_NLA)
    for status in ("error", "not_asked"):
        assert word(before, look(status={"probe": status})).word is Enforced.FIXED_INSIDE_ONLY


def test_a_second_cause_stays_and_so_does_the_change() -> None:
    before, after = look(set={**NO_NLA, **CUT}), look(set=CUT)
    assert made_worse(before.facts, after.facts) is None
    assert word(before, after).word is Enforced.STILL_BROKEN


def test_a_check_that_was_to_pass_and_does_not_is_told() -> None:
    before = look(set=NO_NLA)
    assert word(before, look(set=NO_NLA)).word is Enforced.STILL_BROKEN


def test_a_change_that_waits_for_windows_is_pending() -> None:
    oracle = {"credssp.AllowEncryptionOracle.kind": "REG_DWORD", "credssp.AllowEncryptionOracle.value": 2}
    before = look(set=oracle)
    assert before.judgement.plan.restart is RestartClass.REBOOT
    assert word(before, look()).word is Enforced.PENDING_REBOOT
    # and one that changed nothing is not
    sent = before.judgement.plan.operations
    assert ending(before, look(), sent, answer(before, status="unchanged"), ()).word is Enforced.FIXED
    assert ending(before, look(), sent, {**answer(before, status="unchanged"), "reboot_required": True}, ()).word is Enforced.PENDING_REBOOT


def test_a_restart_that_nobody_agreed_to_is_pending_and_says_what_is_lacking() -> None:
    people = [{"id": 2, "state": "active", "station": "RDP-Tcp#1", "user": None, "domain": None}]
    before = look(set={"listener.values.fEnableWinStation.local.value": 0, "sessions.sessions": people, **REFUSED})
    allowed, left_out = permitted(before.judgement.plan.operations, Consents())
    assert [operation.kind for operation in allowed] == ["registry_value"]
    ended = ending(before, look(set=REFUSED), allowed, answer(before), left_out)
    assert ended.word is Enforced.PENDING_REBOOT
    assert "rdp_health_allow_session_disconnect" in ended.sentence and "1 person" in ended.sentence


@pytest.mark.parametrize(
    ("was", "is_now", "told"),
    [
        ({}, CUT, "handshake ended at tls"),
        (CUT, REFUSED, "handshake ended at connect"),
        ({}, {"listener.values.fDenyTSConnections.local.value": 1}, "way in was lost"),
        ({}, {"services.TermService.state": "stopped"}, "TermService ran before"),
    ],
)
def test_what_is_worse_than_before_is_named(was: dict[str, Any], is_now: dict[str, Any], told: str) -> None:
    before, after = look(set=was), look(set=is_now)
    assert told in (made_worse(before.facts, after.facts) or "")
    assert made_worse(after.facts, before.facts) is None
    assert made_worse(before.facts, before.facts) is None


@pytest.mark.parametrize("change", [{"status": {"probe": "error"}}, {"set": {"probe.symptom": "probe_error", "probe.ended_at": "connect"}}])
def test_a_probe_that_says_nothing_is_no_proof_of_harm(change: dict[str, Any]) -> None:
    assert made_worse(host(), host(**change)) is None


def test_a_service_of_which_nobody_knows_is_no_proof_of_harm() -> None:
    assert made_worse(host(), host(status={"services": "denied"})) is None
    assert made_worse(host(set={"services.TermService.state": "stopped"}), host(set={"services.TermService.state": "start_pending"})) is None


MARK = {"journal": "j", "owner": None, "reason": None, "expires_at": "2026-11-20T08:00:00Z"}
LATER = {**MARK, "expires_at": "2026-11-21T08:00:00Z"}


@pytest.mark.parametrize(
    ("traces", "told"),
    [
        ({"open_journals": [], "break_glass": []}, False),
        ({"open_journals": [], "break_glass": [LATER]}, False),
        ({"open_journals": ["j"], "break_glass": None}, True),
        ({"open_journals": None, "break_glass": [MARK]}, True),
        ({"open_journals": [], "break_glass": [LATER], "kind": "too_large"}, None),
        ({"open_journals": None, "break_glass": None, "kind": "access_denied"}, None),
        (None, None),
    ],
)
def test_what_earlier_runs_left_is_there_or_not_or_nobody_could_look(traces: Any, told: bool | None) -> None:
    snapshot = base_document()["snapshot"]
    snapshot["subsets"]["os"]["data"]["rdpops"] = traces
    facts = build_facts("rds01", host().now, snapshot=snapshot)
    assert unsettled(facts) is told
    lacking = traces is None or None in traces.values() or "kind" in traces
    assert any(path.startswith("os.rdpops") for path in facts.gaps) is lacking
    assert unsettled(host(status={"os": "denied"})) is None


def test_where_nothing_was_carried_out() -> None:
    refusal = Refusal("x", "a policy owns it", "change the policy", "policy_owns")
    assert ending_without_change(look(), ()).word is Enforced.ALREADY_RIGHT
    assert ending_without_change(look(), (refusal,)).word is Enforced.ALREADY_RIGHT
    assert ending_without_change(look(set=NO_NLA), (refusal,)) == Ending(Enforced.REFUSED, "a policy owns it; change the policy")
    assert ending_without_change(look(set=CUT), ()).word is Enforced.STILL_BROKEN
    assert ending_without_change(look(unreachable="no route"), (refusal,)).word is Enforced.UNREACHABLE


def test_a_host_that_fails_from_outside_alone_may_wait_for_a_restart() -> None:
    """Given everything done by a run whose answer was lost, when the next run finds nothing to do, then it does not say that nothing can repair it."""
    outside_alone = ending_without_change(look(set=CUT), ())
    assert outside_alone.word is Enforced.STILL_BROKEN
    assert outside_alone.sentence.startswith("from inside nothing is left to change, and from outside it fails: ")
    assert outside_alone.sentence.endswith("may wait for a restart, which nobody can see: restart, and look again")
    stopped = ending_without_change(look(set={**CUT, "services.TermService.state": "stopped"}), ())
    assert stopped.sentence.startswith("nothing here can repair it: ") and "restart" not in stopped.sentence


def test_a_failed_way_back_is_said() -> None:
    assert ending_taken_back("r", restored=True) == Ending(Enforced.ROLLED_BACK, "taken back: r")
    assert "did not succeed" in ending_taken_back("r", restored=False).sentence


@given(states())
@settings(max_examples=80, deadline=None)
def test_a_correct_change_never_goes_back_and_forth(case: dict[str, Any]) -> None:
    # Given any heap of faults, and a wire that stays as it is whatever is done: a second cause, a reboot that nobody makes
    first = Look(facts := host(**case), judge(facts, CATALOGUE))
    seen = first
    runs = []
    for run in range(10):
        allowed, dummy_refusals = permitted(seen.judgement.plan.operations, Consents())
        after = again(predict(seen.facts, allowed), first.facts)
        # Then no run calls the change of an earlier one harm,
        assert made_worse(seen.facts, after.facts) is None
        runs += [run] if any(operation.kind not in ("service", "wait_until") for operation in allowed) else []
        seen = after
    # and there are changes in the first two runs alone: what stands behind a binding shows only when that is gone
    assert set(runs) <= {0, 1}
