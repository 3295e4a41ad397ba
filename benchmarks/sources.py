# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What 150 checks of others cost a run over replayed hosts, against the same run without them, pair by pair.

    python benchmarks/sources.py [--hosts 100] [--checks 150] [--forks 5] [--runs 3]

Goal: with / without < 2; parsed in every worker they would double a run.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.fleet import write_fleet
from benchmarks.timing import COLLECTIONS, REPOSITORY, clock, measure, medians, playbook_environment

CHECK = """---
schema: rdpops.health/check/1
id: bench.check_{0}
title: Check {0}
why: It is measured.
severity: low
impact: hygiene
needs: [listener]
applies_when: {{path: os.build, at_least: 14393}}
expect:
  all:
    - {{path: derived.effective.PortNumber.value, at_most: {1}}}
    - {{any: [{{path: listener.values.PortNumber.local.kind, eq: REG_DWORD}}, {{path: listener.values.PortNumber.local, absent: true}}]}}
pass_text: "the port is {{derived.effective.PortNumber.value}}"
fail_text: "the port is {{derived.effective.PortNumber.value}}"
tests:
  - {{name: good, outcome: pass}}
  - {{name: bad, outcome: fail, set: {{listener.values.PortNumber.local.value: 65000}}}}
  - {{name: blind, outcome: unknown, status: {{listener: denied}}}}
"""


def write_source(folder: Path, checks: int) -> Path:
    """Write a source of that many checks."""
    (folder / "source" / "checks").mkdir(parents=True)
    for number in range(checks):
        (folder / "source" / "checks" / f"check_{number}.yml").write_text(CHECK.format(number, 4000 + number), encoding="utf-8")
    return folder / "source"


def in_one_process(source: Path) -> str:
    """Measure what a worker would do without the cache, and what it does with it."""
    sys.path.insert(0, str(COLLECTIONS))
    from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.load import Entry, extended, load_catalogue, load_sources

    own = load_catalogue()
    start = clock()
    entries, digest = load_sources(own, [source])
    parsed = clock() - start
    kept = json.dumps([[entry.kind, entry.place, {**entry.document, "tests": []}] for entry in entries])
    start = clock()
    extended(own, [Entry(*entry) for entry in json.loads(kept)], digest)
    taken = clock() - start
    return f"one process: parse and check {parsed * 1000:.0f} ms, take from the cache {taken * 1000:.1f} ms"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hosts", type=int, default=100)
    parser.add_argument("--checks", type=int, default=150)
    parser.add_argument("--forks", type=int, default=5)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    if not COLLECTIONS.exists():
        raise SystemExit("run tools/environment run first")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        inventory, source = write_fleet(folder, options.hosts), write_source(folder, options.checks)
        playbook = [str(REPOSITORY / "playbooks" / "rdp_health.yml"), "--tags", "rdp_health_check"]
        command = ["ansible-playbook", "-i", str(inventory), "-f", str(options.forks), *playbook]
        added = ["-e", json.dumps({"rdp_health_check_sources": [str(source)]})]
        environment = {**playbook_environment(), "ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.minimal"}
        pairs = [(measure(command, environment), measure([*command, *added], environment)) for dummy in range(options.runs)]
        told = in_one_process(source)
    print(f"{options.hosts} replayed hosts, {options.forks} forks, {options.checks} checks, {options.runs} runs; medians")
    for label, costs in (("without", [pair[0] for pair in pairs]), ("with", [pair[1] for pair in pairs])):
        cost = medians(costs)
        print(f"{label:8} wall {cost.wall:6.2f} s   cpu {cost.cpu:6.2f} s   {cost.wall / options.hosts * 1000:6.1f} ms a host")
    ratios = [after.wall / before.wall for before, after in pairs]
    print(f"with / without {statistics.median(ratios):.2f} (pair by pair {', '.join(f'{ratio:.2f}' for ratio in ratios)})")
    print(told)


if __name__ == "__main__":
    main()
