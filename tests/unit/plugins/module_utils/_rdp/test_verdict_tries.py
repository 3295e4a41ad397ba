# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What more than one try adds up to: what a second cut confirms, what another ClientHello shows, and on how much a word rests."""

from __future__ import annotations

import pytest
from ansible_collections.rdpops.health.plugins.module_utils._rdp._events import (
    CredSspReply,
    Event,
    LegacyConfirm,
    Mechanism,
    NegotiationFailure,
    NegotiationResponse,
    Protocol,
    ServerHello,
)
from ansible_collections.rdpops.health.plugins.module_utils._rdp._outcomes import of_negotiation
from ansible_collections.rdpops.health.plugins.module_utils._rdp._result import (
    ConnectionRecord,
    CredSsp,
    Offer,
    Outcome,
    Step,
    StepName,
    Target,
    Tls,
)
from ansible_collections.rdpops.health.plugins.module_utils._rdp._verdict import judge

TARGET = Target("rds.example", 3389)
LEGACY = LegacyConfirm()


def rsp(selected: int) -> Event:
    return NegotiationResponse(0x1F, selected)


def fail(code: int) -> Event:
    return NegotiationFailure(code)


def record(requested: int, answer: Event | None, tls: Tls | None = None) -> ConnectionRecord:
    outcome = of_negotiation(answer, offered=requested)[0] if answer is not None else Outcome.CLOSED
    steps = [Step(StepName.CONNECT, Outcome.OK, 1), Step(StepName.NEGOTIATE, outcome, 1)]
    if tls is not None:
        steps.append(Step(StepName.TLS, tls.outcome, 1))
    return ConnectionRecord(requested, tuple(steps), answer, tls)


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
        (Outcome.RESET, [WITHOUT_TLS13], "tls_unsteady", 1),
        (Outcome.ALERT, [WITHOUT_TLS13], "tls_unsteady", 1),
        (Outcome.RESET, [WITHOUT_TLS13, handshake(Outcome.OK)], "tls_unsteady", 1),
        (Outcome.RESET, [WITHOUT_TLS13, handshake(Outcome.SILENT)], "tls_unsteady", 1),
        (Outcome.RESET, [WITHOUT_TLS13, LOST], "tls_unsteady", 1),
        (Outcome.RESET, [handshake(Outcome.RESET, Offer.UP_TO_TLS12), handshake(Outcome.OK)], "tls_unsteady", 1),
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
    assert judge(TARGET, records, [records[0], handshake(Outcome.RESET), handshake(Outcome.OK)]).symptom == "tls_unsteady"


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
