# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the probe costs beside the shortest script that makes the same connections: `python -m benchmarks.probe [--quick]`.

One endpoint: a null endpoint and, where installed, xrdp and FreeRDP, alternating runs of floor and probe, medians as a ratio (goal: at most
1.25). Many endpoints: 200 and 1,000 null endpoints, one in ten silent, in one call (goal: at least 70 % of the floor's rate, none lost).
Whole processes and facts: beside nmap, rdp-sec-check and sslyze, each where it is installed.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import os
import socket
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from demo.servers import CertificateSpec, Servers, ServersError, ServerSpec, write_certificate
from tests.support.shadow import NotHereError, ShadowSpec, display, free_port, shadow

from . import floor_probe
from .peers import PEERS, Truth, installed, opinions, print_table
from .timing import REPOSITORY, clock, measure, medians

sys.path.insert(0, str(REPOSITORY / "plugins" / "module_utils"))

import _rdp

LIMITS = _rdp.Timeouts(connect=2.0, negotiate=2.0, tls=5.0, credssp=5.0)
QUICK = _rdp.Scope(_rdp.Depth.QUICK)
NLA = ("/sec:nla", "/sam-file:SAM", "+auth")


@contextlib.contextmanager
def null_endpoints(folder: Path, addresses: list[str], crowd: list[int] | None = None) -> Iterator[int]:
    """Run the null endpoint in a process of its own and give its port.

    :param crowd: gets, in the end, how many connections were open to one address at the same time, at most.
    """
    write_certificate(ServerSpec("null", "", certificate=CertificateSpec("NULL", key="rsa2048")), folder)
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.null_rdp", str(folder), str(port), *addresses]
    with subprocess.Popen(command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        if not process.stdout or process.stdout.readline().strip() != "ready":
            raise SystemExit("the null endpoint did not start")
        yield port
        told, dummy = process.communicate()
    if crowd is not None:
        crowd.append(int(told))


def in_turns(runs: int, *what: Callable[[], object]) -> list[float]:
    """Run each in turn, `runs` times, and return the median milliseconds of each."""
    times: list[list[float]] = [[] for dummy in what]
    for number in range(runs + 2):
        for kept, call in zip(times, what, strict=True):
            start = clock()
            call()
            if number >= 2:  # the first two warm up
                kept.append((clock() - start) * 1000)
    return [statistics.median(kept) for kept in times]


def one_endpoint(name: str, host: str, port: int, runs: int) -> None:
    """Compare the floor and the probe on one endpoint, without pauses, which both would only sleep through."""
    quick_floor, quick = in_turns(
        runs,
        lambda: floor_probe.once(host, port, floor_probe.REQUESTS[0]),
        lambda: _rdp.probe_endpoint(host, port, timeouts=LIMITS, scope=QUICK, pause=0.0),
    )
    full_floor, full = in_turns(runs, lambda: floor_probe.full(host, port, 0.0), lambda: _rdp.probe_endpoint(host, port, timeouts=LIMITS, pause=0.0))
    print(f"{name:<14} 1 connection  {quick_floor:8.2f} {quick:8.2f} ms  {quick / quick_floor:5.2f}x")
    print(f"{name:<14} 3 connections {full_floor:8.2f} {full:8.2f} ms  {full / full_floor:5.2f}x")


def many_endpoints(folder: Path, number: int, silent_share: float) -> None:
    """Compare both on many endpoints in one call."""
    names = [f"127.{10 + index // 60000}.{index // 250 % 250}.{index % 250 + 1}" for index in range(number)]
    silent = set(names[:: round(1 / silent_share)]) if silent_share else set()
    with null_endpoints(folder, [f"silent:{name}" if name in silent else name for name in names]) as port:
        endpoints = [(name, port) for name in names]
        gc.collect()
        start = clock()
        answered = floor_probe.many(endpoints, _rdp.driver.PAUSE_SECONDS, _rdp.driver.DEFAULT_WORKERS)
        floor_seconds = clock() - start
        start = clock()
        probes = _rdp.probe_many(endpoints, timeouts=_rdp.Timeouts())
        seconds = clock() - start
    reached = sum(probe["ended_at"] == "complete" for probe in probes)
    quiet = sum(probe["symptom"] == "silent_before_answer" for probe in probes)
    lost = number - reached - quiet
    share = floor_seconds / seconds
    print(
        f"{number:>5} endpoints, {len(silent)} silent: floor {floor_seconds:6.2f} s ({sum(value == 3 for value in answered)} answered), "
        f"probe {seconds:6.2f} s ({reached} answered, {quiet} silent, {lost} lost), {share:4.0%} of the floor's rate"
    )


def whole_processes(host: str, port: int, runs: int) -> None:
    """Compare whole processes with other programs that are installed."""
    checkout = {"PYTHONPATH": str(REPOSITORY / "plugins" / "module_utils")}
    commands: dict[str, tuple[Sequence[str], dict[str, str]]] = {
        "floor script": ([sys.executable, str(REPOSITORY / "benchmarks" / "floor_probe.py"), host, str(port)], {}),
        "this probe": ([sys.executable, "-m", "_rdp", f"{host}:{port}"], checkout),
        "this, quick": ([sys.executable, "-m", "_rdp", "--depth", "quick", f"{host}:{port}"], checkout),
    }
    for peer in PEERS[1:]:
        if installed(peer):
            commands[peer.name] = (peer.command(host, port), {})
        else:
            print(f"left out: {peer.name} is not installed")
    costs = {}
    for name, (command, environment) in commands.items():
        log = Path(tempfile.gettempdir()) / f"rdpops-{os.getpid()}.log"
        costs[name] = medians([measure(command, environment, log) for dummy in range(runs)])
        log.unlink()
    for name, cost in costs.items():
        ratio = f", {cost.wall / costs['nmap'].wall:5.2f} of nmap's wall time" if "nmap" in costs else ""
        print(f"{name:<14} {cost.wall:6.3f} s wall{ratio}, {cost.cpu:6.3f} s processor, {cost.peak_mib:5.1f} MiB")


def facts_table(folder: Path, screen: str) -> None:
    """Print which facts each program got right about servers whose truth is known."""
    rdp = Truth("xrdp, RDP only", frozenset({"rdp"}), nla_required=False, code=None, tls=False, subject="", names=False)
    tls = Truth("xrdp, TLS required", frozenset({"ssl"}), nla_required=False, code="SSL_REQUIRED_BY_SERVER", tls=True, subject="RDP-TEST", names=False)
    host = socket.gethostname()  # in the certificate that FreeRDP makes for itself
    nla = Truth("FreeRDP, NLA required", frozenset({"hybrid"}), nla_required=True, code="HYBRID_REQUIRED_BY_SERVER", tls=True, subject=host, names=True)
    judged = []
    for truth, spec in ((rdp, ServerSpec("plain", "", security_layer="rdp")), (tls, ServerSpec("tls", "", certificate=CertificateSpec("RDP-TEST")))):
        with Servers([spec], folder / spec.name) as found:
            judged.append((truth, opinions(found[0]["host"], found[0]["port"], truth)))
    with shadow(ShadowSpec("truth", NLA), screen, folder) as port:
        judged.append((nla, opinions("127.0.0.1", port, nla)))
    print_table(judged)


def beside_real_servers(folder: Path, runs: int) -> None:
    """Compare floor and probe on the real servers that are installed, and the programs beside each other."""
    try:
        with Servers([ServerSpec("tls", "")], folder / "xrdp") as found:
            one_endpoint("xrdp tls", found[0]["host"], found[0]["port"], runs)
    except ServersError as error:
        print(f"left out: {error}")
    try:
        with display() as screen:
            with shadow(ShadowSpec("nla", NLA), screen, folder) as port:
                one_endpoint("FreeRDP NLA", "127.0.0.1", port, max(5, runs // 10))
                print("\nwhole processes, FreeRDP with NLA")
                whole_processes("127.0.0.1", port, 5)
            facts_table(folder, screen)
    except (NotHereError, ServersError) as error:
        print(f"left out: {error}")


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--peers", action="store_true", help="only what needs the real servers")
    parser.add_argument("--quick", action="store_true", help="fewer runs and 200 endpoints only")
    options = parser.parse_args()
    runs = 50 if options.quick else 300
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} processors; floor, probe, ratio (goal: at most 1.25)\n")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if not options.peers:
            with null_endpoints(folder, ["127.0.0.1"]) as port:
                one_endpoint("null endpoint", "127.0.0.1", port, runs)
        beside_real_servers(folder, runs)
        if options.peers:
            return 0
        print("\nmany endpoints in one call (goal: at least 70 %, none lost)")
        many_endpoints(folder, 200, 0.0)
        many_endpoints(folder, 200, 0.1)
        if not options.quick:
            many_endpoints(folder, 1000, 0.1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
