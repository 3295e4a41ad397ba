# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which certificate the listener is told to serve, and whether it is there and in validity.

Order of the binding: an explicit ``SSLCertificateSHA1Hash`` (20 raw bytes), then a template certificate, then the self-signed one
that SessionEnv makes (Microsoft KB3042780 and the RDS certificate articles).
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..clock import format_time, whole_days
from ..model import Certificate, JsonMap
from .gap import Gap

THUMBPRINT_BYTES = 20  # SHA-1
SELF_SIGNED_STORE = "Remote Desktop"
# Server authentication, Remote Desktop authentication, any use: one of them is enough, and so is no list of uses at all.
SERVING = frozenset({"1.3.6.1.5.5.7.3.1", "1.3.6.1.4.1.311.54.1.2", "2.5.29.37.0"})
SMALLEST_RSA = 2048
CURVES = ("EC-secp256r1", "EC-secp384r1", "EC-secp521r1")
BROKEN_HASHES = ("md5", "sha1")


def describe_certificate(certificate: Certificate, now: datetime) -> JsonMap:
    """Turn a decoded certificate into plain facts at a moment.

    :returns: subject, issuer, validity as ISO text, ``days_left`` (whole days, negative when past), ``expired``,
        ``in_validity`` (also not before its start), key, signature, sha1, sha256.
    """
    return {
        "subject": certificate.subject,
        "issuer": certificate.issuer,
        "not_before": format_time(certificate.not_before),
        "not_after": format_time(certificate.not_after),
        "days_left": whole_days(certificate.not_after, now),
        "expired": certificate.not_after < now,
        "in_validity": certificate.not_before <= now <= certificate.not_after,
        "self_signed": certificate.self_signed,
        "key": certificate.key,
        "signature": certificate.signature,
        "san": list(certificate.san),
        "eku": list(certificate.eku),
        "sha1": certificate.sha1,
        "sha256": certificate.sha256,
    }


def listener_certificate(data: JsonMap, certificates: Mapping[str, Certificate], now: datetime) -> JsonMap:
    """Find the certificate that is configured for the listener.

    :param data: data of the snapshot subset ``certificate``.
    :returns: ``binding`` (custom, template, self_signed, none), ``thumbprint``, ``in_store``, ``has_private_key``, the hash value's form,
        the store name, and the validity where the certificate could be decoded.
    :raises LookupError: the bindings could not be read.
    """
    bindings = data["bindings"]
    if any(value["kind"] == "denied" for value in bindings.values()):
        raise LookupError("access to the certificate bindings of the listener was denied")
    custom = bindings["SSLCertificateSHA1Hash"]
    binding, value = bound(bindings)
    thumbprint = thumbprint_of(value)
    entry, store = _find(data["stores"], thumbprint)
    custom_entry, dummy = _find(data["stores"], thumbprint_of(custom))
    store_name = bindings["SelfSignedCertStore"]
    return {
        "binding": binding,
        "thumbprint": thumbprint,
        "in_store": entry is not None,
        "store": store,
        "has_private_key": None if entry is None else entry["has_private_key"],
        "custom_hash_set": custom["kind"] != "absent",
        "custom_hash_well_formed": custom["kind"] == "absent" or thumbprint_of(custom) is not None,
        "custom_hash_resolves": custom["kind"] == "absent" or custom_entry is not None,
        "self_signed_store_right": store_name["kind"] == "REG_SZ" and store_name["value"] == SELF_SIGNED_STORE,
        **_validity(certificates.get(thumbprint or ""), now, in_store=entry is not None),
    }


def bound(bindings: JsonMap) -> tuple[str, JsonMap]:
    """Say which binding is in force, and its value: custom, template, self_signed or none."""
    for name, value in (
        ("custom", bindings["SSLCertificateSHA1Hash"]),
        ("template", bindings["TemplateCertificate"]),
        ("self_signed", bindings["SelfSignedCertificate"]),
    ):
        if value["kind"] != "absent":
            return name, value
    return "none", {"kind": "absent", "value": None}


def thumbprint_of(value: JsonMap) -> str | None:
    """Read a hash value: only 20 raw bytes count, the thumbprint written as text is a well-known mistake."""
    if value["kind"] != "REG_BINARY" or not isinstance(value["value"], str):
        return None
    try:
        raw = base64.b64decode(value["value"], validate=True)
    except ValueError:  # not base64, or not even ASCII
        return None
    return raw.hex().upper() if len(raw) == THUMBPRINT_BYTES else None


def _find(stores: JsonMap, thumbprint: str | None) -> tuple[JsonMap | None, str | None]:
    """Find a certificate in the stores.

    :raises LookupError: it is not in a list that was cut short, or a store could not be read, so nobody knows.
    """
    if thumbprint is None:
        return None, None
    for name, store in stores.items():
        for entry in store["certificates"]:
            if entry["thumbprint"] == thumbprint:
                return entry, name
    if any(store["truncated"] for store in stores.values()):
        raise LookupError("the list of certificates was cut short before the listener's certificate was found")
    closed = next((name for name, store in stores.items() if store["exists"] is None), None)
    if closed is not None:
        raise LookupError(f"the certificate store {closed} could not be read ({stores[closed].get('kind') or 'unexpected'})")
    return None, None


def shortcomings(certificate: Certificate) -> list[str]:
    """Say why a certificate cannot serve Remote Desktop well, whatever its validity (Microsoft: RDS certificate requirements)."""
    found = []
    if certificate.eku and SERVING.isdisjoint(certificate.eku):
        found.append("its extended key usage allows no server authentication")
    kind, dummy, size = certificate.key.partition("-")
    if (kind == "RSA" and size.isdecimal() and int(size) < SMALLEST_RSA) or (kind != "RSA" and certificate.key not in CURVES):
        found.append(f"its key is {certificate.key}")
    if certificate.signature in BROKEN_HASHES and not certificate.self_signed:  # nobody relies on the signature of a self-signed one
        found.append(f"it is signed with {certificate.signature}")
    return found


VALIDITY = ("not_before", "not_after", "days_left", "expired", "in_validity", "self_signed", "key", "suitable", "shortcomings")


def _validity(certificate: Certificate | None, now: datetime, *, in_store: bool) -> dict[str, Any]:
    if certificate is None:
        why = "the configured certificate could not be decoded (is the Python package cryptography there?)" if in_store else "it is in no store"
        return dict.fromkeys(VALIDITY, Gap(why))
    wrong = shortcomings(certificate)
    described = {**describe_certificate(certificate, now), "suitable": not wrong, "shortcomings": wrong}
    return {key: described[key] for key in VALIDITY}
