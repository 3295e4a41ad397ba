# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Our own ClientHello against a real TLS library, and the reading of what comes back."""

from __future__ import annotations

import ssl
import struct
from pathlib import Path

import pytest
from ansible_collections.rdpops.health.plugins.module_utils._rdp._client_hello import MAX_MESSAGE_BYTES, HelloReader, encode_client_hello
from ansible_collections.rdpops.health.plugins.module_utils._rdp._errors import LocalProtocolError
from ansible_collections.rdpops.health.plugins.module_utils._rdp._events import Event, NotTls, ServerCertificates, ServerHello
from ansible_collections.rdpops.health.plugins.module_utils._rdp._suites import LEGACY_SUITES, TLS13_SUITES, suite_name
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from tests.support.probing import certificate_folder
from tests.support.rdp_bytes import record

RANDOM = bytes(range(32))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate_folder(tmp_path_factory.mktemp("certificate"))


def answer_of_a_library(folder: Path, hello: bytes, version: ssl.TLSVersion, group: str | None = None) -> bytes:
    """Return what a TLS server of one version sends back to a ClientHello."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    if group:
        context.set_ecdh_curve(group)
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    session = context.wrap_bio(incoming, outgoing, server_side=True)
    incoming.write(hello)
    with pytest.raises(ssl.SSLError):  # it wants more, or it refuses
        session.do_handshake()
    return outgoing.read()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    ("number", "version"),
    [(0x0301, ssl.TLSVersion.TLSv1), (0x0302, ssl.TLSVersion.TLSv1_1), (0x0303, ssl.TLSVersion.TLSv1_2), (0x0304, ssl.TLSVersion.TLSv1_3)],
)
def test_a_real_library_takes_each_version(certificate: Path, number: int, version: ssl.TLSVersion) -> None:
    reply = answer_of_a_library(certificate, encode_client_hello(number, RANDOM, "rds.example"), version)
    reader = HelloReader()
    events = reader.read(reply)
    hello = events[0]
    assert isinstance(hello, ServerHello)
    assert hello.version == number
    assert reader.is_done
    if number == 0x0304:
        assert hello.suite in TLS13_SUITES
        assert len(events) == 1
    else:
        der = x509.load_pem_x509_certificate((certificate / "certificate.pem").read_bytes()).public_bytes(Encoding.DER)
        assert events[1:] == [ServerCertificates((der,))]
    # And byte by byte the same is read
    slow = HelloReader()
    assert [event for byte in reply for event in slow.read(bytes([byte]))] == events


@pytest.mark.parametrize("group", ["prime256v1", "secp384r1", "X25519"])
def test_any_usual_group_is_good_enough_for_tls13(certificate: Path, group: str) -> None:
    try:
        reply = answer_of_a_library(certificate, encode_client_hello(0x0304, RANDOM), ssl.TLSVersion.TLSv1_3, group)
    except (ValueError, ssl.SSLError) as error:
        pytest.skip(f"this Python cannot be told to use {group}: {error}")
    (hello,) = HelloReader().read(reply)
    assert isinstance(hello, ServerHello)
    assert hello.version == 0x0304  # a HelloRetryRequest is such an answer too


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_an_older_hello_is_answered_by_an_older_server(certificate: Path) -> None:
    reply = answer_of_a_library(certificate, encode_client_hello(0x0303, RANDOM), ssl.TLSVersion.TLSv1)
    hello = HelloReader().read(reply)[0]
    assert isinstance(hello, ServerHello)
    assert hello.version == 0x0301


def test_a_version_that_is_not_taken_is_an_alert(certificate: Path) -> None:
    reply = answer_of_a_library(certificate, encode_client_hello(0x0304, RANDOM), ssl.TLSVersion.TLSv1_2)
    assert reply[0] == 21
    reader = HelloReader()
    assert reader.read(reply) == []
    assert not reader.is_done


def test_what_is_offered() -> None:
    hello = encode_client_hello(0x0301, RANDOM, "rds.example")
    assert hello[:5] == b"\x16\x03\x01" + struct.pack(">H", len(hello) - 5)
    assert hello[9:11] == b"\x03\x01"
    assert hello[11:43] == RANDOM
    offered = hello[46 : 46 + struct.unpack_from(">H", hello, 44)[0]]
    suites = {suite for (suite,) in struct.iter_unpack(">H", offered)}
    assert set(LEGACY_SUITES) < suites
    assert 0x00FF in suites
    assert b"rds.example" in hello
    assert b"rds" not in encode_client_hello(0x0301, RANDOM)
    assert all(len(encode_client_hello(version, RANDOM, "a-long-host-name.department.example.com")) < 1300 for version in range(0x0301, 0x0305))


@pytest.mark.parametrize(("version", "random"), [(0x0300, RANDOM), (0x0305, RANDOM), (0x0303, RANDOM[:31])])
def test_misuse(version: int, random: bytes) -> None:
    with pytest.raises(LocalProtocolError):
        encode_client_hello(version, random)


def server_hello(version: int = 0x0303, suite: int = 0xC030, extensions: bytes = b"", session: bytes = b"") -> bytes:
    return message(2, struct.pack(">H", version) + bytes(32) + bytes([len(session)]) + session + struct.pack(">HB", suite, 0) + extensions)


def message(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + len(body).to_bytes(3, "big") + body


def chain(*ders: bytes) -> bytes:
    listed = b"".join(len(der).to_bytes(3, "big") + der for der in ders)
    return message(11, len(listed).to_bytes(3, "big") + listed)


def events_of(*messages: bytes) -> list[Event]:
    return HelloReader().read(record(22, b"".join(messages)))


def test_several_messages_in_one_record_and_one_message_in_several() -> None:
    whole = server_hello(session=b"x" * 32) + chain(b"leaf", b"issuer") + message(14, b"")
    expected = [ServerHello(0x0303, 0xC030), ServerCertificates((b"leaf", b"issuer"))]
    assert events_of(whole) == expected
    assert HelloReader().read(record(22, whole[:50]) + record(22, whole[50:60]) + record(22, whole[60:])) == expected


def test_the_oldest_version_is_read_too() -> None:
    assert events_of(server_hello(version=0x0300, suite=0x000A)) == [ServerHello(0x0300, 0x000A)]


def test_a_server_hello_that_is_cut_off() -> None:
    whole = struct.pack(">H", 0x0303) + bytes(32) + b"\x20" + bytes(32) + b"\xc0\x30\0"
    assert events_of(message(2, whole)) == [ServerHello(0x0303, 0xC030)]
    assert events_of(message(2, whole[:-1])) == [NotTls("")]


def test_a_server_without_certificates() -> None:
    assert events_of(server_hello(), message(12, b"x")) == [ServerHello(0x0303, 0xC030)]


@pytest.mark.parametrize(
    ("extensions", "version"),
    [
        (struct.pack(">HHHH", 6, 43, 2, 0x0304), 0x0304),
        (struct.pack(">HHHHHH", 10, 51, 0, 43, 2, 0x0304), 0x0304),
        (struct.pack(">HHHH", 6, 43, 2, 0x7F1C), 0x0303),  # a draft
        (struct.pack(">HHH", 4, 43, 9), 0x0303),
        (b"\0", 0x0303),
    ],
)
def test_the_version_of_tls13_is_in_an_extension(extensions: bytes, version: int) -> None:
    assert events_of(server_hello(suite=0x1301, extensions=extensions)) == [ServerHello(version, 0x1301)]


@pytest.mark.parametrize(
    "first",
    [
        message(1, bytes(40)),
        message(2, bytes(37)),
        message(2, b"\x03\x03" + bytes(32) + b"\xff" + bytes(10)),
        server_hello(version=0x02FF),
        server_hello(version=0x0304),
        b"\x02\xff\xff\xff",
    ],
)
def test_what_is_no_server_hello(first: bytes) -> None:
    reader = HelloReader()
    assert reader.read(record(22, first)) == [NotTls("")]
    assert reader.is_done
    assert reader.read(record(22, server_hello())) == []


def test_certificates_are_bounded() -> None:
    assert events_of(server_hello(), chain(*[b"x"] * 12))[1] == ServerCertificates((b"x",) * 10)
    assert events_of(server_hello(), message(11, b"\0\0\x09\0\0\x09ab"))[1] == ServerCertificates(())
    assert events_of(server_hello(), message(11, b"\0\0\x04\0\0\0x"))[1] == ServerCertificates(())
    assert events_of(server_hello(), message(11, b""))[1] == ServerCertificates(())


def test_what_never_ends_is_not_kept() -> None:
    reader = HelloReader()
    endless = message(2, bytes(MAX_MESSAGE_BYTES))
    taken = 0
    while not reader.is_done:
        reader.read(record(22, (endless + endless)[taken : taken + 16000]))
        taken += 16000
    assert taken < MAX_MESSAGE_BYTES + 40000


def test_names_of_suites() -> None:
    assert (suite_name(0x1301), suite_name(0x0005), suite_name(0xBEEF)) == ("TLS_AES_128_GCM_SHA256", "TLS_RSA_WITH_RC4_128_SHA", "0xBEEF")


@given(st.binary(max_size=300), st.integers(1, 40))
def test_any_bytes_are_survived_in_any_pieces(data: bytes, size: int) -> None:
    for start in (b"", record(22, server_hello())):
        reader = HelloReader()
        events = [event for at in range(0, len(start + data), size) for event in reader.read((start + data)[at : at + size])]
        assert all(isinstance(event, (ServerHello, ServerCertificates, NotTls)) for event in events)
        assert len(events) <= 2
