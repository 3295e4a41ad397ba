# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The order of a repair: three calls, nothing done twice, and a line that may be cut at every moment."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.enforce import Choices, Repair, enforce
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.operate import LostConnectionError, OperateError
from ansible_collections.rdpops.health.plugins.plugin_utils._core.consent import Consents
from ansible_collections.rdpops.health.plugins.plugin_utils._core.enforced import Enforced
from ansible_collections.rdpops.health.plugins.plugin_utils._core.judge import judge
from ansible_collections.rdpops.health.plugins.plugin_utils._core.plan_file import Reviewed
from hypothesis import given, settings

from tests.support.host_states import CATALOGUE, host, states
from tests.support.world import World

NO_NLA = {"listener.values.UserAuthentication.local.value": 0}
TWO = {**NO_NLA, "listener.values.SecurityLayer.local.value": 0}
OPEN = Choices(Consents(session_disconnect=True))
PROBE = host().document["probe"]
CUT_OFF = host(set={"probe.symptom": "tls_reset", "probe.ended_at": "tls", "probe.tls.outcome": "reset"}).document["probe"]


def world(*, cut_at: int | None = None, wire: list[dict[str, Any]] | None = None, **case: Any) -> World:
    return World(host(**case), cut_at, wire or [])


def run(made: World, choices: Choices = OPEN) -> Repair:
    return enforce(made, made, choices)


def word(repair: Repair) -> Enforced | None:
    return repair.ending.word


def test_a_healthy_host_costs_one_look() -> None:
    made = world()
    assert (word(run(made)), made.calls) == (Enforced.ALREADY_RIGHT, ["look"])


def test_a_drifted_host_costs_three_calls() -> None:
    made = world(set=NO_NLA, wire=[PROBE])
    repair = run(made)
    assert (word(repair), repair.changed, made.calls) == (Enforced.FIXED, True, ["look", "apply", "look"])
    assert judge(made.facts, CATALOGUE).plan.operations == ()
    # and the second run costs one
    made.calls.clear()
    assert (word(run(made)), made.calls) == (Enforced.ALREADY_RIGHT, ["look"])


def test_check_mode_does_not_call_the_last_layer() -> None:
    made = world(set=NO_NLA)
    repair = run(made, replace(OPEN, check_mode=True))
    assert (word(repair), repair.changed, made.calls) == (None, True, ["look"])
    assert [operation.kind for operation in repair.sent] == ["registry_value"]
    repair = run(world(), replace(OPEN, check_mode=True))
    assert (word(repair), repair.changed) == (Enforced.ALREADY_RIGHT, False)


def test_what_made_it_worse_is_taken_back_when_a_second_probe_says_so_too() -> None:
    made = world(set=NO_NLA, wire=[PROBE, CUT_OFF])
    before = made.facts
    repair = run(made)
    assert (word(repair), repair.changed) == (Enforced.ROLLED_BACK, False)
    assert made.calls == ["look", "apply", "look", "probe", "look", "take_back", "look"]
    assert made.facts is before and made.journals[0].state == "taken_back"
    assert "not tried again by itself" in repair.ending.sentence


def test_one_lost_connection_is_no_reason_to_undo_a_repair() -> None:
    made = world(set=NO_NLA, wire=[PROBE, CUT_OFF, PROBE])
    assert word(run(made)) is Enforced.FIXED
    assert "take_back" not in made.calls


def test_a_way_back_that_fails_is_said() -> None:
    made = world(set=NO_NLA, wire=[PROBE, CUT_OFF])
    made.take_back = lambda journal_id: {"failed": True, "msg": "x", "journal": {"id": journal_id, "state": "partly_taken_back"}}  # type: ignore[method-assign]
    repair = run(made)
    assert word(repair) is Enforced.ROLLED_BACK and "did not succeed" in repair.ending.sentence


def test_where_nothing_was_changed_nothing_is_taken_back() -> None:
    made = world(set=NO_NLA, wire=[PROBE, CUT_OFF])
    made.answers = [{"journal": None}]
    assert word(run(made)) is Enforced.STILL_BROKEN
    assert "take_back" not in made.calls


@pytest.mark.parametrize(
    ("answer", "ended"),
    [
        ({"failed": True, "msg": "conflict"}, Enforced.REFUSED),
        ({"failed": True, "msg": "x", "taken_back": True, "journal": {"id": "j", "state": "taken_back"}}, Enforced.ROLLED_BACK),
        ({"failed": True, "msg": "x", "taken_back": False, "journal": {"id": "j", "state": "partly_taken_back"}}, Enforced.ROLLED_BACK),
    ],
)
def test_where_the_target_stopped(answer: dict[str, Any], ended: Enforced) -> None:
    made = world(set=NO_NLA)
    made.answers = [answer]
    repair = run(made)
    assert word(repair) is ended
    assert ("did not succeed" in repair.ending.sentence) is ((answer.get("journal") or {}).get("state") == "partly_taken_back")
    assert made.calls == ["look", "apply", "look"]


def test_what_an_earlier_run_left_open_is_settled_first_and_looked_at_again() -> None:
    made = world(set=NO_NLA, wire=[PROBE])
    made.answers = [{"look_again": True, "recovered": [{"journal": "old", "action": "taken_back", "why": "expired", "results": [1]}]}]
    repair = run(made)
    assert (word(repair), made.calls) == (Enforced.FIXED, ["look", "apply", "look", "apply", "look"])
    assert [entry["journal"] for entry in repair.recovered] == ["old"] and repair.changed
    made = world(set=NO_NLA)
    made.answers = [{"look_again": True}] * 3
    assert word(run(made)) is Enforced.REFUSED


