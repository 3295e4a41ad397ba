# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The floor: the shortest script that makes the same connections as the probe, and does nothing with what it learns.

No deadlines per step, no names for what goes wrong, no parsing beyond what it takes to go on. Nobody should use it.
"""

from __future__ import annotations

import socket
import ssl
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

ASK = bytes.fromhex("030000130ee0000000000001000800")
FIRST = bytes.fromhex("3037a003020106a130302e302ca02a04284e544c4d535350000100000097" + "8208e2" + "00" * 16 + "0a0063450000000f")
REQUESTS = (b"\x0b\0\0\0", b"\x01\0\0\0", b"\0\0\0\0")


@lru_cache
def context() -> ssl.SSLContext:
    """One context for all, which accepts everything."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    made.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    made.set_ciphers("ALL:@SECLEVEL=0")
    return made


def once(host: str, port: int, requested: bytes) -> bytes:
    """Make one connection and return what it showed last."""
    with socket.create_connection((host, port), timeout=5) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.sendall(ASK + requested)
        answer = sock.recv(512)
        if requested != REQUESTS[0] or answer[11] != 2 or not answer[15]:
            return answer
        with context().wrap_socket(sock) as session:
            session.getpeercert(True)
            if answer[15] & 0x0A:
                session.sendall(FIRST)
                return session.recv(4096)
            return answer


def full(host: str, port: int, pause: float) -> int:
    """Make the three connections of a probe and return how many were answered."""
    answered = 0
    for number, requested in enumerate(REQUESTS):
        if number:
            time.sleep(pause)
        try:
            answered += bool(once(host, port, requested))
        except OSError:
            return answered
    return answered


def many(endpoints: list[tuple[str, int]], pause: float, workers: int) -> list[int]:
    """Ask many endpoints at once."""
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(lambda endpoint: full(*endpoint, pause), endpoints))


if __name__ == "__main__":
    print(full(sys.argv[1], int(sys.argv[2]), 0.2))
