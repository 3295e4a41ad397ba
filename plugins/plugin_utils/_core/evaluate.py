# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Judge the facts of one host by the checks of a catalogue."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable

from .conditions import Truth, evaluate_condition
from .model import Check, Facts, Finding, Impact, Observation, Outcome
from .paths import look_up
from .sentences import fill

OUTSIDE_NEEDS = frozenset({"probe"})
CLIENT_NEEDS = frozenset({"client"})
USUAL_PROFILES = ("outage", "baseline", "early_warning")
PROFILES = (*USUAL_PROFILES, "cis_l1", "stig")  # the benchmarks ask for more than keeps Remote Desktop going, so somebody has to ask for them

Ask = Callable[[str, Facts], Truth]  # asks the test plugin of that name about a host


def nobody(name: str, facts: Facts) -> Truth:
    """Answer for a test plugin where there is no Ansible to call it: nobody could look."""
    return Truth(None, (), (f"the test {name} is asked by Ansible alone",))


def evaluate(facts: Facts, checks: Iterable[Check], ask: Ask = nobody) -> tuple[Finding, ...]:
    """Judge one host.

    :param ask: answers for checks that name a test plugin instead of a condition.
    :returns: one finding per check, in the order of the checks. What could not be looked at is ``unknown``; what nobody asked to look at
        (the whole view was left out on purpose) is ``not_applicable`` with that reason.
    """
    return tuple(_judge(check, facts, ask) for check in checks)


def selected(checks: Iterable[Check], profiles: Collection[str] = USUAL_PROFILES) -> tuple[Check, ...]:
    """Leave out the checks of profiles that nobody asked for.

    A check that tells of an outage is never left out, nor is one that belongs to no profile: a host that is not looked at is not healthy.
    """
    return tuple(check for check in checks if check.impact is Impact.OUTAGE or not check.profiles or not set(profiles).isdisjoint(check.profiles))


def fingerprint(*parts: str) -> str:
    """Name a finding the same way in every run: a hash of what it is about, not of when or how it was seen."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def _judge(check: Check, facts: Facts, ask: Ask) -> Finding:
    if check.applies_when is not None:
        applies = evaluate_condition(check.applies_when, facts)
        if applies.value is False:
            return _finding(check, facts, Outcome.NOT_APPLICABLE, "this check does not apply to this host", applies)
        if applies.value is None:
            return _unsettled(check, facts, applies)
    truth = _asked(check, facts, ask) if check.expect is None else evaluate_condition(check.expect, facts)
    if truth.value is None:
        return _unsettled(check, facts, truth)
    if truth.value:
        return _finding(check, facts, Outcome.PASS, fill(check.pass_text, facts), truth)
    return _finding(check, facts, Outcome.FAIL, fill(check.fail_text, facts), truth)


def _asked(check: Check, facts: Facts, ask: Ask) -> Truth:
    """Ask a test plugin, unless something that it needs could not be looked at: it sees no gaps, and would take them for absence."""
    missing = [need for need in check.needs if not _is_there(need, facts)]
    if missing:
        return Truth(None, (), tuple(facts.gaps.get(need, f"{need} was not reported") for need in missing))
    return ask(check.test or "", facts)


def _unsettled(check: Check, facts: Facts, truth: Truth) -> Finding:
    reason = "; ".join(truth.unknown) or "the facts do not settle it"
    if _was_left_out(check, facts):
        return _finding(check, facts, Outcome.NOT_APPLICABLE, f"left out: {reason}", truth)
    return _finding(check, facts, Outcome.UNKNOWN, f"could not look: {reason}", truth)


def _was_left_out(check: Check, facts: Facts) -> bool:
    """Tell whether all that this check looks at belongs to views that were left out on purpose.

    Where a part of it was looked at and did not settle the check, the rest is missing: unknown, which is never green.
    """
    views = facts.document["views"]
    return bool(check.needs) and all(not _is_there(need, facts) and views[_view(need)] == "not_asked" for need in check.needs)


def _is_there(need: str, facts: Facts) -> bool:
    """Tell whether a need was looked at; a code that somebody typed stands under client too, and is no look at that machine."""
    return facts.document["views"]["client_machine"] == "ok" if need in CLIENT_NEEDS else need in facts.document


def _view(need: str) -> str:
    return "outside" if need in OUTSIDE_NEEDS else "client_machine" if need in CLIENT_NEEDS else "inside"


def _finding(check: Check, facts: Facts, outcome: Outcome, reason: str, truth: Truth) -> Finding:
    extra = tuple(_look(path, facts) for path in check.evidence)
    evidence = tuple(dict.fromkeys(truth.observations + extra))
    return Finding(check, outcome, reason, evidence, fingerprint(check.id, facts.host))


def _look(path: str, facts: Facts) -> Observation:
    found = look_up(facts.document, facts.gaps, path)
    value = found.value if isinstance(found.value, (str, int, float, bool, type(None))) else str(found.value)
    return Observation(path, value, "", found.known)
