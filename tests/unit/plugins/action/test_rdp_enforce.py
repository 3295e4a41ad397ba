# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""rdp_enforce with scripted replies of the target: at most three calls, in order, and one word for every way it can go."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleConnectionFailure
from ansible_collections.rdpops.health.plugins.action import rdp_enforce
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible import look as looking
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible import reboot, verdict
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.answer import LIMIT_BYTES
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.catalogue import LoadedCatalogue
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.orders import JOURNAL_ID
from ansible_collections.rdpops.health.plugins.plugin_utils._core.clock import format_time
from ansible_collections.rdpops.health.plugins.plugin_utils._core.judge import judge
from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import Judgement
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.load import load_bundle

from tests.conftest import ROOT
from tests.support.acting import act, report

BUNDLES = ROOT / "demo" / "bundles"
READER, WRITER = "rdpops.health.win_rdp_info", "rdpops.health.win_rdp_ops"
Reply = Any  # a result, or what is raised


def snapshot(name: str = "rds-healthy", **listener: int) -> dict[str, Any]:
    made = copy.deepcopy(load_bundle(BUNDLES / f"{name}.json").snapshot or {})
    for setting, value in listener.items():
        made["subsets"]["listener"]["data"]["values"][setting]["local"] |= {"kind": "REG_DWORD", "value": value}
        made["subsets"]["listener"]["data"]["values"][setting]["policy"] |= {"kind": "absent", "value": None}
    return {"changed": False, "snapshot": made}


GOOD, NO_NLA = snapshot(), snapshot(UserAuthentication=0)


def answered(operations: list[dict[str, Any]], status: str = "changed", **more: Any) -> dict[str, Any]:
    """Return what the target says to these operations."""
    kept = {"id": "20261120T081531Z-1f2e3d4c", "path": "C:\\ProgramData\\rdpops.health\\journal\\20261120T081531Z-1f2e3d4c", "state": "finished"}
    results = [
        {"id": entry["id"], "kind": entry["kind"], "status": status, "before": entry["expect"], "after": entry["ensure"], "message": ""} for entry in operations
    ]
    return {
        "changed": status == "changed", "results": results, "applied": [entry["id"] for entry in operations], "failed_operation": None, "not_run": [],
        "journal": kept, "taken_back": False, "recovered": [], "look_again": False, "reboot_required": False, "invocation": {"module_args": {}}, **more,
    }  # fmt: skip


@dataclass
class Target:
    """A scripted host: its replies in order, and what was asked of it."""

    replies: list[Reply]
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    symptoms: list[dict[str, Any]] = field(default_factory=list)

    def execute(self, *, module_name: str, module_args: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        self.calls.append((module_name, module_args))
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        made: dict[str, Any] = reply(module_args["operations"]) if callable(reply) else reply
        return made

    @property
    def order(self) -> list[str]:
        return [f"{name.rpartition('_')[2]} {arguments.get('state', '')}".strip() for name, arguments in self.calls]


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Target]:
    probe_seen = dict(load_bundle(BUNDLES / "rds-healthy.json").probe or {})

    def make(*replies: Reply, wire: list[dict[str, Any]] | None = None) -> Target:
        target = Target(list(replies), symptoms=list(wire or []))

        def probe(host: str, port: int, **limits: Any) -> dict[str, Any]:
            return {**probe_seen, **(target.symptoms.pop(0) if target.symptoms else {})}

        monkeypatch.setattr(looking, "probe_endpoint", probe)
        return target

    return make


def run(target: Target, folder: Path, *, check_mode: bool = False, diff: bool = False, **arguments: Any) -> dict[str, Any]:
    return act(rdp_enforce, target.execute, {"report_dir": str(folder)} | arguments, check_mode=check_mode, diff=diff)


def test_a_host_that_is_right_costs_one_call(script: Any, tmp_path: Path) -> None:
    target = script(GOOD)
    result = run(target, tmp_path)
    assert (target.order, result["outcome"], result["changed"], result["journal"]) == (["info"], "already_right", False, None)
    assert "failed" not in result and len(json.dumps(result)) <= LIMIT_BYTES


def test_a_drifted_host_costs_three_calls_and_is_seen_from_outside_again(script: Any, tmp_path: Path) -> None:
    target = script(NO_NLA, answered, GOOD)
    result = run(target, tmp_path, diff=True, save_bundles=str(tmp_path / "bundles"))
    assert (target.order, result["outcome"], result["changed"]) == (["info", "ops applied", "info"], "fixed", True)
    sent = target.calls[1][1]
    assert [(entry["kind"], entry["target"]["value"]) for entry in sent["operations"]] == [("registry_value", "UserAuthentication")]
    assert "why" not in sent["operations"][0] and JOURNAL_ID.fullmatch(sent["journal_id"])
    assert (sent["consent"], sent["open_journal"], "break_glass" in sent) == ([], "take_back", False)
    assert result["journal"] == "20261120T081531Z-1f2e3d4c" and "invocation" not in result
    assert [(entry["before"], entry["after"]) for entry in result["diff"]] == [("kind: REG_DWORD\nvalue: 0\n", "kind: REG_DWORD\nvalue: 1\n")]
    assert load_bundle(result["bundle"]).snapshot == GOOD["snapshot"]
    told = report(result)
    assert (told["run"]["mode"], told["verdict"], told["enforced"]["simulated"], told["plan"]["operations"]) == ("enforce", "healthy", False, [])


