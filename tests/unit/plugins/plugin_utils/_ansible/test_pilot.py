# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The pilot: what fits is as expected, what does not is named without repeating it, and hostile answers give a page all the same."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.pilot import examine

from tests.support.host_states import base_document

SNAPSHOT: dict[str, Any] = base_document()["snapshot"]


def changed(name: str, **fields: Any) -> dict[str, Any]:
    snapshot = copy.deepcopy(SNAPSHOT)
    snapshot["subsets"][name].update(fields)
    return {"snapshot": snapshot}


def row(found: dict[str, Any], name: str) -> str:
    return next(line for line in found["page"].splitlines() if line.startswith(f"| `{name}` |"))


def test_what_fits_is_as_expected() -> None:
    found = examine("ts01", {"snapshot": SNAPSHOT})
    assert "| yes |" in row(found, "listener")
    assert "listener" not in found["unexpected"]
    assert json.loads(found["bundle"])["snapshot"]["subsets"]["listener"]["status"] == "ok"


@pytest.mark.parametrize(
    ("name", "fields", "words"),
    [
        ("os", {"data": {"computer_name": "ANNAQ1"}}, "does not fit the contract"),
        ("os", {"ms": 5000}, "took 5000 ms"),
        ("tls", {"status": "error", "kind": "unexpected", "data": None}, "error (unexpected)"),
        ("client_credentials", {"status": "error", "kind": "needs_interactive_logon"}, "| yes |"),
        ("avd", {"status": "not_applicable", "kind": "not_installed"}, "| yes |"),
        ("os", {"status": "**bold**|<b>", "kind": "|"}, "bold"),
    ],
)
def test_what_does_not_fit_is_named(name: str, fields: dict[str, Any], words: str) -> None:
    found = examine("ts01", changed(name, **fields))
    assert words in row(found, name)
    assert row(found, name).count("|") == 7
    assert (name in found["unexpected"]) is ("| yes |" not in row(found, name))
    assert "ANNAQ1" not in found["page"]


@pytest.mark.parametrize("result", [{}, {"msg": "no"}, {"snapshot": []}, {"snapshot": {"subsets": []}}, {"snapshot": {"subsets": {"os": 1}, "reader": 7}}])
def test_any_answer_gives_a_page_and_no_bundle(result: dict[str, Any]) -> None:
    found = examine("ts01", result)
    assert found["bundle"] == ""
    assert "0 of 21" in found["page"]
