# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The demo as a whole: wall time, processor time and peak memory, against an ansible-playbook that does nothing.

    python benchmarks/demo.py [--runs 5]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.timing import REPOSITORY, measure, medians, playbook_environment


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        nothing = Path(folder) / "nothing.yml"
        nothing.write_text("- hosts: localhost\n  gather_facts: false\n  tasks: []\n", encoding="utf-8")
        measure([str(REPOSITORY / "demo" / "run")])  # makes the environment, if it has to
        floor, demo = [], []
        for dummy in range(runs):
            floor.append(measure(["ansible-playbook", "-i", "localhost,", str(nothing)], playbook_environment()))
            demo.append(measure([str(REPOSITORY / "demo" / "run")]))
    for name, cost in (("ansible-playbook, no task", medians(floor)), ("demo/run", medians(demo))):
        print(f"{name:28} wall {cost.wall:6.2f} s   cpu {cost.cpu:6.2f} s   peak {cost.peak_mib:6.1f} MiB")
    print(f"ratio of wall time           {medians(demo).wall / medians(floor).wall:6.2f}")


if __name__ == "__main__":
    main()
