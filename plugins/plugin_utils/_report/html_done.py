# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What was done to one host: each operation with before and after and what the host said of it, what was left out, what stands open."""

from __future__ import annotations

from .._core.model import JsonMap
from .html_parts import SIGNS, code, facts_list, heading, listed, row, sentence_case, state, table, tag, time_of
from .html_plan import refusals_list
from .markup import Markup, el, group
from .words import JOURNAL, KIND_RAN, REPAIR, RESTART, SIMULATED, STATUS, count

REPAIR_TONE = {
    "rolled_back": "bad",
    "still_broken_other_cause": "bad",
    "unreachable": "unknown",
    "refused": "warn",
    "pending_reboot": "warn",
    "fixed_inside_only": "ok",
    "fixed": "ok",
    "already_right": "ok",
}
_STATUS_TONE = {"changed": "ok", "unchanged": "plain", "would_change": "plain", "conflict": "bad", "refused": "warn", "failed": "bad", "not_run": "plain"}
_COLUMNS = ("Change", "Before", "After", "Result")
_WHY_SETTLED = {"open": "an earlier run was cut off", "expired": "the time of a break-glass was over"}
_SETTLED = {"taken_back": "taken back", "finished": "finished", "refused": "left as it is"}


def done_part(enforced: JsonMap | None, level: int) -> Markup:
    """Return what a repair did to a host; nothing where the run only looked."""
    if enforced is None:
        return group()
    operations = [_operation(number, operation, enforced) for number, operation in enumerate(enforced["operations"], 1)]
    would = enforced["outcome"] is None
    caption = "Operations that would be carried out, in order" if would else "Operations, in order, with what the host said"
    return el(
        "section",
        heading(level, "What would be done" if would else "What was done"),
        el("p", repair_tag(enforced["outcome"]), " ", _came_to(enforced), class_="came-to"),
        el("p", tag("warn", "simulated"), " ", SIMULATED, class_="note") if enforced["simulated"] else None,
        _journal(enforced),
        table(caption, _COLUMNS, operations, class_="plan", hide_caption=True) if operations else None,
        _settled(enforced["recovered"], level + 1),
        refusals_list(enforced["left_out"], level + 1, "What was left out"),
        _break_glass(enforced["break_glass"], level + 1),
        class_="part",
    )


def repair_tag(outcome: str | None) -> Markup:
    """Return the tag of what a repair came to; None is check mode."""
    return tag("plain", "only looked, with --check") if outcome is None else tag(REPAIR_TONE[outcome], REPAIR[outcome])


def repair_section(index: JsonMap) -> Markup:
    """Return what the repair of a fleet came to; nothing where the run only looked."""
    repair = index["repair"]
    if repair is None:
        return group()
    entries = [(REPAIR_TONE[word], number, REPAIR[word]) for word, number in repair["outcomes"].items() if number]
    if index["run"]["check_mode"]:
        entries.insert(0, ("plain", repair["changed"], "would be changed"))
    items = [
        el("li", el("span", SIGNS[tone], class_=f"sign {tone}", aria_hidden="true"), el("span", el("strong", f"{number:,}"), f" {words}"))
        for tone, number, words in entries
    ]
    simulated = None
    if repair["simulated"]:
        simulated = el("p", tag("warn", "simulated"), f" On {count(repair['simulated'], 'host')}. {SIMULATED}", class_="note")
    return el("section", heading(2, "What the repair came to", id="repair"), simulated, el("ul", items, class_="legend"), aria_labelledby="repair")


def _came_to(enforced: JsonMap) -> str:
    word = REPAIR.get(enforced["outcome"], "")
    return sentence_case(enforced["sentence"].removeprefix(f"{word}: "))


def _operation(number: int, operation: JsonMap, enforced: JsonMap) -> Markup:
    undo = "can be taken back" if operation["reversible"] else "cannot be taken back"
    return row(
        group(el("span", f"{number}. {operation['kind'].replace('_', ' ')}"), state(operation["target"])),
        state(operation["before"]),
        state(operation["after"]),
        group(
            el("div", _status(operation["status"], enforced), " ", sentence_case(operation["message"] or operation["why"])),
            el("small", "; ".join((RESTART[operation["restart"]], undo, KIND_RAN[operation["ran_where"]]))),
        ),
        labels=_COLUMNS[1:],
    )


def _status(status: str, enforced: JsonMap) -> Markup:
    undone = (enforced["journal"] or {}).get("state")
    if status == "changed" and undone in ("taken_back", "partly_taken_back"):
        return tag("warn", "changed, then taken back" if undone == "taken_back" else "changed; perhaps taken back")
    return tag(_STATUS_TONE[status], STATUS[status])


def _journal(enforced: JsonMap) -> Markup:
    journal = enforced["journal"]
    entries: list[tuple[str, Markup | str]] = []
    if journal is not None:
        where = el("small", journal["path"]) if journal["path"] else None
        entries.append(("Journal on the host", group(code(journal["id"]), el("small", JOURNAL[journal["state"]]), where)))
    if enforced["operations"]:
        entries.append(("As a whole", f"it {RESTART[enforced['restart']]}"))
    if enforced["reboot_required"]:
        entries.append(("Windows", tag("warn", "restart needed")))
    return facts_list(entries) if entries else group()


def _settled(recovered: list[JsonMap], level: int) -> Markup:
    if not recovered:
        return group()
    items = [
        group(code(entry["journal"]), " ", _SETTLED.get(entry["action"], entry["action"]), el("small", _WHY_SETTLED.get(entry["why"], entry["why"])))
        for entry in recovered
    ]
    return group(heading(level, "Settled first, from earlier runs"), listed(items, "unknowns"))


def _break_glass(marks: list[JsonMap], level: int) -> Markup:
    if not marks:
        return group()
    # Owner and reason leave the host only where names were asked for.
    items = [
        group(el("strong", mark["owner"] or "no name was asked for"), ", until ", time_of(mark["expires_at"]), el("small", mark["reason"])) for mark in marks
    ]
    return group(heading(level, "Break-glass: below the floor by decision"), listed(items, "unknowns"))