def test_check_mode_asks_nothing_of_the_module_that_writes(script: Any, tmp_path: Path) -> None:
    target = script(NO_NLA)
    result = run(target, tmp_path, check_mode=True, diff=True)
    assert (target.order, result["outcome"], result["changed"], len(result["diff"])) == (["info"], None, True, 1)
    assert report(result)["run"]["check_mode"] is True


def test_consents_travel_in_the_words_of_the_target(script: Any, tmp_path: Path) -> None:
    target = script(NO_NLA, answered, GOOD)
    run(target, tmp_path, allow_session_disconnect=True, allow_irreversible=True, open_journal="finish")
    assert (target.calls[1][1]["consent"], target.calls[1][1]["open_journal"]) == (["session_disconnect", "irreversible"], "finish")


def test_what_made_it_worse_is_taken_back_and_the_report_says_so(script: Any, tmp_path: Path) -> None:
    cut = {"symptom": "tls_reset", "ended_at": "tls", "sentence": "cut"}
    back = answered([], changed=True, taken_back=True, journal={"id": "20261120T081531Z-1f2e3d4c", "path": None, "state": "taken_back"})
    target = script(NO_NLA, answered, GOOD, back, NO_NLA, wire=[{}, cut, cut])
    result = run(target, tmp_path)
    assert target.order == ["info", "ops applied", "info", "ops taken_back", "info"]
    assert target.calls[3][1]["journal_id"] == result["journal"]
    assert (result["outcome"], result["changed"], result["got_worse"]) == ("rolled_back", False, True)
    assert report(result)["enforced"]["journal"]["state"] == "taken_back"
    assert "the handshake ended at tls" in result["msg"]


@pytest.mark.parametrize(
    ("replies", "outcome", "worse", "words"),
    [
        ([AnsibleConnectionFailure("no route")], "unreachable", False, "no route"),
        ([NO_NLA, AnsibleConnectionFailure("gone\nfor good")], "unreachable", True, "nobody knows how far it came; what was done stands in the journal"),
        ([NO_NLA, {"unreachable": True, "msg": "lost"}], "unreachable", True, "the connection was lost while operations ran: lost"),
        ([NO_NLA, {"failed": True, "msg": "Access is denied"}], "unreachable", True, "win_rdp_ops failed: Access is denied (journal 2"),
        ([NO_NLA, {"changed": True}], "unreachable", True, "returned what cannot be used"),
        ([NO_NLA, {"changed": "yes" * 9000}], "unreachable", True, "returned what cannot be used"),
    ],
)
def test_whatever_the_target_does_is_one_sentence(script: Any, tmp_path: Path, replies: list[Reply], outcome: str, worse: bool, words: str) -> None:
    result = run(script(*replies), tmp_path)
    assert (result["outcome"], result["changed"], "failed" in result, "unreachable" in result) == (outcome, False, False, False)
    assert result["got_worse"] is worse
    assert words in report(result)["enforced"]["sentence"] and "\n" not in result["msg"]


def test_a_host_that_cannot_be_read_after_the_change_got_worse(script: Any, tmp_path: Path) -> None:
    gone = AnsibleConnectionFailure("no answer")
    result = run(script(NO_NLA, answered, gone, gone), tmp_path)
    assert (result["outcome"], result["changed"], result["got_worse"]) == ("unreachable", True, True)
    assert "the change was made, and then the host could not be read: no answer; journal 20261120T081531Z-1f2e3d4c on the host" in result["msg"]


def breaking(monkeypatch: pytest.MonkeyPatch, *looks: int) -> None:
    """Have the judging of these looks fail, counted from 1."""
    counted: list[int] = []

    def judged(*given: Any, **named: Any) -> Judgement:
        counted.append(1)
        if len(counted) in looks:
            raise ZeroDivisionError("line one\nline two")
        return judge(*given, **named)

    monkeypatch.setattr(verdict, "judge", judged)


FAULT = "judging this host failed with ZeroDivisionError: line one line two; this is a fault of the collection"


