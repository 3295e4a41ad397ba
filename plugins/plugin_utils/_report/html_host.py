# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One host on a page: the verdict, and the order in which its parts are told."""

from __future__ import annotations

from .._core.model import JsonMap
from .html_causes import causes_part
from .html_done import done_part
from .html_escalation import escalation_part
from .html_findings import findings_part
from .html_handshake import handshake_part
from .html_parts import complaint_tag, facts_list, heading, row, table, tag, time_of, verdict_tag
from .html_plan import plan_part
from .html_unknown import unknown_part
from .markup import Markup, el, group
from .words import FLOOR, VIEW, VIEW_STATUS, milliseconds

_SOURCES = {"live": "the host itself, now", "replay": "a saved bundle, replayed", "outside_only": "the probe alone"}
_FLOOR_TONE = {"kept": "ok", "broken": "bad", "unknown": "unknown"}
_VIEW_TONE = {"ok": "ok", "partial": "warn", "unreachable": "unknown", "failed": "unknown", "code_only": "plain", "not_asked": "plain"}


def host_head(line: JsonMap, report: JsonMap | None, *, level: int) -> Markup:
    """Return name, verdict and the verdict in one sentence.

    :param line: the host's line of the fleet index.
    """
    name = heading(level, line["name"], id=f"host-{line['slug']}-name", class_="hostname")
    sentence = report["sentence"] if report is not None else line["sentence"]
    return group(el("div", name, verdict_tag(line["verdict"]), complaint_tag(line["complaint"]), class_="title"), el("p", sentence, class_="sentence"))


def host_body(line: JsonMap, report: JsonMap, *, level: int) -> Markup:
    """Return everything below the head, most wanted first."""
    prefix = f"host-{line['slug']}"
    return group(
        _about(report),
        _error_code(report["error_code"], level),
        done_part(report.get("enforced"), level),
        causes_part(report["causes"], level),
        escalation_part(report.get("escalate"), level),
        handshake_part(report["handshake"], report["views"]["outside"], level),
        plan_part(report["plan"], report["findings"], level),
        findings_part(report["findings"], level),
        unknown_part(report["unknown"], level),
        _floor_part(report["floor"], level, prefix),
    )


def unread_body(why: str) -> Markup:
    """Return what stands in place of a report that cannot be used."""
    return el("p", why, class_="note")


def _about(report: JsonMap) -> Markup:
    host = report["host"]
    system = " ".join(part for part in (host["product"] or "", f"(build {host['build']})" if host["build"] else "") if part)
    return facts_list(
        [
            ("Address", host["address"]),
            ("System", system),
            *((f"Seen {VIEW[name]}", _view(view)) for name, view in report["views"].items()),
            ("Facts from", _SOURCES[host["source"]]),
            ("Judged", group(time_of(report["judged_at"]), f", in {milliseconds(report['duration_ms'])}" if report["duration_ms"] else None)),
        ]
    )


def _view(view: JsonMap) -> Markup:
    word = tag(_VIEW_TONE[view["status"]], VIEW_STATUS[view["status"]])
    detail = view["detail"] if view["status"] != "not_asked" else ""
    return group(word, el("small", detail) if detail else None)


def _error_code(given: JsonMap | None, level: int) -> Markup:
    if given is None:
        return group()
    meanings = [given["meaning"], given["extended_meaning"]]
    return el(
        "section",
        heading(level, "The error code ", el("code", given["given"])),
        el("p", " ".join(meaning for meaning in meanings if meaning) or "This code is documented nowhere that we know of."),
        el(
            "p",
            el("strong", "A code names no cause."),
            " It says where the client gave up; the causes below come from what was observed. ",
            given["note"],
            class_="note",
        ),
        class_="part code",
    )


def _floor_part(floor: JsonMap, level: int, prefix: str) -> Markup:
    rows = [row(FLOOR[name], tag(_FLOOR_TONE[state], state)) for name, state in floor.items() if name in FLOOR]
    caption = "The floor: what no repair may lower"
    title = heading(level, "Security floor", id=f"{prefix}-floor")
    return el("section", title, table(caption, ("Property", "On this host"), rows, class_="floor", hide_caption=True, scrolls=False), class_="part")
