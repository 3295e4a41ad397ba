# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whom to ask, as the canonical report and the line of a task say it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.escalation import Asked, Escalation
from ansible_collections.rdpops.health.plugins.plugin_utils._core.handed_over import KINDS
from ansible_collections.rdpops.health.plugins.plugin_utils._core.judge import judge
from ansible_collections.rdpops.health.plugins.plugin_utils._core.packed import LINES_LIMIT
from ansible_collections.rdpops.health.plugins.plugin_utils._report.build import host_report
from ansible_collections.rdpops.health.plugins.plugin_utils._report.escalation import NOT_NAMED
from ansible_collections.rdpops.health.plugins.plugin_utils._report.redact import WITHHELD
from ansible_collections.rdpops.health.plugins.plugin_utils._report.text import one_line
from ansible_collections.rdpops.health.plugins.plugin_utils._report.words import WHOM
from ansible_collections.rdpops.health.plugins.plugin_utils._report.write import publish_fleet, write_host
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


def test_the_line_of_a_task_says_where_to_look_first() -> None:
    told = report(set=STALLED)
    told["escalate"] |= {"ask": [], "first": [{"view": "inside", "how": "x"}]}
    assert "[nothing known fits: first look from inside]" in one_line(told)
    assert "[nothing known fits: first name the client]" in one_line(report(error="0x904/0x7"))


def test_a_code_without_its_client_fits_the_schema_too() -> None:
    told = report(error="0x904/0x7")
    assert [first["view"] for first in told["escalate"]["first"]] == ["client"]
    assert told["escalate"]["pack"]["lines"] == []
    jsonschema.Draft202012Validator(published_schema("report-host")).validate(told)


def test_a_healthy_host_whose_client_fails_has_its_place_on_the_page(tmp_path: Path) -> None:
    # Given a host without a fault, and a client that shows a code
    told = report(error="0x904/0x7", client={})
    assert told["verdict"] == "healthy"
    write_host(tmp_path, told)
    write_host(tmp_path, {**report(), "host": {**told["host"], "name": "calm", "slug": "calm"}})
    # When the fleet is published, then the page says whom to ask, and nothing of a host of which there is no more to say
    index = publish_fleet(tmp_path, RUN, written_at=host().now).index
    assert {line["name"]: line["has_details"] for line in index["hosts"]} == {told["host"]["name"]: True, "calm": False}
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    # and what the client reports stands where people look first: in the headline, and in the row of the host, which is not among the calm ones
    assert {line["name"]: line["complaint"] for line in index["hosts"]} == {told["host"]["name"]: "0x904/0x7", "calm": None}
    assert index["counts"]["complaints"] == 1
    assert "All 2 hosts are healthy, but a client reports a failure of 1 host that nothing explains." in page
    rows = [row for row in page.split("<tr") if ">calm<" in row or f">{told['host']['name']}<" in row][:2]
    assert [("a client: 0x904/0x7" in row, 'class="calm"' in row) for row in rows] == [(False, True), (True, False)]
    assert f'href="#host-{told["host"]["slug"]}"' in page
    assert 'href="#host-calm"' not in page
    assert "hand over" in page


def test_every_line_that_is_handed_over_is_bounded_and_none_acts() -> None:
    lines = report(set={**STALLED, "probe.sentence": "\x1b[31m" + "x" * 1000})["escalate"]["pack"]["lines"]
    assert all(line.isprintable() for line in lines)
    assert max(map(len, lines)) < 700
    assert lines[0].startswith("== Remote Desktop")


def test_names_of_accounts_are_withheld_unless_somebody_asked_for_them() -> None:
    facts = host(set={**STALLED, "services.TermService.ObjectName.value": "CORP\\erika.muster"})
    judged = replace(judge(facts, CATALOGUE), escalation=Escalation("w", ask=(Asked("microsoft", "why"),), pack=("runs as CORP\\erika.muster",)))
    kept, withheld = (host_report(judged, facts, RUN, include_names=include)["escalate"]["pack"]["lines"][-1] for include in (True, False))
    assert kept.endswith("erika.muster")
    assert withheld == f"runs as {WITHHELD}"


def test_what_has_no_names_is_handed_over_instead() -> None:
    facts = host(set=STALLED)
    pack = host_report(judge(facts, CATALOGUE), facts, RUN, without_names=("host h-1",))["escalate"]["pack"]
    assert pack["redacted"]
    assert pack["lines"][2:] == [NOT_NAMED, "", "host h-1"]


def test_what_is_handed_over_is_in_the_report() -> None:
    pack = report(set=STALLED)["escalate"]["pack"]
    assert pack["redacted"] is False
    assert "rdpops.health" in pack["lines"][1]
    assert any(line.startswith("derived.effective.SecurityLayer = 2") for line in pack["lines"])


def test_a_healthy_host_has_none() -> None:
    assert "escalate" not in report()


def test_the_schema_knows_everybody() -> None:
    block = published_schema("report-host")["properties"]["escalate"]["properties"]
    assert set(block["ask"]["items"]["properties"]["who"]["enum"]) == set(WHOM)
    assert block["evidence"]["items"]["properties"]["kind"]["enum"] == list(KINDS)
    assert block["pack"]["properties"]["lines"]["maxItems"] == LINES_LIMIT + 5  # a head, and that it was cut
