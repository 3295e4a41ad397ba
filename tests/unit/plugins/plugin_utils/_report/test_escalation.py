# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whom to ask, as the canonical report and the line of a task say it."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.judge import judge
from ansible_collections.rdpops.health.plugins.plugin_utils._report.build import host_report
from ansible_collections.rdpops.health.plugins.plugin_utils._report.text import one_line
from ansible_collections.rdpops.health.plugins.plugin_utils._report.words import WHOM
from ansible_collections.rdpops.health.tests.support.sample_parts import RUN

from tests.support.host_states import CATALOGUE, host
from tests.support.schemas import published_schema

STALLED = {"probe.symptom": "tls_stalled", "probe.ended_at": "tls", "probe.tls.outcome": "silent"}


def report(**case: Any) -> dict[str, Any]:
    facts = host(**case)
    return host_report(judge(facts, CATALOGUE), facts, RUN)


@pytest.mark.parametrize("case", [{"set": STALLED}, {"set": STALLED, "error": "0x904/0x7", "client": {}}, {"set": STALLED, "unreachable": True}])
def test_it_fits_the_schema(case: dict[str, Any]) -> None:
    told = report(**case)
    assert told["escalate"]["ask"][0]["who"] == "network"
    jsonschema.Draft202012Validator(published_schema("report-host")).validate(told)


def test_the_line_of_a_task_names_the_first_to_ask() -> None:
    assert "[nothing known fits: ask the network team]" in one_line(report(set=STALLED))


def test_a_healthy_host_has_none() -> None:
    assert "escalate" not in report()


def test_the_schema_knows_everybody() -> None:
    block = published_schema("report-host")["properties"]["escalate"]["properties"]
    assert set(block["ask"]["items"]["properties"]["who"]["enum"]) == set(WHOM)
