# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How long each step took over several attempts, and how often it got no answer."""

from __future__ import annotations

import statistics
from typing import Any, Dict, List, Sequence

from ._result import ConnectionRecord, Outcome, Step, StepName

_LOST = (Outcome.TIMEOUT, Outcome.SILENT)


def latency(attempts: Sequence[ConnectionRecord]) -> Dict[str, Any]:  # Any: a JSON document
    """Return the figures of each step that was begun at least once.

    :param attempts: the first connection and its repetitions.
    :returns: ``tries`` and ``steps``; a step counts under ``lost`` when its time limit passed, under ``failed`` when it ended badly in
        another way, and its milliseconds count only when it ended well.
    """
    steps: Dict[StepName, List[Step]] = {}
    for record in attempts:
        for step in record.steps:
            steps.setdefault(step.step, []).append(step)
    return {"tries": len(attempts), "steps": [_row(name, steps[name]) for name in StepName if name in steps]}


def _row(name: StepName, steps: Sequence[Step]) -> Dict[str, Any]:
    good: List[float] = [step.ms for step in steps if step.outcome is Outcome.OK]
    lost = sum(step.outcome in _LOST for step in steps)
    lowest, middle, highest = (round(ms, 2) for ms in (min(good), statistics.median(good), max(good))) if good else (None, None, None)
    failed = len(steps) - lost - len(good)
    return {"step": name.value, "tried": len(steps), "lost": lost, "failed": failed, "min_ms": lowest, "median_ms": middle, "max_ms": highest}
