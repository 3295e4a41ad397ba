# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""TSRequests: what we send, what real hosts answered, and what must not hurt."""

from __future__ import annotations

import pytest
from ansible_collections.rdpops.health.plugins.module_utils._rdp import _credssp, _der
from ansible_collections.rdpops.health.plugins.module_utils._rdp._events import CredSspReply, Event, Mechanism, NotCredSsp
from hypothesis import given
from hypothesis import strategies as st

from tests.support.optional import shared_folder
from tests.support.rdp_bytes import CLEAR_DISCONNECT, challenge, der, ntlm_challenge, ts_request

FIRST = bytes.fromhex("3037a003020106a130302e302ca02a0428") + b"NTLMSSP\0" + bytes.fromhex("01000000978208e2") + bytes(16) + bytes.fromhex("0a0063450000000f")
# NegTokenResp: request-mic, supportedMech Kerberos, and no token of NTLM
SPNEGO = bytes.fromhex("a1143012a0030a0103a10b06092a864886f712010202")


def read(message: bytes) -> Event:
    assert _credssp.reply_length(message) == len(message)
    return _credssp.decode_reply(message)


def reply(message: bytes) -> CredSspReply:
    found = read(message)
    assert isinstance(found, CredSspReply)
    return found


def test_the_first_message() -> None:
    assert _credssp.encode_request() == FIRST
    assert len(FIRST) == 57


@pytest.mark.parametrize("version", [2, 3, 4, 5, 6, 96, 127])
def test_the_version_is_that_of_the_server(version: int) -> None:
    assert reply(challenge(version=version)).version == version


def test_a_challenge() -> None:
    found = reply(challenge())
    assert (found.mechanism, found.error_code) == (Mechanism.NTLM, None)
    assert found.challenge is not None
    assert found.challenge.name(1) == "SERVER"


@pytest.mark.parametrize(
    ("message", "code"), [("300da003020106a406020480090302", 0x80090302), ("300da003020106a4060204c000006e", 0xC000006E), ("300aa003020106a40302012a", 42)]
)
def test_error_codes_are_unsigned(message: str, code: int) -> None:
    assert reply(bytes.fromhex(message)) == CredSspReply(6, code, Mechanism.NONE)


@pytest.mark.parametrize(
    ("token", "mechanism"),
    [
        (SPNEGO, Mechanism.SPNEGO),
        (b"\x60\x03abc", Mechanism.NONE),
        (b"\xa1\x82\x01\x00" + ntlm_challenge(), Mechanism.NTLM),  # wrapped
        (b"\xa1\x0c" + b"NTLMSSP\0\3\0\0\0", Mechanism.NONE),
        (bytes(12000), Mechanism.NONE),  # what FreeRDP once answered to junk
        (b"", Mechanism.NONE),
        (b"x" + ntlm_challenge(), Mechanism.NONE),
        (b"NTLMSSP\0\1\0\0\0" + bytes(40), Mechanism.NONE),
    ],
)
def test_what_is_in_the_token(token: bytes, mechanism: Mechanism) -> None:
    found = reply(ts_request(token))
    assert found.mechanism is mechanism
    assert (found.challenge is not None) == (mechanism is Mechanism.NTLM)


KERBEROS, OLD_KERBEROS, NTLM, NEGOEX = (
    der(6, bytes.fromhex(number)) for number in ("2a864886f712010202", "2a864882f712010202", "2b06010401823702020a", "2b06010401823702021e")
)
SPNEGO_OID = der(6, bytes.fromhex("2b0601050502"))


def response(state: int | None, mechanism: bytes | None) -> bytes:
    fields = b"" if state is None else der(0xA0, der(0x0A, bytes((state,))))
    return der(0xA1, der(0x30, fields + (b"" if mechanism is None else der(0xA1, mechanism))))


def initial(*mechanisms: bytes, wrapper: bytes = SPNEGO_OID) -> bytes:
    return der(0x60, wrapper + der(0xA0, der(0x30, der(0xA0, der(0x30, b"".join(mechanisms))))))


@pytest.mark.parametrize(
    ("token", "mechanism", "rejected"),
    [
        (response(1, KERBEROS), Mechanism.SPNEGO, False),
        (response(0, OLD_KERBEROS), Mechanism.SPNEGO, False),
        (response(None, KERBEROS), Mechanism.SPNEGO, False),
        (response(2, KERBEROS), Mechanism.SPNEGO, True),  # it says no, whatever it names
        (response(2, None), Mechanism.SPNEGO, True),
        (response(1, NTLM), Mechanism.NONE, False),  # NTLM is what it takes
        (response(1, NEGOEX), Mechanism.NONE, False),
        (response(1, None), Mechanism.NONE, False),
        (response(1, KERBEROS)[:-1], Mechanism.NONE, False),
        (response(1, der(4, b"x")), Mechanism.NONE, False),
        (der(0xA1, b""), Mechanism.NONE, False),
        (initial(KERBEROS), Mechanism.SPNEGO, False),
        (initial(NEGOEX, OLD_KERBEROS), Mechanism.SPNEGO, False),
        (initial(KERBEROS, NTLM), Mechanism.NONE, False),
        (initial(NEGOEX), Mechanism.NONE, False),
        (initial(), Mechanism.NONE, False),
        (initial(KERBEROS, wrapper=KERBEROS), Mechanism.NONE, False),  # a token of Kerberos itself, not of SPNEGO
        (der(0x60, SPNEGO_OID), Mechanism.NONE, False),
        (der(0x60, SPNEGO_OID + der(0xA0, der(0x30, b""))), Mechanism.NONE, False),
    ],
)
def test_only_what_names_kerberos_alone_leaves_kerberos_alone(token: bytes, mechanism: Mechanism, rejected: bool) -> None:
    found = reply(ts_request(token))
    assert (found.version, found.mechanism, found.is_rejected, found.challenge) == (6, mechanism, rejected, None)


