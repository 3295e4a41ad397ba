# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether Windows has restarted, by its own clock, and what a repair came to that waited for it."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.enforced import Enforced, Look
from ansible_collections.rdpops.health.plugins.plugin_utils._core.judge import judge
from ansible_collections.rdpops.health.plugins.plugin_utils._core.restarted import booted_at, ending_after_restart, has_restarted

from tests.support.host_states import CATALOGUE, host


@pytest.mark.parametrize(
    ("before", "after", "restarted"),
    [
        ("2026-11-20T08:00:00Z", "2026-11-20T08:10:00Z", True),
        ("2026-11-20T08:00:00Z", "2026-11-20T08:00:30Z", False),  # the clock was set a little
        ("2026-11-20T08:00:00Z", "2026-11-20T08:00:00Z", False),
        ("2026-11-20T08:10:00Z", "2026-11-20T08:00:00Z", False),
        (None, "2026-11-20T08:10:00Z", False),
        ("2026-11-20T08:00:00Z", None, False),
        ("yesterday", "2026-11-20T08:10:00Z", False),
    ],
)
def test_a_restart_is_a_later_start(before: str | None, after: str | None, restarted: bool) -> None:
    assert has_restarted(before, after) is restarted


@pytest.mark.parametrize(
    ("case", "word"),
    [
        ({}, Enforced.FIXED),
        ({"set": {"services.TermService.state": "stopped"}}, Enforced.STILL_BROKEN),
        ({"set": {"listener.values.UserAuthentication.local.value": 0}}, Enforced.STILL_BROKEN),  # there is something left to do
    ],
)
def test_what_it_came_to(case: dict[str, Any], word: Enforced) -> None:
    facts = host(**case)
    assert ending_after_restart(Look(facts, judge(facts, CATALOGUE))).word is word
    assert booted_at(facts) is not None
