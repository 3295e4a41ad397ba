# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Turn findings and causes into the smallest plan: ordered operations, refusals with a reason, and what is predicted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace

from .evaluate import evaluate
from .floor import lowered
from .model import Catalogue, Facts, Finding, Operation, Outcome, Plan, Rank, RankedCause, Refusal, RestartClass
from .operations import RESTART_ORDER, is_allowed
from .predict import predict
from .remedies import ORDER, REMEDIES

ACTED_ON = (Rank.CERTAIN, Rank.LIKELY)  # a cause that is only possible is looked into, never repaired

FLOOR_REFUSAL = Refusal(
    remedy="plan",
    because="the plan would leave the host weaker than it was found ({lines})",
    instead="nothing of it is done; the findings stay, each with what to do by hand",
    rule="never_weaker",
)


def plan(facts: Facts, findings: Iterable[Finding], causes: Iterable[RankedCause], catalogue: Catalogue) -> Plan:
    """Plan the smallest repair of one host.

    :returns: a plan; empty when nothing failed. A plan that would lower the floor loses all its operations and says so.
    """
    proposals = [REMEDIES[name](facts) for name in _remedies(findings, causes)]
    proposed = [operation for proposal in proposals for operation in proposal.operations]
    operations = _numbered(operation for operation in proposed if is_allowed(operation))
    refusals = tuple(dict.fromkeys(refusal for proposal in proposals for refusal in proposal.refusals))
    refusals += tuple(_off_the_list(operation) for operation in proposed if not is_allowed(operation))
    if not operations:
        return Plan((), refusals, RestartClass.NONE, _digest(facts, ()))
    after = predict(facts, operations)
    lines = lowered(facts, after)
    if lines:
        refusal = replace(FLOOR_REFUSAL, because=FLOOR_REFUSAL.because.format(lines=", ".join(lines)))
        return Plan((), (*refusals, refusal), RestartClass.NONE, _digest(facts, ()))
    restart = max((operation.restart for operation in operations), key=RESTART_ORDER.index)
    return Plan(operations, refusals, restart, _digest(facts, operations), _changes(findings, evaluate(after, catalogue.checks)))


def _off_the_list(operation: Operation) -> Refusal:
    where = ", ".join(str(value)[:120] for value in operation.target.values())
    return Refusal(operation.kind, f"{where} is not a place that this collection ever changes", "look at the host: its facts are not as documented", "by_hand")


def _remedies(findings: Iterable[Finding], causes: Iterable[RankedCause]) -> list[str]:
    wanted = {finding.check.remedy for finding in findings if finding.outcome is Outcome.FAIL}
    wanted |= {ranked.cause.remedy for ranked in causes if ranked.rank in ACTED_ON}
    return [name for name in ORDER if name in wanted]


def _numbered(operations: Iterable[Operation]) -> tuple[Operation, ...]:
    """Drop repeats and give each operation its number.

    Two remedies may ask for the same restart: it is done once, after the last change that it is for.
    """
    unique: dict[str, Operation] = {}
    for operation in operations:
        key = _canonical({"kind": operation.kind, "target": operation.target, "ensure": operation.ensure})
        if "restarted" in operation.ensure or operation.kind == "wait_until":
            unique.pop(key, None)
        unique.setdefault(key, operation)
    return tuple(replace(operation, id=f"op{number}") for number, operation in enumerate(unique.values(), 1))


def _changes(findings: Iterable[Finding], after: Iterable[Finding]) -> dict[str, Outcome]:
    before = {finding.check.id: finding.outcome for finding in findings}
    return {finding.check.id: finding.outcome for finding in after if before.get(finding.check.id) is Outcome.FAIL}


def _digest(facts: Facts, operations: tuple[Operation, ...]) -> str:
    content = {"host": facts.host, "operations": [asdict(operation) for operation in operations]}
    return hashlib.sha256(_canonical(content).encode()).hexdigest()


def _canonical(content: Mapping[str, object]) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
