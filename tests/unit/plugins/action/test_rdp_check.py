# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""rdp_check with scripted replies of the target: one call, one probe, never a traceback, never a host failed for what was found."""

from __future__ import annotations

import contextlib
import copy
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleAuthenticationFailure, AnsibleConnectionFailure, AnsibleError
from ansible_collections.rdpops.health.plugins.action import rdp_check
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible import look as looking
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible import verdict
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.answer import LIMIT_BYTES
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.catalogue import LoadedCatalogue
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.run import RUN
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.cases import BASES
from ansible_collections.rdpops.health.plugins.plugin_utils._core.judge import judge
from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import Facts, Judgement
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.load import load_bundle
from ansible_collections.rdpops.health.plugins.plugin_utils._report.write import write_host

from tests.conftest import ROOT
from tests.support.acting import act, report
from tests.support.sample_repairs import repaired_reports

BUNDLES = ROOT / "demo" / "bundles"


@dataclass
class Target:
    """A scripted host: what the module call does, and what was asked of it."""

    reply: Any
    windows: bool = True
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    probes: list[tuple[str, int]] = field(default_factory=list)

    def execute(self, *, module_name: str, module_args: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        self.calls.append((module_name, module_args))
        if isinstance(self.reply, Exception):
            raise self.reply
        return self.reply


@pytest.fixture
def target(monkeypatch: pytest.MonkeyPatch) -> Target:
    bundle = load_bundle(BUNDLES / "rds-healthy.json")
    made = Target({"changed": False, "snapshot": bundle.snapshot, "invocation": {"module_args": {}}, "warnings": []})

    def probe(host: str, port: int, **limits: Any) -> dict[str, Any]:
        made.probes.append((host, port))
        return dict(bundle.probe or {})

    monkeypatch.setattr(looking, "probe_endpoint", probe)
    return made


def run(target: Target, folder: Path, **arguments: Any) -> dict[str, Any]:
    """Run the action as a task of that host would."""
    return act(rdp_check, target.execute, {"report_dir": str(folder)} | arguments, check_mode=True, windows=target.windows)


def test_a_host_costs_one_call_and_one_probe_of_its_own_port(target: Target, tmp_path: Path) -> None:
    target.reply["snapshot"]["subsets"]["listener"]["data"]["values"]["PortNumber"]["local"]["value"] = 3390
    result = run(target, tmp_path)
    assert target.calls == [("rdpops.health.win_rdp_info", {})]
    assert target.probes == [("192.0.2.7", 3390)]
    assert result["changed"] is False
    assert "failed" not in result
    assert "invocation" not in result
    assert len(json.dumps(result)) <= LIMIT_BYTES
    assert report(result)["run"]["check_mode"] is True


@pytest.mark.parametrize(("given", "asked"), [({}, {}), ({"include_names": False}, {}), ({"include_names": True}, {"include_names": True})])
def test_names_are_read_only_where_they_are_asked_for(target: Target, tmp_path: Path, given: dict[str, Any], asked: dict[str, Any]) -> None:
    run(target, tmp_path, **given)
    assert target.calls == [("rdpops.health.win_rdp_info", asked)]


def test_returned_facts_are_redacted_as_the_bundle_is(target: Target, tmp_path: Path) -> None:
    """Given redaction, when the facts are returned too, then they are those of the saved bundle, and without it they name the host."""
    result = run(target, tmp_path, return_facts=True, redact_bundles=True, save_bundles=str(tmp_path / "bundles"))
    assert result["facts"] == json.loads(Path(result["bundle"]).read_text(encoding="utf-8"))
    assert "ts-nord-01" not in json.dumps(result["facts"]).lower()
    assert run(target, tmp_path, return_facts=True)["facts"]["host"] == "rds01"


def test_each_view_can_be_left_out(target: Target, tmp_path: Path) -> None:
    run(target, tmp_path, views=["outside"], endpoint="rds01.example.com", port=3391)
    assert (target.calls, target.probes) == ([], [("rds01.example.com", 3391)])
    run(target, tmp_path, views=["inside"])
    assert (len(target.calls), len(target.probes)) == (1, 1)


def test_one_subset_that_misfits_leaves_the_rest_of_the_view(target: Target, tmp_path: Path) -> None:
    """Given a revision that is no number, when the host is looked at, then its firewall is judged all the same, and the report says what is lacking."""
    target.reply = copy.deepcopy(target.reply)
    target.reply["snapshot"]["subsets"]["os"]["data"]["ubr"] = "AQI="
    told = report(run(target, tmp_path))
    assert told["views"]["inside"]["status"] == "partial"
    assert "ubr" in json.dumps(told["unknown"])


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (AnsibleConnectionFailure("no route to host\n  line two"), "no route to host line two"),
        (ConnectionError("Connection aborted."), "the connection was lost while reading: Connection aborted."),
        (AnsibleAuthenticationFailure("the specified credentials were rejected"), "credentials were rejected"),
        (AnsibleError("winrm or requests is not installed"), "could not start: winrm or requests"),
        ({"failed": True, "msg": "This module needs Windows 10.0"}, "win_rdp_info failed: This module needs"),
        ({"failed": True}, "no message"),
        ({"changed": False}, "cannot be used"),
        ({"changed": False, "snapshot": {"schema": "rdpops.health/snapshot/1", "subsets": []}}, "cannot be used"),
    ],
)
def test_a_host_that_cannot_be_read_is_unknown_and_keeps_its_probe(target: Target, tmp_path: Path, reply: Any, words: str) -> None:
    target.reply = reply
    result = run(target, tmp_path)
    assert result["verdict"] == "unknown"
    assert "failed" not in result
    assert "unreachable" not in result
    told = report(result)
    assert words in told["views"]["inside"]["detail"]
    assert told["views"]["outside"]["status"] == "ok"
    assert told["handshake"]["symptom"] == "reached_credssp"


