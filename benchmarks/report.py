# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The fleet report alone: time and peak memory for a number of host reports, against reading the same files with json.loads.

    python benchmarks/report.py [--hosts 1000] [--unhealthy 10]

``--unhealthy`` is a percentage. Peak memory is that of a process of its own; the goal for 10,000 hosts is under 512 MiB.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from datetime import datetime, timezone
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / ".cache" / "collections")]

from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.load import load_catalogue
from ansible_collections.rdpops.health.plugins.plugin_utils._core.judge import judge
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.build import build_facts
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.load import load_bundle
from ansible_collections.rdpops.health.plugins.plugin_utils._report.build import Run, host_report
from ansible_collections.rdpops.health.plugins.plugin_utils._report.write import publish_fleet, write_host

from benchmarks.timing import clock, own_peak_mib

RUN = Run("bench", datetime(2026, 1, 1, tzinfo=timezone.utc), "check", False, "0", "0", "0" * 64)
BUNDLES = REPOSITORY / "demo" / "bundles"


def write_hosts(folder: Path, hosts: int, unhealthy: int) -> None:
    """Write the reports of a fleet, the given percentage of them unhealthy, from the demo's bundles."""
    catalogue = load_catalogue()
    sick = [load_bundle(path) for path in sorted(BUNDLES.glob("*.json")) if path.stem != "rds-healthy"]
    well = load_bundle(BUNDLES / "rds-healthy.json")
    for number in range(hosts):
        bundle = sick[number % len(sick)] if number * unhealthy % 100 < unhealthy else well
        name = f"host{number:05d}.example.com"
        facts = build_facts(name, bundle.collected_at, snapshot=bundle.snapshot, probe=bundle.probe, unreachable=bundle.unreachable)
        write_host(folder, host_report(judge(facts, catalogue), facts, RUN, source="replay", duration_ms=1))


def publish(folder: Path) -> None:
    """Publish the fleet and print what it took; run in a process of its own."""
    start = clock()
    for path in (folder / "hosts").glob("*.json"):
        json.loads(path.read_bytes())
    floor = clock() - start
    before = own_peak_mib()
    start = clock()
    published = publish_fleet(folder, RUN, written_at=datetime.now(timezone.utc), fail_on="never")
    took = clock() - start
    hosts = published.index["counts"]["hosts"]
    print(f"{hosts} hosts: {took:.2f} s, {took / floor:.1f} times json.loads of the same files ({floor:.2f} s)")
    print(f"peak {own_peak_mib():.0f} MiB (before {before:.0f})")
    print(f"index.html {published.page.stat().st_size / 1024:.0f} KiB, fleet.json {published.index_file.stat().st_size / 1024:.0f} KiB")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hosts", type=int, default=1000)
    parser.add_argument("--unhealthy", type=int, default=10)
    parser.add_argument("--publish", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.publish:
        publish(options.publish)
        return
    with tempfile.TemporaryDirectory() as name:
        write_hosts(Path(name), options.hosts, options.unhealthy)
        subprocess.run([sys.executable, __file__, "--publish", name], check=True)


if __name__ == "__main__":
    main()
