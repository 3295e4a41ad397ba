# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Short ways to probe a test's own server and to compare what came back."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

from ansible_collections.rdpops.health.plugins.module_utils._rdp import Timeouts, probe_endpoint

from demo.servers import CertificateSpec, ServerSpec, write_certificate

from .hostile_servers import Peer

FAST = Timeouts(connect=2.0, negotiate=0.4, tls=0.6, credssp=0.6)  # long enough for loopback, short enough for a silent server
Probe = dict[str, Any]  # Any: a JSON document


def certificate_folder(folder: Path) -> Path:
    """Write a certificate and its key."""
    write_certificate(ServerSpec("test", "a test", certificate=CertificateSpec("RDP-TEST")), folder)
    return folder


def probed(peer: Peer, **options: Any) -> Probe:
    """Probe a test's own server with short time limits and without a pause."""
    return probe_endpoint(peer.host, peer.port, **{"timeouts": FAST, "pause": 0.0, **options})


def steps_of(probe: Probe) -> list[str]:
    """Return every step of every connection as ``offer step outcome``."""
    return [f"{one['requested']:x} {step['step']} {step['outcome']}" for one in probe["connections"] for step in one["steps"]]


def last_step(probe: Probe, connection: int = 0) -> tuple[str, str, str]:
    """Return step, outcome and detail in which a connection ended."""
    step = probe["connections"][connection]["steps"][-1]
    return step["step"], step["outcome"], step["detail"]


def found(*addresses: tuple[str, int]) -> Any:
    """Return what stands in for ``getaddrinfo`` and finds these addresses, whatever it is asked for."""
    return lambda *dummy, **options: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", address) for address in addresses]


def without_times(probe: Probe) -> Probe:
    """Return a probe without what differs from run to run: times, and the port of a server on a free port; and without what has tests of its own."""
    connections = [{**one, "steps": [{key: step[key] for key in ("step", "outcome", "detail")} for step in one["steps"]]} for one in probe["connections"]]
    left_out = ("probed_at", "target", "connections", "sentence", "latency", "clock", "also_asked", "rests_on")
    kept = {key: value for key, value in probe.items() if key not in left_out}
    return {**kept, "connections": connections, "sentence": probe["sentence"].partition(" ")[2]}
