# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every other way to run the job: a tag, a live host, nobody reachable, the role alone, the installed collection."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import yaml
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.replay import REFUSED_COMMAND

from tests.conftest import ROOT
from tests.support.playbook import DEMO, bundle, run_galaxy, run_playbook, write_inventory


def test_the_tag_of_the_check_writes_no_fleet_and_never_fails(tmp_path: Path) -> None:
    ran = run_playbook(tmp_path, "-i", str(DEMO), "--tags", "rdp_health_check", "--limit", "rds-firewall,rds-no-winrm")
    assert ran.status == 0
    assert {path.name for path in (tmp_path / "report" / "hosts").iterdir()} == {"rds-firewall.json", "rds-no-winrm.json"}
    assert not (tmp_path / "report" / "fleet.json").exists()


def test_a_fleet_that_is_all_dead_is_reported_in_full(tmp_path: Path) -> None:
    # Given hosts that cannot be read in four ways, and a port where nothing listens
    port = _closed_port()
    live = {"ansible_host": "127.0.0.1", "ansible_port": port, "rdp_health_port": port, "ansible_user": "u", "ansible_password": "p"}
    hosts = {
        "replayed": {"rdp_health_bundle": bundle("rds-no-winrm")},
        "by-winrm": {**live, "ansible_connection": "ansible.builtin.winrm", "ansible_winrm_scheme": "http"},
        "by-ssh": {**live, "ansible_connection": "ansible.builtin.ssh"},
        "outside-only": {**live, "ansible_connection": "ansible.builtin.winrm", "rdp_health_views": ["outside"]},
    }
    inventory = write_inventory(tmp_path / "inventory.json", hosts)
    # When the job runs
    ran = run_playbook(tmp_path, "-i", str(inventory), variables={"rdp_health_serial": 1})
    # Then each is reported, none is unreachable for Ansible, and what the probe saw is kept
    assert ran.status == 2
    assert set(ran.hosts) == set(hosts)
    assert {record["status"] for record in ran.tasks if record["play"] == "Examine every host"} == {"ok", "skipped"}
    assert {line["verdict"] for line in ran.fleet["hosts"]} <= {"unknown", "failing"}
    for name in ("by-winrm", "by-ssh", "outside-only"):
        assert ran.report(name)["handshake"]["symptom"] == "connect_refused", name
        assert ran.report(name)["handshake"]["endpoint"] == f"127.0.0.1:{port}"
    assert ran.report("by-winrm")["views"]["inside"]["status"] == "unreachable"
    assert "does not lead to Windows" in ran.report("by-ssh")["views"]["inside"]["detail"]
    assert ran.report("outside-only")["views"]["inside"]["status"] == "not_asked"
    assert ran.report("outside-only")["host"]["source"] == "outside_only"
    assert "Traceback" not in ran.output


def test_security_fails_for_a_host_that_outage_lets_pass(tmp_path: Path) -> None:
    assert run_playbook(tmp_path, "-i", str(DEMO), "--limit", "rds-oracle").status == 0
    later = run_playbook(tmp_path, "-i", str(DEMO), "--limit", "rds-oracle", variables=_merge_only("security"))
    assert later.status == 2
    assert later.hosts["rds-oracle"]["verdict"] == "attention"


def test_a_benchmark_is_looked_at_where_a_host_asks_for_it(tmp_path: Path) -> None:
    profiles = {"rdp_health_profiles": ["baseline", "stig"]}
    ran = run_playbook(tmp_path, "-i", str(DEMO), "--limit", "rds-healthy", variables={**_merge_only("any"), "rdp_health_mode": "check", **profiles})
    assert ran.hosts["rds-healthy"]["verdict"] == "attention"
    (check,) = [each for each in ran.report("rds-healthy")["findings"] if each["check"] == "listener.secure_rpc"]
    assert (check["outcome"], check["ids"]["stig"][2]) == ("fail", "V-254368")


def test_without_earlier_runs_a_host_that_was_not_examined_is_unknown(tmp_path: Path) -> None:
    assert run_playbook(tmp_path, "-i", str(DEMO), "--limit", "rds-healthy").status == 0
    merged = run_playbook(tmp_path, "-i", str(DEMO), "--limit", "rds-healthy", "--tags", "rdp_health_report")
    assert merged.status == 2
    assert merged.hosts["rds-healthy"]["sentence"] == "This host was not examined in this run."
    assert "rds-healthy.json" in {path.name for path in (tmp_path / "report" / "hosts").iterdir()}


