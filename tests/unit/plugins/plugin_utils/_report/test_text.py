# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The last lines of a run, and the line of one host."""

from __future__ import annotations

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._report.fleet import CauseSummary, HostSummary, fleet_index
from ansible_collections.rdpops.health.plugins.plugin_utils._report.text import LINE_LIMIT, WIDTH, one_line, summary
from ansible_collections.rdpops.health.plugins.plugin_utils._report.words import headline
from ansible_collections.rdpops.health.tests.support.sample_parts import NOW, RUN
from ansible_collections.rdpops.health.tests.support.sample_reports import reports
from hypothesis import given
from hypothesis import strategies as st

VERDICTS = st.sampled_from(["healthy", "failing", "attention", "unknown"])


@given(st.lists(st.tuples(VERDICTS, st.text(max_size=400)), max_size=12), st.sampled_from(["never", "outage", "any"]))
def test_no_line_is_too_wide_and_no_character_acts(hosts: list[tuple[str, str]], fail_on: str) -> None:
    summaries = [
        HostSummary(f"h{n}", f"h{n}", verdict, text, (CauseSummary(f"C{n}", text, "likely", "outage", "reboot", text),))
        for n, (verdict, text) in enumerate(hosts)
    ]
    lines = summary(fleet_index(summaries, RUN, written_at=NOW, fail_on=fail_on), "/r/index.html").split("\n")
    assert all(len(line) <= WIDTH for line in lines)
    assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for line in lines for character in line)
    assert lines[-1] == "  /r/index.html"


def test_the_path_is_never_broken() -> None:
    path = "/" + "long-folder-name/" * 20 + "index.html"
    assert summary(fleet_index([], RUN, written_at=NOW), path).endswith(f"\n  {path}")


def test_only_the_top_causes_are_listed_and_the_rest_is_counted() -> None:
    hosts = [HostSummary(f"h{n}", f"h{n}", "failing", "s", (CauseSummary(f"C{n:02d}", "t", "certain", "outage", "none", "a"),)) for n in range(9)]
    text = summary(fleet_index(hosts, RUN, written_at=NOW), "x")
    assert "and 4 more causes in the report" in text


def test_the_line_of_a_host_names_verdict_and_surest_cause() -> None:
    report = next(report for report in reports() if report["host"]["name"] == "rds-policy-off")
    assert one_line(report) == "failing: A Group Policy denies Remote Desktop connections. [certain: A Group Policy denies Remote Desktop (C16)]"


def test_the_line_of_a_host_is_one_bounded_line_whatever_it_holds() -> None:
    report = {**next(iter(reports())), "sentence": "\x1b[2J a\nb\r\n" + "x" * 5000}
    line = one_line(report)
    assert len(line) <= LINE_LIMIT
    assert line.isprintable()


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((0, 0, 0, 0), "No host was looked at"),
        ((1, 0, 0, 0), "The only host is healthy"),
        ((8, 0, 0, 0), "All 8 hosts are healthy"),
        ((0, 1, 0, 0), "1 of 1 host is failing"),
        ((2, 5, 1, 1), "5 of 9 hosts are failing, 1 is unknown, 1 needs attention"),
        ((1000, 0, 2, 0), "2 of 1,002 hosts need attention"),
        ((0, 0, 0, 3), "3 of 3 hosts are unknown"),
    ],
)
def test_the_headline_says_the_worst_first(counts: tuple[int, int, int, int], expected: str) -> None:
    healthy, failing, attention, unknown = counts
    given = {"hosts": sum(counts), "healthy": healthy, "failing": failing, "attention": attention, "unknown": unknown}
    assert headline({**given, "complaints": 0}) == expected
    told = f"{expected}{', but' if healthy == sum(counts) else ';'} a client reports a failure of 1 host that nothing explains"
    assert headline({**given, "complaints": 1}) == (told if sum(counts) else expected)


def test_a_client_that_nothing_explains_is_in_the_summary_also_where_every_host_is_healthy() -> None:
    hosts = [HostSummary("h1", "h1", "healthy", "s", complaint="0x904/0x7"), HostSummary("h2", "h2", "healthy", "s")]
    lines = summary(fleet_index(hosts, RUN, written_at=NOW), "x").split("\n")
    assert lines[0] == "Remote Desktop health: All 2 hosts are healthy, but a client reports a failure of 1 host that"
    assert lines[1] == "      nothing explains."
    assert "  Reported by a client and not explained: h1 (0x904/0x7)" in lines
    well = summary(fleet_index(hosts[1:], RUN, written_at=NOW), "x")
    assert "client" not in well
