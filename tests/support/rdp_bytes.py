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


def der(tag: int, content: bytes) -> bytes:
    """Return one DER element."""
    length = len(content)
    if length < 0x80:
        return bytes((tag, length)) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(octets))) + octets + content


def ts_request(token: bytes | None = None, *, version: int = 6, error: int | None = None) -> bytes:
    """Return a TSRequest as a server sends it."""
    fields = der(0xA0, der(2, bytes((version,))))
    if token is not None:
        fields += der(0xA1, der(0x30, der(0x30, der(0xA0, der(4, token)))))
    if error is not None:
        fields += der(0xA4, der(2, error.to_bytes(4, "big")))
    return der(0x30, fields)


def av_pairs(*pairs: tuple[int, bytes], end: bytes = b"\0\0\0\0") -> bytes:
    """Return a list of AV pairs with its end mark."""
    return b"".join(struct.pack("<HH", number, len(value)) + value for number, value in pairs) + end


NAMES: tuple[tuple[int, bytes], ...] = tuple(
    (number, name.encode("utf-16-le"))
    for number, name in ((2, "CONTOSO"), (1, "SERVER"), (4, "contoso.example"), (3, "server.contoso.example"), (5, "contoso.example"))
)


def ntlm_challenge(
    info: bytes = av_pairs(*NAMES), *, flags: int = 0xE2898235, version: bytes = bytes.fromhex("0a007c4f0000000f"), name: bytes = "CONTOSO".encode("utf-16-le")
) -> bytes:
    """Return an NTLM CHALLENGE as Windows lays it out: fixed part, version, target name, target information."""
    head = struct.pack("<8sIHHII8s8sHHI", b"NTLMSSP\0", 2, len(name), len(name), 56, flags, b"\1" * 8, bytes(8), len(info), len(info), 56 + len(name))
    return head + version + name + info


def challenge(*more: tuple[int, bytes], version: int = 6) -> bytes:
    """Return a TSRequest with an NTLM CHALLENGE of a host with names, and with further AV pairs."""
    return ts_request(ntlm_challenge(av_pairs(*NAMES, *more)), version=version)


def filetime(unix_seconds: float) -> bytes:
    """Return a moment as an AV pair carries it."""
    return round((unix_seconds + 11644473600) * 10_000_000).to_bytes(8, "little")
