# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What was done: every outcome and status has its words, nothing simulated looks real, and a repaired host is told though it is healthy."""

from __future__ import annotations

import copy
from typing import Any

import jsonschema
import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.enforced import Enforced
from ansible_collections.rdpops.health.plugins.plugin_utils._report.enforced import JOURNAL_STATES, OUTCOMES, RAN_WHERE, STATUSES, enforced_block
from ansible_collections.rdpops.health.plugins.plugin_utils._report.fleet import NOT_EXAMINED, fleet_index, got_worse, summarise, unread_summary
from ansible_collections.rdpops.health.plugins.plugin_utils._report.html import fleet_page
from ansible_collections.rdpops.health.plugins.plugin_utils._report.html_done import REPAIR_TONE, done_part
from ansible_collections.rdpops.health.plugins.plugin_utils._report.redact import Cleaner
from ansible_collections.rdpops.health.plugins.plugin_utils._report.words import JOURNAL, KIND_RAN, REPAIR, SIMULATED, STATUS
from ansible_collections.rdpops.health.plugins.plugin_utils._report.write import publish_fleet, write_host
from ansible_collections.rdpops.health.tests.support.page_check import read_page
from ansible_collections.rdpops.health.tests.support.sample_parts import NOW
from ansible_collections.rdpops.health.tests.support.sample_repairs import CASES, REPAIR_RUN, repaired_reports, told
from ansible_collections.rdpops.health.tests.support.sample_reports import reports
from ansible_collections.rdpops.health.tests.support.schemas import published_schema

HOSTILE = "</section><script>alert(1)</script>\u202e\x00" + "x" * 9000


@pytest.fixture(scope="module")
def made() -> dict[str, dict[str, Any]]:
    return {report["host"]["name"]: report for report in repaired_reports()}


