# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The fleet index: nobody is left out, and what is unknown is never counted as good."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._report import fleet
from ansible_collections.rdpops.health.plugins.plugin_utils._report.build import canonical_bytes
from ansible_collections.rdpops.health.plugins.plugin_utils._report.fleet import CauseSummary, HostSummary, fleet_index, read_summaries, summarise
from ansible_collections.rdpops.health.plugins.plugin_utils._report.html_causes import causes_part
from ansible_collections.rdpops.health.plugins.plugin_utils._report.html_fleet import fleet_header
from ansible_collections.rdpops.health.plugins.plugin_utils._report.text import one_line, summary
from ansible_collections.rdpops.health.plugins.plugin_utils._report.words import WRONG_ARGUMENTS
from ansible_collections.rdpops.health.tests.support.sample_parts import NOW, RUN
from ansible_collections.rdpops.health.tests.support.sample_reports import reports
from ansible_collections.rdpops.health.tests.support.schemas import published_schema

SCHEMA = jsonschema.Draft202012Validator(published_schema("report-fleet"))


def cause(ident: str = "C05", rank: str = "certain", impact: str = "outage") -> CauseSummary:
    return CauseSummary(ident, "title", rank, impact, "none", "advice")


def host(name: str, verdict: str = "failing", *causes: CauseSummary) -> HostSummary:
    return HostSummary(name, name, verdict, "sentence", causes)


def index_of(*hosts: HostSummary, fail_on: str = "outage") -> dict[str, Any]:
    made = fleet_index(hosts, RUN, written_at=NOW, fail_on=fail_on)
    SCHEMA.validate(made)
    return made


def ranked(*ranks: str) -> dict[str, Any]:
    report = json.loads(canonical_bytes(next(iter(reports(2, unhealthy=2)))))
    model = report["causes"][0]
    report["causes"] = [{**model, "id": f"C{number:02d}", "rank": rank, "score": 1} for number, rank in enumerate(ranks, 1)]
    return report


def test_a_cause_with_more_against_than_for_it_stands_behind_no_host() -> None:
    report = ranked("possible", "possible")
    report["causes"][0]["score"] = -1
    assert [found.id for found in summarise(report).causes] == ["C02"]
    assert "(C02)" in one_line(report)
    page = str(causes_part(report["causes"], 3))
    assert "1 cause ruled out, or with more against than for it" in page
    assert page.index("C02") < page.index("with more against") < page.index("C01")


def test_the_sample_fleet_fits_the_schema() -> None:
    made = index_of(*map(summarise, reports()))
    assert made["counts"] == {"hosts": 8, "healthy": 1, "failing": 5, "attention": 1, "unknown": 1, "wrong_arguments": 0, "complaints": 0}
    assert [line["verdict"] for line in made["hosts"]] == ["failing"] * 5 + ["unknown", "attention", "healthy"]


def test_of_one_verdict_the_surest_come_first_and_then_the_names() -> None:
    # Given hosts of two verdicts whose names begin the other way round, when they are listed, then the verdict counts first and then how sure the cause is
    hosts = [
        host("a", "failing"), host("b", "failing", cause(rank="possible")), host("c", "failing", cause(rank="likely")), host("e", "failing", cause()),
        host("d", "failing", cause()), host("f", "failing", cause(impact="security"), cause(rank="likely")), host("0", "attention", cause()),
    ]  # fmt: skip
    assert [line["name"] for line in index_of(*hosts)["hosts"]] == ["d", "e", "c", "f", "b", "a", "0"]


def test_the_digest_is_that_of_the_catalogues_that_judged() -> None:
    """Given hosts that were judged by other files than the run's own, then the fleet carries their digest, or one over all of them, in any order."""
    ours, other = (replace(host(name), judged_by=digest) for name, digest in (("a", "1" * 64), ("b", "2" * 64)))
    assert index_of(host("unseen"))["catalogue"]["digest"] == RUN.catalogue_digest
    assert index_of(other, replace(other, name="c"), host("unseen"))["catalogue"]["digest"] == "2" * 64
    both = index_of(ours, other)["catalogue"]["digest"]
    assert both == hashlib.sha256(f"{'1' * 64}\n{'2' * 64}".encode()).hexdigest() == index_of(other, ours, ours)["catalogue"]["digest"]
    report = ranked("certain")
    report["catalogue"]["digest"] = "3" * 64
    assert summarise(report).judged_by == "3" * 64
    assert summarise({**report, "findings": []}).judged_by == ""  # a host about which one sentence is all that can be said


