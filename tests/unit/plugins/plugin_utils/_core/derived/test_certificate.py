# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which certificate the listener is told to serve."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.certificate import VALIDITY, describe_certificate, listener_certificate, shortcomings
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.gap import Gap
from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import Certificate

NOW = datetime(2026, 11, 20, tzinfo=timezone.utc)
A, B = "AA" * 20, "BB" * 20
ABSENT = {"path": "p", "kind": "absent", "value": None}


def binary(raw: bytes) -> dict[str, Any]:
    return {"path": "p", "kind": "REG_BINARY", "value": base64.b64encode(raw).decode()}


def found(*, truncated: bool = False, closed: bool = False, certificates: Any = None, store_name: Any = None, my: tuple[str, ...] = (), **bindings: Any) -> Any:
    entries = {
        name: [{"thumbprint": print_, "has_private_key": True, "der": ""} for print_ in prints] for name, prints in (("remote_desktop", (A,)), ("my", my))
    }
    data = {
        "bindings": {
            **dict.fromkeys(("SSLCertificateSHA1Hash", "TemplateCertificate", "CertTemplateName"), ABSENT), "SelfSignedCertificate": binary(bytes.fromhex(A)),
            "SelfSignedCertStore": store_name or {"path": "p", "kind": "REG_SZ", "value": "Remote Desktop"}, **bindings,
        },
        "stores": {
            name: {"exists": None if closed and name == "my" else True, "truncated": truncated and name == "my", "certificates": items}
            for name, items in entries.items()
        },
    }  # fmt: skip
    return listener_certificate(data, certificates or {}, NOW)


def certificate(days: float) -> Certificate:
    ends = NOW + timedelta(days=days)
    return Certificate(
        A, "F" * 64, "CN=a", "CN=b", NOW - timedelta(days=9), ends, self_signed=False, key="RSA-2048", signature="sha256", san=("a",), eku=("1.3",)
    )


def test_the_healthy_host() -> None:
    assert found() == {
        "binding": "self_signed", "thumbprint": A, "in_store": True, "store": "remote_desktop", "has_private_key": True, "custom_hash_set": False,
        "custom_hash_well_formed": True, "custom_hash_resolves": True, "self_signed_store_right": True,
        **dict.fromkeys(VALIDITY, Gap("the configured certificate could not be decoded (is the Python package cryptography there?)")),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("bindings", "binding", "thumbprint"),
    [
        ({"SSLCertificateSHA1Hash": binary(bytes.fromhex(B)), "TemplateCertificate": binary(bytes.fromhex(A))}, "custom", B),
        ({"TemplateCertificate": binary(bytes.fromhex(B))}, "template", B),
        ({"SelfSignedCertificate": ABSENT}, "none", None),
        ({"SelfSignedCertificate": binary(b"x")}, "self_signed", None),
    ],
)
def test_order_of_the_bindings(bindings: Any, binding: str, thumbprint: str | None) -> None:
    answer = found(my=(B,), **bindings)
    assert (answer["binding"], answer["thumbprint"]) == (binding, thumbprint)
    assert (answer["in_store"], answer["store"]) == ((True, "my") if thumbprint == B else (False, None))
    assert answer["has_private_key"] is (True if thumbprint else None)


@pytest.mark.parametrize(
    ("value", "well_formed", "resolves"),
    [
        (ABSENT, True, True), (binary(bytes.fromhex(A)), True, True), (binary(bytes.fromhex(B)), True, False), (binary(b"x" * 19), False, False),
        (binary(b"x" * 21), False, False), (binary(b""), False, False), ({"path": "p", "kind": "REG_SZ", "value": A}, False, False),
        ({"path": "p", "kind": "REG_BINARY", "value": "not base64!"}, False, False), ({"path": "p", "kind": "REG_BINARY", "value": "é"}, False, False),
        ({"path": "p", "kind": "REG_BINARY", "value": None}, False, False), ({"path": "p", "kind": "REG_DWORD", "value": 5}, False, False),
    ],
)  # fmt: skip
def test_an_explicit_hash(value: Any, well_formed: bool, resolves: bool) -> None:
    answer = found(SSLCertificateSHA1Hash=value)
    assert (answer["custom_hash_well_formed"], answer["custom_hash_resolves"]) == (well_formed, resolves)
    assert answer["custom_hash_set"] is (value is not ABSENT)


