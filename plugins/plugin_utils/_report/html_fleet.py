# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The fleet's part of the page: the state in one sentence, the causes that hosts share, and one row per host."""

from __future__ import annotations

from collections.abc import Mapping

from .._core.model import JsonMap
from .html_done import repair_tag
from .html_parts import SIGNS, VERDICT_TONE, complaint_tag, facts_list, folded, heading, row, table, time_of, verdict_tag
from .markup import Markup, el, group, link
from .words import IMPACT, RANK, RESTART, VERDICT_ORDER, count, ending, headline

NAMES_SHOWN = 12  # hosts named in the open under a cause; more are folded away

_MODES = {
    "check": "check: looked, changed nothing",
    "enforce": "enforce: looked, and repaired what it was allowed to",
    "report": "report: merged from saved host reports",
}
_MEANING = {
    "failing": "a check failed that keeps people from connecting",
    "unknown": "something that would show an outage could not be looked at",
    "attention": "answers, but below what is secure or tidy, or not all of that could be looked at",
    "healthy": "every check that applies was made and passed, but for what is told for information alone",
}


def fleet_header(index: JsonMap) -> Markup:
    """Return the head of the page: what happened, in one sentence, and when."""
    counts = index["counts"]
    return group(
        el("p", "Remote Desktop health", class_="kicker"),
        heading(1, headline(counts), ".", class_=None),
        _bar(counts),
        _legend(counts),
        _run_facts(index),
    )


def causes_section(index: JsonMap) -> Markup:
    """Return the causes that stand behind the unhealthy hosts, those that cost most hosts their connection first."""
    unhealthy = [host for host in index["hosts"] if host["verdict"] != "healthy"]
    lonely = [host for host in unhealthy if host["top_cause"] is None]
    unseen = [host for host in lonely if host["verdict"] == "unknown"]
    unsettled = [host for host in unhealthy if host["top_cause"] and host["top_cause"]["rank"] == "possible"]
    lines = {host["name"]: host for host in index["hosts"]}
    items = [_cluster(cluster, lines) for cluster in index["clusters"]]
    items += [
        _lonely_cluster(hosts, title, text)
        for hosts, title, text in (
            (unsettled, "Several causes are possible", "What was seen fits more than one cause, and none of them well enough to name it."),
            ([host for host in lonely if host["verdict"] != "unknown"], "No cause named", "What was seen fits no cause of the catalogue well enough."),
            (unseen, "Too little could be seen", "Nothing that was seen is wrong, but not everything that would show an outage could be looked at."),
        )
        if hosts
    ]
    if not items:
        return group()
    intro = el("p", "A host counts under every cause that is certain or likely.", class_="note")
    return el("section", heading(2, "What stands behind it", id="causes"), intro, el("ul", items, class_="clusters"), aria_labelledby="causes")


def hosts_section(index: JsonMap) -> Markup:
    """Return the table of all hosts."""
    columns = ("Host", "Verdict", "In one sentence", "Leading cause", "Checks")
    rows = [_row(host) for host in index["hosts"]]
    shown = table("All hosts, worst first", columns, rows, class_="hosts", hide_caption=True)
    return el("section", heading(2, "All hosts", id="hosts"), shown, aria_labelledby="hosts")


def host_address(line: JsonMap) -> str:
    """Return where a host's details are; empty for a healthy host of which there is no more to say."""
    if not line["has_details"]:
        return ""
    return line["page"] or f"#host-{line['slug']}"


def _bar(counts: JsonMap) -> Markup:
    parts = [el("span", class_=VERDICT_TONE[verdict], style=f"flex-grow:{counts[verdict]}") for verdict in VERDICT_ORDER if counts[verdict]]
    return el("div", parts, class_="bar", aria_hidden="true")  # the legend below says the same in words


def _legend(counts: JsonMap) -> Markup:
    items = [
        el(
            "li",
            el("span", SIGNS[VERDICT_TONE[verdict]], class_=f"sign {VERDICT_TONE[verdict]}", aria_hidden="true"),
            el("span", el("strong", f"{counts[verdict]:,}"), f" {verdict}", el("small", _MEANING[verdict])),
        )
        for verdict in VERDICT_ORDER
    ]
    return el("ul", items, class_="legend")


def _run_facts(index: JsonMap) -> Markup:
    run = index["run"]
    looked = group(_MODES.get(run["mode"], run["mode"]), ", with --check" if run["check_mode"] else None)
    return facts_list(
        [
            ("Started", time_of(run["started_at"])),
            ("Written", time_of(index["written_at"])),
            ("Mode", looked),
            ("Exit status", ending(index)),
            *(("Note", note) for note in index["notes"]),
        ]
    )


def _cluster(cluster: JsonMap, lines: Mapping[str, JsonMap]) -> Markup:
    ranks = [group(el("strong", f"{number:,}"), f" {RANK[rank]}") for rank, number in cluster["ranks"].items() if number]
    return el(
        "li",
        el("p", el("strong", f"{cluster['count']:,}"), " ", "host" if cluster["count"] == 1 else "hosts", class_=f"size {cluster['impact']}"),
        el(
            "div",
            heading(3, cluster["title"], " ", el("code", cluster["cause"], class_="id")),
            el("p", cluster["advice"]),
            el("p", _joined([IMPACT[cluster["impact"]], *ranks, RESTART[cluster["restart"]]]), class_="note"),
            _names(cluster, lines),
        ),
    )


def _lonely_cluster(hosts: list[JsonMap], title: str, text: str) -> Markup:
    return el(
        "li",
        el("p", el("strong", f"{len(hosts):,}"), " ", "host" if len(hosts) == 1 else "hosts", class_="size"),
        el(
            "div",
            heading(3, title),
            el("p", text, " The details of each host say what was found and what is missing."),
            _folded_names([_name(host) for host in hosts], f"Name the {count(len(hosts), 'host')}"),
        ),
    )


def _joined(parts: list[Markup | str]) -> Markup:
    return group([group(" · " if place else None, part) for place, part in enumerate(parts)])


def _names(cluster: JsonMap, lines: Mapping[str, JsonMap]) -> Markup:
    names = [_name(lines[name]) if name in lines else el("span", name) for name in cluster["hosts"]]
    more = f" (the first {len(names):,} of {cluster['count']:,})" if cluster["truncated"] else ""
    return _folded_names(names, f"Name the {count(cluster['count'], 'host')}{more}")


def _folded_names(names: list[Markup], label: str) -> Markup:
    shown = el("p", names, class_="names")
    return shown if len(names) <= NAMES_SHOWN else folded(label, shown)


def _name(line: JsonMap) -> Markup:
    address = host_address(line)
    return link(address, line["name"]) if address else el("span", line["name"])


def _row(line: JsonMap) -> Markup:
    top, found = line["top_cause"], line["findings"]
    cause = group(el("code", top["id"]), " ", RANK[top["rank"]]) if top and line["verdict"] != "healthy" else el("span", "–", class_="none")
    numbers = ((found["fail"], "failed"), (found["unknown"], "unknown"), (found["pass"], "passed"))
    checks = ", ".join(f"{number} {word}" for number, word in numbers if number)
    sentence = group(line["sentence"], el("small", repair_tag(line["outcome"])) if line["outcome"] else None)
    verdict = group(verdict_tag(line["verdict"]), complaint_tag(line["complaint"]))
    is_calm = line["verdict"] == "healthy" and line["complaint"] is None
    return row(_name(line), verdict, sentence, cause, checks or "none", class_="calm" if is_calm else None)
