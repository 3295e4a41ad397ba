# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Edges of the protocol parts that damaged code would slip past the other tests: each line here failed to notice a changed program once."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.module_utils._rdp import ProbeInputError, Scope, Timeouts
from ansible_collections.rdpops.health.plugins.module_utils._rdp import _events as ev
from ansible_collections.rdpops.health.plugins.module_utils._rdp._client_hello import MAX_CERTIFICATES, MAX_MESSAGE_BYTES, HelloReader
from ansible_collections.rdpops.health.plugins.module_utils._rdp._connection import NEED_DATA, Connection
from ansible_collections.rdpops.health.plugins.module_utils._rdp._errors import LocalProtocolError
from ansible_collections.rdpops.health.plugins.module_utils._rdp._input import endpoint
from ansible_collections.rdpops.health.plugins.module_utils._rdp._outcomes import of_credssp, of_negotiation
from ansible_collections.rdpops.health.plugins.module_utils._rdp._tls_records import ALERT_NAMES

from tests.support.hostile_servers import Peer, reset
from tests.support.probing import probed
from tests.support.rdp_bytes import challenge, record, response, ts_request

# TLS alert registry, https://www.iana.org/assignments/tls-parameters (the numbers up to 120 that a server of RDP can send)
ALERTS = {
    "close_notify": 0, "unexpected_message": 10, "bad_record_mac": 20, "decryption_failed": 21, "record_overflow": 22, "decompression_failure": 30,
    "handshake_failure": 40, "no_certificate": 41, "bad_certificate": 42, "unsupported_certificate": 43, "certificate_revoked": 44,
    "certificate_expired": 45, "certificate_unknown": 46, "illegal_parameter": 47, "unknown_ca": 48, "access_denied": 49, "decode_error": 50,
    "decrypt_error": 51, "export_restriction": 60, "protocol_version": 70, "insufficient_security": 71, "internal_error": 80,
    "inappropriate_fallback": 86, "user_canceled": 90, "no_renegotiation": 100, "missing_extension": 109, "unsupported_extension": 110,
    "unrecognized_name": 112, "certificate_required": 116, "no_application_protocol": 120,
}  # fmt: skip


def after_tls(selected: int) -> Connection:
    """Return a connection for which TLS stands, after the server chose this protocol."""
    connection = Connection()
    connection.send(ev.ConnectionRequest(0x0B))
    connection.receive_data(response(selected))
    connection.next_event()
    connection.client_hello_sent()
    connection.receive_data(record(22, b"\2"))
    connection.next_event()
    connection.tls_finished()
    return connection


def test_every_alert_has_the_name_of_the_registry() -> None:
    assert {name: number for number, name in ALERT_NAMES.items()} == ALERTS


@pytest.mark.parametrize("selected", [2, 8])
def test_a_challenge_is_read_whole_and_not_before(selected: int) -> None:
    connection = after_tls(selected)
    connection.ask_for_challenge()
    message = challenge()
    connection.receive_data(message[:-1])
    assert connection.next_event() is NEED_DATA
    connection.receive_data(message[-1:])
    reply = connection.next_event()
    assert isinstance(reply, ev.CredSspReply)
    assert (reply.version, reply.mechanism) == (6, ev.Mechanism.NTLM)


def test_a_server_that_chose_tls_alone_is_not_asked_for_a_challenge() -> None:
    with pytest.raises(LocalProtocolError, match="did not choose CredSSP"):
        after_tls(1).ask_for_challenge()


def test_one_foreign_byte_is_judged_when_the_stream_ends() -> None:
    connection = after_tls(8)
    connection.ask_for_challenge()
    connection.receive_data(b"H")
    assert connection.next_event() is NEED_DATA
    connection.receive_data(b"")
    assert isinstance(connection.next_event(), ev.NotCredSsp)


