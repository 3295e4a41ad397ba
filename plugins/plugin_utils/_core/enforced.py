# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What carrying out a plan came to, and whether it has to be taken back: decided from what was seen before and after, by nothing else.

Taken back is what makes something worse: the handshake ends earlier than before, the listener or the way in is lost. A correct change
that waits for a restart, or stands beside a second cause, stays; so no run undoes what another one did.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any  # Any: facts and results are JSON values

from .clock import parse_time
from .forecast import WAYS
from .model import Facts, Finding, Impact, JsonMap, Judgement, Operation, Outcome, Refusal, RestartClass, Verdict
from .paths import look_up

STEPS = ("resolve", "connect", "negotiate", "tls", "credssp", "complete")
CHANGED = ("changed",)
NOTHING_LEFT = "from inside nothing is left to change, and from outside it fails"
PERHAPS_A_RESTART = "where the answer of an earlier run was lost, what it changed may wait for a restart, which nobody can see: restart, and look again"


class Enforced(str, Enum):
    """One word for what enforcing came to on one host."""

    ALREADY_RIGHT = "already_right"
    FIXED = "fixed"
    FIXED_INSIDE_ONLY = "fixed_inside_only"
    PENDING_REBOOT = "pending_reboot"
    STILL_BROKEN = "still_broken_other_cause"
    ROLLED_BACK = "rolled_back"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class Look:
    """One look at a host with what was made of it.

    :ivar fault: why it could not be judged; then facts and judgement say nothing else. Empty where it could.
    """

    facts: Facts
    judgement: Judgement
    fault: str = ""


@dataclass(frozen=True)
class Ending:
    """How it ended: the word, and a sentence for a person.

    :ivar word: None in check mode, where nothing was carried out.
    """

    word: Enforced | None
    sentence: str


def made_worse(before: Facts, after: Facts, meant: frozenset[str] = frozenset()) -> str | None:
    """Say what is worse than before the change, or None.

    :param meant: ways in that somebody asked to close by name; every other one is looked at all the same.
    :returns: one clause; unknown after known counts for the ways in from inside, not for the probe: a lost packet is no proof.
    """
    was, is_now = (_reached(facts) for facts in (before, after))
    if was is not None and is_now is not None and is_now < was:
        return f"the handshake ended at {STEPS[is_now]} and had reached {STEPS[was]} before"
    for name, way in WAYS.items():
        if name not in meant and way.is_open(before) is True and way.is_open(after) is False:
            return f"a way in was lost ({name}: {way.because})"
    if _running(before) and _running(after) is False:
        return "TermService ran before and does not any more"
    return None


def _reached(facts: Facts) -> int | None:
    found = look_up(facts.document, facts.gaps, "probe.ended_at")
    answers = look_up(facts.document, facts.gaps, "derived.outside.answers")
    if not found.known or not answers.known or found.value not in STEPS:
        return None  # what the probe could not settle says nothing about the host
    return len(STEPS) - 1 if answers.value is True else STEPS.index(found.value)


def _running(facts: Facts) -> bool | None:
    found = look_up(facts.document, facts.gaps, "services.TermService.state")
    return found.value == "running" if found.known and found.value not in (None, "unknown") else None


def unsettled(facts: Facts) -> bool | None:
    """Tell whether earlier runs left something on the host: a journal that is open, or a break-glass whose time is over.

    :returns: None where nobody could look, or not everywhere; the gaps of the facts say so to the report. Before it changes anything,
        the target settles what it finds open all the same.
    """
    found = look_up(facts.document, facts.gaps, "os.rdpops")
    traces = (found.value if found.known else None) or {}
    journals, marks = traces.get("open_journals"), traces.get("break_glass")
    if journals or any(_is_over(mark["expires_at"], facts.now) for mark in marks or ()):
        return True
    return None if journals is None or marks is None or traces.get("kind") else False


def _is_over(text: str, now: datetime) -> bool:
    try:
        return parse_time(text) <= now
    except ValueError:  # a mark without a readable end has none that anybody agreed to
        return True


def unseen(look: Look) -> str | None:
    """Say why a look does not tell how the host is, or None where it does."""
    if look.fault:
        return look.fault
    if look.facts.document.get("views", {}).get("inside") == "unreachable":
        return look.facts.gaps.get("os", "the host could not be read")
    return None


