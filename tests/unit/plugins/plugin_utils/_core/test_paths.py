# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Look-ups tell what is not there from what nobody could look at."""

from __future__ import annotations

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.paths import dword, is_registry_value, look_up

DENIED = {"path": "HKLM\\A", "value": None, "kind": "denied"}
NUMBER = {"path": "HKLM\\A", "value": 2, "kind": "REG_DWORD"}
TREE = {"a": {"b": {"c": 1}, "nothing": None, "text": "abc"}, "d": DENIED, "n": NUMBER}


@pytest.mark.parametrize(
    ("path", "value"),
    [("a.b.c", 1), ("a.nothing", None), ("n.value", 2), ("n.kind", "REG_DWORD"), ("a.b", {"c": 1}), ("n", NUMBER)],
)
def test_what_is_there_is_known(path: str, value: object) -> None:
    found = look_up(TREE, {}, path)
    assert (found.known, found.value, found.why) == (True, value, "")


@pytest.mark.parametrize("path", ["x", "a.x", "a.b.c.d", "a.nothing.x", "a.text.0", "", "a."])
def test_what_is_not_there_is_unknown(path: str) -> None:
    found = look_up(TREE, {}, path)
    assert not found.known
    assert found.value is None
    assert path in found.why


@pytest.mark.parametrize("path", ["d", "d.value", "d.kind", "d.path"])
def test_a_denied_value_is_unknown_from_every_side(path: str) -> None:
    found = look_up(TREE, {}, path)
    assert (found.known, found.why) == (False, "access to HKLM\\A was denied")


def test_the_longest_gap_gives_the_reason() -> None:
    gaps = {"x": "short", "x.y": "longer", "x.y.z.w": "too long"}
    assert look_up({"x": {}}, gaps, "x.y.z").why == "longer"
    assert look_up({}, gaps, "x.q").why == "short"
    # And a name that only begins like a gap has none
    assert "xy" in look_up({}, gaps, "xy").why


def test_a_registry_value_has_three_names() -> None:
    assert is_registry_value(NUMBER)
    assert not is_registry_value({"path": "p", "value": 1})
    assert not is_registry_value([1])


@pytest.mark.parametrize(
    ("kind", "value", "number"),
    [("REG_DWORD", 2, 2), ("REG_DWORD", 0, 0), ("REG_DWORD", "AAA=", None), ("REG_QWORD", 2, None), ("REG_SZ", "2", None), ("absent", None, None)],
)
def test_only_a_number_of_the_right_kind_counts(kind: str, value: object, number: int | None) -> None:
    assert dword({"path": "p", "kind": kind, "value": value}) == number
