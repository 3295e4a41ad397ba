# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a SPNEGO token (RFC 4178 4.2) says about the mechanisms of a server: whether it rejects, and whether it leaves Kerberos alone."""

from __future__ import annotations

from enum import Enum
from typing import Final, Iterable, Optional

from . import _der

_RESPONSE: Final = _der.context(1)
_INITIAL: Final = 0x60  # the wrapper of GSS-API around an initial token
_ENUMERATED: Final = 0x0A
_OID: Final = 0x06
_SPNEGO: Final = bytes.fromhex("2b0601050502")
# Kerberos 5 by its own number, and by the one that Windows has used since its first Kerberos by mistake.
_KERBEROS: Final = frozenset((bytes.fromhex("2a864886f712010202"), bytes.fromhex("2a864882f712010202")))
_NTLM: Final = bytes.fromhex("2b06010401823702020a")
_REJECT: Final = b"\2"


class Answer(Enum):
    """What a token says."""

    KERBEROS = "kerberos"  # Kerberos is chosen, or offered without NTLM
    REJECTED = "rejected"
    OTHER = "other"  # something else, or nothing that could be read


def is_spnego(token: bytes) -> bool:
    """Tell whether a token begins as one of SPNEGO does; what it says is :func:`answer_in`."""
    return token[:1] in (bytes((_RESPONSE,)), bytes((_INITIAL,)))


def answer_in(token: bytes) -> Answer:
    """Read one token. Never raises: bytes that break the rules say nothing about the mechanisms."""
    try:
        return _response(token) if token[:1] == bytes((_RESPONSE,)) else _initial(token)
    except _der.DerError:
        return Answer.OTHER


def _response(token: bytes) -> Answer:
    """Read a NegTokenResp: its state, and the mechanism that was chosen."""
    fields = list(_der.elements(_der.only(_der.only(token, _RESPONSE), _der.SEQUENCE)))
    state, mechanism = _field(fields, 0), _field(fields, 1)
    if state is not None and _der.only(state, _ENUMERATED) == _REJECT:
        return Answer.REJECTED
    return Answer.KERBEROS if mechanism is not None and _der.only(mechanism, _OID) in _KERBEROS else Answer.OTHER


def _initial(token: bytes) -> Answer:
    """Read a NegTokenInit: the mechanisms that are offered."""
    parts = list(_der.elements(_der.only(token, _INITIAL)))
    if len(parts) != 2 or (parts[0].tag, parts[0].value, parts[1].tag) != (_OID, _SPNEGO, _der.context(0)):
        return Answer.OTHER
    listed = _field(_der.elements(_der.only(parts[1].value, _der.SEQUENCE)), 0)
    mechanisms = {element.value for element in _der.elements(_der.only(listed, _der.SEQUENCE))} if listed is not None else set()
    return Answer.KERBEROS if mechanisms & _KERBEROS and _NTLM not in mechanisms else Answer.OTHER


def _field(fields: Iterable[_der.Element], number: int) -> Optional[bytes]:
    return next((field.value for field in fields if field.tag == _der.context(number)), None)
