# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One word and one sentence for a host."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.judge import judge, verdict_of
from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import Finding, Impact, Outcome, Rank, Severity, Verdict
from hypothesis import given, settings

from tests.support.host_states import CATALOGUE, check, host, states

SILENCE = {
    "probe.symptom": "connect_timeout",
    "probe.ended_at": "connect",
    "probe.tls.outcome": "not_reached",
    "probe.tls.version": None,
    "probe.tls.certificate": None,
}


def finding(impact: Impact, outcome: Outcome) -> Finding:
    return Finding(check(impact=impact, severity=Severity.LOW), outcome, "", (), "")


@pytest.mark.parametrize(
    ("outcomes", "verdict"),
    [
        ([], Verdict.UNKNOWN),
        ([(Impact.OUTAGE, Outcome.PASS)], Verdict.HEALTHY),
        ([(Impact.OUTAGE, Outcome.NOT_APPLICABLE)], Verdict.UNKNOWN),
        ([(Impact.OUTAGE, Outcome.NOT_APPLICABLE), (Impact.SECURITY, Outcome.PASS)], Verdict.HEALTHY),
        ([(Impact.OUTAGE, Outcome.UNKNOWN), (Impact.SECURITY, Outcome.FAIL)], Verdict.UNKNOWN),
        ([(Impact.OUTAGE, Outcome.UNKNOWN), (Impact.OUTAGE, Outcome.FAIL)], Verdict.FAILING),
        ([(Impact.OUTAGE, Outcome.PASS), (Impact.SECURITY, Outcome.FAIL)], Verdict.ATTENTION),
        ([(Impact.OUTAGE, Outcome.PASS), (Impact.HYGIENE, Outcome.FAIL)], Verdict.ATTENTION),
        ([(Impact.OUTAGE, Outcome.PASS), (Impact.HYGIENE, Outcome.UNKNOWN)], Verdict.ATTENTION),  # unknown is never green
        ([(Impact.OUTAGE, Outcome.PASS), (Impact.SECURITY, Outcome.UNKNOWN)], Verdict.ATTENTION),
        ([(Impact.OUTAGE, Outcome.WAIVED)], Verdict.ATTENTION),  # accepted, and not healthy
        ([(Impact.OUTAGE, Outcome.WAIVED), (Impact.OUTAGE, Outcome.UNKNOWN)], Verdict.UNKNOWN),
        ([(Impact.SECURITY, Outcome.WAIVED)], Verdict.HEALTHY),
    ],
)
def test_verdicts(outcomes: list[tuple[Impact, Outcome]], verdict: Verdict) -> None:
    assert verdict_of([finding(*pair) for pair in outcomes]) is verdict
    assert verdict_of([finding(*pair) for pair in reversed(outcomes)]) is verdict


def told(outcome: Outcome, impact: Impact = Impact.HYGIENE) -> Finding:
    return Finding(check(impact=impact, severity=Severity.INFO), outcome, "", (), "")


@pytest.mark.parametrize("outcome", [Outcome.FAIL, Outcome.UNKNOWN])
def test_what_is_told_for_information_changes_no_verdict(outcome: Outcome) -> None:
    assert verdict_of([finding(Impact.OUTAGE, Outcome.PASS), told(outcome)]) is Verdict.HEALTHY
    assert verdict_of([finding(Impact.HYGIENE, Outcome.FAIL), told(outcome)]) is Verdict.ATTENTION
    # Nothing else was looked at: that is no proof of health
    assert verdict_of([told(outcome)]) is Verdict.UNKNOWN
    # An outage is one, however little its author made of it
    assert verdict_of([told(outcome, Impact.OUTAGE)]) is not Verdict.HEALTHY


def test_a_sentence_counts_what_is_told_for_information() -> None:
    refuses = {"logon.values.RestrictReceivingNTLMTraffic.kind": "REG_DWORD", "logon.values.RestrictReceivingNTLMTraffic.value": 1}
    judgement = judge(host(set=refuses), CATALOGUE)
    assert judgement.verdict is Verdict.HEALTHY
    assert judgement.sentence == "Remote Desktop answers and every check passed (1 for information)"
    # And where something else is the matter, that alone is told
    weaker = judge(host(set={**refuses, "listener.values.MinEncryptionLevel.local.value": 1}), CATALOGUE)
    assert weaker.sentence == "Remote Desktop answers, but: MinEncryptionLevel is 1 (low; set by the host's own value)"


