# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The shape of a probe, as ``rdp_probe`` returns it. The published form is ``docs/schemas/probe.schema.json``."""

from __future__ import annotations

from typing import Any

from .decoded import DECODED
from .shapes import FactsError, boolean, fields, integer, list_of, nullable, number, text, word

SCHEMA = "rdpops.health/probe/1"
STEPS = ("resolve", "connect", "negotiate", "tls", "credssp")
STEP_OUTCOMES = (
    "ok", "not_found", "timeout", "refused", "reset", "closed", "unreachable", "no_route", "failure", "not_rdp", "alert", "silent", "clear_text",
    "not_tls", "not_credssp", "spnego_only", "local_tls_too_strict", "error",
)  # fmt: skip
SYMPTOMS = (
    "name_not_resolved", "name_service_failed", "connect_timeout", "connect_refused", "unreachable", "no_route", "route_lost", "closed_before_answer",
    "reset_before_answer", "silent_before_answer", "not_rdp", "failure_1", "failure_2", "failure_3", "failure_4", "failure_5", "failure_6", "failure_other",
    "legacy_answer", "tls_closed", "tls_reset", "tls_alert", "tls_silent", "tls_stalled", "tls_clear_text", "tls_not_tls",
    "local_tls_too_strict", "tls13_reset", "tls13_alert", "unsteady", "tls_old_only", "reached_tls",
    "reached_credssp", "credssp_spnego_only", "credssp_error", "credssp_invalid", "credssp_closed",
    "credssp_silent", "probe_error",
)  # fmt: skip

_ANSWER = fields({
    "kind": word("response", "failure", "legacy", "disconnect", "other"),
    "selected": nullable(integer), "selected_name": nullable(text(64)), "flags": nullable(integer), "flag_names": list_of(text(64), 16),
    "code": nullable(integer), "code_name": nullable(text(64)),
})  # fmt: skip
_STEP = fields({"step": word(*STEPS), "outcome": word(*STEP_OUTCOMES), "ms": number, "detail": text(1024)})
_USE = word("required", "offered", "refused", "unknown")
_CERTIFICATE = fields({"der": text(), "sha1": text(40), "sha256": text(64)}, {"decoded": DECODED})
_SUPPORT = word("accepted", "refused", "not_testable", "unknown")
_OFFER = word("usual", "up_to_tls12", "own_hello")
_VERSIONS = fields({"TLSv1": _SUPPORT, "TLSv1.1": _SUPPORT, "TLSv1.2": _SUPPORT, "TLSv1.3": _SUPPORT})
_NAME = nullable(text(255))
_CREDSSP = fields({
    "outcome": word(*STEP_OUTCOMES), "version": nullable(integer), "error_code": nullable(integer),
    "mechanism": word("ntlm", "spnego", "none"),
    "names": nullable(fields(dict.fromkeys(("netbios_domain", "netbios_computer", "dns_domain", "dns_computer", "dns_tree"), _NAME))),
    "os_build": nullable(text(32)), "flags": nullable(integer),
})  # fmt: skip
_LATENCY = fields({
    "tries": integer,
    "steps": list_of(fields({
        "step": word(*STEPS), "tried": integer, "lost": integer, "failed": integer,
        "min_ms": nullable(number), "median_ms": nullable(number), "max_ms": nullable(number),
    }), 8),
})  # fmt: skip
_RETRIED = fields({
    "because": word(*STEP_OUTCOMES), "offer": _OFFER, "outcome": word(*STEP_OUTCOMES),
    "version": nullable(text(32)), "cipher": nullable(text(128)), "alert": nullable(integer),
})  # fmt: skip
_SPECIAL = fields({
    "what": word("rdsaad", "redirected_authentication"), "requested": integer, "flags": integer, "standing": _USE,
    "steps": list_of(_STEP, 32), "answer": nullable(_ANSWER),
})  # fmt: skip
_RESTS_ON = fields({"symptom": integer, "rdp": integer, "ssl": integer, "hybrid": integer, "hybrid_ex": integer})
_TARGET = fields(
    {"host": text(256), "port": integer, "address": nullable(text(64)), "addresses": list_of(text(64), 64)},
    {"addresses_truncated": boolean},
)
_PROBE = fields({
    "schema": word(SCHEMA),
    "target": _TARGET,
    "vantage": text(256), "probed_at": text(40),
    "connections": list_of(
        fields({"requested": integer, "offer": _OFFER, "steps": list_of(_STEP, 32), "answer": nullable(_ANSWER)}), 64,
    ),
    "protocols": fields({"rdp": _USE, "ssl": _USE, "hybrid": _USE, "hybrid_ex": _USE}),
    "nla": word("required", "optional", "absent", "unknown"),
    "tls": fields({
        "outcome": word("not_reached", *STEP_OUTCOMES), "version": nullable(text(32)), "cipher": nullable(text(128)),
        "alert": nullable(integer), "certificate": nullable(_CERTIFICATE),
        "chain": nullable(list_of(_CERTIFICATE, 10)), "lowest": nullable(text(16)), "highest": nullable(text(16)), "versions": nullable(_VERSIONS),
    }),
    "credssp": nullable(_CREDSSP), "clock": nullable(fields({"skew_seconds": number, "uncertainty_seconds": number})),
    "latency": _LATENCY, "retried": nullable(_RETRIED), "signatures": list_of(text(64), 16),
    "ended_at": word(*STEPS, "complete"), "symptom": word(*SYMPTOMS), "sentence": text(1024),
}, {"also_asked": list_of(_SPECIAL, 8), "rests_on": _RESTS_ON})  # fmt: skip


MAX_OTHERS = 16  # more vantage points of one host are a mistake, and each costs as much as the first


def check_probe(value: Any, place: str = "probe") -> None:
    """Refuse a document that is not a probe result of this version.

    :raises FactsError: one sentence with the place.
    """
    schema = value.get("schema") if isinstance(value, dict) else None
    if isinstance(schema, str) and schema.startswith("rdpops.health/probe/") and schema != SCHEMA:
        raise FactsError(f"{place}.schema is {schema[:60]!r}; this version of the collection reads {SCHEMA!r}")
    _PROBE(value, place)


check_others = list_of(check_probe, MAX_OTHERS)
