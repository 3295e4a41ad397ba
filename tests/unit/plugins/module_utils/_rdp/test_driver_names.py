# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The driver before the first connection: names, name services, and several addresses of one name."""

from __future__ import annotations

import errno
import socket
import threading
import time
from collections.abc import Iterator

import pytest
from ansible_collections.rdpops.health.plugins.module_utils._rdp import (
    Timeouts,
    _transport,
    probe_endpoint,
)

from tests.support.hostile_servers import Peer, sending
from tests.support.probing import FAST, found, last_step, steps_of
from tests.support.rdp_bytes import failure


@pytest.fixture
def closed_port() -> Iterator[int]:
    """Give a port that is taken but not listened on, so that nobody else can come to answer there."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]


def test_a_name_that_does_not_resolve(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(*dummy: object, **options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "x")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    probe = probe_endpoint("nowhere.example", timeouts=FAST)
    assert (probe["symptom"], probe["ended_at"], last_step(probe)) == ("name_not_resolved", "resolve", ("resolve", "not_found", "EAI_NONAME"))
    assert probe["target"] == {"host": "nowhere.example", "port": 3389, "address": None, "addresses": [], "addresses_truncated": False}


@pytest.mark.parametrize("host", ["a..b", "x" * 64, ".", "a." + "x" * 70])
def test_a_name_that_cannot_be_looked_up(host: str) -> None:
    assert probe_endpoint(host, timeouts=FAST)["symptom"] == "name_not_resolved"


def test_a_name_service_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    through = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *dummy, **options: through.wait(5) and [])
    probe = probe_endpoint("slow.example", timeouts=Timeouts(connect=0.1))
    through.set()
    assert (probe["symptom"], last_step(probe)[:2]) == ("name_service_failed", ("resolve", "timeout"))


@pytest.mark.parametrize(
    ("number", "symptom", "detail"),
    [
        ("EAI_NONAME", "name_not_resolved", "EAI_NONAME"),
        ("EAI_NODATA", "name_not_resolved", "EAI_NODATA"),
        ("EAI_AGAIN", "name_service_failed", "EAI_AGAIN"),
        ("EAI_FAIL", "name_service_failed", "EAI_FAIL"),
        ("EAI_MEMORY", "name_service_failed", "EAI_MEMORY"),
        (None, "name_service_failed", "an error of the name service"),
    ],
)
def test_no_such_name_is_not_a_name_service_that_fails(monkeypatch: pytest.MonkeyPatch, number: str | None, symptom: str, detail: str) -> None:
    def look_up(*dummy: object, **options: object) -> None:
        raise socket.gaierror(getattr(socket, number), "x") if number else OSError(errno.EMFILE, "x")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    probe = probe_endpoint("somewhere.example", timeouts=FAST)
    assert (probe["symptom"], probe["ended_at"], last_step(probe)[2]) == (symptom, "resolve", detail)


def test_a_look_up_that_breaks_off_is_not_a_name_without_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(*dummy: object, **options: object) -> None:
        raise MemoryError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    started = time.monotonic()
    probe = probe_endpoint("somewhere.example", timeouts=Timeouts(connect=5))
    assert (probe["symptom"], last_step(probe)) == ("name_service_failed", ("resolve", "failure", "the look-up broke off: MemoryError"))
    assert time.monotonic() - started < 2


def test_an_answer_without_an_address_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", found())
    assert probe_endpoint("empty.example", timeouts=FAST)["symptom"] == "name_not_resolved"


def test_the_next_address_is_tried_and_then_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    with Peer(sending(failure(5))) as peer:
        monkeypatch.setattr(socket, "getaddrinfo", found(("127.0.0.2", peer.port), ("127.0.0.1", peer.port), ("127.0.0.2", peer.port)))
        probe = probe_endpoint("two.example", peer.port, timeouts=FAST, pause=0)
        assert len(peer.opened) == 3
    addresses = {"address": "127.0.0.1", "addresses": ["127.0.0.2", "127.0.0.1"], "addresses_truncated": False}
    assert probe["target"] == {"host": "two.example", "port": peer.port, **addresses}
    assert steps_of(probe)[:3] == ["b resolve ok", "b connect ok", "b negotiate failure"]
    assert probe["connections"][0]["steps"][0]["detail"] == "2 addresses"


def test_of_several_failures_the_most_telling_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[float] = []

    def connect(dummy: object, address: tuple[int, tuple[str, int]], seconds: float) -> None:
        tried.append(seconds)
        raise {"192.0.2.1": TimeoutError(), "192.0.2.2": OSError(errno.ECONNREFUSED, "x"), "192.0.2.3": OSError(errno.EHOSTUNREACH, "x")}[address[1][0]]

    monkeypatch.setattr(socket, "getaddrinfo", found(*[(f"192.0.2.{number}", 3389) for number in (1, 2, 3)]))
    monkeypatch.setattr(_transport.Dialled, "connect", connect)
    probe = probe_endpoint("three.example", timeouts=Timeouts(connect=3.0), pause=0)
    assert (probe["symptom"], probe["target"]["address"]) == ("connect_refused", "192.0.2.2")
    assert tried[0] == pytest.approx(1.0)
    assert sum(tried) <= 6.0
    assert len(probe["connections"]) == 1


def test_only_the_first_few_addresses_are_tried(monkeypatch: pytest.MonkeyPatch, closed_port: int) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", found(*[(f"127.0.0.{number}", closed_port) for number in range(1, 20)]))
    probe = probe_endpoint("many.example", timeouts=FAST, pause=0)
    assert len(probe["target"]["addresses"]) == _transport.MAX_ADDRESSES == 4
    assert probe["target"]["addresses_truncated"] is True
