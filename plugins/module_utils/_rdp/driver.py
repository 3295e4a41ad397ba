# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The only file of this package with sockets, TLS, threads and a clock: it carries bytes between a peer and the core.

A probe never raises for what the network or the peer did: every such thing is a word in the result. It makes at most one
connection per request of :data:`DEFAULT_REQUESTS`, one after another with a pause between, because RDP servers have short
accept queues (2 on xrdp) and flood guards (Windows).
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from functools import lru_cache
from typing import Any, Callable, Dict, Final, Iterable, Iterator, List, Mapping, Optional, Tuple, Union

from . import _outcomes
from ._connection import Connection, State
from ._events import ClearTextReply, ConnectionRequest, Event, NotTls, PeerClosed, TlsAlert
from ._input import DEFAULT_PORT, Endpoint, Timeouts, as_endpoint, endpoint, server_name
from ._result import ConnectionRecord, Outcome, ProbeResult, Step, StepName, Target, Tls, to_json
from ._tls_records import alert_number
from ._verdict import DEFAULT_REQUESTS, judge

DEFAULT_TIMEOUTS: Final = Timeouts()
PAUSE_SECONDS: Final = 0.2  # between two connections to one server; what other scanners found to be reliable
DEFAULT_WORKERS: Final = 32  # a worker mostly waits; more only means more half-open connections at a firewall
MAX_ADDRESSES: Final = 4
_CHUNK_BYTES: Final = 16 * 1024
_TLS_LIMIT_BYTES: Final = 256 * 1024  # a long certificate chain has 10 kB; what goes on for ever is not a handshake

_Ending = Tuple[Outcome, str]
_SocketAddress = Tuple[Any, ...]  # Any: the tuple of getaddrinfo differs by family
_Address = Tuple[int, _SocketAddress]


def probe_endpoint(
    host: str,
    port: int = DEFAULT_PORT,
    *,
    timeouts: Timeouts = DEFAULT_TIMEOUTS,
    vantage: str = "controller",
    pause: float = PAUSE_SECONDS,
) -> Dict[str, Any]:
    """Probe one endpoint and return the probe document.

    :param host: a name or an address.
    :param timeouts: limits per step.
    :param vantage: a name for the place from which this runs; it is only repeated in the result.
    :param pause: seconds between two connections to the endpoint.
    :raises ProbeInputError: only for arguments that make no sense.
    """
    return _probe(endpoint(host, port), timeouts, vantage, _Gate(pause))


def probe_many(
    endpoints: Iterable[Union[str, Endpoint, Tuple[str, int], Mapping[str, Any]]],
    *,
    timeouts: Timeouts = DEFAULT_TIMEOUTS,
    vantage: str = "controller",
    pause: float = PAUSE_SECONDS,
    workers: int = DEFAULT_WORKERS,
) -> List[Dict[str, Any]]:
    """Probe several endpoints at once and return one probe document for each, in the order given.

    An endpoint that is named twice is asked once. Different names of one address are asked one after another.

    :param workers: how many endpoints are asked at the same time.
    :raises ProbeInputError: when one of the endpoints makes no sense; nothing has been sent then.
    """
    targets = [as_endpoint(value) for value in endpoints]
    gate = _Gate(pause)
    unique = list(dict.fromkeys(targets))
    with ThreadPoolExecutor(max_workers=max(1, min(workers, len(unique)))) as pool:
        found = dict(zip(unique, pool.map(lambda target: _probe(target, timeouts, vantage, gate), unique)))
    return [found[target] for target in targets]


@dataclass
class _Slot:
    """The turn-taking of one server address."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    free_at: float = 0.0


class _Gate:
    """Keeps the connections to one address apart: one at a time, with a pause between two."""

    def __init__(self, pause: float) -> None:
        self._pause = pause
        self._guard = threading.Lock()
        self._slots: Dict[_SocketAddress, _Slot] = {}

    @contextmanager
    def turn(self, address: _SocketAddress) -> Iterator[None]:
        """Wait until it is this caller's turn."""
        with self._guard:
            slot = self._slots.setdefault(address, _Slot())
        with slot.lock:
            time.sleep(max(0.0, slot.free_at - time.monotonic()))
            try:
                yield
            finally:
                slot.free_at = time.monotonic() + self._pause


