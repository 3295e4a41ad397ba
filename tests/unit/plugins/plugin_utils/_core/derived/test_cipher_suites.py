# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Cipher suites that both sides can use: what the list, the versions, the key and single switches leave."""

from __future__ import annotations

import fnmatch
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.cipher_suites import OFFERED, SWITCHES, suites_left

from tests.support.host_states import host

RSA, ECDSA = "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"
OLD, NEW = "TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_AES_256_GCM_SHA384"
DHE, PLAIN256 = "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_RSA_WITH_AES_256_GCM_SHA384"


def left(policy: Any, *, key: str | None = "RSA-2048", **case: Any) -> Any:
    change = {"tls.cipher_suites.policy.kind": "REG_SZ", "tls.cipher_suites.policy.value": policy, **case}
    document = host(set=change).document
    return suites_left(document["tls"], document["os"], key)


def names(policy: Any, **rest: Any) -> list[str]:
    found: list[str] = left(policy, **rest)["names"]
    return found


def test_the_policy_replaces_the_local_list() -> None:
    assert left(f"{RSA}, {OLD}") == {"common": 2, "names": [RSA, OLD], "source": "policy"}
    assert left(None)["source"] == left(" , ")["source"] == "local"
    assert left(None)["common"] == 16


def test_names_with_their_curve_and_in_small_letters() -> None:
    assert names(f"{RSA}_P256,{RSA}_P384,{RSA.lower()}") == [RSA]
    assert names("TLS_RSA_WITH_RC4_128_SHA,ECDHE-RSA-AES256-GCM-SHA384,nonsense") == []


@pytest.mark.parametrize(("build", "known"), [(9600, [ECDSA, PLAIN256]), (10240, [RSA, ECDSA, PLAIN256])])
def test_the_release_has_to_know_the_suite(build: int, known: list[str]) -> None:
    found = [name for key in ("RSA-2048", "EC-secp384r1") for name in names(f"{RSA}_P384,{RSA},{ECDSA}_P384,{PLAIN256}", key=key, **{"os.build": build})]
    assert sorted(set(found)) == sorted(known)


@pytest.mark.parametrize(("key", "fits"), [("RSA-2048", [RSA, NEW]), (None, [RSA, NEW]), ("EC-secp256r1", [ECDSA, NEW])])
def test_the_key_of_the_certificate_has_to_fit(key: str | None, fits: list[str]) -> None:
    assert names(f"{RSA},{ECDSA},{NEW}", key=key) == fits


def off(version: str) -> dict[str, Any]:
    return {f"tls.protocols.{version}.server.Enabled.kind": "REG_DWORD", f"tls.protocols.{version}.server.Enabled.value": 0}


def test_a_version_that_is_off_takes_its_suites_along() -> None:
    both = f"{RSA},{NEW}"
    assert names(both, **off("tls12")) == [NEW]
    assert names(both, **off("tls13")) == [RSA]
    assert names(both, **{"os.build": 17763}) == [RSA]
    # With everything off the versions are the fault, and not the list
    assert names(both, **{**off("tls12"), **off("tls13")}) == [RSA]


def test_without_a_curve_nothing_with_a_curve_is_left() -> None:
    curves = {"tls.curves.policy.kind": "REG_MULTI_SZ", "tls.curves.policy.value": ["brainpoolP256r1"]}
    assert names(f"{RSA},{NEW},{OLD}", **curves) == [OLD]
    none_set = {"tls.curves.local.kind": "absent", "tls.curves.local.value": None}
    assert names(f"{RSA},{NEW}", **none_set) == [RSA, NEW]


@pytest.mark.parametrize(
    ("family", "name", "gone"),
    [
        ("ciphers", "AES 256/256", {RSA, DHE, PLAIN256, NEW}), ("ciphers", "AES 128/128", {OLD}),
        ("hashes", "SHA", {OLD}), ("key_exchange", "PKCS", {OLD, PLAIN256}),
        ("key_exchange", "ECDH", {RSA}), ("key_exchange", "Diffie-Hellman", {DHE}), ("ciphers", "RC4 128/128", set()),
    ],
)  # fmt: skip
def test_single_switches(family: str, name: str, gone: set[str]) -> None:
    switch = {"path": "HKLM\\X", "kind": "REG_DWORD", "value": 0}
    document = host(set={"tls.cipher_suites.policy.kind": "REG_SZ", "tls.cipher_suites.policy.value": ",".join((RSA, DHE, PLAIN256, OLD, NEW))}).document
    item = {"name": name, "Enabled": switch, "ServerMinKeyBitLength": {**switch, "kind": "absent", "value": None}}
    tls = {**document["tls"], family: {"kind": "", "items": [item], "truncated": False}}
    assert set(suites_left(tls, document["os"], None)["names"]) == {RSA, DHE, PLAIN256, OLD, NEW} - gone
    on = {**tls, family: {"kind": "", "items": [{**item, "Enabled": {**switch, "value": 1}}], "truncated": False}}
    assert suites_left(on, document["os"], None)["common"] == 5


def test_no_list_and_a_closed_one_are_unknown() -> None:
    with pytest.raises(LookupError, match="no list"):
        left(None, **{"tls.cipher_suites.local.kind": "absent", "tls.cipher_suites.local.value": None})
    with pytest.raises(LookupError, match="denied"):
        left(None, **{"tls.cipher_suites.local.kind": "denied", "tls.cipher_suites.local.value": None})


def test_every_switch_takes_something_that_is_offered() -> None:
    assert all(any(fnmatch.fnmatchcase(name, pattern) for name in OFFERED) for pattern in SWITCHES.values())
