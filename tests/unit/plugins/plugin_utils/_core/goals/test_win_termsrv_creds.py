# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The goal of win_termsrv_creds: metadata only, deletion by name only, and a logon without credentials says how to get one."""

from __future__ import annotations

import json

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.goals.win_termsrv_creds import Wish, propose

from tests.support.goal_hosts import CREDENTIALS, after, client, host, kinds

YES = {"state": "absent", "confirm_irreversible": True}


def names(goal: object) -> list[str]:
    return [entry["target"] for entry in goal.answer["credentials"]]  # type: ignore[attr-defined]


def test_listing_changes_nothing_and_names_nobody() -> None:
    goal = propose(client(*CREDENTIALS), Wish())
    assert goal.met and names(goal) == [name for name, dummy, dummy in CREDENTIALS]
    assert goal.answer["credentials"][0] == {
        "target": "TERMSRV/rds01.example.com", "type": "domain_password", "persist": "enterprise", "last_written": "2025-10-16T08:15:30Z", "age_days": 400,
    }  # fmt: skip
    assert "user" not in json.dumps(goal.answer)


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (Wish(targets=("TERMSRV/RDS01.example.com",)), ["TERMSRV/rds01.example.com"]),
        (Wish(hosts=("rds02.example.com", "nobody")), ["TERMSRV/rds02.example.com"]),
        (Wish(older_than_days=30), ["TERMSRV/rds01.example.com", "TERMSRV/192.0.2.7"]),
        (Wish(older_than_days=31, hosts=("192.0.2.7",)), []),
        (Wish(targets=("LegacyGeneric:target=TERMSRV/rds02.example.com",)), ["TERMSRV/rds02.example.com"]),
    ],
)
def test_who_is_meant(wish: Wish, expected: list[str]) -> None:
    assert names(propose(client(*CREDENTIALS), wish)) == expected


def test_removal_is_by_name_and_says_that_it_cannot_be_undone() -> None:
    facts, wish = client(*CREDENTIALS), Wish(**YES, targets=("rds01.example.com", "rds02.example.com"))
    goal = propose(facts, wish)
    assert [(operation.target["name"], operation.target["type"], operation.reversible) for operation in goal.proposal.operations] == [
        ("TERMSRV/rds01.example.com", 2, False),
        ("TERMSRV/rds02.example.com", 1, False),
    ]
    assert propose(after(facts, goal), wish).met


@pytest.mark.parametrize(
    ("wish", "rule", "words"),
    [
        (Wish(state="absent", targets=("rds01.example.com",)), "needs_consent", "confirm_irreversible: true"),
        (Wish(**YES), "needs_consent", "name them"),
        (Wish(**YES, older_than_days=1), "needs_consent", "name them"),
    ],
)
def test_nothing_is_removed_unasked(wish: Wish, rule: str, words: str) -> None:
    goal = propose(client(*CREDENTIALS), wish)
    assert goal.against[0].rule == rule and words in goal.against[0].instead and kinds(goal) == []


def test_what_is_gone_needs_no_consent() -> None:
    assert propose(client(*CREDENTIALS), Wish(state="absent", targets=("other",))).met


@pytest.mark.parametrize("message", ["0x80070520: Eine angegebene Anmeldesitzung existiert nicht", "", "error 1312"])
def test_a_logon_without_credentials_is_told_how_to_get_one(message: str) -> None:
    goal = propose(client(error=message), Wish())
    assert "no saved credentials" in goal.against[0].because and "logon_type=batch" in goal.against[0].instead and "runas" in goal.against[0].instead


def test_another_reason_is_told_as_it_is() -> None:
    goal = propose(host(), Wish())
    assert "was not read" in goal.against[0].because and not goal.met


def test_other_kinds_and_cut_lists() -> None:
    odd = propose(client(("TERMSRV/a", "domain_certificate", 1)), Wish(**YES, targets=("a",)))
    assert odd.against[0].rule == "by_hand" and "domain_certificate" in odd.against[0].because
    cut = propose(client(*CREDENTIALS, truncated=True), Wish(**YES, targets=("other",)))
    assert cut.against[0].rule == "cannot_look"
    assert propose(client(*CREDENTIALS, truncated=True), Wish()).warnings
