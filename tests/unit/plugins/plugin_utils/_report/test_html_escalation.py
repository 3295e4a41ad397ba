# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whom to ask, on the page."""

from __future__ import annotations

from ansible_collections.rdpops.health.plugins.plugin_utils._core.escalate import KINDS
from ansible_collections.rdpops.health.plugins.plugin_utils._report.html_escalation import escalation_part
from ansible_collections.rdpops.health.plugins.plugin_utils._report.words import WHOM


def test_nobody_to_ask_is_nothing() -> None:
    assert str(escalation_part(None, 3)) == ""


def test_everybody_and_everything_has_words_and_none_of_it_acts() -> None:
    block = {
        "why": "no known cause fits",
        "ask": [{"who": who, "why": "because <b>"} for who in WHOM],
        "evidence": [{"kind": kind, "text": f"{kind} <script>"} for kind in KINDS],
    }
    page = str(escalation_part(block, 3))
    assert "Ask somebody" in page
    assert "No known cause fits" in page
    assert page.count("&lt;script&gt;") == len(KINDS)
    assert "<script>" not in page
    assert all(words[1:] in page for words in WHOM.values())
