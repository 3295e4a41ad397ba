# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Steps that run pytest, and mypy over the rooms that are held to its strict mode."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

from .junit import read_junit
from .model import CannotRunError, Outcome
from .workplace import Workplace

# The rooms that know nothing of Ansible, which has no types: everything here is checked strictly, without an exception.
STRICT_ROOMS = (
    "plugins.plugin_utils._core",
    "plugins.plugin_utils._catalogue",
    "plugins.plugin_utils._facts",
    "plugins.plugin_utils._files",
    "plugins.plugin_utils._report",
    "plugins.plugin_utils._workshop",
    "plugins.module_utils._rdp",
)
NOTHING_COLLECTED = 5  # exit status of pytest


def pytest_of(folder: str, *options: str, extra: Mapping[str, str] | None = None) -> Callable[[Workplace], Outcome]:
    """Return a step that runs the tests below one folder on two workers.

    :param options: further options of pytest.
    :param extra: further variables of its environment.
    """

    def run(workplace: Workplace) -> Outcome:
        workplace.need(folder)
        if not any((workplace.root / folder).rglob("test_*.py")):
            raise CannotRunError(f"{folder} holds no tests")
        log = folder.replace("/", "-")
        report = workplace.results / f"{log}.xml"
        command = [sys.executable, "-m", "pytest", folder, "-q", "-n", "2", f"--junitxml={report}", "-p", "no:cacheprovider", *options]
        finished = workplace.call(log, command, extra=extra)
        if finished.status == NOTHING_COLLECTED:
            raise CannotRunError(f"{folder} holds no tests")
        if not report.exists():
            return finished.outcome("pytest did not start")
        counted = read_junit(report)
        if finished.status != 0 and not counted.failed:
            return Outcome(counted.passed, 1, counted.skips, f"pytest ended with status {finished.status}")
        return counted

    return run


def mypy(workplace: Workplace) -> Outcome:
    """Check the types of the strict rooms, found by their full names through the link below .cache."""
    names = [room for room in STRICT_ROOMS if any((workplace.root / room.replace(".", "/")).glob("*.py"))]
    if not names:
        raise CannotRunError("none of the rooms is there")
    packages = [word for name in names for word in ("-p", f"ansible_collections.rdpops.health.{name}")]
    cache = workplace.cache / "mypy"
    settings = ["--config-file", str(workplace.root / "pyproject.toml"), "--cache-dir", str(cache)]
    command = [sys.executable, "-m", "mypy", "--strict", *settings, *packages]
    return workplace.call("mypy", command).outcome(f"{len(names)} rooms")