@pytest.mark.parametrize("error", [OperateError, LostConnectionError])
def test_a_change_that_cannot_be_taken_back_is_never_told_as_untouched(error: type[OperateError]) -> None:
    """Given a change that made the host worse, when the way back cannot be asked for, then what was sent and changed stays told."""
    made = world(set=NO_NLA, wire=[PROBE, CUT_OFF])

    def fails(journal_id: str) -> dict[str, Any]:
        raise error("winrm is gone")

    made.take_back = fails  # type: ignore[method-assign]
    repair = run(made)
    assert (word(repair), repair.changed) == (Enforced.ROLLED_BACK, True)
    assert "did not succeed whole" in repair.ending.sentence and "winrm is gone; journal j1" in repair.ending.sentence
    assert repair.sent and repair.answer is not None and repair.answer["journal"]["id"] == "j1"


def test_a_target_that_does_not_answer_is_none_that_was_left_alone() -> None:
    made = world(set=NO_NLA)

    def refuse(operations: Any, digest: str) -> dict[str, Any]:
        raise OperateError("win_rdp_ops could not start")

    made.apply = refuse  # type: ignore[method-assign]
    repair = run(made)
    assert (word(repair), repair.changed) == (Enforced.UNREACHABLE, False)
    assert repair.ending.sentence.startswith("win_rdp_ops could not start; nobody knows how far it came")


def test_a_reviewed_plan_is_applied_as_it_stands_or_not_at_all() -> None:
    made = world(set=NO_NLA, wire=[PROBE])
    plan = judge(made.look().facts, CATALOGUE).plan
    reviewed = Reviewed(made.facts.host, plan.digest, made.facts.now, plan.operations)
    other = world(set=TWO)
    repair = run(other, replace(OPEN, reviewed=reviewed))
    assert (word(repair), other.calls) == (Enforced.REFUSED, ["look"])
    assert "has changed since the plan was reviewed" in repair.ending.sentence
    assert word(run(made, replace(OPEN, reviewed=reviewed))) is Enforced.FIXED
    assert word(run(made, replace(OPEN, reviewed=reviewed))) is Enforced.ALREADY_RIGHT


def test_a_reviewed_plan_is_not_applied_in_part() -> None:
    """Given a reviewed plan of two operations, when the run may touch only one of their domains, then nothing of it is done."""
    oracle = {"credssp.AllowEncryptionOracle.kind": "REG_DWORD", "credssp.AllowEncryptionOracle.value": 2}
    made = world(set={**NO_NLA, **oracle})
    plan = judge(made.look().facts, CATALOGUE).plan
    made.calls.clear()
    consents = Consents(domains=frozenset({"listener"}))
    repair = run(made, Choices(consents, reviewed=Reviewed(made.facts.host, plan.digest, made.facts.now, plan.operations)))
    assert (word(repair), made.calls, repair.sent) == (Enforced.REFUSED, ["look"], ())
    assert "whole or not at all: credssp" in repair.ending.sentence and repair.left_out
    assert len(run(made, Choices(consents)).sent) == 1  # without a review the rest is done


def test_domains_and_consents_are_kept() -> None:
    made = world(set=TWO)
    repair = run(made, Choices(Consents(domains=frozenset({"certificate"}))))
    assert (word(repair), made.calls) == (Enforced.REFUSED, ["look"])
    assert repair.left_out


def moments(case: dict[str, Any]) -> int:
    made = world(**case)
    run(made)
    return made.moments


@pytest.mark.parametrize("case", [{"set": NO_NLA}, {"set": TWO}, {"set": {"services.SessionEnv.state": "stopped", **TWO}}], ids=["one", "two", "three"])
def test_the_line_is_cut_at_every_moment_and_the_next_run_converges(case: dict[str, Any]) -> None:
    whole = world(**case)
    run(whole)
    for cut_at in range(1, moments(case) + 1):
        # Given a first run that is cut off at this moment
        made = world(cut_at=cut_at, **case)
        first = run(made)
        # Then it never says that all is well unless it is,
        if judge(made.facts, CATALOGUE).plan.operations or any(journal.state == "open" for journal in made.journals):
            assert word(first) is Enforced.UNREACHABLE, cut_at
        # and the next run settles what is open, and comes to the same host as a run that nobody cut,
        made.cut_at = None
        run(made)
        assert made.facts.document == whole.facts.document, cut_at
        # with no journal lost or left open,
        assert all(journal.state in ("finished", "taken_back") for journal in made.journals), cut_at
        # and nothing done twice within what was kept
        kept = [journal.id for journal in made.journals if journal.state == "finished"]
        effects = [effect for effect in made.effects if effect.partition(":")[0] in kept]
        assert len(effects) == len(set(effects))


@given(states())
@settings(max_examples=40, deadline=None)
def test_no_run_ends_in_a_traceback_and_the_second_finds_nothing_of_the_first(case: dict[str, Any]) -> None:
    made = world(**case)
    run(made)
    run(made)
    calls = len(made.sent)
    repair = run(made)
    lasting = [operation for sent in made.sent[calls:] for operation in sent if operation.kind not in ("service", "wait_until")]
    assert lasting == []
    assert repair.ending.sentence
