# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Everything that can happen on a connection, as frozen values.

Events say what the peer sent and nothing about what it means; meaning is given in :mod:`._verdict`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, Final, Optional, Tuple, Type, TypeVar

if TYPE_CHECKING:
    from ._ntlm import Challenge

_Kind = TypeVar("_Kind", bound=IntEnum)


class Protocol(IntEnum):
    """Security protocols of RDP; the values are bits in a request and single values in an answer."""

    RDP = 0x00
    SSL = 0x01
    HYBRID = 0x02
    RDSTLS = 0x04
    HYBRID_EX = 0x08
    RDSAAD = 0x10


class FailureCode(IntEnum):
    """Reasons in an RDP_NEG_FAILURE."""

    SSL_REQUIRED_BY_SERVER = 1
    SSL_NOT_ALLOWED_BY_SERVER = 2
    SSL_CERT_NOT_ON_SERVER = 3
    INCONSISTENT_FLAGS = 4
    HYBRID_REQUIRED_BY_SERVER = 5
    SSL_WITH_USER_AUTH_REQUIRED_BY_SERVER = 6


REDIRECTED_AUTHENTICATION_REQUIRED: Final = 0x02  # flag of a request (MS-RDPBCGR 2.2.1.1.1): Remote Credential Guard

RESPONSE_FLAG_NAMES: Final[Tuple[Tuple[int, str], ...]] = (
    (0x01, "EXTENDED_CLIENT_DATA_SUPPORTED"),
    (0x02, "DYNVC_GFX_PROTOCOL_SUPPORTED"),
    (0x04, "NEGRSP_FLAG_RESERVED"),
    (0x08, "RESTRICTED_ADMIN_MODE_SUPPORTED"),
    (0x10, "REDIRECTED_AUTHENTICATION_MODE_SUPPORTED"),
    (0x20, "UNKNOWN_0x20"),
    (0x40, "UNKNOWN_0x40"),
    (0x80, "UNKNOWN_0x80"),
)


@dataclass(frozen=True)
class Event:
    """Base of all events."""


@dataclass(frozen=True)
class ConnectionRequest(Event):
    """What we send first.

    :ivar protocols: bits of :class:`Protocol`.
    :ivar flags: flags of the request; none unless somebody asks for a special kind of log-on.
    """

    protocols: int
    flags: int = 0


@dataclass(frozen=True)
class NegotiationResponse(Event):
    """The peer chose a protocol. That it answers so does not mean that it chose one of those asked for.

    :ivar flags: raw flags byte: what the server implements, not what its policy allows.
    :ivar selected: raw number; a value outside :class:`Protocol` is kept as it came.
    """

    flags: int
    selected: int

    @property
    def protocol(self) -> Optional[Protocol]:
        """Return the chosen protocol, or None for a number that has no name."""
        return _member(Protocol, self.selected)

    @property
    def flag_names(self) -> Tuple[str, ...]:
        """Return the names of all flags that are set."""
        return tuple(name for bit, name in RESPONSE_FLAG_NAMES if self.flags & bit)


@dataclass(frozen=True)
class NegotiationFailure(Event):
    """The peer refused every protocol in the request.

    :ivar code: raw number; a value outside :class:`FailureCode` is kept as it came.
    """

    code: int

    @property
    def failure(self) -> Optional[FailureCode]:
        """Return the reason, or None for a number that has no name."""
        return _member(FailureCode, self.code)


@dataclass(frozen=True)
class LegacyConfirm(Event):
    """A Connection Confirm without negotiation structure: the peer knows RDP's own security only."""


@dataclass(frozen=True)
class Disconnect(Event):
    """The peer took the connection down inside the protocol instead of confirming it.

    :ivar layer: ``mcs`` (disconnect provider ultimatum) or ``x224`` (disconnect request).
    :ivar reason: the reason number that it gave.
    """

    layer: str
    reason: int


@dataclass(frozen=True)
class OtherAnswer(Event):
    """A well-framed packet that is neither a confirm nor a disconnect, or a confirm with broken contents.

    :ivar what: a short description made of fixed words and numbers, never of the peer's text.
    """

    what: str


