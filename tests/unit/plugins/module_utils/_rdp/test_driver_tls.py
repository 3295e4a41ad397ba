# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The driver in the TLS step: what works, and each way in which it can go wrong."""

from __future__ import annotations

import base64
import hashlib
import socket
import ssl
import time
from pathlib import Path

import pytest
from ansible_collections.rdpops.health.plugins.module_utils._rdp import Timeouts, _conversation, _transport, probe_endpoint
from ansible_collections.rdpops.health.plugins.module_utils._rdp._result import Offer, Outcome, Step, StepName, Tls
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tests.support import rdp_bytes
from tests.support.hostile_servers import Peer, Script, answering, flooding, read_request, reset, sending, tls_server, wait_for_end
from tests.support.probing import FAST, certificate_folder, last_step, probed
from tests.support.rdp_bytes import alert, failure, record, response

ANSWERS = {0x0B: response(8), 1: failure(5), 0: failure(5)}
# ServerHello of SSL 3.0 with a suite that we never offered: a peer that is older than what the local library speaks.
SSLV3_HELLO = record(22, b"\x02\x00\x00\x26\x03\x00" + bytes(32) + b"\x00\x00\x0a\x00", version=0x0300)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate_folder(tmp_path_factory.mktemp("certificate"))


def after_the_answer(then: Script) -> Script:
    return answering(ANSWERS, then)


@pytest.mark.parametrize(
    ("version", "name"),
    [(ssl.TLSVersion.TLSv1_3, "TLSv1.3"), (ssl.TLSVersion.TLSv1_2, "TLSv1.2"), (ssl.TLSVersion.TLSv1_1, "TLSv1.1"), (ssl.TLSVersion.TLSv1, "TLSv1")],
)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_every_version_of_tls_is_accepted(certificate: Path, version: ssl.TLSVersion, name: str) -> None:
    with Peer(after_the_answer(tls_server(certificate, minimum_version=version, maximum_version=version))) as peer:
        probe = probed(peer, timeouts=Timeouts())
    if probe["tls"]["outcome"] != "ok" and name in ("TLSv1", "TLSv1.1"):
        pytest.skip(f"the TLS library of this machine does not speak {name} at all")
    der = x509.load_pem_x509_certificate((certificate / "certificate.pem").read_bytes()).public_bytes(Encoding.DER)
    assert probe["tls"]["version"] == name
    assert probe["tls"]["cipher"]
    assert probe["tls"]["certificate"] == {
        "der": base64.b64encode(der).decode(),
        "sha1": hashlib.sha1(der).hexdigest().upper(),
        "sha256": hashlib.sha256(der).hexdigest().upper(),
    }
    assert (probe["symptom"], probe["ended_at"], last_step(probe)) == ("credssp_closed", "credssp", ("credssp", "closed", "without a byte"))


def stalling(data: bytes) -> Script:
    return sending(data, wait_for_end)


def closing(data: bytes) -> Script:
    return sending(data, lambda connection: None)


def resetting(connection: socket.socket) -> None:
    connection.recv(65536)
    reset(connection)


