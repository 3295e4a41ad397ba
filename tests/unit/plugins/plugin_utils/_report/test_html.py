# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Pages: well formed, for everybody, and deaf to what hosts say."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._report.fleet import fleet_index, summarise
from ansible_collections.rdpops.health.plugins.plugin_utils._report.html import fleet_page, host_page
from ansible_collections.rdpops.health.tests.support.page_check import PageReader, read_page
from ansible_collections.rdpops.health.tests.support.sample_parts import NOW, RUN
from ansible_collections.rdpops.health.tests.support.sample_reports import reports

HOSTILE = [
    "</script><img src=x onerror=alert(1)>",
    "\"' onmouseover='alert(1)",
    "</style><style>*{display:none}",
    "<!--",
    "]]><![CDATA[",
    "javascript:alert(1)",
    "\u202egnp.exe",
    "a\x00b\x1b[2J",
    "&lt;b&gt;",
    "\u200f\u2067",
    "x" * 1_000_000,
]
ENUMERATED = {
    "schema",
    "verdict",
    "status",
    "source",
    "impact",
    "rank",
    "restart",
    "outcome",
    "severity",
    "view",
    "strength",
    "step",
    "ended_at",
    "nla",
    "risk",
    "slug",
    "kind",
    "mode",
    "predicted",
    "floor",
    "protocols",
}


def page_of(made: list[dict[str, Any]]) -> str:
    index = fleet_index(map(summarise, made), RUN, written_at=NOW)
    by_slug = {report["host"]["slug"]: report for report in made}
    return fleet_page(index, ((line, by_slug[line["slug"]]) for line in index["hosts"] if line["verdict"] != "healthy"))


def read(page: str) -> tuple[PageReader, str]:
    reader = read_page(page)
    return reader, " ".join("".join(reader.text).split())


def text_of(page: str) -> str:
    return read(page)[1]


def poisoned(value: Any, poison: str, field: str = "") -> Any:
    """Put a hostile text in the place of every text that is not one of a closed set of words."""
    if field in ENUMERATED:
        return value
    if isinstance(value, dict):
        return {name: poisoned(item, poison, name) for name, item in value.items()}
    if isinstance(value, list):
        return [poisoned(item, poison, field) for item in value]
    return poison if isinstance(value, str) else value


def test_the_fleet_page_is_well_formed_and_tells_everything_in_order() -> None:
    reader, text = read(page_of(list(reports())))
    assert reader.faults == []
    order = [
        "5 of 8 hosts are failing",
        "What stands behind it",
        "All hosts",
        "Hosts in detail",
        "Why",
        "The handshake",
        "The plan",
        "Findings",
        "Not known",
        "Security floor",
        "has run on real Windows",
    ]
    places = [text.index(words) for words in order]
    assert places == sorted(places)


def test_a_host_page_is_well_formed_and_leads_back() -> None:
    for report in reports():
        line = {**report["host"], "verdict": report["verdict"], "sentence": "s", "complaint": report["complaint"], "page": "x"}
        reader = read_page(host_page(line, report))
        assert reader.faults == []
        assert "../index.html" in reader.links


@pytest.mark.parametrize(("address", "is_linked"), [("https://example.com/a", True), ("#", False), ("#causes", False)])
def test_a_reference_leads_out_of_the_page_or_nowhere(address: str, is_linked: bool) -> None:
    report = copy.deepcopy(next(report for report in reports() if report["causes"]))
    report["causes"][0]["references"] = [{"title": "read", "url": address}]
    page = host_page({**report["host"], "verdict": "failing", "sentence": "", "complaint": None, "page": None}, report)
    reader = read_page(page)
    assert reader.faults == []
    assert (address in reader.links) is is_linked


