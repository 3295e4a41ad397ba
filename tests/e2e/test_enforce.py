# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The whole job with repair over saved hosts: what it comes to, what it costs, what it says, and that nobody is failed for it.

Operations are played on copies: this proves plans and their order, never that an operation works on Windows.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import collections_folder
from tests.support.playbook import DEMO, Ran, bundle, run_playbook, write_inventory

ENFORCE = {"rdp_health_mode": "enforce"}
OUTCOMES = {
    "rds-healthy": "already_right",
    "rds-cert-expired": "fixed_inside_only",
    "rds-key-acl": "fixed_inside_only",
    "rds-oracle": "pending_reboot",
    "rds-tls12": "pending_reboot",
    "rds-firewall": "refused",
    "rds-policy-off": "refused",
    "rds-no-winrm": "unreachable",
}
REPAIRED = {"rds-cert-expired", "rds-key-acl", "rds-oracle", "rds-tls12"}
TASK = "enforce | Look at the host, repair it and look again"
RESULT_BYTES = 4096


def results(ran: Ran) -> dict[str, dict[str, Any]]:
    """Return what the repair of each host answered."""
    return {record["host"]: record["result"] for record in ran.tasks if record["task"].endswith(TASK) and record["status"] == "ok"}


def outcomes(ran: Ran) -> dict[str, str | None]:
    return {host: result["outcome"] for host, result in results(ran).items()}


