# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""NTLM: our question byte for byte, and challenges of real hosts, held against another implementation."""

from __future__ import annotations

import hashlib
import struct

import pytest
from ansible_collections.rdpops.health.plugins.module_utils._rdp import _ntlm
from hypothesis import given
from hypothesis import strategies as st

from tests.support.optional import shared_folder
from tests.support.rdp_bytes import NAMES, av_pairs, filetime, ntlm_challenge


def decoded(token: bytes) -> _ntlm.Challenge:
    found = _ntlm.decode_challenge(token)
    assert found is not None
    return found


def test_the_question_names_nobody() -> None:
    assert _ntlm.encode_negotiate() == b"NTLMSSP\0" + bytes.fromhex("01000000978208e2") + bytes(16) + bytes.fromhex("0a0063450000000f")


def test_a_whole_challenge() -> None:
    found = decoded(ntlm_challenge(av_pairs(*NAMES, (6, struct.pack("<I", 2)), (7, filetime(1_700_000_000.25)), (9, b"x\0"))))
    assert (found.flags, found.target_name, found.version, found.os_build) == (0xE2898235, "CONTOSO", (10, 0, 20348, 15), "10.0.20348")
    assert [number for number, dummy_value in found.pairs] == [2, 1, 4, 3, 5, 6, 7, 9]
    assert found.is_whole
    assert [found.name(number) for number in (1, 2, 3, 4, 5)] == ["SERVER", "CONTOSO", "server.contoso.example", "contoso.example", "contoso.example"]
    assert found.name(8) is None
    assert found.unix_time == pytest.approx(1_700_000_000.25, abs=1e-5)
    assert not found.has_whole_seconds


@pytest.mark.parametrize(
    ("value", "time"),
    [
        (bytes(8), None),
        (b"\xff" * 8, None),
        (b"\xff" * 7 + b"\x7f", None),
        (bytes(7), None),
        (bytes(9), None),
        (b"\1" + bytes(7), -11644473600),
        ((2650467744000000000).to_bytes(8, "little"), None),
        ((2650467743999999999).to_bytes(8, "little"), 253402300800),
    ],
)
def test_clocks_that_make_no_sense_are_not_told(value: bytes, time: float | None) -> None:
    found = decoded(ntlm_challenge(av_pairs((7, value))))
    assert found.unix_time == (None if time is None else pytest.approx(time, abs=1e-3))


def test_a_clock_of_whole_seconds_is_known_as_such() -> None:
    assert decoded(ntlm_challenge(av_pairs((7, filetime(1_700_000_000))))).has_whole_seconds
    assert not decoded(ntlm_challenge(av_pairs())).has_whole_seconds


@pytest.mark.parametrize(
    ("info", "numbers", "whole"),
    [
        (av_pairs((1, b"A\0"), end=b""), [1], False),  # no end mark
        (av_pairs((1, b"A\0")) + b"rubbish", [1], True),
        (struct.pack("<HH", 1, 200) + b"A\0", [], False),  # runs past the list
        (b"\1\0\1", [], False),
        (b"", [], True),
        (av_pairs(*[(8, b"")] * 31), [8] * 31, True),
        (av_pairs(*[(8, b"")] * 32), [8] * 32, False),  # no more are read
        (av_pairs((99, b"?")), [99], True),
    ],
)
def test_lists_of_pairs_that_break_the_rules(info: bytes, numbers: list[int], whole: bool) -> None:
    found = decoded(ntlm_challenge(info))
    assert ([number for number, dummy_value in found.pairs], found.is_whole) == (numbers, whole)


def patched(offset: int, data: bytes) -> _ntlm.Challenge | None:
    token = ntlm_challenge()
    return _ntlm.decode_challenge(token[:offset] + data + token[offset + len(data) :])


@pytest.mark.parametrize(("offset", "data"), [(0, b"X"), (8, b"\1"), (8, b"\3"), (11, b"\1")])
def test_what_is_no_challenge(offset: int, data: bytes) -> None:
    assert patched(offset, data) is None


def test_offsets_outside_the_token_are_not_followed() -> None:
    name = patched(16, struct.pack("<I", 0xFFFFFFFF))
    assert name is not None
    assert name.target_name is None
    info = patched(44, struct.pack("<I", 5000))
    assert info is not None
    assert (info.pairs, info.is_whole) == ((), False)
    exact = ntlm_challenge()
    assert decoded(exact).is_whole
    assert not decoded(exact[:-1]).is_whole


