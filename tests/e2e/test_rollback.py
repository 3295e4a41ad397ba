# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The quartet and its way back: told, not done, done, done once, and undone exactly, as another reader sees it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT
from tests.support.playbook import DEMO, Ran, run_playbook

REPAIRED = ("rds-cert-expired", "rds-key-acl", "rds-oracle", "rds-tls12")
READ: dict[str, Any] = {"rdpops.health.win_rdp_info": {}}
REPAIR: dict[str, Any] = {"rdpops.health.rdp_enforce": {"report_dir": "{{ rdp_health_report_dir }}"}, "register": "repaired"}


def rollback(**options: Any) -> dict[str, Any]:
    return {"rdpops.health.win_rdp_rollback": options}


JOURNAL = "{{ first['journal'] }}"
TASKS: list[dict[str, Any]] = [
    {"name": "before", **READ},
    {"name": "told", **REPAIR, "check_mode": True, "diff": True},
    {"name": "after told", **READ},
    {"name": "done", **REPAIR, "register": "first"},
    {"name": "after done", **READ},
    {"name": "done again", **REPAIR},
    {"name": "after done again", **READ},
    {"name": "listed", **rollback(state="listed")},
    {"name": "undo told", **rollback(journal_id=JOURNAL), "check_mode": True, "diff": True},
    {"name": "after undo told", **READ},
    {"name": "undone", **rollback(journal_id=JOURNAL), "diff": True},
    {"name": "after undone", **READ},
    {"name": "undone again", **rollback(journal_id=JOURNAL)},
    {"name": "unknown", **rollback(journal_id="20200101T000000Z-00000000"), "ignore_errors": True},
    {"name": "nameless", **rollback(), "ignore_errors": True},
    {"name": "odd", **rollback(journal_id="..\\x"), "ignore_errors": True},
    {"name": "resumed", **rollback(state="resumed")},
    {"name": "pruned", **rollback(state="pruned", older_than_days=0)},
]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    folder = tmp_path_factory.mktemp("quartet")
    play = folder / "site.yml"
    play.write_text(yaml.safe_dump([{"name": "Mine", "hosts": "all", "gather_facts": False, "tasks": TASKS}], sort_keys=False), encoding="utf-8")
    return run_playbook(folder, "-i", str(DEMO), "--limit", ",".join(REPAIRED), playbook=play)


def of(ran: Ran, host: str, task: str) -> dict[str, Any]:
    (record,) = (record for record in ran.of(host, "Mine") if record["task"] == task)
    result: dict[str, Any] = record["result"]
    return result


@pytest.mark.parametrize("host", REPAIRED)
def test_told_not_done_done_and_done_once(ran: Ran, host: str) -> None:
    before, told, done = of(ran, host, "before")["snapshot"], of(ran, host, "told"), of(ran, host, "done")
    assert (told["changed"], told["outcome"]) == (True, None)
    assert of(ran, host, "after told")["snapshot"] == before
    assert (done["changed"], done["journal"] is not None) == (True, True)
    assert [step["id"] for step in told["operations"]] == [step["id"] for step in done["operations"]]
    assert of(ran, host, "after done")["snapshot"] != before
    again = of(ran, host, "done again")
    assert (again["changed"], again["journal"], again["operations"]) == (False, None, [])
    assert of(ran, host, "after done again")["snapshot"] == of(ran, host, "after done")["snapshot"]


@pytest.mark.parametrize("host", REPAIRED)
def test_undone_exactly_and_once(ran: Ran, host: str) -> None:
    before, done = of(ran, host, "before")["snapshot"], of(ran, host, "after done")["snapshot"]
    journal = of(ran, host, "done")["journal"]
    assert [(entry["id"], entry["state"]) for entry in of(ran, host, "listed")["journals"]] == [(journal, "finished")]
    told = of(ran, host, "undo told")
    assert (told["changed"], told["msg"]) == (True, f"Journal {journal} would be taken back.")
    assert of(ran, host, "after undo told")["snapshot"] == done
    undone = of(ran, host, "undone")
    assert (undone["changed"], undone["journal"]["state"], undone["simulated"]) == (True, "taken_back", True)
    assert undone["diff"] == told["diff"] and undone["diff"]
    assert {step["status"] for step in undone["operations"]} <= {"restored", "kept"}
    assert of(ran, host, "after undone")["snapshot"] == before
    assert of(ran, host, "undone again")["changed"] is False


