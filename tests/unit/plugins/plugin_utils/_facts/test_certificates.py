# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Certificates: the readable part, or nothing; never a guess, never an exception."""

from __future__ import annotations

import base64
import hashlib
import warnings
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._facts import certificates
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.certificates import decode_certificate
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.optional import shared_folder

START = datetime(2026, 1, 1, tzinfo=timezone.utc)
KEY = ec.generate_private_key(ec.SECP256R1())


def name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def made(key: Any = KEY, *extensions: x509.ExtensionType, issuer: str = "a") -> bytes:
    builder = x509.CertificateBuilder().subject_name(name("a")).issuer_name(name(issuer)).public_key(key.public_key()).serial_number(7)
    builder = builder.not_valid_before(START).not_valid_after(START + timedelta(days=183))
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(key, None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()).public_bytes(serialization.Encoding.DER)


CERTIFICATE = made()  # one for all examples: a signature is never as long as the one before


def decoded(der: bytes) -> Any:
    return decode_certificate(base64.b64encode(der).decode())


def test_the_readable_part() -> None:
    usages = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    der = made(KEY, x509.SubjectAlternativeName([x509.DNSName("a.example.com"), x509.DNSName("b")]), usages)
    found = decoded(der)
    assert found.sha1 == hashlib.sha1(der).hexdigest().upper()
    assert found.sha256 == hashlib.sha256(der).hexdigest().upper()
    assert (found.subject, found.issuer, found.self_signed) == ("CN=a", "CN=a", True)
    assert (found.not_before, found.not_after) == (START, START + timedelta(days=183))
    assert (found.key, found.signature) == ("EC-secp256r1", "sha256")
    assert (found.san, found.eku) == (("a.example.com", "b"), ("1.3.6.1.5.5.7.3.1",))


def test_without_extensions_and_of_another_issuer() -> None:
    found = decoded(made(issuer="b"))
    assert (found.san, found.eku, found.self_signed) == ((), (), False)


def test_keys() -> None:
    assert decoded(made(rsa.generate_private_key(65537, 2048))).key == "RSA-2048"
    edwards = decoded(made(ed25519.Ed25519PrivateKey.generate()))
    assert (edwards.signature, "Ed25519" in edwards.key) == ("none", True)


def test_names_are_bounded() -> None:
    found = decoded(made(KEY, x509.SubjectAlternativeName([x509.DNSName(f"h{number}") for number in range(300)])))
    assert len(found.san) == 100


@pytest.mark.parametrize(
    "text", ["", "AAAA", "not base64!", "é", base64.b64encode(b"\x30\x82" + b"x" * 900).decode(), base64.b64encode(b"x" * 70_000).decode()]
)
def test_garbage_is_nothing(text: str) -> None:
    assert decode_certificate(text) is None


def test_what_is_larger_than_any_certificate_is_not_looked_at() -> None:
    assert decoded(made() + b"\0" * certificates.MAX_DER_BYTES) is None


def patched(der: bytes, old: bytes, new: bytes) -> bytes:
    assert old in der
    assert len(old) == len(new)
    return der.replace(old, new)


def test_what_the_library_does_not_support_is_nothing_and_no_exception() -> None:
    der = made()
    # The object identifiers of ecPublicKey and of ecdsa-with-SHA256, each with its last byte changed
    assert decoded(patched(der, bytes.fromhex("06072a8648ce3d0201"), bytes.fromhex("06072a8648ce3d027f"))) is None
    assert decoded(patched(der, bytes.fromhex("06082a8648ce3d040302"), bytes.fromhex("06082a8648ce3d04037f"))) is None


def test_an_old_serial_number_is_no_warning() -> None:
    der = patched(made(), bytes.fromhex("020107"), bytes.fromhex("0201ff"))  # minus one, as old tools have made them
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        decoded(der)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_damaged_certificate_is_read_or_nothing(data: st.DataObject) -> None:
    der = bytearray(CERTIFICATE)
    for dummy in range(data.draw(st.integers(1, 4))):
        der[data.draw(st.integers(0, len(der) - 1))] = data.draw(st.integers(0, 255))
    found = decoded(bytes(der))
    assert found is None or found.sha1 == hashlib.sha1(bytes(der)).hexdigest().upper()


def test_without_the_library_every_certificate_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificates, "HAS_CRYPTOGRAPHY", False)
    assert decoded(made()) is None


def captured() -> list[Path]:
    folder = shared_folder()
    return sorted(folder.glob("captures/extracted/*.der")) if folder else []


@pytest.mark.skipif(not captured(), reason="the optional folder with captures is not here")
def test_captured_certificates() -> None:
    # Given certificates that real servers sent; nothing of them is printed but the number of the one that fails
    wrong = [number for number, path in enumerate(captured()) if not as_captured(path)]
    assert not wrong


def as_captured(path: Path) -> bool:
    der = path.read_bytes()
    found = decoded(der)
    if found is None or not found.key.startswith("RSA-") or found.not_before >= found.not_after:
        return False
    digests = (hashlib.sha1(der).hexdigest().upper(), hashlib.sha256(der).hexdigest().upper())
    return (found.sha1, found.sha256) == digests and found.sha256.lower().startswith(path.name.split("-")[1])
