# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What putting twelve drifted settings right costs over WinRM, against single tasks of ansible.windows, on a lab host (docs/lab.md).

    python benchmarks/repair.py [--runs 3]

``enforce``  one task: rdp_enforce looks, writes a journal, changes, looks again from inside and outside
``twelve``   twelve tasks: ten times win_regedit, twice win_service; nobody looks before or after, and nothing can be taken back

Before each of them the host is made to drift anew, and afterwards told how many settings are right, both by Wine's own reg and sc.
Messages are counted at the endpoint. Every command needs one Send and one Receive. Sends beyond that are payload over 200 KB, Receives beyond
that were waiting: the first one brings what was printed, and the next one that the engine has ended.
The lab's engine is PowerShell 7 under Wine: its seconds compare with each other, not with those of Windows.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # in the place of this folder, whose demo.py hides the package demo

from benchmarks.lab import Used, run, windows_collection
from demo.fleet.listener import POLICY, RDP_TCP, STATIONS, TS
from tests.lab.host import LabHost, lab_host, missing_part
from tests.support import registry

CREDSSP = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\CredSSP\\Parameters"
TLS12 = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols\\TLS 1.2\\Server"
# Key, name, what it drifted to, and what is right; None is absent.
VALUES: tuple[tuple[str, str, tuple[str, int | str | bytes], int | str | None], ...] = (
    (STATIONS, "SelfSignedCertStore", ("REG_SZ", "Remote Desktops"), "Remote Desktop"),
    (RDP_TCP, "SSLCertificateSHA1Hash", ("REG_BINARY", bytes(range(20))), None),
    (TS, "fDenyTSConnections", ("REG_DWORD", 1), 0),
    (RDP_TCP, "UserAuthentication", ("REG_DWORD", 0), 1),
    (RDP_TCP, "SecurityLayer", ("REG_DWORD", 0), 2),
    (RDP_TCP, "MinEncryptionLevel", ("REG_DWORD", 1), 2),
    (RDP_TCP, "fEnableWinStation", ("REG_DWORD", 0), 1),
    (CREDSSP, "AllowEncryptionOracle", ("REG_DWORD", 2), None),
    (TLS12, "Enabled", ("REG_DWORD", 0), 1),
    (TLS12, "DisabledByDefault", ("REG_DWORD", 1), 0),
)
SERVICES = ("SessionEnv", "TermService")  # disabled and stopped; right is manual and running
DOMAINS = ["certificate", "services", "listener", "credssp", "tls"]  # without key_store: Wine does not keep the access lists of files


@dataclass(frozen=True)
class Round:
    """One run of one job.

    :ivar right: how many of the settings were right afterwards.
    :ivar waiting: Receives beyond one for each command.
    :ivar sends: Sends beyond one for each command.
    :ivar said: the outcome, or what a task that failed said.
    """

    used: Used
    right: int
    waiting: int
    sends: int
    said: str