@dataclass(frozen=True)
class NotRdp(Event):
    """The bytes can never become a TPKT packet: another program answers here.

    :ivar looks_like: a name from a fixed list (``HTTP``, ``SSH``, ``TLS`` ...) or ``""``.
    """

    looks_like: str


@dataclass(frozen=True)
class TlsStarted(Event):
    """The first bytes after our ClientHello are a TLS handshake record."""


@dataclass(frozen=True)
class TlsAlert(Event):
    """A TLS alert that was sent in the clear.

    :ivar level: 1 warning, 2 fatal.
    :ivar number: alert description, for example 40 for handshake_failure.
    """

    level: int
    number: int

    @property
    def is_final(self) -> bool:
        """Tell whether the peer gives up with this alert (fatal, or close_notify)."""
        return self.level == 2 or self.number == 0


@dataclass(frozen=True)
class ClearTextReply(Event):
    """The ClientHello was answered with a TPKT packet: the peer never switched to TLS."""


@dataclass(frozen=True)
class NotTls(Event):
    """The ClientHello was answered with bytes that are not TLS records.

    :ivar looks_like: a name from a fixed list or ``""``.
    """

    looks_like: str


@dataclass(frozen=True)
class PeerClosed(Event):
    """The peer ended the stream in order (FIN).

    :ivar pending: how many bytes of an unfinished packet had arrived before.
    """

    pending: int


class Mechanism(str, Enum):
    """What lay in the token with which a server answered our NTLM NEGOTIATE."""

    NTLM = "ntlm"
    SPNEGO = "spnego"  # a negotiation without NTLM: this server takes only Kerberos, or rejects what was offered
    NONE = "none"


@dataclass(frozen=True)
class CredSspReply(Event):
    """A TSRequest came back.

    :ivar version: the server's own version of CredSSP.
    :ivar error_code: NTSTATUS or SSPI code, unsigned, or None.
    :ivar challenge: what the NTLM CHALLENGE tells, when there is one.
    :ivar is_rejected: the token is a SPNEGO answer that says no.
    """

    version: int
    error_code: Optional[int]
    mechanism: Mechanism
    challenge: Optional[Challenge] = None
    is_rejected: bool = False


@dataclass(frozen=True)
class NotCredSsp(Event):
    """What came back through TLS is not a TSRequest.

    :ivar looks_like: a name from a fixed list, or ``""``.
    """

    looks_like: str


@dataclass(frozen=True)
class ServerHello(Event):
    """The server answered a ClientHello of ours: it took this version and this suite.

    :ivar version: the number on the wire, 0x0300 for SSL 3.0 up to 0x0304 for TLS 1.3.
    :ivar suite: the number on the wire.
    """

    version: int
    suite: int


@dataclass(frozen=True)
class ServerCertificates(Event):
    """The certificates of the server, which travel in the clear up to TLS 1.2; the server's own comes first."""

    chain: Tuple[bytes, ...]


class NeedData(Enum):
    """The answer of ``next_event`` when there is nothing to tell yet."""

    NEED_DATA = "need_data"


NEED_DATA: Final = NeedData.NEED_DATA

# What a foreign server says first. Only these fixed names ever leave the package: the peer's own bytes do not.
_SIGNATURES: Final[Tuple[Tuple[bytes, str], ...]] = (
    (b"HTTP/", "HTTP"),
    (b"<", "HTTP"),
    (b"SSH-", "SSH"),
    (b"RFB ", "VNC"),
    (b"\x15\x03", "TLS"),
    (b"\x16\x03", "TLS"),
    (b"220", "FTP or SMTP"),
    (b"+OK", "POP3"),
    (b"* OK", "IMAP"),
)


def looks_like(data: bytes) -> str:
    """Name the foreign protocol that ``data`` begins with.

    :returns: a name from a fixed list, or ``""``.
    """
    for signature, name in _SIGNATURES:
        if data.startswith(signature):
            return name
    return ""


def _member(kind: Type[_Kind], number: int) -> Optional[_Kind]:
    """Return the enum member for ``number`` or None."""
    try:
        return kind(number)
    except ValueError:
        return None
