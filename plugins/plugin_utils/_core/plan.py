# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Turn findings and causes into the smallest plan: ordered operations, refusals with a reason, and what is predicted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace

from . import floor, forecast
from .below import below_the_floor
from .break_glass import LIFTABLE
from .evaluate import evaluate
from .floor import lowered
from .forecast import lockouts
from .model import Catalogue, Cause, Check, Facts, Finding, JsonMap, Operation, Outcome, Plan, Rank, RankedCause, Refusal, RestartClass
from .operations import RESTART_ORDER, Proposal, is_allowed, off_the_list, restart_term_service, to_document
from .paths import known, look_up
from .predict import predict
from .remedies import ORDER, REMEDIES, WAYS_IN
from .remedies.data import propose
from .simulate import is_held

ACTED_ON = (Rank.CERTAIN, Rank.LIKELY)  # a cause that is only possible is looked into, never repaired

FLOOR_REFUSAL = Refusal(
    remedy="plan",
    because="the plan would leave the host weaker than it was found ({lines})",
    instead="nothing of it is done; the findings stay, each with what to do by hand",
    rule="never_weaker",
)


def plan(facts: Facts, findings: Iterable[Finding], causes: Iterable[RankedCause], catalogue: Catalogue) -> Plan:
    """Plan the smallest repair of one host.

    :returns: a plan; empty when nothing failed. A plan that would lower the floor loses all its operations and says so, and none is made where
        what answers cannot be what was read.
    """
    found = tuple(findings)
    data = {entry.id: entry for entry in _in_data(catalogue)}
    proposals = {name: propose(data[name], facts) if name in data else REMEDIES[name](facts) for name in _remedies(found, causes)}
    made = assemble(facts, _left_closed(facts, proposals).values(), findings=found, checks=catalogue.checks)
    contradiction = contradicted(facts)
    if not made.operations or not contradiction:
        return made
    held = Refusal("plan", contradiction, "see whether the name leads to another machine, or look again: the host may have changed in between", "cannot_look")
    return Plan((), (*made.refusals, held), RestartClass.NONE, digest_of(facts.host, ()))


def _left_closed(facts: Facts, proposals: Mapping[str, Proposal]) -> dict[str, Proposal]:
    """Leave the ways in as they are where Remote Desktop is switched off and stays so: whoever switched it off may have closed them as well."""
    after = predict(facts, [operation for proposal in proposals.values() for operation in proposal.operations])
    if known(after, "derived.effective.fDenyTSConnections.value") != 1:
        return dict(proposals)
    because = "Remote Desktop is switched off on this host, and this plan leaves it so; a way in that nobody uses would only be open"
    instead = "allow connections first, with the consent of whoever denied them, then look again"
    closed = {name for name in WAYS_IN & proposals.keys() if proposals[name].operations}
    return {name: Proposal(refusals=(Refusal(name, because, instead, "needs_consent"),)) if name in closed else given for name, given in proposals.items()}


def contradicted(facts: Facts) -> str:
    """Say that what answers cannot be what was read; empty where it can."""
    anyway = known(facts, "derived.contradictions.answers_anyway")
    return f"what was read and what was probed cannot both be so: {anyway[0]}" if anyway else ""


def assemble(
    facts: Facts,
    proposals: Iterable[Proposal],
    *,
    findings: Iterable[Finding] = (),
    checks: Iterable[Check] = (),
    lifted: frozenset[str] = frozenset(),
    meant: frozenset[str] = frozenset(),
) -> Plan:
    """Make one plan of what remedies, or the goals of a module, propose: places, floor and ways in are looked at for all of them here.

    :param findings: what the checks came to, for the prediction.
    :param lifted: lines of the floor that a break-glass lifts.
    :param meant: ways in that somebody asked to close by name.
    """
    given = tuple(proposals)
    whole = [proposal for proposal in given if all(map(is_allowed, proposal.operations))]  # a restart without the change that it is for is none
    operations = _numbered(_with_restart(facts, [operation for proposal in whole for operation in proposal.operations]))
    refusals = tuple(dict.fromkeys(refusal for proposal in given for refusal in proposal.refusals))
    refusals += tuple(off_the_list(operation) for proposal in given for operation in proposal.operations if not is_allowed(operation))
    after = predict(facts, operations) if operations else facts
    against = _against(facts, after, operations, lifted, meant) if operations else ()
    if not operations or against:
        return Plan((), (*refusals, *against), RestartClass.NONE, digest_of(facts.host, ()))
    restart = max((operation.restart for operation in operations), key=RESTART_ORDER.index)
    predicted = _changes(findings, evaluate(after, checks))
    return Plan(operations, refusals, restart, digest_of(facts.host, operations), predicted)


