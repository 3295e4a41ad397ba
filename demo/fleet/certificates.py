# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Certificates as Windows makes them, taken from the shelf of what exists before any is made anew."""

from __future__ import annotations

import base64
import datetime
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

SELF_SIGNED_LIFE = datetime.timedelta(days=183)  # measured on three captured certificates of current Windows
CA_LIFE = datetime.timedelta(days=730)  # what the computer template of a Windows CA hands out


@dataclass(frozen=True)
class Wanted:
    """A certificate that a host shall have.

    :param name: common name, which is the name of the host
    :param made: first second of validity, UTC
    :param issuer: common name of the issuing CA, or None for the self-signed certificate of the listener
    """

    name: str
    made: datetime.datetime
    issuer: str | None = None

    @property
    def ends(self) -> datetime.datetime:
        """Return the last second of validity."""
        return self.made + (CA_LIFE if self.issuer else SELF_SIGNED_LIFE)


@dataclass
class Shelf:
    """Certificates that exist already, so that writing the bundles again changes nothing.

    The private keys are thrown away at once: nothing in the demo ever needs one.
    """

    found: dict[Wanted, bytes] = field(default_factory=dict)

    @classmethod
    def of_bundles(cls, bundles: Iterable[dict[str, Any]]) -> Shelf:
        """Return a shelf with every certificate that these bundles contain."""
        found: dict[Wanted, bytes] = {}
        for bundle in bundles:
            for der in _certificates_in(bundle):
                found[_read(der)] = der
        return cls(found)

    def get(self, wanted: Wanted) -> bytes:
        """Return the DER of the wanted certificate; make it if the shelf does not have it."""
        if wanted not in self.found:
            self.found[wanted] = _make(wanted)
        return self.found[wanted]


def thumbprint(der: bytes) -> str:
    """Return what Windows calls the thumbprint: SHA-1 of the DER, 40 upper-case hex digits."""
    return hashlib.sha1(der, usedforsecurity=False).hexdigest().upper()


def _certificates_in(value: Any) -> Iterator[bytes]:
    # A bundle holds DER only under the key "der", at any depth.
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "der" and isinstance(inner, str):
                yield base64.b64decode(inner)
            else:
                yield from _certificates_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _certificates_in(inner)


def _read(der: bytes) -> Wanted:
    certificate = x509.load_der_x509_certificate(der)
    subject, issuer = (_common_name(name) for name in (certificate.subject, certificate.issuer))
    return Wanted(subject, certificate.not_valid_before_utc, None if issuer == subject else issuer)


def _common_name(name: x509.Name) -> str:
    return str(name.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


def _make(wanted: Wanted) -> bytes:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    signer = key if wanted.issuer is None else rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, wanted.name)])
    issuer = subject if wanted.issuer is None else x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, wanted.issuer)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(wanted.made)
        .not_valid_after(wanted.ends)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        # A listener certificate may encipher keys and data and, unlike one of a CA, not sign.
        .add_extension(_key_usage(signs=wanted.issuer is not None), critical=False)
    )
    if wanted.issuer is not None:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(wanted.name)]), critical=False)
    return builder.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _key_usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs, content_commitment=False, key_encipherment=True, data_encipherment=not signs,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )
