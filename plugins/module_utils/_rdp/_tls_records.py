# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""TLS records seen from the side: enough to tell who said what after a ClientHello.

The cryptography is the TLS library's; this reader looks at the same raw bytes, because the library reports
a clear-text answer, a foreign protocol and a broken server with one and the same error.
"""

from __future__ import annotations

from typing import Final, Mapping, Optional

from ._events import ClearTextReply, Event, NotTls, TlsAlert, TlsStarted, looks_like

HEADER_BYTES: Final = 5
# 2^14 of plaintext plus what TLS 1.2 may add by expansion (RFC 5246 6.2.3): a longer record is not TLS.
MAX_RECORD_BYTES: Final = 16384 + 2048

_ALERT: Final = 21
_HANDSHAKE: Final = 22
_CONTENT_TYPES: Final = frozenset((20, _ALERT, _HANDSHAKE, 23))
_TPKT_PREFIX: Final = b"\x03\x00"

ALERT_NAMES: Final[Mapping[int, str]] = {
    0: "close_notify",
    10: "unexpected_message",
    20: "bad_record_mac",
    21: "decryption_failed",
    22: "record_overflow",
    30: "decompression_failure",
    40: "handshake_failure",
    41: "no_certificate",
    42: "bad_certificate",
    43: "unsupported_certificate",
    44: "certificate_revoked",
    45: "certificate_expired",
    46: "certificate_unknown",
    47: "illegal_parameter",
    48: "unknown_ca",
    49: "access_denied",
    50: "decode_error",
    51: "decrypt_error",
    60: "export_restriction",
    70: "protocol_version",
    71: "insufficient_security",
    80: "internal_error",
    86: "inappropriate_fallback",
    90: "user_canceled",
    100: "no_renegotiation",
    109: "missing_extension",
    110: "unsupported_extension",
    112: "unrecognized_name",
    116: "certificate_required",
    120: "no_application_protocol",
}


def alert_number(library_reason: str) -> Optional[int]:
    """Read the alert number out of a TLS library's reason, for alerts that travelled encrypted.

    :param library_reason: for example ``TLSV1_ALERT_DECRYPT_ERROR``.
    :returns: the number, or None when the reason is not a received alert.
    """
    head, separator, name = library_reason.partition("_ALERT_")
    if not separator or not head.startswith(("SSLV3", "TLSV1")):
        return None
    return next((number for number, known in ALERT_NAMES.items() if known.upper() == name), None)


class RecordReader:
    """Walks over TLS records without keeping them."""

    def __init__(self) -> None:
        self._is_tls = False
        self._started = False  # a handshake record has been seen
        self._skip = 0  # bytes of the current record that are still to come

    def read(self, buffer: bytearray) -> Optional[Event]:
        """Take bytes off the front of ``buffer`` until there is something to tell.

        :param buffer: raw bytes from the peer; what was understood is removed.
        :returns: an event, or None when more bytes are needed. After :class:`ClearTextReply` or
            :class:`NotTls` there is nothing more to read.
        """
        while True:
            taken = min(self._skip, len(buffer))
            del buffer[:taken]
            self._skip -= taken
            if not buffer:
                return None
            foreign = self._foreign(buffer)
            if foreign is not None:
                return foreign
            event = self._record(buffer)
            if event is not None or self._skip == 0:
                return event

    def _foreign(self, buffer: bytearray) -> Optional[Event]:
        """Return what the bytes are when they cannot be the head of a TLS record."""
        if buffer[0] in _CONTENT_TYPES and (len(buffer) < 2 or buffer[1] == 3):
            return None
        head = bytes(buffer[:16])
        if self._is_tls:
            return NotTls("")  # a stream that was TLS and stopped being so is nothing we have a name for
        if _TPKT_PREFIX.startswith(head[:2]):
            return ClearTextReply() if len(head) >= 2 else None
        return NotTls(looks_like(head))

    def _record(self, buffer: bytearray) -> Optional[Event]:
        """Take one record head off the buffer; leave ``_skip`` zero when it is not complete yet."""
        if len(buffer) < HEADER_BYTES:
            return None
        kind, length = buffer[0], int.from_bytes(buffer[3:5], "big")
        if not 0 < length <= MAX_RECORD_BYTES:
            return NotTls("")
        if kind == _ALERT and length == 2:
            return self._alert(buffer)
        if not self._started and kind != _HANDSHAKE:
            return NotTls("")
        del buffer[:HEADER_BYTES]
        self._skip = length
        if self._started:
            return None
        self._is_tls = self._started = True
        return TlsStarted()

    def _alert(self, buffer: bytearray) -> Optional[Event]:
        """Take a clear-text alert off the buffer once it is complete."""
        if len(buffer) < HEADER_BYTES + 2:
            return None
        event = TlsAlert(buffer[5], buffer[6])
        del buffer[: HEADER_BYTES + 2]
        self._is_tls = True
        return event
