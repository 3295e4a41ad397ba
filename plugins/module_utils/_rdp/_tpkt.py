# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""TPKT framing (RFC 1006): where one packet ends.

A header is four bytes: version 3, a reserved zero, and the length of the whole packet, big-endian.
"""

from __future__ import annotations

from enum import Enum
from typing import Final, Union

HEADER_BYTES: Final = 4
# 4 header + 3 for the smallest X.224 data header. A Connection Confirm has at least 11, but the MCS disconnect
# that some servers send instead has 9 and is an answer like any other.
MIN_PACKET_BYTES: Final = 7
MAX_PACKET_BYTES: Final = 512  # the largest known answer has 19 bytes; more is not a negotiation

_PREFIX: Final = b"\x03\x00"


class Framing(Enum):
    """What can be said about the beginning of a buffer besides a length."""

    INCOMPLETE = "incomplete"  # more bytes are needed before anything can be said
    NOT_TPKT = "not_tpkt"  # these bytes can never become an acceptable packet


def packet_length(buffer: bytes) -> Union[int, Framing]:
    """Tell how long the packet at the start of ``buffer`` is.

    :param buffer: everything received so far, possibly nothing.
    :returns: the length of the whole packet (which may be more than is in the buffer), or a :class:`Framing` word.
        A wrong byte is reported as soon as it is there, so that a slow peer of another kind costs no time.
    """
    if not _PREFIX.startswith(buffer[:2]):
        return Framing.NOT_TPKT
    if len(buffer) < HEADER_BYTES:
        return Framing.INCOMPLETE
    length = int.from_bytes(buffer[2:4], "big")
    if not MIN_PACKET_BYTES <= length <= MAX_PACKET_BYTES:
        return Framing.NOT_TPKT
    return length


def wrap(payload: bytes) -> bytes:
    """Return ``payload`` as one TPKT packet."""
    return _PREFIX + (len(payload) + HEADER_BYTES).to_bytes(2, "big") + payload
