# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Variables of one host never decide for the fleet, and never cost the others their report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.playbook import Ran, bundle, run_playbook, write_inventory

HEALTHY = {"rdp_health_bundle": bundle("rds-healthy")}
FAILING = {"rdp_health_bundle": bundle("rds-firewall")}
BROKEN = "{{ no_such_variable }}"


def run(folder: Path, hosts: dict[str, dict[str, Any]], *arguments: str, **variables: Any) -> Ran:
    """Run the job with the folder of the reports said in the inventory, where a host can say another one."""
    inventory = write_inventory(folder / "inventory.json", hosts, **{"rdp_health_report_dir": str(folder / "report"), **variables})
    return run_playbook(folder, "-i", str(inventory), *arguments, own_folder=False)


@pytest.mark.parametrize("variable", ["rdp_health_report_dir", "rdp_health_fail_on", "rdp_health_mode", "ansible_host", "rdp_health_bundle"])
@pytest.mark.parametrize("value", [BROKEN, "{{ 1 / 0 }}"])
def test_a_broken_template_of_the_first_host_costs_nobody_else_the_report(tmp_path: Path, variable: str, value: str) -> None:
    ran = run(tmp_path, {"a-broken": {**HEALTHY, variable: value}, "b": HEALTHY})
    assert ran.status == 2
    assert ran.hosts["b"]["verdict"] == "healthy"
    assert ran.hosts["a-broken"]["verdict"] == "unknown"
    assert ran.fleet["counts"]["wrong_arguments"] == 1
    sentence = ran.hosts["a-broken"]["sentence"]
    assert sentence.startswith("This host was not examined, its arguments are wrong: ")
    assert ("no_such_variable" if value == BROKEN else "division by zero") in sentence
    assert (tmp_path / "report" / "index.html").exists()


def test_the_strictest_fail_on_decides_and_the_summary_says_so(tmp_path: Path) -> None:
    hosts = {"a": {**HEALTHY, "rdp_health_fail_on": "never"}, "b": FAILING}
    ran = run(tmp_path, hosts)
    assert ran.status == 2
    assert (ran.fleet["fail_on"], ran.fleet["exit"]) == ("outage", "failed")
    note = "rdp_health_fail_on is not the same for every host; the strictest decides: outage, which is that of b."
    assert ran.fleet["notes"] == [note]
    assert note in " ".join(" ".join(_said(ran)).split())
    assert note in (tmp_path / "report" / "index.html").read_text(encoding="utf-8")
    # and what is merged later is held to the same
    assert run(tmp_path, hosts, "-e", "rdp_health_mode=report").status == 2


def test_a_host_with_a_folder_of_its_own_is_in_the_report_of_the_fleet(tmp_path: Path) -> None:
    hosts = {"a": HEALTHY, "b": {**FAILING, "rdp_health_report_dir": str(tmp_path / "{{ inventory_hostname }}" / "own")}}
    ran = run(tmp_path, hosts)
    assert (ran.hosts["b"]["verdict"], ran.fleet["exit"]) == ("failing", "failed")
    assert ran.report("b") == json.loads((tmp_path / "b" / "own" / "hosts" / "b.json").read_text(encoding="utf-8"))
    assert ran.fleet["notes"] == ["rdp_health_report_dir is not the same for every host; reports that lie elsewhere are copied here: b."]
    # and an earlier report of that folder is not taken for one of this run
    again = run(tmp_path, hosts, "--tags", "rdp_health_report")
    assert again.hosts["b"]["sentence"] == "This host was not examined in this run."


def test_what_the_command_line_says_is_said_to_every_host(tmp_path: Path) -> None:
    ran = run(tmp_path, {"a": {**HEALTHY, "rdp_health_fail_on": "any"}, "b": FAILING}, "-e", "rdp_health_fail_on=never")
    assert (ran.status, ran.fleet["fail_on"], ran.fleet["notes"]) == (0, "never", [])


def test_a_variable_that_no_host_can_resolve_is_one_sentence(tmp_path: Path) -> None:
    ran = run(tmp_path, {"a": HEALTHY, "b": HEALTHY}, rdp_health_report_dir=BROKEN)
    assert ran.status == 2
    message = ran.tasks[-1]["result"]["msg"]
    assert message.startswith("rdpops.health.rdp_report: rdp_health_report_dir cannot be resolved: ")
    assert "\n" not in message


def _said(ran: Ran) -> list[str]:
    lines: list[str] = next(record for record in ran.tasks if record["task"].endswith("Say what was found"))["result"]["msg"]
    return lines
