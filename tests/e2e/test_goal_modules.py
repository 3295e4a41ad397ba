# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The modules with one goal each, run by ansible-playbook over saved hosts: the quartet, the way back, and every documented example."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.goal_specs import GOAL_SPECS

from tests.conftest import ROOT
from tests.support.goal_hosts import CREDENTIALS, bound_thumbprint, bundle_with
from tests.support.playbook import Ran, run_playbook, write_inventory

READ: dict[str, Any] = {"rdpops.health.win_rdp_info": {"gather_subset": ["all"]}}
DWORD = {"kind": "REG_DWORD"}
TS = "listener.values"
ORACLE = "credssp.AllowEncryptionOracle"
KEY = "key_store.listener_key"
# module -> (what is wrong with the host, what is asked for, where it is seen by the reader, and what stands there then)
QUARTETS: dict[str, tuple[dict[str, Any], dict[str, Any], str, Any]] = {
    "win_rdp_cert": (
        {"certificate.bindings.SelfSignedCertStore.value": "My"},
        {"state": "healthy"},
        "certificate.bindings.SelfSignedCertStore.value",
        "Remote Desktop",
    ),
    "win_machinekeys": ({f"{KEY}.sddl": "O:SYG:SYD:PAI(A;;FA;;;SY)"}, {"state": "healthy"}, f"{KEY}.sddl", "D:PAI(A;;FA;;;SY)(A;;FR;;;NS)"),
    "win_termsrv_creds": (
        {},
        {"state": "absent", "targets": ["rds01.example.com"], "confirm_irreversible": True},
        "client_credentials.credentials.0.target",
        CREDENTIALS[1][0],
    ),
    "win_credssp_policy": ({f"{ORACLE}.kind": "REG_DWORD", f"{ORACLE}.value": 2}, {"oracle": "default"}, f"{ORACLE}.kind", "absent"),
    "win_rdp_listener": ({f"{TS}.SecurityLayer.local.value": 0}, {"security_layer": "tls"}, f"{TS}.SecurityLayer.local.value", 2),
    "win_rdp_service": ({"services.SessionEnv.state": "stopped", "services.SessionEnv.Start.value": 4}, {}, "services.SessionEnv.state", "running"),
}


def at(snapshot: dict[str, Any], path: str) -> Any:
    subset, *rest = path.split(".")
    node = snapshot["subsets"][subset]["data"]
    for name in rest:
        node = node[int(name)] if isinstance(node, list) else node[name]
    return node


def quartet(module: str) -> list[dict[str, Any]]:
    task = {f"rdpops.health.{module}": QUARTETS[module][1]}
    back = {"rdpops.health.win_rdp_rollback": {"journal_id": "{{ done['journal'] }}"}}
    return [
        {"name": "before", **READ},
        {"name": "told", **task, "check_mode": True, "diff": True},
        {"name": "after told", **READ},
        {"name": "done", **task, "register": "done"},
        {"name": "after done", **READ},
        {"name": "done again", **task},
        {"name": "after done again", **READ},
        {"name": "undone", **back},
        {"name": "after undone", **READ},
    ]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    folder = tmp_path_factory.mktemp("quartets")
    return run_plays(folder, {module: (wrong, quartet(module)) for module, (wrong, *dummy) in QUARTETS.items()})


def run_plays(folder: Path, plays: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]]) -> Ran:
    """Run one play per host, each host saved in a state of its own."""
    hosts = {}
    for name, (wrong, dummy) in plays.items():
        file = folder / f"{name}.json"
        file.write_text(json.dumps(bundle_with(wrong)), encoding="utf-8")
        hosts[name] = {"rdp_health_bundle": str(file)}
    play = folder / "site.yml"
    every = [{"name": name, "hosts": name, "gather_facts": False, "tasks": tasks} for name, (dummy, tasks) in plays.items()]
    play.write_text(yaml.safe_dump(every, sort_keys=False), encoding="utf-8")
    return run_playbook(folder, "-i", str(write_inventory(folder / "inventory.json", hosts, jane_password="made up")), playbook=play)


def of(ran: Ran, module: str, task: str) -> dict[str, Any]:
    (record,) = (record for record in ran.of(module, module) if record["task"] == task)
    result: dict[str, Any] = record["result"]
    return result


@pytest.mark.parametrize("module", QUARTETS)
def test_the_quartet(ran: Ran, module: str) -> None:
    """Given a drifted host, when a module tells, does, and does again, then another reader sees nothing, the goal, and nothing more."""
    dummy, dummy, path, wanted = QUARTETS[module]
    seen = {task: of(ran, module, task)["snapshot"] for task in ("before", "after told", "after done", "after done again")}
    told, done, again = (of(ran, module, task) for task in ("told", "done", "done again"))
    assert (told["changed"], done["changed"], again["changed"]) == (True, True, False)
    assert {operation["status"] for operation in told["operations"]} == {"would_change"} and told["diff"]
    assert seen["after told"] == seen["before"] and at(seen["before"], path) != wanted
    assert at(seen["after done"], path) == wanted and seen["after done again"] == seen["after done"]
    assert "changed" in {operation["status"] for operation in done["operations"]} and again["operations"] == []
    assert done["simulated"] is True and done["journal"]


@pytest.mark.parametrize("module", QUARTETS)
def test_the_way_back(ran: Ran, module: str) -> None:
    """Given what a module did, when its journal is taken back, then the saved host is as it was, byte for byte."""
    assert of(ran, module, "undone")["changed"] is True
    assert of(ran, module, "after undone")["snapshot"] == of(ran, module, "before")["snapshot"]


WRONG: dict[str, dict[str, Any]] = {
    "win_rdp_cert": {"services.SessionEnv.state": "stopped"},
    "win_machinekeys": {f"{KEY}.size": 0},
    "win_termsrv_creds": {},
    "win_credssp_policy": {f"{ORACLE}.kind": "REG_DWORD", f"{ORACLE}.value": 2},
    "win_rdp_listener": {f"{TS}.UserAuthentication.local.value": 0},
    "win_rdp_service": {"services.TermService.state": "stopped"},
}


def documented(module: str) -> list[dict[str, Any]]:
    document = yaml.safe_load((ROOT / "plugins" / "modules" / f"{module}.yml").read_text(encoding="utf-8"))
    examples: list[dict[str, Any]] = yaml.safe_load(document["EXAMPLES"])
    return examples


@pytest.mark.parametrize("state", ["healthy", "drifted"])
def test_every_documented_example_runs(tmp_path: Path, state: str) -> None:
    """Given the examples as they are printed, when they run in order on a host that is right and on one that is not, then none of them fails."""
    ran = run_plays(tmp_path, {module: (WRONG[module] if state == "drifted" else {}, documented(module)) for module in GOAL_SPECS})
    assert ran.status == 0, ran.output
    for module in GOAL_SPECS:
        results = ran.of(module, module)
        assert len(results) == len(documented(module)) and {record["status"] for record in results} == {"ok"}
        if state == "drifted":
            assert any(record["result"]["changed"] for record in results)
    (bound,) = (record["result"] for record in ran.of("win_rdp_cert", "win_rdp_cert") if record["task"].startswith("Bind"))
    assert bound["certificate"]["thumbprint"] == bound_thumbprint()
