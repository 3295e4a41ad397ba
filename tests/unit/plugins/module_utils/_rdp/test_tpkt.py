# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Framing: one packet, no more and no less, and a wrong byte is noticed at once."""

from __future__ import annotations

import pytest
from ansible_collections.rdpops.health.plugins.module_utils._rdp._tpkt import Framing, packet_length, wrap
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"", Framing.INCOMPLETE),
        (b"\x03", Framing.INCOMPLETE),
        (b"\x03\x00", Framing.INCOMPLETE),
        (b"\x03\x00\x00", Framing.INCOMPLETE),
        (b"\x03\x00\x00\x13", 19),
        (b"\x03\x00\x00\x07", 7),  # smallest X.224 data packet
        (b"\x03\x00\x00\x09", 9),  # MCS disconnect
        (b"\x03\x00\x02\x00", 512),
        (b"\x03\x00\x00\x06", Framing.NOT_TPKT),
        (b"\x03\x00\x00\x00", Framing.NOT_TPKT),
        (b"\x03\x00\x02\x01", Framing.NOT_TPKT),
        (b"\x03\x00\xff\xff", Framing.NOT_TPKT),
        (b"\x03\x01\x00\x13", Framing.NOT_TPKT),
        (b"\x03\x01", Framing.NOT_TPKT),
        (b"\x02\x00\x00\x13", Framing.NOT_TPKT),
        (b"H", Framing.NOT_TPKT),
    ],
)
def test_the_head_of_a_packet_says_how_long_it_is(head: bytes, expected: object) -> None:
    assert packet_length(head) == expected


@given(st.binary(min_size=3, max_size=508))
def test_what_is_wrapped_has_its_own_length(payload: bytes) -> None:
    packet = wrap(payload)
    assert packet_length(packet) == len(packet) == len(payload) + 4
    assert packet[4:] == payload


@given(st.binary(max_size=64))
def test_more_bytes_never_take_back_a_decision(data: bytes) -> None:
    final = packet_length(data)
    for length in range(len(data)):
        assert packet_length(data[:length]) in (Framing.INCOMPLETE, final)
