# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Certificates that come out the same in every run: keys grow from fixed seeds, and RSA signatures of this kind hold no chance.

The keys are worth nothing: whoever reads this file can make them.
"""

from __future__ import annotations

import datetime
import functools
import hashlib
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

SERVER = ExtendedKeyUsageOID.SERVER_AUTH
CLIENT = ExtendedKeyUsageOID.CLIENT_AUTH
RDP = ObjectIdentifier("1.3.6.1.4.1.311.54.1.2")
_SMALL = [n for n in range(3, 2000, 2) if all(n % d for d in range(3, int(n**0.5) + 1, 2))]
_EXPONENT = 65537


@dataclass(frozen=True)
class Wanted:
    """A certificate: its name, first second, days of validity, issuer (None is self-signed), usages, names and kind of key."""

    name: str
    begins: datetime.datetime
    days: int = 183
    issuer: str | None = None
    usages: tuple[ObjectIdentifier, ...] = (SERVER,)
    also: tuple[str, ...] = ()
    key: str = "rsa"


def thumbprint(der: bytes) -> str:
    """Return SHA-1 of the DER, 40 upper-case hex digits."""
    return hashlib.sha1(der).hexdigest().upper()


@functools.cache
def der_of(wanted: Wanted) -> bytes:
    """Return the DER of a certificate."""
    seed = int.from_bytes(hashlib.sha256(wanted.name.encode()).digest()[:2], "big")
    own = _rsa(f"host {seed % 4}")
    signer = own if wanted.issuer is None else _rsa(f"authority {wanted.issuer}")
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, wanted.name)])
    issuer = subject if wanted.issuer is None else x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, wanted.issuer)])
    public = ec.derive_private_key(seed + 7, ec.SECP256R1()).public_key() if wanted.key == "ec" else own.public_key()
    serial = int.from_bytes(hashlib.sha256(repr(wanted).encode()).digest()[:15], "big") + 1
    builder = x509.CertificateBuilder(issuer, subject, public, serial, wanted.begins, wanted.begins + datetime.timedelta(days=wanted.days))
    builder = builder.add_extension(_usage(signs=wanted.issuer is not None, enciphers=wanted.key == "rsa"), critical=False)
    if wanted.usages:
        builder = builder.add_extension(x509.ExtendedKeyUsage(wanted.usages), critical=False)
    if wanted.also:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in wanted.also]), critical=False)
    return builder.sign(signer, hashes.SHA256()).public_bytes(Encoding.DER)


def _usage(*, signs: bool, enciphers: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs, content_commitment=False, key_encipherment=enciphers, data_encipherment=enciphers and not signs,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip


@functools.cache
def _rsa(seed: str) -> rsa.RSAPrivateKey:
    p, q = _prime(f"{seed} p"), _prime(f"{seed} q")
    d = pow(_EXPONENT, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(_EXPONENT, p * q)
    parts = rsa.RSAPrivateNumbers(p, q, d, rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q), public)
    return parts.private_key()


def _prime(seed: str) -> int:
    block = b"".join(hashlib.sha256(f"{seed} {part}".encode()).digest() for part in range(4))
    number = int.from_bytes(block, "big") | 1 | 3 << 1022
    while any(number % small == 0 for small in _SMALL) or number % _EXPONENT == 1 or not _is_prime(number):
        number += 2
    return number


def _is_prime(number: int) -> bool:
    """Miller-Rabin to fixed bases: more than enough for numbers that nobody chose."""
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    return all(_passes(base, odd, twos, number) for base in (2, 3, 5, 7, 11, 13))


def _passes(base: int, odd: int, twos: int, number: int) -> bool:
    x = pow(base, odd, number)
    if x in (1, number - 1):
        return True
    for dummy in range(twos - 1):
        x = x * x % number
        if x == number - 1:
            return True
    return False
