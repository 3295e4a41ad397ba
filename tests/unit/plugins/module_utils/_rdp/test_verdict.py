# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What records add up to: the table of answers, and where a handshake ended."""

from __future__ import annotations

import itertools

import pytest
from ansible_collections.rdpops.health.plugins.module_utils._rdp import _verdict
from ansible_collections.rdpops.health.plugins.module_utils._rdp._events import (
    Disconnect,
    Event,
    OtherAnswer,
    Protocol,
)
from ansible_collections.rdpops.health.plugins.module_utils._rdp._outcomes import ENDINGS
from ansible_collections.rdpops.health.plugins.module_utils._rdp._result import (
    ConnectionRecord,
    Nla,
    Outcome,
    Step,
    StepName,
    Target,
    Tls,
    Verdict,
)
from ansible_collections.rdpops.health.plugins.module_utils._rdp._sentences import SYMPTOMS, sentence
from ansible_collections.rdpops.health.plugins.module_utils._rdp._verdict import DEFAULT_REQUESTS, judge

from tests.support.rdp_records import LEGACY, TARGET, fail, record, rsp


def verdict(answers: dict[int, Event | None]) -> Verdict:
    return judge(TARGET, [record(requested, answer) for requested, answer in answers.items()])


def words(answers: dict[int, Event | None]) -> str:
    """Return rdp, ssl, hybrid, hybrid_ex and nla in one line."""
    found = verdict(answers)
    protocols = (Protocol.RDP, Protocol.SSL, Protocol.HYBRID, Protocol.HYBRID_EX)
    return " ".join([*(found.protocols[protocol].value for protocol in protocols), "nla:" + found.nla.value])


# (what is offered: what is answered) -> rdp ssl hybrid hybrid_ex nla
TABLE = [
    # Windows as it comes, and FreeRDP shadow /sec:nla
    ({0x0B: rsp(8), 1: fail(5), 0: fail(5)}, "refused refused required offered nla:required"),
    ({0x0B: rsp(8), 1: fail(5), 0: fail(1)}, "refused refused required offered nla:required"),
    ({0x0B: rsp(2), 1: fail(5), 0: fail(5)}, "refused refused required refused nla:required"),
    ({3: rsp(2), 1: fail(5), 0: fail(5)}, "refused refused required unknown nla:required"),
    # TLS required, no NLA: xrdp tls, shadow /sec:tls
    ({0x0B: rsp(1), 1: rsp(1), 0: fail(1)}, "refused required refused refused nla:absent"),
    ({2: fail(1), 3: rsp(1), 1: rsp(1), 0: fail(1)}, "refused required refused unknown nla:absent"),
    ({2: fail(1), 1: rsp(1), 0: fail(1)}, "refused required refused unknown nla:absent"),
    # RDP security only, and refusing the rest: shadow /sec:rdp, Windows SecurityLayer 0
    ({0x0B: fail(2), 1: fail(2), 0: rsp(0)}, "required refused refused refused nla:absent"),
    ({1: fail(2), 0: rsp(0)}, "required refused unknown unknown nla:unknown"),
    # RDP security only, never refusing: xrdp rdp, xrdp negotiate without a certificate, Windows XP
    ({0x0B: rsp(0), 1: rsp(0), 0: rsp(0)}, "offered refused refused refused nla:absent"),
    ({0x0B: LEGACY, 1: LEGACY, 0: LEGACY}, "offered refused refused refused nla:absent"),
    # everything offered: shadow +sec-nla
    ({0x0B: rsp(2), 1: rsp(1), 0: rsp(0)}, "offered offered offered refused nla:optional"),
    ({0x0B: rsp(8), 1: rsp(1), 0: rsp(0)}, "offered offered offered offered nla:optional"),
    # NLA optional, TLS required: shadow +sec-nla +sec-tls -sec-rdp, Windows SecurityLayer 2 with NLA off
    ({0x0B: rsp(2), 1: rsp(1), 0: fail(1)}, "refused required offered refused nla:optional"),
    ({0x0B: rsp(8), 1: rsp(1), 0: fail(1)}, "refused required offered offered nla:optional"),
    # xrdp negotiate
    ({0x0B: rsp(1), 1: rsp(1), 0: rsp(0)}, "offered offered refused refused nla:absent"),
    # no certificate: xrdp tls with the file missing
    ({0x0B: fail(3), 1: fail(3), 0: fail(3)}, "refused refused refused refused nla:unknown"),
    ({0x0B: fail(3), 1: fail(5), 0: fail(5)}, "refused refused refused refused nla:required"),  # the server says that it insists
    ({0x0B: fail(3), 1: fail(3), 0: rsp(0)}, "offered refused refused refused nla:unknown"),
    ({0x0B: fail(6), 1: fail(6), 0: fail(1)}, "refused refused refused refused nla:unknown"),
    ({0x0B: fail(1), 1: fail(1), 0: fail(1)}, "refused refused refused refused nla:unknown"),  # shadow /sec:ext
    # what got no answer proves nothing
    ({0x0B: None, 1: None, 0: None}, "unknown unknown unknown unknown nla:unknown"),
    ({0x0B: rsp(8)}, "unknown unknown offered offered nla:unknown"),
    ({0x0B: rsp(8), 1: None, 0: None}, "unknown unknown offered offered nla:unknown"),
    ({0x0B: rsp(8), 1: None, 0: fail(1)}, "refused unknown offered offered nla:unknown"),
    ({0x0B: rsp(8), 1: None, 0: fail(5)}, "refused unknown required offered nla:required"),
    ({0x0B: rsp(8), 1: fail(5), 0: None}, "unknown refused required offered nla:required"),
    ({0x0B: None, 1: fail(5), 0: None}, "unknown refused required unknown nla:required"),
    ({0x0B: None, 1: fail(1), 0: None}, "unknown refused unknown unknown nla:unknown"),
    ({0x0B: rsp(8), 1: fail(1), 0: fail(1)}, "refused refused required offered nla:required"),  # refused without saying why
    ({0x0B: None, 1: rsp(1), 0: fail(1)}, "refused required unknown unknown nla:unknown"),
    ({0x0B: rsp(8), 1: fail(2), 0: None}, "unknown refused offered offered nla:unknown"),
    # contradictions and nonsense are not turned into knowledge
    ({0x0B: rsp(8), 1: fail(5), 0: rsp(0)}, "offered refused offered offered nla:optional"),
    ({0x0B: LEGACY, 1: None, 0: fail(5)}, "offered refused refused refused nla:absent"),
    ({0x0B: rsp(8), 1: fail(2), 0: rsp(0)}, "offered refused offered offered nla:optional"),
    ({0x0B: fail(6), 1: rsp(1), 0: rsp(0)}, "offered offered refused refused nla:unknown"),
    ({0x0B: fail(7), 1: fail(9), 0: fail(0)}, "unknown unknown unknown unknown nla:unknown"),
    ({0x0B: OtherAnswer("x"), 1: Disconnect("mcs", 3), 0: None}, "unknown unknown unknown unknown nla:unknown"),
    ({0x0B: rsp(0x10), 1: rsp(8), 0: rsp(1)}, "unknown unknown unknown unknown nla:unknown"),  # not what was offered
    ({0x0B: rsp(3), 1: None, 0: None}, "unknown unknown unknown unknown nla:unknown"),
]