def index_of(made: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return fleet_index(map(summarise, made.values()), REPAIR_RUN, written_at=NOW)


def test_every_word_of_the_format_has_words_for_people() -> None:
    assert set(OUTCOMES) == set(REPAIR) == set(REPAIR_TONE) == {word.value for word in Enforced}
    assert (set(STATUSES), set(JOURNAL_STATES), set(RAN_WHERE)) == (set(STATUS), set(JOURNAL), set(KIND_RAN))


def test_reports_and_index_are_as_published(made: dict[str, dict[str, Any]]) -> None:
    for report in made.values():
        jsonschema.validate(report, published_schema("report-host"))
    index = index_of(made)
    jsonschema.validate(index, published_schema("report-fleet"))
    assert {word for word, number in index["repair"]["outcomes"].items() if number} == set(OUTCOMES)
    assert (index["repair"]["hosts"], index["repair"]["simulated"]) == (len(CASES), 2)


def test_what_was_read_back_from_a_report_says_the_same(made: dict[str, dict[str, Any]]) -> None:
    """Given the block of a report, when a later look hands it on, then nothing of it is lost or said otherwise."""
    for report in made.values():
        assert enforced_block(report["enforced"], Cleaner({})) == report["enforced"]


def test_the_page_is_well_formed_and_tells_repaired_hosts_though_they_are_healthy(made: dict[str, dict[str, Any]]) -> None:
    index = index_of(made)
    by_slug = {report["host"]["slug"]: report for report in made.values()}
    page = fleet_page(index, ((line, by_slug[line["slug"]]) for line in index["hosts"] if line["has_details"]))
    assert read_page(page).faults == []
    shown = {line["name"] for line in index["hosts"] if line["has_details"]}
    assert shown == set(made) - {"rds-healthy"}
    assert page.count("What was done") == len(shown) - 1 and page.count("What would be done") == 1
    assert page.count(SIMULATED) == 3  # two hosts, and once for all


def test_no_repair_no_word_of_it() -> None:
    only_looked = list(reports())
    index = fleet_index(map(summarise, only_looked), REPAIR_RUN, written_at=NOW)
    page = fleet_page(index, ((line, report) for line, report in zip(index["hosts"], only_looked, strict=True) if line["has_details"]))
    assert (index["repair"], "What was done" in page, "What the repair came to" in page) == (None, False, False)


@pytest.mark.parametrize(
    ("state", "words"), [("taken_back", "changed, then taken back"), ("partly_taken_back", "perhaps taken back"), ("finished", " changed<")]
)
def test_what_was_taken_back_does_not_look_done(made: dict[str, dict[str, Any]], state: str, words: str) -> None:
    enforced = copy.deepcopy(made["rds-oracle"]["enforced"])
    enforced["journal"]["state"] = state
    assert words in str(done_part(enforced, 2))


def test_hostile_words_stay_words() -> None:
    operation = {**CASES[1][2]["operations"][0], "message": HOSTILE, "why": HOSTILE, "kind": HOSTILE, "target": {HOSTILE: HOSTILE}, "status": HOSTILE}
    given = told("fixed", HOSTILE, operation, recovered=[{"journal": HOSTILE, "action": HOSTILE, "why": HOSTILE}], break_glass=[{"owner": HOSTILE}])
    block = enforced_block({**given, "restart": HOSTILE, "journal": {"id": HOSTILE, "path": HOSTILE, "state": HOSTILE}}, Cleaner({}))
    drawn = str(done_part(block, 2))
    assert "<script" not in drawn and "\x00" not in drawn and "\u202e" not in drawn
    assert block is not None and block["operations"][0]["status"] == "not_run" and block["journal"]["state"] == "open"


def test_a_mark_without_a_name_says_that_none_was_asked_for() -> None:
    """Given a mark as the host tells it where names were not asked for, then its end is shown, and no word None."""
    mark = {"journal": "j", "owner": None, "reason": None, "expires_at": "2026-11-21T18:00:00Z"}
    block = enforced_block(told("fixed", "x", CASES[1][2]["operations"][0], break_glass=[mark]), Cleaner({}))
    drawn = str(done_part(block, 2))
    assert "no name was asked for" in drawn and "2026-11-21" in drawn and "None" not in drawn


def test_raw_bytes_of_a_value_are_for_the_target() -> None:
    operation = {**CASES[1][2]["operations"][0], "before": {"kind": "REG_DWORD", "value": 0, "raw": "4:AAAAAA=="}}
    block = enforced_block(told("fixed", "x", operation), Cleaner({}))
    assert block is not None and block["operations"][0]["before"] == {"kind": "REG_DWORD", "value": 0}


def test_a_host_that_was_lost_on_the_way_got_worse(made: dict[str, dict[str, Any]]) -> None:
    assert [name for name, report in made.items() if got_worse(report)] == ["rds-key-acl"]
    lost = copy.deepcopy(made["rds-no-winrm"])
    lost["views"]["inside"]["status"] = "ok"  # it could be read before
    assert got_worse(lost)
    assert got_worse({**made["rds-no-winrm"], "enforced": {**made["rds-no-winrm"]["enforced"], "changed": True}})


def test_hosts_that_were_left_alone_are_counted_in_a_note(made: dict[str, dict[str, Any]]) -> None:
    waiting = [unread_summary(name, name, NOT_EXAMINED) for name in ("x", "y")]
    (note,) = fleet_index([summarise(made["rds-key-acl"]), *waiting], REPAIR_RUN, written_at=NOW)["notes"]
    assert note.startswith("2 hosts were not examined: where a repair had to be taken back")
    assert fleet_index([summarise(made["rds-oracle"]), *waiting], REPAIR_RUN, written_at=NOW)["notes"] == []


def test_a_report_of_before_there_were_repairs_is_read(tmp_path: Any) -> None:
    report = next(iter(reports()))
    del report["enforced"]
    write_host(tmp_path, report)
    assert publish_fleet(tmp_path, REPAIR_RUN, written_at=NOW).index["hosts"][0]["outcome"] is None