CASES = [
    ("reset", resetting, "tls_reset", "reset", "ECONNRESET", None),
    ("reset_at_once", reset, "tls_reset", "reset", None, None),
    ("close", lambda connection: connection.recv(65536) and None, "tls_closed", "closed", "without a byte", None),
    ("silence", wait_for_end, "tls_silent", "silent", "without a byte", None),
    ("half_a_hello", stalling(record(22, bytes(200))[:90]), "tls_stalled", "timeout", "after 90 bytes", None),
    ("hello_and_close", closing(record(22, b"\x02" + bytes(199))[:90]), "tls_closed", "closed", None, None),
    ("alert_40", closing(alert(40)), "tls_alert", "alert", "alert 40 handshake_failure", 40),
    ("alert_40_without_close", stalling(alert(40)), "tls_alert", "alert", "alert 40 handshake_failure", 40),
    ("alert_70", closing(alert(70)), "tls_alert", "alert", "alert 70 protocol_version", 70),
    ("alert_71", closing(alert(71)), "tls_alert", "alert", "alert 71 insufficient_security", 71),
    ("alert_80", closing(alert(80)), "tls_alert", "alert", "alert 80 internal_error", 80),
    ("close_notify", closing(alert(0, level=1)), "tls_alert", "alert", "alert 0 close_notify", 0),
    ("warning_and_close", closing(alert(112, level=1)), "tls_closed", "closed", "without a byte", None),
    ("clear_text", closing(rdp_bytes.CLEAR_DISCONNECT), "tls_clear_text", "clear_text", "a clear-text RDP packet where TLS should begin", None),
    ("clear_text_without_close", stalling(rdp_bytes.CLEAR_DISCONNECT), "tls_clear_text", "clear_text", None, None),
    ("http", stalling(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "tls_not_tls", "not_tls", "looks like HTTP", None),
    ("rubbish", stalling(b"\x00\x00\x00"), "tls_not_tls", "not_tls", "bytes of another protocol", None),
    ("rubbish_in_tls", stalling(record(22, b"\x0b\x00\x00\x01x")), "tls_not_tls", "not_tls", None, None),
    ("sslv3", stalling(SSLV3_HELLO), "tls_old_only", "local_tls_too_strict", None, None),
    ("flood_of_zeros", flooding(bytes(60000)), "tls_not_tls", "not_tls", "bytes of another protocol", None),
    ("endless_tls", flooding(alert(112, level=1) * 2000), "tls_not_tls", "not_tls", None, None),
]


@pytest.mark.parametrize(("name", "script", "symptom", "outcome", "detail", "number"), CASES, ids=[case[0] for case in CASES])
def test_each_way_to_fail_has_its_word(name: str, script: Script, symptom: str, outcome: str, detail: str | None, number: int | None) -> None:
    started = time.monotonic()
    with Peer(after_the_answer(script)) as peer:
        probe = probed(peer)
    assert (probe["symptom"], probe["ended_at"]) == (symptom, "tls")
    assert last_step(probe)[:2] == ("tls", outcome)
    if detail is not None:
        assert last_step(probe)[2] == detail
    nothing = dict.fromkeys(("version", "cipher", "certificate", "chain", "lowest", "highest", "versions"))
    assert probe["tls"] == {**nothing, "outcome": outcome, "alert": number}
    assert probe["nla"] == "required", "the other connections say so whatever TLS did"
    is_about_us = outcome == "local_tls_too_strict" or last_step(probe)[2].startswith("TLS library: ")
    again = ["up_to_tls12", "own_hello"] if outcome in ("reset", "closed", "alert") else ["own_hello"] if is_about_us else []
    again = again[:1] if number in (0, 80) else again
    assert [one["offer"] for one in probe["connections"]] == ["usual", *again, "usual", "usual"][:4]
    assert len(peer.opened) == len(probe["connections"])
    assert (probe["retried"] or {}).get("offer") in (again or [None])
    assert time.monotonic() - started < 5


def test_clear_text_together_with_the_answer() -> None:
    with Peer(answering({0x0B: response(1) + rdp_bytes.CLEAR_DISCONNECT, 1: failure(5), 0: failure(5)})) as peer:
        probe = probed(peer)
    assert (probe["symptom"], probe["tls"]["outcome"]) == ("tls_clear_text", "clear_text")


def test_tls_before_our_client_hello_is_not_tls() -> None:
    with Peer(answering({0x0B: response(1) + record(22, bytes(40)), 1: failure(5), 0: failure(5)})) as peer:
        probe = probed(peer)
    assert last_step(probe) == ("tls", "not_tls", "bytes before the TLS handshake")


def test_the_limit_on_tls_bytes_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_conversation, "TLS_LIMIT_BYTES", 5000)

    def script(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(record(22, b"\x02\x00\x3a\x98" + bytes(996)))  # a message of 15,000 bytes, which the library would wait for
        while True:
            connection.sendall(record(22, bytes(1000)))
            time.sleep(0.01)

    with Peer(after_the_answer(script)) as peer:
        probe = probed(peer)
    assert last_step(probe) == ("tls", "not_tls", "more than 5000 bytes without an end of the handshake")


def test_the_tls_step_has_a_time_limit_of_its_own() -> None:
    with Peer(after_the_answer(wait_for_end)) as peer:
        probe = probed(peer, timeouts=Timeouts(connect=1, negotiate=0.2, tls=0.7))
    step = probe["connections"][0]["steps"][-1]
    assert (step["step"], step["outcome"]) == ("tls", "silent")
    assert 650 <= step["ms"] < 1500


def test_only_the_first_connection_goes_on_to_tls(certificate: Path) -> None:
    heard: list[int] = []
    talk = tls_server(certificate)

    def script(connection: socket.socket) -> None:
        offered = rdp_bytes.requested_protocols(read_request(connection))
        connection.sendall(failure(1) if offered == 0 else response(1))
        if offered == rdp_bytes.FULL_OFFER:
            talk(connection)
        else:
            heard.append(len(connection.recv(100)))

    with Peer(script) as peer:
        probe = probed(peer, timeouts=Timeouts())
    assert (probe["symptom"], probe["nla"], probe["protocols"]["ssl"]) == ("reached_tls", "absent", "required")
    assert heard == [0, 0]


def test_an_alert_that_travelled_encrypted_is_told_by_its_number() -> None:
    conversation = _conversation.Conversation(_conversation.Plan(rdp_bytes.FULL_OFFER, goes_on=True), Timeouts(), None)
    assert conversation._of_library("TLSV1_ALERT_DECRYPT_ERROR") == (Outcome.ALERT, "alert 51 decrypt_error")
    assert conversation.record((Step(StepName.TLS, Outcome.ALERT, 1),)).tls == Tls(Outcome.ALERT, alert=51)
    assert conversation._of_library("DH_KEY_TOO_SMALL") == (Outcome.LOCAL_TLS_TOO_STRICT, "TLS library: DH_KEY_TOO_SMALL")
    assert conversation.record((Step(StepName.TLS, Outcome.NOT_TLS, 1),)).tls == Tls(Outcome.ALERT, alert=51, is_refused_here=True)
    assert conversation._of_library("BAD_SIGNATURE") == (Outcome.NOT_TLS, "TLS library: BAD_SIGNATURE")


def client_hello(name: str | None) -> bytes:
    """Return the ClientHello that the driver sends to a host."""
    outgoing = ssl.MemoryBIO()
    session = _transport.tls_context(Offer.USUAL).wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname=name)
    with pytest.raises(ssl.SSLWantReadError):
        session.do_handshake()
    return outgoing.read()


