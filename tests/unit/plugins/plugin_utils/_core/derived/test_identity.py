# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Is it this host that answers on the wire?"""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.cases import facts_of_case
from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import Facts
from ansible_collections.rdpops.health.plugins.plugin_utils._core.paths import look_up

OTHER = "0123456789ABCDEF0123456789ABCDEF01234567"


def host(**changes: Any) -> Facts:
    return facts_of_case({"name": "a host", **changes})


def seen(facts: Facts, path: str) -> Any:
    found = look_up(facts.document, facts.gaps, f"derived.{path}")
    return found.value if found.known else found.why


def test_the_configured_certificate_is_served() -> None:
    facts = host()
    assert seen(facts, "served_against_configured.same") is True
    assert seen(facts, "served_against_configured.in_store") is True
    assert seen(facts, "served_against_configured.served") == seen(facts, "served_against_configured.configured") == seen(facts, "certificate.thumbprint")


def test_another_certificate_is_served() -> None:
    facts = host(set={"probe.tls.certificate.sha1": OTHER})
    assert seen(facts, "served_against_configured.same") is False
    assert seen(facts, "served_against_configured.in_store") is False


def test_a_list_that_was_cut_short_does_not_prove_that_a_certificate_is_missing() -> None:
    facts = host(set={"probe.tls.certificate.sha1": OTHER, "certificate.stores.my.truncated": True})
    assert seen(facts, "served_against_configured.in_store") == "not every certificate of the host could be listed"
    assert seen(host(set={"certificate.stores.my.truncated": True}), "served_against_configured.in_store") is True


def test_a_listener_without_a_certificate_has_nothing_to_compare_with() -> None:
    facts = host(set={"certificate.stores.remote_desktop.certificates": []})
    assert seen(facts, "served_against_configured.same") == "the listener has no certificate that it could serve"
    assert seen(facts, "served_against_configured.in_store") is False


@pytest.mark.parametrize("certificate", [None, {}])
def test_without_a_certificate_on_the_wire_nobody_knows(certificate: object) -> None:
    assert seen(host(set={"probe.tls.certificate": certificate}), "served_against_configured.same") == "no certificate was seen from outside"


@pytest.mark.parametrize(("name", "same"), [("TS-NORD-01", True), ("ts-nord-01", True), ("TS-NORD-02", False)])
def test_the_computer_that_answers(name: str, same: bool) -> None:
    facts = host(set={"probe.credssp.names.netbios_computer": name})
    assert (seen(facts, "answering_computer.name"), seen(facts, "answering_computer.same")) == (name, same)


@pytest.mark.parametrize("change", [{"probe.credssp": None}, {"probe.credssp.names": None}, {"probe.credssp.names.netbios_computer": None}])
def test_a_computer_that_tells_no_name(change: dict[str, None]) -> None:
    assert seen(host(set=change), "answering_computer.same") == "the endpoint did not tell a computer name"
