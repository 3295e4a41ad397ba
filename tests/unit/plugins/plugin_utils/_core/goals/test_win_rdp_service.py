# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The goal of win_rdp_service: SessionEnv before TermService, what stops along brought up again, a tampered service reported only."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.consent import Consents, permitted
from ansible_collections.rdpops.health.plugins.plugin_utils._core.goals.win_rdp_service import Wish, propose
from ansible_collections.rdpops.health.plugins.plugin_utils._core.plan import assemble

from tests.support.goal_hosts import after, host, kinds

ACTIVE = {"id": 2, "state": "active", "station": "RDP-Tcp#1", "user": None, "domain": None}
WRAPPER = {"services.TermService.ServiceDll.value": "C:\\Program Files\\RDP Wrapper\\rdpwrap.dll"}
ALL = ["SessionEnv:restarted", "TermService:restarted", "UmRdpService:restarted"]


def stopped(*names: str, start: int = 3) -> dict[str, Any]:
    return {f"services.{name}.{part}": value for name in names for part, value in (("state", "stopped"), ("Start.value", start))}


@pytest.mark.parametrize(
    ("case", "wish", "expected"),
    [
        ({}, Wish(), []),
        (stopped("TermService"), Wish(), ["TermService:running"]),
        (stopped("TermService", "SessionEnv", "UmRdpService"), Wish(), ["SessionEnv:running", "TermService:running", "UmRdpService:running"]),
        (stopped("TermService", start=4), Wish(), ["TermService:running,manual"]),
        (stopped("TermService", start=4), Wish(start_mode="automatic", services=("TermService",)), ["TermService:running,automatic"]),
        (stopped("SessionEnv"), Wish(start_mode="automatic", services=("SessionEnv",)), ["SessionEnv:running,automatic"]),
        ({"services.TermService.Start.value": 4}, Wish(), ["TermService:manual"]),
        ({"services.TermService.Start.value": 2}, Wish(), []),
        ({"services.TermService.Start.value": 2}, Wish(start_mode="manual"), ["TermService:manual"]),
        ({}, Wish(start_mode="automatic"), ["SessionEnv:automatic", "TermService:automatic", "UmRdpService:automatic"]),
        (stopped("TermService"), Wish(services=("SessionEnv",)), []),
        (WRAPPER, Wish(), []),
    ],
)
def test_what_is_started(case: dict[str, Any], wish: Wish, expected: list[str]) -> None:
    facts = host(set=case)
    goal = propose(facts, wish)
    assert (kinds(goal), goal.against, goal.met) == (expected, (), not expected)
    assert len(assemble(facts, [goal.proposal]).operations) == len(expected)
    assert propose(after(facts, goal), wish).met


@pytest.mark.parametrize(
    ("case", "services", "expected"),
    [
        ({}, ("TermService", "SessionEnv", "UmRdpService"), ALL),
        ({}, ("TermService",), ["TermService:restarted"]),
        ({}, ("SessionEnv",), ["SessionEnv:restarted"]),
        (stopped("SessionEnv"), ("SessionEnv",), ["SessionEnv:running"]),
    ],
)
def test_what_is_restarted_and_in_which_order(case: dict[str, Any], services: tuple[str, ...], expected: list[str]) -> None:
    facts = host(set=case)
    goal = propose(facts, Wish("restarted", services))
    assert (kinds(goal), goal.against) == (expected, ())
    planned = assemble(facts, [goal.proposal]).operations
    assert [operation.target["service"] for operation in planned] == [entry.partition(":")[0] for entry in expected]
    assert propose(after(facts, goal), Wish("restarted", services)).met


def test_people_are_counted_and_asked_for() -> None:
    facts = host(set={"sessions.sessions": [ACTIVE]})
    plan = assemble(facts, [propose(facts, Wish("restarted", ("TermService",))).proposal])
    restart = plan.operations[0]
    assert restart.expect["active_sessions"] == 1 and not restart.reversible
    dummy, left_out = permitted(plan.operations, Consents())
    assert [refusal.remedy for refusal in left_out] == ["restart_term_service"]
    assert permitted(plan.operations, Consents(session_disconnect=True))[1] == ()


@pytest.mark.parametrize(
    ("case", "wish", "words"),
    [
        ({**WRAPPER, **stopped("TermService")}, Wish(), "a wrapper or worse"),
        ({**WRAPPER, **stopped("TermService")}, Wish(start_mode="manual"), "a wrapper or worse"),
        (WRAPPER, Wish("restarted"), "may not come up again"),
        ({"services.UmRdpService.exists": False, "services.UmRdpService.state": None}, Wish(), "is not there any more"),
        ({"services.SessionEnv.state": "unknown"}, Wish(), "could not be read"),
    ],
)
def test_what_is_refused(case: dict[str, Any], wish: Wish, words: str) -> None:
    goal = propose(host(set=case), wish)
    assert words in goal.against[0].because and goal.proposal.operations == () and not goal.met


def test_a_wrapper_is_told_and_left_alone() -> None:
    goal = propose(host(set=WRAPPER), Wish())
    assert goal.met and "rdpwrap.dll" in goal.warnings[0] and goal.answer["tampered"] is True


def test_the_answer() -> None:
    told = propose(host(), Wish()).answer
    assert told["services"]["TermService"] == {"exists": True, "state": "running", "start": "manual"}
    assert (list(told["services"]), told["sessions"], told["tampered"]) == (["SessionEnv", "TermService", "UmRdpService"], 0, False)
    blind = propose(host(status={"services": "denied", "sessions": "denied"}), Wish())
    assert blind.answer == {"services": {}, "sessions": None, "tampered": None} and blind.against[0].rule == "cannot_look"
    assert propose(host(set={"services.TermService.ServiceDll.kind": "denied"}), Wish()).answer["tampered"] is None