def test_no_name_is_sent_to_an_address(certificate: Path) -> None:
    hellos: list[bytes] = []
    with Peer(after_the_answer(lambda connection: hellos.append(connection.recv(65536)))) as peer:
        probed(peer)
    assert hellos
    assert b"127.0.0.1" not in hellos[0]


def test_the_name_that_was_asked_for_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    hellos: list[bytes] = []
    with Peer(after_the_answer(lambda connection: hellos.append(connection.recv(65536)))) as peer:
        address = (socket.AF_INET, socket.SOCK_STREAM, 6, "", (peer.host, peer.port))
        monkeypatch.setattr(socket, "getaddrinfo", lambda *dummy, **options: [address])
        probe_endpoint("rds.example", peer.port, timeouts=FAST, pause=0)
    assert b"rds.example" in hellos[0]


def test_the_client_hello_fits_into_one_packet() -> None:
    assert len(client_hello("a-long-host-name.department.example.com")) < 1300  # some boxes drop a ClientHello of two segments


def test_the_context_is_made_once_and_verifies_nothing() -> None:
    context = _transport.tls_context(Offer.USUAL)
    assert context is _transport.tls_context(Offer.USUAL)
    assert context.verify_mode is ssl.CERT_NONE
    assert context.check_hostname is False
    assert context.minimum_version is ssl.TLSVersion.MINIMUM_SUPPORTED
    assert context.security_level == 0
    assert context.options & 0x4  # servers without secure renegotiation
    names = {cipher["name"] for cipher in context.get_ciphers()}
    assert "AES128-SHA" in names  # what old Windows servers speak
    assert not any(name.startswith(("ADH", "AECDH")) for name in names)  # would hide the certificate
