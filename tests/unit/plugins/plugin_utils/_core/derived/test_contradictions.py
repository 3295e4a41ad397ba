# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Facts that cannot both be true are told side by side; what one view alone knows contradicts nothing."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.build import build_facts

from tests.support.host_states import host

REFUSED = {"probe.symptom": "connect_refused", "probe.ended_at": "connect"}


def told(**case: Any) -> list[str]:
    found = host(**case).document["derived"]["contradictions"]
    assert found["count"] == len(found["sentences"]) <= found["compared"]
    return list(found["sentences"])


def test_a_healthy_host_agrees_with_itself() -> None:
    assert told() == []
    assert host().document["derived"]["contradictions"]["compared"] == 7


@pytest.mark.parametrize(
    ("change", "both"),
    [
        (REFUSED, ("somebody listens on the port", "the connection is refused")),
        ({"listener.values.fDenyTSConnections.local.value": 1}, ("fDenyTSConnections 1", "answers")),
        ({"services.TermService.state": "stopped"}, ("TermService is stopped", "answers")),
        ({"ports.ipv4.items": [], "ports.ipv6.items": []}, ("nothing listens", "answers")),
        ({"services.TermService.state": "stopped", **REFUSED}, ("TermService is stopped", "its process holds the port")),
        ({"listener.values.UserAuthentication.local.value": 0}, ("does not demand Network Level Authentication", "the other way round")),
        ({"firewall.active_profiles": ["public"]}, ("no rule of Windows Firewall lets", "another firewall is in charge")),
        ({"probe.nla": "optional"}, ("demands Network Level Authentication", "the other way round")),
    ],
)
def test_both_sides_are_told(change: dict[str, Any], both: tuple[str, str]) -> None:
    assert any(all(words in sentence for words in both) for sentence in told(set=change))


def test_the_first_is_told_whole_and_the_others_are_counted() -> None:
    one, two = ({"probe.nla": "optional"}, {"probe.nla": "optional", "services.TermService.state": "stopped"})
    for change, rest in (({}, ""), (one, ""), (two, " (and 2 more)")):
        found = host(set=change).document["derived"]["contradictions"]
        assert found["told"] == "".join(found["sentences"][:1]) + rest


@pytest.mark.parametrize(
    ("change", "anyway"),
    [
        ({"listener.values.fDenyTSConnections.local.value": 1}, 1),
        ({"services.TermService.state": "stopped"}, 1),
        ({"ports.ipv4.items": [], "ports.ipv6.items": []}, 1),
        ({"firewall.active_profiles": ["public"]}, 0),  # another firewall may be in charge
        (REFUSED, 0),
        ({"probe.nla": "optional"}, 0),
    ],
)
def test_an_endpoint_that_answers_although_it_cannot_is_told_apart(change: dict[str, Any], anyway: int) -> None:
    assert len(host(set=change).document["derived"]["contradictions"]["answers_anyway"]) == anyway


def test_a_rule_for_certain_addresses_contradicts_no_answer() -> None:
    only = "v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=3389|RA4=LocalSubnet|"
    assert told(set={"firewall.rules": [{"id": "R", "hive": "local", "text": only}]}) == []


def test_another_port_is_another_matter() -> None:
    assert told(set={**REFUSED, "probe.target.port": 3390}) == []
    assert told(set={"firewall.active_profiles": ["public"], "probe.target.port": 3390}) == []


@pytest.mark.parametrize("case", [{"status": {"probe": "failed"}}, {"set": {"probe.symptom": "connect_timeout", "probe.ended_at": "connect"}}])
def test_what_one_view_alone_knows_contradicts_nothing(case: dict[str, Any]) -> None:
    assert told(**case) == []


def test_where_nothing_is_known_from_two_sides_nothing_is_said() -> None:
    assert host(unreachable=True).gaps["derived.contradictions.count"] == "nothing is known from two sides"


ENDED = {"client.client_events.events.0.id": 1026, "client.client_events.events.0.properties": ["Reason", "2308", "Info"]}


def test_a_code_that_was_typed_and_another_in_the_log() -> None:
    assert told(error="0x904", client=ENDED) == []
    assert told(error="Extended error code: 0x9", client=ENDED) == []  # what stands in the log is no extended one
    (sentence,) = told(error="0x204", client=ENDED)
    assert "0x204" in sentence
    assert "0x904" in sentence


CLIENT: dict[str, Any] = {"client": {}, "error": "0x204"}


@pytest.mark.parametrize(
    ("case", "comparable"),
    [
        ({}, True),
        ({"unreachable": True}, True),
        ({"status": {"probe": "failed"}}, True),
        ({"not_asked": ["inside"]}, False),
        ({"not_asked": ["outside"]}, False),
        ({"not_asked": ["inside"], "error": "0x204"}, False),
        ({"not_asked": ["inside"], "client": {}}, False),
        ({"not_asked": ["inside", "outside"], **CLIENT}, True),
    ],
)
def test_who_asked_for_one_side_has_nothing_to_compare(case: dict[str, Any], comparable: bool) -> None:
    assert host(**case).document["derived"]["contradictions"]["comparable"] is comparable


def test_a_client_that_could_not_be_looked_at_was_asked_for() -> None:
    typed = host(not_asked=["inside", "outside"], error="0x204").document["client"]
    facts = build_facts("rds01", host().now, client={"error_code": typed["error_code"]}, client_missing="it is off")
    assert facts.document["derived"]["contradictions"] == {"comparable": True}
