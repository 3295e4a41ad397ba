# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Short ways to write down what a server answered, and the record of a connection that went so."""

from __future__ import annotations

from ansible_collections.rdpops.health.plugins.module_utils._rdp._events import Event, LegacyConfirm, NegotiationFailure, NegotiationResponse
from ansible_collections.rdpops.health.plugins.module_utils._rdp._outcomes import of_negotiation
from ansible_collections.rdpops.health.plugins.module_utils._rdp._result import ConnectionRecord, Outcome, Step, StepName, Target, Tls

TARGET = Target("rds.example", 3389)
LEGACY = LegacyConfirm()


def rsp(selected: int) -> Event:
    """Return an answer that takes a protocol."""
    return NegotiationResponse(0x1F, selected)


def fail(code: int) -> Event:
    """Return an answer that refuses, with its reason."""
    return NegotiationFailure(code)


def record(requested: int, answer: Event | None, tls: Tls | None = None) -> ConnectionRecord:
    """Return the record of a connection; no answer is a closed one."""
    outcome = of_negotiation(answer, offered=requested)[0] if answer is not None else Outcome.CLOSED
    steps = [Step(StepName.CONNECT, Outcome.OK, 1), Step(StepName.NEGOTIATE, outcome, 1)]
    if tls is not None:
        steps.append(Step(StepName.TLS, tls.outcome, 1))
    return ConnectionRecord(requested, tuple(steps), answer, tls)
