# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The lines of the vantage points in a report."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._report.redact import Cleaner
from ansible_collections.rdpops.health.plugins.plugin_utils._report.vantages import vantages_block
from ansible_collections.rdpops.health.tests.support.sample_hosts import firewall
from ansible_collections.rdpops.health.tests.support.sample_parts import full_probe

CLEAN = Cleaner({})


def test_one_vantage_point_is_no_comparison() -> None:
    assert vantages_block({"probe": full_probe("rds01")}, CLEAN) == []
    assert vantages_block({"probe": full_probe("rds01"), "other_probes": []}, CLEAN) == []


def test_each_says_how_far_it_came_the_judged_one_first() -> None:
    here, there = vantages_block(firewall()[1].document, CLEAN)
    assert (here["vantage"], here["ended_at"], here["symptom"]) == ("controller", "connect", "connect_timeout")
    assert [(step["step"], step["outcome"]) for step in here["steps"]] == [("resolve", "ok"), ("connect", "timeout")]
    assert (there["vantage"], there["ended_at"]) == ("the same segment", "complete")
    assert {step["step"]: step["outcome"] for step in there["steps"]} == dict.fromkeys(("resolve", "connect", "negotiate", "tls", "credssp"), "ok")


@pytest.mark.parametrize("others", ["text", {}, 7, None, [7], [["x"]]])
def test_what_is_no_probe_is_left_out(others: Any) -> None:
    assert vantages_block({"probe": full_probe("rds01"), "other_probes": others}, CLEAN) == []


def test_many_are_cut() -> None:
    assert len(vantages_block({"probe": full_probe("a"), "other_probes": [{}] * 400}, CLEAN)) == 17
