# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The goal of win_machinekeys: one object at a time, and the published harm refused with what helps instead."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.goals.win_machinekeys import HARMFUL, Wish, propose
from ansible_collections.rdpops.health.plugins.plugin_utils._core.plan import assemble
from ansible_collections.rdpops.health.plugins.plugin_utils._core.remedies.key_store import restore_key_file_access

from tests.support.goal_hosts import after, bound_thumbprint, hash_of, host, kinds, with_bound_key

FOLDER = "key_store.folder.sddl"
KEY = "key_store.listener_key"
FOREIGN = "f686aace6942fb7f7ceb231212eef4a4_00000000-5b07-4e0a-9a41-6f2de1c08b73"
OWN = "f686aace6942fb7f7ceb231212eef4a4_3f1d2c8a-5b07-4e0a-9a41-6f2de1c08b73"
ANEW = ["certificate_remove", "SessionEnv:restarted", "wait_until"]


def test_a_healthy_store_is_left_alone() -> None:
    goal = propose(host(), Wish())
    assert (goal.met, goal.proposal.operations, goal.warnings) == (True, (), ())
    assert goal.answer["listener_key"]["file_name"] == OWN and goal.answer["listener_key"]["network_service_reads"] is True
    assert goal.answer["folder"]["as_documented"] is True and goal.answer["foreign_files"] == []


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ({FOLDER: "O:BAG:SYD:PAI(A;;FA;;;BA)(A;;0x12019f;;;S-1-1-0)"}, []),  # another order, another way to write it: the same rights
        ({FOLDER: "O:SYG:SYD:PAI(A;;FA;;;BA)"}, ["file_acl", "SessionEnv:restarted"]),
        ({FOLDER: "O:SYG:SYD:AI(A;;0x12019f;;;WD)(A;;FA;;;BA)"}, ["file_acl", "SessionEnv:restarted"]),
        ({FOLDER: "O:SYG:SYD:PAI(A;;0x12019f;;;WD)(A;;FA;;;BA)(A;;FA;;;BU)"}, ["file_acl", "SessionEnv:restarted"]),
        ({f"{KEY}.sddl": "O:SYG:SYD:PAI(A;;FA;;;SY)"}, ["file_acl", "SessionEnv:restarted"]),
        ({f"{KEY}.exists": False, f"{KEY}.size": None, f"{KEY}.sddl": None}, ANEW),
        ({f"{KEY}.size": 0}, ["file_isolate", *ANEW]),
        ({f"{KEY}.size": 0, "services.SessionEnv.state": "stopped"}, ["file_isolate", "certificate_remove", "SessionEnv:running", "wait_until"]),
        ({FOLDER: "O:SYG:SYD:PAI(A;;FA;;;BA)", f"{KEY}.sddl": "D:(A;;FA;;;SY)"}, ["file_acl", "SessionEnv:restarted", "file_acl", "SessionEnv:restarted"]),
    ],
)
def test_each_fault_has_its_repair(case: dict[str, Any], expected: list[str]) -> None:
    facts = host(set=case)
    goal = propose(facts, Wish())
    planned = assemble(facts, [goal.proposal]).operations
    assert sorted(set(kinds(goal))) == sorted(set(expected)) and len(planned) == len(dict.fromkeys(expected)) + (expected.count("file_acl") == 2)
    assert propose(after(facts, goal), Wish()).proposal.operations == ()


def test_files_of_another_machine_guid_are_told_and_left_where_they_are() -> None:
    goal = propose(host(set={"key_store.foreign_files": [FOREIGN]}), Wish())
    assert goal.met and "another MachineGuid" in goal.warnings[0] and goal.answer["foreign_files"] == [FOREIGN]


@pytest.mark.parametrize("option", sorted(HARMFUL))
@pytest.mark.parametrize("state", ["healthy", "isolated"])
def test_what_the_web_recommends_is_refused_with_what_helps(option: str, state: str) -> None:
    goal = propose(host(), Wish(state=state, **{option: True}))
    assert [refusal.rule for refusal in goal.against] == ["never_weaker"]
    assert HARMFUL[option] == goal.against[0].because and "state: healthy" in goal.against[0].instead
    assert not goal.met and goal.proposal.operations == ()


