# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What more than one try adds up to: what a second cut confirms, what another ClientHello shows, and on how much a word rests."""

from __future__ import annotations

import pytest
from ansible_collections.rdpops.health.plugins.module_utils._rdp._events import (
    CredSspReply,
    Event,
    Mechanism,
    Protocol,
    ServerHello,
)
from ansible_collections.rdpops.health.plugins.module_utils._rdp._result import (
    ConnectionRecord,
    CredSsp,
    Offer,
    Outcome,
    Step,
    StepName,
    Tls,
)
from ansible_collections.rdpops.health.plugins.module_utils._rdp._verdict import judge

from tests.support.rdp_records import TARGET, fail, record, rsp


def handshake(outcome: Outcome, offer: Offer = Offer.USUAL, tls: Tls | None = None) -> ConnectionRecord:
    alert = 40 if outcome is Outcome.ALERT else None
    return ConnectionRecord(0x0B, (Step(StepName.TLS, outcome, 1),), rsp(8), tls or Tls(outcome, alert=alert), offer=offer)


REFUSALS = [record(1, fail(5)), record(0, fail(5))]
WITHOUT_TLS13 = handshake(Outcome.OK, Offer.UP_TO_TLS12)
LOST = ConnectionRecord(0x0B, (Step(StepName.CONNECT, Outcome.TIMEOUT, 1),))


@pytest.mark.parametrize(
    ("first", "more", "symptom", "rests_on"),
    [
        # ended twice with TLS 1.3 and fine without it
        (Outcome.RESET, [WITHOUT_TLS13, handshake(Outcome.RESET)], "tls13_reset", 2),
        (Outcome.CLOSED, [WITHOUT_TLS13, handshake(Outcome.RESET)], "tls13_reset", 1),
        (Outcome.ALERT, [WITHOUT_TLS13, handshake(Outcome.ALERT)], "tls13_alert", 2),
        (Outcome.RESET, [WITHOUT_TLS13, handshake(Outcome.ALERT)], "tls13_reset", 1),
        # one cut alone proves nothing, and one that does not come again proves the contrary
        (Outcome.RESET, [WITHOUT_TLS13], "unsteady", 1),
        (Outcome.ALERT, [WITHOUT_TLS13], "unsteady", 1),
        (Outcome.RESET, [WITHOUT_TLS13, handshake(Outcome.OK)], "unsteady", 1),
        (Outcome.RESET, [WITHOUT_TLS13, handshake(Outcome.SILENT)], "unsteady", 1),
        (Outcome.RESET, [WITHOUT_TLS13, LOST], "unsteady", 1),
        (Outcome.RESET, [handshake(Outcome.RESET, Offer.UP_TO_TLS12), handshake(Outcome.OK)], "unsteady", 1),
        # without TLS 1.3 it is no better, or it was not cut in the first place
        (Outcome.RESET, [handshake(Outcome.RESET, Offer.UP_TO_TLS12)], "tls_reset", 1),
        (Outcome.RESET, [handshake(Outcome.RESET)], "tls_reset", 2),
        (Outcome.SILENT, [WITHOUT_TLS13, handshake(Outcome.SILENT)], "tls_silent", 2),
    ],
)
def test_what_a_second_cut_confirms(first: Outcome, more: list[ConnectionRecord], symptom: str, rests_on: int) -> None:
    found = judge(TARGET, [handshake(first), *more, *REFUSALS])
    assert (found.symptom, found.rests_on) == (symptom, rests_on)


def test_more_tries_confirm_as_well_as_one_more_connection() -> None:
    records = [handshake(Outcome.RESET), WITHOUT_TLS13, *REFUSALS]
    found = judge(TARGET, records, [records[0], handshake(Outcome.RESET), handshake(Outcome.RESET)])
    assert (found.symptom, found.rests_on) == ("tls13_reset", 3)
    assert judge(TARGET, records, [records[0], handshake(Outcome.RESET), handshake(Outcome.OK)]).symptom == "unsteady"


def test_the_alert_is_named_where_tls13_is_at_fault() -> None:
    said = judge(TARGET, [handshake(Outcome.ALERT), WITHOUT_TLS13, handshake(Outcome.ALERT)]).sentence
    assert said.startswith("rds.example:3389 ends the TLS handshake with alert 40 (handshake_failure) when TLS 1.3 is offered, and completes it when")


