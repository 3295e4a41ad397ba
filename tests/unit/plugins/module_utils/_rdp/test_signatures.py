# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Habits of products that are not Windows."""

from __future__ import annotations

import pytest
from ansible_collections.rdpops.health.plugins.module_utils._rdp._events import (
    CredSspReply,
    Disconnect,
    Event,
    Mechanism,
    NegotiationFailure,
    NegotiationResponse,
)
from ansible_collections.rdpops.health.plugins.module_utils._rdp._ntlm import Challenge
from ansible_collections.rdpops.health.plugins.module_utils._rdp._result import ConnectionRecord, CredSsp, Outcome, Step, StepName, Tls
from ansible_collections.rdpops.health.plugins.module_utils._rdp._signatures import SIGNATURES, signatures

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
