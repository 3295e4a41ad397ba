# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A null RDP endpoint: `python -m benchmarks.null_rdp FOLDER PORT ADDRESS...` answers on loopback as a Windows host does, and does nothing else.

Addresses are of 127.0.0.0/8 only; one that begins with ``silent:`` takes the connection and never says a word. In the end it prints how many
connections were open to one address at the same time, at most.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import resource
import ssl
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.support.rdp_bytes import av_pairs, failure, ntlm_challenge, response, ts_request

REQUEST_BYTES = 19
LOOPBACK = ipaddress.ip_network("127.0.0.0/8")
_ANSWERS = {0x0B: response(8), 1: failure(5), 0: failure(5)}
_CHALLENGE = ts_request(ntlm_challenge(av_pairs((1, b"N\0U\0L\0L\0"), (2, b"N\0U\0L\0L\0"), (7, (133500000000000001).to_bytes(8, "little")))))


Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Crowd:
    """Counts the connections that are open to each address.

    :ivar most: the largest number of them that was seen at one address.
    """

    def __init__(self) -> None:
        self.most = 0
        self._open: Counter[str] = Counter()

    def counting(self, address: str, talk: Talk) -> Talk:
        """Return ``talk`` so that every connection is counted while it lasts."""

        async def counted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self._open[address] += 1
            self.most = max(self.most, self._open[address])
            try:
                await talk(reader, writer)
            finally:
                self._open[address] -= 1

        return counted


async def _talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, context: ssl.SSLContext) -> None:
    """Answer one connection."""
    request = await reader.readexactly(REQUEST_BYTES)
    offered = int.from_bytes(request[-4:], "little")
    writer.write(_ANSWERS.get(offered, failure(5)))
    await writer.drain()
    if offered != max(_ANSWERS):
        return
    await writer.start_tls(context)
    if await reader.read(4096):
        writer.write(_CHALLENGE)
        await writer.drain()
        await reader.read(1)


async def _serve(folder: Path, port: int, addresses: list[str]) -> None:
    crowd = Crowd()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")

    async def answering(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, ssl.SSLError):
            await _talk(reader, writer, context)
        with contextlib.suppress(OSError, ssl.SSLError):
            writer.close()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while await reader.read(4096):
                pass
        writer.close()

    for address in addresses:
        name = address.removeprefix("silent:")
        if ipaddress.ip_address(name) not in LOOPBACK:
            raise SystemExit(f"{name} is not an address of this machine alone")
        await asyncio.start_server(crowd.counting(name, silent if name != address else answering), name, port, backlog=2048)
    print("ready", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)  # whoever started this closes our input in the end
    print(crowd.most, flush=True)


def main() -> int:
    """Serve until the standard input ends."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))  # a listening socket for each address, and the connections
    asyncio.run(_serve(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
