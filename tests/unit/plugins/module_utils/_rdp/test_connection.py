# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The state table is complete, and the connection walks it whatever the bytes and the chunks."""

from __future__ import annotations

import pytest
from ansible_collections.rdpops.health.plugins.module_utils._rdp import _events as ev
from ansible_collections.rdpops.health.plugins.module_utils._rdp._connection import (
    LOCAL_SIGNALS,
    RECEIVE_LIMIT_BYTES,
    TRANSITIONS,
    Connection,
    Signal,
    State,
    next_state,
)
from ansible_collections.rdpops.health.plugins.module_utils._rdp._errors import LocalProtocolError, RdpError, RemoteProtocolError
from hypothesis import given
from hypothesis import strategies as st

from tests.support import rdp_bytes
from tests.support.rdp_bytes import alert, failure, record, response

ALL_MOVES = [(state, signal) for state in State for signal in Signal]
# The table once more, written the other way round, so that a row cannot come or go unnoticed.
LEGAL = {
    (State.IDLE, Signal.REQUEST_SENT, State.AWAIT_ANSWER),
    (State.AWAIT_ANSWER, Signal.CHOSE_TLS, State.TLS_CHOSEN),
    (State.AWAIT_ANSWER, Signal.CHOSE_NO_TLS, State.ENDED),
    (State.AWAIT_ANSWER, Signal.REFUSED, State.ENDED),
    (State.AWAIT_ANSWER, Signal.NOT_RDP, State.ENDED),
    (State.AWAIT_ANSWER, Signal.PEER_CLOSED, State.ENDED),
    (State.TLS_CHOSEN, Signal.CLIENT_HELLO_SENT, State.AWAIT_TLS),
    (State.TLS_CHOSEN, Signal.PEER_CLOSED, State.ENDED),
    (State.AWAIT_TLS, Signal.TLS_STARTED, State.TLS),
    (State.AWAIT_TLS, Signal.TLS_ALERT, State.TLS),
    (State.AWAIT_TLS, Signal.NOT_TLS, State.ENDED),
    (State.AWAIT_TLS, Signal.PEER_CLOSED, State.ENDED),
    (State.TLS, Signal.TLS_STARTED, State.TLS),
    (State.TLS, Signal.TLS_ALERT, State.TLS),
    (State.TLS, Signal.TLS_FINISHED, State.SECURED),
    (State.TLS, Signal.NOT_TLS, State.ENDED),
    (State.TLS, Signal.PEER_CLOSED, State.ENDED),
    (State.SECURED, Signal.CREDSSP_SENT, State.AWAIT_CREDSSP),
    (State.SECURED, Signal.PEER_CLOSED, State.ENDED),
    (State.AWAIT_CREDSSP, Signal.CREDSSP_ANSWERED, State.ENDED),
    (State.AWAIT_CREDSSP, Signal.NOT_CREDSSP, State.ENDED),
    (State.AWAIT_CREDSSP, Signal.PEER_CLOSED, State.ENDED),
}


def asked(protocols: int = rdp_bytes.FULL_OFFER) -> Connection:
    connection = Connection()
    connection.send(ev.ConnectionRequest(protocols))
    connection.data_to_send()
    return connection


def in_tls() -> Connection:
    connection = asked()
    connection.receive_data(response(8))
    connection.next_event()
    connection.client_hello_sent()
    return connection


def drained(connection: Connection) -> list[ev.Event]:
    events = []
    while True:
        event = connection.next_event()
        if not isinstance(event, ev.Event):
            return events
        events.append(event)


def test_every_state_has_a_row() -> None:
    assert set(TRANSITIONS) == set(State)
    assert {(state, signal, target) for state, row in TRANSITIONS.items() for signal, target in row.items()} == LEGAL


@pytest.mark.parametrize(("state", "signal"), ALL_MOVES)
def test_a_move_without_a_row_is_the_fault_of_whoever_made_it(state: State, signal: Signal) -> None:
    targets = [target for start, sign, target in LEGAL if (start, sign) == (state, signal)]
    if targets:
        assert next_state(state, signal) is targets[0]
        return
    with pytest.raises(LocalProtocolError if signal in LOCAL_SIGNALS else RemoteProtocolError):
        next_state(state, signal)


