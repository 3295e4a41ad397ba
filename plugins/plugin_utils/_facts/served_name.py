# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Is the certificate on the wire made out to the name that the probe asked for? As clients of Remote Desktop look at it."""

from __future__ import annotations

from collections.abc import Mapping

from ...module_utils._x509.names import matches
from .._core.model import Certificate, JsonMap
from .distinguished import parts_of


def served_name(probe: JsonMap, certificates: Mapping[str, Certificate]) -> JsonMap | None:
    """Hold the certificate that was shown against the host that was asked for.

    :param certificates: decoded certificates by SHA-1 thumbprint.
    :returns: ``asked`` and ``matches``; None where no certificate was shown or it cannot be decoded.
    """
    served = probe["tls"]["certificate"]
    certificate = certificates.get(served["sha1"]) if served else None
    if certificate is None:
        return None
    asked = probe["target"]["host"]
    common = next((part.value for part in parts_of(certificate.subject) if part.type.upper() == "CN"), None)
    return {"asked": asked, "matches": matches(asked, certificate.san, common)}
