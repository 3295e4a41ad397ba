# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan for one host: each operation with before and after, what is refused with what to do instead, what is predicted."""

from __future__ import annotations

from collections.abc import Mapping

from .._core.model import JsonMap
from .html_parts import heading, identifier, outcome_tag, row, sentence_case, state, table
from .markup import Markup, el, group
from .words import REFUSAL_RULE, RESTART, RISK, count

_COLUMNS = ("Change", "Before", "After", "Effect")


def plan_part(plan: JsonMap, findings: list[JsonMap], level: int) -> Markup:
    """Return the plan of a host.

    :param findings: the host's findings; their titles name the checks whose outcome is predicted.
    """
    operations = [_operation(number, operation) for number, operation in enumerate(plan["operations"], 1)]
    titles = {finding["check"]: finding for finding in findings}
    return el(
        "section",
        heading(level, "The plan"),
        _intro(plan),
        table("Operations of the plan, in order", _COLUMNS, operations, class_="plan", hide_caption=True) if operations else None,
        refusals_list(plan["refusals"], level + 1, "What it will not do"),
        _predicted(plan["predicted"], titles, level + 1),
        class_="part",
    )


def _intro(plan: JsonMap) -> Markup:
    if not plan["operations"]:
        words = "Nothing would be changed." if plan["refusals"] else "There is nothing to change."
        return el("p", words, class_="note")
    return el("p", f"Not carried out. As a whole it {RESTART[plan['restart']]}. Digest ", el("code", plan["digest"][:16]), ".", class_="note")


def _operation(number: int, operation: JsonMap) -> Markup:
    undo = "can be taken back" if operation["reversible"] else "cannot be taken back"
    effect = "; ".join((RISK[operation["risk"]], RESTART[operation["restart"]], undo))
    return row(
        group(el("span", f"{number}. {operation['kind'].replace('_', ' ')}"), state(operation["target"])),
        state(operation["before"]),
        state(operation["after"]),
        group(sentence_case(operation["why"]), el("small", effect)),
        labels=_COLUMNS[1:],
    )


def refusals_list(refusals: list[JsonMap], level: int, title: str) -> Markup:
    """Return what is refused, why, and what to do instead; nothing where nothing is."""
    if not refusals:
        return group()
    items = [
        el(
            "li",
            el("p", identifier(refusal["remedy"], "id"), " ", el("span", REFUSAL_RULE.get(refusal["rule"], refusal["rule"]), class_="tag plain")),
            el("p", sentence_case(refusal["because"])),
            el("p", el("strong", "Instead: "), sentence_case(refusal["instead"])) if refusal["instead"] else None,
        )
        for refusal in refusals
    ]
    return group(heading(level, title), el("ul", items, class_="refusals"))


def _predicted(predicted: Mapping[str, str], findings: Mapping[str, JsonMap], level: int) -> Markup:
    if not predicted:
        return group()
    changes = {check: outcome for check, outcome in predicted.items() if check not in findings or findings[check]["outcome"] != outcome}
    items = []
    for check, outcome in changes.items():
        found = findings.get(check)
        now = group(outcome_tag(found["outcome"]), " → ") if found else None
        items.append(el("li", found["title"] if found else check, " ", el("span", now, outcome_tag(outcome), class_="change")))
    return group(
        heading(level, "Predicted afterwards"),
        el("ul", items, class_="predicted") if items else None,
        _unchanged(len(predicted) - len(changes)),
    )


def _unchanged(number: int) -> Markup | None:
    if not number:
        return None
    return el("p", f"{count(number, 'check')} that failed {'stays as it is' if number == 1 else 'stay as they are'}.", class_="note")
