# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The raw bytes after a ClientHello: TLS, an alert, clear text or something else."""

from __future__ import annotations

import pytest
from ansible_collections.rdpops.health.plugins.module_utils._rdp._events import ClearTextReply, Event, NotTls, TlsAlert, TlsStarted
from ansible_collections.rdpops.health.plugins.module_utils._rdp._tls_records import ALERT_NAMES, MAX_RECORD_BYTES, RecordReader, alert_number
from hypothesis import given
from hypothesis import strategies as st

from tests.support.rdp_bytes import CLEAR_DISCONNECT, alert, record

HELLO = record(22, b"\x02" + bytes(70))


def events_of(data: bytes, *, chunk: int = 1 << 20) -> tuple[list[Event], int]:
    """Read everything; return the events and how many bytes were left."""
    reader, buffer, events = RecordReader(), bytearray(), []
    for start in range(0, len(data), chunk):
        buffer += data[start : start + chunk]
        while True:
            event = reader.read(buffer)
            if event is None:
                break
            events.append(event)
            if isinstance(event, (ClearTextReply, NotTls)):
                return events, len(buffer)
    return events, len(buffer)


CASES = [
    (HELLO, [TlsStarted()]),
    (HELLO + record(20, b"\x01") + record(23, bytes(3000)), [TlsStarted()]),
    (alert(40), [TlsAlert(2, 40)]),
    (alert(70), [TlsAlert(2, 70)]),
    (alert(112, level=1) + HELLO, [TlsAlert(1, 112), TlsStarted()]),
    (HELLO + alert(80), [TlsStarted(), TlsAlert(2, 80)]),
    (alert(112, level=1) + record(23, b"x"), [TlsAlert(1, 112), NotTls("")]),
    (alert(112, level=1) + CLEAR_DISCONNECT, [TlsAlert(1, 112), NotTls("")]),
    (HELLO + record(21, bytes(26)), [TlsStarted()]),  # an encrypted alert is the library's to read
    (CLEAR_DISCONNECT, [ClearTextReply()]),
    (b"\x03\x00", [ClearTextReply()]),
    (b"\x03", []),
    (b"\x03\x01", [NotTls("")]),
    (b"HTTP/1.1 400 Bad Request\r\n", [NotTls("HTTP")]),
    (b"SSH-2.0-x\r\n", [NotTls("SSH")]),
    (b"\x16\x02\x00\x00\x05", [NotTls("")]),  # SSLv2's major version
    (record(23, b"x"), [NotTls("")]),  # data before any handshake
    (record(20, b"\x01"), [NotTls("")]),
    (record(21, bytes(3)), [NotTls("")]),
    (record(22, b""), [NotTls("")]),
    (b"\x16\x03\x03" + (MAX_RECORD_BYTES + 1).to_bytes(2, "big"), [NotTls("")]),
    (b"\x16\x03\x03" + MAX_RECORD_BYTES.to_bytes(2, "big"), [TlsStarted()]),
    (HELLO + CLEAR_DISCONNECT, [TlsStarted(), NotTls("")]),
    (HELLO + b"\x18\x03\x03\x00\x01x", [TlsStarted(), NotTls("")]),
]


@pytest.mark.parametrize(("data", "expected"), CASES)
@pytest.mark.parametrize("chunk", [1, 2, 5, 1 << 20])
def test_the_reply_is_told_whatever_the_chunks(data: bytes, expected: list[Event], chunk: int) -> None:
    found = events_of(data, chunk=chunk)[0]
    if chunk >= 5:
        assert found == expected
    else:  # a foreign protocol is noticed at its first byte, before it can be named
        assert [type(event) for event in found] == [type(event) for event in expected]


@pytest.mark.parametrize(("level", "number", "final"), [(2, 40, True), (1, 0, True), (1, 112, False), (1, 90, False), (2, 112, True)])
def test_which_alerts_end_a_handshake(level: int, number: int, final: bool) -> None:
    assert TlsAlert(level, number).is_final is final


@pytest.mark.parametrize(
    ("reason", "number"),
    [
        ("SSLV3_ALERT_HANDSHAKE_FAILURE", 40),
        ("TLSV1_ALERT_PROTOCOL_VERSION", 70),
        ("TLSV1_ALERT_INTERNAL_ERROR", 80),
        ("TLSV1_ALERT_DECRYPT_ERROR", 51),
        ("TLSV13_ALERT_CERTIFICATE_REQUIRED", 116),
        ("SSLV3_ALERT_BAD_RECORD_MAC", 20),
        ("TLSV1_ALERT_NO_SUCH_THING", None),
        ("WRONG_VERSION_NUMBER", None),
        ("BAD_ALERT_RECORD_MAC", None),
        ("", None),
    ],
)
def test_the_alert_in_a_library_reason(reason: str, number: int | None) -> None:
    assert alert_number(reason) == number


def test_the_names_that_matter_most() -> None:
    assert {number: ALERT_NAMES[number] for number in (40, 70, 71, 80)} == {
        40: "handshake_failure",
        70: "protocol_version",
        71: "insufficient_security",
        80: "internal_error",
    }


@given(st.binary(max_size=400), st.integers(1, 400))
def test_no_bytes_raise_anything_and_chunks_do_not_matter(data: bytes, chunk: int) -> None:
    whole, left = events_of(data)
    assert [type(event) for event in events_of(data, chunk=chunk)[0]] == [type(event) for event in whole]
    ended = bool(whole) and isinstance(whole[-1], (ClearTextReply, NotTls))
    assert ended or left <= 6  # never more than an unfinished head or alert is kept


@given(st.lists(st.sampled_from([HELLO, alert(112, level=1), record(23, bytes(900)), record(20, b"\x01")]), max_size=30))
def test_well_formed_records_leave_nothing_behind(records: list[bytes]) -> None:
    dummy, left = events_of(HELLO + b"".join(records), chunk=7)
    assert left == 0
