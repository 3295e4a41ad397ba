# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Misspelt paths: told wherever they stand, with the nearest; what a host merely does not show is none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._workshop.validate import validate

from tests.support.sources import CAUSE, CHECK, PORT, write_source

WRONG = "derived.effective.PortNumbr.value"
SECOND: dict[str, Any] = {**CAUSE["evidence"][0], "id": "second"}


@pytest.mark.parametrize(
    "document",
    [
        {**CHECK, "applies_when": {"any": [{"path": PORT, "ne": 0}, {"not": {"path": WRONG, "eq": 1}}]}},
        {**CHECK, "evidence": [WRONG]},
        {**CHECK, "fail_text": "it is {" + WRONG + "}"},
        {**CAUSE, "evidence": [*CAUSE["evidence"], {**SECOND, "when": {"path": WRONG, "eq": 1}}]},
        {**CAUSE, "evidence": [{**CAUSE["evidence"][0], "text": "it is {" + WRONG + "}"}]},
    ],
)
def test_a_path_that_leads_nowhere(tmp_path: Path, document: dict[str, Any]) -> None:
    # Given an entry whose cases all come true
    problems = validate(write_source(tmp_path, document)).problems
    # Then the path is told all the same
    assert [problem.split(": ", 1)[1] for problem in problems] == [f"the path {WRONG} leads nowhere; the nearest is {PORT}"]


@pytest.mark.parametrize(
    "path",
    ["client.client_policy.x", "derived.account.state", "events.events", "listener.values.SecurityLayer.policy.value", "views.client"],
)
def test_what_a_host_does_not_show_is_no_misspelling(tmp_path: Path, path: str) -> None:
    assert validate(write_source(tmp_path, {**CHECK, "evidence": [path]})).problems == []


def test_far_from_everything_there_is_no_nearest(tmp_path: Path) -> None:
    (problem,) = validate(write_source(tmp_path, {**CHECK, "evidence": ["zzz"]})).problems
    assert problem.endswith(": the path zzz leads nowhere")