def _against(facts: Facts, after: Facts, operations: Iterable[Operation], lifted: frozenset[str], meant: frozenset[str]) -> tuple[Refusal, ...]:
    """What stands against a plan as a whole."""
    wanted = tuple(operations)
    lines = [name for name in weakened(facts, after, wanted) if name not in lifted & LIFTABLE]
    weaker = (replace(FLOOR_REFUSAL, because=FLOOR_REFUSAL.because.format(lines=", ".join(lines))),) if lines else ()
    return (*weaker, *lockouts(facts, after, wanted, meant), *_blind(facts, wanted, lifted & LIFTABLE, meant))


def weakened(facts: Facts, after: Facts, operations: Iterable[Operation]) -> tuple[str, ...]:
    """Name the lines that sink by a plan, and those that its operations leave below the floor on any host."""
    below = [found.line for found in map(below_the_floor, operations) if found is not None]
    return tuple(dict.fromkeys((*lowered(facts, after), *below)))


def breached(facts: Facts, operations: Iterable[Operation]) -> frozenset[str]:
    """Name the lines of the floor that operations need a break-glass for: those that sink, and those of which nobody knows."""
    wanted = tuple(operations)
    return frozenset((*weakened(facts, predict(facts, wanted), wanted), *floor.unseen(facts, wanted)))


def _blind(facts: Facts, operations: Iterable[Operation], lifted: frozenset[str], meant: frozenset[str]) -> tuple[Refusal, ...]:
    """What a plan touches without anybody knowing how it is: unknown is neither strong enough nor open."""
    wanted = tuple(operations)
    names = [name for name in floor.unseen(facts, wanted) if name not in lifted]
    names += [name for name in forecast.unseen(facts, wanted, meant) if name not in names]
    blind = [_cannot_look(name, f"the plan touches it ({name}), and how it is now") for name in names]
    held = [operation for operation in wanted if not is_held(operation, facts.document)]
    return (*blind, *(_cannot_look(operation.kind, f"{', '.join(str(value)[:120] for value in operation.target.values())}") for operation in held))


def _cannot_look(remedy: str, what: str) -> Refusal:
    return Refusal(remedy, f"{what} could not be looked at, so that nobody can foresee what comes of it", "see to it that it can be read", "cannot_look")


def _with_restart(facts: Facts, operations: list[Operation]) -> list[Operation]:
    """Add the restart that changes of the listener wait for, once and after all of them, unless one is among them already."""
    waiting = any(operation.restart is RestartClass.TERM_SERVICE for operation in operations)
    if any("restarted" in operation.ensure and operation.target["service"] == "TermService" for operation in operations):
        return operations
    state = look_up(facts.document, facts.gaps, "services.TermService.state")
    if not waiting or not state.known or state.value != "running":
        return operations
    sessions = look_up(facts.document, facts.gaps, "derived.sessions.live")
    why = "the listener takes its new settings when its service starts"
    return [*operations, restart_term_service(sessions.value if sessions.known else None, why=why)]


def _in_data(catalogue: Catalogue) -> list[Check | Cause]:
    entries: list[Check | Cause] = [*catalogue.checks, *catalogue.causes]
    return [entry for entry in entries if entry.operations]


def _remedies(findings: Iterable[Finding], causes: Iterable[RankedCause]) -> list[str]:
    """Name the remedies that are wanted, in their order and those in data last; what somebody has accepted is left as it is."""
    found = tuple(findings)
    failed = {finding.check.id: finding.check.remedy for finding in found if finding.outcome is Outcome.FAIL}
    waived = {finding.check.id: finding.check.remedy for finding in found if finding.outcome is Outcome.WAIVED}
    wanted = {remedy for remedy in failed.values() if remedy}
    accepted = {remedy for remedy in waived.values() if remedy} - wanted
    for ranked in causes:
        explained = set(ranked.cause.explains)
        only_accepted = bool(explained & set(waived)) and not explained & set(failed)
        if ranked.rank in ACTED_ON and ranked.cause.remedy and not only_accepted:
            wanted.add(ranked.cause.remedy)
    left = wanted - accepted
    return [*(name for name in ORDER if name in left), *sorted(left - set(ORDER))]


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


def digest_of(host: str, operations: Iterable[Operation]) -> str:
    """Compute the digest under which a plan is reviewed and applied: SHA-256 over the host and the operations as they travel.

    How many people are connected is left out: it changes by the minute, is counted again on the target, and is agreed to by a consent.
    """
    content = {"host": host, "operations": [_lasting(to_document(operation)) for operation in operations]}
    return hashlib.sha256(_canonical(content).encode()).hexdigest()


def _lasting(document: JsonMap) -> JsonMap:
    return {**document, "expect": {name: value for name, value in document["expect"].items() if name != "active_sessions"}}


def _canonical(content: Mapping[str, object]) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
