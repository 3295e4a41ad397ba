# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Certificates as Windows hosts and their authorities make them; the same bytes each time.

The keys protect nothing: they follow from the words here, so that no key has to lie in a file.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from .values import number_of

EXPONENT = 65537
# How far behind the number that the words give the next two primes lie.
_TO_PRIMES = ((734, 1714), (450, 44), (384, 176), (134, 44), (378, 164), (148, 232))
SELF_SIGNED_DAYS = 183
CAPI = "Microsoft Enhanced Cryptographic Provider v1.0"
SCHANNEL_CAPI = "Microsoft RSA SChannel Cryptographic Provider"
KSP = "Microsoft Software Key Storage Provider"
RDP_USAGE = x509.ObjectIdentifier("1.3.6.1.4.1.311.54.1.2")


@dataclass(frozen=True)
class Paper:
    """A certificate.

    :ivar thumbprint: SHA-1 in upper-case hex digits, as Windows names it.
    """

    der: bytes
    not_after: datetime

    @property
    def thumbprint(self) -> str:
        return hashlib.sha1(self.der, usedforsecurity=False).hexdigest().upper()

    @property
    def hash(self) -> bytes:
        return bytes.fromhex(self.thumbprint)

    @property
    def base64(self) -> str:
        return base64.b64encode(self.der).decode("ascii")


def _number(words: str, which: str) -> int:
    stream = b"".join(hashlib.sha512(f"{words}|{which}|{part}".encode()).digest() for part in range(2))
    return int.from_bytes(stream, "big") | (3 << 1022) | 1


@cache
def _key(index: int) -> rsa.RSAPrivateKey:
    p, q = (_number(f"third {index}", which) + step for which, step in zip("pq", _TO_PRIMES[index], strict=True))
    p, q = max(p, q), min(p, q)
    secret = pow(EXPONENT, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(EXPONENT, p * q)
    numbers = rsa.RSAPrivateNumbers(p, q, secret, secret % (p - 1), secret % (q - 1), pow(q, -1, p), public)
    return numbers.private_key(unsafe_skip_rsa_key_validation=True)


def _named(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _usage(*, signs: bool, certifies: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(signs, False, not certifies, not signs and not certifies, False, certifies, certifies, False, False)


@cache
def self_signed(name: str, since: datetime, days: int = SELF_SIGNED_DAYS) -> Paper:
    """Return a certificate as SessionEnv makes it: one name, half a year, no alternative names."""
    key, until = _key(number_of(name, below=4)), since + timedelta(days=days)
    builder = (
        x509.CertificateBuilder().subject_name(_named(name)).issuer_name(_named(name)).public_key(key.public_key())
        .serial_number(1 + number_of("serial", name, since, below=2**62)).not_valid_before(since).not_valid_after(until)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(_usage(signs=False), critical=False)
    )  # fmt: skip
    return Paper(builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER), until)


@cache
def issued(name: str, by: str, since: datetime, days: int = 730, *, names: tuple[str, ...] = (), for_rdp: bool = False) -> Paper:
    """Return a certificate of an authority.

    :param names: alternative names; the common name alone where none are given.
    :param for_rdp: whether it carries the usage that only Remote Desktop looks at.
    """
    until = since + timedelta(days=days)
    usages = [RDP_USAGE] if for_rdp else [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]
    builder = (
        x509.CertificateBuilder().subject_name(_named(name)).issuer_name(_named(by)).public_key(_key(number_of(name, below=4)).public_key())
        .serial_number(1 + number_of("serial", name, by, since, below=2**120)).not_valid_before(since).not_valid_after(until)
        .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(each) for each in names or (name,)]), critical=False)
    )  # fmt: skip
    return Paper(builder.sign(_key(4 + number_of(by, below=2)), hashes.SHA256()).public_bytes(Encoding.DER), until)


@cache
def authority(name: str, since: datetime) -> Paper:
    """Return the certificate of an authority itself."""
    key, until = _key(4 + number_of(name, below=2)), since + timedelta(days=3652)
    builder = (
        x509.CertificateBuilder().subject_name(_named(name)).issuer_name(_named(name)).public_key(key.public_key())
        .serial_number(1 + number_of("serial", name, since, below=2**120)).not_valid_before(since).not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_usage(signs=True, certifies=True), critical=True)
    )  # fmt: skip
    return Paper(builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER), until)


def key_file_prefix(container: str) -> str:
    """Return the first part of the name of a key file: what the older providers make of the container's name."""
    digest = hashlib.md5(container.lower().encode("latin-1") + b"\0", usedforsecurity=False).digest()
    return "".join(f"{int.from_bytes(digest[at : at + 4], 'little'):08x}" for at in range(0, 16, 4))