@pytest.mark.parametrize(
    ("case", "verdict", "sentence"),
    [
        ({}, "healthy", "Remote Desktop answers and every check passed"),
        (
            {"status": {"credssp": "denied"}},
            "attention",
            "Remote Desktop answers, but: 3 checks are open (Connections from this host do not fall back to servers without the CredSSP fix: could not look:"
            " access to credssp was denied: as the case wants it)",
        ),
        ({"set": {**SILENCE, "services.TermService.state": "stopped"}}, "failing", "Remote Desktop Services (TermService) does not run, or crashes (certain)"),
        ({"unreachable": True}, "unknown", "Remote Desktop answers from outside, but the host could not be read: as the case wants it: 14 checks are open"),
        (
            {"unreachable": True, "status": {"probe": "failed"}},
            "unknown",
            "From outside nothing is proven, and the host could not be read: as the case wants it: 17 checks are open",
        ),
        ({"status": {"services": "error"}}, "unknown", "2 checks are open; the first could not look: services could not be read: as the case wants it"),
        (
            {"set": {"listener.values.UserAuthentication.local.value": 0}},
            "attention",
            "Remote Desktop answers, but: Network Level Authentication is off (set by the host's own value); the host's settings say that it does not demand"
            " Network Level Authentication, and from outside it is the other way round",
        ),
    ],
)
def test_sentences(case: dict[str, Any], verdict: str, sentence: str) -> None:
    judgement = judge(host(**case), CATALOGUE)
    assert judgement.verdict.value == verdict
    numbers = "".join(character for character in sentence if not character.isdigit())
    assert "".join(character for character in judgement.sentence if not character.isdigit()) == numbers


@pytest.mark.parametrize(
    ("case", "verdict", "ending"),
    [
        ({}, "healthy", "every check passed, but a client reports 0x904/0x7, which nothing that was seen explains"),
        ({"client": {}}, "healthy", ", but a client reports 0x904/0x7, which nothing that was seen explains"),
        ({"set": {"listener.values.MinEncryptionLevel.local.value": 1}}, "attention", "; a client reports 0x904/0x7, which nothing that was seen explains"),
        ({"unreachable": True, "status": {"probe": "failed"}}, "unknown", "open; a client reports 0x904/0x7, which nothing that was seen explains"),
    ],
)
def test_a_failure_that_a_client_reports_and_nothing_explains_is_in_the_sentence(case: dict[str, Any], verdict: str, ending: str) -> None:
    # The verdict is the host's alone: one code is given for all hosts of a run as often as for one
    judgement = judge(host(**case, error="0x904/0x7"), CATALOGUE)
    assert judgement.verdict.value == verdict
    assert judgement.sentence.endswith(ending)
    assert judgement.complaint == "0x904/0x7"


@pytest.mark.parametrize(
    "case",
    [
        {"error": "0x3"},  # no failure
        {"error": "0x904/0x7", "set": {**SILENCE, "services.TermService.state": "stopped"}},  # a cause fits
        {"error": "0x904/0x7", "set": {"probe.symptom": "tls_silent", "probe.ended_at": "tls", "probe.tls.outcome": "silent"}},  # the host fails by itself
    ],
)
def test_what_is_no_failure_or_is_explained_is_no_complaint(case: dict[str, Any]) -> None:
    judgement = judge(host(**case), CATALOGUE)
    assert judgement.complaint == ""
    assert "a client reports" not in judgement.sentence


def test_a_code_that_was_explained_before_a_repair_is_no_complaint_after_it() -> None:
    judgement = judge(host(error="0x904/0x7"), CATALOGUE, mended=True)
    assert judgement.sentence.endswith("every check passed; whether the client still gets 0x904/0x7, only a new attempt shows")
    assert (judgement.complaint, judgement.escalation) == ("", None)
    # What still fails is told as ever
    silent = host(error="0x904/0x7", set={"probe.symptom": "tls_silent", "probe.ended_at": "tls", "probe.tls.outcome": "silent"})
    assert judge(silent, CATALOGUE, mended=True) == judge(silent, CATALOGUE)


def test_silence_alone_names_what_is_possible() -> None:
    sentence = judge(host(unreachable=True, set=SILENCE), CATALOGUE).sentence
    assert sentence.startswith("Remote Desktop fails (the connection ends at the step connect: ")
    assert "; possible causes: " in sentence
    # two of many by their titles, the others by their number
    assert sentence.count("; or ") == 1
    assert re.search(r"; and [0-9]+ more$", sentence)


@pytest.mark.parametrize(("number", "ending"), [(1, "T0"), (2, "T0; or T1"), (3, "T0; or T1; and 1 more"), (5, "T0; or T1; and 3 more")])
def test_two_of_many_possible_causes_are_named(number: int, ending: str) -> None:
    judged = judge(host(unreachable=True, set=SILENCE), CATALOGUE)
    possible = next(ranked.cause for ranked in judged.causes if ranked.rank is Rank.POSSIBLE and ranked.cause.impact is Impact.OUTAGE)
    alike = tuple(replace(possible, id=f"C0{place}", title=f"T{place}") for place in range(number))
    sentence = judge(host(unreachable=True, set=SILENCE), replace(CATALOGUE, causes=alike)).sentence
    assert sentence.endswith(f"; possible causes: {ending}")