@pytest.mark.parametrize("poison", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_text_wherever_it_stands(poison: str) -> None:
    # Given reports in which every free text is hostile, when they are drawn, then the page has the same elements and stays small.
    clean = list(reports())
    hostile = [poisoned(report, poison) for report in copy.deepcopy(clean)]
    for report, original in zip(hostile, clean, strict=True):
        report["causes"] = [{**cause, "id": was["id"]} for cause, was in zip(report["causes"], original["causes"], strict=True)]
    page = page_of(hostile)
    reader, text = read(page)
    assert reader.faults == []
    assert reader.elements["style"] == 1
    assert "cannot be drawn" not in text
    assert len(page) < 6_000_000
    assert not set(page) & {"\x00", "\x1b", "\u202e", "\u2067", "\u200f"}


def test_every_value_of_a_report_is_shown() -> None:
    # Given a report whose texts are all different, when its page is drawn, then none is missing.
    report = next(report for report in reports() if report["host"]["name"] == "rds-cert-expired")
    text = text_of(host_page({"name": "n", "slug": "n", "verdict": "failing", "sentence": "", "complaint": None, "page": None}, report))
    said = [report["sentence"], report["error_code"]["meaning"], report["handshake"]["certificate"]["sha256"]]
    for cause in report["causes"]:
        said += [cause["title"], cause["advice"], *(item["text"] for item in (*cause["evidence_for"], *cause["evidence_against"], *cause["missing"]))]
    said += [finding["reason"] for finding in report["findings"]]
    said += [operation["why"] for operation in report["plan"]["operations"]]
    said += [entry["what"] for entry in report["unknown"]]
    assert [words for words in said if words not in text] == []


def test_a_refused_repair_says_why_and_what_to_do_instead() -> None:
    text = text_of(page_of([report for report in reports() if report["host"]["name"] == "rds-policy-off"]))
    assert "so a local write would be futile" in text
    assert "Instead: Find the policy with gpresult" in text


def test_an_error_code_is_said_to_name_no_cause() -> None:
    text = text_of(page_of(list(reports())))
    assert "A code names no cause." in text


def test_an_endpoint_that_insists_on_nla_is_not_drawn_as_a_fault() -> None:
    # Given a healthy endpoint, which refuses an offer without NLA, when the handshake is drawn, then that refusal is no error.
    report = next(report for report in reports() if report["host"]["name"] == "rds-no-winrm")
    page = host_page({"name": "n", "slug": "n", "verdict": "unknown", "sentence": "", "complaint": None, "page": None}, report)
    assert "refuses: wants Network Level Authentication (failure 5)" in page
    assert 'class="in bad"' not in page


@pytest.mark.parametrize("name", ["rds-key-acl", "rds-firewall", "rds-tls12"])
def test_the_place_where_a_handshake_ended_is_said_in_words(name: str) -> None:
    words = {"rds-key-acl": "TLS closed", "rds-firewall": "TCP no answer in time", "rds-tls12": "TLS TLS alert"}[name]
    report = next(report for report in reports() if report["host"]["name"] == name)
    page = host_page({"name": "n", "slug": "n", "verdict": "failing", "sentence": "", "complaint": None, "page": None}, report)
    text = text_of(page.replace("</", " </"))
    assert words in text


@pytest.mark.parametrize(
    "broken", [lambda report: None, lambda report: {**report, "plan": 1}, lambda report: {"schema": "x"}, lambda report: {**report, "causes": [{}]}]
)
def test_a_report_of_another_shape_is_named_and_the_others_go_on(broken: Callable[[dict[str, Any]], dict[str, Any] | None]) -> None:
    made = [report for report in reports() if report["verdict"] != "healthy"]
    index = fleet_index(map(summarise, made), RUN, written_at=NOW)
    page = fleet_page(index, ((line, broken(made[0]) if place == 0 else made[place]) for place, line in enumerate(index["hosts"])))
    reader, text = read(page)
    assert reader.faults == []
    assert reader.elements["article"] == len(made)
    assert "There is nothing to draw" in text or "cannot be drawn" in text


def test_an_empty_fleet_has_a_page() -> None:
    reader, text = read(fleet_page(fleet_index([], RUN, written_at=NOW), []))
    assert reader.faults == []
    assert "No host was looked at." in text


def test_a_healthy_host_is_only_a_row() -> None:
    one, many = (len(page_of(list(reports(count, unhealthy=0)))) for count in (1, 101))
    assert (many - one) / 100 < 700


def test_the_same_reports_make_the_same_bytes() -> None:
    assert page_of(list(reports())) == page_of(list(reports()))


def test_one_reason_for_not_seeing_is_said_once_with_every_place() -> None:
    # Given a cause that misses four observations for one reason, when it is drawn, then the reason stands once and each place once.
    report = copy.deepcopy(next(report for report in reports() if report["host"]["name"] == "rds-key-acl"))
    missing = {"id": "e", "view": "inside", "strength": "strong", "text": "nobody looked inside"}
    places = [{"path": path, "value": None, "wanted": "1", "known": False} for path in ("a.b", "a.c", "a.b", "a.d")]
    report["causes"][0]["missing"] = [{**missing, "observations": [place]} for place in places]
    text = text_of(host_page({"name": "n", "slug": "n", "verdict": "failing", "sentence": "", "complaint": None, "page": None}, report))
    assert text.count("obody looked inside") == 1
    assert [text.count(path) for path in ("a.b", "a.c", "a.d")] == [1, 1, 1]


def test_a_handshake_that_ended_early_does_not_list_what_nobody_saw() -> None:
    report = next(report for report in reports() if report["host"]["name"] == "rds-firewall")
    page = host_page({"name": "n", "slug": "n", "verdict": "failing", "sentence": "", "complaint": None, "page": None}, report)
    assert "It ended too early to show" in page
    assert "What the endpoint speaks" not in page


def test_a_finding_is_found_again_by_the_numbers_it_has_elsewhere() -> None:
    assert "Elsewhere: CIS 18.10.57.3.9.5, V-254369" in text_of(page_of(list(reports())))


def test_codes_are_shown_in_hexadecimal_and_kept_as_numbers() -> None:
    # Given observations that hold codes and counts, as a number, and as the text that a list travels as
    report = copy.deepcopy(next(report for report in reports() if report["host"]["name"] == "rds-key-acl"))
    values = [
        ("derived.events.codes_schannel_36870", "[2148074253, 40]"), ("derived.client_error.code", 516), ("os.build", 26100), ("derived.outside.answers", True),
        ("derived.events.codes_rcm_1058", 2147942405), ("a.name", "2147942405"), ("derived.vantages.names", "[99999999999]"),
    ]  # fmt: skip
    seen = [{"path": path, "value": value, "wanted": "", "known": True} for path, value in values]
    report["causes"][0]["evidence_for"] = [{"id": "e", "view": "inside", "strength": "strong", "text": "t", "observations": seen}]
    # When they are drawn
    page = host_page({"name": "n", "slug": "n", "verdict": "failing", "sentence": "", "complaint": None, "page": None}, report)
    # Then codes are written as people look them up, and texts stay what they are
    shown = ["[0x8009030D, 40]", "0x204", "26100", "true", "0x80070005", "2147942405", "[99999999999]"]
    assert [value for value in shown if f">{value}</code>" not in page] == []
