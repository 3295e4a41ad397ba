# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One connection from the first packet to the last, over bytes that :mod:`._transport` carries and events that the core reads."""

from __future__ import annotations

import time
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from typing import Callable, ContextManager, Final, List, Optional, Tuple

from . import _outcomes
from ._client_hello import HelloReader, encode_client_hello
from ._clock import compare_clocks
from ._connection import Connection, State
from ._errors import LocalProtocolError
from ._events import ClearTextReply, ConnectionRequest, CredSspReply, Event, NotTls, PeerClosed, ServerCertificates, ServerHello, TlsAlert, TlsStarted
from ._input import Timeouts
from ._result import ConnectionRecord, CredSsp, Offer, Outcome, Step, StepName, Tls
from ._suites import TLS12, VERSION_NAMES, suite_name
from ._tls_records import alert_number
from ._transport import (
    MAX_CERTIFICATE_BYTES,
    Address,
    Dialled,
    Ending,
    ExpiredError,
    SocketAddress,
    TlsLibraryError,
    TlsSession,
    Wire,
    hello_random,
    of_system,
)

TLS_LIMIT_BYTES: Final = 256 * 1024  # a long certificate chain has 10 kB; what goes on for ever is not a handshake
CREDSSP_LIMIT_BYTES: Final = 64 * 1024  # on the wire; the answer itself is held to less

Turn = Callable[[SocketAddress], ContextManager[None]]


@dataclass(frozen=True)
class Plan:
    """What one connection is for.

    :ivar goes_on: whether it goes on to TLS, and to CredSSP, when the server agrees.
    :ivar hello_version: for a ClientHello of ours, the version that it offers.
    :ivar flags: flags of the request, for what only somebody who asks for it by name sends.
    """

    requested: int
    goes_on: bool = False
    offer: Offer = Offer.USUAL
    hello_version: int = TLS12
    flags: int = 0


def timed(steps: List[Step], name: StepName, action: Callable[[], Ending]) -> bool:
    """Carry out one step, append its record and tell whether it succeeded. The one place where exceptions become words."""
    started = time.monotonic()
    try:
        outcome, detail = action()
    except ExpiredError as error:
        outcome, detail = (Outcome.TIMEOUT, f"after {error.received} bytes") if error.received else (Outcome.SILENT, "without a byte")
    except OSError as error:
        outcome, detail = of_system(error)
    except Exception as error:  # a fault of ours must not take the other endpoints of a run down with it
        outcome, detail = Outcome.ERROR, type(error).__name__
    if outcome not in _outcomes.ENDINGS[name]:
        outcome, detail = Outcome.ERROR, f"{outcome.value} in the step {name.value}"
    steps.append(Step(name, outcome, (time.monotonic() - started) * 1000, detail))
    return outcome is Outcome.OK


