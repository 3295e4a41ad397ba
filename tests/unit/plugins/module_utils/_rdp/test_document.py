# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From typed records to the document that is published."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import jsonschema
import pytest
from ansible_collections.rdpops.health.plugins.module_utils._rdp._document import to_json
from ansible_collections.rdpops.health.plugins.module_utils._rdp._events import (
    CredSspReply,
    Disconnect,
    Event,
    LegacyConfirm,
    Mechanism,
    NegotiationFailure,
    NegotiationResponse,
    OtherAnswer,
    ServerHello,
)
from ansible_collections.rdpops.health.plugins.module_utils._rdp._ntlm import Challenge
from ansible_collections.rdpops.health.plugins.module_utils._rdp._result import (
    Clock,
    ConnectionRecord,
    CredSsp,
    Offer,
    Outcome,
    ProbeResult,
    Step,
    StepName,
    Support,
    Target,
    Tls,
)
from ansible_collections.rdpops.health.plugins.module_utils._rdp._verdict import judge
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.probe import check_probe

from tests.support.rdp_bytes import NAMES
from tests.support.schemas import published_schema

TARGET = Target("rds.example", 3389, "192.0.2.5", ("192.0.2.5", "2001:db8::5"))


def document(answer: Event | None, tls: Tls | None = None) -> dict[str, object]:
    steps = (Step(StepName.CONNECT, Outcome.OK, 1.23456), Step(StepName.NEGOTIATE, Outcome.OK, 2, "x"))
    records = (ConnectionRecord(0x0B, steps, answer, tls),)
    found = to_json(ProbeResult(TARGET, "jump host", "2026-11-20T08:15:30Z", records, judge(TARGET, records)))
    jsonschema.Draft202012Validator(published_schema("probe")).validate(found)
    assert json.loads(json.dumps(found)) == found
    return found


NOT_SEEN = {
    "credssp": None,
    "clock": None,
    "retried": None,
    "latency": {
        "tries": 1,
        "steps": [
            {"step": "connect", "tried": 1, "lost": 0, "failed": 0, "min_ms": 1.23, "median_ms": 1.23, "max_ms": 1.23},
            {"step": "negotiate", "tried": 1, "lost": 0, "failed": 0, "min_ms": 2, "median_ms": 2, "max_ms": 2},
        ],
    },
    "signatures": [],
    "also_asked": [],
}


