# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Servers on loopback that do what a test tells them to: close, reset, stay silent, lie, flood."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from .rdp_bytes import requested_protocols

REQUEST_BYTES = 19
Script = Callable[[socket.socket], None]


class Peer:
    """Accepts connections, on a free port unless one is named, and runs a script for each, in a thread of its own.

    :ivar requests: the first bytes that each connection received from the probe.
    :ivar most_at_once: how many connections were open at the same time, at most.
    :ivar opened: when each connection was accepted, on the monotonic clock.
    :ivar closed: when each script was through.
    """

    def __init__(self, script: Script, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self._script = script
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.socket(family, socket.SOCK_STREAM)
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind((host, port))
        self._listener.listen(16)
        self.host: str = host
        self.port: int = self._listener.getsockname()[1]
        self.opened: list[float] = []
        self.closed: list[float] = []
        self.most_at_once = 0
        self._open = 0
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Peer:
        self._spawn(self._accept)
        return self

    def __exit__(self, *dummy: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(5)

    def _spawn(self, target: Callable[[], None]) -> None:
        thread = threading.Thread(target=target, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, dummy = self._listener.accept()
            except OSError:
                return
            self._spawn(lambda connection=connection: self._serve(connection))  # type: ignore[misc]

    def _serve(self, connection: socket.socket) -> None:
        with self._lock:
            self.opened.append(time.monotonic())
            self._open += 1
            self.most_at_once = max(self.most_at_once, self._open)
        with connection, contextlib.suppress(OSError):
            connection.settimeout(5)
            self._script(connection)
        with self._lock:
            self._open -= 1
            self.closed.append(time.monotonic())


def reset(connection: socket.socket) -> None:
    """End a connection with RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def wait_for_end(connection: socket.socket) -> None:
    """Say nothing until the other side leaves."""
    while connection.recv(65536):
        pass


def read_request(connection: socket.socket) -> bytes:
    """Read one Connection Request."""
    request = b""
    while len(request) < REQUEST_BYTES:
        data = connection.recv(REQUEST_BYTES - len(request))
        if not data:
            return request
        request += data
    return request


def answering(answers: Mapping[int, bytes], then: Script = wait_for_end, *, seen: list[bytes] | None = None) -> Script:
    """Return a script that answers each request by what it offers, and then goes on with ``then`` where TLS may follow."""

    def script(connection: socket.socket) -> None:
        request = read_request(connection)
        if seen is not None:
            seen.append(request)
        offered = requested_protocols(request)
        connection.sendall(answers[offered])
        (then if offered == max(answers) else wait_for_end)(connection)

    return script


def sending(data: bytes, then: Script = wait_for_end) -> Script:
    """Return a script that reads something, sends ``data`` and goes on with ``then``."""

    def script(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(data)
        then(connection)

    return script


def flooding(data: bytes) -> Script:
    """Return a script that reads something and then sends ``data`` again and again."""

    def script(connection: socket.socket) -> None:
        connection.recv(65536)
        while True:
            connection.sendall(data)

    return script


def dripping(data: bytes, seconds: float) -> Script:
    """Return a script that sends one byte of ``data`` every ``seconds``."""

    def script(connection: socket.socket) -> None:
        connection.recv(65536)
        for byte in data:
            connection.sendall(bytes([byte]))
            time.sleep(seconds)
        wait_for_end(connection)

    return script


def tls_server(folder: Path, **settings: object) -> Script:
    """Return a script that carries out a TLS handshake with the certificate in ``folder``.

    :param settings: attributes of the SSLContext, for example ``maximum_version``.
    """
    context = _server_context(folder, **settings)

    def script(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as session, contextlib.suppress(ssl.SSLError):
            session.recv(1)

    return script


def _server_context(folder: Path, **settings: object) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")
    for name, value in settings.items():
        setattr(context, name, value)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return context


def credssp_server(folder: Path, inside: Callable[[ssl.SSLSocket], None], *, seen: list[bytes] | None = None, **settings: object) -> Script:
    """Return a script that carries out a TLS handshake, reads one message inside it and goes on with ``inside``."""
    context = _server_context(folder, **settings)

    def script(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as session, contextlib.suppress(ssl.SSLError):
            asked = session.recv(65536)
            if seen is not None:
                seen.append(asked)
            inside(session)

    return script


def sending_inside(data: bytes) -> Callable[[ssl.SSLSocket], None]:
    """Return what sends ``data`` through TLS and then waits for the other side to leave."""

    def inside(session: ssl.SSLSocket) -> None:
        session.sendall(data)
        wait_for_end(session)

    return inside


def dripping_inside(data: bytes, seconds: float) -> Callable[[ssl.SSLSocket], None]:
    """Return what sends ``data`` through TLS, one byte every ``seconds``."""

    def inside(session: ssl.SSLSocket) -> None:
        for byte in data:
            session.sendall(bytes([byte]))
            time.sleep(seconds)
        wait_for_end(session)

    return inside


def flooding_inside(data: bytes) -> Callable[[ssl.SSLSocket], None]:
    """Return what sends ``data`` through TLS again and again."""

    def inside(session: ssl.SSLSocket) -> None:
        while True:
            session.sendall(data)

    return inside
