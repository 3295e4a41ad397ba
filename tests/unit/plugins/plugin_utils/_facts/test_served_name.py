# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The certificate held against the name that was asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.served_name import served_name

from tests.support.host_states import host

FACTS = host()
SHA1 = FACTS.document["probe"]["tls"]["certificate"]["sha1"]
CERTIFICATE = FACTS.certificates[SHA1]


def probe(asked: str, certificate: Any = None) -> dict[str, Any]:
    return {"target": {"host": asked}, "tls": {"certificate": certificate or {"sha1": SHA1}}}


@pytest.mark.parametrize(
    ("asked", "subject", "san", "matches"),
    [
        ("rds01.corp.example", "CN=rds01.corp.example", (), True),
        ("RDS01.corp.example.", "CN=rds01.corp.example,O=Corp", (), True),
        ("rds01", "CN=rds01.corp.example", (), False),
        ("192.0.2.7", "CN=rds01", (), False),
        ("192.0.2.7", "CN=rds01", ("192.0.2.7",), True),
        ("rds01", "CN=rds01", ("rds02",), False),  # with alternative names the common name does not count
        ("rds01", "O=rds01", (), False),
    ],
)
def test_as_clients_look_at_it(asked: str, subject: str, san: tuple[str, ...], matches: bool) -> None:
    certificates = {SHA1: replace(CERTIFICATE, subject=subject, san=san)}
    assert served_name(probe(asked), certificates) == {"asked": asked, "matches": matches}


def test_without_a_certificate_nobody_knows() -> None:
    assert served_name({"target": {"host": "a"}, "tls": {"certificate": None}}, {}) is None
    assert served_name(probe("a"), {}) is None


def test_it_stands_in_the_facts() -> None:
    assert FACTS.document["served_name"]["matches"] is True
    assert "served_name" not in host(set={"probe.tls.certificate": None}).document
