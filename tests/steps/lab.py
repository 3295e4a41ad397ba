# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The step that runs tests/lab. Where everything the lab needs should be there, a skipped test of it is a failure."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from .model import Outcome, added
from .python import pytest_of
from .workplace import Workplace

DOWNLOAD = "RDPOPS_LAB_DOWNLOAD"  # set to `1`: PowerShell for Windows may be downloaded
REQUIRED = "RDPOPS_LAB"  # set to `required`: a lab that cannot be had fails
# One file stays with one worker: the hosts that its tests share are started once.
OPTIONS = ("--dist", "loadfile")
# Repairs on lab hosts: together they take longer than all other steps, so they run by name, before a release and after a change of what writes.
REPAIRS = ("test_enforce.py", "test_modules_goals.py", "test_ops_failures.py", "test_ops_kinds.py")


def lab(workplace: Workplace) -> Outcome:
    """Run the lab's tests but for the repairs."""
    return _tests(workplace, lambda name: name not in REPAIRS)


def lab_repair(workplace: Workplace) -> Outcome:
    """Run the repairs, one file after the other: each may take as long as a step may."""
    return added([_tests(workplace, wanted.__eq__) for wanted in REPAIRS])


def _tests(workplace: Workplace, is_wanted: Callable[[str], bool]) -> Outcome:
    required = is_required(workplace.root)
    names = sorted(path.name for path in (workplace.root / "tests" / "lab").glob("test_*.py"))
    left_out = [f"--ignore=tests/lab/{name}" for name in names if not is_wanted(name)]
    outcome = pytest_of("tests/lab", *OPTIONS, *left_out, extra={REQUIRED: "required"} if required else {})(workplace)
    if required and outcome.skips:
        return Outcome(outcome.passed, outcome.failed + 1, outcome.skips, "lab tests were skipped where the lab is required")
    return outcome


def is_required(root: Path) -> bool:
    """Tell whether the lab must run: on a build server that has the optional test material or may download, or where somebody says so."""
    if os.environ.get(REQUIRED) == "required":
        return True
    named = os.environ.get("RDPOPS_SHARED")
    material = (Path(named) if named else root.parent / "shared") / "powershell" / "unpack"
    return os.environ.get("CI") == "true" and (material.is_file() or os.environ.get(DOWNLOAD) == "1")
