# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Decode certificates from DER, on the controller, with ``cryptography`` (a requirement of ansible-core itself)."""

from __future__ import annotations

import base64
import hashlib
import warnings
from datetime import datetime, timezone

from ...module_utils._x509.signature import is_self_signed
from .._core.model import Certificate

try:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    HAS_CRYPTOGRAPHY = True
except ImportError:  # ansible-test imports every plugin where only ansible-core's own modules are
    HAS_CRYPTOGRAPHY = False

MAX_DER_BYTES = 64 * 1024  # captured certificates of Windows hosts have 700 to 1,300 bytes


def decode_certificate(der_base64: str) -> Certificate | None:
    """Decode one certificate.

    :param der_base64: the DER bytes in base64.
    :returns: the readable part, or None when the bytes are no certificate that can be decoded: unknown, never a guess.
    """
    if not HAS_CRYPTOGRAPHY:
        return None
    try:
        der = base64.b64decode(der_base64, validate=True)
        if len(der) > MAX_DER_BYTES:
            return None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # old serial numbers and encodings are worth a look, not a warning in a playbook's output
            certificate = x509.load_der_x509_certificate(der)
            return _readable(certificate, der)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # a stranger's bytes must not end the run of a whole fleet; a panic in the library's Rust is no Exception
        return None


def _readable(certificate: x509.Certificate, der: bytes) -> Certificate:
    return Certificate(
        sha1=hashlib.sha1(der, usedforsecurity=False).hexdigest().upper(),  # the thumbprint that Windows uses; nothing is trusted by it
        sha256=hashlib.sha256(der).hexdigest().upper(),
        subject=certificate.subject.rfc4514_string(),
        issuer=certificate.issuer.rfc4514_string(),
        not_before=_utc(certificate, "not_valid_before"),
        not_after=_utc(certificate, "not_valid_after"),
        self_signed=is_self_signed(certificate),
        key=_key(certificate),
        signature=certificate.signature_hash_algorithm.name if certificate.signature_hash_algorithm else "none",
        san=_alternative_names(certificate),
        eku=_key_usages(certificate),
    )


def _utc(certificate: x509.Certificate, name: str) -> datetime:
    # The _utc properties came with cryptography 42; Debian 12 ships 38.
    moment: datetime | None = getattr(certificate, f"{name}_utc", None)
    if moment is not None:
        return moment
    naive: datetime = getattr(certificate, name)
    return naive.replace(tzinfo=timezone.utc)


def _key(certificate: x509.Certificate) -> str:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA-{key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"EC-{key.curve.name}"
    return type(key).__name__


def _alternative_names(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return tuple(str(name.value) for name in names)[:100]


def _key_usages(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        usages = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return ()
    return tuple(usage.dotted_string for usage in usages)[:100]