@pytest.mark.parametrize(("answers", "expected"), TABLE)
def test_what_the_answers_mean(answers: dict[int, Event | None], expected: str) -> None:
    assert words(answers) == expected


@pytest.mark.parametrize(("answers", "expected"), TABLE)
def test_the_order_of_the_connections_does_not_matter(answers: dict[int, Event | None], expected: str) -> None:
    for order in itertools.permutations(answers):
        assert words({requested: answers[requested] for requested in order}) == expected


def one_step(step: StepName, outcome: Outcome) -> ConnectionRecord:
    tls = Tls(outcome, alert=40 if outcome is Outcome.ALERT else None) if step is StepName.TLS else None
    answer = rsp(8) if step is StepName.TLS else None
    return ConnectionRecord(0x0B, (Step(step, outcome, 1),), answer, tls)


SYMPTOM_TABLE = [
    (StepName.RESOLVE, Outcome.NOT_FOUND, "name_not_resolved"),
    (StepName.RESOLVE, Outcome.FAILURE, "name_service_failed"),
    (StepName.RESOLVE, Outcome.TIMEOUT, "name_service_failed"),
    (StepName.RESOLVE, Outcome.ERROR, "probe_error"),
    (StepName.CONNECT, Outcome.TIMEOUT, "connect_timeout"),
    (StepName.CONNECT, Outcome.REFUSED, "connect_refused"),
    (StepName.CONNECT, Outcome.RESET, "connect_refused"),
    (StepName.CONNECT, Outcome.UNREACHABLE, "unreachable"),
    (StepName.CONNECT, Outcome.NO_ROUTE, "no_route"),
    (StepName.CONNECT, Outcome.ERROR, "probe_error"),
    (StepName.NEGOTIATE, Outcome.CLOSED, "closed_before_answer"),
    (StepName.NEGOTIATE, Outcome.RESET, "reset_before_answer"),
    (StepName.NEGOTIATE, Outcome.SILENT, "silent_before_answer"),
    (StepName.NEGOTIATE, Outcome.TIMEOUT, "silent_before_answer"),
    (StepName.NEGOTIATE, Outcome.REFUSED, "reset_before_answer"),
    (StepName.NEGOTIATE, Outcome.UNREACHABLE, "route_lost"),
    (StepName.NEGOTIATE, Outcome.OK, "legacy_answer"),
    (StepName.NEGOTIATE, Outcome.NOT_RDP, "not_rdp"),
    (StepName.NEGOTIATE, Outcome.ERROR, "probe_error"),
    (StepName.TLS, Outcome.ALERT, "tls_alert"),
    (StepName.TLS, Outcome.RESET, "tls_reset"),
    (StepName.TLS, Outcome.CLOSED, "tls_closed"),
    (StepName.TLS, Outcome.SILENT, "tls_silent"),
    (StepName.TLS, Outcome.TIMEOUT, "tls_stalled"),
    (StepName.TLS, Outcome.REFUSED, "tls_reset"),
    (StepName.TLS, Outcome.UNREACHABLE, "route_lost"),
    (StepName.TLS, Outcome.CLEAR_TEXT, "tls_clear_text"),
    (StepName.TLS, Outcome.NOT_TLS, "tls_not_tls"),
    (StepName.TLS, Outcome.LOCAL_TLS_TOO_STRICT, "local_tls_too_strict"),
    (StepName.TLS, Outcome.ERROR, "probe_error"),
    (StepName.CREDSSP, Outcome.OK, "reached_credssp"),
    (StepName.CREDSSP, Outcome.SPNEGO_ONLY, "credssp_spnego_only"),
    (StepName.CREDSSP, Outcome.FAILURE, "credssp_error"),
    (StepName.CREDSSP, Outcome.NOT_CREDSSP, "credssp_invalid"),
    (StepName.CREDSSP, Outcome.CLOSED, "credssp_closed"),
    (StepName.CREDSSP, Outcome.RESET, "credssp_closed"),
    (StepName.CREDSSP, Outcome.ALERT, "credssp_closed"),
    (StepName.CREDSSP, Outcome.SILENT, "credssp_silent"),
    (StepName.CREDSSP, Outcome.TIMEOUT, "credssp_silent"),
    (StepName.CREDSSP, Outcome.REFUSED, "credssp_closed"),
    (StepName.CREDSSP, Outcome.UNREACHABLE, "route_lost"),
    (StepName.CREDSSP, Outcome.ERROR, "probe_error"),
]


