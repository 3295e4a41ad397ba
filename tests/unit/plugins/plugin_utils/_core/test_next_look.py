# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What to look at next is what is missing, and never what was just read."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.diagnose import diagnose
from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import Cause, Evidence, EvidenceRule, Impact, Rank, RestartClass, Speaks, Strength, View
from ansible_collections.rdpops.health.plugins.plugin_utils._core.next_look import next_observation

from tests.support.host_states import CATALOGUE, document, host

NOTHING = document()
ANSWERS = document(derived={"outside": {"answers": True}})
PLAIN = "nothing more to look at; "


def cause(impact: Impact = Impact.OUTAGE, *, settles: str = "Read x", by_hand: str = "") -> Cause:
    return Cause("C01", "n", "t", "e", impact, (), settles, None, RestartClass.NONE, "a", by_hand=by_hand)


def piece(text: str = "", strength: Strength = Strength.STRONG, view: View = View.INSIDE) -> Evidence:
    rule = EvidenceRule("e", view, "s", Speaks.FOR, strength, {"path": "a", "eq": 1}, "t")
    return Evidence(rule, None if text else True, text, ())


@pytest.mark.parametrize(
    ("impact", "rank", "facts", "told"),
    [
        (Impact.OUTAGE, Rank.CERTAIN, NOTHING, "after the repair, probe again"),
        (Impact.OUTAGE, Rank.LIKELY, NOTHING, "after the repair, probe again"),
        (Impact.OUTAGE, Rank.LIKELY, ANSWERS, "after the repair, let the client connect again"),  # the probe gets through as it is
        (Impact.SECURITY, Rank.LIKELY, NOTHING, "after the repair, look again"),
        (Impact.HYGIENE, Rank.CERTAIN, ANSWERS, "after the repair, look again"),
    ],
)
def test_where_all_is_known_there_is_nothing_more_to_look_at_but_what_confirms(impact: Impact, rank: Rank, facts: Any, told: str) -> None:
    assert next_observation(cause(impact), rank, [piece()], [], facts) == PLAIN + told


def test_what_is_merely_possible_is_no_reason_to_change_anything() -> None:
    assert next_observation(cause(), Rank.POSSIBLE, [piece()], [], NOTHING) == "nothing more to look at that would make it surer"


def test_what_the_client_alone_tells_the_client_confirms() -> None:
    assert next_observation(cause(), Rank.LIKELY, [piece(view=View.CLIENT)], [], NOTHING) == PLAIN + "after the repair, let the client connect again"
    assert next_observation(cause(), Rank.LIKELY, [piece(view=View.CLIENT), piece()], [], NOTHING) == PLAIN + "after the repair, probe again"


@pytest.mark.parametrize(
    ("reason", "way"),
    [
        ("the inside view was not asked for", "look from inside too (rdp_health_views)"),
        ("the outside view was not asked for", "look from outside too (rdp_health_views)"),
        ("the client view was not asked for", "name the client (rdp_health_client)"),
        ("the error code of a client was not asked for", "tell the code that the client shows (rdp_health_error)"),
        ("access to key_store was denied: 5", "read it with an account that may, an administrator or by become: access to key_store was denied: 5"),
        ("the host could not be read: no route", "make the host readable from inside: the host could not be read: no route"),
        ("no account was named", "missing now: no account was named"),
        ("the moon was not asked for", "missing now: the moon was not asked for"),
    ],
)
def test_what_is_missing_comes_first_with_how_to_have_it(reason: str, way: str) -> None:
    assert next_observation(cause(), Rank.LIKELY, [piece()], [piece(reason)], NOTHING) == f"{way}. Read x"
    # What supports alone is no reason to read all of it again
    assert next_observation(cause(), Rank.LIKELY, [piece()], [piece(reason, Strength.SUPPORTING)], NOTHING) == way


def test_each_way_is_told_once_and_not_more_than_three() -> None:
    wanted = [piece("a; b"), piece("b; c; d"), piece("")]
    assert next_observation(cause(settles=""), Rank.LIKELY, [piece()], wanted, NOTHING) == "missing now: a; missing now: b; missing now: c"


def test_what_nothing_here_reads_is_told_until_the_cause_is_certain() -> None:
    tried = cause(by_hand="Try another user")
    assert next_observation(tried, Rank.LIKELY, [piece()], [], NOTHING) == "Try another user"
    assert next_observation(tried, Rank.LIKELY, [piece()], [piece("x")], NOTHING) == "missing now: x. Read x. Try another user"
    assert next_observation(tried, Rank.CERTAIN, [piece()], [], NOTHING).startswith(PLAIN)
    assert next_observation(tried, Rank.RULED_OUT, [piece()], [piece("x")], NOTHING) == ""


def told(case: dict[str, Any], name: str) -> tuple[str, str]:
    found = next(ranked for ranked in diagnose(host(**case), CATALOGUE.causes) if ranked.cause.id == name)
    return found.rank.value, found.next_observation


DRAINED = {"set": {"listener.values.TSServerDrainMode.local.value": 1, "listener.values.TSServerDrainMode.local.kind": "REG_DWORD"}}


def test_what_was_just_read_is_not_asked_for() -> None:
    rank, observation = told(DRAINED, "C38")
    assert rank in ("likely", "certain")
    assert "TSServerDrainMode" not in observation
    assert observation.startswith(PLAIN)


@pytest.mark.parametrize("entry", CATALOGUE.causes, ids=lambda entry: entry.id)
def test_what_is_to_be_tried_by_hand_is_not_said_twice(entry: Cause) -> None:
    assert entry.settles or entry.by_hand
    assert entry.settles != entry.by_hand
