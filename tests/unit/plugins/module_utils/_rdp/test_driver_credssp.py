# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The driver in the CredSSP step, and what it tries beyond the usual three connections."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.rdpops.health.plugins.module_utils._rdp import Depth, ProbeInputError, Scope, Special, Timeouts, _conversation
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.probe import check_probe

from tests.support import rdp_bytes
from tests.support.hostile_servers import (
    Peer,
    Script,
    answering,
    credssp_server,
    dripping_inside,
    flooding_inside,
    read_request,
    reset,
    sending,
    sending_inside,
    tls_server,
    wait_for_end,
)
from tests.support.probing import FAST, Probe, certificate_folder, last_step, probed, steps_of
from tests.support.rdp_bytes import alert, challenge, failure, filetime, response, ts_request

ANSWERS = {0x0B: response(8), 1: failure(5), 0: failure(5)}
Inside = Callable[[ssl.SSLSocket], None]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate_folder(tmp_path_factory.mktemp("certificate"))


def asked(folder: Path, inside: Inside, **options: object) -> Probe:
    """Probe a server that goes on with ``inside`` after our first message of CredSSP."""
    with Peer(answering(ANSWERS, credssp_server(folder, inside))) as peer:
        probe = probed(peer, **options)
    check_probe(probe)
    return probe


def ending(session: ssl.SSLSocket) -> None:
    """End the session in order."""


def reset_inside(session: ssl.SSLSocket) -> None:
    raw = socket.socket(fileno=session.detach())
    reset(raw)


def test_a_challenge_tells_about_the_host(certificate: Path) -> None:
    seen: list[bytes] = []
    with Peer(answering(ANSWERS, credssp_server(certificate, sending_inside(challenge((7, filetime(time.time() - 10800.5)))), seen=seen))) as peer:
        probe = probed(peer, timeouts=Timeouts())
    assert seen[0].hex().startswith("3037a003020106a130302e302ca02a04284e544c4d53535000")
    assert len(seen) == 1, "one message and no more: the next would be a log-on"
    assert (probe["symptom"], probe["ended_at"]) == ("reached_credssp", "complete")
    assert last_step(probe) == ("credssp", "ok", "CredSSP version 6, NTLM challenge")
    assert (probe["credssp"]["version"], probe["credssp"]["os_build"], probe["credssp"]["names"]["netbios_computer"]) == (6, "10.0.20348", "SERVER")
    assert probe["clock"]["skew_seconds"] == pytest.approx(-10800.5, abs=1.0)
    assert 0 <= probe["clock"]["uncertainty_seconds"] < 1
    assert [row["step"] for row in probe["latency"]["steps"]] == ["resolve", "connect", "negotiate", "tls", "credssp"]


def test_a_clock_without_fractions_is_less_certain(certificate: Path) -> None:
    probe = asked(certificate, sending_inside(challenge((7, filetime(int(time.time()))))), timeouts=Timeouts())
    assert 0.5 <= probe["clock"]["uncertainty_seconds"] < 1
    assert abs(probe["clock"]["skew_seconds"]) <= 1.5


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_any_version_of_tls_carries_it(certificate: Path, version: ssl.TLSVersion) -> None:
    script = credssp_server(certificate, sending_inside(challenge()), maximum_version=version, minimum_version=version)
    with Peer(answering(ANSWERS, script)) as peer:
        assert probed(peer, timeouts=Timeouts())["symptom"] == "reached_credssp"


