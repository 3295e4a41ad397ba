# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Run the real ansible-playbook over saved hosts, and keep what it wrote."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.conftest import ROOT, collections_folder

PLAYBOOK = ROOT / "playbooks" / "rdp_health.yml"
DEMO = ROOT / "demo" / "inventory.yml"
SECONDS = 180  # a run takes two; a machine under load may need far more


@dataclass(frozen=True)
class Ran:
    """One finished run.

    :ivar tasks: one record per task result: play, task, host, status, result
    :ivar stats: custom stats of the whole run
    """

    status: int
    output: str
    folder: Path
    tasks: list[dict[str, Any]] = field(default_factory=list)
    stats: dict[str, Any] = field(default_factory=dict)

    @property
    def fleet(self) -> dict[str, Any]:
        """The fleet index that this run wrote."""
        return json.loads((self.folder / "report" / "fleet.json").read_text(encoding="utf-8"))

    @property
    def hosts(self) -> dict[str, dict[str, Any]]:
        """Lines of the fleet index by name of the host."""
        return {line["name"]: line for line in self.fleet["hosts"]}

    def report(self, host: str) -> dict[str, Any]:
        """The canonical report of one host."""
        return json.loads((self.folder / "report" / self.hosts[host]["file"]).read_text(encoding="utf-8"))

    def of(self, host: str, play: str = "Examine every host") -> list[dict[str, Any]]:
        """Results of one host in one play."""
        return [record for record in self.tasks if record["host"] == host and record["play"] == play]


def run_playbook(
    folder: Path,
    *arguments: str,
    variables: dict[str, Any] | None = None,
    playbook: Path | str = PLAYBOOK,
    own_folder: bool = True,
    **environment: str,
) -> Ran:
    """Run a playbook in a folder of its own; reports go to folder/report, also where ``own_folder`` leaves it to the inventory to say so."""
    folder.mkdir(parents=True, exist_ok=True)
    record = folder / "record.jsonl"
    record.unlink(missing_ok=True)
    (folder / "ansible.cfg").write_text("", encoding="utf-8")
    given = {**({"rdp_health_report_dir": str(folder / "report")} if own_folder else {}), **(variables or {})}
    done = _ansible("playbook", [str(playbook), "-e", json.dumps(given), *arguments], folder, _environment(record) | environment)
    lines = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()] if record.exists() else []
    stats = next((line["custom"] for line in lines if "custom" in line), {})
    return Ran(done.returncode, done.stdout + done.stderr, folder, [line for line in lines if "task" in line], stats)


def run_galaxy(folder: Path, *arguments: str) -> None:
    """Run ansible-galaxy, which must succeed, without the collections of this checkout."""
    (folder / "ansible.cfg").write_text("", encoding="utf-8")
    done = _ansible("galaxy", list(arguments), folder, _environment(folder / "record.jsonl") | {"ANSIBLE_COLLECTIONS_PATH": str(folder / "none")})
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)


def write_inventory(path: Path, hosts: dict[str, dict[str, Any]], **group: Any) -> Path:
    """Write an inventory of replayed hosts; what a host says replaces what the group says."""
    everyone = {"ansible_connection": "rdpops.health.replay", **group}
    path.write_text(json.dumps({"all": {"vars": everyone, "hosts": hosts}}), encoding="utf-8")
    return path


def bundle(name: str) -> str:
    """Path of a bundle of the demo fleet."""
    return str(ROOT / "demo" / "bundles" / f"{name}.json")


def _ansible(program: str, arguments: list[str], folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ansible", program, *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False)


def _environment(record: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return kept | {
        "LC_ALL": "C.UTF-8",
        "ANSIBLE_CONFIG": str(record.with_name("ansible.cfg")),  # an empty one: nothing of the machine, nothing of the checkout
        "ANSIBLE_COLLECTIONS_PATH": str(collections_folder()),
        "ANSIBLE_CALLBACK_PLUGINS": str(ROOT / "tests" / "support" / "callback_plugins"),
        "ANSIBLE_CALLBACKS_ENABLED": "rdp_record",
        "ANSIBLE_NOCOLOR": "true",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "RDP_RECORD": str(record),
    }
