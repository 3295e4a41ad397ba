# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whatever a host returned becomes small, valid JSON."""

from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._report.bounded import ITEMS_LIMIT, TEXT_LIMIT, bounded_text, bounded_value
from ansible_collections.rdpops.health.plugins.plugin_utils._report.visible import visible
from hypothesis import given
from hypothesis import strategies as st

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.datetimes(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner) | st.tuples(inner, inner),
)


def test_a_megabyte_is_cut_and_says_so() -> None:
    made = bounded_text("x" * 1_000_000)
    assert made.startswith("x" * TEXT_LIMIT)
    assert made.endswith(" … (cut, 1,000,000 characters)")


def test_a_long_list_and_a_deep_nest_are_cut_and_say_so() -> None:
    nest: object = "bottom"
    for level in range(500):
        nest = [nest, level]
    assert "too deep" in json.dumps(bounded_value(nest))
    assert bounded_value(list(range(1000)))[-1] == f"… {1000 - ITEMS_LIMIT} more items"
    assert len(bounded_value(dict.fromkeys(map(str, range(1000))))) == ITEMS_LIMIT + 1


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        ("a\ud800b", "a\ufffdb"),
        (2**64, "0x10000000000000000"),
        (2**64 - 1, 2**64 - 1),
        (datetime(2026, 11, 20, tzinfo=timezone.utc), "2026-11-20T00:00:00+00:00"),
        (b"\x00", "b'\\x00'"),
        ((1, True, None), [1, True, None]),
    ],
)
def test_odd_values_become_json(value: object, expected: object) -> None:
    assert bounded_value(value) == expected


@given(ANYTHING)
def test_anything_becomes_json_that_utf_8_can_carry(value: object) -> None:
    json.dumps(bounded_value(value), allow_nan=False, ensure_ascii=False).encode("utf-8")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\x00b", "a␀b"),
        ("\x1b[31mred", "␛[31mred"),
        ("\u202eevil", "⟨U+202E⟩evil"),
        ("\u2067x\u2069", "⟨U+2067⟩x⟨U+2069⟩"),
        ("z\u200bw", "z⟨U+200B⟩w"),
        ("שלום", "שלום"),
        ("line\nline\ttab", "line\nline\ttab"),
        ("\udc80", "\ufffd"),
    ],
)
def test_characters_that_act_are_shown(text: str, expected: str) -> None:
    assert visible(text) == expected