@pytest.mark.parametrize(
    ("case", "wish", "expected"),
    [
        ({}, Wish("isolated"), []),  # it can be used
        ({}, Wish("isolated", even_if_usable=True), ["file_isolate", *ANEW]),
        ({f"{KEY}.size": 0}, Wish("isolated"), ["file_isolate", *ANEW]),
        ({f"{KEY}.sddl": "D:(A;;FA;;;SY)"}, Wish("isolated", file=OWN.upper()), ["file_isolate", *ANEW]),
        ({f"{KEY}.exists": False}, Wish("isolated"), []),
        ({"key_store.foreign_files": [FOREIGN]}, Wish("isolated", file=FOREIGN), ["file_isolate"]),
        ({"key_store.foreign_files": []}, Wish("isolated", file=FOREIGN), []),
    ],
)
def test_one_file_is_moved(case: dict[str, Any], wish: Wish, expected: list[str]) -> None:
    facts = host(set=case)
    goal = propose(facts, wish)
    assert (list(dict.fromkeys(kinds(goal))), goal.against) == (expected, ())
    assert goal.met is (wish.even_if_usable or not expected)
    assert len(assemble(facts, [goal.proposal]).operations) == len(expected)
    assert propose(after(facts, goal), replace(wish, even_if_usable=False)).proposal.operations == ()


def test_a_key_of_another_service_is_never_moved() -> None:
    goal = propose(host(), Wish("isolated", file="6de9cb26d2b98c01ec4e9e8b34824aa2_3f1d2c8a-5b07-4e0a-9a41-6f2de1c08b73"))
    assert goal.against[0].rule == "never_weaker" and "belongs to another service" in goal.against[0].because


def test_the_key_of_a_bound_certificate() -> None:
    bound = with_bound_key(host(set=hash_of(bound_thumbprint())))
    goal = propose(bound, Wish())
    assert kinds(goal) == ["file_acl"]
    assert propose(after(bound, goal), Wish()).met
    unknown = propose(with_bound_key(bound, file_name=None), Wish())
    assert unknown.met and "known by name" in unknown.warnings[0]
    assert "is not there" in propose(with_bound_key(bound, exists=False), Wish()).against[0].because
    assert propose(bound, Wish("isolated")).against[0].rule == "cannot_look"


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ({"status": {"key_store": "denied"}}, "the key store could not be read"),
        ({"set": {"key_store.folder.sddl": None}}, "the access list of the folder could not be read"),
        ({"set": {"key_store.folder.exists": False}}, "is not there, so that no service has its keys"),
        ({"set": {f"{KEY}.exists": None, f"{KEY}.file_name": None, "key_store.foreign_files": None}}, "name could not be computed"),
        ({"set": {f"{KEY}.exists": None, "key_store.foreign_files": None}}, "could not be told apart"),
        ({"set": {f"{KEY}.sddl": None}}, "could not be read"),
    ],
)
def test_what_could_not_be_looked_at_is_not_changed(case: dict[str, Any], words: str) -> None:
    goal = propose(host(**case), Wish())
    assert words in " ".join(f"{refusal.because} {refusal.instead}" for refusal in goal.against)
    assert not goal.met and goal.proposal.operations == ()


@pytest.mark.parametrize("file", [None, OWN, FOREIGN])
def test_no_file_is_moved_where_they_cannot_be_told_apart(file: str | None) -> None:
    """Given no MachineGuid to name the own file by, then none is moved, and the files of others are unknown and not none."""
    facts = host(set={f"{KEY}.exists": None, f"{KEY}.file_name": None, "key_store.foreign_files": None})
    goal = propose(facts, Wish("isolated", file=file))
    assert [refusal.rule for refusal in goal.against] == ["cannot_look"] and goal.proposal.operations == ()
    assert goal.answer["foreign_files"] is None and goal.answer["listener_key"]["file_name"] is None
    assert "foreign_key_files" not in facts.document["derived"]["key_store"]
    assert restore_key_file_access(facts).refusals[0].rule == "cannot_look"


def test_without_a_certificate_subset_the_served_key_is_a_warning() -> None:
    assert "certificate" in propose(host(status={"certificate": "denied"}), Wish()).warnings[0]
