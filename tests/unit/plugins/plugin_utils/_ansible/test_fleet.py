# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a whole fleet says: stats stay bounded, and the index alone says how the run ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.fleet import STATS_LIMIT_BYTES, fleet_answer
from ansible_collections.rdpops.health.plugins.plugin_utils._report.words import REPAIR
from ansible_collections.rdpops.health.plugins.plugin_utils._report.write import Published


def index(hosts: list[dict[str, Any]], clusters: list[dict[str, Any]], ending: str = "ok", wrong: int = 0) -> dict[str, Any]:
    counts = {verdict: sum(host["verdict"] == verdict for host in hosts) for verdict in ("healthy", "failing", "attention", "unknown")}
    told = sum(host["complaint"] is not None for host in hosts)
    return {
        "run": {"id": "r"}, "counts": {"hosts": len(hosts), **counts, "wrong_arguments": wrong, "complaints": told}, "clusters": clusters, "hosts": hosts,
        "fail_on": "never", "notes": [], "exit": ending, "repair": None,
    }  # fmt: skip


def host(name: str, sentence: str = "s", complaint: str | None = None) -> dict[str, Any]:
    return {"name": name, "verdict": "unknown", "sentence": sentence, "top_cause": None, "complaint": complaint}


def answer(document: dict[str, Any]) -> dict[str, Any]:
    return fleet_answer(Published(document, Path("fleet.json"), Path("index.html")))


def test_stats_of_a_huge_hostile_fleet_are_bounded() -> None:
    ranks = {"certain": 1, "likely": 0, "possible": 0}
    cluster = {"cause": "\u202e" * 90, "title": "é" * 4000, "count": 9, "ranks": ranks, "restart": "none", "impact": "outage", "advice": ""}
    told = answer(index([host(f"{number}" + "é" * 250) for number in range(5000)], [cluster] * 60))
    stats = told["ansible_stats"]
    assert (stats["per_host"], stats["aggregate"]) == (False, False)
    assert len(json.dumps(stats["data"]["rdp_health"])) <= STATS_LIMIT_BYTES
    assert stats["data"]["rdp_health"]["counts"]["hosts"] == 5000


def test_the_index_says_how_the_run_ends_and_every_part_says_the_same() -> None:
    told = answer(index([host("a"), host("b")], [], "failed", wrong=1))
    assert told["exit"] == told["ansible_stats"]["data"]["rdp_health"]["exit"] == "failed"
    said = "This run fails: wrong arguments for 1 host, whatever rdp_health_fail_on says."
    assert said in told["sentence"]
    assert f"  {said}" in told["summary"]
    assert answer(index([host("a")], []))["exit"] == "ok"


def test_what_a_client_reports_and_nothing_explains_is_in_the_sentence_and_counted_in_the_stats() -> None:
    told = answer(index([host("a", complaint="0x904/0x7"), host("b")], []))
    assert "0 healthy; a client reports a failure of 1 host that nothing explains." in told["sentence"]
    assert told["ansible_stats"]["data"]["rdp_health"]["counts"]["complaints"] == 1
    assert "a client" not in answer(index([host("b")], []))["sentence"]


def test_what_a_repair_came_to_is_in_the_stats_and_in_the_sentence() -> None:
    outcomes = {**dict.fromkeys(REPAIR, 0), "fixed": 2, "rolled_back": 1}
    document = index([host("a"), host("b")], []) | {"repair": {"hosts": 3, "changed": 2, "simulated": 0, "outcomes": outcomes}}
    document["run"] = {"id": "r", "check_mode": False}
    told = answer(document)
    assert told["ansible_stats"]["data"]["rdp_health"]["repair"] == {"hosts": 3, "changed": 2, "simulated": 0, "outcomes": {"rolled_back": 1, "fixed": 2}}
    assert "Repair: 1 taken back, 2 fixed." in told["sentence"]
    assert "repair" not in answer(index([host("a")], []))["ansible_stats"]["data"]["rdp_health"]