def hello_message(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + len(body).to_bytes(3, "big") + body


SERVER_HELLO = hello_message(2, b"\x03\x03" + bytes(32) + b"\0\xc0\x30\0")


@pytest.mark.parametrize("number", [1, MAX_CERTIFICATES, MAX_CERTIFICATES + 1])
def test_just_so_many_certificates_are_kept(number: int) -> None:
    ders = b"".join(b"\0\0\1" + bytes([65 + index]) for index in range(number))
    events = HelloReader().read(record(22, SERVER_HELLO + hello_message(11, len(ders).to_bytes(3, "big") + ders)))
    (found,) = (event for event in events if isinstance(event, ev.ServerCertificates))
    assert found.chain == tuple(bytes([65 + index]) for index in range(min(number, MAX_CERTIFICATES)))


def test_a_certificate_ends_where_its_message_ends() -> None:
    ders = b"\0\0\5ab"  # says five bytes and has two; what follows is another message
    events = HelloReader().read(record(22, SERVER_HELLO + hello_message(11, len(ders).to_bytes(3, "big") + ders) + b"cdefgh"))
    (found,) = (event for event in events if isinstance(event, ev.ServerCertificates))
    assert found.chain == ()


def test_records_and_messages_are_bounded_together() -> None:
    reader = HelloReader()
    reader.read(record(22, SERVER_HELLO))
    opening = hello_message(11, bytes(MAX_MESSAGE_BYTES))[:16000]
    events: list[Any] = []
    sent = 0
    while not events and sent < 2 * MAX_MESSAGE_BYTES:
        piece = record(22, opening if not sent else bytes(16000))
        events += reader.read(piece)
        sent += len(piece)
    assert isinstance(events[0], ev.NotTls)
    assert sent <= MAX_MESSAGE_BYTES + 2 * 16005


@pytest.mark.parametrize("port", [1, 65535])
def test_the_first_and_the_last_port_are_ports(port: int) -> None:
    assert endpoint("rds01", port).port == port


@pytest.mark.parametrize("port", [0, 65536, -1, True, "3389"])
def test_their_neighbours_are_none(port: object) -> None:
    with pytest.raises(ProbeInputError, match="whole number from 1 to 65535"):
        endpoint("rds01", port)


@pytest.mark.parametrize(("made", "field"), [(Timeouts(), "connect"), (Scope(), "tries"), (endpoint("a"), "port")])
def test_what_was_checked_cannot_be_changed_behind_the_check(made: Any, field: str) -> None:
    with pytest.raises(FrozenInstanceError):
        setattr(made, field, -1)


@pytest.mark.parametrize(("pending", "detail"), [(0, "without a byte"), (7, "after 7 bytes of an unfinished answer")])
def test_a_close_has_words_in_both_steps(pending: int, detail: str) -> None:
    for outcome in (of_negotiation(ev.PeerClosed(pending), offered=0x0B), of_credssp(ev.PeerClosed(pending))):
        assert (outcome[0].value, outcome[1]) == ("closed", detail)


@pytest.mark.parametrize(
    ("token", "outcome"),
    [
        (None, "not_credssp"),
        (bytes(12), "not_credssp"),
        (bytes.fromhex("a1143012a0030a0103a10b06092a864886f712010202"), "spnego_only"),
        (bytes.fromhex("a1073005a0030a0102"), "failure"),  # reject
    ],
)
def test_a_token_without_ntlm(token: bytes | None, outcome: str) -> None:
    connection = after_tls(8)
    connection.ask_for_challenge()
    connection.receive_data(ts_request(token) if token else ts_request())
    event = connection.next_event()
    assert isinstance(event, ev.CredSspReply)
    assert of_credssp(event)[0].value == outcome


def test_one_try_is_one_try_whatever_came_after_it() -> None:
    with Peer(reset) as peer:
        probe = probed(peer)
    assert len(probe["connections"]) == 3
    assert probe["latency"]["tries"] == 1
    assert {step["tried"] for step in probe["latency"]["steps"]} == {1}
