# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A result stays small whatever the report holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.answer import LIMIT_BYTES, small_answer

HOSTILE = ("x" * 100_000, "\x00" * 3000, "\U0001f4a5" * 2000, '"\\' * 2000, "é" * 5000)


def report(text: str) -> dict[str, Any]:
    causes = [{"id": text, "title": text, "rank": "certain", "score": 3}] * 40 + [{"id": "C1", "title": text, "rank": "ruled_out", "score": 0}]
    return {"verdict": "failing", "sentence": text, "causes": causes, "findings": [{"outcome": "fail"}, {"outcome": "pass"}] * 500}


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_report_has_a_small_result(text: str) -> None:
    answer = small_answer(report(text), Path("/tmp", "\u00e9" * 200, "y" * 3000), Path("/tmp", "z" * 4000))
    assert len(json.dumps(answer).encode()) <= LIMIT_BYTES
    assert answer["verdict"] == "failing"
    assert answer["changed"] is False
    assert answer["counts"]["fail"] == 500


def test_an_ordinary_report_loses_nothing() -> None:
    ranks = [("certain", 3), ("ruled_out", 4), ("possible", 0), ("possible", -1), ("likely", -1)]
    causes = [{"id": f"C{number}", "title": "A cause", "rank": rank, "score": score} for number, (rank, score) in enumerate(ranks)]
    answer = small_answer({"verdict": "failing", "sentence": "It is so", "causes": causes, "findings": []}, Path("a/b.json"), None)
    assert [cause["id"] for cause in answer["causes"]] == ["C0", "C2", "C4"]
    assert (answer["sentence"], answer["report"], answer["bundle"]) == ("It is so", "a/b.json", None)
    assert "It is so" in answer["msg"]