class Conversation:
    """One connection: connect, negotiate and, where the plan says so, TLS and CredSSP."""

    def __init__(self, plan: Plan, timeouts: Timeouts, name: Optional[str]) -> None:
        self._plan = plan
        self._timeouts = timeouts
        self._name = name
        self._steps: List[Step] = []
        self._answer: Optional[Event] = None
        self._tls: Optional[Tls] = None
        self._credssp: Optional[CredSsp] = None
        self._session: Optional[TlsSession] = None

    def record(self, before: Tuple[Step, ...] = ()) -> ConnectionRecord:
        """Return what happened, after the steps in ``before``."""
        return ConnectionRecord(self._plan.requested, (*before, *self._steps), self._answer, self._tls, self._credssp, self._plan.offer)

    def hold(self, addresses: List[Address], turn: Turn) -> Address:
        """Talk to the first address that lets us connect; return it, or the one whose failure says most about the host."""
        failures: List[Tuple[Address, Step]] = []
        left = self._timeouts.connect
        for index, address in enumerate(addresses):
            self._steps = []
            share = left / (len(addresses) - index)  # a silent first address must not use up the time of the others
            with turn(address[1]):
                if self._talk(address, share):
                    return address
            failures.append((address, self._steps[0]))
            left -= min(share, self._steps[0].ms / 1000)
        told, step = min(failures, key=lambda failure: _outcomes.telling(failure[1].outcome))
        self._steps = [replace(step, ms=sum(failure[1].ms for failure in failures))]
        return told

    def _talk(self, address: Address, seconds: float) -> bool:
        """Go through the steps with one address; tell whether it could be connected to."""
        with closing(Dialled()) as dialled:
            if not timed(self._steps, StepName.CONNECT, lambda: dialled.connect(address, seconds)):
                return False
            wire, connection = Wire(dialled.socket), Connection()
            negotiated = timed(self._steps, StepName.NEGOTIATE, lambda: self._negotiate(wire, connection))
            if negotiated and self._plan.goes_on and connection.state is State.TLS_CHOSEN:
                self._secure(wire, connection)
        return True

    def _negotiate(self, wire: Wire, connection: Connection) -> Ending:
        """Ask, and wait for the answer."""
        wire.start(self._timeouts.negotiate)
        connection.send(ConnectionRequest(self._plan.requested, self._plan.flags))
        wire.send(connection.data_to_send())
        event = connection.next_event()
        while not isinstance(event, Event):
            connection.receive_data(wire.receive())
            event = connection.next_event()
        self._answer = event if _outcomes.is_answer(event) else None
        return _outcomes.of_negotiation(event, offered=self._plan.requested)

    def _secure(self, wire: Wire, connection: Connection) -> None:
        """Go on to TLS and, when the server takes it, to CredSSP."""
        self._tls = Tls(Outcome.ERROR)
        if self._plan.offer is Offer.OWN_HELLO:
            timed(self._steps, StepName.TLS, lambda: self._say_hello(wire, connection))
            self._tls = replace(self._tls, outcome=self._steps[-1].outcome)
            return
        is_secure = timed(self._steps, StepName.TLS, lambda: self._handshake(wire, connection))
        if not is_secure:
            self._tls = replace(self._tls, outcome=self._steps[-1].outcome)
        if is_secure and connection.takes_credssp:
            self._credssp = CredSsp(Outcome.ERROR)
            if not timed(self._steps, StepName.CREDSSP, lambda: self._ask_for_challenge(wire, connection)):
                self._credssp = replace(self._credssp, outcome=self._steps[-1].outcome)

    def _handshake(self, wire: Wire, connection: Connection) -> Ending:
        """Carry the TLS handshake over the wire while the core watches the raw bytes of the peer."""
        wire.start(self._timeouts.tls)
        session = self._session = TlsSession(self._plan.offer, self._name)
        connection.client_hello_sent()
        if connection.pending_bytes:  # xrdp with a broken key says goodbye together with its Connection Confirm
            return self._watch(connection) or (Outcome.NOT_TLS, "bytes before the TLS handshake")
        while True:
            try:
                is_through = session.shake_hands()
            except TlsLibraryError as error:
                with suppress(OSError, ExpiredError):
                    wire.send(session.to_send())  # our own alert: the host's log should say why we left
                return self._of_library(error.reason)
            wire.send(session.to_send())
            if is_through:
                self._tls = session.facts()
                connection.tls_finished()
                return Outcome.OK, ""
            ending, chunk = self._next_chunk(wire, connection)
            if ending is not None:
                return ending
            session.feed(chunk)

    def _say_hello(self, wire: Wire, connection: Connection) -> Ending:
        """Send a ClientHello of ours and read what comes back in the clear; then hang up."""
        wire.start(self._timeouts.tls)
        connection.client_hello_sent()
        wire.send(encode_client_hello(self._plan.hello_version, hello_random(), self._name))
        reader = HelloReader()
        try:
            while not reader.is_done:
                ending, chunk = self._next_chunk(wire, connection)
                for event in () if ending is not None else reader.read(chunk):
                    ending = self._heard(event) or ending
                if ending is not None:
                    return self._hello_ending() or ending
        except (ExpiredError, OSError):
            if self._hello_ending() is None:
                raise
        return self._hello_ending() or (Outcome.NOT_TLS, "no ServerHello")

    def _heard(self, event: Event) -> Optional[Ending]:
        """Keep what the answer to our own ClientHello shows; return the ending when it is unreadable."""
        tls = self._tls or Tls(Outcome.ERROR)
        if isinstance(event, ServerHello):
            self._tls = replace(tls, hello=event)
        elif isinstance(event, ServerCertificates):
            chain = tuple(der for der in event.chain if len(der) <= MAX_CERTIFICATE_BYTES)
            self._tls = replace(tls, chain=chain, certificate=chain[0] if chain else None)
        else:
            return _outcomes.of_foreign_tls(event)
        return None

    def _hello_ending(self) -> Optional[Ending]:
        """Return the ending of a connection on which a ServerHello was seen, whatever came after it."""
        hello = self._tls.hello if self._tls is not None else None
        return None if hello is None else (Outcome.OK, f"ServerHello of {VERSION_NAMES[hello.version]} with {suite_name(hello.suite)}")

    def _next_chunk(self, wire: Wire, connection: Connection) -> Tuple[Optional[Ending], bytes]:
        """Return the next bytes of a handshake, or how they end it."""
        chunk = wire.receive()
        connection.receive_data(chunk)
        ending = self._watch(connection)
        if ending is None and wire.received > TLS_LIMIT_BYTES:
            ending = Outcome.NOT_TLS, f"more than {TLS_LIMIT_BYTES} bytes without an end of the handshake"
        return ending, chunk

    def _watch(self, connection: Connection) -> Optional[Ending]:
        """Return how the peer's raw bytes end the handshake, or None while they do not."""
        event = connection.next_event()
        while isinstance(event, Event):
            if isinstance(event, TlsStarted):
                self._tls = replace(self._tls or Tls(Outcome.ERROR), has_begun=True)
            if isinstance(event, TlsAlert) and event.is_final:
                self._tls = replace(self._tls or Tls(Outcome.ALERT), alert=event.number)
                return _outcomes.of_alert(event)
            if isinstance(event, (ClearTextReply, NotTls)):
                return _outcomes.of_foreign_tls(event)
            if isinstance(event, PeerClosed):
                return _outcomes.of_close(event)
            event = connection.next_event()
        return None

    def _of_library(self, reason: str) -> Ending:
        """Return outcome and detail for what made the TLS library give up on bytes that looked like TLS."""
        number = alert_number(reason)
        if number is not None:
            self._tls = replace(self._tls or Tls(Outcome.ALERT), outcome=Outcome.ALERT, alert=number)
            return _outcomes.of_alert(TlsAlert(2, number))
        self._tls = replace(self._tls or Tls(Outcome.ERROR), is_refused_here=True)
        outcome = Outcome.LOCAL_TLS_TOO_STRICT if reason in _outcomes.STRICT_REASONS else Outcome.NOT_TLS
        return outcome, f"TLS library: {reason}"

    def _ask_for_challenge(self, wire: Wire, connection: Connection) -> Ending:
        """Ask for an NTLM challenge through TLS and wait for whatever comes back."""
        session = self._session
        if session is None:
            raise LocalProtocolError("There is no TLS session to ask through.")
        wire.start(self._timeouts.credssp)
        connection.ask_for_challenge()
        session.write(connection.data_to_send())
        asked = time.time()
        wire.send(session.to_send())
        try:
            event = self._answer_to_credssp(wire, connection, session)
        except ExpiredError:  # what TLS itself sent, such as a ticket, is not the server's answer to our question
            raise ExpiredError(connection.pending_bytes) from None
        except TlsLibraryError as error:
            number = alert_number(error.reason)
            return (Outcome.CLOSED, f"TLS library: {error.reason}") if number is None else _outcomes.of_alert(TlsAlert(2, number))
        answered = time.time()
        if isinstance(event, CredSspReply):
            clock = compare_clocks(event.challenge, asked, answered) if event.challenge is not None else None
            self._credssp = CredSsp(Outcome.OK, event, clock)
        return _outcomes.of_credssp(event)

    def _answer_to_credssp(self, wire: Wire, connection: Connection, session: TlsSession) -> Event:
        """Return the first event after our question; the end of the stream and a flood are such events too."""
        while True:
            plain = session.read()
            if plain is None:
                wire.send(session.to_send())  # TLS 1.3 may want to answer a key update
                chunk = wire.receive()
                if wire.received > CREDSSP_LIMIT_BYTES:
                    return _outcomes.FLOOD
                if chunk:
                    session.feed(chunk)
                    continue
                plain = b""
            connection.receive_data(plain)
            event = connection.next_event()
            if isinstance(event, Event):
                return event