@pytest.mark.parametrize(
    "message",
    [
        der(0x30, b""),  # no version
        der(0x30, der(0xA1, der(0x30, b""))),
        der(0x30, der(0xA0, der(4, b"\6"))),
        der(0x30, der(0xA0, b"")),
        der(0x30, der(0xA0, der(2, b"\6" * 9))),
        der(0x30, der(0xA0, der(2, b"\6")) + b"\xa1\x05"),
        der(0x30, der(0xA0, der(2, b"\6")) + der(0xA1, der(0x31, b""))),
        der(0x30, der(0xA0, der(2, b"\6")) + der(0xA1, der(0x30, der(0x30, der(0xA1, b""))))),
        der(0x30, der(0xA0, der(2, b"\6")) + der(0xA1, der(0x30, der(0x30, der(0xA0, der(2, b"\1")))))),
        der(0x30, der(0xA0, der(2, b"\6")) + der(0xA4, der(4, b""))),
        der(0x30, b"\x05\x00" * 65),
    ],
)
def test_what_breaks_the_rules_is_not_credssp(message: bytes) -> None:
    assert read(message) == NotCredSsp("")


def test_fields_that_nobody_knows_are_skipped_and_of_two_the_first_counts() -> None:
    fields = der(0xA0, der(2, b"\5")) + der(0xA0, der(2, b"\2")) + der(0xA2, b"\0") + der(0xA3, b"x") + der(0xA5, b"y") + der(0xA9, b"z") + der(5, b"")
    assert reply(der(0x30, fields)) == CredSspReply(5, None, Mechanism.NONE)
    assert reply(der(0x30, der(0xA0, der(2, b"\6")) + der(0xA1, der(0x30, b"")))).mechanism is Mechanism.NONE
    assert reply(der(0x30, der(0xA0, der(2, b"\6")) + der(0xA1, der(0x30, der(4, b""))))).mechanism is Mechanism.NONE


def test_the_length_is_bounded() -> None:
    assert _credssp.reply_length(der(0x30, bytes(_credssp.MAX_BYTES - 4))) == _credssp.MAX_BYTES == 16384
    assert _credssp.reply_length(der(0x30, bytes(_credssp.MAX_BYTES - 3))) is _der.Framing.NOT_DER


@pytest.mark.parametrize(("data", "name"), [(CLEAR_DISCONNECT, "RDP"), (b"HTTP/1.1 400", "HTTP"), (b"\0\0", ""), (b"\3", "")])
def test_foreign_answers_have_a_name(data: bytes, name: str) -> None:
    assert _credssp.foreign(data) == NotCredSsp(name)


@given(st.binary(max_size=400))
def test_any_bytes_are_an_event(data: bytes) -> None:
    assert isinstance(_credssp.decode_reply(data), (CredSspReply, NotCredSsp))
    assert isinstance(_credssp.decode_reply(der(0x30, der(0xA0, der(2, b"\6")) + data)), (CredSspReply, NotCredSsp))


@given(st.integers(0, 300), st.binary(min_size=1, max_size=3))
def test_damage_anywhere_is_survived(offset: int, data: bytes) -> None:
    whole = challenge()
    assert isinstance(_credssp.decode_reply(whole[:offset] + data + whole[offset + len(data) :]), (CredSspReply, NotCredSsp))
    assert isinstance(_credssp.decode_reply(whole[:offset]), (CredSspReply, NotCredSsp))


def test_recorded_answers() -> None:
    shared = shared_folder()
    if shared is None:
        pytest.skip("the folder with recorded handshakes is not here")
    found = {}
    for file in sorted((shared / "captures" / "extracted").glob("*tsrequest*.hex")):
        answer = reply(bytes.fromhex(file.read_text(encoding="utf-8")))
        found[file.stem] = (answer.version, answer.error_code, answer.mechanism.value)
    assert len(found) == 9
    assert found["ws2022-tsrequest-error-1"] == (6, 0x80090302, "none")
    assert found["ws2022-tsrequest-error-2"] == (6, 0xC000006E, "none")
    assert found["ws2022-tsrequest-challenge-1"] == found["ws2022-tsrequest-challenge-2"] == (6, None, "ntlm")
    assert [value for name, value in found.items() if "2016" in name] == [(4, None, "ntlm")] * 5  # before the fix for CVE-2018-0886


def test_another_implementation_reads_the_same() -> None:
    structures = pytest.importorskip("spnego._credssp_structures", reason="pyspnego is not installed")
    for message in (FIRST, challenge(version=4), ts_request(error=0xC000006E), ts_request(SPNEGO, version=2)):
        theirs, ours = structures.TSRequest.unpack(message), _credssp.decode_reply(message)
        assert isinstance(ours, CredSspReply)
        assert theirs.version == ours.version
        assert ((theirs.error_code or 0) & 0xFFFFFFFF) == (ours.error_code or 0)
