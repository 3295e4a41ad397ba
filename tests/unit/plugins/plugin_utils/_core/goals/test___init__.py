# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Laws of every goal, over heaps of faults: never weaker, nothing off the list, a second time nothing, and a refusal says what instead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.floor import lowered
from ansible_collections.rdpops.health.plugins.plugin_utils._core.goals import (
    Goal,
    goal_of,
    only,
    win_credssp_policy,
    win_machinekeys,
    win_rdp_cert,
    win_rdp_listener,
    win_rdp_service,
    win_termsrv_creds,
)
from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import Facts, Refusal, RestartClass
from ansible_collections.rdpops.health.plugins.plugin_utils._core.operations import Proposal, is_allowed, read_operation, restart_service, to_document
from ansible_collections.rdpops.health.plugins.plugin_utils._core.plan import assemble
from ansible_collections.rdpops.health.plugins.plugin_utils._core.predict import predict
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.goal_hosts import CREDENTIALS, bound_thumbprint, client, hash_of
from tests.support.host_states import host, merged, states

Propose = Callable[[Facts, Any], Goal]
CERT, KEYS, CREDSSP = win_rdp_cert.Wish, win_machinekeys.Wish, win_credssp_policy.Wish
LISTENER, SERVICE = win_rdp_listener.Wish, win_rdp_service.Wish
MINE = bound_thumbprint()
WISHES: list[tuple[Propose, Any]] = [
    *((win_rdp_cert.propose, CERT(state, MINE, days, 30, True, True)) for state in ("healthy", "bound", "self_signed", "unbound") for days in (0, 60)),
    *((win_machinekeys.propose, KEYS(state)) for state in ("healthy", "isolated")),
    *((win_credssp_policy.propose, CREDSSP(oracle, patched)) for oracle in ("mitigated", "default", "force_updated_clients") for patched in (True, False)),
    (win_credssp_policy.propose, CREDSSP("vulnerable")),
    (win_credssp_policy.propose, CREDSSP(restricted_admin=True)),
    (win_rdp_listener.propose, LISTENER(enabled=True, nla=True, security_layer="tls", min_encryption_level="client_compatible")),
    (win_rdp_listener.propose, LISTENER(nla=False, security_layer="rdp", min_encryption_level="low")),
    (win_rdp_listener.propose, LISTENER(security_layer="negotiate", max_connections=7, drain="until_restart")),
    (win_rdp_listener.propose, LISTENER(enabled=False, allow_session_disconnect=True)),
    (win_rdp_listener.propose, LISTENER(port=3390)),
    (win_rdp_service.propose, SERVICE()),
    (win_rdp_service.propose, SERVICE(start_mode="automatic")),
    (win_rdp_service.propose, SERVICE("restarted")),
]


@given(states(), st.sampled_from(WISHES), st.booleans())
@settings(max_examples=200, deadline=None)
def test_laws_of_every_goal(case: dict[str, Any], wanted: tuple[Propose, Any], bound: bool) -> None:
    propose, wish = wanted
    facts = host(**(merged([case, {"set": hash_of(MINE)}]) if bound else case))
    goal = propose(facts, wish)
    # What stands against a goal has a reason and something better, and then nothing of it is done
    assert not goal.against or (goal.proposal.operations == () and not goal.met)
    assert all(refusal.because and refusal.instead and "\n" not in refusal.because + refusal.instead for refusal in goal.against)
    # Without a break-glass nothing weakens the host, and nothing is touched that this collection never touches
    assert goal.lifted == frozenset()
    assert lowered(facts, predict(facts, goal.proposal.operations)) == () if goal.proposal.operations else True
    assert all(is_allowed(operation) for operation in goal.proposal.operations)
    # and what travels says what it assumes, as the target demands
    assert all(read_operation({**to_document(operation), "id": "op1"}).expect or operation.kind == "wait_until" for operation in goal.proposal.operations)
    # A host at the goal is left alone, and once a plan is carried out nothing is left of it
    restarted = getattr(wish, "state", "") == "restarted"  # whoever asks for a restart gets one, each time
    assert goal.met is (not goal.against and not goal.proposal.operations) or restarted
    plan = assemble(facts, [goal.proposal], meant=goal.meant)
    after = predict(facts, plan.operations)
    if any(operation.kind == "certificate_binding" for operation in plan.operations):  # what stood behind the binding shows only when it is gone
        after = predict(after, assemble(after, [propose(after, wish).proposal], meant=goal.meant).operations)
    left = propose(after, wish).proposal.operations if plan.operations else ()
    assert not [operation for operation in left if not (restarted and "restarted" in operation.ensure)]


def test_a_place_off_the_list_stands_against_a_goal() -> None:
    # Given a host that says its binding stands where no binding is
    facts = host(copy={"certificate.bindings.SSLCertificateSHA1Hash": "certificate.bindings.SelfSignedCertificate"})
    goal = win_rdp_cert.propose(facts, CERT("bound", MINE, 0, 30, True, True))
    # Then nothing of the goal is done
    assert (goal.met, goal.proposal.operations) == (False, ())
    assert "is not a place that this collection ever changes" in goal.against[0].because


@given(st.lists(st.sampled_from([name for name, dummy, dummy in CREDENTIALS] + ["other"])), st.none() | st.integers(0, 500), st.booleans())
@settings(max_examples=60, deadline=None)
def test_laws_of_removing_credentials(names: list[str], age: int | None, confirmed: bool) -> None:
    facts, wish = client(*CREDENTIALS), win_termsrv_creds.Wish("absent", tuple(names), (), age, confirmed)
    goal = win_termsrv_creds.propose(facts, wish)
    removed = {operation.target["name"] for operation in goal.proposal.operations}
    assert removed <= set(names) and (confirmed or not removed)
    assert all(is_allowed(operation) and not operation.reversible for operation in goal.proposal.operations)
    assert win_termsrv_creds.propose(predict(facts, goal.proposal.operations), wish).proposal.operations == ()


def test_a_remedy_that_only_refuses_stands_against_a_goal() -> None:
    no, note = (Refusal(name, "because", "instead", "by_hand") for name in ("no", "note"))
    start = restart_service("UmRdpService", restart=RestartClass.NONE, why="w")
    goal = goal_of([replace(only(start), refusals=(note,)), Proposal(refusals=(no,))])
    assert (goal.met, goal.proposal.operations, goal.against, goal.proposal.refusals) == (False, (), (no,), (note,))
    assert goal_of([replace(only(start), refusals=(note,))]).against == ()
    assert goal_of([]).met


@pytest.mark.parametrize("field", ["met", "proposal"])
def test_a_goal_is_frozen(field: str) -> None:
    with pytest.raises(AttributeError):
        setattr(goal_of([]), field, None)
