# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The whole job over the demo fleet, once: what it finds, what it costs, what it leaves behind."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT
from tests.support.playbook import DEMO, Ran, run_playbook

LABELS = yaml.safe_load((ROOT / "demo" / "labels.yml").read_text(encoding="utf-8"))["labels"]
VERDICTS = {"rds-healthy": "healthy", "rds-oracle": "attention", "rds-cert-expired": "attention", "rds-no-winrm": "unknown"}  # every other one fails
RESULT_BYTES = 4096


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    folder = tmp_path_factory.mktemp("demo")
    (folder / "report" / "hosts").mkdir(parents=True)
    return run_playbook(folder, "-i", str(DEMO), variables={"rdp_health_error": "0x904/0x7", "rdp_health_save_bundles": str(folder / "bundles")})


def test_every_host_is_judged_as_its_label_says(ran: Ran) -> None:
    assert {name: line["verdict"] for name, line in ran.hosts.items()} == {name: VERDICTS.get(name, "failing") for name in LABELS}
    for name, label in LABELS.items():
        named = [cause["id"] for cause in ran.report(name)["causes"] if cause["rank"] in {"certain", "likely"}]
        assert set(label["causes"]) <= set(named), name


def test_a_host_costs_one_task(ran: Ran) -> None:
    for name in LABELS:
        assert [record["status"] for record in ran.of(name) if record["status"] != "skipped"] == ["ok"], name


def test_a_result_is_small_and_changes_nothing(ran: Ran) -> None:
    for name in LABELS:
        result = ran.of(name)[0]["result"]
        assert result["changed"] is False
        assert "invocation" not in result
        assert len(json.dumps(result)) <= RESULT_BYTES, name


def test_the_run_fails_because_hosts_fail_and_says_so_in_one_sentence(ran: Ran) -> None:
    assert ran.status == 2
    assert ran.fleet["exit"] == "failed"
    last = ran.tasks[-1]
    assert last["status"] == "failed"
    assert "4 failing, 1 unknown, 2 attention, 1 healthy" in last["result"]["msg"]
    assert "Traceback" not in ran.output


def test_the_summary_is_readable_lines_that_name_the_report(ran: Ran) -> None:
    said = next(record for record in ran.tasks if record["task"].endswith("Say what was found"))
    lines = said["result"]["msg"]
    assert lines[-1].strip() == str(ran.folder / "report" / "index.html")
    assert any("4 failing" in line for line in lines)
    assert lines[0] in ran.output
    # The code was given for every host: the healthy one is told with it, too
    assert "rds-healthy (0x904/0x7)" in " ".join(" ".join(lines).split())
    assert ran.hosts["rds-healthy"]["sentence"].endswith(", but a client reports 0x904/0x7, which nothing that was seen explains")


def test_awx_gets_bounded_stats_though_the_run_fails(ran: Ran) -> None:
    stats = ran.stats["_run"]["rdp_health"]
    assert stats["counts"]["failing"] == 4
    assert stats["exit"] == "failed"
    assert len(json.dumps(ran.stats)) <= RESULT_BYTES + 64


def test_files_are_private_and_of_this_run(ran: Ran) -> None:
    files = [path for path in [*(ran.folder / "report").rglob("*"), *(ran.folder / "bundles").iterdir()] if path.is_file()]
    assert len(files) >= 2 * len(LABELS) + 2
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert {ran.report(name)["run"]["id"] for name in LABELS} == {ran.fleet["run"]["id"]}


def test_the_error_code_is_in_every_report(ran: Ran) -> None:
    for name in LABELS:
        code = ran.report(name)["error_code"]
        assert (code["code"], code["extended"], code["documented"]) == (0x904, 7, True)


def test_an_unreachable_host_keeps_what_the_probe_saw(ran: Ran) -> None:
    report = ran.report("rds-no-winrm")
    assert report["views"]["inside"]["status"] == "unreachable"
    assert report["handshake"]["symptom"] == "reached_credssp"


def test_a_second_run_in_every_other_way_agrees_and_keeps_apart(ran: Ran) -> None:
    # Given the bundles that the first run saved, and its report folder
    saved = {name: {"rdp_health_bundle": str(ran.folder / "bundles" / f"{name}.json")} for name in LABELS}
    inventory = ran.folder / "again.json"
    inventory.write_text(json.dumps({"all": {"vars": {"ansible_connection": "rdpops.health.replay"}, "hosts": saved}}), encoding="utf-8")
    verdicts = {name: line["verdict"] for name, line in ran.hosts.items()}
    first = ran.fleet["run"]["id"]
    # When some of them are examined again: in batches, by another strategy, in check mode, with facts returned
    variables = {"rdp_health_serial": 3, "rdp_health_strategy": "free", "rdp_health_fail_on": "never", "rdp_health_return_facts": True}
    again = run_playbook(Path(ran.folder), "-i", str(inventory), "--check", "--diff", "--limit", "all:!rds-firewall", variables=variables)
    # Then the run says the same about them, under one identity of its own, and nothing of the first is mixed in
    assert again.status == 0
    assert {name: line["verdict"] for name, line in again.hosts.items()} == {n: v for n, v in verdicts.items() if n != "rds-firewall"}
    assert {again.report(name)["run"]["id"] for name in again.hosts} == {again.fleet["run"]["id"]} != {first}
    assert again.fleet["run"]["check_mode"] is True
    (facts,) = [record["result"]["facts"] for record in again.of("rds-oracle") if "facts" in record["result"]]
    assert facts["schema"] == "rdpops.health/bundle/1"
    assert not any(record["result"].get("changed") for record in again.tasks)
    assert "Traceback" not in again.output
