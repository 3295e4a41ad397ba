# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""X.224: every vector of the negotiation, and everything that can be wrong with an answer."""

from __future__ import annotations

import pytest
from ansible_collections.rdpops.health.plugins.module_utils._rdp._errors import LocalProtocolError
from ansible_collections.rdpops.health.plugins.module_utils._rdp._events import (
    Disconnect,
    Event,
    FailureCode,
    LegacyConfirm,
    NegotiationFailure,
    NegotiationResponse,
    OtherAnswer,
    Protocol,
)
from ansible_collections.rdpops.health.plugins.module_utils._rdp._x224 import decode_answer, encode_request
from hypothesis import given
from hypothesis import strategies as st

from tests.support import rdp_bytes


@pytest.mark.parametrize(
    ("protocols", "cookie", "expected"),
    [
        (0x0B, "", "030000130ee00000000000010008000b000000"),
        (0x00, "", "030000130ee000000000000100080000000000"),
        (0x01, "", "030000130ee000000000000100080001000000"),
        (0x03, "", "030000130ee000000000000100080003000000"),
        (0x03, "probe", "0300002b26e00000000000436f6f6b69653a206d737473686173683d70726f62650d0a0100080003000000"),
    ],
)
def test_a_request_has_exactly_these_bytes(protocols: int, cookie: str, expected: str) -> None:
    assert encode_request(protocols, cookie=cookie).hex() == expected


@pytest.mark.parametrize(
    ("protocols", "flags", "expected"), [(0x10, 0, "030000130ee000000000000100080010000000"), (0x0B, 2, "030000130ee00000000000010208000b000000")]
)
def test_a_special_request_has_exactly_these_bytes(protocols: int, flags: int, expected: str) -> None:
    assert encode_request(protocols, flags=flags).hex() == expected


@pytest.mark.parametrize(("protocols", "flags"), [(0x0B, 1), (0x0B, 3), (0x0B, 8), (0x0B, -1), (1, 2), (0, 2), (0x10, 2)])
def test_no_other_flags_are_ever_sent(protocols: int, flags: int) -> None:
    with pytest.raises(LocalProtocolError):
        encode_request(protocols, flags=flags)


@pytest.mark.parametrize("protocols", [0x04, 0x1B, 0x20, 0x100, -1])
def test_what_must_never_be_offered_is_refused(protocols: int) -> None:
    with pytest.raises(LocalProtocolError):
        encode_request(protocols)


@pytest.mark.parametrize("cookie", ["a b", "x\r\ny", "\u00fcser", "x" * 33, "DOM\\user"])
def test_a_cookie_is_a_short_plain_word(cookie: str) -> None:
    with pytest.raises(LocalProtocolError):
        encode_request(0x0B, cookie=cookie)


RECORDED = [
    ("030000130ed00000123400021f080002000000", NegotiationResponse(0x1F, 2)),  # Windows
    ("030000130ED00000000000021F080002000000", NegotiationResponse(0x1F, 2)),  # IronRDP
    ("030000130ed00000123400021f080008000000", NegotiationResponse(0x1F, 8)),  # Windows
    ("030000130ed000001234000201080001000000", NegotiationResponse(1, 1)),  # xrdp
    ("030000130ed000001234000201080000000000", NegotiationResponse(1, 0)),  # xrdp
    *[(f"030000130ed00000123400030008000{code}000000", NegotiationFailure(code)) for code in range(1, 7)],
    ("030000130ed000001234000300080007000000", NegotiationFailure(7)),
    ("0300000b06d00000123400", LegacyConfirm()),
    ("0300000902f0802180", Disconnect("mcs", 3)),  # xrdp: user requested
    ("0300000902f0802080", Disconnect("mcs", 1)),  # provider initiated
    ("0300000b06800000123402", Disconnect("x224", 2)),
    ("03000007028000", Disconnect("x224", 0)),  # too short for a reason
    ("0300000e09d00000123400c0010a", LegacyConfirm()),  # plain ISO transport server with a TPDU size parameter
]


@pytest.mark.parametrize(("packet", "expected"), RECORDED)
def test_a_recorded_answer_is_read(packet: str, expected: Event) -> None:
    assert decode_answer(bytes.fromhex(packet)) == expected


