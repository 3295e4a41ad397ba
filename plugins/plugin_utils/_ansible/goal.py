# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Bring one host to one goal: read what is needed, propose, plan, agree, carry out, read again, answer. Nothing about Windows is decided here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any  # Any: task variables and results are JSON values, the action plugin is untyped in Ansible

from ...module_utils._rdp._input import Timeouts
from .._core.consent import permitted
from .._core.enforced import ending_taken_back, made_worse, unsettled
from .._core.goals import Goal
from .._core.model import Facts, Operation, Plan, Refusal, RestartClass
from .._core.plan import assemble, breached
from .._facts.build import build_facts
from .enforce import ATTEMPTS, NOBODY_KNOWS, STILL_SETTLING, is_taken_back
from .goals import Asked, read_goal
from .look import Wanted, look
from .operate import OperateError
from .options import BadInputError
from .repair import diff_of, operations_told, widest_restart
from .senses import HostHands
from .specs import ROLE_PREFIX


class StoppedError(Exception):
    """The goal was not reached; the message is one sentence."""


@dataclass(frozen=True)
class Done:
    """How far a task came.

    :ivar goal: what the newest look made of the goal.
    :ivar sent: the operations that were sent, or in check mode would have been.
    :ivar answer: what the target said; None where nothing was sent.
    :ivar recovered: what the target settled first that earlier runs had left open.
    """

    goal: Goal | None = None
    sent: tuple[Operation, ...] = ()
    refused: tuple[Refusal, ...] = ()
    answer: Mapping[str, Any] | None = None
    recovered: tuple[Mapping[str, Any], ...] = ()


def run_goal(action: Any, task_vars: dict[str, Any], module: str) -> dict[str, Any]:
    """Run one of the modules that have one goal, as a task of its host.

    :returns: the result of the task; it fails with one sentence where the goal cannot be had.
    """
    try:
        asked = read_goal(action, module)
    except BadInputError as exc:
        return {"failed": True, "changed": False, "msg": str(exc)}
    return _Run(action, task_vars, asked).result()


