# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A saved host answers two modules, one with the subsets asked for, and refuses everything else in a sentence."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.manifest import ModuleCall
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.replay import ANSWERED, PLAYED, answer_call, select_subsets

BODY = {"status": "ok", "kind": "", "message": "", "ms": 3, "data": {"a": 1}}
SNAPSHOT: dict[str, Any] = {"schema": "rdpops.health/snapshot/1", "subsets": {"os": BODY, "listener": BODY}}


def told(call: ModuleCall, snapshot: dict[str, Any] | None) -> tuple[int, dict[str, Any]]:
    status, out, dummy = answer_call(call, snapshot, now=datetime(2026, 11, 20, tzinfo=timezone.utc), kept_in=Path("not-there"))
    return status, json.loads(out)


def test_everything_is_answered_when_nothing_special_is_asked() -> None:
    for asked in ({}, {"gather_subset": []}, {"gather_subset": ["all"]}, {"gather_subset": ["os", "all"]}):
        assert told(ModuleCall(ANSWERED, asked), SNAPSHOT) == (0, {"changed": False, "snapshot": SNAPSHOT})


def test_what_was_not_asked_for_says_so() -> None:
    subsets = select_subsets(SNAPSHOT, ["os"])["subsets"]
    assert subsets["os"] == BODY
    assert (subsets["listener"]["status"], subsets["listener"]["data"]) == ("not_asked", None)


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ([], {"os", "listener"}),
        (["client"], {"client_cache"}),
        (["all", "!os"], {"listener", "client_cache"}),
        (["!os"], {"listener"}),
        ("os", {"os"}),
        (["!host", "all"], {"client_cache"}),
    ],
)
def test_words_stand_for_several_and_an_exclamation_mark_leaves_out(asked: Any, kept: set[str]) -> None:
    snapshot = {"subsets": {"os": BODY, "listener": BODY, "client_cache": BODY}}
    found = select_subsets(snapshot, asked)["subsets"]
    assert {name for name in found if found[name] == BODY} == kept


@pytest.mark.parametrize(
    ("call", "snapshot", "words"),
    [
        (ModuleCall("ansible.windows.win_shell", {"_raw_params": "rm"}), SNAPSHOT, "does not run ansible.windows.win_shell"),
        (ModuleCall(ANSWERED, {"gather_subset": ["nonsense"]}), SNAPSHOT, "nonsense"),
        (ModuleCall(ANSWERED, {}), None, "holds no snapshot"),
        (ModuleCall(PLAYED, {"state": "wiped"}), SNAPSHOT, "expected applied"),
    ],
)
def test_a_refusal_is_a_failed_result_with_one_sentence(call: ModuleCall, snapshot: dict[str, Any] | None, words: str) -> None:
    status, result = told(call, snapshot)
    assert (status, result["failed"], result["changed"]) == (1, True, False)
    assert words in result["msg"]
