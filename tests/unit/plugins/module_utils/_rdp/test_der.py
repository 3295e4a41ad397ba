# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""DER: what is read, what is refused, and that nothing runs away."""

from __future__ import annotations

import pytest
from ansible_collections.rdpops.health.plugins.module_utils._rdp import _der
from hypothesis import given
from hypothesis import strategies as st

from tests.support.rdp_bytes import der


@pytest.mark.parametrize("length", [0, 1, 0x7F, 0x80, 0xFF, 0x100, 0xFFFF, 0x10000])
def test_an_element_of_any_length_comes_back(length: int) -> None:
    data = _der.encode(4, bytes(length))
    assert data == der(4, bytes(length))
    assert _der.element_length(data, 4, 2**20) == len(data)
    assert _der.element_length(data[:6], 4, 2**20) == len(data)
    assert list(_der.elements(data)) == [_der.Element(4, bytes(length))]


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("", _der.Framing.INCOMPLETE),
        ("30", _der.Framing.INCOMPLETE),
        ("3081", _der.Framing.INCOMPLETE),
        ("308201", _der.Framing.INCOMPLETE),
        ("31", _der.Framing.NOT_DER),
        ("3080", _der.Framing.NOT_DER),  # indefinite
        ("3085", _der.Framing.NOT_DER),
        ("30ff", _der.Framing.NOT_DER),
        ("3000", 2),
        ("307f", 129),
        ("30820064", 104),
        ("30820065", _der.Framing.NOT_DER),  # one more than the limit
        ("3084ffffffff", _der.Framing.NOT_DER),
        ("308405", _der.Framing.INCOMPLETE),
        ("3084000000", _der.Framing.INCOMPLETE),
        ("308400000001", 7),  # longer than needed, and taken all the same
    ],
)
def test_where_an_element_ends(start: str, expected: object) -> None:
    limit = 104 if start.startswith("3082") else 200
    assert _der.element_length(bytes.fromhex(start), _der.SEQUENCE, limit) == expected


@pytest.mark.parametrize("number", [0, 1, 6, 127, 128, 255, 256, 2**31 - 1, 2**31, 2**63 - 1, -1, -(2**31)])
def test_numbers_come_back(number: int) -> None:
    if number >= 0:
        assert _der.integer(_der.encode_integer(number)) == number
    assert _der.integer(der(2, number.to_bytes(8, "big", signed=True))) == number


@pytest.mark.parametrize("data", ["", "0200", "0209" + "01" * 9, "040106", "02010602", "020106020106", "0202", "1f0106", "308000", "3f00"])
def test_what_is_not_one_number_is_refused(data: str) -> None:
    with pytest.raises(_der.DerError):
        _der.integer(bytes.fromhex(data))


def test_elements_are_counted() -> None:
    assert len(list(_der.elements(b"\x05\x00" * _der.MAX_ELEMENTS))) == _der.MAX_ELEMENTS == 64
    with pytest.raises(_der.DerError, match="too many"):
        list(_der.elements(b"\x05\x00" * (_der.MAX_ELEMENTS + 1)))


def test_an_element_stays_in_what_it_lies_in() -> None:
    with pytest.raises(_der.DerError, match="longer"):
        list(_der.elements(b"\x05\x00\x04\x02\x00"))
    assert list(_der.elements(b"\x05\x00\x04\x81\x01\x07")) == [_der.Element(5, b""), _der.Element(4, b"\x07")]


@given(st.binary(max_size=300))
def test_any_bytes_are_elements_or_an_error(data: bytes) -> None:
    try:
        found = list(_der.elements(data))
    except _der.DerError:
        return
    assert sum(len(element.value) + 2 for element in found) <= len(data)


@given(st.binary(max_size=20), st.integers(0, 255), st.integers(2, 300))
def test_a_length_is_within_the_limit_or_short(data: bytes, tag: int, limit: int) -> None:
    length = _der.element_length(data, tag, limit)
    if isinstance(length, int):
        assert 2 <= length <= max(limit, 129)
