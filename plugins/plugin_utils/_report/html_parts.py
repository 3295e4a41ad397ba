# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Small pieces that every part of a page is made of: tags, times, tables, values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .._core.model import JsonMap
from .markup import Child, Markup, el, group
from .words import OUTCOME, RANK, milliseconds, moment

_PATH_PARTS = re.compile(r"[^\\]+\\*|\\+")
_NAME_PARTS = re.compile(r"[^\\._]+[\\._]*|[\\._]+")

# tone -> sign. A tone sets the colour; the sign and the word beside it carry the meaning.
SIGNS = {"ok": "✓", "bad": "✕", "warn": "!", "unknown": "?", "plain": "·"}
VERDICT_TONE = {"healthy": "ok", "failing": "bad", "attention": "warn", "unknown": "unknown"}
OUTCOME_TONE = {"pass": "ok", "fail": "bad", "unknown": "unknown", "waived": "warn", "not_applicable": "plain"}


def tag(tone: str, word: str) -> Markup:
    """Return a word with its sign and colour."""
    return el("span", el("span", SIGNS[tone], aria_hidden="true"), " ", word, class_=f"tag {tone}")


def verdict_tag(verdict: str) -> Markup:
    """Return the tag of a verdict."""
    return tag(VERDICT_TONE[verdict], verdict)


def complaint_tag(code: str | None) -> Markup | None:
    """Return the tag beside a verdict where a client reports a failure that nothing explains: the verdict is the host's alone."""
    return None if code is None else group(" ", tag("warn", f"a client: {code}"))


def rank_tag(rank: str) -> Markup:
    """Return how sure a cause is; no sign: being sure is neither good nor bad."""
    return el("span", RANK[rank], class_=f"tag rank {rank.replace('_', '-')}")


def outcome_tag(outcome: str) -> Markup:
    """Return the tag of a check's outcome."""
    return tag(OUTCOME_TONE[outcome], OUTCOME[outcome])


def time_of(text: object) -> Markup:
    """Return a time for people that machines can read too."""
    return el("time", moment(text), datetime=str(text))


def took(value: object) -> Markup | None:
    """Return a duration, or nothing when it is not known."""
    words = milliseconds(value)
    return el("span", words, class_="ms") if words else None


def code(value: object) -> Markup:
    """Return a technical value in the fixed-width face."""
    return el("code", _breakable(value_text(value)))


def identifier(text: str, class_: str) -> Markup:
    """Return the name of a check, a cause or a place in the facts; it wraps after its separators."""
    return el("code", _breakable(text, _NAME_PARTS), class_=class_)


def _breakable(text: str, parts: re.Pattern[str] = _PATH_PARTS) -> Markup:
    """Let a long name wrap where people pause in reading it, rather than in the middle of a word."""
    return group([group(el("wbr") if place else None, part) for place, part in enumerate(parts.findall(text))])


def sentence_case(text: str) -> str:
    """Start a text like a sentence, unless it starts with a technical name (``fDenyTSConnections``, ``os.build``)."""
    first = text.split(" ", 1)[0]
    return text[:1].upper() + text[1:] if first.isalpha() and first.islower() else text


def value_text(value: Any) -> str:
    """Say any JSON value as short as it can be said without doubt about its type."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping) and "kind" in value and set(value) <= {"value", "kind", "path"}:
        return _registry_text(value)
    if isinstance(value, (Mapping, list)):
        return json.dumps(value, ensure_ascii=False)
    return "(empty)" if value == "" else str(value)


def _registry_text(value: JsonMap) -> str:
    kind = value["kind"]
    if kind == "absent":
        return "absent"
    if kind == "denied":
        return "(access denied)"
    return f"{value_text(value.get('value'))} ({kind})"


def state(mapping: JsonMap) -> Markup:
    """Return a state or target of an operation, one entry per line."""
    if "kind" in mapping and set(mapping) <= {"value", "kind", "path"}:
        return el("code", _registry_text(mapping))
    rows = [el("div", el("span", name.replace("_", " "), class_="name"), " ", code(value)) for name, value in mapping.items()]
    return el("div", rows or "nothing", class_="state")


def table(caption: str, columns: Sequence[str], rows: Iterable[Markup], *, class_: str, hide_caption: bool = False, scrolls: bool = True) -> Markup:
    """Return a table whose every column has a head.

    :param rows: made by :func:`row`.
    :param scrolls: whether it may be wider than the page; then it scrolls by itself, by keyboard too. A narrow one is no stop of the Tab key.
    """
    # Roles are spelled out because on a phone rows are drawn as blocks, and some browsers then forget that it is a table.
    heads = [el("th", column, scope="col", role="columnheader") for column in columns]
    title = el("caption", caption, class_="quiet" if hide_caption else None)
    head = el("thead", el("tr", heads, role="row"), role="rowgroup")
    shown = el("table", title, head, el("tbody", rows, role="rowgroup"), class_=class_, role="table")
    # A group, not a region: fifty hosts would make two hundred landmarks.
    return el("div", shown, class_="wide", role="group", aria_label=caption, tabindex=0) if scrolls else shown


def row(first: Child, *cells: Child, labels: Sequence[str] = (), class_: str | None = None) -> Markup:
    """Return a row; its first cell is its head.

    :param labels: columns of the further cells, shown beside them where a phone draws rows as blocks.
    """
    named = [*labels, *([None] * (len(cells) - len(labels)))]
    drawn = [el("td", cell, role="cell", data_label=label) for cell, label in zip(cells, named, strict=True)]
    return el("tr", el("th", first, scope="row", role="rowheader"), drawn, role="row", class_=class_)


def facts_list(entries: Iterable[tuple[str, Child]]) -> Markup:
    """Return names and values side by side; entries without a value are left out."""
    return el("dl", [el("div", el("dt", name), el("dd", value)) for name, value in entries if value not in (None, "")], class_="facts")


def folded(label: Child, *children: Child, open_: bool = False) -> Markup:
    """Return children behind a line that opens them; needs no script."""
    return el("details", el("summary", label), *children, open=open_)


def heading(level: int, *children: Child, **attributes: str | None) -> Markup:
    """Return a heading of a level."""
    return el(f"h{level}", *children, **attributes)


def listed(items: Iterable[Child], class_: str | None = None) -> Markup:
    """Return a bulleted list, or nothing when there is no item."""
    entries = [el("li", item) for item in items]
    return el("ul", entries, class_=class_) if entries else group()