def test_each_word_says_on_how_many_answers_it_rests() -> None:
    first = record(0x0B, rsp(8), Tls(Outcome.OK))
    found = judge(TARGET, [first, record(1, fail(5)), record(0, fail(5))], [first, first, first])
    rdp, ssl, hybrid, hybrid_ex = (found.protocols_rest_on[protocol] for protocol in (Protocol.RDP, Protocol.SSL, Protocol.HYBRID, Protocol.HYBRID_EX))
    assert (rdp, ssl, hybrid, hybrid_ex, found.rests_on) == (1, 1, 5, 3, 3)
    silent = judge(TARGET, [ConnectionRecord(0x0B, (Step(StepName.CONNECT, Outcome.REFUSED, 1),))])
    assert (silent.rests_on, set(silent.protocols_rest_on.values())) == (1, {0})
    refused = judge(TARGET, [record(0x0B, rsp(2)), record(1, fail(5)), record(0, None)])
    assert (refused.protocols_rest_on[Protocol.HYBRID_EX], refused.protocols_rest_on[Protocol.SSL]) == (1, 1)


def negotiated(outcome: Outcome, answer: Event | None = None) -> ConnectionRecord:
    return ConnectionRecord(0x0B, (Step(StepName.NEGOTIATE, outcome, 1),), answer)


def asked_for_a_challenge(outcome: Outcome) -> ConnectionRecord:
    return ConnectionRecord(0x0B, (Step(StepName.CREDSSP, outcome, 1),), rsp(8), Tls(Outcome.OK), CredSsp(outcome))


THROUGH = asked_for_a_challenge(Outcome.OK)
HERE = ConnectionRecord(0x0B, (Step(StepName.CONNECT, Outcome.ERROR, 1),))


@pytest.mark.parametrize(
    ("first", "others", "symptom", "through"),
    [
        # one that ended badly among others that got further
        (LOST, [THROUGH] * 4, "unsteady", 4),
        (negotiated(Outcome.RESET), [THROUGH] * 4, "unsteady", 4),
        (negotiated(Outcome.SILENT), [THROUGH], "unsteady", 1),
        (handshake(Outcome.SILENT), [handshake(Outcome.OK)] * 2, "unsteady", 2),
        (handshake(Outcome.RESET), [handshake(Outcome.RESET), THROUGH], "unsteady", 1),
        (negotiated(Outcome.RESET), [handshake(Outcome.RESET)], "unsteady", 0),
        (negotiated(Outcome.CLOSED), [negotiated(Outcome.FAILURE, fail(3))], "unsteady", 0),
        (asked_for_a_challenge(Outcome.SILENT), [THROUGH], "unsteady", 1),
        # and the other way round: the first got through, and another did not
        (THROUGH, [negotiated(Outcome.RESET)] * 4, "unsteady", 1),
        (THROUGH, [THROUGH, LOST], "unsteady", 2),
        (handshake(Outcome.OK), [handshake(Outcome.SILENT)], "unsteady", 1),
        # all alike, or none better: the first one stands for all
        (THROUGH, [THROUGH, asked_for_a_challenge(Outcome.SPNEGO_ONLY)], "reached_credssp", None),
        (negotiated(Outcome.RESET), [negotiated(Outcome.RESET)], "reset_before_answer", None),
        (handshake(Outcome.RESET), [negotiated(Outcome.RESET), LOST], "tls_reset", None),
        (negotiated(Outcome.FAILURE, fail(3)), [negotiated(Outcome.CLOSED)], "failure_3", None),
        # what failed on this side says nothing about the server
        (THROUGH, [HERE], "reached_credssp", None),
        (HERE, [THROUGH], "probe_error", None),
    ],
)
def test_one_connection_does_not_stand_for_all(first: ConnectionRecord, others: list[ConnectionRecord], symptom: str, through: int | None) -> None:
    found = judge(TARGET, [first], [first, *others])
    assert found.symptom == symptom
    if through is not None:
        number = 1 + len(others)
        assert f"{through} of {number} connections with the same first messages got through" in found.sentence
        assert found.ended_at == max([first, *others], key=lambda one: one.reach).last.step.value, "the fullest connection says how far it goes"


