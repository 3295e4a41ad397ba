# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From an event to the word and the detail that a step is recorded with. Fixed words only: nothing a peer wrote gets in."""

from __future__ import annotations

import errno
from typing import Final, FrozenSet, Mapping, Optional, Tuple

from ._error_codes import error_text
from ._events import (
    CredSspReply,
    Disconnect,
    Event,
    LegacyConfirm,
    Mechanism,
    NegotiationFailure,
    NegotiationResponse,
    NotCredSsp,
    NotRdp,
    NotTls,
    OtherAnswer,
    PeerClosed,
    Protocol,
    TlsAlert,
)
from ._result import Outcome, StepName
from ._tls_records import ALERT_NAMES

# Reasons with which OpenSSL itself gives up on a peer that did answer in TLS. The peer may be perfectly well.
STRICT_REASONS: Final[FrozenSet[str]] = frozenset(
    (
        "UNSUPPORTED_PROTOCOL",
        "WRONG_SSL_VERSION",
        "VERSION_TOO_LOW",
        "UNKNOWN_PROTOCOL",
        "NO_PROTOCOLS_AVAILABLE",
        "NO_CIPHERS_AVAILABLE",
        "DH_KEY_TOO_SMALL",
        "EE_KEY_TOO_SMALL",
        "CA_KEY_TOO_SMALL",
        "CA_MD_TOO_WEAK",
        "MD_TOO_WEAK",
        "WRONG_SIGNATURE_TYPE",
        "WRONG_CURVE",
        "UNKNOWN_CIPHER_RETURNED",
        "WRONG_CIPHER_RETURNED",
        "LEGACY_SIGALG_DISALLOWED_OR_UNSUPPORTED",
        "UNSUPPORTED_ELLIPTIC_CURVE",
        "UNSAFE_LEGACY_RENEGOTIATION_DISABLED",
    )
)

# How each step can end; anything else is a fault of this package (see ``timed``), so that every ending has its row in ``_verdict``.
_CUT: Final = frozenset((Outcome.RESET, Outcome.REFUSED, Outcome.UNREACHABLE, Outcome.TIMEOUT, Outcome.ERROR))  # what the system can report
ENDINGS: Final[Mapping[StepName, FrozenSet[Outcome]]] = {
    StepName.RESOLVE: frozenset((Outcome.OK, Outcome.NOT_FOUND, Outcome.TIMEOUT, Outcome.FAILURE, Outcome.ERROR)),
    StepName.CONNECT: _CUT | {Outcome.OK, Outcome.NO_ROUTE},
    StepName.NEGOTIATE: _CUT | {Outcome.OK, Outcome.CLOSED, Outcome.SILENT, Outcome.FAILURE, Outcome.NOT_RDP},
    StepName.TLS: _CUT | {Outcome.OK, Outcome.CLOSED, Outcome.SILENT, Outcome.ALERT, Outcome.CLEAR_TEXT, Outcome.NOT_TLS, Outcome.LOCAL_TLS_TOO_STRICT},
    StepName.CREDSSP: _CUT | {Outcome.OK, Outcome.CLOSED, Outcome.SILENT, Outcome.ALERT, Outcome.FAILURE, Outcome.NOT_CREDSSP, Outcome.SPNEGO_ONLY},
}

# What is missing here is a fault of this side: no free port or address (EADDRNOTAVAIL), no IPv6 (EAFNOSUPPORT), a network card that is off (ENETDOWN).
_ERRNO_OUTCOMES: Final[Mapping[int, Outcome]] = {
    errno.ECONNREFUSED: Outcome.REFUSED,
    errno.ECONNRESET: Outcome.RESET,
    errno.ECONNABORTED: Outcome.RESET,
    errno.EPIPE: Outcome.RESET,
    errno.ENOTCONN: Outcome.RESET,  # on some systems, when the reset came before our first byte
    errno.ETIMEDOUT: Outcome.TIMEOUT,
    errno.EHOSTUNREACH: Outcome.UNREACHABLE,
    errno.ENETUNREACH: Outcome.UNREACHABLE,
    errno.ENETRESET: Outcome.UNREACHABLE,
    errno.EHOSTDOWN: Outcome.UNREACHABLE,
    errno.ENOPROTOOPT: Outcome.UNREACHABLE,  # ICMP "protocol unreachable"
}

FLOOD: Final = NotCredSsp("")  # compared by identity: what a peer is taken for that sends and sends without ever finishing an answer

