# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What reading one host costs over WinRM, against single tasks of ansible.windows, on a lab host (docs/lab.md).

    python benchmarks/lab.py [--runs 3]

``reader``  one task: win_rdp_info with every subset
``twelve``  twelve tasks: eight times win_reg_stat, four times win_service_info
``setup``   one task: ansible.windows.setup

Messages and bytes are counted at the endpoint. ansible.windows comes out of PyPI's distribution `ansible`, by pip, once.
The lab's engine is PowerShell 7 under Wine: its seconds compare with each other, not with those of Windows.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # in the place of this folder, whose demo.py hides the package demo

import ansible

from benchmarks.timing import COLLECTIONS, REPOSITORY, playbook_environment
from tests.lab.host import LabHost, lab_host, missing_part
from tests.lab.standins import run_engine
from tests.support.wine import cache_folder

TERMINAL_SERVER = "HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server"
LISTENER = f"{TERMINAL_SERVER}\\WinStations\\RDP-Tcp"
VALUES = [
    (TERMINAL_SERVER, "fDenyTSConnections"),
    *((LISTENER, name) for name in ("PortNumber", "SecurityLayer", "UserAuthentication", "MinEncryptionLevel", "fEnableWinStation", "SSLCertificateSHA1Hash")),
    (f"{TERMINAL_SERVER}\\WinStations", "SelfSignedCertificate"),
]
SERVICES = ["TermService", "SessionEnv", "UmRdpService", "KeyIso"]
LIMIT_SECONDS = 300
COMPILE = """
$ErrorActionPreference = 'Stop'
Import-Module C:\\bench\\AddType.psm1
$texts = foreach ($file in [IO.Directory]::GetFiles('C:\\bench', '*.cs')) { [IO.File]::ReadAllText($file) }
$watch = [Diagnostics.Stopwatch]::StartNew()
Add-CSharpType -References $texts
$watch.ElapsedMilliseconds
"""


@dataclass(frozen=True)
class Used:
    """What one run of a play took."""

    wall: float
    messages: int
    up: int
    down: int
    failed: int
    results: list[dict[str, Any]]


def windows_collection() -> Path:
    """Return the folder of collections with ansible.windows, unpacked on the first call."""
    folder = cache_folder() / "ansible"
    target = folder / "collections"
    if not (target / "ansible_collections" / "ansible" / "windows").is_dir():
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), "ansible"]
        if not any(folder.glob("ansible-*.whl")) and subprocess.run(pip, check=False).returncode:
            raise SystemExit("ansible.windows cannot be had: pip could not download the distribution ansible")
        with zipfile.ZipFile(next(folder.glob("ansible-*.whl"))) as wheel:
            wheel.extractall(target, [name for name in wheel.namelist() if name.startswith("ansible_collections/ansible/windows/")])
    return target


def plays() -> dict[str, list[dict[str, Any]]]:
    """Return the tasks of each job."""
    values = [{"ansible.windows.win_reg_stat": {"path": path, "name": name}, "ignore_errors": True} for path, name in VALUES]
    services = [{"ansible.windows.win_service_info": {"name": name}, "ignore_errors": True} for name in SERVICES]
    return {
        "reader": [{"rdpops.health.win_rdp_info": {}}],
        "twelve": values + services,
        "setup": [{"ansible.windows.setup": {}, "ignore_errors": True}],
    }


