# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Throw damaged bytes at every parser of the probe: `python -m benchmarks.fuzz [--cases 1000000] [--seed N] [--seconds N]`.

Coverage-guided: a case that reaches a line which none before it reached is kept as a starting point for further ones. What must hold for
every case: no exception but the declared ones, no parser keeps more than its limit, and an event comes out of the closed list.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
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

from .timing import REPOSITORY, clock, own_peak_mib

PACKAGE = REPOSITORY / "plugins" / "module_utils"
sys.path.insert(0, str(PACKAGE))

from _rdp import LocalProtocolError, RemoteProtocolError, _client_hello, _connection, _credssp, _events, _ntlm

MAX_CASE_BYTES = 4096
MEMORY_LIMIT_MIB = 24.0  # of the whole run; the largest buffer that a parser may keep has 128 kB
TRACED, TRACED_OF = 1, 10  # a traced case takes several times as long; the others profit from what it finds
_BOUNDARY = (0, 1, 2, 3, 4, 6, 7, 8, 11, 14, 0x16, 0x30, 0x7F, 0x80, 0x81, 0x82, 0x84, 0xA0, 0xA1, 0xFF)
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
    return [
        Target("negotiation", walk_negotiation, answers),
        Target("tls records", walk_tls, [*hellos, CLEAR_DISCONNECT, b"HTTP/1.1 400\r\n"]),
        Target("server hello", read_hello, hellos),
        Target("credssp stream", walk_credssp, [*replies, CLEAR_DISCONNECT]),
        Target("ts request", read_reply, replies),
        Target("ntlm challenge", read_challenge, [*tokens, *[reply[reply.find(b"NTLMSSP") :] for reply in replies if b"NTLMSSP" in reply]]),
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


def lines_of(call: Callable[[], None]) -> set[tuple[str, int]]:
    """Run something and return the lines of the package that it reached."""
    reached: set[tuple[str, int]] = set()

    def local(frame: FrameType, event: str, dummy: object) -> Any:
        if event == "line":
            reached.add((frame.f_code.co_filename, frame.f_lineno))
        return local

    def tracer(frame: FrameType, dummy_event: str, dummy: object) -> Any:
        return local if frame.f_code.co_filename.startswith(str(PACKAGE)) else None

    sys.settrace(tracer)
    try:
        call()
    finally:
        sys.settrace(None)
    return reached


def one_case(target: Target, data: bytes, *, traced: bool) -> None:
    """Run one case; keep it when it reached a new line.

    :raises SystemExit: with the bytes of a case that broke a rule.
    """
    try:
        if traced:
            lines = lines_of(lambda: target.parse(data))
            if lines - target.lines:
                target.lines |= lines
                target.corpus.append(data)
        else:
            target.parse(data)
    except (LocalProtocolError, RemoteProtocolError):
        return  # declared
    except BaseException as error:
        Path("fuzz-failure.hex").write_text(data.hex(), encoding="utf-8")
        raise SystemExit(f"{target.name}: {type(error).__name__}: {error}\n{data.hex()}") from error


def main() -> int:
    """Run the cases and print what was reached."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=3600.0, help="stop after that time even if cases are left")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    found = targets()
    for target in found:
        for case in list(target.corpus):
            one_case(target, case, traced=True)
    start, done = clock(), 0
    before = own_peak_mib()
    while done < options.cases and clock() - start < options.seconds:
        target = found[done % len(found)]
        one_case(target, damaged(chance.choice(target.corpus), target.corpus, chance), traced=done // len(found) % TRACED_OF < TRACED)
        done += 1
    grown = own_peak_mib() - before
    if grown > MEMORY_LIMIT_MIB:
        raise SystemExit(f"memory grew by {grown:.1f} MiB")
    seconds = clock() - start
    for target in found:
        print(f"{target.name:<15} {len(target.corpus):5} cases kept, {len(target.lines):4} lines reached")
    print(f"{done:,} cases in {seconds:.0f} s ({done / seconds:,.0f}/s), seed {options.seed}: no undeclared exception, memory grew by {grown:.1f} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
