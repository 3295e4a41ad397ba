# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a probe recorded, as frozen types, and the one place that turns them into a JSON-safe document."""

from __future__ import annotations

import base64
import hashlib
import sys
from dataclasses import dataclass
from enum import Enum
from typing import Any, Dict, Final, Mapping, Optional, Tuple

from ._events import (
    Disconnect,
    Event,
    LegacyConfirm,
    NegotiationFailure,
    NegotiationResponse,
    Protocol,
)

SCHEMA: Final = "rdpops.health/probe/1"


class StepName(str, Enum):
    """The steps of a handshake, in order."""

    RESOLVE = "resolve"
    CONNECT = "connect"
    NEGOTIATE = "negotiate"
    TLS = "tls"


class Outcome(str, Enum):
    """How one step ended; each word means one thing only."""

    OK = "ok"
    NOT_FOUND = "not_found"  # the name has no address
    TIMEOUT = "timeout"  # the time limit passed in the middle of something
    REFUSED = "refused"  # RST in answer to SYN
    RESET = "reset"
    CLOSED = "closed"
    UNREACHABLE = "unreachable"  # no route, or an ICMP error
    FAILURE = "failure"  # the peer said no in its own protocol
    NOT_RDP = "not_rdp"
    ALERT = "alert"
    SILENT = "silent"  # not one byte until the time limit
    CLEAR_TEXT = "clear_text"
    NOT_TLS = "not_tls"
    LOCAL_TLS_TOO_STRICT = "local_tls_too_strict"
    ERROR = "error"  # the probe itself could not go on


class Standing(str, Enum):
    """What is known about one security protocol of an endpoint."""

    REQUIRED = "required"  # accepted, and what does not offer it is refused
    OFFERED = "offered"  # accepted when asked for; not seen to be required
    REFUSED = "refused"  # asked for and not given
    UNKNOWN = "unknown"


class Nla(str, Enum):
    """Whether Network Level Authentication stands before the session."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    ABSENT = "absent"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Step:
    """One step of one connection.

    :ivar ms: how long it took.
    :ivar detail: fixed words and numbers; never text that a peer sent.
    """

    step: StepName
    outcome: Outcome
    ms: float
    detail: str = ""


@dataclass(frozen=True)
class Tls:
    """What one TLS handshake came to.

    :ivar alert: number of the alert that ended it.
    :ivar certificate: DER of the server's own certificate.
    """

    outcome: Outcome
    version: Optional[str] = None
    cipher: Optional[str] = None
    alert: Optional[int] = None
    certificate: Optional[bytes] = None


@dataclass(frozen=True)
class ConnectionRecord:
    """One connection from the first packet to the last.

    :ivar requested: bits of :class:`Protocol` that were offered.
    :ivar answer: the negotiation event, when there was one.
    :ivar tls: None when TLS was not reached on this connection.
    """

    requested: int
    steps: Tuple[Step, ...]
    answer: Optional[Event] = None
    tls: Optional[Tls] = None

    @property
    def last(self) -> Step:
        """Return the step in which this connection ended."""
        return self.steps[-1]


@dataclass(frozen=True)
class Verdict:
    """What the records of one endpoint mean; see :func:`._verdict.judge`."""

    protocols: Mapping[Protocol, Standing]
    nla: Nla
    ended_at: str
    symptom: str
    sentence: str


@dataclass(frozen=True)
class Target:
    """Whom a probe asked.

    :ivar address: the address that was connected to, or tried last; None when there was none.
    """

    host: str
    port: int
    address: Optional[str] = None
    addresses: Tuple[str, ...] = ()


@dataclass(frozen=True)
class ProbeResult:
    """Everything that one probe of one endpoint found."""

    target: Target
    vantage: str
    probed_at: str
    connections: Tuple[ConnectionRecord, ...]
    verdict: Verdict


def to_json(result: ProbeResult) -> Dict[str, Any]:  # Any: a JSON document
    """Return ``result`` as the probe document that is published and stored."""
    verdict = result.verdict
    tls = next((record.tls for record in result.connections if record.tls is not None), None)
    return {
        "schema": SCHEMA,
        "target": {
            "host": result.target.host,
            "port": result.target.port,
            "address": result.target.address,
            "addresses": list(result.target.addresses),
        },
        "vantage": result.vantage,
        "probed_at": result.probed_at,
        "connections": [_connection_json(record) for record in result.connections],
        "protocols": {protocol.name.lower(): standing.value for protocol, standing in verdict.protocols.items()},
        "nla": verdict.nla.value,
        "tls": _tls_json(tls),
        "ended_at": verdict.ended_at,
        "symptom": verdict.symptom,
        "sentence": verdict.sentence,
    }


def _connection_json(record: ConnectionRecord) -> Dict[str, Any]:
    """Return one connection as JSON."""
    return {
        "requested": record.requested,
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


def _tls_json(tls: Optional[Tls]) -> Dict[str, Any]:
    """Return the TLS part as JSON."""
    if tls is None:
        return {"outcome": "not_reached", "version": None, "cipher": None, "alert": None, "certificate": None}
    return {
        "outcome": tls.outcome.value,
        "version": tls.version,
        "cipher": tls.cipher,
        "alert": tls.alert,
        "certificate": None if tls.certificate is None else _certificate_json(tls.certificate),
    }


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
