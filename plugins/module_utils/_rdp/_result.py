# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a probe recorded, as frozen types. :mod:`._document` turns them into JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Mapping, Optional, Tuple

from ._events import CredSspReply, Event, Protocol, ServerHello


class StepName(str, Enum):
    """The steps of a handshake, in order."""

    RESOLVE = "resolve"
    CONNECT = "connect"
    NEGOTIATE = "negotiate"
    TLS = "tls"
    CREDSSP = "credssp"


class Outcome(str, Enum):
    """How one step ended; each word means one thing only."""

    OK = "ok"
    NOT_FOUND = "not_found"  # the name has no address
    TIMEOUT = "timeout"  # the time limit passed in the middle of something
    REFUSED = "refused"  # RST in answer to SYN
    RESET = "reset"
    CLOSED = "closed"
    UNREACHABLE = "unreachable"  # something on the way says that it does not get there
    NO_ROUTE = "no_route"  # this machine knows no way there, or was told that there is none
    FAILURE = "failure"  # the peer, or the name service, said no in its own protocol
    NOT_RDP = "not_rdp"
    ALERT = "alert"
    SILENT = "silent"  # not one byte until the time limit
    CLEAR_TEXT = "clear_text"
    NOT_TLS = "not_tls"
    NOT_CREDSSP = "not_credssp"
    SPNEGO_ONLY = "spnego_only"  # a CredSSP answer that leaves only Kerberos
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


class Offer(str, Enum):
    """With what ClientHello a connection went into TLS."""

    USUAL = "usual"  # everything that the local TLS library has
    UP_TO_TLS12 = "up_to_tls12"  # the same without TLS 1.3
    OWN_HELLO = "own_hello"  # one of ours, with versions and suites that no library offers any more; is not carried to its end


class Support(str, Enum):
    """Whether a server takes a version of TLS."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    NOT_TESTABLE = "not_testable"  # the server did not agree to TLS at all
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
    :ivar chain: every certificate that the server sent, its own first; None where the TLS library does not show them.
    :ivar is_refused_here: the TLS library here gave up on what looked like TLS; the fault may be on either side.
    :ivar has_begun: the server answered the ClientHello with a handshake message of its own, whatever came after it.
    :ivar hello: the ServerHello, when the handshake began with a ClientHello of ours and was not meant to go on.
    """

    outcome: Outcome
    version: Optional[str] = None
    cipher: Optional[str] = None
    alert: Optional[int] = None
    certificate: Optional[bytes] = None
    chain: Optional[Tuple[bytes, ...]] = None
    hello: Optional[ServerHello] = None
    is_refused_here: bool = False
    has_begun: bool = False


@dataclass(frozen=True)
class Clock:
    """How the server's clock differs from ours.

    :ivar skew_seconds: positive when the server's clock is ahead.
    :ivar uncertainty_seconds: the difference lies within this much of it; half a round trip, and the server's own resolution.
    """

    skew_seconds: float
    uncertainty_seconds: float


@dataclass(frozen=True)
class CredSsp:
    """What the request for a challenge came to.

    :ivar reply: the TSRequest that came back, when one did.
    """

    outcome: Outcome
    reply: Optional[CredSspReply] = None
    clock: Optional[Clock] = None


@dataclass(frozen=True)
class ConnectionRecord:
    """One connection from the first packet to the last.

    :ivar requested: bits of :class:`Protocol` that were offered.
    :ivar answer: the negotiation event, when there was one.
    :ivar tls: None when TLS was not reached on this connection.
    :ivar credssp: None when CredSSP was not reached on this connection.
    :ivar offer: with what ClientHello this connection went into TLS, or would have.
    """

    requested: int
    steps: Tuple[Step, ...]
    answer: Optional[Event] = None
    tls: Optional[Tls] = None
    credssp: Optional[CredSsp] = None
    offer: Offer = Offer.USUAL

    @property
    def last(self) -> Step:
        """Return the step in which this connection ended."""
        return self.steps[-1]

    @property
    def is_through(self) -> bool:
        """Tell whether this connection got as far as a server lets anybody who does not log on."""
        return self.last.step in (StepName.TLS, StepName.CREDSSP) and self.last.outcome in (Outcome.OK, Outcome.SPNEGO_ONLY)

    @property
    def reach(self) -> Tuple[int, int]:
        """Return how far this connection got, to compare with others: the step, and there a refusal is further than an end and less than a yes."""
        word = self.last.outcome
        return list(StepName).index(self.last.step), 2 if word in (Outcome.OK, Outcome.SPNEGO_ONLY) else int(word is Outcome.FAILURE)


@dataclass(frozen=True)
class Verdict:
    """What the records of one endpoint mean; see :func:`._verdict.judge`.

    :ivar rests_on: how many connections with the same first messages ended as the symptom says.
    :ivar protocols_rest_on: for each protocol, how many answers its word rests on.
    """

    protocols: Mapping[Protocol, Standing]
    nla: Nla
    ended_at: str
    symptom: str
    sentence: str
    rests_on: int = 1
    protocols_rest_on: Mapping[Protocol, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Target:
    """Whom a probe asked.

    :ivar address: the address that was connected to, or tried last; None when there was none.
    :ivar is_cut: the name has more addresses than the first few, which alone are listed and tried.
    """

    host: str
    port: int
    address: Optional[str] = None
    addresses: Tuple[str, ...] = ()
    is_cut: bool = False


@dataclass(frozen=True)
class SpecialAnswer:
    """What came of a special request.

    :ivar what: its name.
    :ivar flags: flags that the request carried.
    """

    what: str
    flags: int
    standing: Standing
    record: ConnectionRecord


@dataclass(frozen=True)
class ProbeResult:
    """Everything that one probe of one endpoint found.

    :ivar versions: which versions of TLS the server takes, by their number; empty when nobody asked.
    :ivar attempts: the first connection and its repetitions, for what is said about latency.
    :ivar also_asked: special requests; empty when nobody asked for any.
    """

    target: Target
    vantage: str
    probed_at: str
    connections: Tuple[ConnectionRecord, ...]
    verdict: Verdict
    versions: Mapping[int, Support] = field(default_factory=dict)
    attempts: Tuple[ConnectionRecord, ...] = ()
    also_asked: Tuple[SpecialAnswer, ...] = ()