def test_a_host_that_cannot_be_judged_is_left_alone(script: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a fault in judging, when the host shall be repaired, then nothing is sent, and its report says why in one sentence."""
    breaking(monkeypatch, 1)
    target = script(NO_NLA)
    result = run(target, tmp_path, save_bundles=str(tmp_path / "bundles"))
    assert (target.order, result["outcome"], result["changed"], result["got_worse"], "failed" in result) == (["info"], "refused", False, False, False)
    told = report(result)
    assert told["verdict"] == "unknown" and told["enforced"]["sentence"].startswith(FAULT)
    assert load_bundle(result["bundle"]).snapshot == NO_NLA["snapshot"]


@pytest.mark.parametrize(("looks", "wire", "asked"), [((2, 3), [], 2), ((3,), [{}, {"symptom": "tls_reset", "ended_at": "tls", "sentence": "cut"}], 1)])
def test_a_host_that_cannot_be_judged_after_the_change_got_worse(
    script: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, looks: tuple[int, ...], wire: list[dict[str, Any]], asked: int
) -> None:
    """Given a fault in judging after the change, then it is told that the change was made, nothing is taken back, and the journal is named."""
    breaking(monkeypatch, *looks)
    target = script(NO_NLA, answered, GOOD, GOOD, wire=wire)
    result = run(target, tmp_path)
    assert target.order == ["info", "ops applied"] + ["info"] * asked
    assert (result["outcome"], result["changed"], result["got_worse"]) == ("unreachable", True, True)
    assert f"the change was made, and then {FAULT}" in report(result)["enforced"]["sentence"]
    assert report(result)["enforced"]["sentence"].endswith("journal 20261120T081531Z-1f2e3d4c on the host holds what was there before")


def test_a_host_that_cannot_be_told_of_keeps_what_was_done_to_it(script: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*dummy: Any, **dummies: Any) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr(rdp_enforce, "host_report", broken)
    result = run(script(NO_NLA, answered, GOOD), tmp_path)
    assert (result["outcome"], result["changed"], result["verdict"], "failed" in result) == ("fixed", True, "unknown", False)
    assert "RecursionError: too deep" in report(result)["sentence"]
    assert [entry["status"] for entry in report(result)["enforced"]["operations"]] == ["changed"]


def test_a_conflict_that_was_taken_back_on_the_target_is_told(script: Any, tmp_path: Path) -> None:
    def conflict(operations: list[dict[str, Any]]) -> dict[str, Any]:
        return answered(operations, "conflict", failed=True, msg="operation op1: the value is not as assumed", journal=None)

    result = run(script(NO_NLA, conflict, NO_NLA), tmp_path)
    assert (result["outcome"], result["changed"], result["operations"][0]["status"]) == ("refused", False, "conflict")


@pytest.mark.parametrize("installed", [True, False])
def test_a_restart_of_windows_is_asked_for_and_never_made(script: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, installed: bool) -> None:
    monkeypatch.setattr(reboot.action_loader, "has_plugin", lambda name: installed and name == "ansible.windows.win_reboot")
    after = snapshot("rds-oracle")
    target = script(snapshot("rds-oracle"), answered, after)
    result = run(target, tmp_path)
    assert (result["outcome"], result["reboot_required"], result["can_reboot"]) == ("pending_reboot", True, installed)
    assert target.order == ["info", "ops applied", "info"]


def test_wrong_arguments_fail_in_one_sentence_and_leave_a_report(script: Any, tmp_path: Path) -> None:
    target = script()
    result = run(target, tmp_path, domains=["moon"])
    assert (result["failed"], target.calls) == (True, [])
    assert result["msg"].startswith("rdpops.health.rdp_enforce: value of domains must be one or more of: certificate")
    assert "(in the role: rdp_health_domains)" in result["msg"]
    left = json.loads((tmp_path / "hosts" / "rds01.json").read_text(encoding="utf-8"))
    assert (left["verdict"], left["run"]["mode"], left["enforced"]) == ("unknown", "enforce", None)


def test_an_unusable_catalogue_and_a_folder_that_is_none_are_one_sentence(script: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = run(script(GOOD), tmp_path / "file")
    assert result["failed"] is True and str(tmp_path / "file") in result["msg"]
    monkeypatch.setattr(rdp_enforce, "CATALOGUE", LoadedCatalogue(None, "checks/a.yml: id is missing"))
    assert run(script(), tmp_path)["msg"] == "rdpops.health.rdp_enforce: the catalogue cannot be used: checks/a.yml: id is missing"


def test_only_a_reviewed_plan_is_tried_again(script: Any, tmp_path: Path) -> None:
    """Given a plan, when somebody has reviewed it, then the order says that it may be carried out although it was taken back before; else not."""
    first = script(NO_NLA, answered, GOOD)
    run(first, tmp_path)
    assert "again" not in first.calls[1][1]
    operations = [{**entry, "why": ""} for entry in first.calls[1][1]["operations"]]
    plan = {"schema": "rdpops.health/plan/1", "host": "rds01", "digest": first.calls[1][1]["plan_digest"], "operations": operations}
    file = tmp_path / "plan.json"
    file.write_text(json.dumps({**plan, "written_at": format_time(datetime.now(timezone.utc))}), encoding="utf-8")
    second = script(NO_NLA, answered, GOOD)
    assert run(second, tmp_path, plan=str(file))["outcome"] == "fixed"
    assert second.calls[1][1]["again"] is True
