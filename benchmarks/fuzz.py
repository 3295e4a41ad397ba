# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Throw damaged bytes at every parser of the probe: `python -m benchmarks.fuzz [--cases 1000000] [--seed N] [--seconds N]`.

Coverage-guided: a case that reaches a line which none before it reached is kept as a starting point for further ones. What must hold for
every case: no exception but the declared ones, no parser keeps more than its limit or anything after it is gone, and an event comes out
of the closed list. Two targets hear a case go on and on, until something ends it: a limit on bytes, at the latest. A run that breaks a rule
ends with a status other than 0.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import random
import sys
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.optional import shared_folder
from tests.support.rdp_bytes import (
    CLEAR_DISCONNECT,
    LEGACY_CONFIRM,
    NAMES,
    ZERO_LENGTH_RESPONSE,
    alert,
    av_pairs,
    challenge,
    failure,
    ntlm_challenge,
    record,
    response,
    ts_request,
)

from .reached import Guide, guide_for
from .timing import REPOSITORY, clock, own_peak_mib

PACKAGE = REPOSITORY / "plugins" / "module_utils"
sys.path.insert(0, str(PACKAGE))

from _rdp import LocalProtocolError, RemoteProtocolError, Timeouts, _client_hello, _connection, _conversation, _credssp, _events, _ntlm
from _rdp._result import Offer

MAX_CASE_BYTES = 4096
BLOCK_CASES = 2000  # of one target before the next one's turn
STREAM_CASES = 20  # of a target that hears each case go on for up to 256 kB: some hundred times the work of another
CHUNK_BYTES = 16 * 1024  # what a driver reads at once
PEAK_RATIO = 1.5  # of the process, end to start; the largest buffer that a parser may keep has 128 kB, the interpreter alone some 20 MiB
LEAK_CASES = 6000
LEAK_BYTES = 4.0  # what tracemalloc's own tables and the interpreter's free lists move by; an object that stays has 16 at least
_BOUNDARY = (0, 1, 2, 3, 4, 6, 7, 8, 11, 14, 0x16, 0x30, 0x7F, 0x80, 0x81, 0x82, 0x84, 0xA0, 0xA1, 0xFF)
TLS_LIMIT, CREDSSP_LIMIT = 256 * 1024, 64 * 1024  # what the driver promises, said here once more: a limit that is gone must not go unseen
_HELLO = b"\x03\x03" + bytes(32) + b"\0\xc0\x30\0"


def walk_negotiation(data: bytes) -> None:
    """Give the bytes to a connection that waits for the answer to its request."""
    connection = _connection.Connection()
    connection.send(_events.ConnectionRequest(0x0B))
    drain(connection, data)


def walk_tls(data: bytes) -> None:
    """Give the bytes to a connection that has sent its ClientHello."""
    connection = _connection.Connection()
    connection.send(_events.ConnectionRequest(0x0B))
    connection.receive_data(response(8))
    connection.next_event()
    connection.client_hello_sent()
    drain(connection, data)


def walk_credssp(data: bytes) -> None:
    """Give the bytes to a connection that has asked for a challenge."""
    connection = _connection.Connection()
    connection.send(_events.ConnectionRequest(0x0B))
    connection.receive_data(response(8))
    connection.next_event()
    connection.client_hello_sent()
    connection.receive_data(record(22, b"\2"))
    connection.next_event()
    connection.tls_finished()
    connection.ask_for_challenge()
    drain(connection, data)


def drain(connection: Any, data: bytes) -> None:  # Any: the type of a module that is found through a path
    """Feed a connection in three pieces and take every event."""
    third = len(data) // 3
    pieces = [piece for piece in (data[:third], data[third : 2 * third], data[2 * third :]) if piece]
    for piece in (*pieces, b""):
        if connection.state is _connection.State.ENDED:
            return
        connection.receive_data(piece)
        for dummy in range(2000):
            if not isinstance(connection.next_event(), _events.Event):
                break
        else:
            raise AssertionError("more events than bytes")