@pytest.mark.parametrize(
    ("ranks", "counted"),
    [
        (("certain", "likely", "possible"), ["C01", "C02"]),
        (("possible", "certain"), ["C02"]),
        (("possible", "possible"), ["C01"]),
        (("ruled_out", "possible"), ["C02"]),
        (("ruled_out",), []),
        ((), []),
    ],
)
def test_a_host_counts_under_its_sure_causes_or_else_under_the_top_one(ranks: tuple[str, ...], counted: list[str]) -> None:
    assert [one.id for one in summarise(ranked(*ranks)).causes] == counted


def test_clusters_come_by_what_they_cost_then_by_how_many_hosts() -> None:
    security = cause("C15", impact="security")
    made = index_of(
        host("a", "failing", cause("C05")),
        host("b", "failing", cause("C05", "likely")),
        host("c", "failing", cause("C01")),
        *(host(f"s{n}", "attention", security) for n in range(5)),
    )
    assert [(cluster["cause"], cluster["count"]) for cluster in made["clusters"]] == [("C05", 2), ("C01", 1), ("C15", 5)]
    assert made["clusters"][0]["ranks"] == {"certain": 1, "likely": 1, "possible": 0}
    assert made["clusters"][0]["hosts"] == ["a", "b"]


def test_a_cluster_names_at_most_two_hundred_hosts_and_says_so() -> None:
    made = index_of(*(host(f"h{number:04d}", "failing", cause()) for number in range(201)))
    assert len(made["clusters"][0]["hosts"]) == 200
    assert made["clusters"][0]["truncated"] is True
    assert made["clusters"][0]["count"] == 201


@pytest.mark.parametrize(
    ("verdicts", "fail_on", "expected"),
    [
        (["healthy"], "outage", "ok"),
        (["attention"], "outage", "ok"),
        (["failing"], "outage", "failed"),
        (["unknown"], "outage", "failed"),
        (["attention"], "any", "failed"),
        (["attention"], "security", "failed"),
        (["healthy"], "security", "ok"),
        (["healthy"], "any", "ok"),
        (["failing", "unknown", "attention"], "never", "ok"),
        ([], "outage", "failed"),
        ([], "never", "ok"),
    ],
)
def test_the_exit_follows_the_verdicts(verdicts: list[str], fail_on: str, expected: str) -> None:
    made = index_of(*(host(f"h{number}", verdict) for number, verdict in enumerate(verdicts)), fail_on=fail_on)
    assert made["exit"] == expected


def test_any_counts_a_healthy_host_with_a_finding_too() -> None:
    hygiene = HostSummary("h", "h", "healthy", "s", findings={"fail": 1, "unknown": 0, "pass": 1, "not_applicable": 0, "waived": 0})
    assert index_of(hygiene, fail_on="any")["exit"] == "failed"
    assert index_of(hygiene, fail_on="security")["exit"] == "ok"


def put(folder: Path, name: str, content: bytes) -> None:
    (folder / f"{name}.json").write_bytes(content)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"\xff\xfe", b'{"schema": "rdpops.health/report-host/9"}', b'{"schema": "rdpops.health/report-host/1"}', b"[" * 100_000],
)
def test_a_file_that_is_no_report_is_an_unknown_host(tmp_path: Path, content: bytes) -> None:
    put(tmp_path, "broken", content)
    found = list(read_summaries(tmp_path))
    assert [one.verdict for one in found] == ["unknown"]
    assert "broken" in found[0].sentence


def test_a_report_with_an_odd_word_is_an_unknown_host(tmp_path: Path) -> None:
    report = ranked("certain")
    for number, change in enumerate(
        ({"verdict": "splendid"}, {"causes": [{**report["causes"][0], "rank": "x"}]}, {"causes": [{**report["causes"][0], "impact": []}]}, {"findings": 1})
    ):
        put(tmp_path, f"h{number}", canonical_bytes({**report, "host": {**report["host"], "slug": f"h{number}"}, **change}))
    assert [one.verdict for one in read_summaries(tmp_path)] == ["unknown"] * 4


