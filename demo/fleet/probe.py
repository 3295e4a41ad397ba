# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the probe reports: the few ways in which a handshake goes."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from .certificates import thumbprint

SCHEMA = "rdpops.health/probe/1"
# requested bits -> who asks: everything, TLS alone, native RDP alone
FULL_OFFER, TLS_ONLY, RDP_ONLY = 0x0B, 0x01, 0x00
_FLAG_NAMES = [
    "EXTENDED_CLIENT_DATA_SUPPORTED", "DYNVC_GFX_PROTOCOL_SUPPORTED", "NEGRSP_FLAG_RESERVED",
    "RESTRICTED_ADMIN_MODE_SUPPORTED", "REDIRECTED_AUTHENTICATION_MODE_SUPPORTED",
]
_SELECTED = {0: "RDP", 1: "SSL", 2: "HYBRID", 8: "HYBRID_EX"}
_FAILURES = {1: "SSL_REQUIRED_BY_SERVER", 5: "HYBRID_REQUIRED_BY_SERVER"}
_WINDOWS_FLAGS = 0x1F  # every current Windows answers with all five

NLA_REQUIRED = {"rdp": "refused", "ssl": "refused", "hybrid": "required", "hybrid_ex": "offered"}
NLA_OPTIONAL = {"rdp": "refused", "ssl": "required", "hybrid": "offered", "hybrid_ex": "offered"}
_NLA_SENTENCES = {
    "required": " Network Level Authentication is required.",
    "optional": " Network Level Authentication is offered but not required.",
}
UNKNOWN = dict.fromkeys(NLA_REQUIRED, "unknown")


def step(name: str, outcome: str, ms: float, detail: str = "") -> dict[str, Any]:
    """Return one step of the handshake."""
    return {"step": name, "outcome": outcome, "ms": ms, "detail": detail}


def response(selected: int) -> dict[str, Any]:
    """Return the answer with which a server selects a protocol."""
    return {
        "kind": "response", "selected": selected, "selected_name": _SELECTED[selected],
        "flags": _WINDOWS_FLAGS, "flag_names": list(_FLAG_NAMES), "code": None, "code_name": None,
    }


def failure(code: int) -> dict[str, Any]:
    """Return the answer with which a server refuses what was offered."""
    return {
        "kind": "failure", "selected": None, "selected_name": None,
        "flags": None, "flag_names": [], "code": code, "code_name": _FAILURES[code],
    }


def connection(requested: int, answer: dict[str, Any] | None, steps: list[dict[str, Any]]) -> dict[str, Any]:
    """Return one connection of the probe."""
    return {"requested": requested, "steps": steps, "answer": answer}


def served(der: bytes) -> dict[str, str]:
    """Return a certificate as the probe saw it on the wire."""
    return {"der": base64.b64encode(der).decode("ascii"), "sha1": thumbprint(der), "sha256": hashlib.sha256(der).hexdigest().upper()}


def timed_out(*, host: str, address: str, probed_at: str) -> dict[str, Any]:
    """Return the probe of a port that never answers the first packet."""
    steps = [step("resolve", "ok", 3.41, "1 address"), step("connect", "timeout", 5003.87, "no answer")]
    return _probe(
        target=_target(host, address), probed_at=probed_at, connections=[connection(FULL_OFFER, None, steps)],
        protocols=UNKNOWN, nla="unknown", tls=_tls("not_reached"), ended_at="connect", symptom="connect_timeout",
        sentence=f"{host}:3389 did not answer the TCP connection: filtered, switched off or no route.",
    )


def ended_in_tls(*, host: str, address: str, probed_at: str, outcome: str) -> dict[str, Any]:
    """Return the probe of a host that negotiates and then gives up right after the ClientHello.

    :param outcome: `closed` (the host ended the connection in order) or `reset`
    """
    words, detail = {"closed": ("closed", "without a byte"), "reset": ("reset", "ECONNRESET")}[outcome]
    first = [*_arrived(2.96, 1.18, 2.07), step("tls", outcome, 4.63, detail)]
    return _probe(
        target=_target(host, address), probed_at=probed_at,
        connections=[connection(FULL_OFFER, response(8), first), *_refusals()],
        protocols=NLA_REQUIRED, nla="required", tls=_tls(outcome), ended_at="tls", symptom=f"tls_{outcome}",
        sentence=f"{host}:3389 agreed to TLS and {words} the connection after the first TLS message.{_NLA_SENTENCES['required']}",
    )


def completed(*, host: str, address: str, probed_at: str, der: bytes, tls: tuple[str, str], nla: str) -> dict[str, Any]:
    """Return the probe of a host whose handshake goes as far as the probe asks.

    :param tls: version and cipher suite in the words of OpenSSL
    :param nla: `required` or `optional`
    """
    first = [*_arrived(2.38, 0.94, 1.86), step("tls", "ok", 13.72)]
    rest = _refusals() if nla == "required" else _tls_accepted()
    return _probe(
        target=_target(host, address), probed_at=probed_at, connections=[connection(FULL_OFFER, response(8), first), *rest],
        protocols=NLA_REQUIRED if nla == "required" else NLA_OPTIONAL, nla=nla,
        tls=_tls("ok", version=tls[0], cipher=tls[1], certificate=served(der)), ended_at="complete", symptom="reached_tls",
        sentence=f"{host}:3389 completed the RDP negotiation and the TLS handshake.{_NLA_SENTENCES[nla]}",
    )


def _arrived(resolve: float, connect: float, negotiate: float) -> list[dict[str, Any]]:
    return [step("resolve", "ok", resolve, "1 address"), step("connect", "ok", connect), step("negotiate", "ok", negotiate, "chose HYBRID_EX")]


def _refused(code: int, ms: tuple[float, float]) -> list[dict[str, Any]]:
    # Only the first connection resolves the name: the others go to the address that it reached.
    return [step("connect", "ok", ms[0]), step("negotiate", "failure", ms[1], _FAILURES[code])]


def _refusals() -> list[dict[str, Any]]:
    # A host that requires NLA refuses anything less with failure 5.
    return [
        connection(TLS_ONLY, failure(5), _refused(5, (1.02, 1.71))),
        connection(RDP_ONLY, failure(5), _refused(5, (0.97, 1.66))),
    ]


def _tls_accepted() -> list[dict[str, Any]]:
    # SecurityLayer 2 without NLA: TLS alone is enough, native RDP is not.
    steps = [step("connect", "ok", 1.04), step("negotiate", "ok", 1.69, "chose SSL")]
    return [
        connection(TLS_ONLY, response(1), steps),
        connection(RDP_ONLY, failure(1), _refused(1, (0.99, 1.63))),
    ]


def _target(host: str, address: str) -> dict[str, Any]:
    return {"host": host, "port": 3389, "address": address, "addresses": [address]}


def _tls(outcome: str, *, version: str | None = None, cipher: str | None = None, certificate: dict[str, str] | None = None) -> dict[str, Any]:
    return {"outcome": outcome, "version": version, "cipher": cipher, "alert": None, "certificate": certificate}


def _probe(*, target: dict[str, Any], probed_at: str, **seen: Any) -> dict[str, Any]:
    # Any: the remaining fields of the document, each of its own type, given by the four stories above.
    return {"schema": SCHEMA, "target": target, "vantage": "controller", "probed_at": probed_at, **seen}