def test_an_outage_that_no_cause_fits_is_told_by_its_worst_finding() -> None:
    sentence = judge(
        host(unreachable=True, set={**SILENCE, "probe.symptom": "not_rdp", "probe.ended_at": "negotiate", "probe.sentence": "odd"}),
        replace(CATALOGUE, causes=()),
    ).sentence
    assert sentence == "Remote Desktop fails (the connection ends at the step negotiate: odd), and no known cause fits what was seen"


def test_worst_findings_come_first_and_are_three_at_most() -> None:
    changes = {
        "listener.values.UserAuthentication.local.value": 0, "listener.values.MinEncryptionLevel.local.value": 1, "key_store.folder.sddl": "D:P",
        "credssp.AllowEncryptionOracle.kind": "REG_DWORD", "credssp.AllowEncryptionOracle.value": 2, "services.SessionEnv.Start.value": 4,
    }  # fmt: skip
    judgement = judge(host(set=changes), CATALOGUE)
    failed = [item for item in judgement.findings if item.outcome is Outcome.FAIL]
    assert len(failed) > 3
    assert [item.check.severity for item in failed if item.reason in judgement.sentence] == [Severity.HIGH] * 3


def test_a_likely_cause_is_named_where_a_view_was_left_out() -> None:
    from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived import with_derived

    facts = host(set={"key_store.listener_key.sddl": "D:P(A;;FA;;;SY)"})
    document = {name: value for name, value in facts.document.items() if name != "probe"}
    inside = with_derived(replace(facts, document={**document, "views": {**document["views"], "outside": "not_asked"}}))
    judgement = judge(inside, CATALOGUE)
    # The inside alone shows that nobody can get in
    assert judgement.verdict is Verdict.FAILING
    assert judgement.sentence == "The listener's private key cannot be read by the service (likely)"
    healthy = {**host().document, "views": {**document["views"], "outside": "not_asked"}}
    del healthy["probe"]
    sentence = judge(with_derived(replace(host(), document=healthy)), CATALOGUE).sentence
    assert sentence == "Nothing keeps Remote Desktop from answering and every check passed (the outside view was not asked for)"


@given(states())
@settings(max_examples=40, deadline=None)
def test_the_same_facts_give_the_same_judgement(case: dict[str, Any]) -> None:
    facts = host(**case)
    first, second = judge(facts, CATALOGUE), judge(facts, CATALOGUE)
    assert first == second
    assert first.sentence
    assert "\n" not in first.sentence
    # Green only where nothing that shows an outage failed or could not be looked at
    if first.verdict is Verdict.HEALTHY:
        assert not [item for item in first.findings if item.outcome is Outcome.FAIL and item.check.severity is not Severity.INFO]
        assert not [item for item in first.findings if item.outcome is Outcome.UNKNOWN and item.check.impact is Impact.OUTAGE]


def test_a_benchmark_is_looked_at_where_somebody_asks_for_it() -> None:
    # Given a host as it is shipped
    usual, hardened = judge(host(), CATALOGUE), judge(host(), CATALOGUE, profiles=("stig",))
    # Then it is healthy, and falls short of the benchmark
    assert usual.verdict is Verdict.HEALTHY
    assert hardened.verdict is Verdict.ATTENTION
    assert {each.check.id for each in hardened.findings if each.outcome is Outcome.FAIL} == {
        "listener.high_encryption_level", "listener.password_prompt", "listener.secure_rpc", "credssp.protected_credentials",
    }  # fmt: skip


def test_no_host_is_healthy_for_which_an_outage_is_proven() -> None:
    # Given a listener whose part is damaged, seen from inside alone, where no check fails
    facts = host(not_asked=["outside"], set={"listener.values.PdDLL.local.value": "nothing"})
    causes_only = judge(facts, replace(CATALOGUE, checks=tuple(each for each in CATALOGUE.checks if each.id == "listener.nla_required")))
    # Then the cause makes the verdict, and the sentence
    assert causes_only.verdict is Verdict.ATTENTION
    assert "but: " in causes_only.sentence and "(likely)" in causes_only.sentence
    # and what is only possible, or no outage, does not
    assert judge(host(not_asked=["outside"]), CATALOGUE).verdict is Verdict.HEALTHY


@pytest.mark.parametrize(
    "change",
    [{"listener.values.fDenyTSConnections.local.value": 1}, {"services.TermService.state": "stopped"}, {"ports.ipv4.items": [], "ports.ipv6.items": []}],
)
def test_what_cannot_both_be_so_is_told_first_and_holds_the_plan(change: dict[str, Any]) -> None:
    told = judge(host(set=change), CATALOGUE)
    assert told.sentence.startswith("What was read and what was probed cannot both be so: ")
    assert told.plan.operations == ()
    # Where nobody probed there is nothing to contradict, and a plan where there was one
    alone = judge(host(set=change, not_asked=["outside"]), CATALOGUE)
    assert "cannot both be so" not in alone.sentence
    assert bool(alone.plan.operations) is any(refusal.rule == "cannot_look" and "cannot both be so" in refusal.because for refusal in told.plan.refusals)
