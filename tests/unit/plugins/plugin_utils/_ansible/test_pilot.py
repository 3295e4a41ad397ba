# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The pilot: what fits is as expected, what does not is named without repeating it, and hostile answers give a page all the same."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.pilot import examine
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.load import parse_bundle

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
        ("key_store", {"data": "ANNAQ1"}, "key_store does not fit the contract, expected a mapping"),
        (
            "tls",
            {"status": "denied", "kind": "access_denied", "message": "0x80070005: ANNAQ1", "data": None},
            "0x80070005 (UnauthorizedAccessException)",
        ),
        ("tls", {"status": "error", "kind": "unexpected", "message": "0x8badf00d: ANNAQ1", "data": None}, "not read: 0x8BADF00D"),
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
    assert "Please send this page to" in found["page"]


def test_what_does_not_fit_is_described_and_the_rest_is_in_the_bundle() -> None:
    """Given one subset of another shape, then the bundle has all others, and the page the types and sizes of that one."""
    found = examine("ts01", changed("os", data={"computer_name": "ANNAQ1", "builds": [1, 2], "domain": {"joined": True}}))
    bundle = parse_bundle(found["bundle"].encode(), "here")
    assert bundle.snapshot is not None
    subsets = bundle.snapshot["subsets"]
    assert (subsets["os"]["status"], subsets["os"]["kind"], subsets["listener"]["status"]) == ("error", "misfit", "ok")
    assert '"computer_name": "text of 6"' in found["page"]
    assert '"list of 2": "int"' in found["page"]
    assert "Not in the bundle, because it does not fit: os." in found["unexpected"]
    assert "ANNAQ1" not in found["page"] + found["bundle"]
    assert "Windows: build unknown" in found["page"]


def test_a_snapshot_that_is_wrong_around_its_subsets_gives_a_bundle_all_the_same() -> None:
    found = examine("ts01", {"snapshot": {**SNAPSHOT, "reader": "ANNAQ1", "collected_at": 7}})
    assert parse_bundle(found["bundle"].encode(), "here").snapshot is not None
    assert "The snapshot as a whole is refused." in found["unexpected"]


def test_a_module_that_broke_leaves_its_codes_and_no_words() -> None:
    error = "ANNAQ1: Exception calling X: System.IO.FileLoadException 0x80131621\nAt line:12 char:5\n+ throw"
    found = examine("ts01", {"failed": True, "msg": error, "rc": 1})
    sentence = "The module returned no snapshot but a message: 0x80131621 (IOException of EndOfStream), System.IO.FileLoadException, line 12 column 5."
    assert sentence in found["unexpected"]
    assert '"msg": "text of' in found["page"]
    assert "ANNAQ1" not in found["page"]


def test_a_key_without_an_access_list_is_flagged() -> None:
    """Given a key that exists, when its access list came back as null, then that is said although the contract allows it."""
    snapshot = copy.deepcopy(SNAPSHOT)
    snapshot["subsets"]["key_store"]["data"]["listener_key"]["sddl"] = None
    found = examine("ts01", {"snapshot": snapshot})
    assert "key exists, sddl null" in row(found, "key_store")
    assert "key_store" in found["unexpected"]
    key = {
        "thumbprint": "A" * 40,
        "container": "x",
        "provider_type": 1,
        "file_name": "x",
        "exists": True,
        "size": 1,
        "sddl": None,
        "sddl_kind": "access_denied",
    }
    snapshot["subsets"]["key_store"]["data"]["bound_keys"] = {"kind": "", "items": [key], "truncated": False}
    assert "bound key exists, sddl null (access_denied)" in row(examine("ts01", {"snapshot": snapshot}), "key_store")
    key["exists"] = False
    snapshot["subsets"]["key_store"]["data"]["listener_key"]["exists"] = False
    assert "sddl" not in row(examine("ts01", {"snapshot": snapshot}), "key_store")
