# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From typed records to the document that is published."""

from __future__ import annotations

import base64
import hashlib
import json

import jsonschema
import pytest
from ansible_collections.rdpops.health.plugins.module_utils._rdp._events import (
    Disconnect,
    Event,
    LegacyConfirm,
    NegotiationFailure,
    NegotiationResponse,
    OtherAnswer,
)
from ansible_collections.rdpops.health.plugins.module_utils._rdp._result import ConnectionRecord, Outcome, ProbeResult, Step, StepName, Target, Tls, to_json
from ansible_collections.rdpops.health.plugins.module_utils._rdp._verdict import judge

from tests.support.schemas import published_schema

TARGET = Target("rds.example", 3389, "192.0.2.5", ("192.0.2.5", "2001:db8::5"))


def document(answer: Event | None, tls: Tls | None = None) -> dict[str, object]:
    steps = (Step(StepName.CONNECT, Outcome.OK, 1.23456), Step(StepName.NEGOTIATE, Outcome.OK, 2, "x"))
    records = (ConnectionRecord(0x0B, steps, answer, tls),)
    found = to_json(ProbeResult(TARGET, "jump host", "2026-11-20T08:15:30Z", records, judge(TARGET, records)))
    jsonschema.Draft202012Validator(published_schema("probe")).validate(found)
    assert json.loads(json.dumps(found)) == found
    return found


def test_the_whole_document() -> None:
    der = b"\x30\x03\x02\x01\x05"
    found = document(NegotiationResponse(0x1F, 8), Tls(Outcome.OK, "TLSv1.3", "TLS_AES_256_GCM_SHA384", None, der))
    assert found == {
        "schema": "rdpops.health/probe/1",
        "target": {"host": "rds.example", "port": 3389, "address": "192.0.2.5", "addresses": ["192.0.2.5", "2001:db8::5"]},
        "vantage": "jump host",
        "probed_at": "2026-11-20T08:15:30Z",
        "connections": [
            {
                "requested": 11,
                "steps": [
                    {"step": "connect", "outcome": "ok", "ms": 1.23, "detail": ""},
                    {"step": "negotiate", "outcome": "ok", "ms": 2, "detail": "x"},
                ],
                "answer": {
                    "kind": "response",
                    "selected": 8,
                    "selected_name": "HYBRID_EX",
                    "flags": 31,
                    "flag_names": [
                        "EXTENDED_CLIENT_DATA_SUPPORTED",
                        "DYNVC_GFX_PROTOCOL_SUPPORTED",
                        "NEGRSP_FLAG_RESERVED",
                        "RESTRICTED_ADMIN_MODE_SUPPORTED",
                        "REDIRECTED_AUTHENTICATION_MODE_SUPPORTED",
                    ],
                    "code": None,
                    "code_name": None,
                },
            }
        ],
        "protocols": {"rdp": "unknown", "ssl": "unknown", "hybrid": "offered", "hybrid_ex": "offered"},
        "nla": "unknown",
        "tls": {
            "outcome": "ok",
            "version": "TLSv1.3",
            "cipher": "TLS_AES_256_GCM_SHA384",
            "alert": None,
            "certificate": {
                "der": base64.b64encode(der).decode(),
                "sha1": hashlib.sha1(der).hexdigest().upper(),
                "sha256": hashlib.sha256(der).hexdigest().upper(),
            },
        },
        "ended_at": "negotiate",
        "symptom": "legacy_answer",
        "sentence": "rds.example:3389 uses only RDP's own old security: TLS was offered to it and not taken.",
    }


EMPTY = {"selected": None, "selected_name": None, "flags": None, "flag_names": [], "code": None, "code_name": None}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (NegotiationFailure(3), {**EMPTY, "kind": "failure", "code": 3, "code_name": "SSL_CERT_NOT_ON_SERVER"}),
        (NegotiationFailure(9), {**EMPTY, "kind": "failure", "code": 9}),
        (
            NegotiationResponse(0x21, 7),
            {**EMPTY, "kind": "response", "selected": 7, "flags": 33, "flag_names": ["EXTENDED_CLIENT_DATA_SUPPORTED", "UNKNOWN_0x20"]},
        ),
        (LegacyConfirm(), {**EMPTY, "kind": "legacy"}),
        (Disconnect("mcs", 3), {**EMPTY, "kind": "disconnect"}),
        (OtherAnswer("x"), {**EMPTY, "kind": "other"}),
        (None, None),
    ],
)
def test_each_kind_of_answer(answer: Event | None, expected: object) -> None:
    connections = document(answer)["connections"]
    assert isinstance(connections, list)
    assert connections[0]["answer"] == expected


def test_tls_that_was_not_reached_or_failed() -> None:
    nothing = {"version": None, "cipher": None, "alert": None, "certificate": None}
    assert document(None)["tls"] == {**nothing, "outcome": "not_reached"}
    assert document(NegotiationResponse(0, 8), Tls(Outcome.ALERT, alert=40))["tls"] == {**nothing, "outcome": "alert", "alert": 40}
    assert document(NegotiationResponse(0, 8), Tls(Outcome.OK, "TLSv1.2", "X"))["tls"] == {**nothing, "outcome": "ok", "version": "TLSv1.2", "cipher": "X"}
