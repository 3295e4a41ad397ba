# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A host and the machine that showed the error, joined by the role: the client by its name in the inventory, and as a bundle."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.cases import BASES

from tests.support.playbook import Ran, bundle, run_playbook, write_inventory

HOST = {"rdp_health_bundle": bundle("rds-healthy")}


def client_bundle(folder: Path, **changes: Any) -> Path:
    """Write the bundle of a client that asked for a name that nobody knows."""
    document = json.loads((BASES / "client.json").read_text(encoding="utf-8"))
    events = document["snapshot"]["subsets"]["client_events"]["data"]["events"]
    for event in events:
        event["properties"] = ["Server Name", "ts-nord-01", "Info"] if event["id"] == 1024 else event["properties"]
    events[0] |= {"id": 1026, "properties": ["Reason", "260", "Info"]}
    events[3] |= {"id": 1007, "properties": ["11001"]}
    path = folder / "pc07.json"
    path.write_text(json.dumps({**document, "host": "pc07", **changes}), encoding="utf-8")
    return path


def run_both(folder: Path, client: str, pc07: dict[str, Any], **more: Any) -> Ran:
    hosts = {"rds01": {**HOST, "rdp_health_client": client}, "pc07": pc07}
    inventory = write_inventory(folder / "inventory.json", hosts, rdp_health_save_bundles=str(folder / "saved"), **more)
    return run_playbook(folder, "-i", str(inventory), "--limit", "rds01")


@pytest.fixture(scope="module")
def joined(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """Run with the client as a host of the inventory, which is another replayed host."""
    folder = tmp_path_factory.mktemp("joined")
    return run_both(folder, "pc07", {"rdp_health_bundle": str(client_bundle(folder))})


def causes(ran: Ran) -> dict[str, str]:
    return {cause["id"]: cause["rank"] for cause in ran.report("rds01")["causes"]}


def test_a_host_and_its_client_are_judged_together(joined: Ran) -> None:
    assert joined.report("rds01")["views"]["client"]["status"] == "ok"
    assert causes(joined)["C60"] == "likely"
    assert list(joined.hosts) == ["rds01"]


def test_what_was_saved_says_the_same_again(joined: Ran, tmp_path: Path) -> None:
    again = {"rds01": {"rdp_health_bundle": str(joined.folder / "saved" / "rds01.json")}}
    replayed = run_playbook(tmp_path, "-i", str(write_inventory(tmp_path / "again.json", again)))
    assert replayed.report("rds01")["causes"] == joined.report("rds01")["causes"]


def test_the_path_of_its_bundle_is_as_good(joined: Ran, tmp_path: Path) -> None:
    ran = run_both(tmp_path, str(client_bundle(tmp_path)), {})
    assert causes(ran) == causes(joined)


def test_a_client_that_cannot_be_read_is_told_and_costs_nothing_else(tmp_path: Path) -> None:
    gone = client_bundle(tmp_path, snapshot=None, unreachable="asleep")
    ran = run_both(tmp_path, "pc07", {"rdp_health_bundle": str(gone)})
    view = ran.report("rds01")["views"]["client"]
    assert view["status"] == "failed"
    assert "asleep" in view["detail"]
    assert (ran.status, causes(ran)) == (0, {})


def test_without_a_client_nobody_is_asked(tmp_path: Path) -> None:
    ran = run_playbook(tmp_path, "-i", str(write_inventory(tmp_path / "inventory.json", {"rds01": HOST})))
    assert ran.report("rds01")["views"]["client"] == {"status": "not_asked", "detail": "the client view was not asked for"}
    assert [record["status"] for record in ran.of("rds01") if "machine that showed the error" in record["task"]] in ([], ["skipped"])
