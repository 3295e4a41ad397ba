# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Operations on a saved host: played on a copy that lasts for the run, marked as simulated, taken back exactly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.simulated import SavedState, answer_operations
from ansible_collections.rdpops.health.plugins.plugin_utils._core.judge import judge
from ansible_collections.rdpops.health.plugins.plugin_utils._core.operations import to_document
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.build import build_facts
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.load import load_bundle
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.operated import check_answer
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.snapshot import check_snapshot

from tests.conftest import ROOT
from tests.support.host_states import CATALOGUE, NOW

BUNDLES = ROOT / "demo" / "bundles"
NAMES = sorted(path.stem for path in BUNDLES.glob("*.json"))


class Saved:
    """A saved host of the demo fleet within one run."""

    def __init__(self, name: str, folder: Path) -> None:
        self.bundle = load_bundle(BUNDLES / f"{name}.json")
        self.file = folder / "state" / "h.json"

    def facts(self) -> Any:
        return build_facts("h", self.bundle.collected_at, snapshot=self.state().snapshot)

    def state(self) -> SavedState:
        return SavedState(self.file, self.bundle.snapshot or {})

    def plan(self) -> list[dict[str, Any]]:
        return [to_document(operation) for operation in judge(self.facts(), CATALOGUE).plan.operations]

    def ask(self, *, check_mode: bool = False, **arguments: Any) -> dict[str, Any]:
        answer = answer_operations(self.state(), arguments, now=self.bundle.collected_at, check_mode=check_mode)
        check_answer(json.loads(json.dumps(answer)))
        assert answer["simulated"] is True
        return answer


def readable() -> list[str]:
    return [name for name in NAMES if load_bundle(BUNDLES / f"{name}.json").snapshot is not None]


@pytest.mark.parametrize("name", readable())
def test_the_quartet(name: str, tmp_path: Path) -> None:
    saved = Saved(name, tmp_path)
    original, plan = saved.state().snapshot, saved.plan()
    # Check mode says what would be, and nothing is kept
    checked = saved.ask(operations=plan, journal_id="j1", check_mode=True)
    assert checked["changed"] is bool(plan) and checked["journal"] is None
    assert not saved.file.exists()
    # The first time changes, with a journal
    done = saved.ask(operations=plan, journal_id="j1", plan_digest="d")
    assert [done["changed"], done["taken_back"]] == [bool(plan), False]
    if not plan:
        return
    assert done["journal"] == {"id": "j1", "path": None, "state": "finished"}
    # What is there now can be read, and leaves nothing more to do but what showed only then
    check_snapshot(saved.state().snapshot)
    lasting = [entry for entry in plan if "restarted" not in entry["ensure"]]
    again = saved.ask(operations=lasting, journal_id="j2")
    assert again["changed"] is False and {result["status"] for result in again["results"]} <= {"unchanged"}
    # Taken back it is as it was, and stays so
    back = saved.ask(state="taken_back", journal_id="j1")
    assert back["changed"] is True and saved.state().snapshot == original
    assert saved.ask(state="taken_back", journal_id="j1")["changed"] is False
    assert [(entry["id"], entry["state"]) for entry in saved.ask(state="listed")["journals"]] == [("j1", "taken_back")]


def failing_host() -> str:
    return next(name for name in readable() if Saved(name, Path("unused")).plan())


def test_a_journal_is_taken_back_only_where_nothing_has_changed_since(tmp_path: Path) -> None:
    saved = Saved(failing_host(), tmp_path)
    saved.ask(operations=saved.plan(), journal_id="j1")
    state = saved.state()
    state.snapshot = {**state.snapshot, "collected_at": NOW + "x"}
    state.keep()
    refused = saved.ask(state="taken_back", journal_id="j1")
    assert refused["failed"] is True and "has changed since" in refused["msg"]
    assert "no journal" in saved.ask(state="taken_back", journal_id="other")["msg"]


def test_a_conflict_leaves_no_trace(tmp_path: Path) -> None:
    saved = Saved(failing_host(), tmp_path)
    plan = saved.plan()
    stale = [*plan, {**plan[0], "id": "late", "ensure": {"kind": "REG_DWORD", "value": 3}, "kind": "registry_value", "reversible": True, "target": {
        "key": "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp", "value": "MinEncryptionLevel"},
        "expect": {"kind": "REG_DWORD", "value": 77}}]  # fmt: skip
    answer = saved.ask(operations=stale, journal_id="j1")
    assert answer["failed"] is True and answer["failed_operation"] == "late" and answer["taken_back"] is True and answer["changed"] is False
    assert not saved.file.exists()


@pytest.mark.parametrize("arguments", [{"state": "wiped"}, {"operations": [{}]}, {"operations": [{"kind": "run"}]}])
def test_bad_input_is_one_sentence(arguments: dict[str, Any], tmp_path: Path) -> None:
    answer = Saved("rds-healthy", tmp_path).ask(**arguments)
    assert answer["failed"] is True and answer["msg"].endswith(".") and "\n" not in answer["msg"]


def test_what_is_kept_is_for_its_owner(tmp_path: Path) -> None:
    saved = Saved(failing_host(), tmp_path)
    saved.ask(operations=saved.plan(), journal_id="j1")
    assert saved.file.stat().st_mode & 0o777 == 0o600
    assert saved.ask(state="pruned")["pruned"] == [] and saved.ask(state="resumed")["changed"] is False


def test_a_certificate_that_is_made_up_has_a_key(tmp_path: Path) -> None:
    """Given a saved host whose listener key is gone, when the plan is played, then the copy holds a key beside the new certificate."""
    saved = Saved("rds-healthy", tmp_path)
    broken = saved.state()
    broken.snapshot = json.loads(json.dumps(broken.snapshot))
    broken.snapshot["subsets"]["key_store"]["data"]["listener_key"].update(exists=False, size=None, sddl=None)
    broken.keep()
    assert saved.ask(operations=saved.plan(), journal_id="j1")["changed"] is True
    key = saved.facts().document["derived"]["listener_key"]
    assert (key["file_exists"], key["file_empty"], key["network_service_reads"]) == (True, False, True)
    check_snapshot(saved.state().snapshot)
    assert saved.plan() == []


def test_a_plan_that_was_taken_back_is_not_tried_again_unless_somebody_says_so(tmp_path: Path) -> None:
    saved = Saved(next(name for name in readable() if Saved(name, tmp_path).plan()), tmp_path)
    plan = saved.plan()
    saved.ask(operations=plan, journal_id="j1", plan_digest="d")
    saved.ask(state="taken_back", journal_id="j1")
    refused = saved.ask(operations=plan, journal_id="j2", plan_digest="d")
    assert refused["failed"] is True and "was taken back before" in refused["msg"] and refused["journal"] is None
    assert saved.ask(operations=plan, journal_id="j3", plan_digest="other")["changed"] is True
    saved.ask(state="taken_back", journal_id="j3")
    assert saved.ask(operations=plan, journal_id="j4", plan_digest="d", again=True)["changed"] is True