def test_a_connection_that_does_not_lead_to_windows_is_not_used(target: Target, tmp_path: Path) -> None:
    target.windows = False
    result = run(target, tmp_path)
    assert target.calls == []
    assert "does not lead to Windows" in report(result)["views"]["inside"]["detail"]


def test_a_probe_that_cannot_run_is_a_reason(target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def probe(*dummy: Any, **limits: Any) -> dict[str, Any]:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(looking, "probe_endpoint", probe)
    told = report(run(target, tmp_path))
    assert told["views"]["outside"]["status"] == "failed"
    assert "Too many open files" in told["views"]["outside"]["detail"]


def test_a_fault_in_judging_costs_the_host_its_verdict_only(target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*dummy: Any, **dummies: Any) -> None:
        raise ZeroDivisionError("line one\nline two")

    monkeypatch.setattr(verdict, "judge", broken)
    result = run(target, tmp_path, save_plans=str(tmp_path / "plans"))
    assert result["verdict"] == "unknown"
    assert "ZeroDivisionError: line one line two" in result["sentence"]
    assert "failed" not in result
    assert "plan" not in result and not (tmp_path / "plans").exists()


def test_an_unusable_catalogue_is_one_sentence(target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdp_check, "CATALOGUE", LoadedCatalogue(None, "checks/a.yml: id is missing"))
    result = run(target, tmp_path)
    assert result["verdict"] == "unknown"
    assert "the catalogue cannot be used: checks/a.yml: id is missing" in result["sentence"]


def test_what_was_seen_can_be_saved_and_returned(target: Target, tmp_path: Path) -> None:
    result = run(target, tmp_path, save_bundles=str(tmp_path / "bundles"), return_facts=True)
    saved = load_bundle(result["bundle"])
    assert saved.snapshot == target.reply["snapshot"] == result["facts"]["snapshot"]
    assert saved.host == "rds01"


def test_an_outside_only_bundle_can_be_read_back(target: Target, tmp_path: Path) -> None:
    result = run(target, tmp_path, views=["outside"], save_bundles=str(tmp_path / "bundles"))
    assert load_bundle(result["bundle"]).unreachable == "the inside view was not asked for"


def from_elsewhere(name: str, **changes: Any) -> dict[str, Any]:
    """Return what a task that ran rdp_probe at another place registered."""
    probe = {**(load_bundle(BUNDLES / "rds-healthy.json").probe or {}), "vantage": name, **changes}
    return {"changed": False, "probe": probe, "probes": [probe]}


def test_vantage_points_are_compared(target: Target, tmp_path: Path) -> None:
    cut = from_elsewhere("branch", symptom="connect_timeout", ended_at="connect", sentence="Nothing answered.")
    result = run(target, tmp_path, probes=[cut], save_bundles=str(tmp_path / "bundles"))
    assert result["verdict"] == "failing"
    assert [cause["id"] for cause in result["causes"]] == ["C23"]
    (finding,) = (finding for finding in report(result)["findings"] if finding["check"] == "outside.from_everywhere")
    assert finding["reason"] == "it answers from controller, and not from branch"
    assert len(target.probes) == 1
    assert [probe["vantage"] for probe in load_bundle(result["bundle"]).other_probes] == ["branch"]


def test_a_host_can_be_judged_by_what_others_saw(target: Target, tmp_path: Path) -> None:
    result = run(target, tmp_path, views=["inside"], probes=[from_elsewhere("branch"), {"unreachable": True, "msg": "jump02 is down"}])
    told = report(result)
    assert (target.probes, told["handshake"]["vantage"], told["views"]["outside"]["status"]) == ([], "branch", "ok")
    assert any("jump02 is down" in entry["why"] for entry in told["unknown"])


def test_a_probe_that_is_none_is_a_wrong_argument(target: Target, tmp_path: Path) -> None:
    result = run(target, tmp_path, probes=[{"stdout": "RDP is fine"}])
    assert result["msg"] == "rdpops.health.rdp_check: probes[0] is no result of rdpops.health.rdp_probe."
    assert (result["failed"], target.calls, target.probes) == (True, [], [])


def test_wrong_arguments_fail_in_one_sentence_and_leave_a_report(target: Target, tmp_path: Path) -> None:
    result = run(target, tmp_path, port="abc", error="0x904")
    assert (result["failed"], target.calls, target.probes) == (True, [], [])
    assert result["msg"].startswith("rdpops.health.rdp_check: ")
    assert "(in the role: rdp_health_port)" in result["msg"]
    left = json.loads((tmp_path / "hosts" / "rds01.json").read_text(encoding="utf-8"))
    assert left["verdict"] == "unknown"
    assert result["msg"] in left["sentence"]


def test_an_unknown_fail_on_is_told_before_anything_is_examined(target: Target, tmp_path: Path) -> None:
    told = run(target, tmp_path, fail_on="maybe")
    assert "value of fail_on must be one of: outage, security, any, never, got: maybe (in the role: rdp_health_fail_on)." in told["msg"]
    assert (target.calls, target.probes) == ([], [])


def test_an_unknown_option_is_named(target: Target, tmp_path: Path) -> None:
    assert "unsupported options: colour" in run(target, tmp_path, colour="red")["msg"]


def test_a_folder_that_cannot_be_written_fails_in_one_sentence(target: Target, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = run(target, tmp_path / "file")
    assert result["failed"] is True
    assert str(tmp_path / "file") in result["msg"]


@pytest.mark.parametrize("option", ["report_dir", "save_bundles"])
@pytest.mark.parametrize(("given", "words"), [("", "is empty"), (" ", "is empty"), ("a\0b", "holds a NUL character")])
def test_a_folder_that_cannot_be_one_is_refused_by_name(target: Target, tmp_path: Path, option: str, given: str, words: str) -> None:
    arguments: dict[str, Any] = {option: given}
    (tmp_path / "cwd").mkdir()
    with contextlib.chdir(tmp_path / "cwd"):
        result = run(target, tmp_path / "report", **arguments)
    assert result["failed"] is True
    assert result["msg"] == f"rdpops.health.rdp_check: {option} {words}, expected the path of a folder (in the role: rdp_health_{option})."
    assert target.calls == []
    assert not list((tmp_path / "cwd").iterdir())


def test_repairing_is_another_action(target: Target, tmp_path: Path) -> None:
    result = run(target, tmp_path, mode="enforce")
    assert (result["failed"], target.calls) == (True, [])
    assert result["msg"] == "rdpops.health.rdp_check: mode enforce is carried out by rdpops.health.rdp_enforce; this action only looks."


def test_the_plan_can_be_saved_for_somebody_to_review(target: Target, tmp_path: Path) -> None:
    values = target.reply["snapshot"]["subsets"]["listener"]["data"]["values"]["UserAuthentication"]
    values["local"] |= {"kind": "REG_DWORD", "value": 0}
    values["policy"] |= {"kind": "absent", "value": None}
    result = run(target, tmp_path, save_plans=str(tmp_path / "plans"))
    plan = json.loads(Path(result["plan"]).read_text(encoding="utf-8"))
    assert (plan["host"], plan["digest"], len(plan["operations"])) == ("rds01", report(result)["plan"]["digest"], 1)
    assert "plan" not in run(target, tmp_path)


def test_a_plan_that_is_saved_costs_no_second_judgement(target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def counted(facts: Facts, *given: Any, **named: Any) -> Judgement:
        asked.append(facts.host)
        return judge(facts, *given, **named)

    monkeypatch.setattr(verdict, "judge", counted)
    assert "plan" in run(target, tmp_path, save_plans=str(tmp_path / "plans"))
    assert asked == ["rds01"]


def test_plans_are_not_saved_where_there_is_no_folder(target: Target, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert run(target, tmp_path, save_plans=str(tmp_path / "file"))["failed"] is True


def repaired(folder: Path, outcome: str, run_id: str = "", booted_at: str = "2026-11-02T04:11:09Z") -> None:
    """Leave the report that a repair of this run wrote."""
    made = next(report for report in repaired_reports() if report["enforced"]["outcome"] == "pending_reboot")
    made["host"] |= {"name": "rds01", "slug": "rds01"}
    made["run"]["id"] = run_id or RUN.id
    made["enforced"] |= {"outcome": outcome, "booted_at": booted_at}
    write_host(folder, made)


def test_a_look_after_a_repair_goes_on_saying_what_was_done(target: Target, tmp_path: Path) -> None:
    boot = target.reply["snapshot"]["subsets"]["os"]["data"]
    # Given a repair that waits for a restart, when Windows has not restarted, then it still waits
    repaired(tmp_path, "pending_reboot", booted_at=boot["booted_at"])
    told = report(run(target, tmp_path))
    assert (told["enforced"]["outcome"], told["enforced"]["reboot_required"], told["run"]["mode"]) == ("pending_reboot", True, "check")
    assert [operation["id"] for operation in told["enforced"]["operations"]] == ["op1"]
    # when it has, then the look says what came of it
    repaired(tmp_path, "pending_reboot")
    told = report(run(target, tmp_path))
    assert (told["enforced"]["outcome"], told["enforced"]["reboot_required"]) == ("fixed", False)
    repaired(tmp_path, "pending_reboot")
    assert report(run(target, tmp_path, views=["inside"]))["enforced"]["outcome"] == "fixed_inside_only"
    target.reply["snapshot"]["subsets"]["services"]["data"]["TermService"]["state"] = "stopped"
    repaired(tmp_path, "pending_reboot")
    assert report(run(target, tmp_path))["enforced"]["outcome"] == "still_broken_other_cause"
    # and another outcome stays as it was
    repaired(tmp_path, "rolled_back")
    assert report(run(target, tmp_path))["enforced"]["outcome"] == "rolled_back"


def test_what_another_run_did_is_not_taken_for_this_one(target: Target, tmp_path: Path) -> None:
    repaired(tmp_path, "fixed", run_id="20200101T000000Z-00000000")
    assert report(run(target, tmp_path))["enforced"] is None
    (tmp_path / "hosts" / "rds01.json").write_text('{"schema": "rdpops.health/report-host/1", "run": 5}', encoding="utf-8")
    assert report(run(target, tmp_path))["enforced"] is None


CLIENT = json.loads((BASES / "client.json").read_text(encoding="utf-8"))["snapshot"]


def test_a_client_that_was_read_is_joined_saved_and_asked_nothing_more(target: Target, tmp_path: Path) -> None:
    """Given a registered result of the machine that showed an error, when its host is examined, then both views are judged and saved together."""
    handed = {"changed": False, "snapshot": copy.deepcopy(CLIENT)}
    handed["snapshot"]["subsets"]["client_events"]["data"]["events"][0] |= {"id": 1007, "properties": ["11001"]}
    result = run(target, tmp_path, client=handed, error="0x104", save_bundles=str(tmp_path / "bundles"))
    assert len(target.calls) == 1
    assert report(result)["views"]["client"] == {"status": "ok", "detail": ""}
    saved = load_bundle(result["bundle"])
    assert saved.client is not None
    assert saved.client["snapshot"]["subsets"]["client_events"]["data"]["events"][0]["id"] == 1007
    assert saved.client["snapshot"]["subsets"]["listener"]["status"] == "not_asked"


def test_a_client_that_could_not_be_read_costs_nothing_else(target: Target, tmp_path: Path) -> None:
    result = run(target, tmp_path, client={"unreachable": True, "msg": "asleep"})
    assert report(result)["views"]["client"] == {"status": "failed", "detail": "reading the client was not possible: asleep"}
    # What nobody saw of the client is unknown, so the host is not called healthy; everything else is judged as without it.
    judged = {finding["check"]: finding["outcome"] for finding in report(result)["findings"]}
    without = {finding["check"]: finding["outcome"] for finding in report(run(target, tmp_path))["findings"]}
    assert {check for check in judged if judged[check] != without[check]} == {check for check in judged if check.startswith("client.")}
    assert result["verdict"] == "attention"


def test_a_client_that_is_none_is_refused(target: Target, tmp_path: Path) -> None:
    result = run(target, tmp_path, client=str(tmp_path / "pc07.json"))
    assert "pc07.json: the bundle cannot be read" in result["msg"]
    assert target.calls == []
