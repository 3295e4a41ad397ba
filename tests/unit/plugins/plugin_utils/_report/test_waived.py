# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Waivers in the reports: an accepted outage is on the page, in the document and in the counts, and lets no run fail."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import jsonschema
import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.judge import judge
from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import Outcome, Waiver
from ansible_collections.rdpops.health.plugins.plugin_utils._report.build import host_report
from ansible_collections.rdpops.health.plugins.plugin_utils._report.fleet import fleet_index, summarise
from ansible_collections.rdpops.health.plugins.plugin_utils._report.html import host_page
from ansible_collections.rdpops.health.plugins.plugin_utils._report.waived import WaiverLine, fleet_waivers, waiver_notes
from ansible_collections.rdpops.health.tests.support.sample_parts import RUN
from ansible_collections.rdpops.health.tests.support.schemas import published_schema

from tests.support.host_states import CATALOGUE, host

NOW = datetime(2026, 11, 20, tzinfo=timezone.utc)
SILENT = {"probe.symptom": "connect_refused", "probe.ended_at": "connect", "probe.tls.outcome": "not_reached", "probe.tls.version": None}
STOPPED = host(set={"services.TermService.state": "stopped", **SILENT, "probe.tls.certificate": None})


def waiver(*checks: str) -> Waiver:
    return Waiver("W-1", "Rebuilt until <January>.", "ops@example.com", "CHG-7", NOW - timedelta(days=9), NOW + timedelta(days=90), ("rds*",), checks=checks)


def report(*, accepted: bool) -> dict[str, Any]:
    failed = [item.check.id for item in judge(STOPPED, CATALOGUE).findings if item.outcome is Outcome.FAIL]
    return host_report(judge(STOPPED, CATALOGUE, waivers=[waiver(*failed)] if accepted else ()), STOPPED, RUN)


def test_the_report_says_who_accepts_what_until_when() -> None:
    made = report(accepted=True)
    jsonschema.Draft202012Validator(published_schema("report-host")).validate(made)
    waived = [item for item in made["findings"] if item["outcome"] == "waived"]
    assert waived
    assert all(item["waiver"]["owner"] == "ops@example.com" and item["waiver"]["expires_at"] == "2027-02-18T00:00:00Z" for item in waived)
    assert made["waivers"] == [{**waived[0]["waiver"], "state": "in_force", "waived": len(waived), "open": 0}]
    assert not any("waiver" in item for item in made["findings"] if item["outcome"] != "waived")


@pytest.mark.parametrize("fail_on", ["outage", "security", "any"])
def test_what_is_accepted_lets_no_run_fail_and_is_counted(fail_on: str) -> None:
    index = fleet_index([summarise(report(accepted=True))], RUN, written_at=NOW, fail_on=fail_on)
    jsonschema.Draft202012Validator(published_schema("report-fleet")).validate(index)
    assert index["exit"] == "ok"
    assert fleet_index([summarise(report(accepted=False))], RUN, written_at=NOW, fail_on=fail_on)["exit"] == "failed"
    (line,) = index["hosts"]
    assert (line["verdict"], line["findings"]["fail"], line["top_cause"]["id"]) == ("attention", 0, "C18")
    assert line["findings"]["waived"] >= 1
    assert summarise(report(accepted=True)).has_details
    assert [(item["id"], item["state"], item["hosts"], item["used_by"]) for item in index["waivers"]] == [("W-1", "in_force", 1, 1)]


@pytest.mark.parametrize(("severity", "impact", "end"), [("info", "hygiene", "ok"), ("low", "hygiene", "failed"), ("info", "outage", "failed")])
def test_information_beside_what_is_accepted_fails_no_run(severity: str, impact: str, end: str) -> None:
    made = report(accepted=True)
    passed = next(item for item in made["findings"] if item["outcome"] == "pass")
    passed.update(outcome="fail", severity=severity, impact=impact)
    assert fleet_index([summarise(made)], RUN, written_at=NOW, fail_on="security")["exit"] == end


def test_the_page_shows_it() -> None:
    made = report(accepted=True)
    index = fleet_index([summarise(made)], RUN, written_at=NOW)
    page = host_page(index["hosts"][0], made)
    assert "Accepted by ops@example.com until 2027-02-18 (waiver W-1, CHG-7): Rebuilt until &lt;January&gt;." in page


def line(state: str, waived: int = 0, unsettled: int = 0) -> WaiverLine:
    return WaiverLine("W-1", "o", "t", "2027-01-01T00:00:00Z", state, waived, unsettled)


@pytest.mark.parametrize(
    ("lines", "state", "used_by"),
    [
        ([line("in_force"), line("in_force", 2)], "in_force", 1),
        ([line("in_force"), line("in_force")], "unused", 0),
        ([line("expiring"), line("expiring")], "unused", 0),
        ([line("in_force"), line("in_force", unsettled=1)], "in_force", 0),  # nobody could look there
        ([line("expired", 1), line("in_force")], "expired", 0),
        ([line("not_begun", 1)], "not_begun", 0),
        ([line("too_wide", 3), line("too_wide")], "too_wide", 0),
    ],
)
def test_what_a_fleet_says_of_a_waiver(lines: list[WaiverLine], state: str, used_by: int) -> None:
    (summed,) = fleet_waivers([[one] for one in lines])
    assert (summed["state"], summed["used_by"], summed["hosts"]) == (state, used_by, len(lines))


def test_the_fleet_is_told_what_is_the_matter_with_its_waivers() -> None:
    states = ["in_force", "unused", *["expired"] * 7, "not_begun"]
    made = [{"id": f"W-{number}", "owner": "o", "state": state, "hosts": 3} for number, state in enumerate(states)]
    assert waiver_notes(made, 12) == [
        "Waivers that have ended: W-2 (o), W-3 (o), W-4 (o), W-5 (o), W-6 (o) and 2 more.",
        "Waivers that none of these hosts needs: W-1 (o).",
    ]
    lines = summarise(report(accepted=True))
    assert fleet_index([lines], RUN, written_at=NOW)["notes"] == []


@pytest.mark.parametrize(
    ("state", "held", "hosts", "told"),
    [("in_force", 3, 3, True), ("expiring", 7, 7, True), ("in_force", 5, 6, False), ("in_force", 2, 2, False), ("not_begun", 6, 6, False)],
)
def test_a_waiver_for_every_host_of_a_run_is_named(state: str, held: int, hosts: int, told: bool) -> None:
    # Given a glob that leaves nobody out, which no single host can see
    notes = waiver_notes([{"id": "W-1", "owner": "o", "state": state, "hosts": held}], hosts)
    assert ("Waivers that hold for every host of this run: W-1 (o)." in notes) is told
