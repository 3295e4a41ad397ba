# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The arithmetic of latency and loss."""

from __future__ import annotations

from ansible_collections.rdpops.health.plugins.module_utils._rdp._latency import latency
from ansible_collections.rdpops.health.plugins.module_utils._rdp._result import ConnectionRecord, Outcome, Step, StepName


def attempt(*steps: tuple[StepName, Outcome, float]) -> ConnectionRecord:
    return ConnectionRecord(0x0B, tuple(Step(*step) for step in steps))


def test_latency_counts_what_was_tried_lost_and_failed() -> None:
    connect, negotiate = StepName.CONNECT, StepName.NEGOTIATE
    found = latency(
        [
            attempt((connect, Outcome.OK, 1.004), (negotiate, Outcome.OK, 10.0)),
            attempt((connect, Outcome.OK, 3.006), (negotiate, Outcome.SILENT, 5000.0)),
            attempt((connect, Outcome.TIMEOUT, 5000.0)),
            attempt((connect, Outcome.OK, 2.0), (negotiate, Outcome.RESET, 4.0)),
        ]
    )
    assert found["tries"] == 4
    assert found["steps"] == [
        {"step": "connect", "tried": 4, "lost": 1, "failed": 0, "min_ms": 1.0, "median_ms": 2.0, "max_ms": 3.01},
        {"step": "negotiate", "tried": 3, "lost": 1, "failed": 1, "min_ms": 10.0, "median_ms": 10.0, "max_ms": 10.0},
    ]
    (lost,) = latency([attempt((connect, Outcome.REFUSED, 1.0))])["steps"]
    assert (lost["failed"], lost["min_ms"], lost["median_ms"], lost["max_ms"]) == (1, None, None, None)
