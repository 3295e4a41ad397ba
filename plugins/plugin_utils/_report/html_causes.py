# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The causes of one host, ranked, each with what speaks for it, what against it and what could not be seen."""

from __future__ import annotations

import re
from typing import Any  # Any: a value of the facts

from .._core.model import JsonMap
from .._core.number_text import number_text
from .._core.standing import stands
from .html_parts import code, folded, heading, identifier, listed, rank_tag, sentence_case
from .markup import Markup, el, group, link
from .words import IMPACT, RANK_ORDER, RESTART, VIEW, count

_NUMBER = re.compile(r"[0-9]{1,10}")
_NUMBERS = re.compile(rf"\[{_NUMBER.pattern}(?:, {_NUMBER.pattern})*\]")
_OPEN_RANKS = ("certain", "likely")  # drawn in full; a cause that is merely possible opens on demand once a surer one stands


def causes_part(causes: list[JsonMap], level: int) -> Markup:
    """Return the causes of a host, surest first; those that do not stand are folded away."""
    ordered = sorted(causes, key=lambda cause: RANK_ORDER.index(cause["rank"]))
    sure = [cause for cause in ordered if cause["rank"] in _OPEN_RANKS]
    possible = [cause for cause in ordered if cause["rank"] == "possible" and stands(cause["rank"], cause["score"])]
    fallen = [cause for cause in ordered if not stands(cause["rank"], cause["score"])]
    shown, kept_back = (sure, possible) if sure else (possible[:3], possible[3:])
    return el(
        "section",
        heading(level, "Why"),
        el("ol", [_cause(cause, level + 1) for cause in shown], class_="causes") if shown else el("p", _NONE, class_="note"),
        _folded_causes(kept_back, f"{count(len(kept_back), 'further cause')} possible", level),
        _folded_causes(fallen, f"{count(len(fallen), 'cause')} ruled out, or with more against than for it", level),
        class_="part",
    )


_NONE = "No cause of the catalogue fits what was seen. The findings below say what is wrong; what is not known says where nobody could look."


def _folded_causes(causes: list[JsonMap], label: str, level: int) -> Markup:
    if not causes:
        return group()
    return folded(label, el("ol", [_cause(cause, level + 1) for cause in causes], class_="causes"))


def _cause(cause: JsonMap, level: int) -> Markup:
    title = heading(level, cause["title"], " ", el("code", cause["id"], class_="id"))
    return el(
        "li",
        el("div", title, rank_tag(cause["rank"]), class_="title"),
        el("p", cause["explanation"]) if cause["explanation"] else None,
        _evidence_columns(cause),
        _next(cause),
        _advice(cause) if cause["rank"] != "ruled_out" else None,
        _references(cause["references"]),
    )


def _evidence_columns(cause: JsonMap) -> Markup:
    columns = [
        ("Speaks for it", "for", cause["evidence_for"], "Nothing that was seen."),
        ("Speaks against it", "against", cause["evidence_against"], "Nothing that was seen."),
        ("Could not be seen", "missing", _by_reason(cause["missing"]), ""),
    ]
    shown = [
        el("div", el("dt", name, class_=kind), el("dd", listed([_evidence(item) for item in items]) if items else el("span", nothing, class_="none")))
        for name, kind, items, nothing in columns
        if items or nothing
    ]
    return el("dl", shown, class_="evidence")


def _by_reason(missing: list[JsonMap]) -> list[JsonMap]:
    """Put together what could not be seen for one and the same reason; the places that were wanted stay, each once."""
    merged: dict[tuple[str, str, str], list[JsonMap]] = {}
    for item in missing:
        places = merged.setdefault((item["text"], item["strength"], item["view"]), [])
        places += [seen for seen in item["observations"] if seen not in places]
    return [{"text": text, "strength": strength, "view": view, "observations": places} for (text, strength, view), places in merged.items()]


def _evidence(evidence: JsonMap) -> Markup:
    origin = f"{evidence['strength']}, {VIEW[evidence['view']]}"
    return group(sentence_case(evidence["text"]), " ", el("small", origin), observations(evidence["observations"]))


def observations(seen: list[JsonMap]) -> Markup:
    """Return the values that were looked at, each with what was wanted of it."""
    return listed([_observation(item) for item in seen], "seen")


def _observation(seen: JsonMap) -> Markup:
    value: Markup | str = code(_with_codes(seen["value"], seen["path"])) if seen["known"] else el("em", "could not be read")
    wanted = el("small", f"wanted: {seen['wanted']}") if seen["wanted"] else None
    return group(identifier(seen["path"], "path"), " ", value, " ", wanted)


def _with_codes(value: Any, path: str) -> Any:
    """Write the codes in a value as people look them up; a list of an observation is a text already."""
    if isinstance(value, int) and not isinstance(value, bool):
        return number_text(value, path)
    if isinstance(value, str) and _NUMBERS.fullmatch(value):
        return _NUMBER.sub(lambda found: number_text(int(found[0]), path), value)
    return value


def _next(cause: JsonMap) -> Markup | None:
    if not cause["next_observation"]:
        return None
    return el("p", el("strong", "What to look at next: "), sentence_case(cause["next_observation"]), class_="settles")


def _advice(cause: JsonMap) -> Markup | None:
    if not cause["advice"]:
        return None
    note = el("small", f"{IMPACT[cause['impact']]}; {RESTART[cause['restart']]}")
    return el("p", el("strong", "What to do: "), cause["advice"], " ", note, class_="advice")


def _references(references: list[JsonMap]) -> Markup:
    if not references:
        return group()
    items = [_reference(item["url"], item["title"] or item["url"]) for item in references]
    return el("p", "Read more: ", [group(", " if place else None, item) for place, item in enumerate(items)], class_="note")


def _reference(address: str, title: str) -> Markup:
    return el("span", title) if address.startswith("#") else link(address, title)  # a place on this page is no reference
