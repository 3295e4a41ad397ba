# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The one place that turns the records of a probe into the JSON-safe document that is published and stored."""

from __future__ import annotations

import base64
import hashlib
import sys
from typing import Any, Dict, Final, Mapping, Optional, Sequence, Tuple

from . import _ntlm
from ._events import Disconnect, Event, LegacyConfirm, Mechanism, NegotiationFailure, NegotiationResponse
from ._latency import latency
from ._result import Clock, ConnectionRecord, CredSsp, Offer, Outcome, ProbeResult, SpecialAnswer, Support, Tls
from ._signatures import signatures
from ._suites import VERSION_NAMES, suite_name

SCHEMA: Final = "rdpops.health/probe/1"

_NAMES: Final[Tuple[Tuple[str, int], ...]] = (
    ("netbios_domain", _ntlm.AV_NETBIOS_DOMAIN),
    ("netbios_computer", _ntlm.AV_NETBIOS_COMPUTER),
    ("dns_domain", _ntlm.AV_DNS_DOMAIN),
    ("dns_computer", _ntlm.AV_DNS_COMPUTER),
    ("dns_tree", _ntlm.AV_DNS_TREE),
)


def to_json(result: ProbeResult) -> Dict[str, Any]:  # Any: a JSON document
    """Return ``result`` as the probe document that is published and stored."""
    verdict = result.verdict
    credssp = next((record.credssp for record in result.connections if record.credssp is not None), None)
    return {
        "schema": SCHEMA,
        "target": {
            "host": result.target.host,
            "port": result.target.port,
            "address": result.target.address,
            "addresses": list(result.target.addresses),
            "addresses_truncated": result.target.is_cut,
        },
        "vantage": result.vantage,
        "probed_at": result.probed_at,
        "connections": [_connection_json(record) for record in result.connections],
        "protocols": {protocol.name.lower(): standing.value for protocol, standing in verdict.protocols.items()},
        "nla": verdict.nla.value,
        "tls": _tls_json(result),
        "credssp": None if credssp is None else _credssp_json(credssp),
        "clock": None if credssp is None or credssp.clock is None else _clock_json(credssp.clock),
        "retried": _retried_json(result.connections),
        "latency": latency(result.attempts or result.connections[:1]),
        "signatures": list(signatures(result.connections)),
        "also_asked": [_special_json(answer) for answer in result.also_asked],
        "rests_on": {"symptom": verdict.rests_on, **{protocol.name.lower(): number for protocol, number in verdict.protocols_rest_on.items()}},
        "ended_at": verdict.ended_at,
        "symptom": verdict.symptom,
        "sentence": verdict.sentence,
    }


def _connection_json(record: ConnectionRecord) -> Dict[str, Any]:
    """Return one connection as JSON."""
    return {
        "requested": record.requested,
        "offer": record.offer.value,
        "steps": [{"step": step.step.value, "outcome": step.outcome.value, "ms": round(step.ms, 2), "detail": step.detail} for step in record.steps],
        "answer": None if record.answer is None else _answer_json(record.answer),
    }


def _answer_json(answer: Event) -> Dict[str, Any]:
    """Return the peer's answer as JSON; what does not apply is null."""
    empty: Dict[str, Any] = {
        "kind": "other",
        "selected": None,
        "selected_name": None,
        "flags": None,
        "flag_names": [],
        "code": None,
        "code_name": None,
    }
    if isinstance(answer, NegotiationResponse):
        name = answer.protocol.name if answer.protocol is not None else None
        chosen = {"selected": answer.selected, "selected_name": name, "flags": answer.flags, "flag_names": list(answer.flag_names)}
        return {**empty, "kind": "response", **chosen}
    if isinstance(answer, NegotiationFailure):
        failure = answer.failure
        return {**empty, "kind": "failure", "code": answer.code, "code_name": failure.name if failure is not None else None}
    if isinstance(answer, LegacyConfirm):
        return {**empty, "kind": "legacy"}
    return {**empty, "kind": "disconnect" if isinstance(answer, Disconnect) else "other"}


def _special_json(answer: SpecialAnswer) -> Dict[str, Any]:
    """Return what came of a special request as JSON."""
    connection = _connection_json(answer.record)
    return {
        "what": answer.what,
        "requested": answer.record.requested,
        "flags": answer.flags,
        "standing": answer.standing.value,
        "steps": connection["steps"],
        "answer": connection["answer"],
    }


