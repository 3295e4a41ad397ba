# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Packets of RDP servers as bytes, built or recorded, for tests of the probe."""

from __future__ import annotations

import struct

CLEAR_DISCONNECT = bytes.fromhex("0300000902f0802180")  # MCS disconnect provider ultimatum, reason 3: xrdp 0.9.21
LEGACY_CONFIRM = bytes.fromhex("0300000b06d00000123400")  # Windows XP and 2003
ZERO_LENGTH_RESPONSE = bytes.fromhex("030000130ed000001234000203000001000002")  # Zeek's invalid-length trace

FULL_OFFER = 0x0B
TLS_ONLY = 0x01
RDP_ONLY = 0x00


def response(selected: int, flags: int = 0x1F) -> bytes:
    """Return a Connection Confirm that chooses a protocol."""
    return confirm(struct.pack("<BBHI", 2, flags, 8, selected))


def failure(code: int) -> bytes:
    """Return a Connection Confirm that refuses."""
    return confirm(struct.pack("<BBHI", 3, 0, 8, code))


def confirm(variable: bytes) -> bytes:
    """Return a Connection Confirm with the given bytes after its fixed part."""
    return tpkt(bytes([6 + len(variable)]) + bytes.fromhex("d00000123400") + variable)


def tpkt(body: bytes) -> bytes:
    """Return a TPKT packet."""
    return struct.pack(">BBH", 3, 0, len(body) + 4) + body


def alert(number: int, level: int = 2) -> bytes:
    """Return a TLS alert record in the clear."""
    return bytes([21, 3, 3, 0, 2, level, number])


def record(kind: int, content: bytes, version: int = 0x0303) -> bytes:
    """Return one TLS record."""
    return struct.pack(">BHH", kind, version, len(content)) + content


def requested_protocols(request: bytes) -> int:
    """Read what a Connection Request offers: the last four bytes of its negotiation structure."""
    return int.from_bytes(request[-4:], "little")