def test_a_connection_that_is_recorded_and_repeated_counts_once() -> None:
    good = asked_for_a_challenge(Outcome.OK)
    found = judge(TARGET, [negotiated(Outcome.RESET), good], [negotiated(Outcome.RESET), good])
    assert "1 of 2 connections" in found.sentence
    assert found.protocols_rest_on[Protocol.HYBRID] == 1


def test_another_request_that_works_does_not_make_it_unsteady() -> None:
    assert judge(TARGET, [negotiated(Outcome.RESET), record(1, rsp(1), Tls(Outcome.OK))]).symptom == "reset_before_answer"
    assert judge(TARGET, [THROUGH, record(1, None), record(0, None)]).symptom == "reached_credssp"


OLD = Tls(Outcome.OK, hello=ServerHello(0x0301, 0x002F))
MODERN = Tls(Outcome.OK, hello=ServerHello(0x0303, 0xC030))


@pytest.mark.parametrize(
    ("first", "second", "own", "symptom"),
    [
        # it began a handshake on what the library offers, in TLS 1.0, and broke it off: broken, not old
        (Tls(Outcome.RESET, has_begun=True), None, OLD, "tls_reset"),
        (Tls(Outcome.CLOSED, has_begun=True), None, OLD, "tls_closed"),
        (Tls(Outcome.ALERT, alert=80, has_begun=True), None, OLD, "tls_alert"),
        (Tls(Outcome.ALERT, alert=40, has_begun=True), None, MODERN, "tls_alert"),
        (Tls(Outcome.RESET), Tls(Outcome.RESET, has_begun=True), OLD, "tls_reset"),
        (Tls(Outcome.NOT_TLS, is_refused_here=True, has_begun=True), None, OLD, "local_tls_too_strict"),
        # it said nothing to what the library offers
        (Tls(Outcome.RESET), Tls(Outcome.RESET), OLD, "tls_old_only"),
        (Tls(Outcome.ALERT, alert=70), Tls(Outcome.ALERT, alert=70), OLD, "tls_old_only"),
        (Tls(Outcome.LOCAL_TLS_TOO_STRICT, is_refused_here=True, has_begun=True), None, OLD, "tls_old_only"),
        # it fell silent: whether it is old or out of reach of large packets, nobody can tell
        (Tls(Outcome.SILENT), None, OLD, "tls_silent"),
        (Tls(Outcome.TIMEOUT, has_begun=True), None, OLD, "tls_stalled"),
        (Tls(Outcome.TIMEOUT), None, OLD, "tls_stalled"),
    ],
)
def test_old_is_told_from_broken(first: Tls, second: Tls | None, own: Tls, symptom: str) -> None:
    again = [handshake(second.outcome, Offer.UP_TO_TLS12, second)] if second is not None else []
    assert judge(TARGET, [handshake(first.outcome, tls=first), *again, handshake(Outcome.OK, Offer.OWN_HELLO, own), *REFUSALS]).symptom == symptom


def test_the_sentence_names_a_refusal_that_has_no_name() -> None:
    assert judge(TARGET, [record(0x0B, fail(7))]).sentence.startswith("rds.example:3389 refused the request with failure code 7,")
    reply = CredSspReply(6, None, Mechanism.SPNEGO, is_rejected=True)
    rejected = ConnectionRecord(0x0B, (Step(StepName.CREDSSP, Outcome.FAILURE, 1),), rsp(8), Tls(Outcome.OK), CredSsp(Outcome.FAILURE, reply))
    assert judge(TARGET, [rejected]).sentence.endswith("answered CredSSP with a negotiation that rejects what was offered.")


def failed_and_retried(outcome: Outcome, offer: Offer, again: Tls | None) -> str:
    first = handshake(outcome)
    second = ConnectionRecord(0x0B, (Step(StepName.TLS, again.outcome if again else Outcome.RESET, 1),), rsp(8), again, offer=offer)
    return judge(TARGET, [first, second, *REFUSALS]).symptom