@pytest.mark.parametrize("host", REPAIRED[:1])
def test_what_cannot_be_undone_is_one_sentence(ran: Ran, host: str) -> None:
    assert "there is no journal '20200101T000000Z-00000000'" in of(ran, host, "unknown")["msg"]
    nameless = of(ran, host, "nameless")["msg"]
    assert nameless == "rdpops.health.win_rdp_rollback: journal_id is missing; state listed names the journals of a host."
    assert "journal_id is 1 to 40 of the characters" in of(ran, host, "odd")["msg"]
    assert of(ran, host, "resumed")["msg"] == "Nothing was left open by earlier runs."
    assert of(ran, host, "pruned")["msg"] == "0 journals removed."
    assert "Traceback" not in ran.output


def test_operations_are_checked_before_anything_is_sent(tmp_path: Path) -> None:
    """Given operations that somebody wrote down, when one of them is none, then nothing is sent; else they are carried out under a journal."""
    key = r"HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server\WinStations\RDP-Tcp"
    good = {
        "id": "nla", "kind": "registry_value", "target": {"key": key, "value": "UserAuthentication"}, "ensure": {"kind": "REG_DWORD", "value": 1},
        "expect": {"kind": "REG_DWORD", "value": 0}, "reversible": True, "risk": "low", "restart": "none",
    }  # fmt: skip
    bad = {**good, "target": {"key": r"HKLM\SYSTEM\CurrentControlSet\Services\TermService", "value": "ImagePath"}}
    tasks = [
        {"name": "bad", "rdpops.health.win_rdp_ops": {"operations": [good, bad]}, "ignore_errors": True},
        {"name": "told", "rdpops.health.win_rdp_ops": {"operations": [good]}, "check_mode": True},
        {"name": "done", "rdpops.health.win_rdp_ops": {"operations": [good]}, "register": "done"},
        {"name": "again", "rdpops.health.win_rdp_ops": {"operations": [good]}},
        {"name": "undone", "rdpops.health.win_rdp_ops": {"state": "taken_back", "journal_id": "{{ done['journal']['id'] }}"}},
    ]
    play = tmp_path / "site.yml"
    play.write_text(yaml.safe_dump([{"name": "Mine", "hosts": "all", "gather_facts": False, "tasks": tasks}], sort_keys=False), encoding="utf-8")
    ran = run_playbook(tmp_path, "-i", str(DEMO), "--limit", "rds-oracle", "-vvv", playbook=play)
    told = {record["task"]: record["result"] for record in ran.of("rds-oracle", "Mine")}
    assert told["bad"]["msg"].startswith("rdpops.health.win_rdp_ops: operations[1]: operation nla: registry_value never touches HKLM")
    assert ran.output.count("Using module file") == len(tasks) - 1
    assert [told[name]["changed"] for name in ("told", "done", "again", "undone")] == [True, True, False, True]
    assert told["told"]["results"][0]["status"] == "would_change" and "invocation" not in told["done"]


def examples(name: str) -> list[dict[str, Any]]:
    sidecar = yaml.safe_load((ROOT / "plugins" / "modules" / f"{name}.yml").read_text(encoding="utf-8"))
    tasks: list[dict[str, Any]] = yaml.safe_load(sidecar["EXAMPLES"])
    return tasks


def test_the_examples_of_the_documentation_run_in_a_row(tmp_path: Path) -> None:
    """Given a plan that the example of rdp_check wrote, when those of rdp_enforce and of win_rdp_rollback follow, then each does what it is called."""
    tasks = [*examples("rdp_check")[-1:], *examples("rdp_enforce"), *examples("win_rdp_rollback")]
    play = tmp_path / "site.yml"
    play.write_text(yaml.safe_dump([{"name": "Mine", "hosts": "all", "gather_facts": False, "tasks": tasks}], sort_keys=False), encoding="utf-8")
    ran = run_playbook(tmp_path, "-i", str(DEMO), "--limit", "rds-oracle", playbook=play)
    assert ran.status == 0, ran.output
    told = [record["result"] for record in ran.of("rds-oracle", "Mine")]
    assert [result["changed"] for result in told] == [False, True, False, False, False, True, False]
    assert [result.get("outcome") for result in told[1:4]] == ["pending_reboot", "already_right", "already_right"]
    assert told[-2]["journal"]["state"] == "taken_back"