def ending_without_change(look: Look, refusals: Iterable[Refusal]) -> Ending:
    """Name the outcome where no operation was carried out.

    :param refusals: those of the plan and those of the consents.
    """
    why = unseen(look)
    if why is not None:
        return Ending(Enforced.REFUSED if look.fault else Enforced.UNREACHABLE, why)
    failed = [finding for finding in look.judgement.findings if finding.outcome is Outcome.FAIL]
    if not failed:
        return Ending(Enforced.ALREADY_RIGHT, look.judgement.sentence)
    refused = next(iter(refusals), None)
    if refused is not None:
        return Ending(Enforced.REFUSED, f"{refused.because}; {refused.instead}")
    if look.judgement.verdict is Verdict.FAILING:
        return Ending(Enforced.STILL_BROKEN, _left_broken(look, failed))
    return Ending(Enforced.ALREADY_RIGHT, f"what this run may touch is right; {look.judgement.sentence}")


def _left_broken(look: Look, failed: Iterable[Finding]) -> str:
    """Say what is left where a host fails and no operation is.

    Where it fails from outside alone, an earlier run may have done everything and lost its answer: what it changed then waits for a
    restart, and no fact tells.
    """
    if any("probe" not in finding.check.needs for finding in failed if finding.check.impact is Impact.OUTAGE):
        return f"nothing here can repair it: {look.judgement.sentence}"
    return f"{NOTHING_LEFT}: {look.judgement.sentence}; {PERHAPS_A_RESTART}"


def _unseen_on_the_wire(before: Look, after: Look) -> list[str]:
    """Name the checks that fail from outside as before, though what their remedy puts right inside is right now: a service may hold on to the old."""
    failed = [finding.check for finding in before.judgement.findings if finding.outcome is Outcome.FAIL and finding.check.remedy]
    mended = {check.remedy for check in failed if "probe" not in check.needs and _outcome(after, check.id) is Outcome.PASS}
    return [check.id for check in failed if "probe" in check.needs and check.remedy in mended and _outcome(after, check.id) is Outcome.FAIL]


def ending(before: Look, after: Look, carried_out: Iterable[Operation], answer: JsonMap, left_out: Iterable[Refusal]) -> Ending:
    """Name the outcome where operations were carried out and stayed.

    :param carried_out: the operations that were sent.
    :param answer: what the target answered: ``results`` and ``reboot_required``.
    :param left_out: what the consents left out of the plan.
    """
    changed = _changed_ids(answer)
    widest = {operation.restart for operation in carried_out if operation.id in changed}
    held_up = next((refusal for refusal in left_out if refusal.remedy == "restart_term_service"), None)
    if RestartClass.REBOOT in widest or answer.get("reboot_required") is True:
        return Ending(Enforced.PENDING_REBOOT, "the change is made and takes effect with the next restart of Windows")
    if held_up is not None:
        return Ending(Enforced.PENDING_REBOOT, f"the change is made; {held_up.because}; {held_up.instead}")
    open_checks = [name for name, wanted in before.judgement.plan.predicted.items() if wanted is Outcome.PASS and _outcome(after, name) is not Outcome.PASS]
    outside = look_up(after.facts.document, after.facts.gaps, "derived.outside.answers")
    if after.judgement.verdict is Verdict.FAILING or open_checks:
        return Ending(Enforced.STILL_BROKEN, f"the change stays, and something else is wrong: {after.judgement.sentence}")
    if _unseen_on_the_wire(before, after):
        return Ending(Enforced.STILL_BROKEN, f"the change stays, and from outside it cannot be seen: {after.judgement.sentence}")
    if not outside.known:
        return Ending(Enforced.FIXED_INSIDE_ONLY, f"from inside it is right; nobody has seen it from outside ({outside.why})")
    return Ending(Enforced.FIXED, after.judgement.sentence)


def ending_taken_back(reason: str, restored: bool) -> Ending:
    """Name the outcome where the change was, or should have been, taken back."""
    if restored:
        return Ending(Enforced.ROLLED_BACK, f"taken back: {reason}")
    return Ending(Enforced.ROLLED_BACK, f"taking it back did not succeed whole, look at the journal on the host: {reason}")


def _changed_ids(answer: JsonMap) -> frozenset[Any]:
    return frozenset(result["id"] for result in answer.get("results", ()) if result.get("status") in CHANGED)


def _outcome(look: Look, check: str) -> Outcome | None:
    return next((finding.outcome for finding in look.judgement.findings if finding.check.id == check), None)
