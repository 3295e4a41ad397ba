# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whose signature a certificate carries."""

from __future__ import annotations

import base64
from datetime import datetime, timezone
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.module_utils._x509 import decode
from ansible_collections.rdpops.health.plugins.module_utils._x509.signature import is_self_signed
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.certificates import decode_certificate
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

KEYS: dict[str, Any] = {
    "rsa": rsa.generate_private_key(65537, 2048),
    "ec": ec.generate_private_key(ec.SECP256R1()),
    "ed25519": ed25519.Ed25519PrivateKey.generate(),
}
OTHERS: dict[str, Any] = {
    "rsa": rsa.generate_private_key(65537, 2048),
    "ec": ec.generate_private_key(ec.SECP256R1()),
    "ed25519": ed25519.Ed25519PrivateKey.generate(),
}


def certificate(kind: str, signer: Any, issuer: str = "RDS-01") -> x509.Certificate:
    def named(name: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])

    builder = x509.CertificateBuilder().subject_name(named("RDS-01")).issuer_name(named(issuer)).public_key(KEYS[kind].public_key())
    builder = builder.serial_number(7).not_valid_before(datetime(2026, 1, 1, tzinfo=timezone.utc)).not_valid_after(datetime(2027, 1, 1, tzinfo=timezone.utc))
    return builder.sign(signer, None if kind == "ed25519" else hashes.SHA256())


@pytest.mark.parametrize("kind", KEYS)
def test_the_signature_says_so_and_not_the_names(kind: str) -> None:
    assert is_self_signed(certificate(kind, KEYS[kind]))
    assert not is_self_signed(certificate(kind, OTHERS[kind])), "an authority that calls itself like the host"
    assert not is_self_signed(certificate(kind, KEYS[kind], "AUTHORITY"))


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_both_decoders_say_the_same(kind: str) -> None:
    for signer, expected in ((KEYS[kind], True), (OTHERS[kind], False)):
        der = certificate(kind, signer).public_bytes(Encoding.DER)
        in_words, readable = decode(der, "rds-01"), decode_certificate(base64.b64encode(der).decode())
        assert (in_words or {})["self_signed"] is expected
        assert readable is not None
        assert readable.self_signed is expected


def as_of_version_38(made: x509.Certificate) -> Any:
    """Return what cryptography 38 has of a certificate: everything but the verification by itself."""
    names = ("subject", "issuer", "tbs_certificate_bytes", "signature_hash_algorithm", "signature", "signature_algorithm_oid")
    return SimpleNamespace(public_key=made.public_key, **{name: getattr(made, name) for name in names})


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_an_older_library_sees_the_same(kind: str) -> None:
    assert is_self_signed(as_of_version_38(certificate(kind, KEYS[kind])))
    assert not is_self_signed(as_of_version_38(certificate(kind, OTHERS[kind])))


def test_where_nobody_can_check_the_names_are_what_is_left() -> None:
    assert is_self_signed(as_of_version_38(certificate("ed25519", OTHERS["ed25519"])))