@pytest.mark.parametrize(("step", "outcome", "symptom"), SYMPTOM_TABLE)
def test_how_the_first_connection_ends_is_the_symptom(step: StepName, outcome: Outcome, symptom: str) -> None:
    found = judge(TARGET, [one_step(step, outcome)])
    assert (found.symptom, found.ended_at) == (symptom, step.value)


NEVER_LAST = {(StepName.RESOLVE, Outcome.OK), (StepName.CONNECT, Outcome.OK)}  # the next step follows
BY_ITS_CODE = {(StepName.NEGOTIATE, Outcome.FAILURE)}  # the refusal itself says which word it is


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("step", StepName)
def test_every_ending_that_a_step_can_have_has_a_row(step: StepName, outcome: Outcome) -> None:
    """``timed`` lets no other ending through than those of ENDINGS; each of them has a word of its own, and nothing else has a row."""
    pair = (step, outcome)
    has_row = pair in _verdict._SYMPTOMS
    assert has_row == (outcome in ENDINGS[step] and pair not in NEVER_LAST | BY_ITS_CODE)
    assert has_row == (pair in {row[:2] for row in SYMPTOM_TABLE} | {(StepName.TLS, Outcome.OK)})
    assert (_verdict._SYMPTOMS.get(pair) == "probe_error") == (has_row and outcome is Outcome.ERROR)


@pytest.mark.parametrize(
    ("answer", "symptom"),
    [
        *[(fail(code), f"failure_{code}") for code in range(1, 7)],
        (fail(7), "failure_other"),
        (fail(0), "failure_other"),
        (Disconnect("mcs", 3), "closed_before_answer"),
        (OtherAnswer("x"), "not_rdp"),
        (rsp(0), "legacy_answer"),
        (LEGACY, "legacy_answer"),
        (rsp(0x10), "not_rdp"),
    ],
)
def test_an_answer_that_leads_nowhere_is_the_symptom(answer: Event, symptom: str) -> None:
    found = judge(TARGET, [record(0x0B, answer), record(1, rsp(1)), record(0, fail(1))])
    assert (found.symptom, found.ended_at) == (symptom, "negotiate")