def test_the_role_alone_checks_and_reports_and_validates_its_arguments(tmp_path: Path) -> None:
    # Given a play of somebody's own, which also explains an error code and calls what a replayed host does not answer
    role = {"name": "rdpops.health.rdp_health"}
    explained = "{{ (2308 | rdpops.health.rdp_error)['meaning'] }} {{ ('0x904/0x7' | rdpops.health.rdp_error)['extended_meaning'] }}"
    tasks = [
        {"name": "Check", "ansible.builtin.import_role": role, "vars": {"rdp_health_mode": "check"}},
        {"name": "Report", "ansible.builtin.import_role": role, "vars": {"rdp_health_mode": "report", "rdp_health_earlier_runs": False}},
        {"name": "Explain", "ansible.builtin.debug": {"msg": explained}},
        {"name": "Ask for one subset", "rdpops.health.win_rdp_info": {"gather_subset": ["listener"]}},
        {"name": "Another module", "ansible.builtin.ping": {}, "ignore_errors": True},
        {"name": "A raw command", "ansible.builtin.raw": "whoami", "ignore_errors": True},
        {"name": "A copy", "ansible.builtin.copy": {"content": "x", "dest": "C:\\x"}, "ignore_errors": True},
        {"name": "A script", "ansible.builtin.script": str(ROOT / "demo" / "run"), "ignore_errors": True},
        {"name": "Enforce", "ansible.builtin.import_role": role, "vars": {"rdp_health_mode": "enforce"}},
    ]
    play = tmp_path / "site.yml"
    play.write_text(yaml.safe_dump([{"name": "Mine", "hosts": "all", "gather_facts": False, "tasks": tasks}], sort_keys=False), encoding="utf-8")
    # When it runs
    ran = run_playbook(tmp_path, "-i", str(DEMO), "--limit", "rds-healthy", playbook=play)
    told = {record["task"].rpartition(" : ")[2]: record for record in ran.of("rds-healthy", play="Mine") if record["status"] != "skipped"}
    # Then each part answers
    assert ran.hosts["rds-healthy"]["verdict"] == "healthy"
    assert "server denied the connection" in told["Explain"]["result"]["msg"]
    subsets = told["Ask for one subset"]["result"]["snapshot"]["subsets"]
    assert {name for name, subset in subsets.items() if subset["status"] == "ok"} == {"listener"}
    for refused in ("Another module", "A raw command", "A copy", "A script"):
        assert told[refused]["status"] == "failed", refused
        assert REFUSED_COMMAND in told[refused]["result"]["msg"], refused
    assert told["enforce | Look at the host, repair it and look again"]["result"]["outcome"] == "already_right"
    assert ran.status == 0
    assert "Traceback" not in ran.output


def test_one_module_call_per_host_is_all_that_is_sent(tmp_path: Path) -> None:
    ran = run_playbook(tmp_path, "-i", str(DEMO), "--limit", "rds-healthy,rds-oracle", "-vvv")
    assert ran.output.count("Using module file") == 2


def test_the_installed_collection_runs_by_its_full_name(tmp_path: Path) -> None:
    # Given the collection as people install it
    built, installed = tmp_path / "built", tmp_path / "installed"
    run_galaxy(tmp_path, "collection", "build", str(ROOT), "--output-path", str(built))
    (archive,) = built.iterdir()
    run_galaxy(tmp_path, "collection", "install", str(archive), "-p", str(installed), "--offline", "--force")
    # When its playbook is run by name
    inventory = write_inventory(tmp_path / "inventory.json", {"a": {"rdp_health_bundle": bundle("rds-healthy")}})
    ran = run_playbook(tmp_path, "-i", str(inventory), playbook="rdpops.health.rdp_health", ANSIBLE_COLLECTIONS_PATH=str(installed))
    # Then it is that copy which ran
    assert ran.status == 0, ran.output
    assert ran.hosts["a"]["verdict"] == "healthy"
    assert json.loads((installed / "ansible_collections" / "rdpops" / "health" / "MANIFEST.json").read_text(encoding="utf-8"))


def _merge_only(fail_on: str) -> dict[str, object]:
    return {"rdp_health_mode": "report", "rdp_health_fail_on": fail_on}


def _closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