MALFORMED = [
    (rdp_bytes.ZERO_LENGTH_RESPONSE.hex(), "0 bytes long"),
    ("030000130ed00000123400021f090002000000", "9 bytes long"),
    ("030000130ed00000123400021f088002000000", "bytes long"),
    ("030000130ed00000123400001f080002000000", "type 0"),
    ("030000130ed00000123400041f080002000000", "type 4"),
    ("030000130fd00000123400021f080002000000", "longer than its packet"),  # LI too large
    ("03000013ffd00000123400021f080002000000", "longer than its packet"),
    ("0300001205d00000123400021f0800020000", "too short"),  # LI too small for a confirm
    ("030000120dd00000123400021f0800020000", "cut-off"),
    ("0300000c07d0000012340002", "cut-off"),
    ("0300000c07d0000012340003", "cut-off"),
    ("0300000b06e00000123400", "kind 0xe"),  # our own kind of packet
    ("0300000b06700000123400", "kind 0x7"),  # X.224 error
    ("0300000902f0807f6582", "MCS data"),
    ("0300000702f080", "MCS data"),
    ("0300000802f08021", "MCS data"),  # a disconnect of one byte
]


@pytest.mark.parametrize(("packet", "why"), MALFORMED)
def test_a_malformed_answer_is_an_answer_of_another_kind(packet: str, why: str) -> None:
    event = decode_answer(bytes.fromhex(packet))
    assert isinstance(event, OtherAnswer)
    assert why in event.what


def test_the_high_nibble_alone_says_that_it_is_a_confirm() -> None:
    packet = bytearray(rdp_bytes.response(8))
    packet[5] = 0xD5
    assert decode_answer(bytes(packet)) == NegotiationResponse(0x1F, 8)


def test_bytes_after_the_header_of_a_confirm_do_not_belong_to_it() -> None:
    assert decode_answer(rdp_bytes.tpkt(bytes.fromhex("06d00000123400") + bytes(8))) == LegacyConfirm()


@pytest.mark.parametrize(("packet", "dummy"), RECORDED)
def test_a_packet_cut_after_any_byte_raises_nothing(packet: str, dummy: Event) -> None:
    data = bytes.fromhex(packet)
    for length in range(4, len(data)):
        event = decode_answer(rdp_bytes.tpkt(data[4:length]))
        assert not isinstance(event, (NegotiationResponse, NegotiationFailure))


@given(st.binary(min_size=0, max_size=512))
def test_no_bytes_raise_anything(body: bytes) -> None:
    assert isinstance(decode_answer(rdp_bytes.tpkt(body)), Event)


@given(st.integers(0, 255), st.integers(0, 2**32 - 1))
def test_flags_and_numbers_are_kept_as_they_came(flags: int, number: int) -> None:
    event = decode_answer(rdp_bytes.response(number, flags))
    assert event == NegotiationResponse(flags, number)
    known = number in [member.value for member in Protocol]
    assert (event.protocol is not None) == known
    assert len(event.flag_names) == bin(flags).count("1")
    assert decode_answer(rdp_bytes.failure(number)) == NegotiationFailure(number)
    assert (NegotiationFailure(number).failure is not None) == (1 <= number <= 6)


def test_names_of_flags_and_codes() -> None:
    assert NegotiationResponse(0x1F, 8).flag_names == (
        "EXTENDED_CLIENT_DATA_SUPPORTED",
        "DYNVC_GFX_PROTOCOL_SUPPORTED",
        "NEGRSP_FLAG_RESERVED",
        "RESTRICTED_ADMIN_MODE_SUPPORTED",
        "REDIRECTED_AUTHENTICATION_MODE_SUPPORTED",
    )
    assert [code.name for code in FailureCode] == [
        "SSL_REQUIRED_BY_SERVER",
        "SSL_NOT_ALLOWED_BY_SERVER",
        "SSL_CERT_NOT_ON_SERVER",
        "INCONSISTENT_FLAGS",
        "HYBRID_REQUIRED_BY_SERVER",
        "SSL_WITH_USER_AUTH_REQUIRED_BY_SERVER",
    ]