def test_the_whole_document() -> None:
    der = b"\x30\x03\x02\x01\x05"
    found = document(NegotiationResponse(0x1F, 8), Tls(Outcome.OK, "TLSv1.3", "TLS_AES_256_GCM_SHA384", None, der))
    assert found == {
        "schema": "rdpops.health/probe/1",
        "target": {"host": "rds.example", "port": 3389, "address": "192.0.2.5", "addresses": ["192.0.2.5", "2001:db8::5"], "addresses_truncated": False},
        "vantage": "jump host",
        "probed_at": "2026-11-20T08:15:30Z",
        "connections": [
            {
                "requested": 11,
                "offer": "usual",
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
            "chain": None,
            "lowest": None,
            "highest": None,
            "versions": None,
        },
        **NOT_SEEN,
        "rests_on": {"symptom": 1, "rdp": 0, "ssl": 0, "hybrid": 1, "hybrid_ex": 1},
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
    nothing = dict.fromkeys(("version", "cipher", "alert", "certificate", "chain", "lowest", "highest", "versions"))
    assert document(None)["tls"] == {**nothing, "outcome": "not_reached"}
    assert document(NegotiationResponse(0, 8), Tls(Outcome.ALERT, alert=40))["tls"] == {**nothing, "outcome": "alert", "alert": 40}
    assert document(NegotiationResponse(0, 8), Tls(Outcome.OK, "TLSv1.2", "X"))["tls"] == {**nothing, "outcome": "ok", "version": "TLSv1.2", "cipher": "X"}


CHALLENGE = Challenge(0xE2898235, "CONTOSO", (10, 0, 20348, 15), NAMES)


def seen(*records: ConnectionRecord, versions: dict[int, Support] | None = None) -> dict[str, Any]:
    found = to_json(ProbeResult(TARGET, "jump host", "2026-11-20T08:15:30Z", records, judge(TARGET, records), versions or {}))
    jsonschema.Draft202012Validator(published_schema("probe")).validate(found)
    check_probe(found)
    return found


def ended(step: StepName, outcome: Outcome, tls: Tls | None = None, credssp: CredSsp | None = None, offer: Offer = Offer.USUAL) -> ConnectionRecord:
    return ConnectionRecord(0x0B, (Step(step, outcome, 1.0),), NegotiationResponse(0x1F, 8), tls, credssp, offer)


def test_credssp_and_clock() -> None:
    credssp = CredSsp(Outcome.OK, CredSspReply(6, None, Mechanism.NTLM, CHALLENGE), Clock(-0.41849, 0.00061))
    found = seen(ended(StepName.CREDSSP, Outcome.OK, Tls(Outcome.OK), credssp))
    assert found["credssp"] == {
        "outcome": "ok",
        "version": 6,
        "error_code": None,
        "mechanism": "ntlm",
        "names": {
            "netbios_domain": "CONTOSO",
            "netbios_computer": "SERVER",
            "dns_domain": "contoso.example",
            "dns_computer": "server.contoso.example",
            "dns_tree": "contoso.example",
        },
        "os_build": "10.0.20348",
        "flags": 0xE2898235,
    }
    assert found["clock"] == {"skew_seconds": -0.418, "uncertainty_seconds": 0.001}


def test_credssp_that_failed() -> None:
    nothing = dict.fromkeys(("version", "error_code", "names", "os_build", "flags"))
    closed = seen(ended(StepName.CREDSSP, Outcome.CLOSED, Tls(Outcome.OK), CredSsp(Outcome.CLOSED)))
    assert closed["credssp"] == {**nothing, "outcome": "closed", "mechanism": "none"}
    error = CredSsp(Outcome.FAILURE, CredSspReply(6, 0xC000006E, Mechanism.NONE))
    refused = seen(ended(StepName.CREDSSP, Outcome.FAILURE, Tls(Outcome.OK), error))
    assert refused["credssp"] == {**nothing, "outcome": "failure", "version": 6, "error_code": 0xC000006E, "mechanism": "none"}
    assert refused["clock"] is None


def test_the_second_try_is_told_and_lends_its_certificate() -> None:
    first = ended(StepName.TLS, Outcome.RESET, Tls(Outcome.RESET))
    again = ended(StepName.TLS, Outcome.OK, Tls(Outcome.OK, "TLSv1.2", "X", None, b"\x30\x00", (b"\x30\x00", b"\x30\x01")), offer=Offer.UP_TO_TLS12)
    found = seen(first, again)
    assert found["retried"] == {"because": "reset", "offer": "up_to_tls12", "outcome": "ok", "version": "TLSv1.2", "cipher": "X", "alert": None}
    assert (found["tls"]["outcome"], found["tls"]["version"]) == ("reset", None)
    assert found["tls"]["certificate"]["der"] == base64.b64encode(b"\x30\x00").decode()
    assert [one["der"] for one in found["tls"]["chain"]] == ["MAA=", "MAE="]
    assert [one["offer"] for one in found["connections"]] == ["usual", "up_to_tls12"]
    own = ended(StepName.TLS, Outcome.OK, Tls(Outcome.OK, hello=ServerHello(0x0301, 0x000A)), offer=Offer.OWN_HELLO)
    told = seen(ended(StepName.TLS, Outcome.ALERT, Tls(Outcome.ALERT, alert=70)), own)["retried"]
    assert told == {"because": "alert", "offer": "own_hello", "outcome": "ok", "version": "TLSv1", "cipher": "TLS_RSA_WITH_3DES_EDE_CBC_SHA", "alert": None}
    lost = ConnectionRecord(0x0B, (Step(StepName.CONNECT, Outcome.TIMEOUT, 1.0),), offer=Offer.UP_TO_TLS12)
    assert seen(first, lost)["retried"]["outcome"] == "timeout"


def test_of_several_second_tries_the_one_that_came_further_is_told() -> None:
    first, cut = ended(StepName.TLS, Outcome.RESET, Tls(Outcome.RESET)), ended(StepName.TLS, Outcome.CLOSED, Tls(Outcome.CLOSED), offer=Offer.UP_TO_TLS12)
    own = ended(StepName.TLS, Outcome.OK, Tls(Outcome.OK, hello=ServerHello(0x0300, 0x0004)), offer=Offer.OWN_HELLO)
    told = seen(first, cut, own)["retried"]
    assert (told["offer"], told["version"], told["because"]) == ("own_hello", "SSLv3", "reset")
    assert seen(first, cut, ended(StepName.TLS, Outcome.CLOSED, Tls(Outcome.CLOSED), offer=Offer.OWN_HELLO))["retried"]["offer"] == "up_to_tls12"


def test_versions() -> None:
    words = {0x0301: Support.REFUSED, 0x0302: Support.ACCEPTED, 0x0303: Support.ACCEPTED, 0x0304: Support.UNKNOWN}
    tls = seen(ended(StepName.TLS, Outcome.OK, Tls(Outcome.OK)), versions=words)["tls"]
    assert (tls["lowest"], tls["highest"]) == ("TLSv1.1", None), "TLS 1.3 may work as well"
    assert tls["versions"] == {"TLSv1": "refused", "TLSv1.1": "accepted", "TLSv1.2": "accepted", "TLSv1.3": "unknown"}
    none = seen(ended(StepName.TLS, Outcome.OK, Tls(Outcome.OK)), versions=dict.fromkeys(words, Support.NOT_TESTABLE))["tls"]
    assert (none["lowest"], none["highest"], set(none["versions"].values())) == (None, None, {"not_testable"})
    upper = {0x0301: Support.UNKNOWN, 0x0302: Support.REFUSED, 0x0303: Support.ACCEPTED, 0x0304: Support.REFUSED}
    tls = seen(ended(StepName.TLS, Outcome.OK, Tls(Outcome.OK)), versions=upper)["tls"]
    assert (tls["lowest"], tls["highest"]) == (None, "TLSv1.2"), "TLS 1.0 may work as well"
