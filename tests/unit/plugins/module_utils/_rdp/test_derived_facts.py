# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Habits of products that are not Windows, the arithmetic of latency and clocks, and what a matrix of versions means."""

from __future__ import annotations

import pytest
from ansible_collections.rdpops.health.plugins.module_utils._rdp._clock import compare_clocks
from ansible_collections.rdpops.health.plugins.module_utils._rdp._events import (
    CredSspReply,
    Disconnect,
    Event,
    Mechanism,
    NegotiationFailure,
    NegotiationResponse,
    ServerHello,
)
from ansible_collections.rdpops.health.plugins.module_utils._rdp._latency import latency
from ansible_collections.rdpops.health.plugins.module_utils._rdp._ntlm import Challenge
from ansible_collections.rdpops.health.plugins.module_utils._rdp._result import ConnectionRecord, CredSsp, Outcome, Step, StepName, Support, Tls
from ansible_collections.rdpops.health.plugins.module_utils._rdp._signatures import SIGNATURES, signatures
from ansible_collections.rdpops.health.plugins.module_utils._rdp._versions import agrees_to_tls, support_of

from tests.support.rdp_bytes import filetime

OK = Step(StepName.NEGOTIATE, Outcome.OK, 1.0)


def first(answer: Event | None = None, *, tls: Tls | None = None, credssp: CredSsp | None = None, step: Step = OK, requested: int = 0x0B) -> ConnectionRecord:
    return ConnectionRecord(requested, (step,), answer, tls, credssp)


def challenged(version: tuple[int, int, int, int], credssp: int) -> ConnectionRecord:
    reply = CredSspReply(credssp, None, Mechanism.NTLM, Challenge(0, None, version))
    return first(NegotiationResponse(3, 2), credssp=CredSsp(Outcome.OK, reply))


@pytest.mark.parametrize(
    ("records", "words"),
    [
        ([challenged((6, 1, 7601, 15), 6)], ("freerdp",)),
        ([challenged((6, 1, 7601, 15), 5)], ()),
        ([challenged((10, 0, 20348, 15), 6)], ()),
        ([first(credssp=CredSsp(Outcome.OK, CredSspReply(6, None, Mechanism.NTLM, None)))], ()),
        ([first(credssp=CredSsp(Outcome.CLOSED))], ()),
        ([first(tls=Tls(Outcome.CLEAR_TEXT))], ("clear_text_after_tls",)),
        ([first(tls=Tls(Outcome.OK))], ()),
        ([first(Disconnect("mcs", 3))], ("mcs_disconnect",)),
        ([first(Disconnect("x224", 3))], ()),
        ([first(NegotiationFailure(1))], ("refuses_what_it_demands",)),
        ([first(NegotiationFailure(5))], ("refuses_what_it_demands",)),
        ([first(NegotiationFailure(3)), first(NegotiationFailure(5), requested=1)], ()),
        ([first(), first(NegotiationResponse(1, 0), requested=1)], ("never_refuses",)),
        ([first(), first(NegotiationResponse(1, 1), requested=1), first(NegotiationResponse(1, 0), requested=0)], ()),
        ([first(step=Step(StepName.NEGOTIATE, Outcome.NOT_RDP, 1, "looks like HTTP"))], ("other_program",)),
        ([first(step=Step(StepName.NEGOTIATE, Outcome.NOT_RDP, 1, "bytes of another protocol"))], ()),
        ([first(step=Step(StepName.TLS, Outcome.NOT_TLS, 1, "looks like HTTP"))], ()),
        ([first(NegotiationResponse(0x1F, 8)), first(NegotiationResponse(3, 1), requested=1)], ("answers_differ",)),
        ([first(NegotiationResponse(0x1F, 8)), first(NegotiationResponse(0x1F, 1), requested=1)], ()),
    ],
)
def test_habits(records: list[ConnectionRecord], words: tuple[str, ...]) -> None:
    assert signatures(records) == words
    assert set(words) <= set(SIGNATURES)


def attempt(*steps: tuple[StepName, Outcome, float]) -> ConnectionRecord:
    return ConnectionRecord(0x0B, tuple(Step(*step) for step in steps))


