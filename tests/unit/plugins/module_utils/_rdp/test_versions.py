# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a matrix of versions means."""

from __future__ import annotations

import pytest
from ansible_collections.rdpops.health.plugins.module_utils._rdp._events import (
    Event,
    NegotiationFailure,
    NegotiationResponse,
    ServerHello,
)
from ansible_collections.rdpops.health.plugins.module_utils._rdp._result import ConnectionRecord, CredSsp, Outcome, Step, StepName, Support, Tls
from ansible_collections.rdpops.health.plugins.module_utils._rdp._versions import agrees_to_tls, support_of

OK = Step(StepName.NEGOTIATE, Outcome.OK, 1.0)


def first(answer: Event | None = None, *, tls: Tls | None = None, credssp: CredSsp | None = None, step: Step = OK, requested: int = 0x0B) -> ConnectionRecord:
    return ConnectionRecord(requested, (step,), answer, tls, credssp)


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
        ({1: Tls(Outcome.ALERT, alert=80), 2: hello(2)}, "refused accepted"),  # FreeRDP
        ({1: Tls(Outcome.ALERT, alert=80), 2: Tls(Outcome.ALERT, alert=80)}, "unknown unknown"),
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
