# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Waivers: accept failed findings by name, for a time, and say what is the matter with the waivers themselves.

Only what failed can be waived. What could not be looked at stays unknown, whatever a waiver says, and a waived finding stays in the report
with its reason and evidence.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from .clock import format_time, shifted
from .evaluate import fingerprint
from .model import Check, Finding, Impact, Outcome, Severity, Waiver, WaiverState, WaiverUse

MOST_DAYS = 365  # a risk that nobody has looked at for a year is no accepted risk any more
SOON_DAYS = 14  # long enough to renew what is still needed, short enough to be read
OWN_PREFIX = "waiver."  # ids of the findings about waivers; no check of a catalogue may take one
_ALL_HOSTS = frozenset("*?")
_IN_FORCE = (WaiverState.IN_FORCE, WaiverState.EXPIRING)


@dataclass(frozen=True)
class Weighed:
    """Findings after the waivers, and what each waiver did."""

    findings: tuple[Finding, ...]
    uses: tuple[WaiverUse, ...]


def for_host(waivers: Iterable[Waiver], host: str, groups: Collection[str]) -> tuple[Waiver, ...]:
    """Return the waivers whose scope holds this host; what is left out by a fingerprint is found out later."""
    return tuple(waiver for waiver in waivers if _covers_host(waiver, host, groups))


def apply_waivers(findings: Iterable[Finding], waivers: Sequence[Waiver], host: str, now: datetime) -> Weighed:
    """Waive what failed and is accepted.

    :param waivers: those of this host, see :func:`for_host`.
    :returns: the findings in their order, and after them one for each thing that is the matter with a waiver.
    """
    found = tuple(findings)
    states = {waiver.id: state_of(waiver, now) for waiver in waivers}
    held = sorted((waiver for waiver in waivers if states[waiver.id] in _IN_FORCE), key=lambda waiver: (-waiver.expires.timestamp(), waiver.id))
    weighed = tuple(_waived(finding, held) for finding in found)
    uses = tuple(_use(waiver, states[waiver.id], found) for waiver in waivers)
    return Weighed((*weighed, *(told for use in uses for told in _findings_about(use, host))), uses)


def state_of(waiver: Waiver, now: datetime) -> WaiverState:
    """Say what a waiver is at this moment."""
    if now >= waiver.expires:
        return WaiverState.EXPIRED
    if now < waiver.starts:
        return WaiverState.NOT_BEGUN
    if _all_checks(waiver) and _all_hosts(waiver):
        return WaiverState.TOO_WIDE
    return WaiverState.EXPIRING if waiver.expires <= shifted(now, SOON_DAYS) else WaiverState.IN_FORCE


def _covers_host(waiver: Waiver, host: str, groups: Collection[str]) -> bool:
    by_name = not waiver.hosts or any(fnmatch.fnmatchcase(host.casefold(), glob.casefold()) for glob in waiver.hosts)
    return by_name and (not waiver.groups or any(group in groups or group == "all" for group in waiver.groups))


def _covers(waiver: Waiver, finding: Finding) -> bool:
    by_check = not waiver.checks or finding.check.id in waiver.checks
    return by_check and (not waiver.fingerprints or finding.fingerprint in waiver.fingerprints)


def _all_checks(waiver: Waiver) -> bool:
    return not waiver.checks and not waiver.fingerprints


def _all_hosts(waiver: Waiver) -> bool:
    by_name = not waiver.hosts or any(set(glob) <= _ALL_HOSTS for glob in waiver.hosts)
    return by_name and (not waiver.groups or "all" in waiver.groups)


def _waived(finding: Finding, held: Iterable[Waiver]) -> Finding:
    if finding.outcome is not Outcome.FAIL:
        return finding
    waiver = next((waiver for waiver in held if _covers(waiver, finding)), None)
    return finding if waiver is None else replace(finding, outcome=Outcome.WAIVED, waiver=waiver)


def _use(waiver: Waiver, state: WaiverState, findings: Iterable[Finding]) -> WaiverUse:
    outcomes = [finding.outcome for finding in findings if _covers(waiver, finding)]
    return WaiverUse(waiver, state, outcomes.count(Outcome.FAIL), outcomes.count(Outcome.UNKNOWN))


def _check(name: str, title: str, why: str, severity: Severity) -> Check:
    return Check(OWN_PREFIX + name, title, why, severity, Impact.HYGIENE, (), None, None, title, title)


EXPIRED = _check("expired", "A waiver has ended", "What it accepted counts again. Either mend it, or somebody accepts it anew.", Severity.MEDIUM)
EXPIRING = _check("expiring", "A waiver ends soon", "What it accepts will count again from that day on.", Severity.INFO)
OVER_WIDE = _check(
    "over_wide", "A waiver is too wide", "A waiver without a check accepts faults that nobody has seen yet, outages among them.", Severity.MEDIUM
)
UNUSED = _check("unused", "A waiver is not used", "What it accepted does not fail any more; left in place it would hide the next failure.", Severity.LOW)


def _findings_about(use: WaiverUse, host: str) -> list[Finding]:
    """Return what is the matter with a waiver as far as this host is concerned."""
    waiver, state = use.waiver, use.state
    named = f"waiver {waiver.id} of {waiver.owner} ({waiver.ticket})"
    told: list[tuple[Check, str]] = []
    if state is WaiverState.EXPIRED and use.waived:
        told.append((EXPIRED, f"{named} ended on {_day(waiver.expires)}, and {_fails(use.waived)}"))
    if state is WaiverState.EXPIRING and use.waived:
        told.append((EXPIRING, f"{named} ends on {_day(waiver.expires)}"))
    if state is WaiverState.TOO_WIDE:
        told.append((OVER_WIDE, f"{named} names neither hosts nor checks and waives nothing; name what is accepted"))
    elif state in _IN_FORCE and _all_checks(waiver):
        told.append((OVER_WIDE, f"{named} names no check and accepts every failure here; name what is accepted"))
    if state in _IN_FORCE and not use.waived and not use.open and _names_host(waiver, host):
        told.append((UNUSED, f"{named} waives nothing on this host; take it out"))
    return [Finding(check, Outcome.FAIL, reason, (), fingerprint(check.id, host, waiver.id)) for check, reason in told]


def _names_host(waiver: Waiver, host: str) -> bool:
    """Tell whether a waiver is for this host by its full name: of a glob only the whole fleet can say that nobody uses it."""
    return [name.casefold() for name in waiver.hosts] == [host.casefold()]


def _day(moment: datetime) -> str:
    return format_time(moment)[:10]


def _fails(count: int) -> str:
    return "the check that it accepted still fails" if count == 1 else f"{count} checks that it accepted still fail"
