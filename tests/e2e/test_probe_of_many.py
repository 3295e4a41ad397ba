# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A thousand endpoints in one call, one in ten of them silent: none is lost, none harms another, and no host hears more than two connections at once."""

from __future__ import annotations

import time
from pathlib import Path

from ansible_collections.rdpops.health.plugins.module_utils._rdp import Timeouts, probe_many

from benchmarks.probe import null_endpoints

NUMBER = 1000
LIMITS = Timeouts(connect=5.0, negotiate=2.0, tls=20.0, credssp=20.0)  # a busy machine must not make a fast endpoint look slow


def test_a_thousand_endpoints_with_a_hundred_silent_ones(tmp_path: Path) -> None:
    names = [f"127.20.{index // 250}.{index % 250 + 1}" for index in range(NUMBER)]
    silent = set(names[::10])
    crowd: list[int] = []
    with null_endpoints(tmp_path, [f"silent:{name}" if name in silent else name for name in names], crowd) as port:
        start = time.monotonic()
        probes = probe_many([(name, port) for name in names], timeouts=LIMITS, pause=0.05)
        took = time.monotonic() - start
    assert [probe["target"]["host"] for probe in probes] == names
    assert {probe["target"]["host"] for probe in probes if probe["symptom"] == "silent_before_answer"} == silent
    answered = [probe for probe in probes if probe["target"]["host"] not in silent]
    assert {(probe["symptom"], probe["ended_at"], probe["nla"]) for probe in answered} == {("reached_credssp", "complete", "required")}
    assert 1 <= crowd[0] <= 2, "one at a time; the next may knock before a busy server has seen the last one leave"
    assert took < 60, "a hundred silent endpoints one after another would take two hundred seconds"