def test_a_report_that_was_renamed_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    # Given a report whose own slug is a path, when it is read, then its file's name counts and the host is unknown.
    report = ranked("certain")
    put(tmp_path, "good", canonical_bytes({**report, "host": {**report["host"], "slug": "../../evil"}}))
    (found,) = read_summaries(tmp_path)
    assert (found.slug, found.verdict) == ("good", "unknown")


def test_a_host_without_a_report_is_unknown_and_one_that_was_not_asked_for_is_left_out(tmp_path: Path) -> None:
    report = ranked("certain")
    put(tmp_path, report["host"]["slug"], canonical_bytes(report))
    assert [(one.slug, one.verdict) for one in read_summaries(tmp_path, only=["missing"])] == [("missing", "unknown")]


def test_a_report_of_an_earlier_run_is_no_news(tmp_path: Path) -> None:
    # Given a healthy report of another run, when only this run counts, then the host is unknown, and with no such wish it is healthy.
    report = json.loads(canonical_bytes(next(iter(reports(1, unhealthy=0)))))
    put(tmp_path, report["host"]["slug"], canonical_bytes(report))
    assert [one.verdict for one in read_summaries(tmp_path, of_run="another")] == ["unknown"]
    assert [one.verdict for one in read_summaries(tmp_path, of_run=report["run"]["id"])] == ["healthy"]
    assert [one.verdict for one in read_summaries(tmp_path)] == ["healthy"]


def test_reports_are_read_one_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given many reports, when the first summary is taken, then only one file has been read.
    for report in reports(5, unhealthy=5):
        put(tmp_path, report["host"]["slug"], canonical_bytes(report))
    read: list[Path] = []
    original = fleet.read_report
    monkeypatch.setattr(fleet, "read_report", lambda path: (read.append(path), original(path))[1])
    next(read_summaries(tmp_path))
    assert len(read) == 1


def test_a_report_that_is_too_large_is_not_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fleet, "REPORT_LIMIT_BYTES", 10)
    put(tmp_path, "big", b" " * 11)
    with pytest.raises(ValueError, match="larger than 10 bytes"):
        fleet.read_report(tmp_path / "big.json")


def test_wrong_arguments_are_counted_and_make_the_run_fail_whatever_it_may_fail_on() -> None:
    wrong = HostSummary("b", "b", "unknown", f"{WRONG_ARGUMENTS}port is 70000.")
    made = index_of(host("a", "healthy"), wrong, fail_on="never")
    assert (made["counts"]["wrong_arguments"], made["exit"]) == (1, "failed")
    said = "This run fails: wrong arguments for 1 host, whatever rdp_health_fail_on says."
    assert said in summary(made, "index.html")
    assert "does not fail" not in summary(made, "index.html")
    assert said in str(fleet_header(made))


def test_a_possible_outage_is_counted_beside_what_is_surer_and_harmless() -> None:
    report = ranked("likely", "possible", "possible")
    report["causes"][0]["impact"] = "security"
    assert [each.id for each in summarise(report).causes] == ["C01", "C02"]
    report["verdict"] = "attention"
    assert [each.id for each in summarise(report).causes] == ["C01"]


@pytest.mark.parametrize(
    ("verdict", "causes", "top"),
    [
        ("failing", [cause("C15", "likely", "security"), cause("C05", "possible")], "C05"),
        ("failing", [cause("C15", "likely", "security")], None),
        ("attention", [cause("C15", "likely", "security"), cause("C05", "possible")], "C15"),
        ("failing", [cause("C01"), cause("C05")], "C01"),
    ],
)
def test_behind_a_failing_host_stands_what_brings_it_down(verdict: str, causes: list[CauseSummary], top: str | None) -> None:
    (line,) = index_of(host("a", verdict, *causes))["hosts"]
    assert (line["top_cause"] and line["top_cause"]["id"]) == top