class _ExpiredError(Exception):
    """The time limit of a step passed after ``received`` bytes."""

    def __init__(self, received: int) -> None:
        super().__init__(received)
        self.received = received


class _Wire:
    """A socket with one deadline for a whole step: a peer that sends a byte now and then does not extend it."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._deadline = 0.0
        self.received = 0  # bytes in this step

    def start(self, seconds: float) -> None:
        """Begin a step of at most ``seconds``."""
        self._deadline = time.monotonic() + seconds
        self.received = 0

    def send(self, data: bytes) -> None:
        """Send all of ``data``."""
        if data:
            self._within_deadline(self._socket.sendall, data)

    def receive(self) -> bytes:
        """Return some bytes, or ``b""`` at the end of the stream."""
        data: bytes = self._within_deadline(self._socket.recv, _CHUNK_BYTES)
        self.received += len(data)
        return data

    def _within_deadline(self, call: Callable[[Any], Any], argument: Any) -> Any:  # Any: sendall or recv, each with its own types
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise _ExpiredError(self.received)
        self._socket.settimeout(left)
        try:
            return call(argument)
        except socket.timeout:
            raise _ExpiredError(self.received) from None


def _probe(target: Endpoint, timeouts: Timeouts, vantage: str, gate: _Gate) -> Dict[str, Any]:
    """Probe one checked endpoint; connection by connection, until one more would only cost time or do harm."""
    probed_at = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    addresses: List[_Address] = []
    steps: List[Step] = []
    resolved = _timed(steps, StepName.RESOLVE, lambda: _resolve(target, timeouts.connect, addresses))
    asked = Target(target.host, target.port, None, tuple(str(address[1][0]) for address in addresses))
    records: List[ConnectionRecord] = []
    if not resolved:
        records.append(ConnectionRecord(DEFAULT_REQUESTS[0], tuple(steps)))
    for requested in DEFAULT_REQUESTS if resolved else ():
        conversation = _Conversation(requested, timeouts, server_name(target.host) if not records else None, with_tls=not records)
        addresses = [conversation.hold(addresses, gate)]  # the later ones go to the address that the first one reached
        records.append(conversation.record(steps))
        steps = []
        if _is_hopeless(records[-1]):
            break
    if resolved:
        asked = replace(asked, address=str(addresses[0][1][0]))
    return to_json(ProbeResult(asked, vantage, probed_at, tuple(records), judge(asked, records)))


def _is_hopeless(record: ConnectionRecord) -> bool:
    """Tell whether another request to the same server can only repeat this ending."""
    if record.last.step is StepName.CONNECT:
        return True
    return record.last.step is StepName.NEGOTIATE and record.last.outcome in (Outcome.SILENT, Outcome.TIMEOUT, Outcome.NOT_RDP, Outcome.ERROR)


def _timed(steps: List[Step], name: StepName, action: Callable[[], _Ending]) -> bool:
    """Carry out one step, append its record and tell whether it succeeded. The one place where exceptions become words."""
    started = time.monotonic()
    try:
        outcome, detail = action()
    except _ExpiredError as error:
        outcome, detail = (Outcome.TIMEOUT, f"after {error.received} bytes") if error.received else (Outcome.SILENT, "without a byte")
    except OSError as error:
        expired = isinstance(error, socket.timeout) and not error.errno  # our own limit, not that of the system
        outcome, detail = (Outcome.TIMEOUT, "no answer") if expired else _outcomes.of_errno(error.errno)
    except Exception as error:  # a fault of ours must not take the other endpoints of a run down with it
        outcome, detail = Outcome.ERROR, type(error).__name__
    steps.append(Step(name, outcome, (time.monotonic() - started) * 1000, detail))
    return outcome is Outcome.OK


def _resolve(target: Endpoint, seconds: float, found: List[_Address]) -> _Ending:
    """Look the host up and fill ``found``. A resolver cannot be interrupted, so a helper thread waits for it."""
    answers: List[Union[List[_Address], _Ending]] = []
    helper = threading.Thread(target=lambda: answers.append(_look_up(target)), daemon=True)
    if server_name(target.host) is None:
        answers.append(_look_up(target))  # an address needs no name service, hence no thread
    else:
        helper.start()
        helper.join(seconds)
    if not answers:
        return Outcome.TIMEOUT, "the name service did not answer in time"
    answer = answers[0]
    if isinstance(answer, tuple):
        return answer
    found.extend(answer)
    return Outcome.OK, f"{len(found)} address{'es' if len(found) > 1 else ''}"


def _look_up(target: Endpoint) -> Union[List[_Address], _Ending]:
    """Return the first few addresses of a host, or how the look-up failed."""
    try:
        infos = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as error:  # ValueError: no valid host name for IDNA, or a zero byte in it
        name = next((word for word in ("EAI_NONAME", "EAI_AGAIN", "EAI_FAIL", "EAI_NODATA") if _has_number(error, word)), "not a valid name")
        return Outcome.NOT_FOUND, name
    unique = dict.fromkeys((int(info[0]), info[4]) for info in infos)
    return list(unique)[:MAX_ADDRESSES]


def _has_number(error: Exception, name: str) -> bool:
    """Tell whether a look-up failed with the resolver's error ``name``."""
    return isinstance(error, socket.gaierror) and error.errno == getattr(socket, name, None)


