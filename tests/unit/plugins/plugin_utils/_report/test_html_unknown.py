# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is not known: told by subject, in words, with its places in small print."""

from __future__ import annotations

import re

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived import DERIVERS
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.snapshot import SUBSETS
from ansible_collections.rdpops.health.plugins.plugin_utils._report.html_unknown import PLACES_SHOWN, unknown_part
from ansible_collections.rdpops.health.plugins.plugin_utils._report.words import SUBJECT


def told(*entries: tuple[str, str]) -> list[str]:
    """Return the entries of the part as lines of text."""
    markup = unknown_part([{"what": what, "why": why} for what, why in entries], 4)
    return [re.sub(r"<[^>]+>", "", re.sub(r"<(small|details|span|/summary)", r" <\1", item)) for item in markup.split("<li>")[1:]]


def test_everything_that_may_be_missing_has_words() -> None:
    raw = {"client", "probe", "other_probes", "served_name", "judgement"}
    assert {*SUBSETS, *DERIVERS, *raw} <= SUBJECT.keys()
    assert all(" " in words or words[0].isupper() for words in SUBJECT.values())


def test_a_subject_is_told_once_with_every_reason_and_its_places() -> None:
    # Given three places of one subject, two of them for one reason, and a log
    lines = told(
        ("outside.nla_required", "the endpoint did not answer"),
        ("events.ntlm_4002, events.ntlm_4003", "the channel does not reach back that far"),
        ("outside.clock_off_by", "the endpoint did not tell its time"),
    )
    # Then each subject is an entry, headed by words
    assert lines == [
        "The endpoint from outside The endpoint did not answer  outside.nla_required The endpoint did not tell its time  outside.clock_off_by",
        "The event log The channel does not reach back that far  events.ntlm_4002, events.ntlm_4003",
    ]


@pytest.mark.parametrize("number", [PLACES_SHOWN, PLACES_SHOWN + 1])
def test_many_places_are_folded_away(number: int) -> None:
    markup = unknown_part([{"what": ", ".join(f"events.rcm_{place}" for place in range(number)), "why": "the list was cut short"}], 4)
    assert ("<details>" in markup) is (number > PLACES_SHOWN)
    assert (f"{number} places in the facts" in markup) is (number > PLACES_SHOWN)
    assert f"events.<wbr>rcm_<wbr>{number - 1}" in markup


def test_a_host_that_was_not_read_is_told_in_one_heading() -> None:
    inside = list(SUBSETS)
    assert told((", ".join([*inside, "subsets"]), "gone"))[0].startswith("All that is read inside the host Gone ")
    assert told((", ".join([*inside, "client", "subsets"]), "gone"))[0].startswith("All that is read inside the host, the client Gone ")
    part = ", ".join(name for name in inside if name != "events")
    assert told((part, "gone"))[0].startswith("The system, the listener")


def test_what_nobody_has_a_word_for_is_told_by_its_place() -> None:
    assert told(("subsets", "gone")) == ["Parts of the facts Gone  subsets"]


def test_nothing_is_told_where_everything_is_known() -> None:
    assert unknown_part([], 4) == ""
