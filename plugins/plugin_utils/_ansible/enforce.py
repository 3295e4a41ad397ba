# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Look, plan, apply, look again, keep or take back: the order of one repair. Who looks and who carries out is handed in.

Nothing about Windows or RDP is decided here, and nothing is changed here: eyes and hands are asked, the core says what their answers mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol  # Any: answers are JSON documents

from .._core.consent import Consents, permitted
from .._core.enforced import (
    Ending,
    Enforced,
    Look,
    ending,
    ending_taken_back,
    ending_without_change,
    made_worse,
    unseen,
    unsettled,
)
from .._core.model import Operation, Refusal
from .._core.plan_file import Reviewed
from .operate import OperateError

ATTEMPTS = 2  # the second one after the target has first settled what an earlier run left open
NOBODY_KNOWS = "nobody knows how far it came; what was done stands in the journal on the host, and the next run settles it"
STILL_SETTLING = "an earlier run is still being settled on the host; run again"
NOT_AGAIN = "the same plan is not tried again by itself: find out why, and give it as a reviewed plan"


class Eyes(Protocol):
    """Whoever can look at the host."""

    def look(self) -> Look:
        """Look from inside and outside."""

    def look_outside_again(self, look: Look) -> Look:
        """Look from outside once more, and leave the inside as it was seen."""


class Hands(Protocol):
    """Whoever can change the host."""

    def apply(self, operations: Iterable[Operation], plan_digest: str) -> dict[str, Any]:
        """Carry operations out. Raises OperateError."""

    def take_back(self, journal_id: str) -> dict[str, Any]:
        """Restore what a journal holds. Raises OperateError."""

    def resume(self) -> dict[str, Any]:
        """Settle what earlier runs left open. Raises OperateError."""


@dataclass(frozen=True)
class Choices:
    """What somebody decided for this run.

    :ivar reviewed: the plan that was reviewed; then exactly that is applied, or nothing.
    """

    consents: Consents
    check_mode: bool = False
    reviewed: Reviewed | None = None


@dataclass(frozen=True)
class Repair:
    """What came of one host.

    :ivar first: the look that the plan was made from.
    :ivar last: the newest look.
    :ivar ending: without a word in check mode, where nothing was carried out.
    :ivar sent: the operations that were sent, or in check mode would have been.
    :ivar answer: what the target said about them; None where nothing was sent.
    :ivar recovered: what the target settled first that earlier runs had left open.
    """

    ending: Ending
    first: Look
    last: Look
    sent: tuple[Operation, ...] = ()
    left_out: tuple[Refusal, ...] = ()
    answer: Mapping[str, Any] | None = None
    recovered: tuple[Mapping[str, Any], ...] = field(default=())

    @property
    def changed(self) -> bool:
        """Whether the host is another one than before, by the target's word; in check mode whether it would be."""
        if self.ending.word is None:
            return bool(self.sent)
        settled = any(entry.get("results") for entry in self.recovered)
        restored = self.ending.word is Enforced.ROLLED_BACK and self.answer is not None and self.answer.get("taken_back") is True
        kept = self.answer is not None and bool(self.answer.get("changed")) and not restored
        return kept or settled


def enforce(eyes: Eyes, hands: Hands, choices: Choices) -> Repair:
    """Repair one host."""
    seen = eyes.look()
    recovered: tuple[Mapping[str, Any], ...] = ()
    try:
        if unsettled(seen.facts) and not choices.check_mode:
            recovered = tuple(hands.resume().get("recovered", ()))
            seen = eyes.look()
        for dummy in range(ATTEMPTS):
            made = _prepared(seen, choices)
            if not made.sent or choices.check_mode:
                return replace(made, recovered=recovered)
            answer = hands.apply(made.sent, seen.judgement.plan.digest)
            recovered += tuple(answer.get("recovered", ()))
            if not answer.get("look_again"):
                return replace(_settled(replace(made, answer=answer), eyes, hands), recovered=recovered)
            seen = eyes.look()
    except OperateError as exc:
        # Whatever it says: the target was asked to write, and a host that nobody has heard of since is none that is untouched.
        word = Ending(Enforced.UNREACHABLE, f"{exc}; {NOBODY_KNOWS}")
        return Repair(word, seen, seen, recovered=recovered)
    return Repair(Ending(Enforced.REFUSED, STILL_SETTLING), seen, seen, recovered=recovered)