def _tls_json(result: ProbeResult) -> Dict[str, Any]:
    """Return the TLS part as JSON: the first handshake, with the certificate that any of them showed."""
    handshakes = [record.tls for record in result.connections if record.tls is not None]
    tls = handshakes[0] if handshakes else None
    shown = next((seen for seen in handshakes if seen.certificate is not None), Tls(Outcome.ERROR))
    leaf, chain = None if shown.certificate is None else _certificate_json(shown.certificate), shown.chain
    return {
        "outcome": "not_reached" if tls is None else tls.outcome.value,
        "version": None if tls is None else tls.version,
        "cipher": None if tls is None else tls.cipher,
        "alert": None if tls is None else tls.alert,
        "certificate": leaf,
        "chain": None if chain is None else [{**leaf} if leaf is not None and der == shown.certificate else _certificate_json(der) for der in chain],
        **_versions_json(result.versions),
    }


def _versions_json(versions: Mapping[int, Support]) -> Dict[str, Any]:
    """Return which versions of TLS work; nulls when nobody asked, and for an end beyond which something is unknown."""
    ordered = sorted(versions)
    return {
        "lowest": _outermost(versions, ordered),
        "highest": _outermost(versions, ordered[::-1]),
        "versions": {VERSION_NAMES[number]: support.value for number, support in sorted(versions.items())} or None,
    }


def _outermost(versions: Mapping[int, Support], inwards: Sequence[int]) -> Optional[str]:
    """Return the first version that is accepted, from one end on; None when one of those before it may be as well."""
    first = next((number for number in inwards if versions[number] in (Support.ACCEPTED, Support.UNKNOWN)), None)
    return VERSION_NAMES[first] if first is not None and versions[first] is Support.ACCEPTED else None


def _credssp_json(credssp: CredSsp) -> Dict[str, Any]:
    """Return the CredSSP part as JSON."""
    reply = credssp.reply
    challenge = None if reply is None else reply.challenge
    return {
        "outcome": credssp.outcome.value,
        "version": None if reply is None else reply.version,
        "error_code": None if reply is None else reply.error_code,
        "mechanism": Mechanism.NONE.value if reply is None else reply.mechanism.value,
        "names": None if challenge is None else {name: challenge.name(number) for name, number in _NAMES},
        "os_build": None if challenge is None else challenge.os_build,
        "flags": None if challenge is None else challenge.flags,
    }


def _clock_json(clock: Clock) -> Dict[str, float]:
    """Return the difference of the clocks as JSON."""
    return {"skew_seconds": round(clock.skew_seconds, 3), "uncertainty_seconds": round(clock.uncertainty_seconds, 3)}


def _retried_json(connections: Sequence[ConnectionRecord]) -> Optional[Dict[str, Any]]:
    """Say what was tried once more, why, with what, and what came of it."""
    tried = [record for record in connections[1:] if record.offer is not Offer.USUAL]
    if not tried:
        return None
    again = next((record for record in tried if record.tls is not None and record.tls.outcome is Outcome.OK), tried[0])
    tls = again.tls or Tls(again.last.outcome)
    version, cipher = tls.version, tls.cipher
    if tls.hello is not None:
        version, cipher = VERSION_NAMES[tls.hello.version], suite_name(tls.hello.suite)
    because = connections[0].tls.outcome.value if connections[0].tls is not None else connections[0].last.outcome.value
    return {"because": because, "offer": again.offer.value, "outcome": tls.outcome.value, "version": version, "cipher": cipher, "alert": tls.alert}


def _certificate_json(der: bytes) -> Dict[str, str]:
    """Return a certificate as it travels: the DER itself and the two thumbprints that people compare."""
    if sys.version_info >= (3, 9):
        sha1 = hashlib.sha1(der, usedforsecurity=False)  # Windows names certificates by SHA-1; nothing here trusts it
    else:
        sha1 = hashlib.sha1(der)
    return {
        "der": base64.b64encode(der).decode("ascii"),
        "sha1": sha1.hexdigest().upper(),
        "sha256": hashlib.sha256(der).hexdigest().upper(),
    }