SPNEGO = bytes.fromhex("a1143012a0030a0103a10b06092a864886f712010202")
CASES: list[tuple[str, Inside, str, str, str | None]] = [
    ("spnego", sending_inside(ts_request(SPNEGO)), "credssp_spnego_only", "spnego_only", "CredSSP version 6, SPNEGO without NTLM"),
    ("error", sending_inside(ts_request(error=0xC000006E)), "credssp_error", "failure", "CredSSP version 6, error 0xC000006E (STATUS_ACCOUNT_RESTRICTION)"),
    ("close", ending, "credssp_closed", "closed", "without a byte"),
    ("reset", reset_inside, "credssp_closed", "reset", "ECONNRESET"),
    ("silence", wait_for_end, "credssp_silent", "silent", "without a byte"),
    ("half", sending_inside(challenge()[:100]), "credssp_silent", "timeout", None),
    ("half_and_close", lambda session: session.sendall(challenge()[:100]), "credssp_closed", "closed", "after 100 bytes of an unfinished answer"),
    ("mcs", sending_inside(rdp_bytes.CLEAR_DISCONNECT), "credssp_invalid", "not_credssp", "looks like RDP"),
    ("http", sending_inside(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "credssp_invalid", "not_credssp", "looks like HTTP"),
    ("zeros", sending_inside(ts_request(bytes(12000))), "credssp_invalid", "not_credssp", "CredSSP version 6, without a token that is known"),
    ("indefinite", sending_inside(b"\x30\x80\xa0\x03\x02\x01\x06\0\0"), "credssp_invalid", "not_credssp", "bytes of another protocol"),
    ("too_long", sending_inside(b"\x30\x82\xff\xff" + bytes(16000)), "credssp_invalid", "not_credssp", "bytes of another protocol"),
    ("drip", dripping_inside(challenge(), 0.02), "credssp_silent", "timeout", None),
    ("flood", flooding_inside(bytes(16000)), "credssp_invalid", "not_credssp", "bytes of another protocol"),
    ("endless_length", flooding_inside(b"\x30\x84\x00\x00"), "credssp_invalid", "not_credssp", None),
]


@pytest.mark.parametrize(("name", "inside", "symptom", "outcome", "detail"), CASES, ids=[case[0] for case in CASES])
def test_each_way_to_fail_has_its_word(certificate: Path, name: str, inside: Inside, symptom: str, outcome: str, detail: str | None) -> None:
    started = time.monotonic()
    probe = asked(certificate, inside)
    assert (probe["symptom"], probe["ended_at"], last_step(probe)[:2]) == (symptom, "credssp", ("credssp", outcome))
    assert detail is None or last_step(probe)[2] == detail
    assert (probe["tls"]["outcome"], probe["credssp"]["outcome"], probe["nla"]) == ("ok", outcome, "required")
    assert len(probe["connections"]) == 3
    assert time.monotonic() - started < 4


def test_the_limit_on_bytes_holds(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_conversation, "CREDSSP_LIMIT_BYTES", 3000)
    probe = asked(certificate, dripping_inside(b"\x30\x82\x3f\x00" + bytes(500), 0.0005), timeouts=Timeouts())
    assert last_step(probe) == ("credssp", "not_credssp", "more bytes than any answer has")


def test_a_server_without_credssp_is_not_asked_for_it(certificate: Path) -> None:
    seen: list[bytes] = []
    with Peer(answering({0x0B: response(1), 1: response(1), 0: failure(1)}, credssp_server(certificate, ending, seen=seen))) as peer:
        probe = probed(peer)
    assert (probe["symptom"], probe["credssp"], probe["clock"]) == ("reached_tls", None, None)
    assert seen in ([b""], [])


def only_up_to_tls12(folder: Path) -> Script:
    """Return a script that cuts off whoever offers TLS 1.3, as a Windows does that was told to speak it and cannot."""
    talk = credssp_server(folder, sending_inside(challenge()), maximum_version=ssl.TLSVersion.TLSv1_2)

    def script(connection: socket.socket) -> None:
        hello = connection.recv(4096, socket.MSG_PEEK)
        if b"\x00\x2b\x00" in hello and b"\x03\x04" in hello:
            reset(connection)
        else:
            talk(connection)

    return script


def test_a_server_that_cannot_bear_tls13(certificate: Path) -> None:
    with Peer(answering(ANSWERS, only_up_to_tls12(certificate))) as peer:
        probe = probed(peer, timeouts=Timeouts())
        assert len(peer.opened) == 4
    assert (probe["symptom"], probe["ended_at"], probe["tls"]["outcome"]) == ("tls13_reset", "tls", "reset")
    assert [(one["offer"], one["requested"]) for one in probe["connections"]] == [("usual", 11), ("up_to_tls12", 11), ("usual", 11), ("usual", 1)]
    assert (probe["protocols"]["rdp"], probe["nla"]) == ("unknown", "required"), "what was not asked is not known"
    assert probe["rests_on"]["symptom"] == 2
    assert probe["retried"]["version"] == "TLSv1.2"
    assert probe["tls"]["certificate"] is not None
    assert probe["credssp"]["outcome"] == "ok"
    assert steps_of(probe)[4:11] == ["b connect ok", "b negotiate ok", "b tls ok", "b credssp ok", "b connect ok", "b negotiate ok", "b tls reset"]


def test_one_cut_that_does_not_come_again_settles_nothing(certificate: Path) -> None:
    talk, seen = credssp_server(certificate, sending_inside(challenge())), []

    def script(connection: socket.socket) -> None:
        seen.append(1)
        (reset if len(seen) == 1 else talk)(connection)

    with Peer(answering(ANSWERS, script)) as peer:
        probe = probed(peer, timeouts=Timeouts())
    assert (probe["symptom"], probe["ended_at"], len(probe["connections"])) == ("unsteady", "credssp", 4)
    assert probe["nla"] == "required"
    assert "does not do the same each time: 1 of 2 connections with the same first messages got through" in probe["sentence"]


def test_more_tries_confirm_a_cut_without_a_connection_of_their_own(certificate: Path) -> None:
    with Peer(answering(ANSWERS, only_up_to_tls12(certificate))) as peer:
        probe = probed(peer, timeouts=Timeouts(), scope=Scope(tries=3))
        assert len(peer.opened) == 6
    assert (probe["symptom"], probe["rests_on"]["symptom"], len(probe["connections"])) == ("tls13_reset", 3, 4)


def test_an_alert_at_tls13_has_its_own_word(certificate: Path) -> None:
    talk = credssp_server(certificate, sending_inside(challenge()), maximum_version=ssl.TLSVersion.TLSv1_2)

    def script(connection: socket.socket) -> None:
        hello = connection.recv(4096, socket.MSG_PEEK)
        (sending(alert(80), lambda rest: None) if b"\x00\x2b\x00" in hello and b"\x03\x04" in hello else talk)(connection)

    with Peer(answering(ANSWERS, script)) as peer:
        probe = probed(peer, timeouts=Timeouts())
    assert (probe["symptom"], probe["tls"]["alert"], probe["retried"]["version"]) == ("tls13_alert", 80, "TLSv1.2")
    assert "with alert 80 (internal_error) when TLS 1.3 is offered" in probe["sentence"]


def old_server(refuse: Script, version: int = 0x0301) -> Script:
    """Return a script that refuses everything but RC4, as Windows 2003 does; it answers our own ClientHello."""

    def script(connection: socket.socket) -> None:
        hello = connection.recv(65536)
        if b"\x00\x05\x00\x04" not in hello:
            refuse(connection)
            return
        body = version.to_bytes(2, "big") + bytes(32) + b"\0" + b"\0\x04" + b"\0"
        certificates = b"\0\0\x05\0\0\x02\x30\x00"
        connection.sendall(rdp_bytes.record(22, b"\x02" + len(body).to_bytes(3, "big") + body + b"\x0b\0\0\x08" + certificates, version=version))
        wait_for_end(connection)

    return script


# An alert of SSL 3.0, an alert of TLS, and the two ways of a Schannel that is too old for words.
WAYS_TO_REFUSE: list[tuple[str, Script, int | None]] = [
    ("alert", lambda connection: connection.sendall(alert(40)), 40),
    ("alert", lambda connection: connection.sendall(rdp_bytes.record(21, b"\x02\x28", version=0x0300)), 40),
    ("reset", reset, None),
    ("closed", lambda connection: None, None),
]


@pytest.mark.parametrize(("version", "name"), [(0x0301, "TLSv1"), (0x0300, "SSLv3")])
@pytest.mark.parametrize(("outcome", "refuse", "number"), WAYS_TO_REFUSE)
def test_a_server_with_only_old_tls_is_not_called_broken(outcome: str, refuse: Script, number: int | None, version: int, name: str) -> None:
    with Peer(answering(ANSWERS, old_server(refuse, version))) as peer:
        probe = probed(peer)
    assert (probe["symptom"], probe["tls"]["outcome"], probe["tls"]["alert"]) == ("tls_old_only", outcome, number)
    assert f"{name} with TLS_RSA_WITH_RC4_128_MD5" in probe["sentence"]
    assert (probe["retried"]["offer"], probe["retried"]["version"]) == ("own_hello", name)
    assert probe["retried"]["cipher"] == "TLS_RSA_WITH_RC4_128_MD5"
    assert probe["tls"]["certificate"]["der"] == "MAA="
    assert [one["offer"] for one in probe["connections"]] == ["usual", "up_to_tls12", "own_hello", "usual"]


def test_what_only_the_library_here_cannot_read_is_not_called_broken() -> None:
    body = b"\x03\x03" + bytes(32) + b"\0" + b"\xc0\x30" + b"\0"
    unreadable = rdp_bytes.record(22, b"\x02" + len(body).to_bytes(3, "big") + body + b"\x63\0\0\x01x")  # a message that no TLS has

    with Peer(answering(ANSWERS, sending(unreadable))) as peer:
        probe = probed(peer)
    assert last_step(probe)[1] == "not_tls"
    assert last_step(probe)[2].startswith("TLS library: ")
    assert (probe["symptom"], probe["retried"]["offer"], probe["retried"]["outcome"]) == ("local_tls_too_strict", "own_hello", "ok")


def test_when_even_our_own_hello_does_not_help_the_local_library_is_named() -> None:
    def script(connection: socket.socket) -> None:
        connection.recv(65536)
        body = b"\x03\x00" + bytes(32) + b"\0" + b"\0\x0a" + b"\0"
        if not seen:
            connection.sendall(rdp_bytes.record(22, b"\x02" + len(body).to_bytes(3, "big") + body, version=0x0300))
        seen.append(1)

    seen: list[int] = []
    with Peer(answering(ANSWERS, script)) as peer:
        probe = probed(peer)
    assert probe["symptom"] == "local_tls_too_strict"
    assert "whether it works is unknown" in probe["sentence"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    ("lowest", "highest", "words"),
    [
        (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3, "refused refused accepted accepted"),
        (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2, "refused refused accepted refused"),
        (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1, "accepted accepted refused refused"),
    ],
)
def test_the_matrix_of_versions(certificate: Path, lowest: ssl.TLSVersion, highest: ssl.TLSVersion, words: str) -> None:
    with Peer(answering(ANSWERS, tls_server(certificate, minimum_version=lowest, maximum_version=highest))) as peer:
        probe = probed(peer, timeouts=Timeouts(), scope=Scope(Depth.FULL))
        assert len(peer.opened) == 7
    assert " ".join(probe["tls"]["versions"].values()) == words
    assert len(probe["connections"]) == 3


def test_a_server_that_cuts_everything_off_refuses_no_version() -> None:
    with Peer(answering(ANSWERS, lambda connection: connection.recv(65536) and None)) as peer:
        probe = probed(peer, scope=Scope(Depth.FULL))
    assert set(probe["tls"]["versions"].values()) == {"unknown"}
    assert probe["symptom"] == "tls_closed"


def test_versions_that_are_cut_off_are_refused_where_another_is_taken(certificate: Path) -> None:
    with Peer(answering(ANSWERS, only_up_to_tls12(certificate))) as peer:
        probe = probed(peer, timeouts=Timeouts(), scope=Scope(Depth.FULL))
    assert probe["tls"]["versions"]["TLSv1.2"] == "accepted"
    assert probe["tls"]["versions"]["TLSv1.3"] == "refused"
    assert probe["symptom"] == "tls13_reset"


def test_without_tls_no_version_can_be_tested() -> None:
    with Peer(answering({0x0B: response(0), 1: failure(2), 0: response(0)})) as peer:
        probe = probed(peer, scope=Scope(Depth.FULL))
        assert len(peer.opened) == 3
    assert set(probe["tls"]["versions"].values()) == {"not_testable"}


def test_a_quick_probe_makes_one_connection_whatever_happens(certificate: Path) -> None:
    with Peer(answering(ANSWERS, reset)) as peer:
        probe = probed(peer, scope=Scope(Depth.QUICK))
        assert len(peer.opened) == 1
    assert (probe["symptom"], probe["retried"], probe["nla"]) == ("tls_reset", None, "unknown")


def test_tries_are_counted_and_leave_the_rest_as_it_is(certificate: Path) -> None:
    with Peer(answering(ANSWERS, credssp_server(certificate, sending_inside(challenge())))) as peer:
        probe = probed(peer, timeouts=Timeouts(), scope=Scope(tries=4))
        assert len(peer.opened) == 6
    rows = {row["step"]: row for row in probe["latency"]["steps"]}
    assert probe["latency"]["tries"] == 4
    assert (rows["resolve"]["tried"], rows["connect"]["tried"], rows["credssp"]["tried"]) == (1, 4, 4)
    assert rows["tls"]["min_ms"] <= rows["tls"]["median_ms"] <= rows["tls"]["max_ms"]
    assert len(probe["connections"]) == 3


@pytest.mark.parametrize("depth", Depth)
@pytest.mark.parametrize(("script", "symptom"), [(sending(b"SSH-2.0-x\r\n"), "not_rdp"), (None, "connect_refused")])
def test_a_hopeless_first_connection_stays_the_only_one(script: Script | None, symptom: str, depth: Depth) -> None:
    with Peer(script or wait_for_end) as peer:
        probe = probed(peer, scope=Scope(depth, tries=5)) if script else None
        assert len(peer.opened) == (1 if script else 0)
    probe = probe or probed(peer, scope=Scope(depth, tries=5))  # its port is closed now
    assert (probe["symptom"], probe["latency"]["tries"], len(probe["connections"]), probe["rests_on"]["symptom"]) == (symptom, 1, 1, 1)


def test_the_matrix_ends_with_a_server_that_falls_silent(certificate: Path) -> None:
    talk, count = answering(ANSWERS, tls_server(certificate)), []

    def script(connection: socket.socket) -> None:
        count.append(1)
        (talk if len(count) <= 3 else wait_for_end)(connection)

    with Peer(script) as peer:
        probe = probed(peer, timeouts=Timeouts(negotiate=0.4), scope=Scope(Depth.FULL, also_ask=(Special.RDSAAD,)))
        assert len(peer.opened) == 4
    assert set(probe["tls"]["versions"].values()) == {"unknown"}
    assert probe["also_asked"] == []


def test_what_gets_lost_is_counted() -> None:
    count: list[int] = []

    def script(connection: socket.socket) -> None:
        count.append(1)
        if len(count) == 1:
            read_request(connection)
            connection.sendall(failure(5))
        wait_for_end(connection)

    with Peer(script) as peer:
        probe = probed(peer, scope=Scope(Depth.QUICK, tries=3))
    negotiate = probe["latency"]["steps"][-1]
    assert (negotiate["step"], negotiate["tried"], negotiate["lost"], negotiate["failed"]) == ("negotiate", 3, 2, 1)


@pytest.mark.parametrize("tries", [0, 21, True, "2"])
def test_tries_have_bounds(tries: object) -> None:
    with pytest.raises(ProbeInputError, match="from 1 to 20"):
        Scope(tries=tries)  # type: ignore[arg-type]


def test_what_is_asked_besides_has_a_name() -> None:
    with pytest.raises(ProbeInputError, match="rdsaad, redirected_authentication"):
        Scope(also_ask=("rdsaad",))  # type: ignore[arg-type]


def test_a_depth_has_a_name() -> None:
    with pytest.raises(ProbeInputError, match="quick, standard, full"):
        Scope("deep")  # type: ignore[arg-type]
    with pytest.raises(ProbeInputError, match="credssp time limit"):
        Timeouts(credssp=0)
    assert FAST.credssp == 0.6


def test_junk_after_the_handshake_is_an_end(certificate: Path) -> None:
    def inside(session: ssl.SSLSocket) -> None:
        raw = socket.socket(fileno=session.detach())
        raw.sendall(b"this is not a TLS record at all")
        raw.recv(100)
        raw.close()

    probe = asked(certificate, inside)
    assert (probe["symptom"], last_step(probe)[1]) == ("credssp_closed", "closed")
    assert last_step(probe)[2].startswith("TLS library: ")


def test_a_stalled_own_hello_is_silence() -> None:
    def script(connection: socket.socket) -> None:
        if not seen:
            seen.append(1)
            sending(alert(70), lambda rest: None)(connection)
        else:
            wait_for_end(connection)

    seen: list[int] = []
    with Peer(answering(ANSWERS, script)) as peer:
        probe = probed(peer)
    assert (probe["symptom"], probe["retried"]["outcome"]) == ("tls_alert", "silent")
