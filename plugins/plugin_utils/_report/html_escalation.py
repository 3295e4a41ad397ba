# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What to look at first where nothing that is known fits, whom to ask, and what to hand over."""

from __future__ import annotations

from .._core.model import JsonMap
from .html_parts import folded, heading, listed, sentence_case
from .markup import Child, Markup, el, group
from .words import WHOM

_KIND = {
    "system": "System", "times": "Times (UTC)", "error_code": "Error code", "probe": "Handshake", "vantages": "Places", "certificates": "Thumbprints",
    "events": "Events", "client": "Client", "considered": "Considered", "not_seen": "Not seen", "bundle": "Bundle",
}  # fmt: skip
_VIEW = {"inside": "From inside", "outside": "From outside", "client": "The client"}


def escalation_part(escalate: JsonMap | None, level: int) -> Markup:
    """Return the part, or nothing where a cause fits."""
    if escalate is None:
        return group()
    asks = bool(escalate["ask"])
    looks = [group(el("strong", _VIEW[first["view"]]), el("small", sentence_case(first["how"]))) for first in escalate["first"]]
    packed = [group(el("strong", _KIND[item["kind"]]), el("small", item["text"])) for item in escalate["evidence"]]
    return el(
        "section",
        heading(level, "Ask somebody" if asks else "Look further"),
        el("p", sentence_case(escalate["why"]), ". ", "Whom to ask, and what to hand over:" if asks else "Before anybody is asked:", class_="note"),
        listed(looks, "unknowns"),
        listed([_asked(ask) for ask in escalate["ask"]], "unknowns"),
        listed(packed, "unknowns"),
        _pack(escalate["pack"]) if asks else group(),
        class_="part",
    )


def _asked(ask: JsonMap) -> Markup:
    said = [el("strong", sentence_case(WHOM[ask["who"]])), el("small", sentence_case(ask["why"]))]
    return group(said, folded("What to record for them", _block(ask["how"]))) if ask["how"] else group(said)


def _pack(pack: JsonMap) -> Markup:
    names = "names are taken out" if pack["redacted"] else "it holds names of hosts"
    return folded(f"All of it, as text to copy ({names})", _block(pack["lines"]))


def _block(lines: list[str]) -> Child:
    """Return lines as they are, in a box that scrolls by itself, by keyboard too; copied, each is a line again."""
    return el("pre", [el("span", line or " ") for line in lines], class_="block", tabindex=0)
