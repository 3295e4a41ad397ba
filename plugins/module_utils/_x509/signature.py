# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Did a certificate sign itself? Names say so too easily: an authority may have issued a certificate under its own name."""

from __future__ import annotations

from typing import Any

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
except ImportError:  # whoever has no cryptography has no certificate to ask about either
    pass


def is_self_signed(certificate: Any) -> bool:  # Any: cryptography may be missing
    """Tell whether a certificate is signed with its own key.

    :param certificate: an object of the package cryptography.
    :returns: what the signature shows; where nobody here can check it (an old hash, a rare kind of key), what the names say.
    """
    if certificate.subject != certificate.issuer:
        return False
    try:
        _verify(certificate)
    except InvalidSignature:
        return False
    except Exception:  # the bytes are a stranger's, and each version of cryptography has its own words for what it does not do
        return True
    return True


def _verify(certificate: Any) -> None:
    """Hold the signature against the certificate's own key.

    :raises InvalidSignature: it is another's.
    """
    if hasattr(certificate, "verify_directly_issued_by"):  # from cryptography 40 on; Debian 12 ships 38
        certificate.verify_directly_issued_by(certificate)
        return
    key, signed, algorithm = certificate.public_key(), certificate.tbs_certificate_bytes, certificate.signature_hash_algorithm
    if isinstance(key, rsa.RSAPublicKey) and "pss" not in certificate.signature_algorithm_oid._name.lower():
        key.verify(certificate.signature, signed, padding.PKCS1v15(), algorithm)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(certificate.signature, signed, ec.ECDSA(algorithm))
    else:
        raise TypeError("a kind of key that is not checked here")