def test_a_request_is_sent_once() -> None:
    connection = Connection()
    connection.send(ev.ConnectionRequest(0x0B))
    assert connection.data_to_send().hex() == "030000130ee00000000000010008000b000000"
    assert connection.data_to_send() == b""
    with pytest.raises(LocalProtocolError):
        connection.send(ev.ConnectionRequest(0x0B))
    assert connection.state is State.AWAIT_ANSWER


def test_what_must_not_be_offered_leaves_the_state_as_it_was() -> None:
    connection = Connection()
    with pytest.raises(LocalProtocolError):
        connection.send(ev.ConnectionRequest(0x1B))
    assert connection.state is State.IDLE
    assert connection.data_to_send() == b""


ANSWERS = [
    (0x0B, response(8), ev.NegotiationResponse(0x1F, 8), State.TLS_CHOSEN),
    (0x0B, response(2), ev.NegotiationResponse(0x1F, 2), State.TLS_CHOSEN),
    (0x0B, response(1), ev.NegotiationResponse(0x1F, 1), State.TLS_CHOSEN),
    (0x01, response(1), ev.NegotiationResponse(0x1F, 1), State.TLS_CHOSEN),
    (0x0B, response(0), ev.NegotiationResponse(0x1F, 0), State.ENDED),
    (0x01, response(8), ev.NegotiationResponse(0x1F, 8), State.ENDED),  # not offered
    (0x00, response(1), ev.NegotiationResponse(0x1F, 1), State.ENDED),  # not offered
    (0x0B, response(3), ev.NegotiationResponse(0x1F, 3), State.ENDED),  # two at once
    (0x0B, response(0x10), ev.NegotiationResponse(0x1F, 0x10), State.ENDED),
    (0x0B, failure(3), ev.NegotiationFailure(3), State.ENDED),
    (0x0B, rdp_bytes.LEGACY_CONFIRM, ev.LegacyConfirm(), State.ENDED),
    (0x0B, rdp_bytes.CLEAR_DISCONNECT, ev.Disconnect("mcs", 3), State.ENDED),
    (0x0B, b"SSH-2.0-OpenSSH_9.2\r\n", ev.NotRdp("SSH"), State.ENDED),
    (0x0B, b"HTTP/1.1 400 Bad Request\r\n\r\n", ev.NotRdp("HTTP"), State.ENDED),
    (0x0B, b"RFB 003.008\n", ev.NotRdp("VNC"), State.ENDED),
    (0x0B, alert(10), ev.NotRdp("TLS"), State.ENDED),
    (0x0B, b"\x00", ev.NotRdp(""), State.ENDED),
    (0x0B, b"\x03\x00\x00\x05", ev.NotRdp(""), State.ENDED),
    (0x0B, b"\x03\x00\x20\x00", ev.NotRdp(""), State.ENDED),
]


@pytest.mark.parametrize(("offered", "data", "expected", "state"), ANSWERS)
def test_an_answer_moves_the_connection(offered: int, data: bytes, expected: ev.Event, state: State) -> None:
    connection = asked(offered)
    connection.receive_data(data)
    assert connection.next_event() == expected
    assert connection.state is state
    assert connection.next_event() is ev.NEED_DATA


@pytest.mark.parametrize("data", [response(8), failure(5), rdp_bytes.LEGACY_CONFIRM, rdp_bytes.CLEAR_DISCONNECT])
def test_an_answer_in_pieces_is_one_answer_and_a_cut_one_is_none(data: bytes) -> None:
    whole = asked()
    whole.receive_data(data)
    expected = whole.next_event()
    for length in range(len(data)):
        connection = asked()
        for byte in data[:length]:
            connection.receive_data(bytes([byte]))
            assert connection.next_event() is ev.NEED_DATA
        if length:
            rest = asked()
            rest.receive_data(data[:length])
            assert rest.next_event() is ev.NEED_DATA
            rest.receive_data(data[length:])
            assert rest.next_event() == expected
        connection.receive_data(b"")
        assert connection.next_event() == ev.PeerClosed(length)
        assert connection.state is State.ENDED


def test_the_invalid_length_trace_with_its_twelve_more_bytes() -> None:
    connection = asked()
    connection.receive_data(rdp_bytes.ZERO_LENGTH_RESPONSE + bytes(12))
    event = connection.next_event()
    assert isinstance(event, ev.OtherAnswer)
    assert connection.state is State.ENDED


def test_a_peer_that_speaks_first_breaks_the_table() -> None:
    connection = Connection()
    connection.receive_data(response(8))
    with pytest.raises(RemoteProtocolError):
        connection.next_event()
    assert connection.state is State.IDLE


