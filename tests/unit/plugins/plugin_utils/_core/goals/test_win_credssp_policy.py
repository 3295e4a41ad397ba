# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The goal of win_credssp_policy: patch level first, vulnerable only as break-glass, the pairs as data."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.goals.win_credssp_policy import Wish, propose
from ansible_collections.rdpops.health.plugins.plugin_utils._core.plan import assemble

from tests.support.goal_hosts import after, host, kinds

ORACLE = "credssp.AllowEncryptionOracle"
ADMIN = "credssp.DisableRestrictedAdmin"


def dword(path: str, value: Any, kind: str = "REG_DWORD") -> dict[str, Any]:
    return {f"{path}.kind": kind, f"{path}.value": value}


@pytest.mark.parametrize(
    ("case", "wish", "expected"),
    [
        ({}, Wish(), []),
        ({}, Wish("mitigated"), []),  # what an absent value means
        ({}, Wish("default"), []),
        (dword(ORACLE, 1), Wish("mitigated"), []),
        (dword(ORACLE, 1), Wish("default"), ["AllowEncryptionOracle=absent"]),
        (dword(ORACLE, 2), Wish("mitigated"), ["AllowEncryptionOracle=1"]),
        (dword(ORACLE, 2), Wish("default"), ["AllowEncryptionOracle=absent"]),
        (dword(ORACLE, "2", "REG_SZ"), Wish("mitigated"), ["AllowEncryptionOracle=1"]),
        (dword(ORACLE, 1), Wish("force_updated_clients", clients_are_patched=True), ["AllowEncryptionOracle=0"]),
        (dword(ORACLE, 0), Wish("force_updated_clients", clients_are_patched=True), []),
        ({}, Wish("vulnerable", break_glass=True), ["AllowEncryptionOracle=2"]),
        (dword(ORACLE, 0), Wish("mitigated", break_glass=True), ["AllowEncryptionOracle=1"]),
        ({}, Wish(restricted_admin=True), ["DisableRestrictedAdmin=0"]),
        (dword(ADMIN, 0), Wish(restricted_admin=True), []),
        ({}, Wish(restricted_admin=False), []),
        (dword(ADMIN, 1), Wish(restricted_admin=False), []),
        (dword(ADMIN, 0), Wish(restricted_admin=False), ["DisableRestrictedAdmin=absent"]),
        (dword(ORACLE, 2), Wish("default", restricted_admin=True), ["AllowEncryptionOracle=absent", "DisableRestrictedAdmin=0"]),
    ],
)
def test_what_is_set(case: dict[str, Any], wish: Wish, expected: list[str]) -> None:
    facts = host(set=case)
    goal = propose(facts, wish)
    assert (kinds(goal), goal.against, goal.met) == (expected, (), not expected)
    plan = assemble(facts, [goal.proposal], lifted=goal.lifted, meant=goal.meant)
    assert len(plan.operations) == len(expected)  # floor and ways in let it through
    assert propose(after(facts, goal), wish).met


@pytest.mark.parametrize(
    ("case", "wish", "rule", "words"),
    [
        ({}, Wish("vulnerable"), "never_weaker", "break_glass"),
        ({}, Wish("force_updated_clients"), "lock_out", "clients_are_patched: true"),
        (dword(ORACLE, 0), Wish("mitigated"), "never_weaker", "force_updated_clients"),
        (dword(ORACLE, 0), Wish("default"), "never_weaker", "force_updated_clients"),
        ({"os.build": 14393, "credssp.tspkg_version": "10.0.14393.2000"}, Wish("mitigated"), "by_hand", "cumulative update"),
        ({"os.build": 14393, "credssp.tspkg_version": "10.0.14393.2000"}, Wish("vulnerable", break_glass=True), "by_hand", "cumulative update"),
        ({"os.build": 14393, "os.ubr": None, "credssp.tspkg_version": None}, Wish("force_updated_clients", clients_are_patched=True), "cannot_look", "blindly"),
        (dword(ORACLE, None, "denied"), Wish("default"), "cannot_look", "blindly"),
        (dword(ADMIN, None, "denied"), Wish(restricted_admin=True), "cannot_look", "blindly"),
    ],
)
def test_what_is_refused(case: dict[str, Any], wish: Wish, rule: str, words: str) -> None:
    goal = propose(host(set=case), wish)
    assert goal.against[0].rule == rule and words in goal.against[0].instead
    assert not goal.met and goal.proposal.operations == ()


def test_the_answer_has_the_pairs_with_the_row_of_this_host() -> None:
    told = propose(host(set=dword(ORACLE, 2)), Wish()).answer
    assert (told["patched"], told["oracle"], told["minimum_version"], told["restricted_admin"]) == (True, "vulnerable", "10.0.20348.0", False)
    assert len(told["pairing"]) == 16 and {row["server"] for row in told["pairing"] if row["now"]} == {"vulnerable"}
    unpatched = propose(host(set={"os.build": 14393, "credssp.tspkg_version": "10.0.14393.1"}), Wish()).answer
    assert {row["server"] for row in unpatched["pairing"] if row["now"]} == {"unpatched"}


def test_delegation_is_told_where_it_was_read() -> None:
    assert propose(host(), Wish()).answer["delegation"] == {}
    facts = host()
    value = {"path": "p", "kind": "REG_DWORD", "value": 1}
    entry = {"policy": value, "concatenate": {**value, "value": 0}, "servers": {"kind": "", "items": ["TERMSRV/*"], "truncated": False}}
    facts.document["credssp"]["delegation"] = {"AllowFreshCredentials": entry}  # type: ignore[index]
    told = propose(facts, Wish()).answer["delegation"]
    assert told == {"AllowFreshCredentials": {"enabled": 1, "adds_defaults": False, "servers": ["TERMSRV/*"]}}


def test_what_cannot_be_told_is_null_or_a_warning() -> None:
    blind = propose(host(status={"credssp": "denied", "os": "denied"}), Wish())
    assert (blind.answer["patched"], blind.answer["oracle"], blind.answer["restricted_admin"]) == (None, None, None)
    assert blind.warnings


def test_a_policy_that_may_write_the_value_again_is_told_to_whoever_changes_it() -> None:
    left = dword(ORACLE, 2)
    assert any("Group Policy" in text for text in propose(host(set=left), Wish("default")).warnings)
    alone = {**left, "os.domain.joined": False}
    for case, wish in ((left, Wish()), (alone, Wish("default")), ({}, Wish("mitigated"))):
        assert propose(host(set=case), wish).warnings == ()
