# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The findings of one host: what failed first, then what is unknown; what passed is folded away."""

from __future__ import annotations

from .._core.model import JsonMap
from .html_causes import observations
from .html_parts import folded, heading, identifier, outcome_tag, row, sentence_case, table
from .markup import Markup, el, group
from .words import OUTCOME_ORDER, RESTART, SEVERITY_ORDER, count

_OPEN = ("fail", "unknown", "waived")
_COLUMNS = ("Check", "Outcome", "What was seen", "Weight")


def findings_part(findings: list[JsonMap], level: int) -> Markup:
    """Return the findings of a host as tables."""
    ordered = sorted(findings, key=lambda finding: (OUTCOME_ORDER.index(finding["outcome"]), SEVERITY_ORDER.index(finding["severity"]), finding["check"]))
    shown = [finding for finding in ordered if finding["outcome"] in _OPEN]
    passed = [finding for finding in ordered if finding["outcome"] == "pass"]
    skipped = [finding for finding in ordered if finding["outcome"] == "not_applicable"]
    return el(
        "section",
        heading(level, "Findings"),
        table("Checks that failed or could not be decided", _COLUMNS, [_row(finding) for finding in shown], class_="findings", hide_caption=True)
        if shown
        else el("p", "No check failed and none is unknown.", class_="note"),
        _folded(passed, f"{count(len(passed), 'check')} passed", "Checks that passed"),
        _folded(skipped, f"{count(len(skipped), 'check')} not applicable", "Checks that do not apply to this host"),
        class_="part",
    )


def _folded(findings: list[JsonMap], label: str, caption: str) -> Markup:
    if not findings:
        return group()
    rows = [_short_row(finding) for finding in findings]
    return folded(label, table(caption, ("Check", "Outcome", "What was seen"), rows, class_="findings short", hide_caption=True, scrolls=False))


def _row(finding: JsonMap) -> Markup:
    restart = f"; the remedy {RESTART[finding['restart']]}" if finding["remedy"] and finding["outcome"] == "fail" else ""
    why = el("small", "Why it matters: ", finding["why"]) if finding["why"] else None
    elsewhere = el("small", "Elsewhere: ", ", ".join(_numbers(finding["ids"]))) if finding["ids"] else None
    accepted = _accepted(finding["waiver"]) if "waiver" in finding else None
    return row(
        _name(finding),
        outcome_tag(finding["outcome"]),
        group(sentence_case(finding["reason"]), accepted, observations(finding["evidence"]), why, elsewhere),
        group(finding["severity"], el("small", f"{finding['impact']}{restart}")),
        labels=_COLUMNS[1:],
    )


def _numbers(ids: JsonMap) -> list[str]:
    return [f"CIS {number}" if name == "cis" else number for name in sorted(ids) for number in ids[name]]


def _accepted(waiver: JsonMap) -> Markup:
    return el("small", f"Accepted by {waiver['owner']} until {waiver['expires_at'][:10]} (waiver {waiver['id']}, {waiver['ticket']}): {waiver['reason']}")


def _short_row(finding: JsonMap) -> Markup:
    return row(_name(finding), outcome_tag(finding["outcome"]), sentence_case(finding["reason"]))


def _name(finding: JsonMap) -> Markup:
    return group(finding["title"], identifier(finding["check"], "id"))
