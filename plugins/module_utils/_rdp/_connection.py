# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The state table of one RDP connection and the object that walks it.

Theory of operation. A connection is asked for once, answered once, and goes on only when the answer chose a protocol
that runs over TLS; then the same stream carries TLS, whose records are watched but not decrypted here. Once the TLS
library has finished its handshake, what it decrypts is handed in instead, and a server that chose CredSSP is asked for a
challenge, once; whatever it answers is the end, because the next message would be a log-on. Every move is a row in
:data:`TRANSITIONS`: state, then signal, then next state. A missing row *is* the protocol error, and it leaves the state as
it was. A signal is what an event means for the state; only the negotiation response maps to two of them.
"""

from __future__ import annotations

from enum import Enum
from typing import Final, FrozenSet, Mapping, Type, Union

from . import _credssp, _der, _tpkt, _x224
from ._errors import LocalProtocolError, RemoteProtocolError
from ._events import (
    NEED_DATA,
    ClearTextReply,
    ConnectionRequest,
    CredSspReply,
    Disconnect,
    Event,
    LegacyConfirm,
    NeedData,
    NegotiationFailure,
    NegotiationResponse,
    NotCredSsp,
    NotRdp,
    NotTls,
    OtherAnswer,
    PeerClosed,
    Protocol,
    TlsAlert,
    TlsStarted,
    looks_like,
)
from ._tls_records import RecordReader

# What may lie unread in a connection. Enough for any chunk that a driver reads at once; a caller that does not
# drain events meets the limit instead of growing without end.
RECEIVE_LIMIT_BYTES: Final = 64 * 1024


class State(Enum):
    """Where a connection stands."""

    IDLE = "idle"
    AWAIT_ANSWER = "await_answer"
    TLS_CHOSEN = "tls_chosen"  # answered; our ClientHello is next
    AWAIT_TLS = "await_tls"  # ClientHello sent, nothing back yet
    TLS = "tls"
    SECURED = "secured"  # the handshake is through; from here on the bytes are what TLS carries
    AWAIT_CREDSSP = "await_credssp"
    ENDED = "ended"


class Signal(Enum):
    """What can move a connection."""

    REQUEST_SENT = "request_sent"
    CLIENT_HELLO_SENT = "client_hello_sent"
    TLS_FINISHED = "tls_finished"
    CREDSSP_SENT = "credssp_sent"
    CHOSE_TLS = "chose_tls"
    CHOSE_NO_TLS = "chose_no_tls"
    REFUSED = "refused"
    NOT_RDP = "not_rdp"
    TLS_STARTED = "tls_started"
    TLS_ALERT = "tls_alert"
    NOT_TLS = "not_tls"
    CREDSSP_ANSWERED = "credssp_answered"
    NOT_CREDSSP = "not_credssp"
    PEER_CLOSED = "peer_closed"


TRANSITIONS: Final[Mapping[State, Mapping[Signal, State]]] = {
    State.IDLE: {Signal.REQUEST_SENT: State.AWAIT_ANSWER},
    State.AWAIT_ANSWER: {
        Signal.CHOSE_TLS: State.TLS_CHOSEN,
        Signal.CHOSE_NO_TLS: State.ENDED,
        Signal.REFUSED: State.ENDED,
        Signal.NOT_RDP: State.ENDED,
        Signal.PEER_CLOSED: State.ENDED,
    },
    State.TLS_CHOSEN: {Signal.CLIENT_HELLO_SENT: State.AWAIT_TLS, Signal.PEER_CLOSED: State.ENDED},
    State.AWAIT_TLS: {
        Signal.TLS_STARTED: State.TLS,
        Signal.TLS_ALERT: State.TLS,
        Signal.NOT_TLS: State.ENDED,
        Signal.PEER_CLOSED: State.ENDED,
    },
    State.TLS: {
        Signal.TLS_STARTED: State.TLS,  # a warning may come before the ServerHello
        Signal.TLS_ALERT: State.TLS,
        Signal.TLS_FINISHED: State.SECURED,
        Signal.NOT_TLS: State.ENDED,
        Signal.PEER_CLOSED: State.ENDED,
    },
    State.SECURED: {Signal.CREDSSP_SENT: State.AWAIT_CREDSSP, Signal.PEER_CLOSED: State.ENDED},
    State.AWAIT_CREDSSP: {
        Signal.CREDSSP_ANSWERED: State.ENDED,
        Signal.NOT_CREDSSP: State.ENDED,
        Signal.PEER_CLOSED: State.ENDED,
    },
    State.ENDED: {},
}

LOCAL_SIGNALS: Final[FrozenSet[Signal]] = frozenset((Signal.REQUEST_SENT, Signal.CLIENT_HELLO_SENT, Signal.TLS_FINISHED, Signal.CREDSSP_SENT))

_CREDSSP: Final = Protocol.HYBRID | Protocol.HYBRID_EX

_SIGNAL_OF: Final[Mapping[Type[Event], Signal]] = {
    NegotiationFailure: Signal.REFUSED,
    LegacyConfirm: Signal.CHOSE_NO_TLS,
    Disconnect: Signal.REFUSED,
    OtherAnswer: Signal.NOT_RDP,
    NotRdp: Signal.NOT_RDP,
    TlsStarted: Signal.TLS_STARTED,
    TlsAlert: Signal.TLS_ALERT,
    ClearTextReply: Signal.NOT_TLS,
    NotTls: Signal.NOT_TLS,
    CredSspReply: Signal.CREDSSP_ANSWERED,
    NotCredSsp: Signal.NOT_CREDSSP,
    PeerClosed: Signal.PEER_CLOSED,
}

_READS_TLS: Final = frozenset((State.AWAIT_TLS, State.TLS))
_AWAITS_OUR_MOVE: Final = frozenset((State.TLS_CHOSEN, State.SECURED))


def next_state(state: State, signal: Signal) -> State:
    """Return where ``signal`` leads from ``state``.

    :raises LocalProtocolError: when the signal is ours and has no row.
    :raises RemoteProtocolError: when the signal is the peer's and has no row.
    """
    try:
        return TRANSITIONS[state][signal]
    except KeyError:
        kind = LocalProtocolError if signal in LOCAL_SIGNALS else RemoteProtocolError
        raise kind(f"{signal.value} is not possible in state {state.value}") from None


class Connection:
    """One connection to one RDP server: bytes in, events out. Never touches a socket, a clock or a thread."""

    def __init__(self) -> None:
        self._state = State.IDLE
        self._requested = 0
        self._takes_credssp = False
        self._outgoing = b""
        self._buffer = bytearray()
        self._peer_closed = False
        self._records = RecordReader()

    @property
    def state(self) -> State:
        """Return where the connection stands."""
        return self._state

    @property
    def takes_credssp(self) -> bool:
        """Tell whether the peer chose a protocol that goes on with CredSSP after TLS."""
        return self._takes_credssp

    @property
    def pending_bytes(self) -> int:
        """Return how many received bytes are not part of an event yet."""
        return len(self._buffer)

    def send(self, event: ConnectionRequest) -> None:
        """Ask for a connection; fetch the bytes with :meth:`data_to_send`.

        :raises LocalProtocolError: on a second request, or for protocols that must not be offered.
        """
        data = _x224.encode_request(event.protocols, flags=event.flags)
        self._state = next_state(self._state, Signal.REQUEST_SENT)
        self._requested = event.protocols
        self._outgoing += data

    def client_hello_sent(self) -> None:
        """Say that from now on the stream is TLS; bytes that are already here count as the reply.

        :raises LocalProtocolError: unless the peer chose a protocol that runs over TLS.
        """
        self._state = next_state(self._state, Signal.CLIENT_HELLO_SENT)

    def tls_finished(self) -> None:
        """Say that the TLS handshake is through: what is received from now on is what TLS carried, not its records.

        :raises LocalProtocolError: unless a TLS handshake was going on.
        """
        self._state = next_state(self._state, Signal.TLS_FINISHED)
        self._buffer.clear()

    def ask_for_challenge(self) -> None:
        """Begin CredSSP; fetch the bytes, which have to go through TLS, with :meth:`data_to_send`.

        :raises LocalProtocolError: before TLS stands, a second time, or when the peer did not choose CredSSP.
        """
        if not self._takes_credssp:
            raise LocalProtocolError("The peer did not choose CredSSP.")
        self._state = next_state(self._state, Signal.CREDSSP_SENT)
        self._outgoing += _credssp.encode_request()

    def data_to_send(self) -> bytes:
        """Return and forget the bytes that have to go to the peer."""
        data, self._outgoing = self._outgoing, b""
        return data

    def receive_data(self, data: bytes) -> None:
        """Take bytes from the peer; ``b""`` says that it closed the stream.

        :raises LocalProtocolError: when the caller does not drain events (more than :data:`RECEIVE_LIMIT_BYTES`
            would lie unread) or goes on after the end of the stream.
        """
        if self._peer_closed:
            raise LocalProtocolError("The stream has already ended.")
        if len(self._buffer) + len(data) > RECEIVE_LIMIT_BYTES:
            raise LocalProtocolError(f"More than {RECEIVE_LIMIT_BYTES} bytes unread: call next_event until it answers NEED_DATA.")
        if not data:
            self._peer_closed = True
        self._buffer += data

    def next_event(self) -> Union[Event, NeedData]:
        """Return the next event, or ``NEED_DATA``.

        After an event that leads to ``State.ENDED`` there is none any more: what the peer still sends is not read.

        :raises RemoteProtocolError: when the peer speaks while the table has no row for it.
        """
        if self._state is State.ENDED:
            return NEED_DATA
        event = self._read()
        if event is None:
            return NEED_DATA
        self._state = next_state(self._state, self._signal(event))
        if isinstance(event, NegotiationResponse):
            self._takes_credssp = self._state is State.TLS_CHOSEN and bool(event.selected & _CREDSSP)
        return event

    def _read(self) -> Union[Event, None]:
        """Cut the next event off the buffer, whatever the table thinks of it."""
        if self._state in _READS_TLS:
            event = self._records.read(self._buffer)
        elif self._state in _AWAITS_OUR_MOVE:
            event = None  # servers do not speak first here: what came early is judged as the reply to what we send
        elif self._state is State.AWAIT_CREDSSP:
            event = self._read_credssp()
        else:
            event = self._read_packet()
        if event is None and self._peer_closed:
            return PeerClosed(len(self._buffer))
        return event

    def _read_packet(self) -> Union[Event, None]:
        """Cut one TPKT packet off the buffer."""
        length = _tpkt.packet_length(bytes(self._buffer[: _tpkt.HEADER_BYTES]))
        if length is _tpkt.Framing.NOT_TPKT:
            return NotRdp(looks_like(bytes(self._buffer[:16])))
        if not isinstance(length, int) or len(self._buffer) < length:
            return None
        packet = bytes(self._buffer[:length])
        del self._buffer[:length]
        return _x224.decode_answer(packet)

    def _read_credssp(self) -> Union[Event, None]:
        """Cut one TSRequest off the buffer."""
        length = _credssp.reply_length(bytes(self._buffer[:8]))
        if length is _der.Framing.NOT_DER:
            return _credssp.foreign(bytes(self._buffer[:16])) if len(self._buffer) > 1 or self._peer_closed else None
        if not isinstance(length, int) or len(self._buffer) < length:
            return None
        message = bytes(self._buffer[:length])
        del self._buffer[:length]
        return _credssp.decode_reply(message)

    def _signal(self, event: Event) -> Signal:
        """Say what an event means for the state."""
        if not isinstance(event, NegotiationResponse):
            return _SIGNAL_OF[type(event)]
        if event.selected == Protocol.RDP:
            return Signal.CHOSE_NO_TLS
        # Something that was not offered, or two protocols at once, is not followed into TLS.
        return Signal.CHOSE_TLS if event.protocol is not None and event.selected & self._requested else Signal.NOT_RDP
