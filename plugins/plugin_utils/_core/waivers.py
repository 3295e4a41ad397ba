# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Waivers: accept failed findings by name, for a time, and say what is the matter with the waivers themselves.

Only what failed can be waived. What could not be looked at stays unknown, whatever a waiver says, and a waived finding stays in the report
with its reason and evidence.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from .clock import shifted
from .model import Check, Finding, Outcome, Waiver, WaiverState, WaiverUse
from .waiver_findings import findings_about
from .waiver_scope import IN_FORCE, all_checks, all_hosts, covers, covers_host

MOST_DAYS = 365  # a risk that nobody has looked at for a year is no accepted risk any more
SOON_DAYS = 14  # long enough to renew what is still needed, short enough to be read


@dataclass(frozen=True)
class Weighed:
    """Findings after the waivers, and what each waiver did."""

    findings: tuple[Finding, ...]
    uses: tuple[WaiverUse, ...]


def for_host(waivers: Iterable[Waiver], host: str, groups: Collection[str]) -> tuple[Waiver, ...]:
    """Return the waivers whose scope holds this host; what is left out by a fingerprint is found out later."""
    return tuple(waiver for waiver in waivers if covers_host(waiver, host, groups))


def apply_waivers(findings: Iterable[Finding], waivers: Sequence[Waiver], host: str, now: datetime, checks: Sequence[Check]) -> Weighed:
    """Waive what failed and is accepted.

    :param waivers: those of this host, see :func:`for_host`.
    :param checks: all of the run, also those that were not looked at here.
    :returns: the findings in their order, and after them one for each thing that is the matter with a waiver.
    """
    found = tuple(findings)
    states = {waiver.id: state_of(waiver, now) for waiver in waivers}
    held = sorted((waiver for waiver in waivers if states[waiver.id] in IN_FORCE), key=lambda waiver: (-waiver.expires.timestamp(), waiver.id))
    weighed = tuple(_waived(finding, held) for finding in found)
    uses = tuple(_use(waiver, states[waiver.id], found) for waiver in waivers)
    return Weighed((*weighed, *(told for use in uses for told in findings_about(use, weighed, host, checks))), uses)


def state_of(waiver: Waiver, now: datetime) -> WaiverState:
    """Say what a waiver is at this moment."""
    if now >= waiver.expires:
        return WaiverState.EXPIRED
    if now < waiver.starts:
        return WaiverState.NOT_BEGUN
    if all_checks(waiver) and all_hosts(waiver):
        return WaiverState.TOO_WIDE
    return WaiverState.EXPIRING if waiver.expires <= shifted(now, SOON_DAYS) else WaiverState.IN_FORCE


def _waived(finding: Finding, held: Iterable[Waiver]) -> Finding:
    if finding.outcome is not Outcome.FAIL:
        return finding
    waiver = next((waiver for waiver in held if covers(waiver, finding)), None)
    return finding if waiver is None else replace(finding, outcome=Outcome.WAIVED, waiver=waiver)


def _use(waiver: Waiver, state: WaiverState, findings: Sequence[Finding]) -> WaiverUse:
    outcomes = [finding.outcome for finding in findings if covers(waiver, finding)]
    unseen = set(waiver.checks) - {finding.check.id for finding in findings}
    return WaiverUse(waiver, state, outcomes.count(Outcome.FAIL), outcomes.count(Outcome.UNKNOWN) + len(unseen))
