# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The handshake block of a host's report, taken out of the probe document by safe look-ups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._core.model import JsonMap
from .endpoint import endpoint_block, versions_block
from .looked_up import ENDINGS, STEP_OUTCOMES, STEPS, WORD_LIMIT, as_mapping, integer, mappings, one_of, text_or_none, texts
from .redact import Cleaner
from .vantages import vantages_block

ANSWERS = ("response", "failure", "legacy", "disconnect", "other")
PROTOCOLS = ("rdp", "ssl", "hybrid", "hybrid_ex")
PROTOCOL_STATES = ("required", "offered", "refused", "unknown")
NLA_STATES = ("required", "optional", "absent", "unknown")
CONNECTIONS_LIMIT = 8  # the probe shows seven at the very most; more was not made by the probe
STEPS_LIMIT = 12
FLAGS_LIMIT = 32

_REQUEST_NAMES = ((1, "SSL"), (2, "HYBRID"), (4, "RDSTLS"), (8, "HYBRID_EX"), (16, "RDSAAD"))  # MS-RDPBCGR 2.2.1.1.1
_CERTIFICATE_TEXTS = ("subject", "issuer", "not_before", "not_after", "sha1", "sha256", "key", "signature")


def handshake_block(document: JsonMap, clean: Cleaner) -> dict[str, Any] | None:
    """Return what the probe saw, or None when there was no probe.

    :param document: facts document; the probes, ``derived.served_certificate`` and ``served_name`` are looked at.
    """
    probe = document.get("probe")
    if not isinstance(probe, Mapping):
        return None
    target = as_mapping(probe.get("target"))
    tls = as_mapping(probe.get("tls"))
    protocols = as_mapping(probe.get("protocols"))
    return {
        "endpoint": _endpoint(target, clean),
        "address": text_or_none(target.get("address"), clean),
        "vantage": clean.text(target.get("vantage") or probe.get("vantage") or "controller", WORD_LIMIT),
        "symptom": clean.text(probe.get("symptom") or "probe_error", WORD_LIMIT),
        "sentence": clean.text(probe.get("sentence") or ""),
        "ended_at": one_of(probe.get("ended_at"), ENDINGS, "resolve"),
        "nla": one_of(probe.get("nla"), NLA_STATES, "unknown"),
        "protocols": {name: one_of(protocols.get(name), PROTOCOL_STATES, "unknown") for name in PROTOCOLS},
        "tls": {
            "outcome": one_of(tls.get("outcome"), (*STEP_OUTCOMES, "not_reached"), "error" if tls else "not_reached"),
            "version": text_or_none(tls.get("version"), clean),
            "cipher": text_or_none(tls.get("cipher"), clean),
            "alert": integer(tls.get("alert"), 0, 255),
            **versions_block(tls),
        },
        "certificate": _certificate(as_mapping(document.get("derived")).get("served_certificate"), as_mapping(document.get("served_name")), clean),
        **endpoint_block(probe, clean),
        "connections": [_connection(item, clean) for item in mappings(probe.get("connections"), CONNECTIONS_LIMIT)],
        "vantages": vantages_block(document, clean),
    }


def _endpoint(target: JsonMap, clean: Cleaner) -> str:
    host = clean.text(target.get("host") or "", 255)
    return f"[{host}]:{_port(target)}" if ":" in host else f"{host}:{_port(target)}"


def _port(target: JsonMap) -> int:
    return integer(target.get("port"), 0, 65535) or 3389


def _connection(connection: JsonMap, clean: Cleaner) -> dict[str, Any]:
    requested = integer(connection.get("requested"), 0, 0xFFFFFFFF) or 0
    return {
        "requested": requested,
        "requested_names": [name for bit, name in _REQUEST_NAMES if requested & bit] or ["RDP"],
        "answer": _answer(connection.get("answer"), clean),
        "steps": [_step(step, clean) for step in mappings(connection.get("steps"), STEPS_LIMIT)],
    }


def _step(step: JsonMap, clean: Cleaner) -> dict[str, Any]:
    took = step.get("ms")
    return {
        "step": one_of(step.get("step"), STEPS, "resolve"),
        "outcome": one_of(step.get("outcome"), STEP_OUTCOMES, "error"),
        "ms": round(float(took), 3) if isinstance(took, (int, float)) and not isinstance(took, bool) and 0 <= took < 1e9 else None,
        "detail": clean.text(step.get("detail") or "", 400),
    }


def _answer(answer: object, clean: Cleaner) -> dict[str, Any] | None:
    if not isinstance(answer, Mapping):
        return None
    return {
        "kind": one_of(answer.get("kind"), ANSWERS, "other"),
        "selected": integer(answer.get("selected"), 0, 0xFFFFFFFF),
        "selected_name": text_or_none(answer.get("selected_name"), clean),
        "flags": integer(answer.get("flags"), 0, 0xFFFFFFFF),
        "flag_names": texts(answer.get("flag_names"), FLAGS_LIMIT, clean),
        "code": integer(answer.get("code"), 0, 0xFFFFFFFF),
        "code_name": text_or_none(answer.get("code_name"), clean),
    }


def _certificate(certificate: object, name: JsonMap, clean: Cleaner) -> dict[str, Any] | None:
    if not isinstance(certificate, Mapping):
        return None
    told: dict[str, Any] = {field: clean.text(certificate.get(field) or "", 400) for field in _CERTIFICATE_TEXTS}
    asked = text_or_none(name.get("asked"), clean)
    matches = name.get("matches") if isinstance(name.get("matches"), bool) and asked else None
    return {**told, "self_signed": certificate.get("self_signed") is True, "asked": asked, "name_matches": matches}