def run(host: LabHost, tasks: list[dict[str, Any]], folder: Path, collections: Path) -> Used:
    """Run one play over the host and count."""
    inventory, book, record = folder / "inventory.json", folder / "play.yml", folder / "record.jsonl"
    inventory.write_text(json.dumps({"all": {"hosts": {"one": host.variables}}}), encoding="utf-8")
    book.write_text(json.dumps([{"hosts": "all", "gather_facts": False, "tasks": tasks}]), encoding="utf-8")
    record.unlink(missing_ok=True)
    environment = {
        **os.environ,
        **playbook_environment(),
        "ANSIBLE_COLLECTIONS_PATH": f"{COLLECTIONS}:{collections}",
        "ANSIBLE_CALLBACK_PLUGINS": str(REPOSITORY / "tests" / "support" / "callback_plugins"),
        "ANSIBLE_CALLBACKS_ENABLED": "rdp_record",
        "RDP_RECORD": str(record),
    }
    before, started = len(host.winrm.log), time.perf_counter()
    command = [sys.executable, "-m", "ansible", "playbook", "-i", str(inventory), str(book)]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False)
    wall = time.perf_counter() - started
    if done.returncode:
        raise SystemExit(done.stdout[-3000:] + done.stderr[-1000:])
    log = host.winrm.log[before:]
    lines = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
    results = [{**line["result"], "failed": line["status"] == "failed"} for line in lines if "task" in line]
    failed = sum(result["failed"] for result in results)
    return Used(wall, len(log), sum(each.received for each in log), sum(each.sent for each in log), failed, results)


def parts(host: LabHost) -> tuple[float, float]:
    """Return seconds for a start of the engine, and milliseconds for the compile of what the reader pulls in."""
    starts = []
    for dummy in range(3):
        started = time.perf_counter()
        run_engine(host.wine, "-Command", "exit")
        starts.append(time.perf_counter() - started)
    core = Path(ansible.__file__).parent / "module_utils"
    folder = host.wine.drive / "bench"
    folder.mkdir(exist_ok=True)
    (folder / "AddType.psm1").write_bytes((core / "powershell" / "Ansible.ModuleUtils.AddType.psm1").read_bytes())
    for file in (core / "csharp" / "Ansible.Basic.cs", *(REPOSITORY / "plugins" / "module_utils").glob("*.cs")):
        (folder / file.name).write_bytes(file.read_bytes())
    said = run_engine(host.wine, "-Command", COMPILE).split()
    return statistics.median(starts), float(said[-1]) if said and said[-1].isdigit() else float("nan")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    reason = missing_part()
    if reason:
        raise SystemExit(reason)
    collections = windows_collection()
    used: dict[str, list[Used]] = {name: [] for name in plays()}
    with lab_host("bench", "healthy") as host, tempfile.TemporaryDirectory() as folder:
        for dummy in range(options.runs):
            for name, tasks in plays().items():
                used[name].append(run(host, tasks, Path(folder), collections))
        start, compiled = parts(host)
        print(f"one lab host, {options.runs} runs, {os.cpu_count()} processors; medians; host up after {host.seconds:.1f} s")
    report(used, start, compiled)


def report(used: dict[str, list[Used]], start: float, compiled: float) -> None:
    """Print the table and the ratios."""
    walls = {name: statistics.median(each.wall for each in rows) for name, rows in used.items()}
    for name, rows in used.items():
        messages, up, down = (statistics.median(getattr(each, field) for each in rows) for field in ("messages", "up", "down"))
        traffic = f"{messages:4.0f} messages   {up / 1000:7.0f} KB up   {down / 1000:6.0f} KB down"
        print(f"{name:7} wall {walls[name]:6.1f} s   {traffic}   {rows[0].failed} tasks failed")
    for name in ("twelve", "setup"):
        pairs = [one.wall / other.wall for one, other in zip(used["reader"], used[name], strict=True)]
        most = statistics.median(one.messages / other.messages for one, other in zip(used["reader"], used[name], strict=True))
        print(f"reader / {name:6} wall {statistics.median(pairs):.2f} (pair by pair {', '.join(f'{pair:.2f}' for pair in pairs)}), messages {most:.2f}")
    own = statistics.median(each.results[0]["snapshot"]["reader"]["ms"] for each in used["reader"]) / 1000
    rest = walls["reader"] - start - compiled / 1000 - own
    print(f"reader: engine start {start:.2f} s, compile {compiled / 1000:.2f} s, script {own:.2f} s, the rest (Ansible, wrapper, exit) {rest:.2f} s")
    for name in ("twelve", "setup"):
        for result in used[name][0].results:
            said = [str(result.get("msg", ""))] if result.get("failed") else [str(warning) for warning in result.get("warnings", [])]
            for sentence in said[:1]:
                print(f"{name}: Wine could not answer in full: {' '.join(sentence.split())[:140]}")


if __name__ == "__main__":
    main()
