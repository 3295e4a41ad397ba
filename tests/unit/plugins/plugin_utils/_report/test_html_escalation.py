# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whom to ask, on the page."""

from __future__ import annotations

from ansible_collections.rdpops.health.plugins.plugin_utils._core.handed_over import KINDS
from ansible_collections.rdpops.health.plugins.plugin_utils._report.html_escalation import escalation_part
from ansible_collections.rdpops.health.plugins.plugin_utils._report.words import WHOM


def test_nobody_to_ask_is_nothing() -> None:
    assert str(escalation_part(None, 3)) == ""


def test_everybody_and_everything_has_words_and_none_of_it_acts() -> None:
    block = {
        "why": "no known cause fits",
        "first": [{"view": "client", "how": "name <i>"}],
        "ask": [{"who": who, "why": "because <b>", "how": ["netsh <u>", "stop"] if who == "microsoft" else []} for who in WHOM],
        "evidence": [{"kind": kind, "text": f"{kind} <script>"} for kind in KINDS],
        "pack": {"redacted": False, "lines": ["one <s>", "", "two"]},
    }
    page = str(escalation_part(block, 3))
    assert "Ask somebody" in page
    assert "No known cause fits" in page
    assert page.count("&lt;script&gt;") == len(KINDS)
    assert "<script>" not in page
    assert all(words[1:] in page for words in WHOM.values())
    assert "<span>netsh &lt;u&gt;</span><span>stop</span>" in page
    assert "<span>one &lt;s&gt;</span>" in page
    assert "it holds names of hosts" in page
    assert page.count("What to record for them") == 1


def test_where_there_is_more_to_look_at_nobody_is_asked_yet() -> None:
    first = [{"view": "inside", "how": "look inside too"}, {"view": "outside", "how": "look outside too"}]
    block = {"why": "it fails", "first": first, "ask": [], "evidence": [], "pack": {"redacted": True, "lines": []}}
    page = str(escalation_part(block, 3))
    assert "Look further" in page
    assert "From inside" in page
    assert "Look outside too" in page
    assert "Ask somebody" not in page
    assert "to copy" not in page
