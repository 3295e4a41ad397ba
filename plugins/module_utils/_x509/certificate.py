# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One certificate from DER to words."""

from __future__ import annotations

import warnings
from datetime import datetime
from typing import Any, Dict, Final, List, Optional

from .names import matches
from .signature import is_self_signed

try:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.x509.oid import NameOID

    HAS_CRYPTOGRAPHY = True
except ImportError:
    HAS_CRYPTOGRAPHY = False

MAX_NAMES: Final = 100
MAX_TEXT: Final = 1024
_EKU_NAMES: Final = {"1.3.6.1.5.5.7.3.1": "serverAuth", "1.3.6.1.5.5.7.3.2": "clientAuth", "1.3.6.1.4.1.311.54.1.2": "remoteDesktop"}


def decode(der: bytes, name: str) -> Optional[Dict[str, Any]]:  # Any: a JSON document
    """Return a certificate in words, and whether it is made out to ``name``.

    :returns: None when the package cryptography is missing or the bytes cannot be decoded: unknown, never a guess.
    """
    if not HAS_CRYPTOGRAPHY:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # old serial numbers and encodings are worth a look, not a warning
            return _in_words(x509.load_der_x509_certificate(der), name)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # a stranger's bytes must not lose what the probe saw; a panic in the library's Rust is no Exception
        return None


def _in_words(certificate: Any, name: str) -> Dict[str, Any]:  # Any: cryptography may be missing
    alternatives = _alternatives(certificate)
    common = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return {
        "subject": certificate.subject.rfc4514_string()[:MAX_TEXT],
        "issuer": certificate.issuer.rfc4514_string()[:MAX_TEXT],
        "alternative_names": alternatives,
        "not_before": _moment(certificate, "not_valid_before"),
        "not_after": _moment(certificate, "not_valid_after"),
        "key": _key(certificate.public_key()),
        "signature": certificate.signature_hash_algorithm.name if certificate.signature_hash_algorithm else "none",
        "key_usages": _usages(certificate),
        "self_signed": is_self_signed(certificate),
        "name": name,
        "name_matches": matches(name, alternatives, str(common[0].value) if common else None),
    }


def _moment(certificate: Any, attribute: str) -> str:
    # The _utc properties came with cryptography 42; Debian 12 ships 38.
    moment: datetime = getattr(certificate, f"{attribute}_utc", None) or getattr(certificate, attribute)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _key(key: Any) -> str:
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA-{key.key_size}"
    return f"EC-{key.curve.name}" if isinstance(key, ec.EllipticCurvePublicKey) else type(key).__name__


def _alternatives(certificate: Any) -> List[str]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    kinds = (x509.DNSName, x509.IPAddress)
    return [str(item.value)[:MAX_TEXT] for item in names if isinstance(item, kinds)][:MAX_NAMES]


def _usages(certificate: Any) -> List[str]:
    try:
        usages = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return []
    return [_EKU_NAMES.get(usage.dotted_string, usage.dotted_string) for usage in usages][:MAX_NAMES]