def saved(folder: Path, name: str, change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Write a host of the demo fleet that differs, and return the variables with which it is replayed."""
    document = json.loads(Path(bundle(name)).read_text(encoding="utf-8"))
    change({subset: body["data"] for subset, body in document["snapshot"]["subsets"].items()})
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{len(list(folder.iterdir()))}.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return {"rdp_health_bundle": str(path)}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return run_playbook(tmp_path_factory.mktemp("enforce"), "-i", str(DEMO), variables=ENFORCE)


def test_each_host_comes_to_what_its_label_allows(ran: Ran) -> None:
    assert outcomes(ran) == OUTCOMES
    assert {host for host, result in results(ran).items() if result["changed"]} == REPAIRED
    assert {host for host, result in results(ran).items() if result["simulated"]} == REPAIRED
    assert {host for host, result in results(ran).items() if result["journal"]} == REPAIRED


def test_a_host_costs_one_task_that_works_and_is_never_failed_for_what_it_is(ran: Ran) -> None:
    for host in OUTCOMES:
        worked = [record for record in ran.of(host) if record["status"] != "skipped" and record["task"] != "Repair"]
        assert [(record["task"].endswith(TASK), record["status"]) for record in worked] == [(True, "ok")], host


def test_a_result_is_small_and_says_it_in_one_line(ran: Ran) -> None:
    for host, result in results(ran).items():
        assert len(json.dumps(result)) <= RESULT_BYTES, host
        assert "\n" not in result["msg"]
        assert "invocation" not in result and "diff" not in result
    assert results(ran)["rds-key-acl"]["msg"].startswith("fixed as seen from inside (simulated): ")
    assert results(ran)["rds-policy-off"]["msg"].startswith("not touched: a Group Policy ")


def test_the_report_says_what_was_done_and_what_comes_after(ran: Ran) -> None:
    for host, outcome in OUTCOMES.items():
        done = ran.report(host)["enforced"]
        assert (done["outcome"], ran.hosts[host]["outcome"]) == (outcome, outcome)
        assert bool(done["operations"]) is (host in REPAIRED)
    done = ran.report("rds-key-acl")["enforced"]
    assert {operation["status"] for operation in done["operations"]} <= {"changed", "unchanged"}
    (acl,) = (operation for operation in done["operations"] if operation["kind"] == "file_acl")
    assert acl["before"] != acl["after"] and acl["ran_where"] == "nowhere"
    assert ran.report("rds-key-acl")["plan"]["operations"] == []
    page = (ran.folder / "report" / "index.html").read_text(encoding="utf-8")
    assert page.count("What was done") == len(OUTCOMES) - 1
    assert "What the repair came to" in page and "never that anything works on Windows" in page


def test_the_fleet_counts_outcomes_and_fail_on_means_what_it_meant(ran: Ran) -> None:
    repair = ran.fleet["repair"]
    assert (repair["hosts"], repair["changed"], repair["simulated"]) == (8, 4, 4)
    assert {word: number for word, number in repair["outcomes"].items() if number} == {word: list(OUTCOMES.values()).count(word) for word in OUTCOMES.values()}
    assert ran.fleet["run"]["mode"] == "enforce"
    assert (ran.status, ran.fleet["exit"]) == (2, "failed")
    assert "Repair: 1 not reached, 2 not touched, 2 waiting for a restart" in ran.tasks[-1]["result"]["msg"]
    assert ran.stats["_run"]["rdp_health"]["repair"]["outcomes"]["fixed_inside_only"] == 2
    assert "Traceback" not in ran.output


def test_an_unreachable_host_keeps_what_the_probe_saw(ran: Ran) -> None:
    report = ran.report("rds-no-winrm")
    assert report["handshake"]["symptom"] == "reached_credssp"
    assert report["enforced"]["sentence"] == report["views"]["inside"]["detail"]


def test_with_check_it_is_told_and_not_done(tmp_path: Path) -> None:
    ran = run_playbook(tmp_path, "-i", str(DEMO), "--check", "--diff", "--limit", "rds-oracle,rds-healthy,rds-policy-off", variables=ENFORCE)
    assert outcomes(ran) == {"rds-oracle": None, "rds-healthy": "already_right", "rds-policy-off": "refused"}
    told = results(ran)["rds-oracle"]
    assert (told["changed"], told["journal"]) == (True, None)
    assert {operation["status"] for operation in told["operations"]} == {"would_change"}
    assert [entry["before"] for entry in told["diff"]] == ["kind: REG_DWORD\nvalue: 0\n", "kind: REG_DWORD\nvalue: 2\n"]
    assert ran.fleet["repair"]["changed"] == 1
    assert "Repair: 1 would be changed, 1 not touched, 1 already right" in " ".join(ran.output.split())
    # and the host is as it was
    assert {finding["outcome"] for finding in ran.report("rds-oracle")["findings"]} >= {"fail"}


def test_only_domains_that_were_opened_are_touched(tmp_path: Path) -> None:
    ran = run_playbook(tmp_path, "-i", str(DEMO), "--diff", "--limit", "rds-oracle", variables={**ENFORCE, "rdp_health_domains": ["listener"]})
    done = ran.report("rds-oracle")["enforced"]
    assert [operation["target"]["value"] for operation in done["operations"]] == ["UserAuthentication"]
    assert [(refusal["remedy"], refusal["rule"]) for refusal in done["left_out"]] == [("credssp", "needs_consent")]
    assert done["left_out"][0]["instead"] == "add it to rdp_health_domains"
    assert [entry["after"] for entry in results(ran)["rds-oracle"]["diff"]] == ["kind: REG_DWORD\nvalue: 1\n"]


def switched_off(data: dict[str, Any]) -> None:
    data["listener"]["values"]["fEnableWinStation"]["local"] |= {"kind": "REG_DWORD", "value": 0}


def test_people_are_disconnected_by_consent_alone(tmp_path: Path) -> None:
    # Given a host whose listener takes the change when its service restarts, and two people who are logged on
    inventory = write_inventory(tmp_path / "inventory.json", {"a": saved(tmp_path / "b", "rds-healthy", switched_off)})
    waits = run_playbook(tmp_path / "1", "-i", str(inventory), variables=ENFORCE)
    assert outcomes(waits) == {"a": "pending_reboot"}
    (left_out,) = waits.report("a")["enforced"]["left_out"]
    assert (left_out["remedy"], "disconnects 2 people" in left_out["because"]) == ("restart_term_service", True)
    assert results(waits)["a"]["reboot_required"] is False
    agreed = run_playbook(tmp_path / "2", "-i", str(inventory), variables={**ENFORCE, "rdp_health_allow_session_disconnect": True})
    assert outcomes(agreed) == {"a": "fixed_inside_only"}
    assert agreed.report("a")["enforced"]["left_out"] == []


def contradicts_itself(data: dict[str, Any]) -> None:
    """Make the second operation find another value than the plan assumed: two places of the saved host claim to be one."""
    protocols = data["tls"]["protocols"]
    key = protocols["tls12"]["server"]["Enabled"]["path"]
    protocols["tls11"]["client"] = {
        "Enabled": {"path": key, "kind": "REG_DWORD", "value": 0},
        "DisabledByDefault": {"path": key, "kind": "REG_DWORD", "value": 5},
    }


@pytest.fixture
def batches(tmp_path: Path) -> Path:
    worse = saved(tmp_path / "b", "rds-tls12", contradicts_itself)
    good = {"rdp_health_bundle": bundle("rds-key-acl")}
    return write_inventory(tmp_path / "inventory.json", {"a": good, "b": worse, "c": good, "d": good})


def test_no_batch_is_begun_after_one_in_which_a_host_got_worse(tmp_path: Path, batches: Path) -> None:
    ran = run_playbook(tmp_path, "-i", str(batches), variables={**ENFORCE, "rdp_health_serial": 2})
    assert outcomes(ran) == {"a": "fixed_inside_only", "b": "rolled_back"}
    done = ran.report("b")["enforced"]
    assert (done["changed"], [operation["status"] for operation in done["operations"]]) == (False, ["changed", "conflict"])
    assert {host: line["sentence"] for host, line in ran.hosts.items() if host in "cd"} == dict.fromkeys("cd", "This host was not examined in this run.")
    (note,) = ran.fleet["notes"]
    assert note.startswith("2 hosts were not examined: where a repair had to be taken back")
    assert {record["status"] for record in ran.tasks if record["play"] == "Examine every host"} <= {"ok", "skipped"}


def test_the_next_batches_follow_where_that_is_said(tmp_path: Path, batches: Path) -> None:
    variables = {**ENFORCE, "rdp_health_serial": 2, "rdp_health_stop_when_worse": False}
    ran = run_playbook(tmp_path, "-i", str(batches), "--limit", "all:!d", variables=variables)
    assert outcomes(ran) == {"a": "fixed_inside_only", "b": "rolled_back", "c": "fixed_inside_only"}
    assert ran.fleet["notes"] == []


def test_a_fleet_may_be_told_different_things(tmp_path: Path) -> None:
    """Given one host that is only to be examined, when the others are repaired, then it is left alone, and the run is called by the most that was done."""
    hosts = {"a": {"rdp_health_bundle": bundle("rds-oracle"), "rdp_health_mode": "check"}, "b": {"rdp_health_bundle": bundle("rds-oracle")}}
    inventory = write_inventory(tmp_path / "inventory.json", hosts, rdp_health_mode="enforce")
    ran = run_playbook(tmp_path, "-i", str(inventory), "-e", "rdp_health_strategy=free")
    assert outcomes(ran) == {"b": "pending_reboot"}
    assert (ran.report("a")["enforced"], ran.fleet["run"]["mode"]) == (None, "enforce")


REBOOTER = """
from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    def run(self, tmp=None, task_vars=None):
        return {"changed": True, "rebooted": True, "msg": self._task.args["msg"]}
"""


def test_windows_is_restarted_where_that_is_installed_and_the_host_is_looked_at_again(tmp_path: Path) -> None:
    """Given a stand-in for ansible.windows, when the role's way to a restart is walked, then the look after it is a check whatever the run is called."""
    action = tmp_path / "other" / "ansible_collections" / "ansible" / "windows" / "plugins" / "action" / "win_reboot.py"
    action.parent.mkdir(parents=True)
    action.write_text(REBOOTER, encoding="utf-8")
    role = {"name": "rdpops.health.rdp_health", "tasks_from": "reboot.yml", "rolespec_validate": False}
    play = tmp_path / "site.yml"
    tasks = [{"name": "Restart", "ansible.builtin.import_role": role}]
    play.write_text(json.dumps([{"name": "Mine", "hosts": "all", "gather_facts": False, "tasks": tasks}]), encoding="utf-8")
    both = f"{collections_folder()}:{tmp_path / 'other'}"
    ran = run_playbook(tmp_path, "-i", str(DEMO), "--limit", "rds-healthy", variables=ENFORCE, playbook=play, ANSIBLE_COLLECTIONS_PATH=both)
    told = [(record["task"].rpartition(" : ")[2], record["status"]) for record in ran.of("rds-healthy", "Mine")]
    assert told == [("reboot | Restart Windows", "ok"), ("reboot | Look once more", "ok")]
    assert ran.of("rds-healthy", "Mine")[1]["result"]["verdict"] == "healthy"


def test_a_saved_host_is_not_restarted_and_the_restart_stays_pending(tmp_path: Path) -> None:
    ran = run_playbook(tmp_path, "-i", str(DEMO), "--limit", "rds-oracle", "-e", "rdp_health_allow_reboot=true", variables=ENFORCE)
    assert outcomes(ran) == {"rds-oracle": "pending_reboot"}
    (result,) = results(ran).values()
    assert (result["reboot_required"], result["can_reboot"]) == (True, False)
    assert not any(record["status"] == "failed" for record in ran.of("rds-oracle"))
