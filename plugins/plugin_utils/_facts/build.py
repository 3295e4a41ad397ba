# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Merge what was seen from inside, outside and the client into the facts of one host."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from .._core.derived import with_derived
from .._core.model import Certificate, Facts, JsonMap
from .certificates import decode_certificate
from .client import host_names, put_client
from .decoded import from_decoded
from .served_name import served_name
from .snapshot import SUBSETS
from .untold import take_out_untold

NOT_ASKED = "the {} view was not asked for"
WORDS = {"state": "state", "exists": "existence"}  # what may be untold of a service


def build_facts(
    host: str,
    now: datetime,
    *,
    snapshot: JsonMap | None = None,
    probe: JsonMap | None = None,
    other_probes: Sequence[JsonMap] = (),
    client: JsonMap | None = None,
    unreachable: str | None = None,
    probe_missing: str | None = None,
    others_missing: str | None = None,
    client_missing: str | None = None,
) -> Facts:
    """Build the facts of one host.

    :param snapshot: a checked snapshot; None with ``unreachable`` set when the host could not be read, None without when nobody asked.
    :param probe: a checked probe result; None with ``probe_missing`` set when the probe could not run, None without when nobody asked.
    :param other_probes: checked probe results of the same host from other vantage points.
    :param others_missing: why there is none from a vantage point that was asked.
    :param client: a checked client's view, an ``error_code`` that somebody typed, or both in one.
    :param client_missing: why the machine that showed the error could not be looked at.
    :returns: facts whose gaps say for every missing part why it is missing.
    """
    document: dict[str, Any] = {}
    gaps: dict[str, str] = {}
    _put_inside(document, gaps, snapshot, unreachable)
    if probe is not None:
        document["probe"] = probe
        if other_probes:
            document["other_probes"] = list(other_probes)
    else:
        gaps["probe"] = probe_missing or NOT_ASKED.format("outside")
    if others_missing:
        gaps["other_probes"] = others_missing
    if client:
        put_client(document, gaps, client, host_names(host, snapshot, probe), client_missing)
    else:
        gaps["client"] = client_missing or NOT_ASKED.format("client")
    document["views"] = {
        "inside": "ok" if snapshot is not None else "unreachable" if unreachable else "not_asked",
        "outside": "ok" if probe is not None else "failed" if probe_missing else "not_asked",
        "client": "failed" if client_missing else "ok" if client else "not_asked",
        "client_machine": "failed" if client_missing else "ok" if client and "snapshot" in client else "not_asked",
    }
    certificates = decode_all(document)
    name = None if probe is None else served_name(probe, certificates)
    if name is not None:
        document["served_name"] = name
    return with_derived(Facts(host, now, document, gaps, certificates))


def _put_inside(document: dict[str, Any], gaps: dict[str, str], snapshot: JsonMap | None, unreachable: str | None) -> None:
    if snapshot is None:
        reason = f"the host could not be read: {unreachable}" if unreachable else NOT_ASKED.format("inside")
        gaps.update(dict.fromkeys((*SUBSETS, "subsets"), reason))
        return
    document["subsets"] = {name: snapshot["subsets"][name]["status"] for name in SUBSETS}
    for name in SUBSETS:
        subset = snapshot["subsets"][name]
        if subset["status"] == "ok":
            document[name] = subset["data"]
        else:
            gaps[name] = _gap(name, subset)
    if "services" in document:
        document["services"] = {name: _told(name, service, gaps) for name, service in document["services"].items()}
    take_out_untold(document, gaps)


def _told(name: str, service: JsonMap, gaps: dict[str, str]) -> JsonMap:
    """Take what the service manager did not tell of a service out of the facts: it is a gap, neither a state nor existence."""
    untold = {"state": service["state"] == "unknown", "exists": service["exists"] is None}
    gaps.update({f"services.{name}.{field}": f"the service manager did not tell the {word} of {name}" for field, word in WORDS.items() if untold[field]})
    return {field: value for field, value in service.items() if not untold.get(field)}


def _gap(name: str, subset: JsonMap) -> str:
    words = {
        "denied": f"access to {name} was denied",
        "error": f"{name} could not be read",
        "not_applicable": f"{name} does not apply to this host",
        "not_asked": f"{name} was not read",
    }
    message = subset["message"] or subset["kind"]
    return words[subset["status"]] + (f": {message}" if message else "")


def decode_all(document: JsonMap) -> dict[str, Certificate]:
    """Decode every certificate of a facts document, once each.

    :returns: certificates by SHA-1 thumbprint; what cannot be decoded is left out.
    """
    decoded: dict[str, Certificate] = {}
    for holder in _all_certificates(document):
        certificate = from_decoded(holder["decoded"]) if "decoded" in holder else decode_certificate(holder["der"])
        if certificate is not None:
            decoded[certificate.sha1] = certificate
    return decoded


def _all_certificates(document: JsonMap) -> Iterator[JsonMap]:
    served = (document.get("probe", {}).get("tls") or {}).get("certificate")
    if served:
        yield served
    for store in document.get("certificate", {}).get("stores", {}).values():
        yield from store["certificates"]
