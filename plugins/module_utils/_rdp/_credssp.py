# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The first round trip of CredSSP (MS-CSSP): our TSRequest with an NTLM NEGOTIATE, and whatever comes back.

A server announces its own version in its answer whatever version it is asked with. We announce 6, because a server sends an error code
only to a peer of version 3 or more, other than 5.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Dict, Final, Union

from . import _der, _ntlm, _spnego
from ._events import CredSspReply, Event, Mechanism, NotCredSsp, looks_like

VERSION: Final = 6
MAX_BYTES: Final = 16 * 1024  # the largest recorded answer has 295 bytes; a Kerberos ticket in one would have a few thousand
_TAG_VERSION: Final = _der.context(0)
_TAG_TOKENS: Final = _der.context(1)
_TAG_ERROR: Final = _der.context(4)
_MCS_ON_X224: Final = b"\x03\x00"


@lru_cache(maxsize=None)
def encode_request() -> bytes:
    """Return the first message: version 6 and an NTLM NEGOTIATE. It names nobody and proves nothing."""
    token = _der.encode(_der.SEQUENCE, _der.encode(_der.context(0), _der.encode(_der.OCTET_STRING, _ntlm.encode_negotiate())))
    version = _der.encode(_TAG_VERSION, _der.encode_integer(VERSION))
    return _der.encode(_der.SEQUENCE, version + _der.encode(_TAG_TOKENS, _der.encode(_der.SEQUENCE, token)))


def reply_length(buffer: bytes) -> Union[int, _der.Framing]:
    """Tell how long the TSRequest at the start of ``buffer`` is; see :func:`._der.element_length`."""
    return _der.element_length(buffer, _der.SEQUENCE, MAX_BYTES)


def foreign(buffer: bytes) -> NotCredSsp:
    """Return the event for bytes that can never become a TSRequest."""
    if buffer.startswith(_MCS_ON_X224):
        return NotCredSsp("RDP")  # xrdp: an MCS disconnect inside TLS
    return NotCredSsp(looks_like(buffer[:16]))


def decode_reply(message: bytes) -> Event:
    """Read one complete TSRequest.

    :param message: exactly the bytes that :func:`reply_length` measured.
    :returns: a :class:`CredSspReply`, or :class:`NotCredSsp` when the contents break the rules; never an exception.
    """
    try:
        fields = _fields(message)
        if _TAG_VERSION not in fields:
            return NotCredSsp("")
        version = _der.integer(fields[_TAG_VERSION])
        error = _der.integer(fields[_TAG_ERROR]) & 0xFFFFFFFF if _TAG_ERROR in fields else None
        token = _first_token(fields[_TAG_TOKENS]) if _TAG_TOKENS in fields else b""
    except _der.DerError:
        return NotCredSsp("")
    return _with_token(CredSspReply(version, error, Mechanism.NONE), token)


def _fields(message: bytes) -> Dict[int, bytes]:
    """Return the fields of a TSRequest by their tag; unknown ones are kept and not looked at, of two alike the first counts."""
    fields: Dict[int, bytes] = {}
    for element in _der.elements(_der.only(message, _der.SEQUENCE)):
        fields.setdefault(element.tag, element.value)
    return fields


def _first_token(tokens: bytes) -> bytes:
    """Return the first negotiation token, or nothing where there is none."""
    entries = list(_der.elements(_der.only(tokens, _der.SEQUENCE)))
    if not entries or entries[0].tag != _der.SEQUENCE:
        return b""
    return _der.only(_der.only(entries[0].value, _der.context(0)), _der.OCTET_STRING)


def _with_token(reply: CredSspReply, token: bytes) -> CredSspReply:
    """Add what a token says: the NTLM CHALLENGE in it, bare or inside SPNEGO, or else which mechanisms SPNEGO leaves."""
    is_spnego = _spnego.is_spnego(token)
    start = token.find(_ntlm.SIGNATURE) if is_spnego else 0
    challenge = _ntlm.decode_challenge(token[start:]) if start >= 0 else None
    if challenge is not None:
        return replace(reply, mechanism=Mechanism.NTLM, challenge=challenge)
    answer = _spnego.answer_in(token) if is_spnego else _spnego.Answer.OTHER
    if answer is _spnego.Answer.OTHER:
        return reply
    return replace(reply, mechanism=Mechanism.SPNEGO, is_rejected=answer is _spnego.Answer.REJECTED)
