# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A ClientHello of our own, and the reading of what it is answered with.

A TLS library of today does not offer what an old server wants, and then cannot tell that server from a broken one. Nothing is
ever encrypted here: the ServerHello and, up to TLS 1.2, the certificates travel in the clear, and after them we hang up.
"""

from __future__ import annotations

import struct
from typing import Final, Iterable, List, Optional, Tuple

from ._errors import LocalProtocolError
from ._events import Event, NotTls, ServerCertificates, ServerHello
from ._suites import OLD_SUITES, TLS12, TLS13, TLS13_SUITES

RANDOM_BYTES: Final = 32
_HANDSHAKE: Final = 22
_CLIENT_HELLO: Final = 1
_SERVER_HELLO: Final = 2
_CERTIFICATE: Final = 11
_FALLBACK_SIGNALLING: Final = 0x00FF  # TLS_EMPTY_RENEGOTIATION_INFO_SCSV: old servers stumble over extensions, not over this
_RECORD_VERSION: Final = 0x0301  # what every client writes around its first message (RFC 8446 5.1)

_SUPPORTED_VERSIONS: Final = 43
_KEY_SHARE: Final = 51
_X25519: Final = 29
_P256: Final = 23
# The generator of P-256: a valid point whose secret, the number one, everybody knows. It has to open nothing.
_P256_GENERATOR: Final = bytes.fromhex(
    "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
)
_GROUPS: Final = (_P256, 24, 25, _X25519)  # secp256r1, 384r1, 521r1, x25519
# RSA and ECDSA with SHA-256, 384, 512, RSA-PSS, then SHA-1 and DSA: anything with which a server may sign.
_SIGNATURES: Final = (0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0203, 0x0201, 0x0202)

MAX_MESSAGE_BYTES: Final = 128 * 1024  # a chain of certificates has a few kB; what says more is not read
MAX_CERTIFICATES: Final = 10


def encode_client_hello(version: int, random: bytes, server_name: Optional[str] = None) -> bytes:
    """Return one TLS record with a ClientHello.

    :param version: 0x0301 to 0x0304. TLS 1.3 is offered alone; an older one as the highest, with every suite that ever was.
    :param random: 32 bytes; they are the caller's, so that the same call gives the same bytes.
    :param server_name: what the server is called, or None for an address.
    :raises LocalProtocolError: for another version or another number of bytes.
    """
    if version not in (0x0301, 0x0302, TLS12, TLS13) or len(random) != RANDOM_BYTES:
        raise LocalProtocolError("A ClientHello is for TLS 1.0 to 1.3 and takes 32 random bytes.")
    is_new = version == TLS13
    suites = (*(TLS13_SUITES if is_new else OLD_SUITES), _FALLBACK_SIGNALLING)
    body = struct.pack(">H", min(version, TLS12)) + random
    body += _sized(1, random if is_new else b"")  # a session id: some boxes let TLS 1.3 through only with one (RFC 8446 D.4)
    body += _sized(2, _numbers(suites)) + b"\x01\x00" + _sized(2, b"".join(_extensions(version, random, server_name)))
    message = bytes((_CLIENT_HELLO,)) + len(body).to_bytes(3, "big") + body
    return struct.pack(">BHH", _HANDSHAKE, _RECORD_VERSION, len(message)) + message


def _extensions(version: int, random: bytes, server_name: Optional[str]) -> Iterable[bytes]:
    """Yield the extensions that a server of that version needs to go on."""
    if server_name:
        yield _extension(0, _sized(2, b"\0" + _sized(2, server_name.encode("ascii", "ignore"))))
    yield _extension(10, _sized(2, _numbers(_GROUPS)))
    yield _extension(11, _sized(1, b"\0"))
    if version >= TLS12:
        yield _extension(13, _sized(2, _numbers(_SIGNATURES)))
    if version == TLS13:
        yield _extension(_SUPPORTED_VERSIONS, _sized(1, _numbers((TLS13,))))
        shares = struct.pack(">HH", _P256, len(_P256_GENERATOR)) + _P256_GENERATOR
        shares += struct.pack(">HH", _X25519, RANDOM_BYTES) + random  # any 32 bytes are a public key of x25519
        yield _extension(_KEY_SHARE, _sized(2, shares))


def _extension(number: int, data: bytes) -> bytes:
    return struct.pack(">H", number) + _sized(2, data)


def _numbers(values: Iterable[int]) -> bytes:
    return b"".join(struct.pack(">H", value) for value in values)


def _sized(octets: int, data: bytes) -> bytes:
    return len(data).to_bytes(octets, "big") + data


class HelloReader:
    """Reads the answer to a ClientHello of ours: TLS records in, events out. Alerts and foreign bytes are others' task."""

    def __init__(self) -> None:
        self._records = bytearray()
        self._messages = bytearray()
        self._version = 0
        self._is_done = False

    @property
    def is_done(self) -> bool:
        """Tell whether everything was seen that travels in the clear."""
        return self._is_done

    def read(self, data: bytes) -> List[Event]:
        """Take bytes of the stream and return what they complete. After :class:`NotTls`, or when done, nothing more is read."""
        if self._is_done:
            return []
        self._records += data
        try:
            self._unwrap()
            events = list(self._take_messages())
        except _UnreadableError:
            self._is_done = True
            return [NotTls("")]
        return events

    def _unwrap(self) -> None:
        """Move the contents of whole handshake records over to the messages."""
        while len(self._records) >= 5:
            length = int.from_bytes(self._records[3:5], "big")
            if len(self._records) < 5 + length:
                break
            if self._records[0] == _HANDSHAKE:
                self._messages += self._records[5 : 5 + length]
            del self._records[: 5 + length]
        if len(self._messages) + len(self._records) > MAX_MESSAGE_BYTES:
            raise _UnreadableError

    def _take_messages(self) -> Iterable[Event]:
        """Yield the events of the whole messages, up to the last one that is of interest."""
        while len(self._messages) >= 4 and not self._is_done:
            kind, length = self._messages[0], int.from_bytes(self._messages[1:4], "big")
            if length > MAX_MESSAGE_BYTES:
                raise _UnreadableError
            if len(self._messages) < 4 + length:
                return
            body = bytes(self._messages[4 : 4 + length])
            del self._messages[: 4 + length]
            event = self._message(kind, body)
            if event is not None:
                yield event

    def _message(self, kind: int, body: bytes) -> Optional[Event]:
        """Read one message; the first has to be the ServerHello."""
        if not self._version:
            if kind != _SERVER_HELLO:
                raise _UnreadableError
            hello = _server_hello(body)
            self._version = hello.version
            self._is_done = hello.version >= TLS13  # from here on a server of TLS 1.3 encrypts
            return hello
        self._is_done = True  # certificates are the next message, or there are none
        return ServerCertificates(_certificates(body)) if kind == _CERTIFICATE else None


