# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The driver against servers that mean harm: resets at every byte, drips, floods, and none of them costs the others or the memory."""

from __future__ import annotations

import contextlib
import socket
import ssl
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.rdpops.health.plugins.module_utils._rdp import Timeouts, _conversation, _transport, probe_many
from ansible_collections.rdpops.health.plugins.module_utils._rdp._gate import Gate
from ansible_collections.rdpops.health.plugins.module_utils._rdp._result import Offer

from tests.support.hostile_servers import (
    Peer,
    Script,
    answering,
    credssp_server,
    dripping,
    dripping_inside,
    flooding,
    flooding_inside,
    read_request,
    reset,
    sending_inside,
    tls_server,
    wait_for_end,
)
from tests.support.probing import FAST, certificate_folder, last_step, probed
from tests.support.rdp_bytes import alert, challenge, failure, record, response, ts_request

ANSWERS = {0x0B: response(8), 1: failure(5), 0: failure(5)}
MEMORY_LIMIT_BYTES = 2 * 1024 * 1024  # a probe of an honest server takes some 200 kB; the floods below send hundreds of MB a second


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate_folder(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def bounded() -> Iterator[None]:
    """Fail a test in which more memory was in use at once than any probe may take."""
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    yield
    peak = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    assert peak < MEMORY_LIMIT_BYTES


def first_flight(folder: Path, hello: bytes) -> bytes:
    """Return what a server with this certificate answers to a ClientHello."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    incoming.write(hello)
    with pytest.raises(ssl.SSLWantReadError):
        context.wrap_bio(incoming, outgoing, server_side=True).do_handshake()
    return outgoing.read()


def flight_of(folder: Path, number: int, then: Script, *, pause: float = 0.0) -> Script:
    """Return a script that sends the first bytes of an honest TLS flight, one by one if there is a pause, and goes on with ``then``."""

    def script(connection: socket.socket) -> None:
        flight = first_flight(folder, connection.recv(65536))[:number]
        for piece in [flight[at : at + 1] for at in range(len(flight))] if pause else [flight]:
            connection.sendall(piece)
            time.sleep(pause)
        then(connection)

    return script


@pytest.mark.parametrize("number", range(20))
def test_a_reset_at_every_byte_of_the_negotiation(number: int) -> None:
    def script(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(response(8)[:number])
        reset(connection)

    with Peer(script) as peer:
        probe = probed(peer)
    step = "tls" if number == len(response(8)) else "negotiate"
    assert (probe["ended_at"], last_step(probe)[:2]) == (step, (step, "reset"))
    assert probe["symptom"] == ("tls_reset" if step == "tls" else "reset_before_answer")


@pytest.mark.parametrize("number", [*range(12), 40, 76, 120, 127, 128, 133, 134, 140, 500, 1000])
def test_a_reset_at_any_byte_of_tls(certificate: Path, number: int) -> None:
    with Peer(answering(ANSWERS, flight_of(certificate, number, reset))) as peer:
        probe = probed(peer)
    assert (probe["symptom"], last_step(probe)[:2]) == ("tls_reset", ("tls", "reset"))
    assert [one["offer"] for one in probe["connections"]] == ["usual", "up_to_tls12", "own_hello", "usual"]
    assert probe["nla"] == "required"


@pytest.mark.parametrize("number", [0, 1, 2, 3, 4, 5, 8, 20, 50, 100, 150, len(challenge()) - 1])
def test_a_reset_at_any_byte_of_credssp(certificate: Path, number: int) -> None:
    def inside(session: ssl.SSLSocket) -> None:
        session.sendall(challenge()[:number])
        reset(socket.socket(fileno=session.detach()))

    with Peer(answering(ANSWERS, credssp_server(certificate, inside))) as peer:
        probe = probed(peer)
    assert (probe["symptom"], last_step(probe)[:2]) == ("credssp_closed", ("credssp", "reset"))
    assert (probe["tls"]["outcome"], probe["nla"]) == ("ok", "required")


def test_a_drip_of_honest_tls_does_not_extend_the_time_limit(certificate: Path) -> None:
    started = time.monotonic()
    with Peer(answering(ANSWERS, flight_of(certificate, 65536, wait_for_end, pause=0.01))) as peer:
        probe = probed(peer)
    step, outcome, detail = last_step(probe)
    assert (probe["symptom"], step, outcome) == ("tls_stalled", "tls", "timeout")
    assert detail.startswith("after ")
    assert 550 <= probe["connections"][0]["steps"][-1]["ms"] < 1500
    assert time.monotonic() - started < 4


FLOODS = {
    "negotiation": lambda folder: flooding(response(8)[:7] * 9000),
    "nothing": lambda folder: flooding(bytes(60000)),
    "alerts": lambda folder: answering(ANSWERS, flooding(alert(112, level=1) * 9000)),
    "empty records": lambda folder: answering(ANSWERS, flooding(b"\x16\x03\x03\x00\x00" * 12000)),
    "endless handshake": lambda folder: answering(ANSWERS, flooding(b"\x16\x03\x03\x40\x00\x02\xff\xff\xff" + bytes(16380))),
    "zeros inside": lambda folder: answering(ANSWERS, credssp_server(folder, flooding_inside(bytes(60000)))),
    "endless token": lambda folder: answering(ANSWERS, credssp_server(folder, flooding_inside(b"\x30\x84\x7f\xff\xff\xff" + bytes(16000)))),
    "12 kB token": lambda folder: answering(ANSWERS, credssp_server(folder, sending_inside(ts_request(bytes(12000))))),
}


@pytest.mark.parametrize("name", FLOODS)
@pytest.mark.usefixtures("bounded")
def test_a_flood_costs_neither_time_nor_memory(certificate: Path, name: str) -> None:
    started = time.monotonic()
    with Peer(FLOODS[name](certificate)) as peer:
        probe = probed(peer)
        took = time.monotonic() - started
    assert probe["ended_at"] != "complete"
    assert took < 4


def test_endless_tickets_of_tls13_do_not_hide_the_challenge_for_ever(certificate: Path) -> None:
    started = time.monotonic()
    with Peer(answering(ANSWERS, credssp_server(certificate, sending_inside(challenge()), num_tickets=3000))) as peer:
        probe = probed(peer)
    assert (probe["tls"]["outcome"], probe["symptom"]) == ("ok", "credssp_invalid")
    assert last_step(probe) == ("credssp", "not_credssp", "more bytes than any answer has")
    assert time.monotonic() - started < 4


@pytest.fixture
def received(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Note how many bytes each step of a connection has read, every time that it reads."""
    counts: list[int] = []
    receive = _transport.Wire.receive

    def counting(wire: _transport.Wire) -> bytes:
        data = receive(wire)
        counts.append(wire.received)
        return data

    monkeypatch.setattr(_transport.Wire, "receive", counting)
    return counts


PATIENT = Timeouts(connect=2.0, negotiate=2.0, tls=20.0, credssp=20.0)  # what ends a flood must be its size
HELLO_REQUESTS = record(22, bytes(4) * 2000)  # a server may ask for a handshake at any time (RFC 5246 7.4.1.1), and in the middle of one it is ignored
BEGUN = record(22, b"\x02\x00\x01\x00" + bytes(20))  # a ServerHello of 256 bytes, of which there are 20


@pytest.mark.parametrize("offer", [Offer.USUAL, Offer.UP_TO_TLS12, Offer.OWN_HELLO])
def test_a_handshake_that_goes_on_for_ever_ends_at_its_limit(received: list[int], offer: Offer) -> None:
    # Given records that are in order, so that neither the TLS library nor a parser of ours ever objects
    def endless(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(BEGUN if offer is Offer.OWN_HELLO else b"")
        while True:
            connection.sendall(record(23, bytes(16000)) if offer is Offer.OWN_HELLO else HELLO_REQUESTS)

    plan = _conversation.Plan(0x0B, goes_on=True, offer=offer)
    with Peer(answering(ANSWERS, endless)) as peer:
        conversation = _conversation.Conversation(plan, PATIENT, None)
        conversation.hold([(socket.AF_INET, (peer.host, peer.port))], Gate(0.0).turn)
    last = conversation.record().last
    # Then the limit ends it, and not much more than the limit has been read
    assert (last.step.value, last.outcome.value) == ("tls", "not_tls")
    assert last.detail == "more than 262144 bytes without an end of the handshake"
    assert 256 * 1024 < max(received) <= (256 + 16) * 1024


def test_an_answer_in_endless_small_pieces_ends_at_its_limit(certificate: Path, received: list[int]) -> None:
    # Given a TSRequest of 16 kB, each byte of it in a TLS record of its own: more than 350 kB on the wire
    def inside(session: ssl.SSLSocket) -> None:
        for byte in b"\x30\x82\x3f\x00" + bytes(0x3F00):
            session.sendall(bytes((byte,)))
        wait_for_end(session)

    with Peer(answering(ANSWERS, credssp_server(certificate, inside))) as peer:
        probe = probed(peer, timeouts=PATIENT)
    assert (probe["symptom"], last_step(probe)) == ("credssp_invalid", ("credssp", "not_credssp", "more bytes than any answer has"))
    assert 64 * 1024 < max(received) <= (64 + 16) * 1024


def test_hostile_servers_do_not_harm_the_others(certificate: Path) -> None:
    honest = answering({0x0B: response(1), 1: response(1), 0: failure(1)}, tls_server(certificate))
    hostile: list[Script] = [
        reset,
        wait_for_end,
        flooding(bytes(60000)),
        dripping(response(8), 0.05),
        answering(ANSWERS, flight_of(certificate, 65536, wait_for_end, pause=0.01)),
        answering(ANSWERS, credssp_server(certificate, dripping_inside(challenge(), 0.02))),
        answering(ANSWERS, credssp_server(certificate, flooding_inside(bytes(60000)))),
    ]
    with contextlib.ExitStack() as stack:
        peers = [stack.enter_context(Peer(script, host=f"127.0.1.{number}")) for number, script in enumerate([honest, *hostile, honest], 1)]
        started = time.monotonic()
        probes = probe_many([(peer.host, peer.port) for peer in peers], timeouts=FAST)
        took = time.monotonic() - started
    assert [probe["symptom"] for probe in probes] == [
        "reached_tls",
        "reset_before_answer",
        "silent_before_answer",
        "not_rdp",
        "silent_before_answer",
        "tls_stalled",
        "credssp_silent",
        "credssp_invalid",
        "reached_tls",
    ]
    assert took < 8