@pytest.mark.parametrize(
    ("outcome", "offer", "again", "symptom"),
    [
        # our own ClientHello was taken: with what is out of date, or with what the library here should have managed
        (Outcome.ALERT, Offer.OWN_HELLO, Tls(Outcome.OK, hello=ServerHello(0x0301, 0x002F)), "tls_old_only"),
        (Outcome.ALERT, Offer.OWN_HELLO, Tls(Outcome.OK, hello=ServerHello(0x0302, 0x002F)), "tls_old_only"),
        (Outcome.ALERT, Offer.OWN_HELLO, Tls(Outcome.OK, hello=ServerHello(0x0303, 0x0005)), "tls_old_only"),
        (Outcome.ALERT, Offer.OWN_HELLO, Tls(Outcome.OK, hello=ServerHello(0x0303, 0xC030)), "local_tls_too_strict"),
        (Outcome.LOCAL_TLS_TOO_STRICT, Offer.OWN_HELLO, Tls(Outcome.OK, hello=ServerHello(0x0303, 0xC030)), "local_tls_too_strict"),
        (Outcome.LOCAL_TLS_TOO_STRICT, Offer.OWN_HELLO, Tls(Outcome.OK, hello=ServerHello(0x0300, 0x000A)), "tls_old_only"),
        (Outcome.LOCAL_TLS_TOO_STRICT, Offer.OWN_HELLO, Tls(Outcome.ALERT), "local_tls_too_strict"),
        (Outcome.RESET, Offer.OWN_HELLO, Tls(Outcome.OK, hello=ServerHello(0x0301, 0x000A)), "tls_old_only"),
        # whoever falls silent or cuts after a ServerHello has a fault of its own, whatever a ServerHello to us looks like
        (Outcome.SILENT, Offer.OWN_HELLO, Tls(Outcome.OK, hello=ServerHello(0x0303, 0xC030)), "tls_silent"),
        (Outcome.CLOSED, Offer.OWN_HELLO, Tls(Outcome.OK, hello=ServerHello(0x0303, 0xC030)), "tls_closed"),
        (Outcome.OK, Offer.OWN_HELLO, Tls(Outcome.OK, hello=ServerHello(0x0301, 0x002F)), "reached_tls"),
    ],
)
def test_what_a_second_try_changes(outcome: Outcome, offer: Offer, again: Tls | None, symptom: str) -> None:
    assert failed_and_retried(outcome, offer, again) == symptom


def test_a_fault_that_the_library_here_found_is_not_the_servers_where_our_own_message_is_taken() -> None:
    first = handshake(Outcome.NOT_TLS, tls=Tls(Outcome.NOT_TLS, is_refused_here=True))
    taken = handshake(Outcome.OK, Offer.OWN_HELLO, Tls(Outcome.OK, hello=ServerHello(0x0303, 0xC030)))
    assert judge(TARGET, [first, taken]).symptom == "local_tls_too_strict"
    assert judge(TARGET, [first, handshake(Outcome.NOT_TLS, Offer.OWN_HELLO)]).symptom == "tls_not_tls"
    assert judge(TARGET, [handshake(Outcome.NOT_TLS), taken]).symptom == "tls_not_tls", "what the bytes themselves show stands"


def test_the_sentence_names_what_is_out_of_date_and_the_error_code() -> None:
    first = ConnectionRecord(0x0B, (Step(StepName.TLS, Outcome.ALERT, 1),), rsp(8), Tls(Outcome.ALERT, alert=40))
    old = ConnectionRecord(0x0B, (Step(StepName.TLS, Outcome.OK, 1),), rsp(8), Tls(Outcome.OK, hello=ServerHello(0x0301, 0x0005)), offer=Offer.OWN_HELLO)
    assert judge(TARGET, [first, old]).sentence.endswith("that the TLS library here does not speak: TLSv1 with TLS_RSA_WITH_RC4_128_SHA.")
    reply = CredSspReply(6, 0xC000006E, Mechanism.NONE)
    error = ConnectionRecord(0x0B, (Step(StepName.CREDSSP, Outcome.FAILURE, 1),), rsp(8), Tls(Outcome.OK), CredSsp(Outcome.FAILURE, reply))
    assert judge(TARGET, [error]).sentence.endswith("answered CredSSP with the error code 0xC000006E (STATUS_ACCOUNT_RESTRICTION).")
