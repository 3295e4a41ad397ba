# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether the listener's key still names the parts that Windows ships."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.listener_stack import NUMBERS, TEXTS, listener_stack

from tests.support.host_states import host

WHOLE = {"damaged": [], "damaged_count": 0, "foreign_component": False}


def stack(**values: dict[str, Any]) -> Any:
    listener = host().document["listener"]
    return listener_stack({"values": {**listener["values"], **{name: {"local": value, "policy": None} for name, value in values.items()}}})


def text(value: Any, kind: str = "REG_SZ") -> dict[str, Any]:
    return {"path": "HKLM\\X", "kind": kind, "value": value}


def test_the_healthy_listener_is_whole() -> None:
    assert stack() == WHOLE
    assert stack(LoadableProtocol_Object=text("{5828227C-20CF-4408-B73F-73AB70B8849F}"), PdName=text("TCP")) == WHOLE


@pytest.mark.parametrize("name", [*TEXTS, *NUMBERS])
def test_a_part_that_is_not_that_of_windows(name: str) -> None:
    wrong = (text(""), text("x"), text("tcp", "REG_BINARY")) if name in TEXTS else (text("2"), text(9, "REG_DWORD"))
    for value in wrong:
        assert stack(**{name: value}) == {"damaged": [name], "damaged_count": 1, "foreign_component": False}
    # What is absent or closed is not judged
    for kind in ("absent", "denied"):
        assert stack(**{name: text(None, kind)}) == WHOLE
    assert listener_stack({"values": {}}) == WHOLE


@pytest.mark.parametrize(
    ("value", "damaged", "foreign"),
    [
        (text("{00000000-0000-0000-0000-000000000000}"), ["LoadableProtocol_Object"], False), (text(""), ["LoadableProtocol_Object"], False),
        (text(5, "REG_DWORD"), ["LoadableProtocol_Object"], False),
        (text("{18B726BB-6FE6-4FB9-9276-ED57CE7C7CB2}"), ["LoadableProtocol_Object"], False), (text("{00000000-0000-0000-0000-000000000001}"), [], True),
        (text(None, "absent"), [], False), (text(None, "denied"), [], False),
    ],
)  # fmt: skip
def test_a_component_of_nobody_is_damage_and_one_of_another_maker_is_not(value: dict[str, Any], damaged: list[str], foreign: bool) -> None:
    assert stack(LoadableProtocol_Object=value) == {"damaged": damaged, "damaged_count": len(damaged), "foreign_component": foreign}
