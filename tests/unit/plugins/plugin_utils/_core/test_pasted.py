# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Numbers are found among words, and what is part of something else is no number."""

from __future__ import annotations

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.pasted import grouped_in, numbers_in, said_in, statuses_of


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Date: 11/20/2024 10:11:12 AM 36870", ["36870"]),
        ("Datum: 20-11-2024 10:11:12 36870", ["36870"]),
        ("state 10013, client process svchost[termsvcs] (PID: 1234)", ["10013"]),
        ("Logon ID: 0x3E7 Status: 0xC000006D Caller Process ID: 0x2f8", ["0xC000006D"]),
        ("Error ID: 0x904", ["0x904"]),
        ("error:14094410:SSL routines:alert number 40", ["40"]),
    ],
)
def test_what_is_part_of_something_else_is_passed_over(text: str, numbers: list[str]) -> None:
    assert numbers_in(text) == numbers


@pytest.mark.parametrize(
    ("text", "grouped"),
    [
        ("Reason=2,308", "2,308"), ("Reason= 2.308", "2.308"), ("2\u2019308", "2\u2019308"), ("Reason= 2 308", "2 308"), ("(16,389)", "16,389"),
        ("2308, 7", None), ("2308,7", None), ("3, 260", None), ("0x904,007", None), ("10.0.26100", None), ("192.0.2.7", None), ("3 of 308", None),
        ("0x904 after 1,024 attempts", None), ("1,024,000", None),
    ],
)  # fmt: skip
def test_a_number_with_a_separator_in_it_may_be_two(text: str, grouped: str | None) -> None:
    assert grouped_in(text) == grouped


def test_a_message_without_a_number_may_mean_one() -> None:
    assert said_in("https://go.microsoft.com/fwlink/?linkid=866660") == said_in("CredSSP Encryption Oracle Remediation") == "0x80090302"
    assert said_in("An internal error has occurred.") is None


def test_statuses_are_told_from_other_codes() -> None:
    assert statuses_of(["0x904", "0xC000006D", "3221225581", "0xc000006d", "0x80090302", "0x1C000006D"]) == ["0xc000006d", "0x80090302"]
