# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Shapes: each accepts what it says, and says what it wanted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._facts import shapes
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.shapes import FactsError

GOOD_AND_BAD: dict[str, tuple[Callable[[Any, str], None], list[Any], list[Any]]] = {
    "text": (shapes.text(3), ["", "abc", "é"], ["abcd", 1, None, b"a", ["a"], "\ud800", "a\udfff"]),
    "text_of_any_length": (shapes.text(), ["x" * 65536], ["x" * 65537]),
    "word": (shapes.word("a", "b"), ["a", "b"], ["c", "", None, 1]),
    "matching": (shapes.matching("[0-9]+", "digits", 5), ["1", "12345"], ["", "a", "123456", "1\n", 1, None]),
    "base64": (shapes.base64_text, ["", "AAA=", "+/8="], ["é", "A A", "AA===", 1]),
    "integer": (shapes.integer, [0, -1, 2**64], [True, 1.0, "1", None, 2**64 + 1]),
    "whole": (shapes.whole, [0, 2**64], [-1, True, 1.5]),
    "at_most": (shapes.at_most(5), [0, 5], [6, -1, True]),
    "number": (shapes.number, [0, 1.5, -3], [True, "1", None, float("inf"), float("nan"), 2**65]),
    "boolean": (shapes.boolean, [True, False], [0, 1, "true", None]),
    "nullable": (shapes.nullable(shapes.boolean), [None, True], [0]),
    "list_of": (shapes.list_of(shapes.boolean, 2), [[], [True, False]], [[True] * 3, [1], (True,), "ab", None]),
    "distinct": (shapes.distinct(shapes.list_of(shapes.text(), 3)), [[], ["a", "b"]], [["a", "a"], "aa"]),
    "either": (shapes.either(shapes.boolean, shapes.integer), [True, 3], ["x", None]),
    "nothing": (shapes.nothing, [None], [0, "", False, {}]),
    "fields": (
        shapes.fields({"a": shapes.boolean}, {"b": shapes.boolean}),
        [{"a": True}, {"a": True, "b": False}],
        [{}, {"b": True}, {"a": 1}, {"a": True, "c": 1}, [], None],
    ),
}


@pytest.mark.parametrize("name", GOOD_AND_BAD)
def test_shape(name: str) -> None:
    shape, good, bad = GOOD_AND_BAD[name]
    for value in good:
        shape(value, "place")
    for value in bad:
        with pytest.raises(FactsError, match=r"^place"):
            shape(value, "place")


def test_the_place_leads_to_the_fault() -> None:
    shape = shapes.fields({"a": shapes.list_of(shapes.fields({"b": shapes.boolean}))})
    with pytest.raises(FactsError, match=r"^top\.a\[1\]\.b is 7, expected true or false$"):
        shape({"a": [{"b": True}, {"b": 7}]}, "top")
    with pytest.raises(FactsError, match=r"^a\[0\]: the field 'b' is missing$"):
        shape({"a": [{}]}, "")
    with pytest.raises(FactsError, match=r"^the document is list, expected a mapping$"):
        shape([], "")
    with pytest.raises(FactsError, match=r"^the field 'z' is unknown; known are a$"):
        shape({"a": [], "z": 1}, "")


@pytest.mark.parametrize("value", ["\x1b[2J" * 100, "{0.__class__}" * 100, ["x" * 1000], {"x" * 1000: 1}, 10**4000, None])
def test_a_hostile_value_is_shown_in_part(value: Any) -> None:
    with pytest.raises(FactsError) as caught:
        shapes.boolean(value, "place")
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 120


def test_a_hostile_name_is_shown_in_part() -> None:
    with pytest.raises(FactsError) as caught:
        shapes.fields({})({"\x1b[2J" * 100: 1}, "place")
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 400
