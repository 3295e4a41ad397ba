# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The small result of a task about one host. Everything else is in the files that the worker wrote.

A registered result of 70 KB made a run over 400 hosts take 2.7 times as long and four times the memory.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any  # Any: reports and results are JSON documents

from .._core.standing import stands
from .._report.text import one_line as about_host

LIMIT_BYTES = 4096  # as JSON, without facts that were asked for
TOP_CAUSES = 3
_TITLE = 160  # characters
_SENTENCE = 400
_COUNTED = ("pass", "fail", "unknown", "not_applicable", "waived")


def small_answer(report: Mapping[str, Any], report_path: Path, bundle_path: Path | None, more: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return verdict, top causes, counts and paths of one host, at most ``LIMIT_BYTES`` long.

    :param more: what the action adds; short, because nothing of it is given up.
    """
    outcomes = [finding["outcome"] for finding in report["findings"]]
    answer: dict[str, Any] = {
        "changed": False,
        "msg": about_host(report),
        "verdict": report["verdict"],
        "sentence": _cut(report["sentence"], _SENTENCE),
        "causes": [_cause(cause) for cause in report["causes"] if stands(cause["rank"], cause["score"])][:TOP_CAUSES],
        "counts": {outcome: outcomes.count(outcome) for outcome in _COUNTED},
        "report": str(report_path),
        "bundle": None if bundle_path is None else str(bundle_path),
        **(more or {}),
    }
    return _shrunk(answer)


def _cause(cause: Mapping[str, Any]) -> dict[str, str]:
    return {"id": _cut(cause["id"], 32), "title": _cut(cause["title"], _TITLE), "rank": cause["rank"]}


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "\u2026"


def _size(answer: dict[str, Any]) -> int:
    return len(json.dumps(answer).encode("utf-8"))


def _shrunk(answer: dict[str, Any]) -> dict[str, Any]:
    # Escaped text can be six times as long as its characters, and a path may have 4,096 bytes: give up what the files repeat anyway.
    for limit in (_SENTENCE // 4, 40):
        if _size(answer) <= LIMIT_BYTES:
            return answer
        answer |= {"msg": _cut(answer["msg"], limit), "sentence": _cut(answer["sentence"], limit)}
        answer["causes"] = [{**cause, "title": _cut(cause["title"], limit)} for cause in answer["causes"]]
    for name in ("report", "bundle"):
        if _size(answer) > LIMIT_BYTES and answer[name]:
            answer[name] = _cut(Path(answer[name]).name, 200)
    return answer if _size(answer) <= LIMIT_BYTES else {**answer, "causes": []}
