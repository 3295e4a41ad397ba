# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How long each step took over several attempts, and how often it got no answer."""

from __future__ import annotations

import statistics
from typing import Any, Dict, List, Sequence

from ._result import ConnectionRecord, Outcome, StepName

_LOST = (Outcome.TIMEOUT, Outcome.SILENT)


def latency(attempts: Sequence[ConnectionRecord]) -> Dict[str, Any]:  # Any: a JSON document
    """Return the figures of each step that was begun at least once.

    :param attempts: the first connection and its repetitions.
    :returns: ``tries`` and ``steps``; a step counts under ``lost`` when its time limit passed, under ``failed`` when it ended badly in
        another way, and its milliseconds count only when it ended well.
    """
    rows = [_row(name, attempts) for name in StepName]
    return {"tries": len(attempts), "steps": [row for row in rows if row["tried"]]}


def _row(name: StepName, attempts: Sequence[ConnectionRecord]) -> Dict[str, Any]:
    steps = [step for record in attempts for step in record.steps if step.step is name]
    good: List[float] = [step.ms for step in steps if step.outcome is Outcome.OK]
    lost = sum(step.outcome in _LOST for step in steps)
    figures = {"min_ms": round(min(good), 2), "median_ms": round(statistics.median(good), 2), "max_ms": round(max(good), 2)} if good else {}
    empty = {"min_ms": None, "median_ms": None, "max_ms": None}
    return {"step": name.value, "tried": len(steps), "lost": lost, "failed": len(steps) - lost - len(good), **empty, **figures}