def test_a_list_that_was_cut_short_proves_nothing() -> None:
    assert found(truncated=True)["in_store"]  # found before the cut
    with pytest.raises(LookupError, match="cut short"):
        found(truncated=True, SelfSignedCertificate=binary(bytes.fromhex(B)))
    with pytest.raises(LookupError, match="cut short"):
        found(truncated=True, SSLCertificateSHA1Hash=binary(bytes.fromhex(B)))
    assert not found(truncated=True, SelfSignedCertificate=ABSENT)["in_store"]  # there is nothing to look for


def test_a_store_that_could_not_be_read_proves_nothing() -> None:
    assert found(closed=True)["in_store"]  # found in the other one
    with pytest.raises(LookupError, match=r"store my could not be read \(unexpected\)"):
        found(closed=True, SelfSignedCertificate=binary(bytes.fromhex(B)))


@pytest.mark.parametrize("name", ["SSLCertificateSHA1Hash", "TemplateCertificate", "SelfSignedCertificate", "SelfSignedCertStore", "CertTemplateName"])
def test_a_denied_binding_is_unknown(name: str) -> None:
    with pytest.raises(LookupError, match="denied"):
        found(**{name: {"path": "p", "kind": "denied", "value": None}})


@pytest.mark.parametrize(
    ("kind", "value", "right"),
    [("REG_SZ", "Remote Desktop", True), ("REG_SZ", "My", False), ("REG_EXPAND_SZ", "Remote Desktop", False), ("absent", None, False)],
)
def test_the_name_of_the_store(kind: str, value: Any, right: bool) -> None:
    assert found(store_name={"path": "p", "kind": kind, "value": value})["self_signed_store_right"] is right


@pytest.mark.parametrize(("days", "left", "expired"), [(30, 30, False), (0.5, 0, False), (0, 0, False), (-0.001, -1, True), (-16, -16, True)])
def test_validity(days: float, left: int, expired: bool) -> None:
    answer = found(certificates={A: certificate(days)})
    assert (answer["days_left"], answer["expired"], answer["self_signed"], answer["key"]) == (left, expired, False, "RSA-2048")
    assert answer["not_before"] == "2026-11-11T00:00:00Z"


def test_a_described_certificate() -> None:
    assert describe_certificate(certificate(1), NOW) == {
        "subject": "CN=a", "issuer": "CN=b", "not_before": "2026-11-11T00:00:00Z", "not_after": "2026-11-21T00:00:00Z", "days_left": 1, "expired": False,
        "in_validity": True,
        "self_signed": False, "key": "RSA-2048", "signature": "sha256", "san": ["a"], "eku": ["1.3"], "sha1": A, "sha256": "F" * 64,
    }  # fmt: skip


@pytest.mark.parametrize(("day", "in_validity", "expired"), [(9, False, False), (15, True, False), (25, False, True)])
def test_a_certificate_is_in_validity_between_its_two_ends(day: int, in_validity: bool, expired: bool) -> None:
    described = describe_certificate(certificate(1), NOW.replace(month=11, day=day))
    assert (described["in_validity"], described["expired"]) == (in_validity, expired)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"eku": ()}, []),
        ({"eku": ("1.3.6.1.5.5.7.3.1",)}, []),
        ({"eku": ("1.3.6.1.5.5.7.3.2", "1.3.6.1.4.1.311.54.1.2")}, []),
        ({"eku": ("2.5.29.37.0",)}, []),
        ({"eku": ("1.3.6.1.5.5.7.3.2",)}, ["its extended key usage allows no server authentication"]),
        ({"key": "RSA-2048"}, []),
        ({"key": "RSA-1024"}, ["its key is RSA-1024"]),
        ({"key": "RSA-2047"}, ["its key is RSA-2047"]),
        ({"key": "EC-secp256r1"}, []),
        ({"key": "EC-secp521r1"}, []),
        ({"key": "EC-secp192r1"}, ["its key is EC-secp192r1"]),
        ({"key": "Ed25519PublicKey"}, ["its key is Ed25519PublicKey"]),
        ({"signature": "sha384"}, []),
        ({"signature": "sha1"}, ["it is signed with sha1"]),
        ({"signature": "sha1", "self_signed": True}, []),
        ({"key": "RSA-512", "signature": "md5"}, ["its key is RSA-512", "it is signed with md5"]),
    ],
)
def test_what_clients_do_not_take(changes: dict[str, Any], found: list[str]) -> None:
    assert shortcomings(replace(certificate(9), **{"eku": (), **changes})) == found
