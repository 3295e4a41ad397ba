# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""X.224 Connection Request and everything that may come back instead of, or inside, a Connection Confirm.

X.224 fields are big-endian, the RDP negotiation structures inside them little-endian (MS-RDPBCGR 2.2.1.1, 2.2.1.2).
"""

from __future__ import annotations

import struct
from typing import Final

from . import _tpkt
from ._errors import LocalProtocolError
from ._events import (
    REDIRECTED_AUTHENTICATION_REQUIRED,
    Disconnect,
    Event,
    LegacyConfirm,
    NegotiationFailure,
    NegotiationResponse,
    OtherAnswer,
    Protocol,
)

_CR: Final = 0xE0
_FIXED_BYTES: Final = 7  # length indicator, code, two references, class
_NEGOTIATION_BYTES: Final = 8
_TYPE_REQUEST: Final = 0x01
_TYPE_RESPONSE: Final = 0x02
_TYPE_FAILURE: Final = 0x03

# High nibbles of the second X.224 byte.
_CODE_CONFIRM: Final = 0xD
_CODE_DISCONNECT: Final = 0x8
_CODE_DATA: Final = 0xF

_MCS_DISCONNECT_ULTIMATUM: Final = 8  # choice number in the PER-encoded DomainMCSPDU

# RDSAAD (0x10) makes xrdp 0.9 drop the connection and RDSTLS (0x04) belongs to redirection: neither stands in a usual request.
ALLOWED_PROTOCOLS: Final = Protocol.SSL | Protocol.HYBRID | Protocol.HYBRID_EX
# What only a caller who asks for it by name sends, as (protocols, flags).
SPECIAL_REQUESTS: Final = frozenset(((int(Protocol.RDSAAD), 0), (int(ALLOWED_PROTOCOLS), REDIRECTED_AUTHENTICATION_REQUIRED)))


def encode_request(protocols: int, *, flags: int = 0, cookie: str = "") -> bytes:
    """Return the Connection Request that offers ``protocols``.

    :param protocols: bits of :class:`Protocol`; only SSL, HYBRID and HYBRID_EX, or RDSAAD alone.
    :param flags: zero, or the flag for redirected authentication together with all protocols; flags ask for another kind of log-on
        and make some servers hang up.
    :param cookie: value of the ``mstshash`` cookie; it lands in the host's logs, so never a user name. None by default.
    :raises LocalProtocolError: for a bit that must not be sent or a cookie that is not a short plain word.
    """
    if (protocols & ~ALLOWED_PROTOCOLS or flags) and (protocols, flags) not in SPECIAL_REQUESTS:
        raise LocalProtocolError(f"Protocol bits 0x{protocols:x} with flags 0x{flags:x} are never sent; offer only SSL, HYBRID and HYBRID_EX.")
    if cookie and not (cookie.isascii() and cookie.isalnum() and len(cookie) <= 32):
        raise LocalProtocolError("A cookie is at most 32 ASCII letters and digits.")
    token = f"Cookie: mstshash={cookie}\r\n".encode("ascii") if cookie else b""
    variable = token + struct.pack("<BBHI", _TYPE_REQUEST, flags, _NEGOTIATION_BYTES, protocols)
    return _tpkt.wrap(struct.pack(">BBHHB", _FIXED_BYTES - 1 + len(variable), _CR, 0, 0, 0) + variable)


def decode_answer(packet: bytes) -> Event:
    """Read one complete TPKT packet that answers a Connection Request.

    :param packet: the whole packet, TPKT header included, as framed by :mod:`._tpkt`.
    :returns: the event for it; contents that break the rules are an :class:`OtherAnswer`, never an exception.
    """
    body = packet[_tpkt.HEADER_BYTES :]
    if len(body) < 2 or body[0] + 1 > len(body):
        return OtherAnswer("X.224 header longer than its packet")
    code = body[1] >> 4
    if code == _CODE_CONFIRM:
        return _decode_confirm(body)
    if code == _CODE_DISCONNECT:
        return Disconnect("x224", body[6] if body[0] >= 6 else 0)
    if code == _CODE_DATA:
        return _decode_data(body)
    return OtherAnswer(f"X.224 packet of kind 0x{code:x}")


def _decode_confirm(body: bytes) -> Event:
    """Read a Connection Confirm."""
    header_end = body[0] + 1
    if header_end < _FIXED_BYTES:
        return OtherAnswer("Connection Confirm with a header that is too short")
    variable = body[_FIXED_BYTES:header_end]
    kind = variable[0] if variable else 0
    negotiates = kind in (_TYPE_RESPONSE, _TYPE_FAILURE)
    if len(variable) < _NEGOTIATION_BYTES:
        # Fewer than eight bytes are plain X.224 parameters unless they begin like a negotiation structure.
        return OtherAnswer("Connection Confirm with a cut-off negotiation structure") if negotiates else LegacyConfirm()
    if not negotiates:
        return OtherAnswer(f"Connection Confirm with a structure of type {kind}")
    flags, length, number = struct.unpack_from("<BHI", variable, 1)
    if length != _NEGOTIATION_BYTES:
        return OtherAnswer(f"negotiation structure that says it is {length} bytes long instead of 8")
    return NegotiationResponse(flags, number) if kind == _TYPE_RESPONSE else NegotiationFailure(number)


def _decode_data(body: bytes) -> Event:
    """Read an X.224 data packet, which carries MCS; only its disconnect is of interest before a confirm."""
    mcs = body[body[0] + 1 :]
    if len(mcs) >= 2 and mcs[0] >> 2 == _MCS_DISCONNECT_ULTIMATUM:
        return Disconnect("mcs", (mcs[0] & 0x3) << 1 | mcs[1] >> 7)
    return OtherAnswer("MCS data before the connection was confirmed")