def test_tls_before_its_time_is_our_fault() -> None:
    for connection in (Connection(), asked()):
        with pytest.raises(LocalProtocolError):
            connection.client_hello_sent()


@pytest.mark.parametrize(
    ("data", "events", "state"),
    [
        (record(22, bytes(80)), [ev.TlsStarted()], State.TLS),
        (alert(40), [ev.TlsAlert(2, 40)], State.TLS),
        (alert(112, level=1) + record(22, bytes(80)), [ev.TlsAlert(1, 112), ev.TlsStarted()], State.TLS),
        (rdp_bytes.CLEAR_DISCONNECT, [ev.ClearTextReply()], State.ENDED),
        (b"HTTP/1.0 200", [ev.NotTls("HTTP")], State.ENDED),
        (record(22, bytes(80)) + b"GET", [ev.TlsStarted(), ev.NotTls("")], State.ENDED),
    ],
)
def test_the_reply_to_a_client_hello(data: bytes, events: list[ev.Event], state: State) -> None:
    connection = in_tls()
    connection.receive_data(data)
    assert drained(connection) == events
    assert connection.state is state


def test_bytes_that_came_with_the_answer_are_the_reply_to_the_client_hello() -> None:
    connection = asked()
    connection.receive_data(response(1) + rdp_bytes.CLEAR_DISCONNECT)
    assert drained(connection) == [ev.NegotiationResponse(0x1F, 1)]
    assert connection.pending_bytes == len(rdp_bytes.CLEAR_DISCONNECT)
    connection.client_hello_sent()
    assert drained(connection) == [ev.ClearTextReply()]


@pytest.mark.parametrize("connection", [asked(), in_tls()], ids=["negotiation", "tls"])
def test_a_close_is_told_once(connection: Connection) -> None:
    connection.receive_data(b"")
    assert drained(connection) == [ev.PeerClosed(0)]
    with pytest.raises(LocalProtocolError):
        connection.receive_data(b"x")


def test_an_answer_comes_before_the_close_that_followed_it() -> None:
    connection = asked()
    connection.receive_data(response(8))
    connection.receive_data(b"")
    assert [connection.next_event(), connection.next_event()] == [ev.NegotiationResponse(0x1F, 8), ev.PeerClosed(0)]
    later = in_tls()
    later.receive_data(alert(40))
    later.receive_data(b"")
    assert drained(later) == [ev.TlsAlert(2, 40), ev.PeerClosed(0)]


def test_a_close_between_answer_and_client_hello() -> None:
    connection = asked()
    connection.receive_data(response(8))
    connection.next_event()
    connection.receive_data(b"")
    assert connection.next_event() == ev.PeerClosed(0)


def test_a_caller_that_does_not_drain_meets_the_limit() -> None:
    connection = asked()
    connection.receive_data(bytes(RECEIVE_LIMIT_BYTES))
    with pytest.raises(LocalProtocolError):
        connection.receive_data(b"x")
    assert connection.pending_bytes == RECEIVE_LIMIT_BYTES


def test_after_the_end_nothing_is_read() -> None:
    connection = asked()
    connection.receive_data(failure(2) + response(8))
    assert drained(connection) == [ev.NegotiationFailure(2)]


@given(st.lists(st.binary(min_size=1, max_size=200), max_size=20), st.booleans())
def test_no_bytes_raise_anything_and_nothing_grows(chunks: list[bytes], tls: bool) -> None:
    connection = in_tls() if tls else asked()
    for chunk in chunks:
        connection.receive_data(chunk)
        drained(connection)
        if connection.state not in (State.ENDED, State.TLS_CHOSEN):
            assert connection.pending_bytes < 512
    connection.receive_data(b"")
    drained(connection)
    if connection.state is not State.ENDED:
        raise AssertionError("a closed connection has ended")


@given(st.lists(st.one_of(st.sampled_from(["send", "hello", "close"]), st.binary(max_size=40)), max_size=12))
def test_any_order_of_calls_raises_only_declared_errors(calls: list[str | bytes]) -> None:
    connection = Connection()
    for call in calls:
        before = connection.state
        try:
            if call == "send":
                connection.send(ev.ConnectionRequest(0x0B))
            elif call == "hello":
                connection.client_hello_sent()
            else:
                connection.receive_data(call if isinstance(call, bytes) else b"")
                drained(connection)
        except RdpError:
            assert connection.state is before
