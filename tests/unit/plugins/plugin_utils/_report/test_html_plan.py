# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan, drawn: what is predicted is what would be another than it is."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._report.html_plan import plan_part

FAILED = [{"check": name, "title": f"The {name}", "outcome": "fail"} for name in ("first", "second", "third")]


def told(**predicted: str) -> str:
    plan: dict[str, Any] = {"digest": "0" * 64, "restart": "none", "operations": [], "refusals": [], "predicted": predicted}
    return re.sub(r"<[^>]+>", "", plan_part(plan, FAILED, 4).partition("Predicted afterwards")[2])


@pytest.mark.parametrize(
    ("predicted", "words"),
    [
        ({}, ""),
        ({"first": "pass"}, "The first ✕ failed → ✓ passed"),
        ({"first": "unknown", "elsewhere": "pass"}, "The first ✕ failed → ? unknownelsewhere ✓ passed"),
        ({"first": "pass", "second": "fail"}, "The first ✕ failed → ✓ passed1 check that failed stays as it is."),
        ({"first": "fail", "second": "fail"}, "2 checks that failed stay as they are."),
    ],
)
def test_only_what_would_change_is_listed_and_the_rest_is_counted(predicted: dict[str, str], words: str) -> None:
    assert told(**predicted) == words
