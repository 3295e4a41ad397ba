# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Run a module of the collection on a Wine host as Ansible runs it: its own payload, wrapper and command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from .wine import PWSH, Host

CONNECTIONS = Path(__file__).resolve().with_name("connection_plugins")
TIME_LIMIT_SECONDS = 180.0


class ModuleRunError(Exception):
    """Ansible gave no result of the module."""


def run_module(host: Host, name: str, arguments: dict[str, Any], folder: Path, *, check: bool = False) -> dict[str, Any]:
    """Run one module on a started host and return its result.

    :param name: short name of a module of this collection.
    :param folder: an empty folder for what Ansible keeps.
    :param check: run in check mode.
    :raises ModuleRunError: there is no result, with what Ansible printed instead.
    """
    program = [sys.executable, "-m", "ansible", "adhoc", "lab", "-i", "lab,", "-c", "engine"]
    settings = json.dumps({"ansible_pwsh_interpreter": PWSH})  # or 2.21 starts the stub powershell.exe that Wine has
    command = [*program, "-e", settings, "-m", f"rdpops.health.{name}"]
    command += ["-a", json.dumps(arguments)] if arguments else []
    command += ["--check"] if check else []
    environment = {
        **os.environ,
        "ANSIBLE_COLLECTIONS_PATH": _collections(),
        "ANSIBLE_CONNECTION_PLUGINS": str(CONNECTIONS),
        "ANSIBLE_HOME": str(folder),
        "ANSIBLE_NOCOLOR": "1",
        "RDPOPS_ENGINE_PREFIX": str(host.prefix),
    }
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=TIME_LIMIT_SECONDS, check=False)
    answer = done.stdout.find("lab | ")  # behind the error of a task that failed
    start = done.stdout.find("{", answer)
    if answer < 0 or start < 0:
        raise ModuleRunError(f"{done.stdout}\n{done.stderr}")
    result: dict[str, Any] = json.loads(done.stdout[start:])
    return result


def _collections() -> str:
    """Return the folder in which this process finds the collection."""
    return next(folder for folder in sys.path if Path(folder, "ansible_collections", "rdpops", "health").exists())
