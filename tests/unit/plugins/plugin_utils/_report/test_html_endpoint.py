# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the endpoint said of itself, on the page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._report.handshake import handshake_block
from ansible_collections.rdpops.health.plugins.plugin_utils._report.html_endpoint import clock_words, endpoint_part
from ansible_collections.rdpops.health.plugins.plugin_utils._report.html_handshake import handshake_part
from ansible_collections.rdpops.health.plugins.plugin_utils._report.redact import Cleaner
from ansible_collections.rdpops.health.tests.support.sample_golden import FOLDER, golden
from ansible_collections.rdpops.health.tests.support.sample_parts import certificate, credssp, full_probe

VIEW = {"status": "ok", "detail": ""}


def block(served_name: Any = None, **changes: Any) -> dict[str, Any]:
    served = {"served_certificate": certificate("rds01", "2027-01-01T00:00:00Z")}
    made = handshake_block({"probe": full_probe("rds01", **changes), "derived": served, "served_name": served_name}, Cleaner({}))
    assert made is not None
    return made


def words(markup: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", markup).split())


@pytest.mark.parametrize("name", ["endpoint.html", "vantages.html"])
def test_the_part_is_as_it_was(name: str) -> None:
    assert golden()[name] == (FOLDER / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("skew", "uncertainty", "said"),
    [
        (-0.418, 0.002, "0.418 s behind ours, ± 0.002 s"),
        (0.42, 0.05, "0.42 s ahead of ours, ± 0.05 s"),
        (-10800.8, 1.0, "10,801 s (180 min) behind ours, ± 1 s"),
        (5399.6, 0.5, "5,399.6 s (90 min) ahead of ours, ± 0.5 s"),
        (0.4, 0.5, "as ours, ± 0.5 s"),
        (0.0, 0.0, "as ours, ± 0.000 s"),
    ],
)
def test_a_clock_has_the_digits_that_are_known(skew: float, uncertainty: float, said: str) -> None:
    assert clock_words({"skew_seconds": skew, "uncertainty_seconds": uncertainty}) == said


def test_an_unpatched_credssp_is_said() -> None:
    assert "✕ version 4 lacks the fix of CVE-2018-0886" in words(endpoint_part(block(credssp=credssp("rds01", 4))))
    assert "lacks" not in words(endpoint_part(block()))


def test_an_error_of_credssp_is_said() -> None:
    told = {**credssp("rds01"), "outcome": "failure", "names": None, "os_build": None, "error_code": 0xC000006E}
    assert "version 6, error 0xC000006E" in words(endpoint_part(block(credssp=told)))
    assert "no NTLM, only Kerberos" in words(endpoint_part(block(credssp={**told, "outcome": "spnego_only", "version": None})))


def test_a_second_try_and_a_foreign_product_are_said() -> None:
    again = {"because": "reset", "offer": "up_to_tls12", "outcome": "alert", "version": None, "cipher": None, "alert": 40}
    text = words(endpoint_part(block(retried=again, signatures=["other_program"])))
    assert "after \u201creset\u201d, with an offer that stops at TLS 1.2: TLS alert 40" in text
    assert "other program" in text


def test_one_try_has_no_table_of_times() -> None:
    assert "Time per step" not in endpoint_part(block(latency={"tries": 1, "steps": []}))
    assert "Time per step over 5 tries" in endpoint_part(block())


def test_an_endpoint_that_said_nothing_takes_no_room() -> None:
    silent = {**block(credssp=None, clock=None, latency={"tries": 1, "steps": []}), "connections": []}
    assert endpoint_part(silent) == ""


@pytest.mark.parametrize(("matches", "said"), [(True, "✓ the name asked for"), (False, "! another name")])
def test_the_name_of_the_certificate(matches: bool, said: str) -> None:
    assert said in words(handshake_part(block({"asked": "rds01", "matches": matches}), VIEW, 2))
    assert "Made out to" not in handshake_part(block(), VIEW, 2)


@pytest.mark.parametrize(
    ("tls", "said"),
    [
        ({"lowest": "TLSv1.2", "highest": "TLSv1.3", "versions": {"TLSv1.2": "accepted"}}, "Takes TLSv1.2 to TLSv1.3 Cipher"),
        ({"lowest": "TLSv1", "highest": "TLSv1.2", "versions": {"TLSv1.1": "refused"}}, "Takes TLSv1 to TLSv1.2, but not TLSv1.1 Cipher"),
        ({"lowest": "TLSv1.2", "highest": "TLSv1.2", "versions": {"TLSv1.3": "refused"}}, "Takes TLSv1.2 Cipher"),
    ],
)
def test_the_versions_of_tls(tls: dict[str, Any], said: str) -> None:
    assert said in words(handshake_part(block(tls={**full_probe("rds01")["tls"], **tls}), VIEW, 2))


def test_two_certificates_are_shown_beside_each_other() -> None:
    here, there = ({**full_probe("a")["tls"], "certificate": {"der": "", "sha1": digit * 40, "sha256": digit * 64}} for digit in "AB")
    document = {"probe": full_probe("rds01", tls=here), "other_probes": [full_probe("rds01", tls=there, vantage="branch")]}
    text = words(handshake_part(handshake_block(document, Cleaner({})), VIEW, 2))
    assert "Certificate controller" in text
    assert "AAAAAAAA…" in text
    assert "BBBBBBBB…" in text
