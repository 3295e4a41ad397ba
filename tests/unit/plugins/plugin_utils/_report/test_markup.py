# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Elements: whatever is text stays text."""

from __future__ import annotations

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._report.markup import el, group, link
from hypothesis import given
from hypothesis import strategies as st


def test_children_and_attributes_are_escaped() -> None:
    made = el("p", "<b>&", el("i", "'"), None, ["x", 1], title='"><script>', class_="a", hidden=True, lang=None)
    assert made == '<p title="&quot;&gt;&lt;script&gt;" class="a" hidden>&lt;b&gt;&amp;<i>&#x27;</i>x1</p>'


def test_a_void_element_is_not_closed() -> None:
    assert el("meta", charset="utf-8") == '<meta charset="utf-8">'


@pytest.mark.parametrize("slip", ["join", "add", "format", "upper"])
def test_a_slip_shows_tags_instead_of_trusting_them(slip: str) -> None:
    # Given an element that went through a string operation, when it is put in again, then it is escaped.
    piece = el("b", "<i>")
    slipped = {"join": "".join([piece]), "add": piece + "", "format": f"{piece}", "upper": piece.upper()}[slip]
    assert "&lt;" in group(slipped)
    assert "<b" not in group(slipped).lower()


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "", " https://x", "file:///etc/passwd", "JAVASCRIPT:x"])
def test_an_address_of_another_scheme_is_not_linked(address: str) -> None:
    assert link(address, "text") == "<span>text</span>"


@pytest.mark.parametrize("address", ["https://example.com/a?b=1&c=2", "http://example.com", "#host-a", "hosts/a.html"])
def test_an_ordinary_address_is_linked(address: str) -> None:
    assert link(address, "text").startswith('<a href="')


@given(st.text())
def test_no_text_makes_a_tag(text: str) -> None:
    made = el("p", text, title=text)
    assert made.count("<") == 2
    assert made.count('"') == 2