def test_complete_needs_tls_and_every_answer() -> None:
    good = record(0x0B, rsp(8), Tls(Outcome.OK))
    assert judge(TARGET, [good, record(1, fail(5)), record(0, fail(5))]).ended_at == "complete"
    partly = judge(TARGET, [good, record(1, None), record(0, fail(5))])
    assert (partly.ended_at, partly.symptom) == ("tls", "reached_tls")
    failed = judge(TARGET, [record(0x0B, rsp(8), Tls(Outcome.RESET)), record(1, fail(5)), record(0, fail(5))])
    assert (failed.ended_at, failed.symptom) == ("tls", "tls_reset")


@pytest.mark.parametrize("symptom", SYMPTOMS)
def test_every_symptom_has_a_sentence_that_can_be_filled(symptom: str) -> None:
    text = sentence(TARGET, [one_step(StepName.TLS, Outcome.ALERT)], symptom, Nla.UNKNOWN)
    assert "rds.example" in text
    assert text.endswith(".")
    assert "{" not in text
    assert text.isascii()


def test_every_symptom_of_the_tables_is_in_the_closed_list() -> None:
    assert set(_verdict._SYMPTOMS.values()) <= set(SYMPTOMS)
    by_hand = {"reached_tls", "tls13_reset", "tls13_alert", "unsteady", "tls_old_only", "failure_other"}
    assert {symptom for dummy_step, dummy_outcome, symptom in SYMPTOM_TABLE} | by_hand == (set(SYMPTOMS) - {f"failure_{code}" for code in range(1, 7)})


@pytest.mark.parametrize(
    ("target", "record_", "expected"),
    [
        (Target("10.0.0.1", 3390), one_step(StepName.CONNECT, Outcome.REFUSED), "10.0.0.1:3390 refused the TCP connection: nothing listens there."),
        (Target("2001:db8::1", 3389), one_step(StepName.CONNECT, Outcome.UNREACHABLE), "There is no route to [2001:db8::1]:3389."),
        (Target("{x}", 3389), one_step(StepName.RESOLVE, Outcome.NOT_FOUND), "The name {x} could not be resolved to an address."),
        (TARGET, one_step(StepName.TLS, Outcome.ALERT), "rds.example:3389 agreed to TLS and ended the TLS handshake with alert 40 (handshake_failure)."),
    ],
)
def test_the_sentence_names_endpoint_and_alert(target: Target, record_: ConnectionRecord, expected: str) -> None:
    assert judge(target, [record_]).sentence == expected


@pytest.mark.parametrize(
    ("answers", "end"),
    [
        ({0x0B: rsp(8), 1: fail(5), 0: fail(5)}, " Network Level Authentication is required."),
        ({0x0B: rsp(8), 1: rsp(1), 0: fail(1)}, " Network Level Authentication is offered but not required."),
        ({0x0B: rsp(1), 1: rsp(1), 0: fail(1)}, " Network Level Authentication is not available."),
    ],
)
def test_the_sentence_says_how_nla_stands(answers: dict[int, Event | None], end: str) -> None:
    records = [record(requested, answer, Tls(Outcome.OK) if requested == 0x0B else None) for requested, answer in answers.items()]
    assert judge(TARGET, records).sentence == "rds.example:3389 completed the RDP negotiation and the TLS handshake." + end


EVERY_ANSWER: list[Event | None] = [
    None,
    LEGACY,
    Disconnect("mcs", 3),
    *[rsp(selected) for selected in (0, 1, 2, 3, 4, 8, 16)],
    *[fail(code) for code in range(8)],
]


def test_the_words_never_contradict_each_other() -> None:
    for answers in itertools.product(EVERY_ANSWER, repeat=3):
        check_consistency(answers)


def check_consistency(answers: tuple[Event | None, ...]) -> None:
    found = verdict(dict(zip(DEFAULT_REQUESTS, answers, strict=True)))
    standing = {protocol: found.protocols[protocol].value for protocol in found.protocols}
    assert found.symptom in SYMPTOMS
    if found.nla.value == "required":
        assert standing[Protocol.RDP] not in ("offered", "required")
        assert standing[Protocol.SSL] not in ("offered", "required")
    if standing[Protocol.HYBRID] == "required":
        assert found.nla.value == "required"
    if found.nla.value == "absent":
        assert standing[Protocol.HYBRID] == "refused"
    assert list(standing.values()).count("required") <= 1