class _UnreadableError(Exception):
    """The bytes are not the handshake that they look like."""


def _server_hello(body: bytes) -> ServerHello:
    """Read a ServerHello or HelloRetryRequest: both name the version and the suite that the server takes."""
    if len(body) < 38:
        raise _UnreadableError
    version = int.from_bytes(body[:2], "big")
    position = 35 + body[34]
    if len(body) < position + 3 or not 0x0300 <= version <= TLS12:
        raise _UnreadableError
    suite = int.from_bytes(body[position : position + 2], "big")
    return ServerHello(_selected_version(body[position + 3 :]) or version, suite)


def _selected_version(extensions: bytes) -> Optional[int]:
    """Return the version in the extension that TLS 1.3 puts it in, or None."""
    position = 2
    while position + 4 <= len(extensions):
        kind, length = struct.unpack_from(">HH", extensions, position)
        if kind == _SUPPORTED_VERSIONS and extensions[position + 4 : position + 4 + length] == struct.pack(">H", TLS13):
            return TLS13
        position += 4 + length
    return None


def _certificates(body: bytes) -> Tuple[bytes, ...]:
    """Return the first few certificates of a Certificate message."""
    found: List[bytes] = []
    position = 3
    while position + 3 <= len(body) and len(found) < MAX_CERTIFICATES:
        length = int.from_bytes(body[position : position + 3], "big")
        der = body[position + 3 : position + 3 + length]
        if not length or len(der) < length:
            break
        found.append(der)
        position += 3 + length
    return tuple(found)