# When several addresses of one host fail, the ending that says most about the host is the one that is told.
_MOST_TELLING: Final = (Outcome.REFUSED, Outcome.RESET, Outcome.TIMEOUT, Outcome.UNREACHABLE, Outcome.NO_ROUTE)


def of_errno(number: Optional[int]) -> Tuple[Outcome, str]:
    """Return outcome and detail for an error that the operating system reported."""
    return _ERRNO_OUTCOMES.get(number or 0, Outcome.ERROR), errno.errorcode.get(number or 0, "unknown error")


def of_connect_errno(number: Optional[int]) -> Tuple[Outcome, str]:
    """Return outcome and detail for an error of ``connect``: with ENETUNREACH the first packet may not even have left this machine."""
    outcome, detail = of_errno(number)
    return (Outcome.NO_ROUTE if number == errno.ENETUNREACH else outcome), detail


def telling(outcome: Outcome) -> int:
    """Rank a failed connect: the smaller, the more it says about the host."""
    return _MOST_TELLING.index(outcome) if outcome in _MOST_TELLING else len(_MOST_TELLING)


def is_answer(event: Event) -> bool:
    """Tell whether an event of the negotiation is an answer in RDP's own framing."""
    return not isinstance(event, (NotRdp, PeerClosed))


def of_negotiation(event: Event, *, offered: int) -> Tuple[Outcome, str]:
    """Return outcome and detail of a negotiate step.

    :param event: the event that ended the negotiation.
    :param offered: bits that the request offered.
    """
    if isinstance(event, NegotiationResponse):
        if event.protocol is None or event.selected & offered != event.selected:
            return Outcome.NOT_RDP, f"chose protocol number {event.selected}, which was not offered"
        return Outcome.OK, f"chose {Protocol(event.selected).name}"
    if isinstance(event, NegotiationFailure):
        return Outcome.FAILURE, event.failure.name if event.failure is not None else f"unknown failure code {event.code}"
    if isinstance(event, LegacyConfirm):
        return Outcome.OK, "Connection Confirm without negotiation structure"
    if isinstance(event, Disconnect):
        return Outcome.FAILURE, f"{event.layer} disconnect with reason {event.reason} instead of a Connection Confirm"
    if isinstance(event, OtherAnswer):
        return Outcome.NOT_RDP, event.what
    if isinstance(event, NotRdp):
        return Outcome.NOT_RDP, _foreign(event.looks_like)
    return of_close(event)


def of_credssp(event: Event) -> Tuple[Outcome, str]:
    """Return outcome and detail of a credssp step."""
    if event is FLOOD:
        return Outcome.NOT_CREDSSP, "more bytes than any answer has"
    if isinstance(event, NotCredSsp):
        return Outcome.NOT_CREDSSP, _foreign(event.looks_like)
    if not isinstance(event, CredSspReply):
        return of_close(event)
    said = f"CredSSP version {event.version}"
    if event.error_code is not None:
        return Outcome.FAILURE, f"{said}, error {error_text(event.error_code)}"
    if event.mechanism is Mechanism.NTLM:
        return Outcome.OK, f"{said}, NTLM challenge"
    if event.is_rejected:
        return Outcome.FAILURE, f"{said}, SPNEGO that rejects what was offered"
    if event.mechanism is Mechanism.SPNEGO:
        return Outcome.SPNEGO_ONLY, f"{said}, SPNEGO without NTLM"
    return Outcome.NOT_CREDSSP, f"{said}, without a token that is known"


def of_close(event: Event) -> Tuple[Outcome, str]:
    """Return outcome and detail when the peer ended the stream."""
    pending = event.pending if isinstance(event, PeerClosed) else 0
    return Outcome.CLOSED, f"after {pending} bytes of an unfinished answer" if pending else "without a byte"


def of_alert(alert: TlsAlert) -> Tuple[Outcome, str]:
    """Return outcome and detail when a TLS alert ended the handshake."""
    return Outcome.ALERT, f"alert {alert.number} {ALERT_NAMES.get(alert.number, 'unknown')}"


def of_foreign_tls(event: Event) -> Tuple[Outcome, str]:
    """Return outcome and detail when the reply to a ClientHello is not TLS."""
    if isinstance(event, NotTls):
        return Outcome.NOT_TLS, _foreign(event.looks_like)
    return Outcome.CLEAR_TEXT, "a clear-text RDP packet where TLS should begin"


def _foreign(name: str) -> str:
    """Name a foreign protocol."""
    return f"looks like {name}" if name else "bytes of another protocol"
