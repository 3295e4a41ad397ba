# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An outline repeats nothing but types, sizes and words of the format."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.outline import LINES, failure_codes, outline, outline_text
from hypothesis import given
from hypothesis import strategies as st

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(10**9) | st.just("SECRETQ"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b\n|", "<c>"]), inner, max_size=3),
)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"kind": "REG_SZ", "value": "ANNA"}, {"kind": "REG_SZ", "value": "text of 4"}),
        ([1.5, 2], {"list of 2": "float"}),
        ([], {"list of 0": None}),
        ({"a|b": None, "ok": True}, {"name 0": None, "ok": True}),
    ],
)
def test_what_is_told(value: Any, told: Any) -> None:
    assert outline(value) == told


@given(JSON)
def test_nothing_is_repeated(value: Any) -> None:
    text = json.dumps(outline(value))
    assert "SECRETQ" not in text
    assert "<" not in text


def test_an_outline_is_bounded() -> None:
    deep: Any = "x"
    for dummy in range(100):
        deep = {"a": deep, **{f"n{number}": [{}] for number in range(100)}}
    assert len(outline_text(deep).splitlines()) == LINES + 1


@pytest.mark.parametrize(
    ("message", "codes"),
    [
        ("0x80070005: der Zugriff", "0x80070005 (UnauthorizedAccessException)"),
        ("0x8badf00d and 0x8badf00d", "0x8BADF00D"),
        ("ANNA: MethodInvocationException at line:3 char:7", "MethodInvocationException, line 3 column 7"),
        ("In Zeile:3 Zeichen:7", "line 3 column 7"),
        ("0x80070005ANNA, 0x1", ""),
        ("", ""),
    ],
)
def test_codes_of_a_failure(message: str, codes: str) -> None:
    assert failure_codes(message) == codes
