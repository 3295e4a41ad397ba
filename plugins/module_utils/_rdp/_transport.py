# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The only file of this package with sockets and a TLS library: names become addresses, bytes travel, nothing is judged."""

from __future__ import annotations

import os
import socket
import ssl
import sys
import threading
import time
from contextlib import suppress
from functools import lru_cache
from typing import Any, Callable, Final, List, Optional, Tuple, Union

from . import _outcomes
from ._client_hello import MAX_CERTIFICATES, RANDOM_BYTES
from ._input import Endpoint, server_name
from ._result import Offer, Outcome, Tls

MAX_ADDRESSES: Final = 4
MAX_CERTIFICATE_BYTES: Final = 48 * 1024  # one that is longer is left out: nothing that reads it later would take it
_CHUNK_BYTES: Final = 16 * 1024
# What says that there is no such name, and what says that nobody could find out; not every system knows all of them.
_NO_SUCH_NAME: Final = ("EAI_NONAME", "EAI_NODATA", "EAI_ADDRFAMILY")
_FAILED: Final = ("EAI_AGAIN", "EAI_FAIL", "EAI_MEMORY", "EAI_SYSTEM", "EAI_FAMILY")

Ending = Tuple[Outcome, str]
SocketAddress = Tuple[Any, ...]  # Any: the tuple of getaddrinfo differs by family
Address = Tuple[int, SocketAddress]


class ExpiredError(Exception):
    """The time limit of a step passed after ``received`` bytes."""

    def __init__(self, received: int) -> None:
        super().__init__(received)
        self.received = received


