# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A small reader for packet captures: pcap and pcapng in, the two byte streams of each TCP connection out.

Only what the recorded handshakes need: no IP fragments, no IPv6 extension headers. Names in captures are other people's:
nothing here prints or returns them apart from the bytes themselves.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_LINK_HEADER_BYTES = {0: 4, 1: 14, 101: 0, 113: 16, 276: 20}  # NULL, Ethernet, raw IP, Linux cooked 1 and 2
_Side = tuple[bytes, int]


@dataclass
class Stream:
    """One direction of a TCP connection; retransmissions are dropped."""

    segments: dict[int, bytes] = field(default_factory=dict)

    def data(self) -> bytes:
        """Return the bytes in order, up to the first gap."""
        joined = b""
        start = min(self.segments, default=0)
        for number in sorted(self.segments):
            have = number - start
            if have > len(joined):
                break
            joined += self.segments[number][len(joined) - have :]
        return joined


def conversations(path: Path) -> list[tuple[bytes, bytes]]:
    """Return what client and server sent in each TCP connection of a capture, in the order of their first data."""
    streams: dict[tuple[_Side, _Side], Stream] = {}
    for link, frame in _frames(path.read_bytes()):
        tagged = 4 if link == 1 and frame[12:14] == b"\x81\x00" else 0  # VLAN
        found = _tcp(frame[_LINK_HEADER_BYTES[link] + tagged :])
        if found is not None and found[3]:
            source, target, number, payload = found
            stream = streams.setdefault((source, target), Stream())
            if len(payload) > len(stream.segments.get(number, b"")):
                stream.segments[number] = payload
    pairs = []
    for (source, target), stream in streams.items():
        if list(streams).index((source, target)) < [*streams, (target, source)].index((target, source)):
            pairs.append((stream.data(), streams.get((target, source), Stream()).data()))
    return pairs


def _tcp(packet: bytes) -> tuple[_Side, _Side, int, bytes] | None:
    """Return source, target, sequence number and payload of a TCP packet."""
    if packet[:1] and packet[0] >> 4 == 4 and packet[9] == 6:
        header, end = (packet[0] & 15) * 4, int.from_bytes(packet[2:4], "big") or len(packet)  # 0: cut into segments by the network card
        source, target = packet[12:16], packet[16:20]
    elif packet[:1] and packet[0] >> 4 == 6 and packet[6] == 6:
        header, end = 40, 40 + int.from_bytes(packet[4:6], "big")
        source, target = packet[8:24], packet[24:40]
    else:
        return None
    segment = packet[header:end]
    ports = struct.unpack_from(">HHI", segment)
    return (source, ports[0]), (target, ports[1]), ports[2], segment[(segment[12] >> 4) * 4 :]


def _frames(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield link type and bytes of each frame."""
    if data[:4] == b"\x0a\x0d\x0d\x0a":
        yield from _pcapng_frames(data)
        return
    order = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    link = struct.unpack_from(order + "I", data, 20)[0] & 0xFFFF
    position = 24
    while position + 16 <= len(data):
        length = struct.unpack_from(order + "I", data, position + 8)[0]
        yield link, data[position + 16 : position + 16 + length]
        position += 16 + length


def _pcapng_frames(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the frames of a pcapng file with one section."""
    order = "<" if data[8:12] == b"\x4d\x3c\x2b\x1a" else ">"
    links: list[int] = []
    position = 0
    while position + 12 <= len(data):
        kind, length = struct.unpack_from(order + "II", data, position)
        body = data[position + 8 : position + length - 4]
        if kind == 1:
            links.append(struct.unpack_from(order + "H", body)[0])
        elif kind == 6:
            interface, dummy_high, dummy_low, captured = struct.unpack_from(order + "IIII", body)
            yield links[interface], body[20 : 20 + captured]
        position += length
