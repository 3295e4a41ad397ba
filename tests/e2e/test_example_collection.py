# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Checks of others in a real run: the example collection built and installed, folders, faults, and waivers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT, collections_folder
from tests.support.playbook import Ran, bundle, run_galaxy, run_playbook, write_inventory
from tests.support.sources import CHECK, write_source

EXAMPLE = ROOT / "demo" / "example_collection"
WAIVER: dict[str, Any] = {
    "id": "W-1", "reason": "Replaced in spring.", "owner": "ops", "ticket": "CHG-7", "start": "2026-11-01", "expiry": "2027-03-01",
    "scope": {"groups": ["oldies"], "checks": ["listener.nla_required", "outside.nla_required", "credssp.oracle"]},
}  # fmt: skip


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the example collection and install the built file, without asking any server."""
    folder = tmp_path_factory.mktemp("galaxy")
    run_galaxy(folder, "collection", "build", str(EXAMPLE), "--output-path", str(folder))
    (built,) = folder.glob("example-rdp_checks-*.tar.gz")
    run_galaxy(folder, "collection", "install", str(built), "--offline", "-p", str(folder / "collections"))
    return folder / "collections"


def run(folder: Path, hosts: dict[str, dict[str, Any]], *arguments: str, collections: Path | None = None, **variables: Any) -> Ran:
    folder.mkdir(exist_ok=True)
    inventory = write_inventory(folder / "inventory.json", hosts)
    path = ":".join(str(each) for each in (collections_folder(), collections) if each)
    return run_playbook(folder, "-i", str(inventory), *arguments, variables=variables, ANSIBLE_COLLECTIONS_PATH=path)


def outcomes(ran: Ran, host: str) -> dict[str, dict[str, Any]]:
    return {finding["check"]: finding for finding in ran.report(host)["findings"]}


def moved(folder: Path) -> str:
    """Return the path of a saved host whose listener was moved, and that nobody can reach on the standard port."""
    document = json.loads(Path(bundle("rds-healthy")).read_text(encoding="utf-8"))
    document["snapshot"]["subsets"]["listener"]["data"]["values"]["PortNumber"]["local"]["value"] = 3390
    document["probe"].update(symptom="connect_refused", ended_at="connect")
    path = folder / "moved.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return str(path)


def test_the_example_collection_is_installed_and_judges(tmp_path: Path, installed: Path) -> None:
    hosts = {"good": {"rdp_health_bundle": bundle("rds-healthy")}, "moved": {"rdp_health_bundle": moved(tmp_path)}}
    ran = run(tmp_path, hosts, collections=installed, rdp_health_check_sources=["example.rdp_checks"])
    good, bad = outcomes(ran, "good"), outcomes(ran, "moved")
    assert (good["example.listener_port"]["outcome"], bad["example.listener_port"]["outcome"]) == ("pass", "fail")
    assert good["example.asked_by_name"]["outcome"] in ("pass", "fail")  # a test plugin in a collection was found and said something
    assert "Example.port_moved" in [cause["id"] for cause in ran.report("moved")["causes"]]
    assert bad["example.listener_port"]["remedy"] == "example.listener_port"
    without = run(tmp_path / "without", hosts)
    assert ran.fleet["catalogue"] == ran.report("good")["catalogue"] == ran.report("moved")["catalogue"]
    assert ran.fleet["catalogue"]["digest"] != without.fleet["catalogue"]["digest"] == without.report("good")["catalogue"]["digest"]
    assert "example.listener_port" not in outcomes(without, "good")


def test_a_remedy_in_data_is_planned(tmp_path: Path, installed: Path) -> None:
    ran = run(tmp_path, {"moved": {"rdp_health_bundle": moved(tmp_path)}}, collections=installed, rdp_health_check_sources=["example.rdp_checks"])
    plan = ran.report("moved")["plan"]
    assert "PortNumber" in json.dumps([*plan["operations"], *plan["refusals"]])


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("no.such_collection", "the collection no.such_collection is not installed; for a folder of that name write ./no.such_collection."),
        ("ansible.builtin_x", "the collection ansible.builtin_x is not installed"),
        ("./nowhere", "there is no such folder of checks."),
        ("rdpops.health", "the collection rdpops.health has no folder extensions/rdp_health."),
    ],
)
def test_a_source_that_is_none_refuses_the_run_before_any_host(tmp_path: Path, source: str, words: str) -> None:
    ran = run(tmp_path, {"a": {"rdp_health_bundle": bundle("rds-healthy")}}, rdp_health_check_sources=[source])
    assert ran.status == 2
    sentence = ran.hosts["a"]["sentence"]
    assert "check_sources (in the role: rdp_health_check_sources): " in sentence
    assert words.rstrip(".") in sentence


def test_a_bad_file_is_named_for_every_host_and_none_is_judged(tmp_path: Path) -> None:
    folder = write_source(tmp_path / "source", CHECK, {**CHECK, "id": "corp.bad", "severity": "fatal"})
    hosts = {name: {"rdp_health_bundle": bundle("rds-healthy")} for name in ("a", "b", "c")}
    ran = run(tmp_path, hosts, rdp_health_check_sources=[str(folder)])
    assert ran.fleet["counts"] == {"hosts": 3, "healthy": 0, "failing": 0, "attention": 0, "unknown": 3, "wrong_arguments": 3, "complaints": 0}
    for host in hosts:
        assert f"{folder}/checks/corp_bad.yml: severity is 'fatal'" in ran.hosts[host]["sentence"]
        assert ran.report(host)["findings"] == []


def test_a_test_plugin_that_fails_costs_its_own_check_alone(tmp_path: Path) -> None:
    asking = {name: value for name, value in CHECK.items() if name != "expect"} | {"test": "no.such.test"}
    folder = write_source(tmp_path / "source", asking)
    ran = run(tmp_path, {"a": {"rdp_health_bundle": bundle("rds-healthy")}}, rdp_health_check_sources=[str(folder)])
    found = outcomes(ran, "a")
    assert found["corp.port"]["outcome"] == "unknown"
    assert "no.such.test" in found["corp.port"]["reason"]
    assert ran.hosts["a"]["verdict"] == "attention"  # unknown is never green
    assert found["listener.nla_required"]["outcome"] == "pass"


def test_waivers_of_a_file_hold_for_a_group(tmp_path: Path) -> None:
    hosts = {"old": {"rdp_health_bundle": bundle("rds-oracle")}, "new": {"rdp_health_bundle": bundle("rds-oracle")}}
    inventory = tmp_path / "groups.json"
    inventory.write_text(json.dumps({"oldies": {"hosts": {"old": {}}}}), encoding="utf-8")
    waivers = tmp_path / "waivers.yml"
    waivers.write_text(yaml.safe_dump([WAIVER]), encoding="utf-8")
    ran = run(tmp_path, hosts, "-i", str(inventory), rdp_health_waivers=str(waivers))
    old, new = outcomes(ran, "old"), outcomes(ran, "new")
    assert (old["credssp.oracle"]["outcome"], new["credssp.oracle"]["outcome"]) == ("waived", "fail")
    assert old["credssp.oracle"]["waiver"]["ticket"] == "CHG-7"
    assert ran.hosts["old"]["findings"]["waived"] >= 2
    assert "waived)" in ran.hosts["old"]["sentence"]
    assert [(item["id"], item["state"], item["used_by"]) for item in ran.fleet["waivers"]] == [("W-1", "in_force", 1)]


def test_waivers_that_cannot_be_used_refuse_the_run(tmp_path: Path) -> None:
    bad = {**WAIVER, "expiry": "2028-01-01"}
    ran = run(tmp_path, {"a": {"rdp_health_bundle": bundle("rds-oracle")}}, rdp_health_waivers=[bad])
    assert ran.status == 2
    assert "waivers (in the role: rdp_health_waivers): the list: [0] (W-1): expiry is more than 365 days after start" in ran.hosts["a"]["sentence"]
