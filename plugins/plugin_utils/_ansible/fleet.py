# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The options of rdp_report, and its small result about a whole fleet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any  # Any: options, results and the fleet index are JSON values

from .._report.text import summary
from .._report.words import count, ending
from .._report.write import Published
from .options import checked_options, folder
from .plain import one_line
from .specs import REPORT_SPEC

ACTION = "rdpops.health.rdp_report"
STATS_LIMIT_BYTES = 4096  # AWX keeps set_stats in the job's row and hands it to every later job of a workflow
TOP_CAUSES = 5
MOST_NAMES = 50


@dataclass(frozen=True)
class Options:
    """What rdp_report was asked to do."""

    mode: str
    report_dir: Path
    fail_on: str
    earlier_runs: bool
    hosts: tuple[str, ...]


def read_options(action: Any, task_vars: Mapping[str, Any]) -> Options:
    """Validate the options of this task.

    :raises BadInputError: one sentence about what cannot be used.
    """
    given = checked_options(action, REPORT_SPEC, ACTION)
    # The names of the play come from the task variables and not from an argument of the role: ten thousand names
    # would stand in every log of the task's arguments.
    hosts = given["hosts"] if given["hosts"] is not None else task_vars.get("ansible_play_hosts_all") or ()
    earlier = given["mode"] == "report" if given["earlier_runs"] is None else given["earlier_runs"]
    return Options(given["mode"], folder("report_dir", given["report_dir"], ACTION), given["fail_on"], earlier, tuple(str(host) for host in hosts))


def fleet_answer(published: Published) -> dict[str, Any]:
    """Return the result of the task: what a person reads, how the run shall end, and the stats for AWX.

    It never fails by itself: Ansible keeps the stats of tasks that are ok only, and a failed fleet needs them most.
    """
    index = published.index
    return {
        "changed": False,
        "summary": summary(index, str(published.page)).splitlines(),
        "sentence": _sentence(index, str(published.page)),
        "exit": index["exit"],
        "counts": dict(index["counts"]),
        "index": str(published.index_file),
        "page": str(published.page),
        "ansible_stats": {"data": {"rdp_health": stats(index, str(published.page))}, "per_host": False, "aggregate": False},
    }


def stats(index: Mapping[str, Any], page: str) -> dict[str, Any]:
    """Return what AWX shows and later jobs may use, at most ``STATS_LIMIT_BYTES`` as JSON whatever the size of the fleet."""
    document: dict[str, Any] = {
        "counts": dict(index["counts"]),
        "exit": index["exit"],
        "fail_on": index["fail_on"],
        "run": index["run"]["id"],
        "report": one_line(page, 300),
        "causes": [{"id": one_line(c["cause"], 32), "title": one_line(c["title"], 80), "hosts": c["count"]} for c in index["clusters"][:TOP_CAUSES]],
        "unhealthy": [one_line(host["name"], 80) for host in index["hosts"] if host["verdict"] != "healthy"][:MOST_NAMES],
    }
    for name in ("unhealthy", "causes"):
        while document[name] and len(json.dumps(document)) > STATS_LIMIT_BYTES:
            document[name].pop()
    return document


def _sentence(index: Mapping[str, Any], page: str) -> str:
    counts = index["counts"]
    hosts = count(counts["hosts"], "host")
    found = ", ".join(f"{counts[verdict]} {verdict}" for verdict in ("failing", "unknown", "attention", "healthy"))
    return f"Remote Desktop health of {hosts}: {found}. {ending(index)} Report: {page}"
