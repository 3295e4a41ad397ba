# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The last lines of a run for a terminal, and the one line that a task says about a host. Pure: no colour codes, no width look-up."""

from __future__ import annotations

import textwrap

from .._core.model import JsonMap
from .._core.standing import stands
from .visible import visible
from .words import RANK, REPAIR, RESTART, WHOM, count, ending, headline, repaired

WIDTH = 100  # columns; what a terminal beside an editor still shows
TOP_CAUSES = 5  # the rest is in the report
LINE_LIMIT = 400  # characters of the one line about a host: a task's message, not a report

_INDENT = "  "


def summary(index: JsonMap, report_path: str) -> str:
    """Return the summary of a fleet as lines of at most ``WIDTH`` columns.

    :param index: a fleet index.
    :param report_path: where the HTML lies; printed alone on its line and never broken, so that it can be clicked or copied.
    """
    counts = index["counts"]
    lines = [
        *textwrap.wrap(f"Remote Desktop health: {headline(counts)}.", WIDTH, subsequent_indent=_INDENT * 3),
        _INDENT + "   ".join(f"{counts[word]:,} {word}" for word in ("healthy", "attention", "failing", "unknown")),
    ]
    if repaired(index):
        lines += _wrapped(f"Repair: {repaired(index)}")
    for cluster in index["clusters"][:TOP_CAUSES]:
        lines += _cluster_lines(cluster)
    left = len(index["clusters"]) - TOP_CAUSES
    if left > 0:
        lines.append(f"{_INDENT}and {count(left, 'more cause')} in the report")
    lines += _without_cause(index)
    lines += _complaints(index)
    lines += [line for note in index["notes"] for line in _wrapped(f"Note: {note}")]
    lines += [f"{_INDENT}{ending(index)}", "Report:", f"{_INDENT}{visible(report_path)}"]
    return "\n".join(lines)


def one_line(report: JsonMap) -> str:
    """Return one line about a host: what a repair came to, verdict, sentence and the surest cause."""
    standing = [cause for cause in report["causes"] if stands(cause["rank"], cause["score"])]
    line = f"{report['verdict']}: {report['sentence']}"
    if standing and report["verdict"] != "healthy":
        line += f" [{RANK[standing[0]['rank']]}: {standing[0]['title']} ({standing[0]['id']})]"
    if report.get("escalate"):
        line += f" [nothing known fits: {_next_step(report['escalate'])}]"
    shown = " ".join(visible(f"{_repair(report.get('enforced'))}{line}").split())
    return shown if len(shown) <= LINE_LIMIT else shown[: LINE_LIMIT - 1] + "…"


def _next_step(escalate: JsonMap) -> str:
    if escalate["ask"]:
        return f"ask {WHOM[escalate['ask'][0]['who']]}"
    views = [first["view"] for first in escalate["first"]]
    return "first name the client" if views == ["client"] else f"first look from {views[0]}"


def _repair(enforced: JsonMap | None) -> str:
    if enforced is None:
        return ""
    simulated = " (simulated)" if enforced["simulated"] else ""
    sentence = enforced["sentence"].rstrip(".")
    if enforced["outcome"] is None:
        return f"{sentence}{simulated}; now "
    word = REPAIR[enforced["outcome"]]
    return f"{word}{simulated}: {sentence.removeprefix(f'{word}: ')}; now "


def _cluster_lines(cluster: JsonMap) -> list[str]:
    ranks = ", ".join(f"{number:,} {RANK[rank]}" for rank, number in cluster["ranks"].items() if number)
    text = f"{count(cluster['count'], 'host')}: {cluster['title']} ({cluster['cause']}; {ranks}; the remedy {RESTART[cluster['restart']]})"
    return _wrapped(text)


def _wrapped(text: str) -> list[str]:
    # the name of a host is copied whole
    return textwrap.wrap(visible(text), WIDTH, initial_indent=_INDENT, subsequent_indent=_INDENT * 3, max_lines=3, placeholder=" …", break_on_hyphens=False)


def _complaints(index: JsonMap) -> list[str]:
    told = [f"{host['name']} ({host['complaint']})" for host in index["hosts"] if host["complaint"]]
    return _wrapped(f"Reported by a client and not explained: {', '.join(told)}") if told else []


def _without_cause(index: JsonMap) -> list[str]:
    tops = [host["top_cause"] for host in index["hosts"] if host["verdict"] != "healthy"]
    lonely = tops.count(None)
    unsettled = sum(top is not None and top["rank"] == "possible" for top in tops)
    lines = [f"{_INDENT}{count(unsettled, 'host')} with several possible causes"] if unsettled else []
    return lines + ([f"{_INDENT}{count(lonely, 'host')} without a named cause"] if lonely else [])
