# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Time whole processes: wall seconds, processor seconds and peak memory of a command and everything it started."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
COLLECTIONS = REPOSITORY / ".cache" / "collections"


@dataclass(frozen=True)
class Cost:
    """What one run of a command took.

    :ivar peak_mib: peak memory of the largest single process.
    """

    wall: float
    cpu: float
    peak_mib: float


def measure(command: Sequence[str], environment: Mapping[str, str] | None = None, log: Path | None = None) -> Cost:
    """Run a command to its end and account for it.

    :raises SystemExit: the command failed; its last lines are shown.
    """
    script = (
        "import resource, subprocess, sys, time\n"
        "start = time.perf_counter()\n"
        "status = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL).returncode\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print('COST', status, time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss, file=sys.stderr)\n"
    )
    done = subprocess.run(
        ["python3", "-c", script, *command], env={**os.environ, **(environment or {})}, capture_output=True, text=True, check=False
    )
    if log is not None:
        log.write_text(done.stdout, encoding="utf-8")
    status, wall, cpu, peak = done.stderr.rsplit("COST", 1)[1].split()
    if status != "0":
        raise SystemExit("\n".join([f"{command[0]} ended with status {status}", *done.stdout.splitlines()[-15:], *done.stderr.splitlines()[-5:]]))
    return Cost(float(wall), float(cpu), int(peak) / 1024)


def medians(costs: Sequence[Cost]) -> Cost:
    """Take the median of each figure."""
    return Cost(*(statistics.median(getattr(cost, name) for cost in costs) for name in ("wall", "cpu", "peak_mib")))


def playbook_environment() -> dict[str, str]:
    """What ansible-playbook needs to find the collection of this checkout and to print little."""
    return {"ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS), "ANSIBLE_CONFIG": str(REPOSITORY / "ansible.cfg"), "LC_ALL": "C.UTF-8"}


def own_peak_mib() -> float:
    """Peak memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def clock() -> float:
    """Seconds on a clock that only goes forward."""
    return time.perf_counter()
