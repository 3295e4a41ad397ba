# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whom to ask where nothing that is known fits, and what to hand over."""

from __future__ import annotations

from .._core.model import JsonMap
from .html_parts import heading, listed, sentence_case
from .markup import Markup, el, group
from .words import WHOM

_KIND = {
    "system": "System", "times": "Times (UTC)", "error_code": "Error code", "probe": "Handshake", "certificates": "Thumbprints", "events": "Events",
    "client": "Client", "considered": "Considered", "not_seen": "Not seen", "bundle": "Bundle",
}  # fmt: skip


def escalation_part(escalate: JsonMap | None, level: int) -> Markup:
    """Return the part, or nothing where a cause fits."""
    if escalate is None:
        return group()
    asked = [group(el("strong", sentence_case(WHOM[ask["who"]])), el("small", sentence_case(ask["why"]))) for ask in escalate["ask"]]
    packed = [group(el("strong", _KIND[item["kind"]]), el("small", item["text"])) for item in escalate["evidence"]]
    return el(
        "section",
        heading(level, "Ask somebody"),
        el("p", sentence_case(escalate["why"]), ". Whom to ask, and what to hand over:", class_="note"),
        listed(asked, "unknowns"),
        listed(packed, "unknowns"),
        class_="part",
    )
