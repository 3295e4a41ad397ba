# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A plan that somebody reviewed: exactly that is applied, or the host is left alone with a sentence."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.test_enforce import outcomes, results, saved, switched_off
from tests.support.playbook import Ran, bundle, run_playbook, write_inventory

HOSTS = {name: {"rdp_health_bundle": bundle(name)} for name in ("rds-healthy", "rds-key-acl", "rds-oracle")}


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the plans that a look has written."""
    folder = tmp_path_factory.mktemp("plans")
    ran = run_playbook(folder, "-i", str(write_inventory(folder / "inventory.json", HOSTS)), variables={"rdp_health_save_plans": str(folder / "plans")})
    plans = folder / "plans"
    assert {path.name for path in plans.iterdir()} == {f"{name}.json" for name in HOSTS}
    assert {stat.S_IMODE(path.stat().st_mode) for path in plans.iterdir()} == {0o600}
    assert next(entry["result"]["plan"] for entry in ran.of("rds-oracle") if "plan" in entry["result"]) == str(plans / "rds-oracle.json")
    return plans


def apply(folder: Path, plan: Path, hosts: dict[str, dict[str, Any]], *arguments: str) -> Ran:
    folder.mkdir(exist_ok=True)
    inventory = write_inventory(folder / "inventory.json", hosts)
    return run_playbook(folder, "-i", str(inventory), *arguments, variables={"rdp_health_mode": "enforce", "rdp_health_plan": str(plan)})


def test_what_was_reviewed_is_applied(tmp_path: Path, reviewed: Path) -> None:
    plan = json.loads((reviewed / "rds-oracle.json").read_text(encoding="utf-8"))
    assert all(operation["why"] for operation in plan["operations"])
    ran = apply(tmp_path, reviewed, HOSTS)
    assert outcomes(ran) == {"rds-healthy": "already_right", "rds-key-acl": "fixed_inside_only", "rds-oracle": "pending_reboot"}
    done = ran.report("rds-oracle")["enforced"]["operations"]
    assert [(step["id"], step["kind"], step["target"]) for step in done] == [(step["id"], step["kind"], step["target"]) for step in plan["operations"]]


def test_a_host_that_has_changed_since_is_left_alone(tmp_path: Path, reviewed: Path) -> None:
    ran = apply(tmp_path, reviewed, {"rds-oracle": saved(tmp_path / "b", "rds-oracle", switched_off)})
    assert outcomes(ran) == {"rds-oracle": "refused"}
    result = results(ran)["rds-oracle"]
    assert (result["changed"], result["journal"], result["operations"]) == (False, None, [])
    assert "the host has changed since the plan was reviewed; look again and review the new plan" in result["msg"]


def edited(**changes: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda plan: {**plan, **changes}


def other_goal(plan: dict[str, Any]) -> dict[str, Any]:
    plan["operations"][0]["ensure"]["value"] = 0
    return plan


OLD = (datetime.now(timezone.utc) - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (edited(host="rds-key-acl"), "the plan is for the host rds-key-acl, not for rds-oracle"),
        (edited(written_at=OLD), f"it was written at {OLD}; a plan holds for 24 hours, so look again"),
        (edited(operations=[]), "its digest does not fit its operations"),
        (other_goal, "its digest does not fit its operations"),
        (edited(schema="rdpops.health/plan/9"), "a plan is an object of the schema"),
    ],
    ids=["host", "day", "emptied", "edited", "schema"],
)
def test_a_plan_that_is_not_the_one_that_was_reviewed_is_refused(tmp_path: Path, reviewed: Path, change: Any, words: str) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps(change(json.loads((reviewed / "rds-oracle.json").read_text(encoding="utf-8")))), encoding="utf-8")
    ran = apply(tmp_path / "run", plan, {"rds-oracle": HOSTS["rds-oracle"]})
    (record,) = (record for record in ran.of("rds-oracle") if record["status"] == "failed")
    assert words in record["result"]["msg"]
    assert "\n" not in record["result"]["msg"] and "Traceback" not in ran.output
    # it is a wrong argument: the run fails, and the report says why
    assert ran.status == 2 and words.split(";")[0] in ran.hosts["rds-oracle"]["sentence"]


def test_a_host_without_a_plan_is_named_and_the_others_go_on(tmp_path: Path, reviewed: Path) -> None:
    ran = apply(tmp_path, reviewed, {**HOSTS, "new": HOSTS["rds-oracle"]}, "--limit", "new,rds-key-acl")
    assert outcomes(ran) == {"rds-key-acl": "fixed_inside_only"}
    assert "new.json cannot be read: No such file or directory" in ran.hosts["new"]["sentence"]
