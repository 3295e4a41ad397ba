# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A certificate that travels decoded: what a redacted bundle has in place of the bytes, which name the host."""

from __future__ import annotations

from .._core.clock import format_time, parse_time
from .._core.model import Certificate, JsonMap
from .shapes import boolean, fields, list_of, matching, text

_TIME = matching(r"[0-9]{4}(-[0-9]{2}){2}T[0-9]{2}(:[0-9]{2}){2}Z", "a time such as 2026-11-20T08:15:30Z", 40)
_NAMES = list_of(text(1024), 100)
DECODED = fields({
    "sha1": matching(r"[0-9A-F]{40}", "40 upper-case hex digits", 40), "sha256": matching(r"[0-9A-F]{64}", "64 upper-case hex digits", 64),
    "subject": text(4096), "issuer": text(4096), "not_before": _TIME, "not_after": _TIME, "self_signed": boolean,
    "key": text(64), "signature": text(64), "san": _NAMES, "eku": _NAMES,
})  # fmt: skip


def to_decoded(certificate: Certificate) -> dict[str, object]:
    """Return a certificate as it travels decoded."""
    return {
        "sha1": certificate.sha1,
        "sha256": certificate.sha256,
        "subject": certificate.subject,
        "issuer": certificate.issuer,
        "not_before": format_time(certificate.not_before),
        "not_after": format_time(certificate.not_after),
        "self_signed": certificate.self_signed,
        "key": certificate.key,
        "signature": certificate.signature,
        "san": list(certificate.san),
        "eku": list(certificate.eku),
    }


def from_decoded(value: JsonMap) -> Certificate:
    """Return the certificate of a checked decoded form."""
    times = {name: parse_time(value[name]) for name in ("not_before", "not_after")}
    names = {name: tuple(value[name]) for name in ("san", "eku")}
    return Certificate(**{**value, **times, **names})
