# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is the matter with the waivers themselves: ended, ending soon, wider than anybody could mean, used by nothing, or misspelt."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from datetime import datetime

from .clock import format_time
from .evaluate import fingerprint
from .model import Check, Finding, Impact, Outcome, Severity, Waiver, WaiverState, WaiverUse
from .waiver_scope import IN_FORCE, all_checks, all_hosts, covers

OWN_PREFIX = "waiver."  # ids of the findings about waivers; no check of a catalogue may take one
WIDE_PROFILE = 5  # a profile of fewer checks can be named whole by somebody who means each of them
NAMED = 3  # in a sentence


def _check(name: str, title: str, why: str, severity: Severity) -> Check:
    return Check(OWN_PREFIX + name, title, why, severity, Impact.HYGIENE, (), None, None, title, title)


EXPIRED = _check("expired", "A waiver has ended", "What it accepted counts again. Either mend it, or somebody accepts it anew.", Severity.MEDIUM)
EXPIRING = _check("expiring", "A waiver ends soon", "What it accepts will count again from that day on.", Severity.INFO)
OVER_WIDE = _check("over_wide", "A waiver is too wide", "It accepts faults that nobody has seen yet, outages among them.", Severity.MEDIUM)
UNUSED = _check("unused", "A waiver is not used", "What it accepted does not fail any more; left in place it would hide the next failure.", Severity.LOW)
UNKNOWN_CHECK = _check("unknown_check", "A waiver names a check that there is not", "It does not accept what its author meant.", Severity.MEDIUM)


def findings_about(use: WaiverUse, findings: Sequence[Finding], host: str, checks: Sequence[Check]) -> list[Finding]:
    """Return what is the matter with a waiver as far as this host is concerned, at most one finding of each kind.

    :param findings: those of the host, after the waivers.
    :param checks: all of the run, also those that were not looked at here.
    """
    waiver = use.waiver
    told = [
        (EXPIRED, _ended(use, findings)),
        (EXPIRING, _ends(use, findings)),
        (OVER_WIDE, _over_wide(use, checks)),
        (UNKNOWN_CHECK, _unknown_check(use, checks)),
        (UNUSED, _unused(use, findings, host)),
    ]
    return [Finding(check, Outcome.FAIL, f"{_named(waiver)} {what}", (), fingerprint(check.id, host, waiver.id)) for check, what in told if what]


def _named(waiver: Waiver) -> str:
    return f"waiver {waiver.id} of {waiver.owner} ({waiver.ticket})" + (f" in {waiver.source}" if waiver.source else "")


def _still_failing(waiver: Waiver, findings: Iterable[Finding]) -> int:
    """Count what it would accept and no other waiver does: one that was renewed under another id has been seen to."""
    return sum(finding.outcome is Outcome.FAIL and covers(waiver, finding) for finding in findings)


def _ended(use: WaiverUse, findings: Iterable[Finding]) -> str:
    count = _still_failing(use.waiver, findings) if use.state is WaiverState.EXPIRED else 0
    fails = "the check that it accepted still fails" if count == 1 else f"{count} checks that it accepted still fail"
    return f"ended on {_day(use.waiver.expires)}, and {fails}" if count else ""


def _ends(use: WaiverUse, findings: Iterable[Finding]) -> str:
    if use.state is not WaiverState.EXPIRING or not any(finding.waiver is use.waiver for finding in findings):
        return ""
    return f"ends on {_day(use.waiver.expires)}"


def _over_wide(use: WaiverUse, checks: Sequence[Check]) -> str:
    waiver = use.waiver
    if use.state is WaiverState.TOO_WIDE:
        return "names neither hosts nor checks and waives nothing; name what is accepted"
    if use.state not in IN_FORCE or waiver.fingerprints:
        return ""
    if all_checks(waiver):
        return "names no check and accepts every failure here; name what is accepted"
    profile = _whole_profile(waiver, checks)
    if profile:
        return f"names every check of the profile {profile}; name what is accepted"
    outages = [check.id for check in checks if check.impact is Impact.OUTAGE and check.id in waiver.checks]
    if outages and all_hosts(waiver):
        return f"accepts on every host what keeps everybody out ({_list(outages)}); name the hosts"
    return ""


def _whole_profile(waiver: Waiver, checks: Iterable[Check]) -> str:
    members: dict[str, set[str]] = {}
    for check in checks:
        for profile in check.profiles:
            members.setdefault(profile, set()).add(check.id)
    return next((name for name, ids in sorted(members.items()) if len(ids) >= WIDE_PROFILE and ids <= set(waiver.checks)), "")


def _unknown_check(use: WaiverUse, checks: Iterable[Check]) -> str:
    known = {check.id for check in checks}
    strange = [name for name in use.waiver.checks if name not in known]
    if not strange or use.state is WaiverState.EXPIRED:
        return ""
    nearest = difflib.get_close_matches(strange[0], sorted(known), n=1)
    hint = f"the nearest to {strange[0]} is {nearest[0]}, and " if nearest else ""
    return f"names {_list(strange)}, and this run has no such check; {hint}a check of others is there only where its source is loaded"


def _unused(use: WaiverUse, findings: Sequence[Finding], host: str) -> str:
    if not _names_host(use.waiver, host) or use.open:
        return ""
    if use.state is WaiverState.EXPIRED and not _still_failing(use.waiver, findings):
        return f"ended on {_day(use.waiver.expires)} and is not needed on this host; take it out"
    return "waives nothing on this host; take it out" if use.state in IN_FORCE and not use.waived else ""


def _names_host(waiver: Waiver, host: str) -> bool:
    """Tell whether a waiver is for this host by its full name: of a glob only the whole fleet can say that nobody uses it."""
    return [name.casefold() for name in waiver.hosts] == [host.casefold()]


def _list(names: Sequence[str]) -> str:
    return ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")


def _day(moment: datetime) -> str:
    return format_time(moment)[:10]