class EndlessWire:
    """A peer that says a case once and then its second half again and again. It stands where the driver has a socket."""

    def __init__(self, data: bytes, limit: int) -> None:
        """Say ``data`` up to one chunk beyond ``limit``; whoever reads on after that has no limit."""
        self._next, self._more = data, data[len(data) // 2 :]
        self._most = limit + CHUNK_BYTES
        self.received = 0

    def start(self, dummy_seconds: float) -> None:
        """Begin a step."""
        self.received = 0

    def send(self, dummy: bytes) -> None:
        """Let what is said to the peer go unheard."""

    def receive(self) -> bytes:
        """Return the next chunk, or the end of the stream when there is nothing that could go on."""
        if self.received >= self._most:
            raise AssertionError(f"{self.received} bytes were read, and nobody called it enough")
        while self._more and len(self._next) < CHUNK_BYTES:
            self._next += self._more * (1 + CHUNK_BYTES // len(self._more))
        chunk, self._next = self._next[:CHUNK_BYTES], self._next[CHUNK_BYTES:]
        self.received += len(chunk)
        return chunk


class ThinSession:
    """A TLS session that gets one byte out of a kilobyte, as a peer can have it with short records. It stands where the driver has OpenSSL."""

    def __init__(self) -> None:
        self._plain = b""

    def feed(self, data: bytes) -> None:
        """Take a chunk."""
        self._plain += data[::1024]

    def read(self) -> bytes | None:
        """Return what came out of it, or None when more is needed."""
        plain, self._plain = self._plain, b""
        return plain or None

    def write(self, dummy: bytes) -> None:
        """Let what is said to the peer go unheard."""

    def to_send(self) -> bytes:
        """Return nothing: the peer is not listening."""
        return b""


def agreed() -> Any:  # Any: the type of a module that is found through a path
    """Return a connection on which TLS was agreed on."""
    connection = _connection.Connection()
    connection.send(_events.ConnectionRequest(0x0B))
    connection.receive_data(response(8))
    connection.next_event()
    return connection


def stream_hello(data: bytes) -> None:
    """Let the driver say a ClientHello of ours to a peer that never ends."""
    plan = _conversation.Plan(0x0B, goes_on=True, offer=Offer.OWN_HELLO)
    conversation: Any = _conversation.Conversation(plan, Timeouts(), None)
    conversation._say_hello(EndlessWire(data, TLS_LIMIT), agreed())


def stream_credssp(data: bytes) -> None:
    """Let the driver wait for a challenge from a peer that never ends."""
    connection = agreed()
    connection.client_hello_sent()
    connection.receive_data(record(22, b"\2"))
    connection.next_event()
    connection.tls_finished()
    connection.ask_for_challenge()
    conversation: Any = _conversation.Conversation(_conversation.Plan(0x0B, goes_on=True), Timeouts(), None)
    conversation._answer_to_credssp(EndlessWire(data, CREDSSP_LIMIT), connection, ThinSession())


def read_hello(data: bytes) -> None:
    """Read the answer to a ClientHello of ours."""
    reader = _client_hello.HelloReader()
    events = [event for at in range(0, len(data), 700) for event in reader.read(data[at : at + 700])]
    if not all(isinstance(event, (_events.ServerHello, _events.ServerCertificates, _events.NotTls)) for event in events):
        raise AssertionError(f"strange events: {events}")


def read_reply(data: bytes) -> None:
    """Read a TSRequest."""
    if not isinstance(_credssp.decode_reply(data), (_events.CredSspReply, _events.NotCredSsp)):
        raise AssertionError("a TSRequest is a reply or it is not")


def read_challenge(data: bytes) -> None:
    """Read a CHALLENGE and everything that is told from it."""
    found = _ntlm.decode_challenge(data)
    if found is not None:
        told = [found.name(number) or "" for number in range(12)]
        if any(len(name) > _ntlm.MAX_NAME_CHARACTERS or not (name + "\ufffd").replace("\ufffd", "x").isprintable() for name in told):
            raise AssertionError("a name that is too long or moves a cursor")
        del told
        (found.os_build, found.unix_time, found.has_whole_seconds)  # noqa: B018


@dataclass
class Target:
    """One parser with the cases that are worth damaging further."""

    name: str
    parse: Callable[[bytes], None]
    corpus: list[bytes]
    lines: set[tuple[str, int]] = field(default_factory=set)
    block: int = BLOCK_CASES


def recorded(pattern: str) -> list[bytes]:
    """Return messages of real hosts, where the folder with them is there."""
    shared = shared_folder()
    return [] if shared is None else [bytes.fromhex(path.read_text(encoding="utf-8")) for path in (shared / "captures" / "extracted").glob(pattern)]


def targets() -> list[Target]:
    """Return every parser with its first cases."""
    answers = [response(8), response(0), failure(5), LEGACY_CONFIRM, CLEAR_DISCONNECT, ZERO_LENGTH_RESPONSE, b"HTTP/1.1 400\r\n", b"SSH-2.0-x\r\n"]
    hello = b"\2" + len(_HELLO).to_bytes(3, "big") + _HELLO
    hellos = [record(22, hello + b"\x0b\0\0\x08\0\0\5\0\0\2ab"), record(22, hello[:9]) + record(22, hello[9:]), alert(40), alert(112, level=1)]
    tokens = [ntlm_challenge(), ntlm_challenge(av_pairs(*NAMES, (7, bytes(8)), (9, b"x\0" * 200))), ntlm_challenge(flags=2)]
    replies = [challenge(), ts_request(error=0xC000006E), ts_request(bytes(12)), ts_request(b"\xa1\x03abc" + tokens[0]), *recorded("*tsrequest*.hex")]
    # Each half is a record of its own; the first begins a message that the second never ends, in records that carry none of it, and then in its own.
    begun, filler = record(22, b"\2\1\xff\xf0" + bytes(1015)), bytes(1019)
    endless = [begun + record(23, filler), begun + record(22, filler), record(21, b"\1\x70") * 2, record(22, b"\2") * 2, *hellos]
    thin = [b"\x30\x82\x3f\xff" + bytes(28), b"\x30" * 2048, bytes(2048), *replies]
    return [
        Target("negotiation", walk_negotiation, answers),
        Target("tls records", walk_tls, [*hellos, CLEAR_DISCONNECT, b"HTTP/1.1 400\r\n"]),
        Target("server hello", read_hello, hellos),
        Target("credssp stream", walk_credssp, [*replies, CLEAR_DISCONNECT]),
        Target("ts request", read_reply, replies),
        Target("ntlm challenge", read_challenge, [*tokens, *[reply[reply.find(b"NTLMSSP") :] for reply in replies if b"NTLMSSP" in reply]]),
        Target("endless hello", stream_hello, endless, block=STREAM_CASES),
        Target("endless credssp", stream_credssp, thin, block=STREAM_CASES),
    ]


def damaged(case: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """Return a case with one to four changes."""
    data = bytearray(case)
    for dummy in range(chance.randint(1, 4)):
        at = chance.randrange(len(data) + 1)
        kind = chance.randrange(7)
        if kind == 0 and data:
            data[at % len(data)] = chance.choice(_BOUNDARY)
        elif kind == 1 and data:
            data[at % len(data)] ^= 1 << chance.randrange(8)
        elif kind == 2:
            data[at:at] = bytes(chance.choice(_BOUNDARY) for dummy in range(chance.randint(1, 8)))
        elif kind == 3:
            del data[at : at + chance.randint(1, 16)]
        elif kind == 4:
            del data[at:]
        elif kind == 5:
            other = chance.choice(others)
            data[at:] = other[chance.randrange(len(other) + 1) :]
        else:
            data[at:at] = data[at : at + chance.randint(1, 64)] * chance.randint(1, 8)
    return bytes(data[:MAX_CASE_BYTES])


def one_case(target: Target, data: bytes, guide: Guide | None) -> None:
    """Run one case; keep it when it reached a new line.

    :param guide: tells whether it did; None runs the case unwatched.
    :raises SystemExit: with the bytes of a case that broke a rule.
    """

    def run() -> None:
        with contextlib.suppress(LocalProtocolError, RemoteProtocolError):  # declared
            target.parse(data)

    try:
        if guide is None:
            run()
        elif guide.is_new(run):
            target.corpus.append(data)
    except BaseException as error:
        Path("fuzz-failure.hex").write_text(data.hex(), encoding="utf-8")
        raise SystemExit(f"{target.name}: {type(error).__name__}: {error}\n{data.hex()}") from error


def one_block(target: Target, guide: Guide, chance: random.Random, cases: int) -> None:
    """Run some cases of one target; changing the target costs more than a case."""
    guide.turn_to(target.lines)
    for dummy in range(cases):
        watched = guide.share == 1.0 or chance.random() < guide.share
        one_case(target, damaged(chance.choice(target.corpus), target.corpus, chance), guide if watched else None)


def kept_per_case(found: list[Target], chance: random.Random) -> float:
    """Return how many bytes stay allocated per case, over cases of every target that nobody watches.

    The first half warms caches up; what a parser forgets to let go of shows in the second.
    """
    tracemalloc.start()
    try:
        held = [_held_after(found, chance) for dummy in range(2)]
        return (held[1] - held[0]) / LEAK_CASES
    finally:
        tracemalloc.stop()


def _held_after(found: list[Target], chance: random.Random) -> int:
    short = [target for target in found if target.block == BLOCK_CASES]  # the others are made of the same parsers
    for number in range(LEAK_CASES):
        target = short[number % len(short)]
        one_case(target, damaged(chance.choice(target.corpus), target.corpus, chance), None)
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def main() -> int:
    """Run the cases and print what was reached."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=3600.0, help="stop after that time even if cases are left")
    options = parser.parse_args()
    chance, guide, found = random.Random(options.seed), guide_for(PACKAGE), targets()
    for target in found:
        guide.turn_to(target.lines)
        seeds = list(target.corpus)
        for case in seeds:
            one_case(target, case, guide)
        target.corpus = seeds  # each reached something new, and is there already
    start, done, turn = clock(), 0, 0
    before = own_peak_mib()
    while done < options.cases and clock() - start < options.seconds:
        target = found[turn % len(found)]
        cases = min(target.block, options.cases - done)
        one_block(target, guide, chance, cases)
        done, turn = done + cases, turn + 1
    guide.close()
    seconds, after = clock() - start, own_peak_mib()
    kept = kept_per_case(found, chance)
    for target in found:
        print(f"{target.name:<15} {len(target.corpus):5} cases kept, {len(target.lines):4} lines reached")
    print(f"{done:,} cases in {seconds:.0f} s ({done / seconds:,.0f}/s), seed {options.seed}, {type(guide).__name__.lower()}: no undeclared exception")
    print(f"peak memory {before:.1f} MiB before, {after:.1f} MiB after ({after / before:.2f}x, goal: at most {PEAK_RATIO}x)")
    print(f"{kept:.2f} bytes stay allocated per case (goal: at most {LEAK_BYTES:.0f})")
    return int(after / before > PEAK_RATIO or kept > LEAK_BYTES)


if __name__ == "__main__":
    sys.exit(main())