def test_a_short_challenge_has_what_it_has() -> None:
    token = ntlm_challenge()
    assert _ntlm.decode_challenge(token[:31]) is None
    shortest = decoded(token[:32])
    assert (shortest.version, shortest.pairs, shortest.target_name, shortest.is_whole) == (None, (), None, True)
    assert decoded(token[:55]).version is None
    assert decoded(token[:56]).version == (10, 0, 20348, 15)
    assert decoded(ntlm_challenge(flags=0x00000001)).os_build is None  # no version was promised


def test_names_are_bounded_and_printable() -> None:
    found = decoded(ntlm_challenge(av_pairs((1, ("a" * 300).encode("utf-16-le")), (2, "x\x1b[2J\n\u202e".encode("utf-16-le")), (3, b"\x00\xd8\x41"))))
    assert found.name(1) == "a" * 255
    assert found.name(2) == "x\ufffd[2J\ufffd\ufffd"
    assert found.name(3) == "\ufffd\ufffd" or found.name(3) == "\ufffd"
    assert decoded(ntlm_challenge(flags=2, name=b"OLD\xff")).target_name == "OLD\ufffd"
    assert decoded(ntlm_challenge(name=b"")).target_name is None


@given(st.binary(max_size=200))
def test_any_token_is_read_or_not(data: bytes) -> None:
    _ntlm.decode_challenge(data)
    found = _ntlm.decode_challenge(b"NTLMSSP\0\2\0\0\0" + data)
    if found is not None:
        for number in range(12):
            assert len(found.name(number) or "") <= 255
        assert found.unix_time is None or found.unix_time < 253402300801
        assert len(found.pairs) <= _ntlm.MAX_PAIRS


@given(st.integers(0, 150), st.binary(min_size=1, max_size=4))
def test_damage_anywhere_is_survived(offset: int, data: bytes) -> None:
    patched(offset, data)


def test_recorded_hosts_tell_who_they_are() -> None:
    # Given the challenges that hosts of two Windows versions once sent
    shared = shared_folder()
    if shared is None:
        pytest.skip("the folder with recorded handshakes is not here")
    files = sorted((shared / "captures" / "extracted").glob("*tsrequest-challenge*.hex"))
    assert len(files) == 7
    for file in files:
        message = bytes.fromhex(file.read_text(encoding="utf-8"))
        found = decoded(message[message.index(b"NTLMSSP\0") :])
        # Then each is read as its README says; names that belong to somebody are compared by their hash
        assert found.flags == 0xE2898235
        assert [number for number, dummy_value in found.pairs] == [2, 1, 4, 3, 5, 7]
        assert found.is_whole
        if "2022" in file.name:
            assert found.version == (10, 0, 20348, 15)
            hashed = {number: hashlib.sha256(value).hexdigest()[:8] for number, value in found.pairs}
            assert (hashed[3], hashed[4], hashed[5]) == ("3529eeaf", "2bd213a1", "2bd213a1")
            assert round(found.unix_time or 0, 3) in (1715026213.768, 1715027488.382)
        else:
            assert (found.version, found.name(3), found.name(5)) == ((10, 0, 14393, 15), "Server.CONTOSO.com", "CONTOSO.com")


@pytest.mark.parametrize("more", [(), ((7, filetime(1_700_000_000.5)),), ((6, struct.pack("<I", 1)), (8, bytes(48)), (10, bytes(16)))])
def test_another_implementation_reads_the_same(more: tuple[tuple[int, bytes], ...]) -> None:
    messages = pytest.importorskip("spnego._ntlm_raw.messages", reason="pyspnego is not installed")
    token = ntlm_challenge(av_pairs(*NAMES, *more))
    theirs, ours = messages.Challenge.unpack(token), decoded(token)
    assert (theirs.flags, theirs.target_name) == (ours.flags, ours.target_name)
    assert (theirs.version.major, theirs.version.minor, theirs.version.build) == (ours.version or ())[:3]
    for number in range(1, 6):
        assert theirs.target_info[messages.AvId(number)] == ours.name(number)
    asked = messages.Negotiate.unpack(_ntlm.encode_negotiate())
    assert (asked.flags, asked.domain_name, asked.workstation) == (0xE2088297, None, None)