class _Dialled:
    """A TCP connection that may not have come about."""

    def __init__(self) -> None:
        self._socket: Optional[socket.socket] = None

    @property
    def socket(self) -> socket.socket:
        """Return the connected socket."""
        if self._socket is None:
            raise ConnectionError("not connected")
        return self._socket

    def connect(self, address: _Address, seconds: float) -> _Ending:
        """Open the connection."""
        family, where = address
        self._socket = socket.socket(family, socket.SOCK_STREAM)
        self._socket.settimeout(seconds)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with suppress(ConnectionResetError):  # a closed port refuses; a reset came after the handshake and belongs to the next step
            self._socket.connect(where)
        return Outcome.OK, ""

    def close(self) -> None:
        """Close what there is."""
        if self._socket is not None:
            self._socket.close()


class _Conversation:
    """One connection: connect, negotiate and, on the first one, TLS."""

    def __init__(self, requested: int, timeouts: Timeouts, name: Optional[str], *, with_tls: bool) -> None:
        self._requested = requested
        self._timeouts = timeouts
        self._name = name
        self._with_tls = with_tls
        self._steps: List[Step] = []
        self._answer: Optional[Event] = None
        self._tls: Optional[Tls] = None

    def record(self, before: List[Step]) -> ConnectionRecord:
        """Return what happened, after the steps in ``before``."""
        return ConnectionRecord(self._requested, (*before, *self._steps), self._answer, self._tls)

    def hold(self, addresses: List[_Address], gate: _Gate) -> _Address:
        """Talk to the first address that lets us connect; return it, or the one whose failure says most about the host."""
        failures: List[Tuple[_Address, Step]] = []
        left = self._timeouts.connect
        for index, address in enumerate(addresses):
            self._steps = []
            share = left / (len(addresses) - index)  # a silent first address must not use up the time of the others
            with gate.turn(address[1]):
                if self._talk(address, share):
                    return address
            failures.append((address, self._steps[0]))
            left -= min(share, self._steps[0].ms / 1000)
        told, step = min(failures, key=lambda failure: _outcomes.telling(failure[1].outcome))
        self._steps = [replace(step, ms=sum(failure[1].ms for failure in failures))]
        return told

    def _talk(self, address: _Address, seconds: float) -> bool:
        """Go through the steps with one address; tell whether it could be connected to."""
        with closing(_Dialled()) as dialled:
            if not _timed(self._steps, StepName.CONNECT, lambda: dialled.connect(address, seconds)):
                return False
            wire, connection = _Wire(dialled.socket), Connection()
            negotiated = _timed(self._steps, StepName.NEGOTIATE, lambda: self._negotiate(wire, connection))
            if negotiated and self._with_tls and connection.state is State.TLS_CHOSEN:
                self._tls = Tls(Outcome.ERROR)
                _timed(self._steps, StepName.TLS, lambda: self._handshake(wire, connection))
                self._tls = replace(self._tls, outcome=self._steps[-1].outcome)
        return True

    def _negotiate(self, wire: _Wire, connection: Connection) -> _Ending:
        """Ask, and wait for the answer."""
        wire.start(self._timeouts.negotiate)
        connection.send(ConnectionRequest(self._requested))
        wire.send(connection.data_to_send())
        event = connection.next_event()
        while not isinstance(event, Event):
            connection.receive_data(wire.receive())
            event = connection.next_event()
        self._answer = event if _outcomes.is_answer(event) else None
        return _outcomes.of_negotiation(event, offered=self._requested)

    def _handshake(self, wire: _Wire, connection: Connection) -> _Ending:
        """Carry the TLS handshake over the wire while the core watches the raw bytes of the peer."""
        wire.start(self._timeouts.tls)
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        session = _tls_context().wrap_bio(incoming, outgoing, server_hostname=self._name)
        connection.client_hello_sent()
        if connection.pending_bytes:  # xrdp with a broken key says goodbye together with its Connection Confirm
            return self._watch(connection) or (Outcome.NOT_TLS, "bytes before the TLS handshake")
        while True:
            try:
                session.do_handshake()
            except ssl.SSLWantReadError:
                wire.send(outgoing.read())
            except ssl.SSLError as error:
                with suppress(OSError, _ExpiredError):
                    wire.send(outgoing.read())  # our own alert: the host's log should say why we left
                return self._of_library(error.reason or type(error).__name__)
            else:
                wire.send(outgoing.read())
                self._tls = _facts(session)
                return Outcome.OK, ""
            chunk = wire.receive()
            connection.receive_data(chunk)
            ending = self._watch(connection)
            if ending is not None:
                return ending
            if wire.received > _TLS_LIMIT_BYTES:
                return Outcome.NOT_TLS, f"more than {_TLS_LIMIT_BYTES} bytes without an end of the handshake"
            incoming.write(chunk)

    def _watch(self, connection: Connection) -> Optional[_Ending]:
        """Return how the peer's raw bytes end the handshake, or None while they do not."""
        event = connection.next_event()
        while isinstance(event, Event):
            if isinstance(event, TlsAlert) and event.is_final:
                self._tls = Tls(Outcome.ALERT, alert=event.number)
                return _outcomes.of_alert(event)
            if isinstance(event, (ClearTextReply, NotTls)):
                return _outcomes.of_foreign_tls(event)
            if isinstance(event, PeerClosed):
                return _outcomes.of_close(event)
            event = connection.next_event()
        return None

    def _of_library(self, reason: str) -> _Ending:
        """Return outcome and detail for what made the TLS library give up on bytes that looked like TLS."""
        number = alert_number(reason)
        if number is not None:
            self._tls = Tls(Outcome.ALERT, alert=number)
            return _outcomes.of_alert(TlsAlert(2, number))
        outcome = Outcome.LOCAL_TLS_TOO_STRICT if reason in _outcomes.STRICT_REASONS else Outcome.NOT_TLS
        return outcome, f"TLS library: {reason}"


def _facts(session: ssl.SSLObject) -> Tls:
    """Return what a finished handshake shows."""
    cipher = session.cipher()
    return Tls(Outcome.OK, session.version(), cipher[0] if cipher else None, None, session.getpeercert(True))


@lru_cache(maxsize=None)
def _tls_context() -> ssl.SSLContext:
    """Return the one context of this process; it accepts everything, because this is a diagnosis and not a log-on.

    A default context would load the CA store (38 ms) and refuse exactly the servers that have to be looked at.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.options |= 0x4  # SSL_OP_LEGACY_SERVER_CONNECT: servers without secure renegotiation (Windows before 2010)
    with suppress(ssl.SSLError):  # a FIPS build may know none of these; its own list is then the best there is
        context.set_ciphers("ALL:!aNULL:@SECLEVEL=0")  # without aNULL, because such a suite would hide the certificate
    if ssl.OPENSSL_VERSION_INFO >= (3, 5):
        # From 3.5 on OpenSSL offers a post-quantum key share and the ClientHello outgrows a packet, which some boxes drop.
        context.set_ecdh_curve("prime256v1")
    return context
