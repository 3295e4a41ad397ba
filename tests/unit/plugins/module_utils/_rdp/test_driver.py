# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The driver against servers on loopback: connections, negotiation, time limits, manners."""

from __future__ import annotations

import errno
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ansible_collections.rdpops.health.plugins.module_utils._rdp import (
    ProbeInputError,
    Timeouts,
    _conversation,
    _transport,
    driver,
    probe_endpoint,
    probe_many,
)
from ansible_collections.rdpops.health.plugins.module_utils._rdp._conversation import timed
from ansible_collections.rdpops.health.plugins.module_utils._rdp._result import Outcome, Step, StepName
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.probe import check_probe

from tests.support import rdp_bytes
from tests.support.hostile_servers import Peer, answering, credssp_server, dripping, flooding, reset, sending, sending_inside, wait_for_end
from tests.support.probing import FAST, certificate_folder, found, last_step, probed, steps_of
from tests.support.rdp_bytes import challenge, failure, response
from tests.support.schemas import published_schema

NLA_REQUIRED = {0x0B: response(8), 1: failure(5), 0: failure(5)}
RDP_ONLY = {0x0B: response(0, 1), 1: response(0, 1), 0: response(0, 1)}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate_folder(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def closed_port() -> Iterator[int]:
    """Give a port that is taken but not listened on, so that nobody else can come to answer there."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]


def test_a_server_that_requires_nla(certificate: Path) -> None:
    seen: list[bytes] = []
    with Peer(answering(NLA_REQUIRED, credssp_server(certificate, sending_inside(challenge())), seen=seen)) as peer:
        probe = probed(peer, vantage="jump host", timeouts=Timeouts())
    assert [request.hex() for request in seen] == [
        "030000130ee00000000000010008000b000000",
        "030000130ee000000000000100080001000000",
        "030000130ee000000000000100080000000000",
    ]
    assert steps_of(probe) == [
        "b resolve ok",
        "b connect ok",
        "b negotiate ok",
        "b tls ok",
        "b credssp ok",
        "1 connect ok",
        "1 negotiate failure",
        "0 connect ok",
        "0 negotiate failure",
    ]
    assert probe["protocols"] == {"rdp": "refused", "ssl": "refused", "hybrid": "required", "hybrid_ex": "offered"}
    assert (probe["nla"], probe["ended_at"], probe["symptom"], probe["vantage"]) == ("required", "complete", "reached_credssp", "jump host")
    assert probe["target"] == {"host": "127.0.0.1", "port": peer.port, "address": "127.0.0.1", "addresses": ["127.0.0.1"], "addresses_truncated": False}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", probe["probed_at"])
    assert all(step["ms"] >= 0 for one in probe["connections"] for step in one["steps"])
    jsonschema.Draft202012Validator(published_schema("probe")).validate(probe)


def test_a_server_without_tls_is_asked_three_times_and_never_sees_a_client_hello() -> None:
    seen: list[bytes] = []

    def script(connection: socket.socket) -> None:
        answering(RDP_ONLY, lambda rest: seen.append(rest.recv(100)))(connection)

    with Peer(script) as peer:
        probe = probed(peer)
    assert (probe["symptom"], probe["ended_at"], probe["tls"]["outcome"]) == ("legacy_answer", "negotiate", "not_reached")
    assert probe["protocols"] == {"rdp": "offered", "ssl": "refused", "hybrid": "refused", "hybrid_ex": "refused"}
    assert seen == [b""]


@pytest.mark.parametrize(
    ("data", "symptom", "outcome", "connections"),
    [
        *[(failure(code), f"failure_{code}", "failure", 3) for code in range(1, 7)],
        (failure(7), "failure_other", "failure", 3),
        (rdp_bytes.LEGACY_CONFIRM, "legacy_answer", "ok", 3),
        (rdp_bytes.CLEAR_DISCONNECT, "closed_before_answer", "failure", 3),
        (rdp_bytes.ZERO_LENGTH_RESPONSE, "not_rdp", "not_rdp", 1),
        (response(0x10), "not_rdp", "not_rdp", 1),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "not_rdp", "not_rdp", 1),
        (b"SSH-2.0-OpenSSH_9.2p1\r\n", "not_rdp", "not_rdp", 1),
        (rdp_bytes.alert(10), "not_rdp", "not_rdp", 1),
        (b"\x03\x00\xff\xff", "not_rdp", "not_rdp", 1),
    ],
)
def test_each_answer_has_its_word(data: bytes, symptom: str, outcome: str, connections: int) -> None:
    with Peer(sending(data)) as peer:
        probe = probed(peer)
    assert (probe["symptom"], probe["ended_at"]) == (symptom, "negotiate")
    assert last_step(probe)[:2] == ("negotiate", outcome)
    assert len(probe["connections"]) == connections
    assert (probe["connections"][0]["answer"] is None) == (not data.startswith(b"\x03\x00\x00"))


def test_a_foreign_server_is_named_but_never_quoted() -> None:
    with Peer(sending(b"HTTP/1.1 200 OK\r\nServer: <script>evil</script>\r\n\r\n")) as peer:
        probe = probed(peer)
    assert last_step(probe) == ("negotiate", "not_rdp", "looks like HTTP")
    assert "evil" not in str(probe)


def test_a_reset_at_once() -> None:
    with Peer(reset) as peer:
        probe = probed(peer)
    assert (probe["symptom"], last_step(probe)[1]) == ("reset_before_answer", "reset")


def test_a_reset_that_overtakes_the_connect_is_still_a_reset(monkeypatch: pytest.MonkeyPatch) -> None:
    class Overtaken(socket.socket):
        def connect(self, dummy_address: Any) -> None:
            raise ConnectionResetError(errno.ECONNRESET, "x")

    monkeypatch.setattr(socket, "socket", Overtaken)
    probe = probe_endpoint("127.0.0.1", timeouts=FAST, pause=0)
    assert (probe["symptom"], probe["ended_at"], last_step(probe)[:2]) == ("reset_before_answer", "negotiate", ("negotiate", "reset"))


def test_a_reset_instead_of_an_answer() -> None:
    def script(connection: socket.socket) -> None:
        connection.recv(100)
        reset(connection)

    with Peer(script) as peer:
        probe = probed(peer)
    assert (probe["symptom"], last_step(probe)) == ("reset_before_answer", ("negotiate", "reset", "ECONNRESET"))
    assert len(probe["connections"]) == 3


def test_a_close_instead_of_an_answer() -> None:
    with Peer(lambda connection: connection.recv(100) and None) as peer:
        probe = probed(peer)
    assert (probe["symptom"], last_step(probe)) == ("closed_before_answer", ("negotiate", "closed", "without a byte"))
    assert len(probe["connections"]) == 3


def test_a_close_in_the_middle_of_an_answer() -> None:
    with Peer(sending(response(8)[:7], lambda connection: None)) as peer:
        probe = probed(peer)
    assert last_step(probe) == ("negotiate", "closed", "after 7 bytes of an unfinished answer")


def test_a_silent_server_is_asked_once() -> None:
    started = time.monotonic()
    with Peer(wait_for_end) as peer:
        probe = probed(peer)
    assert (probe["symptom"], last_step(probe)) == ("silent_before_answer", ("negotiate", "silent", "without a byte"))
    assert len(probe["connections"]) == 1
    assert time.monotonic() - started < 2


def test_a_drip_does_not_extend_the_time_limit() -> None:
    started = time.monotonic()
    with Peer(dripping(response(8), 0.06)) as peer:
        probe = probed(peer)
    assert probe["symptom"] == "silent_before_answer"
    step, outcome, detail = last_step(probe)
    assert (step, outcome) == ("negotiate", "timeout")
    assert re.fullmatch(r"after \d+ bytes", detail)
    assert time.monotonic() - started < 2


def test_a_step_whose_time_is_up_touches_the_socket_no_more() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"x")
        wire = _transport.Wire(ours)
        wire.start(0.0)
        with pytest.raises(_transport.ExpiredError):
            wire.receive()
        with pytest.raises(_transport.ExpiredError):
            wire.send(b"x")


def test_an_answer_in_single_bytes_is_an_answer() -> None:
    with Peer(dripping(failure(3), 0.002)) as peer:
        assert probed(peer)["symptom"] == "failure_3"


@pytest.mark.parametrize("data", [b"\x03\x00\x00\x13" * 4000, bytes(60000), response(0) * 3000])
def test_a_flood_ends_at_once(data: bytes) -> None:
    started = time.monotonic()
    with Peer(flooding(data)) as peer:
        probe = probed(peer)
    assert probe["ended_at"] == "negotiate"
    assert time.monotonic() - started < 2


def test_a_closed_port(closed_port: int) -> None:
    probe = probe_endpoint("127.0.0.1", closed_port, timeouts=FAST)
    assert (probe["symptom"], probe["ended_at"], last_step(probe)) == ("connect_refused", "connect", ("connect", "refused", "ECONNREFUSED"))
    assert probe["target"]["address"] == "127.0.0.1"
    assert len(probe["connections"]) == 1


@pytest.mark.parametrize(
    ("error", "symptom", "detail"),
    [
        (OSError(errno.EHOSTUNREACH, "x"), "unreachable", "EHOSTUNREACH"),
        (OSError(errno.EADDRNOTAVAIL, "x"), "probe_error", "EADDRNOTAVAIL"),
        (OSError(errno.ETIMEDOUT, "x"), "connect_timeout", "ETIMEDOUT"),
        (TimeoutError("timed out"), "connect_timeout", "no answer"),
        (OSError(errno.EMFILE, "x"), "probe_error", "EMFILE"),
        (OSError("odd"), "probe_error", "unknown error"),
        (ZeroDivisionError("a fault of ours"), "probe_error", "ZeroDivisionError"),
    ],
)
def test_what_happens_on_the_way_has_a_word(monkeypatch: pytest.MonkeyPatch, error: Exception, symptom: str, detail: str) -> None:
    def connect(*dummy: object) -> None:
        raise error

    monkeypatch.setattr(_transport.Dialled, "connect", connect)
    probe = probe_endpoint("192.0.2.1", timeouts=FAST)
    assert (probe["symptom"], probe["ended_at"], last_step(probe)[2]) == (symptom, "connect", detail)


@pytest.mark.parametrize(
    ("number", "symptom"),
    [(errno.ENETUNREACH, "no_route"), (errno.EAFNOSUPPORT, "probe_error"), (errno.ENETDOWN, "probe_error"), (errno.EHOSTUNREACH, "unreachable")],
)
def test_what_only_this_side_knows_is_not_the_hosts_fault(monkeypatch: pytest.MonkeyPatch, number: int, symptom: str) -> None:
    class Unroutable(socket.socket):
        def connect(self, dummy: object) -> None:  # type: ignore[override]
            raise OSError(number, "x")

    monkeypatch.setattr(socket, "socket", Unroutable)
    probe = probe_endpoint("192.0.2.1", timeouts=FAST)
    assert (probe["symptom"], last_step(probe)[2]) == (symptom, errno.errorcode[number])


@pytest.mark.parametrize(("answers", "step"), [({}, "negotiate"), (NLA_REQUIRED, "tls")])
def test_a_route_that_is_lost_on_the_way_is_no_fault_of_the_probe(monkeypatch: pytest.MonkeyPatch, answers: dict[int, bytes], step: str) -> None:
    original, received = _transport.Wire.receive, []

    def receive(self: _transport.Wire) -> bytes:
        received.append(1)
        if len(received) == len(answers) // 2 + 1:
            raise OSError(errno.EHOSTUNREACH, "x")
        return original(self)

    monkeypatch.setattr(_transport.Wire, "receive", receive)
    with Peer(answering(answers) if answers else wait_for_end) as peer:
        probe = probed(peer)
    assert (probe["symptom"], last_step(probe)) == ("route_lost", (step, "unreachable", "EHOSTUNREACH"))


def test_an_ending_that_a_step_cannot_have_is_a_fault_of_ours() -> None:
    steps: list[Step] = []
    assert not timed(steps, StepName.CONNECT, lambda: (Outcome.ALERT, "x"))
    assert (steps[0].outcome, steps[0].detail) == (Outcome.ERROR, "alert in the step connect")


def test_connections_come_one_after_another_with_a_pause() -> None:
    with Peer(sending(failure(5))) as peer:
        probed(peer, pause=0.2)
    assert len(peer.opened) == 3
    assert peer.most_at_once == 1
    gaps = [later - earlier for earlier, later in zip(peer.opened, peer.opened[1:], strict=False)]
    assert min(gaps) >= 0.19


def test_the_usual_pause_is_a_fifth_of_a_second() -> None:
    assert driver.PAUSE_SECONDS == 0.2
    assert len(driver.DEFAULT_REQUESTS) == 3


def test_many_endpoints_keep_their_order_and_do_not_harm_each_other(monkeypatch: pytest.MonkeyPatch, closed_port: int) -> None:
    original = _transport.Dialled.connect

    def connect(self: _transport.Dialled, address: tuple[int, tuple[Any, ...]], seconds: float) -> Any:
        if address[1][0] == "127.0.0.9":
            raise ZeroDivisionError
        return original(self, address, seconds)

    monkeypatch.setattr(_transport.Dialled, "connect", connect)
    with Peer(sending(failure(5))) as refusing, Peer(wait_for_end) as silent, Peer(reset) as resetting:
        wanted: list[Any] = [
            (silent.host, silent.port),
            {"host": refusing.host, "port": refusing.port},
            ("127.0.0.9", 3389),
            (resetting.host, resetting.port),
            ("127.0.0.1", closed_port),
        ]
        probes = probe_many(wanted, timeouts=FAST, pause=0)
    assert [probe["symptom"] for probe in probes] == ["silent_before_answer", "failure_5", "probe_error", "reset_before_answer", "connect_refused"]


@pytest.mark.parametrize("name", ["judge", "to_json"])
def test_what_cannot_be_judged_is_the_fault_of_one_endpoint_alone(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    original = getattr(driver, name)

    def fails_once(value: Any, *rest: Any) -> Any:
        target = getattr(value, "target", value)
        if target.host == "127.0.0.2" and target.address:
            raise RuntimeError("private")
        return original(value, *rest)

    monkeypatch.setattr(driver, name, fails_once)
    with Peer(sending(failure(5))) as one, Peer(sending(failure(5)), host="127.0.0.2") as two:
        probes = probe_many([(peer.host, peer.port) for peer in (one, two)], timeouts=FAST, pause=0)
    assert [probe["symptom"] for probe in probes] == ["failure_5", "probe_error"]
    assert last_step(probes[1]) == ("resolve", "error", "RuntimeError")
    assert "private" not in str(probes)
    check_probe(probes[1])


def test_a_tls_session_that_cannot_begin_is_a_step_that_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*dummy: object) -> None:
        raise ValueError("server_hostname")

    monkeypatch.setattr(_conversation, "TlsSession", broken)
    with Peer(answering({0x0B: response(1), 1: failure(5), 0: failure(5)})) as peer:
        probe = probed(peer)
    assert (probe["symptom"], last_step(probe), probe["nla"]) == ("probe_error", ("tls", "error", "ValueError"), "absent")


def test_endpoints_are_probed_at_the_same_time() -> None:
    started = time.monotonic()
    with Peer(wait_for_end) as one, Peer(wait_for_end) as two, Peer(wait_for_end) as three:
        probe_many([(peer.host, peer.port) for peer in (one, two, three)], timeouts=FAST)
    assert time.monotonic() - started < 2.5 * FAST.negotiate


def test_an_endpoint_named_twice_is_probed_once() -> None:
    with Peer(sending(failure(5))) as peer:
        probes = probe_many([(peer.host, peer.port)] * 5, timeouts=FAST, pause=0)
    assert len(peer.opened) == 3
    assert len(probes) == 5


def test_different_names_of_one_server_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    with Peer(dripping(failure(5), 0.003)) as peer:
        monkeypatch.setattr(socket, "getaddrinfo", found((peer.host, peer.port)))
        probes = probe_many([(f"name{number}.example", peer.port) for number in range(6)], timeouts=FAST, pause=0)
    assert [probe["symptom"] for probe in probes] == ["failure_5"] * 6
    assert len(peer.opened) == 18
    assert peer.most_at_once <= 2  # the second is the server's own end of the one before


def test_one_bad_endpoint_stops_everything_before_the_first_packet() -> None:
    with Peer(wait_for_end) as peer:
        with pytest.raises(ProbeInputError, match="port of x"):
            probe_many([(peer.host, peer.port), ("x", 0)], timeouts=FAST)
        assert peer.opened == []


def test_no_endpoints_are_no_probes() -> None:
    assert probe_many([]) == []


def test_ipv6(certificate: Path) -> None:
    try:
        peer = Peer(answering(NLA_REQUIRED, credssp_server(certificate, sending_inside(challenge()))), host="::1")
    except OSError as error:
        pytest.skip(f"this machine has no IPv6 loopback address: {error}")
    with peer:
        probe = probed(peer, timeouts=Timeouts())
    assert (probe["symptom"], probe["target"]["address"]) == ("reached_credssp", "::1")
    assert probe["sentence"].startswith(f"[::1]:{peer.port} completed")
