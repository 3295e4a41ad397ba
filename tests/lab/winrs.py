# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A WinRM endpoint on loopback: the remote shells of one lab host, over HTTP or HTTPS, with Basic authentication.

Unmodified pywinrm, and Ansible's winrm connection with it, meet here what they meet on Windows, as far as remote shells go.
Kerberos, NTLM, encrypted messages and PSRP are not here.
"""

from __future__ import annotations

import base64
import hmac
import http.server
import ssl
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from . import wsman
from .commands import Command, Engine, arguments_of
from .wsman import Output, Request, WsmanError

ENVELOPE_LIMIT_BYTES = 500 * 1024  # what Windows allows by default
SHELL_LIMIT = 30  # shells at once; the default of Windows for one user
IDLE_SECONDS = 120.0  # a connection on which nothing comes is given up


@dataclass(frozen=True)
class Message:
    """One exchange, as the endpoint saw it: sizes are those of the bodies."""

    action: str
    received: int
    sent: int
    seconds: float


@dataclass
class Shell:
    """One shell of a client, and what runs in it."""

    commands: dict[str, Command] = field(default_factory=dict)


class Shells:
    """What the six actions do. Every method may be called by several threads at once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._shells: dict[str, Shell] = {}
        self._lock = threading.Lock()

    def answer(self, request: Request) -> bytes:
        """Carry out one request.

        :raises WsmanError: it is refused.
        """
        match request.action:
            case "Create":
                return wsman.created(request, self._create())
            case "Command":
                return wsman.started(request, self._start(request))
            case "Send":
                data, last = request.input
                self._command(request).write(data, last=last)
            case "Receive":
                return wsman.received(request, self._receive(request))
            case "Signal":
                self._signal(request)
            case "Delete":
                self._delete(request.shell)
        return wsman.done(request)

    def end(self) -> None:
        """End everything."""
        for shell in list(self._shells):
            self._delete(shell)

    def _create(self) -> str:
        name = str(uuid.uuid4()).upper()
        with self._lock:
            if len(self._shells) >= SHELL_LIMIT:
                raise WsmanError(f"there are {SHELL_LIMIT} shells already")
            self._shells[name] = Shell()
        return name

    def _start(self, request: Request) -> str:
        shell = self._shell(request.shell)
        name = str(uuid.uuid4()).upper()
        shell.commands[name] = Command(self._engine, arguments_of(request.command_line))
        return name

    def _receive(self, request: Request) -> Output:
        output = self._command(request).read(request.timeout)
        if output is None:
            raise WsmanError("The WS-Management service cannot complete the operation within the time specified in OperationTimeout.", wsman.TIMED_OUT)
        return output

    def _signal(self, request: Request) -> None:
        command = self._shell(request.shell).commands.pop(request.command, None)
        if command is not None:  # one that has ended and was signalled before is no fault
            command.end()

    def _delete(self, name: str) -> None:
        with self._lock:
            shell = self._shells.pop(name, None)
        for command in list(shell.commands.values()) if shell else []:
            command.end()

    def _shell(self, name: str) -> Shell:
        found = self._shells.get(name)
        if found is None:
            raise WsmanError("there is no such shell", wsman.NO_SUCH_SHELL)
        return found

    def _command(self, request: Request) -> Command:
        found = self._shell(request.shell).commands.get(request.command)
        if found is None:
            raise WsmanError("there is no such command in this shell", wsman.NO_SUCH_SHELL)
        return found


class Endpoint:
    """The endpoint of one host. :meth:`start` and :meth:`stop`, or a context manager.

    :ivar log: every exchange since the start.
    :ivar before_answer: asked with action and answer before each answer leaves; where it says False, the connection is cut instead.
    """

    def __init__(self, engine: Engine, *, user: str, password: str, certificate: Path | None = None) -> None:
        self.log: list[Message] = []
        self.before_answer: Callable[[str, bytes], bool] = lambda action, answer: True
        self.user, self.password = user, password
        self.scheme = "https" if certificate else "http"
        self._shells = Shells(engine)
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(self), bind_and_activate=True)
        self._server.daemon_threads = True
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            # The handshake happens in the connection's own thread, at its first read: a slow client holds up nobody.
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.port: int = self._server.server_address[1]

    def start(self) -> None:
        """Serve, in threads of this process."""
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()

    def stop(self) -> None:
        """Serve no longer, and end what still runs."""
        self._server.shutdown()
        self._server.server_close()
        self._shells.end()

    def __enter__(self) -> Endpoint:
        self.start()
        return self

    def __exit__(self, *dummy: object) -> None:
        self.stop()

    def admits(self, authorization: str | None) -> bool:
        """Tell whether a header Authorization is the right one."""
        right = "Basic " + base64.b64encode(f"{self.user}:{self.password}".encode()).decode("ascii")
        return hmac.compare_digest((authorization or "").encode(), right.encode())

    def exchange(self, raw: bytes) -> tuple[int, bytes] | None:
        """Return status and body for one request's body; None where the connection is cut instead."""
        started = time.perf_counter()
        action, message = "refused", ""
        try:
            request = wsman.read_request(raw)
            action, message = request.action, request.message
            status, body = 200, self._shells.answer(request)
        except WsmanError as error:
            status, body = 500, wsman.fault(error, message)
        self.log.append(Message(action, len(raw), len(body), time.perf_counter() - started))
        return (status, body) if self.before_answer(action, body) else None


def _handler(endpoint: Endpoint) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # One segment for head and body, sent at once: 11 ms for a message instead of 183 ms.
        wbufsize = -1
        disable_nagle_algorithm = True
        timeout = IDLE_SECONDS

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if not length.isdigit():
                return self._reply(411, b"")
            if int(length) > ENVELOPE_LIMIT_BYTES:
                return self._reply(413, b"")
            raw = self.rfile.read(int(length))
            if not endpoint.admits(self.headers.get("Authorization")):
                return self._reply(401, b"", {"WWW-Authenticate": 'Basic realm="WSMAN"'})
            if self.path.split("?")[0] != "/wsman":
                return self._reply(404, b"")
            answer = endpoint.exchange(raw)
            if answer is None:
                self.close_connection = True
                return None
            return self._reply(*answer)

        def _reply(self, status: int, body: bytes, more: dict[str, str] | None = None) -> None:
            self.send_response(status)
            headers = {"Content-Type": "application/soap+xml;charset=UTF-8", "Content-Length": str(len(body)), **(more or {})}
            if status in (411, 413):  # the body was not read: what follows on this connection is not a request
                headers["Connection"] = "close"
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: the endpoint keeps its own log."""

    return Handler