def _prepared(seen: Look, choices: Choices) -> Repair:
    """Say what would be sent, and the ending where that is nothing."""
    plan = seen.judgement.plan
    reviewed = choices.reviewed
    if reviewed is not None and plan.operations and reviewed.digest != plan.digest:
        because = "the host has changed since the plan was reviewed"
        refusal = Refusal("plan", because, "look again and review the new plan", "needs_consent")
        return Repair(Ending(Enforced.REFUSED, f"{because}; {refusal.instead}"), seen, seen, left_out=(refusal,))
    allowed, left_out = permitted(plan.operations, choices.consents)
    if reviewed is not None and left_out:
        why = f"a reviewed plan is applied whole or not at all: {left_out[0].because}; {left_out[0].instead}"
        return Repair(Ending(Enforced.REFUSED, why), seen, seen, left_out=left_out)
    told = (*left_out, *plan.refusals)
    if not allowed:
        return Repair(ending_without_change(seen, told), seen, seen, left_out=left_out)
    count = "1 operation" if len(allowed) == 1 else f"{len(allowed)} operations"
    return Repair(Ending(None, f"{count} would be carried out"), seen, seen, sent=allowed, left_out=left_out)


def _settled(made: Repair, eyes: Eyes, hands: Hands) -> Repair:
    """Look again and decide: keep, or take back."""
    answer = made.answer or {}
    after = eyes.look()
    if answer.get("failed"):
        return replace(made, ending=_stopped(answer), last=after)
    if unseen(after) is not None:
        after = eyes.look()  # once more: what was changed has nothing to do with the way in
    if unseen(after) is not None:
        return _left_unseen(made, after)
    worse = made_worse(made.first.facts, after.facts)
    if worse is not None:
        after = eyes.look_outside_again(after)  # a network that drops one connection is no reason to undo a repair
        if after.fault:
            return _left_unseen(made, after)
        worse = made_worse(made.first.facts, after.facts)
    if worse is None:
        return replace(made, ending=ending(made.first, after, made.sent, answer, made.left_out), last=after)
    if answer.get("journal") is None:
        return replace(made, ending=Ending(Enforced.STILL_BROKEN, f"{worse}, and nothing was changed that could be taken back"), last=after)
    return _taken_back(made, worse, after, eyes, hands)


def _left_unseen(made: Repair, after: Look) -> Repair:
    """Leave a change of which nobody can say what it came to: a way back would be as blind."""
    kept = f"journal {_journal(made.answer or {})} on the host holds what was there before"
    return replace(made, ending=Ending(Enforced.UNREACHABLE, f"the change was made, and then {unseen(after)}; {kept}"), last=after)


def _taken_back(made: Repair, worse: str, after: Look, eyes: Eyes, hands: Hands) -> Repair:
    """Take a change back that made the host worse; one that stays, because nobody could, is told as such and never as untouched."""
    answer = made.answer or {}
    try:
        back = hands.take_back(_journal(answer))
    except OperateError as exc:
        said = f"{worse}, and then {exc}; journal {_journal(answer)}"
        return replace(made, answer={**answer, "taken_back": False}, ending=ending_taken_back(said, restored=False), last=after)
    restored = is_taken_back(back)
    told = {**answer, "journal": back.get("journal") or answer["journal"], "taken_back": restored}
    return replace(made, answer=told, ending=ending_taken_back(f"{worse}; {NOT_AGAIN}", restored=restored), last=eyes.look())


def is_taken_back(answer: Mapping[str, Any]) -> bool:
    """Tell whether the target says that it has restored all that a journal holds."""
    return not answer.get("failed") and (answer.get("journal") or {}).get("state") == "taken_back"


def _stopped(answer: Mapping[str, Any]) -> Ending:
    said = str(answer.get("msg", "the target stopped"))
    journal = answer.get("journal") or {}
    if answer.get("taken_back") or journal:
        return ending_taken_back(f"{said.rstrip('.')}; {NOT_AGAIN}", restored=journal.get("state", "taken_back") == "taken_back")
    return Ending(Enforced.REFUSED, said)


def _journal(answer: Mapping[str, Any]) -> str:
    return str((answer.get("journal") or {}).get("id", ""))
