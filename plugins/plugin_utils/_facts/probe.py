# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The shape of a probe, as ``rdp_probe`` returns it. The published form is ``docs/schemas/probe.schema.json``."""

from __future__ import annotations

from typing import Any

from .shapes import fields, integer, list_of, nullable, number, text, word

SCHEMA = "rdpops.health/probe/1"
STEPS = ("resolve", "connect", "negotiate", "tls")
STEP_OUTCOMES = (
    "ok", "not_found", "timeout", "refused", "reset", "closed", "unreachable", "failure", "not_rdp", "alert", "silent", "clear_text",
    "not_tls", "local_tls_too_strict", "error",
)  # fmt: skip
SYMPTOMS = (
    "name_not_resolved", "connect_timeout", "connect_refused", "unreachable", "closed_before_answer", "reset_before_answer",
    "silent_before_answer", "not_rdp", "failure_1", "failure_2", "failure_3", "failure_4", "failure_5", "failure_6", "legacy_answer",
    "tls_closed", "tls_reset", "tls_alert", "tls_silent", "tls_clear_text", "tls_not_tls", "local_tls_too_strict", "reached_tls",
    "probe_error",
)  # fmt: skip

_ANSWER = fields({
    "kind": word("response", "failure", "legacy", "disconnect", "other"),
    "selected": nullable(integer), "selected_name": nullable(text(64)), "flags": nullable(integer), "flag_names": list_of(text(64), 16),
    "code": nullable(integer), "code_name": nullable(text(64)),
})  # fmt: skip
_STEP = fields({"step": word(*STEPS), "outcome": word(*STEP_OUTCOMES), "ms": number, "detail": text(1024)})
_USE = word("required", "offered", "refused", "unknown")
_CERTIFICATE = fields({"der": text(), "sha1": text(40), "sha256": text(64)})
_PROBE = fields({
    "schema": word(SCHEMA),
    "target": fields({"host": text(256), "port": integer, "address": nullable(text(64)), "addresses": list_of(text(64), 64)}),
    "vantage": text(256), "probed_at": text(40),
    "connections": list_of(fields({"requested": integer, "steps": list_of(_STEP, 32), "answer": nullable(_ANSWER)}), 64),
    "protocols": fields({"rdp": _USE, "ssl": _USE, "hybrid": _USE, "hybrid_ex": _USE}),
    "nla": word("required", "optional", "absent", "unknown"),
    "tls": fields({
        "outcome": word("not_reached", *STEP_OUTCOMES), "version": nullable(text(32)), "cipher": nullable(text(128)),
        "alert": nullable(integer), "certificate": nullable(_CERTIFICATE),
    }),
    "ended_at": word(*STEPS, "complete"), "symptom": word(*SYMPTOMS), "sentence": text(1024),
})  # fmt: skip


def check_probe(value: Any, place: str = "probe") -> None:
    """Refuse a document that is not a probe result of this version.

    :raises FactsError: one sentence with the place.
    """
    _PROBE(value, place)
