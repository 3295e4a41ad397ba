# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A fleet of replayed hosts against two floors on the same connection, in the same run.

    python benchmarks/fleet.py [--hosts 400] [--forks 5] [--runs 3]

``check``    the first play of playbooks/rdp_health.yml
``one call`` an action that makes one _execute_module of a minimal .ps1
``nothing``  an action that does nothing
Goal: check / one call <= 1.3. The playbook's second play is measured by benchmarks/report.py.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.timing import COLLECTIONS, REPOSITORY, Cost, measure, medians, playbook_environment

# A host that cannot be read would end the floors as unreachable; it is left out of all three.
BUNDLES = [path for path in sorted((REPOSITORY / "demo" / "bundles").glob("*.json")) if json.loads(path.read_bytes())["snapshot"]]
PLAY = "- hosts: all\n  gather_facts: false\n  tasks:\n    - bench.floor.{}:\n"


def write_fleet(folder: Path, hosts: int) -> Path:
    """Write an inventory of ``hosts`` replayed hosts over the demo's bundles."""
    entries = {f"host{number:05d}": {"rdp_health_bundle": str(BUNDLES[number % len(BUNDLES)])} for number in range(hosts)}
    inventory = folder / "inventory.yml"
    group = {"all": {"hosts": entries, "vars": {"ansible_connection": "rdpops.health.replay", "rdp_health_report_dir": str(folder / "report")}}}
    inventory.write_text(json.dumps(group), encoding="utf-8")
    return inventory


def write_floors(folder: Path) -> None:
    """Lay out the collection ``bench.floor`` beside a link to this one."""
    shutil.copytree(REPOSITORY / "benchmarks" / "collection", folder / "ansible_collections" / "bench" / "floor")
    (folder / "ansible_collections" / "rdpops").mkdir()
    (folder / "ansible_collections" / "rdpops" / "health").symlink_to(REPOSITORY)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hosts", type=int, default=400)
    parser.add_argument("--forks", type=int, default=5)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    if not COLLECTIONS.exists():
        raise SystemExit("run tools/environment run first")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        inventory = write_fleet(folder, options.hosts)
        write_floors(folder)
        environment = {**playbook_environment(), "ANSIBLE_COLLECTIONS_PATH": str(folder), "ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.minimal"}
        jobs = {
            "nothing": _play(folder, "nothing"),
            "one call": _play(folder, "one_call"),
            "check": [str(REPOSITORY / "playbooks" / "rdp_health.yml"), "--tags", "rdp_health_check"],
        }
        costs: dict[str, list[Cost]] = {job: [] for job in jobs}
        for dummy in range(options.runs):
            for job, arguments in jobs.items():
                command = ["ansible-playbook", "-i", str(inventory), "-f", str(options.forks), *arguments]
                costs[job].append(measure(command, environment))
    print(f"{options.hosts} replayed hosts, {options.forks} forks, {options.runs} runs, {os.cpu_count()} processors; medians")
    for job, measured in costs.items():
        cost = medians(measured)
        print(f"{job:10} wall {cost.wall:7.2f} s   cpu {cost.cpu:7.2f} s   peak {cost.peak_mib:6.1f} MiB   {cost.wall / options.hosts * 1000:6.1f} ms a host")
    for floor in ("one call", "nothing"):
        pairs = [check.wall / other.wall for check, other in zip(costs["check"], costs[floor], strict=True)]
        print(f"check / {floor:8} wall {sorted(pairs)[len(pairs) // 2]:.2f} (pair by pair {', '.join(f'{pair:.2f}' for pair in pairs)})")


def _play(folder: Path, action: str) -> list[str]:
    path = folder / f"{action}.yml"
    path.write_text(PLAY.format(action), encoding="utf-8")
    return [str(path)]


if __name__ == "__main__":
    main()