def test_latency_counts_what_was_tried_lost_and_failed() -> None:
    connect, negotiate = StepName.CONNECT, StepName.NEGOTIATE
    found = latency(
        [
            attempt((connect, Outcome.OK, 1.004), (negotiate, Outcome.OK, 10.0)),
            attempt((connect, Outcome.OK, 3.006), (negotiate, Outcome.SILENT, 5000.0)),
            attempt((connect, Outcome.TIMEOUT, 5000.0)),
            attempt((connect, Outcome.OK, 2.0), (negotiate, Outcome.RESET, 4.0)),
        ]
    )
    assert found["tries"] == 4
    assert found["steps"] == [
        {"step": "connect", "tried": 4, "lost": 1, "failed": 0, "min_ms": 1.0, "median_ms": 2.0, "max_ms": 3.01},
        {"step": "negotiate", "tried": 3, "lost": 1, "failed": 1, "min_ms": 10.0, "median_ms": 10.0, "max_ms": 10.0},
    ]
    (lost,) = latency([attempt((connect, Outcome.REFUSED, 1.0))])["steps"]
    assert (lost["failed"], lost["min_ms"], lost["median_ms"], lost["max_ms"]) == (1, None, None, None)


def clock(seconds: float) -> Challenge:
    return Challenge(0, None, None, ((7, filetime(seconds)),))


def test_clocks_are_compared_with_the_middle_of_the_round_trip() -> None:
    found = compare_clocks(clock(1_700_000_010.25), 1_700_000_000.0, 1_700_000_000.5)
    assert found is not None
    assert (found.skew_seconds, found.uncertainty_seconds) == (pytest.approx(10.0, abs=1e-4), 0.25)
    whole = compare_clocks(clock(1_700_000_010), 1_700_000_000.0, 1_700_000_000.5)
    assert whole is not None
    assert (whole.skew_seconds, whole.uncertainty_seconds) == (pytest.approx(10.25, abs=1e-4), 0.75)
    behind = compare_clocks(clock(1_700_000_000.5), 1_700_000_001.0, 1_700_000_000.0)  # our own clock was set back meanwhile
    assert behind is not None
    assert behind.uncertainty_seconds == 0.5
    assert compare_clocks(Challenge(0), 0.0, 1.0) is None


def hello(version: int) -> Tls:
    return Tls(Outcome.OK, hello=ServerHello(version, 0xC030))


@pytest.mark.parametrize(
    ("tested", "words"),
    [
        ({1: hello(1), 2: Tls(Outcome.RESET)}, "accepted refused"),
        ({1: hello(1), 2: Tls(Outcome.CLOSED)}, "accepted refused"),
        ({1: hello(1), 2: Tls(Outcome.SILENT)}, "accepted unknown"),
        ({1: hello(1), 2: None}, "accepted unknown"),
        ({1: hello(1), 2: hello(1)}, "accepted refused"),
        ({1: Tls(Outcome.RESET), 2: Tls(Outcome.CLOSED)}, "unknown unknown"),
        ({1: Tls(Outcome.ALERT, alert=70), 2: Tls(Outcome.ALERT, alert=40)}, "refused refused"),
        ({1: Tls(Outcome.ALERT, alert=71), 2: Tls(Outcome.ALERT, alert=47)}, "refused refused"),
        ({1: Tls(Outcome.ALERT, alert=80), 2: hello(2)}, "unknown accepted"),
        ({1: Tls(Outcome.CLEAR_TEXT), 2: hello(2)}, "unknown accepted"),
    ],
)
def test_what_a_matrix_means(tested: dict[int, Tls | None], words: str) -> None:
    assert " ".join(support.value for support in support_of(tested).values()) == words
    assert all(isinstance(support, Support) for support in support_of(tested).values())


@pytest.mark.parametrize(
    ("answer", "agrees"),
    [
        (NegotiationResponse(0, 1), True),
        (NegotiationResponse(0, 8), True),
        (NegotiationResponse(0, 0), False),
        (NegotiationResponse(0, 3), False),
        (NegotiationResponse(0, 4), False),
        (NegotiationFailure(3), False),
        (None, False),
    ],
)
def test_who_agrees_to_tls(answer: Event | None, agrees: bool) -> None:
    assert agrees_to_tls(first(answer)) is agrees