def plays(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the tasks of each job."""
    enforce = {"endpoint": "{{ rdp_health_endpoint }}", "domains": DOMAINS, "allow_session_disconnect": True, "report_dir": str(folder / "report")}
    values: list[dict[str, Any]] = []
    for key, name, dummy, goal in VALUES:
        state = {"state": "absent"} if goal is None else {"data": goal, "type": "string" if isinstance(goal, str) else "dword"}
        values.append({"ansible.windows.win_regedit": {"path": key.replace("HKLM", "HKLM:"), "name": name, **state}, "ignore_errors": True})
    services = [{"ansible.windows.win_service": {"name": name, "start_mode": "manual", "state": "started"}, "ignore_errors": True} for name in SERVICES]
    return {"enforce": [{"rdpops.health.rdp_enforce": enforce}], "twelve": values + services}


def drift(host: LabHost) -> None:
    """Let all twelve settings be wrong; the one policy says that connections are allowed."""
    table: dict[str, dict[str, Any]] = {POLICY: {"fDenyTSConnections": ("REG_DWORD", 0)}}
    for key, name, wrong, dummy in VALUES:
        table.setdefault(key, {})[name] = wrong
    host.wine.run("reg", "delete", POLICY, "/f")
    registry.put(host.wine, table)
    for name in SERVICES:
        host.wine.run("sc", "stop", name)
        host.wine.run("sc", "config", name, "start=", "disabled")


def right(host: LabHost) -> int:
    """Return how many of the settings are as they should be, by Wine's own programs."""
    found = 0
    for key, name, dummy, goal in VALUES:
        told = host.wine.run("reg", "query", key, "/v", name)
        words = told.stdout.decode(errors="replace").split("REG_", 1)[-1].partition(" ")[2].strip()
        wished = goal if isinstance(goal, str) else f"{goal:#x}" if goal is not None else ""
        found += told.returncode != 0 if goal is None else words == wished
    for name in SERVICES:
        runs = "RUNNING" in host.wine.run("sc", "query", name).stdout.decode(errors="replace")
        start = host.wine.run("reg", "query", f"HKLM\\SYSTEM\\CurrentControlSet\\Services\\{name}", "/v", "Start").stdout.decode(errors="replace")
        found += runs and start.split()[-1:] == ["0x3"]
    return found


def measured(host: LabHost, tasks: list[dict[str, Any]], folder: Path, collections: Path) -> Round:
    """Let the host drift, run one job, and see what came of it."""
    drift(host)
    if right(host):
        raise SystemExit("the host did not drift")
    before = len(host.winrm.log)
    used = run(host, tasks, folder, collections)
    actions = [message.action for message in host.winrm.log[before:]]
    said = [str(used.results[0].get("outcome") or ""), *(f"failed: {each.get('msg')}" for each in used.results if each.get("failed"))]
    commands = actions.count("Command")
    return Round(used, right(host), actions.count("Receive") - commands, actions.count("Send") - commands, " ".join(said).strip())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    reason = missing_part()
    if reason:
        raise SystemExit(reason)
    collections = windows_collection()
    with lab_host("bench", "tls12") as host, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rounds: dict[str, list[Round]] = {job: [] for job in plays(folder)}
        for dummy in range(options.runs):
            for job, tasks in plays(folder).items():
                rounds[job].append(measured(host, tasks, folder, collections))
        print(f"one lab host, {options.runs} runs, {os.cpu_count()} processors; medians")
    report(rounds)


def report(rounds: dict[str, list[Round]]) -> None:
    """Print the table and the ratios, run by run of the same host."""
    for job, made in rounds.items():
        wall, messages, up = (statistics.median(getattr(each.used, field) for each in made) for field in ("wall", "messages", "up"))
        waiting, sends, settings = (statistics.median(getattr(each, field) for each in made) for field in ("waiting", "sends", "right"))
        counted = (
            f"{messages:3.0f} messages ({messages - waiting - sends:.0f}, {sends:.0f} further Sends, {waiting:.0f} waiting Receives)   {up / 1000:5.0f} KB up"
        )
        print(f"{job:8} wall {wall:6.1f} s   {counted}   {settings:.0f} of 12 settings right, {made[0].used.failed} tasks failed   {made[0].said[:160]}")
    pairs = list(zip(rounds["enforce"], rounds["twelve"], strict=True))
    walls = [one.used.wall / other.used.wall for one, other in pairs]
    counts = statistics.median(one.used.messages / other.used.messages for one, other in pairs)
    bare = statistics.median((one.used.messages - one.waiting) / (other.used.messages - other.waiting) for one, other in pairs)
    told = f"messages {counts:.2f}, without waiting Receives {bare:.2f}"
    print(f"enforce / twelve   wall {statistics.median(walls):.2f} (run by run {', '.join(f'{wall:.2f}' for wall in walls)}), {told}")


if __name__ == "__main__":
    main()