class TlsLibraryError(Exception):
    """The TLS library gave up.

    :ivar reason: its own word for why.
    :ivar is_end: the peer ended the session in order.
    """

    def __init__(self, reason: str, *, is_end: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_end = is_end


def resolve(target: Endpoint, seconds: float, found: List[Address]) -> Ending:
    """Look the host up and fill ``found``. A resolver cannot be interrupted, so a helper thread waits for it."""
    answers: List[Union[List[Address], Ending]] = []
    if server_name(target.host) is None:
        answers.append(_look_up(target))  # an address needs no name service, hence no thread
    else:
        helper = threading.Thread(target=lambda: answers.append(_look_up(target)), daemon=True)
        helper.start()
        helper.join(seconds)
    if not answers:
        return Outcome.TIMEOUT, "the name service did not answer in time"
    answer = answers[0]
    if isinstance(answer, tuple):
        return answer
    found.extend(answer)
    return Outcome.OK, f"{len(found)} address{'es' if len(found) > 1 else ''}"


def _look_up(target: Endpoint) -> Union[List[Address], Ending]:
    """Return the addresses of a host, or how the look-up failed."""
    try:
        infos = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except ValueError:  # no valid host name for IDNA, or a zero byte in it
        return Outcome.NOT_FOUND, "not a valid name"
    except OSError as error:
        no_such = next((word for word in _NO_SUCH_NAME if _has_number(error, word)), None)
        if no_such is not None:
            return Outcome.NOT_FOUND, no_such
        return Outcome.FAILURE, next((word for word in _FAILED if _has_number(error, word)), "an error of the name service")
    except Exception as error:  # the helper thread must not die without an answer: that would look like a name service that is slow
        return Outcome.FAILURE, f"the look-up broke off: {type(error).__name__}"
    return list(dict.fromkeys((int(info[0]), info[4]) for info in infos)) or (Outcome.NOT_FOUND, "an answer without an address")


def _has_number(error: Exception, name: str) -> bool:
    """Tell whether a look-up failed with the resolver's error ``name``."""
    return isinstance(error, socket.gaierror) and error.errno == getattr(socket, name, None)


def of_system(error: OSError, *, at_connect: bool = False) -> Ending:
    """Return the words for an error of a socket."""
    if isinstance(error, socket.timeout) and not error.errno:  # our own limit, not that of the system
        return Outcome.TIMEOUT, "no answer"
    return (_outcomes.of_connect_errno if at_connect else _outcomes.of_errno)(error.errno)


def hello_random() -> bytes:
    """Return the random bytes of one ClientHello."""
    return os.urandom(RANDOM_BYTES)


class Dialled:
    """A TCP connection that may not have come about."""

    def __init__(self) -> None:
        self._socket: Optional[socket.socket] = None

    @property
    def socket(self) -> socket.socket:
        """Return the connected socket."""
        if self._socket is None:
            raise ConnectionError("not connected")
        return self._socket

    def connect(self, address: Address, seconds: float) -> Ending:
        """Open the connection."""
        family, where = address
        self._socket = socket.socket(family, socket.SOCK_STREAM)
        self._socket.settimeout(seconds)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self._socket.connect(where)
        except ConnectionResetError:  # a closed port refuses; a reset came after the handshake and belongs to the next step
            return Outcome.OK, ""
        except OSError as error:
            return of_system(error, at_connect=True)
        return Outcome.OK, ""

    def close(self) -> None:
        """Close what there is."""
        if self._socket is not None:
            self._socket.close()


class Wire:
    """A socket with one deadline for a whole step: a peer that sends a byte now and then does not extend it."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._deadline = 0.0
        self.received = 0  # bytes in this step

    def start(self, seconds: float) -> None:
        """Begin a step of at most ``seconds``."""
        self._deadline = time.monotonic() + seconds
        self.received = 0

    def send(self, data: bytes) -> None:
        """Send all of ``data``."""
        if data:
            self._within_deadline(self._socket.sendall, data)

    def receive(self) -> bytes:
        """Return some bytes, or ``b""`` at the end of the stream."""
        data: bytes = self._within_deadline(self._socket.recv, _CHUNK_BYTES)
        self.received += len(data)
        return data

    def _within_deadline(self, call: Callable[[Any], Any], argument: Any) -> Any:  # Any: sendall or recv, each with its own types
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise ExpiredError(self.received)
        self._socket.settimeout(left)
        try:
            return call(argument)
        except (socket.timeout, TimeoutError):  # two classes before 3.10: our own limit, and ETIMEDOUT of the system
            raise ExpiredError(self.received) from None


class TlsSession:
    """One TLS session over bytes: what came from the wire goes in, what has to be sent comes out."""

    def __init__(self, offer: Offer, name: Optional[str]) -> None:
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._session = tls_context(offer).wrap_bio(self._incoming, self._outgoing, server_hostname=name)

    def feed(self, data: bytes) -> None:
        """Take bytes from the wire."""
        self._incoming.write(data)

    def to_send(self) -> bytes:
        """Return and forget the bytes for the wire."""
        return self._outgoing.read()

    def shake_hands(self) -> bool:
        """Go on with the handshake; tell whether it is through.

        :raises TlsLibraryError: the library gave up; its alert for the peer is in :meth:`to_send`.
        """
        return self._attempt(self._session.do_handshake) is not _WANTS_MORE

    def write(self, data: bytes) -> None:
        """Encrypt a short message."""
        self._attempt(self._session.write, data)

    def read(self) -> Optional[bytes]:
        """Return what has been decrypted, ``b""`` at the end of the session, None when more bytes are needed.

        :raises TlsLibraryError: the peer sent an alert, or what it sent is not TLS.
        """
        try:
            data = self._attempt(self._session.read, _CHUNK_BYTES)
        except TlsLibraryError as error:
            if error.is_end:
                return b""
            raise
        return None if data is _WANTS_MORE else bytes(data)

    def _attempt(self, call: Callable[..., Any], *arguments: Any) -> Any:  # Any: the methods of an SSLObject, each with its own types
        try:
            return call(*arguments)
        except ssl.SSLWantReadError:
            return _WANTS_MORE
        except ssl.SSLError as error:
            raise TlsLibraryError(error.reason or type(error).__name__, is_end=isinstance(error, ssl.SSLZeroReturnError)) from None

    def facts(self) -> Tls:
        """Return what a finished handshake shows."""
        cipher = self._session.cipher()
        chain = self._chain()
        leaf = _bounded(self._session.getpeercert(True))
        return Tls(Outcome.OK, self._session.version(), cipher[0] if cipher else None, None, leaf, chain)

    def _chain(self) -> Optional[Tuple[bytes, ...]]:
        """Return the certificates as they were sent, or None where this Python does not show them (before 3.10)."""
        if sys.version_info >= (3, 13):
            sent: List[Any] = list(self._session.get_unverified_chain())
        else:
            inner = getattr(self._session, "_sslobj", None)
            read = getattr(inner, "get_unverified_chain", None)  # there from 3.10 on, public from 3.13 on
            if read is None:
                return None
            sent = [certificate.public_bytes(2) for certificate in read() or ()]  # 2: DER
        return tuple(der for der in map(_bounded, sent[:MAX_CERTIFICATES]) if der is not None)


_WANTS_MORE: Final = object()


def _bounded(der: Optional[bytes]) -> Optional[bytes]:
    return der if der is not None and len(der) <= MAX_CERTIFICATE_BYTES else None


@lru_cache(maxsize=None)
def tls_context(offer: Offer) -> ssl.SSLContext:
    """Return the one context of this process for an offer; it accepts everything, because this is a diagnosis and not a log-on.

    A default context would load the CA store (38 ms) and refuse exactly the servers that have to be looked at.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    if offer is Offer.UP_TO_TLS12:
        context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.options |= 0x4  # SSL_OP_LEGACY_SERVER_CONNECT: servers without secure renegotiation (Windows before 2010)
    with suppress(ssl.SSLError):  # a FIPS build may know none of these; its own list is then the best there is
        context.set_ciphers("ALL:!aNULL:@SECLEVEL=0")  # without aNULL, because such a suite would hide the certificate
    if ssl.OPENSSL_VERSION_INFO >= (3, 5):
        # From 3.5 on OpenSSL offers a post-quantum key share and the ClientHello outgrows a packet, which some boxes drop.
        context.set_ecdh_curve("prime256v1")
    return context
