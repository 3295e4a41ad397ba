# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Everything derived, and a gap with the reason for what is not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived import DERIVERS, with_derived
from ansible_collections.rdpops.health.plugins.plugin_utils._core.paths import look_up

from tests.support.host_states import host

CLIENT = {name for name in DERIVERS if name.startswith("client_")}
NOT_THERE = {"account", "avd"} | CLIENT  # no account and no client was named, and this is no host of Azure Virtual Desktop


def test_the_healthy_host_has_all_of_it() -> None:
    facts = host()
    assert DERIVERS.keys() - facts.document["derived"].keys() == NOT_THERE
    assert {path for path in facts.gaps if path.startswith("derived")} == {f"derived.{name}" for name in NOT_THERE}
    assert host(**{"from": "desktops"}).document["derived"].keys() == DERIVERS.keys() - {"account"} - CLIENT


@pytest.mark.parametrize(
    ("subset", "lost"),
    [
        ("listener", {"connection_limit", "effective", "firewall", "listener_kinds", "listener_stack", "port_asked", "ports", "redirection"}),
        ("certificate", {"certificate", "certificate_renewal", "listener_key", "serving_key", "served_against_configured"}),
        ("sessions", {"connection_limit", "sessions"}),
        ("key_store", {"key_store", "listener_key", "serving_key"}), ("tls", {"tls", "cipher_suites"}),
        ("os", {"tls", "answering_computer", "cipher_suites"}), ("firewall", {"firewall"}),
        ("probe", {"served_certificate", "outside", "clock", "port_asked", "served_against_configured", "answering_computer", "vantages"}),
        ("services", {"term_service"}),
        ("credssp", {"credssp"}), ("ports", {"ports", "network_address"}), ("logon", {"logon"}), ("licensing", {"licensing"}),
        ("events", {"events", "crashes", "logons_refused", "sessions_ended", "network_services", "term_service_faults", "logged"}),
    ],
)  # fmt: skip
def test_what_is_missing_leaves_a_gap_with_its_reason(subset: str, lost: set[str]) -> None:
    facts = host(status={subset: "error"})
    assert DERIVERS.keys() - facts.document["derived"].keys() == lost | NOT_THERE
    for name in lost:
        assert look_up(facts.document, facts.gaps, f"derived.{name}.x").why == facts.gaps[subset]


def test_it_is_computed_afresh() -> None:
    facts = host()
    stale = replace(facts, document={**facts.document, "derived": {"tls": "stale", "other": 1}}, gaps={**facts.gaps, "derived.tls": "stale"})
    assert with_derived(stale) == facts
    assert with_derived(replace(facts, document={}, gaps={})).gaps["derived.tls"] == "tls was not reported"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"probe.tls.certificate": None}, "no certificate was seen from outside"),
        ({"probe.tls.certificate": {"der": "AAAA", "sha1": "0" * 40, "sha256": "0" * 64}}, "the certificate seen from outside could not be decoded"),
    ],
)
def test_a_served_certificate_that_is_not_there(change: dict[str, object], why: str) -> None:
    facts = host(set=change)
    assert "served_certificate" not in facts.document["derived"]
    assert facts.gaps["derived.served_certificate"] == why


def test_the_served_certificate_is_the_one_on_the_wire() -> None:
    facts = host()
    assert facts.document["derived"]["served_certificate"]["sha1"] == facts.document["probe"]["tls"]["certificate"]["sha1"]
