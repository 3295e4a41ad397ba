# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Servers that do not do the same each time, and how many connections it takes to see that."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.module_utils._rdp import Depth, Scope, Timeouts
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.probe import check_probe

from tests.support.hostile_servers import Peer, Script, answering, credssp_server, read_request, reset, sending, sending_inside, wait_for_end
from tests.support.probing import Probe, certificate_folder, last_step, probed
from tests.support.rdp_bytes import alert, challenge, failure, requested_protocols, response

ANSWERS = {0x0B: response(8), 1: failure(5), 0: failure(5)}
LIMITS = Timeouts(connect=2.0, negotiate=1.2, tls=1.5, credssp=5.0)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Script:
    folder = certificate_folder(tmp_path_factory.mktemp("certificate"))
    return answering(ANSWERS, credssp_server(folder, sending_inside(challenge())))


def in_turns(scripts: Sequence[Script]) -> Script:
    """Return a script that is another one for each connection; the last stays."""
    left = list(scripts)

    def answer(connection: Any) -> Any:
        return (left.pop(0) if len(left) > 1 else left[0])(connection)

    return answer


def cut(connection: socket.socket) -> None:
    read_request(connection)
    reset(connection)


def closed(connection: socket.socket) -> None:
    read_request(connection)


SILENT_IN_TLS = answering(ANSWERS, wait_for_end)


def seen(script: Script, connections: int, **scope: object) -> Probe:
    with Peer(script) as peer:
        probe = probed(peer, timeouts=LIMITS, scope=Scope(**scope))  # type: ignore[arg-type]
        assert len(peer.opened) == connections
    check_probe(probe)
    return probe


@pytest.mark.parametrize(("bad", "ending"), [(cut, "reset"), (closed, "closed"), (wait_for_end, "silent"), (SILENT_IN_TLS, "silent")])
def test_one_bad_connection_among_five(good: Script, bad: Script, ending: str) -> None:
    probe = seen(in_turns([bad, good]), 7, tries=5)
    assert (probe["symptom"], probe["ended_at"], probe["nla"]) == ("unsteady", "credssp", "required")
    assert "4 of 5 connections with the same first messages got through" in probe["sentence"]
    assert [last_step(probe, number)[1] for number in (0, 1)] == [ending, "ok"], "one of the others is shown beside the first"
    assert probe["tls"]["certificate"] is not None
    assert (probe["credssp"]["outcome"], probe["rests_on"]["symptom"]) == ("ok", 1)


def test_one_good_connection_among_five(good: Script) -> None:
    probe = seen(in_turns([good, cut]), 7, tries=5)
    assert (probe["symptom"], probe["ended_at"]) == ("unsteady", "credssp")
    assert "1 of 5 connections" in probe["sentence"]
    assert [last_step(probe, number)[1] for number in (0, 1)] == ["ok", "reset"]


def full_offer(usual: Script, full: Sequence[Script]) -> Script:
    """Return a script that answers the full offer in turns and every other request as usual."""
    turns = in_turns(full)

    def script(connection: socket.socket) -> None:
        request = connection.recv(64, socket.MSG_PEEK)
        (turns if requested_protocols(request) == max(ANSWERS) else usual)(connection)

    return script


@pytest.mark.parametrize("bad", [cut, closed])
@pytest.mark.parametrize(("again", "symptom", "rests_on"), [("good", "unsteady", 1), ("bad", "", 2)])
def test_a_cut_of_the_full_offer_alone_is_tried_once_more(good: Script, bad: Script, again: str, symptom: str, rests_on: int) -> None:
    probe = seen(full_offer(good, [bad, good if again == "good" else bad]), 4)
    assert [one["requested"] for one in probe["connections"]] == [11, 1, 0, 11]
    assert probe["symptom"] == symptom or ("reset_before_answer" if bad is cut else "closed_before_answer")
    assert probe["rests_on"]["symptom"] == rests_on


@pytest.mark.parametrize(
    ("script", "scope", "connections"),
    [
        (cut, {}, 3),  # nothing was answered at all
        (full_offer(answering(ANSWERS), [cut]), {"tries": 2}, 4),  # there is a second try already
        (full_offer(answering(ANSWERS), [cut]), {"depth": Depth.QUICK}, 1),
    ],
)
def test_a_cut_is_not_tried_again_where_that_tells_nothing(script: Script, scope: dict[str, object], connections: int) -> None:
    assert seen(script, connections, **scope)["symptom"] == "reset_before_answer"


TLS_CASES: list[tuple[str, Callable[[], Script]]] = [
    ("reset", lambda: reset),
    ("alert about the offer", lambda: sending(alert(40), lambda connection: None)),
    ("alert about something else", lambda: sending(alert(80), lambda connection: None)),
    ("silence", lambda: wait_for_end),
]


@pytest.mark.parametrize(("depth", "most"), [(Depth.STANDARD, 4), (Depth.FULL, 9)])
@pytest.mark.parametrize(("name", "script"), TLS_CASES, ids=[case[0] for case in TLS_CASES])
def test_never_more_connections_than_the_depth_allows(name: str, script: Callable[[], Script], depth: Depth, most: int) -> None:
    with Peer(answering(ANSWERS, script())) as peer:
        probe = probed(peer, scope=Scope(depth))
        assert len(peer.opened) <= most
    assert probe["connections"][-1]["requested"] in (0, 1) or depth is Depth.FULL


def test_the_versions_are_tested_where_only_a_later_connection_agreed_to_tls(good: Script) -> None:
    with Peer(full_offer(good, [cut, good])) as peer:
        probe = probed(peer, timeouts=LIMITS, scope=Scope(Depth.FULL))
    assert set(probe["tls"]["versions"].values()) != {"not_testable"}


def test_large_packets_that_get_lost_are_not_taken_for_old_tls() -> None:
    """Our own ClientHello may be answered with TLS 1.0 in a small packet, where the library's answer stalls: nobody knows more from that."""
    body = b"\x03\x01" + bytes(32) + b"\0\0\x2f\0"
    hello = b"\x16\x03\x01" + (len(body) + 4).to_bytes(2, "big") + b"\x02" + len(body).to_bytes(3, "big") + body

    def script(connection: socket.socket) -> None:
        if b"\x00\x05\x00\x04" in connection.recv(65536):  # RC4: ours
            connection.sendall(hello)
        wait_for_end(connection)

    with Peer(answering(ANSWERS, script)) as peer:
        probe = probed(peer, scope=Scope(Depth.FULL))
    assert (probe["symptom"], probe["retried"]["version"]) == ("tls_silent", "TLSv1")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_server_that_begins_in_old_tls_and_breaks_off_is_broken() -> None:
    body = b"\x03\x01" + bytes(32) + b"\0\xc0\x14\0"
    hello = b"\x16\x03\x01" + (len(body) + 4).to_bytes(2, "big") + b"\x02" + len(body).to_bytes(3, "big") + body
    with Peer(answering(ANSWERS, sending(hello, reset))) as peer:
        probe = probed(peer)
    assert probe["symptom"] in ("tls_reset", "tls_old_only")
    if "TLS library" not in last_step(probe)[2]:  # some libraries do not speak TLS 1.0 at all; to them it is too old
        assert probe["symptom"] == "tls_reset"