class _Run:
    """One task of one host."""

    def __init__(self, action: Any, task_vars: dict[str, Any], asked: Asked) -> None:
        self._action, self._vars, self._asked = action, task_vars, asked
        self._check_mode, self._diff = bool(action._task.check_mode), bool(action._task.diff)
        self._hands = HostHands(action, task_vars, asked.consents, again=True)  # a goal is asked for by name, and its task fails
        self._done = Done()

    def result(self) -> dict[str, Any]:
        try:
            self._reach()
        except (StoppedError, OperateError) as exc:
            return {**self._told(), "failed": True, "msg": f"{self._asked.name}: {str(exc).rstrip('.')}."}
        return self._told()

    def _reach(self) -> None:
        facts = self._look()
        if unsettled(facts) and not self._check_mode:
            self._settled(self._hands.resume())
            facts = self._look()
        for dummy in range(ATTEMPTS):
            plan = self._planned(facts)
            if not plan.operations or self._check_mode:
                return
            answer = self._applied(plan)
            if not answer.get("look_again"):
                self._look_again(facts)
                return
            self._settled(answer)
            facts = self._look()
        raise StoppedError(STILL_SETTLING)

    def _look(self) -> Facts:
        """Read what this goal needs, in one call.

        :raises StoppedError: the host could not be read.
        """
        wanted = Wanted(inside=True, outside=False, endpoint="", port=None, timeouts=Timeouts(), include_names=False, subsets=self._asked.module.subsets)
        seen = look(self._action, self._vars, wanted)
        if seen.snapshot is None:
            raise StoppedError(f"the host could not be read: {seen.unreachable}")
        host = str(self._vars.get("inventory_hostname", "?"))
        return build_facts(host, seen.now, snapshot=seen.snapshot, client=seen.client)

    def _planned(self, facts: Facts) -> Plan:
        """Make the plan for the goal.

        :raises StoppedError: something stands against it.
        """
        goal = self._asked.module.propose(facts, self._asked.wish)
        self._done = replace(self._done, goal=goal, refused=(*goal.against, *goal.proposal.refusals))
        self._stop_for(goal.against)
        plan = assemble(facts, [goal.proposal], lifted=goal.lifted, meant=goal.meant)
        breaches = breached(facts, plan.operations) & goal.lifted
        self._hands.break_glass = self._asked.break_glass if breaches else None  # a mark on what breaches nothing would be taken back after its end
        self._stop_for(refusal for refusal in plan.refusals if refusal not in goal.proposal.refusals)
        allowed, left_out = permitted(plan.operations, self._asked.consents)
        self._stop_for(left_out)
        self._done = replace(self._done, sent=allowed)
        return plan

    def _stop_for(self, refusals: Iterable[Refusal]) -> None:
        stopping = tuple(refusals)
        if stopping:
            self._done = replace(self._done, sent=(), refused=tuple(dict.fromkeys((*stopping, *self._done.refused))))
            raise StoppedError(_own_words(f"{stopping[0].because}; {stopping[0].instead}"))

    def _applied(self, plan: Plan) -> Mapping[str, Any]:
        try:
            answer = self._hands.apply(self._done.sent, plan.digest)
        except OperateError as exc:
            raise StoppedError(f"{exc}; {NOBODY_KNOWS}") from exc
        if answer.get("look_again"):
            return answer
        self._done = replace(self._done, answer=answer)
        if answer.get("failed"):
            raise StoppedError(str(answer.get("msg", "the target stopped")))
        return answer

    def _settled(self, answer: Mapping[str, Any]) -> None:
        self._done = replace(self._done, recovered=(*self._done.recovered, *answer.get("recovered", ())))

    def _look_again(self, before: Facts) -> None:
        """See whether the goal is reached; what has lost a way in that nobody asked to close is taken back."""
        made = self._done.goal
        journal = _journal(self._done.answer)
        try:
            after = self._look()
        except StoppedError as exc:
            raise StoppedError(f"the change was made, and then {exc}; journal {journal} on the host holds what was there before") from exc
        worse = made_worse(before, after, made.meant if made else frozenset())
        if worse is not None and journal is not None:
            self._take_back(journal, worse)
        goal = self._asked.module.propose(after, self._asked.wish)
        self._done = replace(self._done, goal=goal)
        if not goal.met and not _unknown_only(goal):
            kept = f"journal {journal} on the host holds what was there before"
            raise StoppedError(f"the change was made and did not bring what was asked for: {_own_words(_missing(goal))}; {kept}")

    def _take_back(self, journal: str, worse: str) -> None:
        """Take a change back that made the host worse.

        :raises StoppedError: always, with what came of it.
        """
        try:
            back = self._hands.take_back(journal)
        except OperateError as exc:
            raise StoppedError(ending_taken_back(f"{worse}, and then {exc}; journal {journal}", restored=False).sentence) from exc
        restored = is_taken_back(back)
        applied = self._done.answer or {}
        told = {**back, "changed": not restored, "journal": back.get("journal") or applied.get("journal")}
        self._done = replace(self._done, answer=told)
        raise StoppedError(ending_taken_back(worse if restored else f"{worse}; journal {journal}", restored=restored).sentence)

    def _told(self) -> dict[str, Any]:
        done, answer = self._done, self._done.answer or {}
        goal = done.goal or Goal(met=False)
        operations = operations_told(done.sent, answer.get("results", ()))
        recovered = any(entry.get("results") for entry in done.recovered)
        changed = bool(done.sent) if self._check_mode else bool(answer.get("changed"))
        restart = widest_restart(done.sent)
        result = {
            "changed": changed or recovered,
            "operations": operations,
            "restart_class": restart.value,
            "reboot_required": answer.get("reboot_required") is True or (changed and restart is RestartClass.REBOOT),
            "journal": _journal(answer),
            "simulated": answer.get("simulated") is True,
            "refused": [{name: _own_words(text) for name, text in asdict(refusal).items()} for refusal in done.refused],
            "recovered": list(done.recovered),
            **goal.answer,
        }
        if goal.warnings:
            result["warnings"] = list(goal.warnings)
        return {**result, "diff": diff_of(operations)} if self._diff else result


def _own_words(text: str) -> str:
    """Name options as the module has them, not as the role has its variables."""
    return text.replace(ROLE_PREFIX, "")


def _unknown_only(goal: Goal) -> bool:
    """Tell whether the goal is missed only because nobody can look: what was set stands in the target's own answer."""
    return bool(goal.against) and all(refusal.rule == "cannot_look" for refusal in goal.against)


def _missing(goal: Goal) -> str:
    """Say what keeps a goal from being reached although its operations were carried out."""
    if goal.against:
        return f"{goal.against[0].because}; {goal.against[0].instead}"
    if not goal.proposal.operations:
        return "the host shows it otherwise than it was set"
    first = goal.proposal.operations[0]
    return f"the host still shows {', '.join(str(value) for value in first.target.values())} otherwise, so that a next run would try again"


def _journal(answer: Mapping[str, Any] | None) -> str | None:
    found = (answer or {}).get("journal")
    return str(found["id"]) if found else None
