# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What people paste is explained number by number, and leads to causes that exist."""

from __future__ import annotations

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.codes import load_codes
from ansible_collections.rdpops.health.plugins.plugin_utils._core.error_code import ErrorCodeError
from ansible_collections.rdpops.health.plugins.plugin_utils._core.explain import Explained, explain, lines
from hypothesis import given
from hypothesis import strategies as st

from tests.support.host_states import CATALOGUE

EVENT_VIEWER = """Log Name:      System
Source:        Schannel
Date:          11/20/2024 10:11:12 AM
Event ID:      36870
Task Category: None
Level:         Error
Keywords:
User:          SYSTEM
Computer:      rds01.corp.example.com
Description:
A fatal error occurred when attempting to access the TLS server credential private key. The error code returned from the cryptographic module is
0x8009030D. The internal error state is 10001."""
STATE_OF_CLIENT = (
    "RDPClient_SSL: An error was encountered when transitioning from TsSslStateHandshakeStart to TsSslStateDisconnected in response to "
    "TsSslEventHandshakeContinueFailed (error code 0x80004005)."
)
NO_COMMON_SUITE = (
    "An TLS 1.2 connection request was received from a remote client application, but none of the cipher suites supported by the client application "
    "are supported by the server. The TLS connection request has failed."
)
CREDSSP_DIALOGUE = (
    "An authentication error has occurred. The function requested is not supported. Remote computer: rds01 "
    "This could be due to CredSSP encryption oracle remediation. For more information, see https://go.microsoft.com/fwlink/?linkid=866660"
)


def told(text: str) -> Explained:
    return explain(text, load_codes())


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("0x904 0x7", [("error code", 0x904), ("extended error code", 7)]),
        ("2308", [("error code", 0x904)]),
        ("Error code: 0x904 Extended error code: 0x7", [("error code", 0x904), ("extended error code", 7)]),
        ("(Code: 0x3000046)", [("error code", 0x3000046)]),
        ("RDP ClientActiveX has been disconnected (Reason= 2308)", [("error code", 0x904)]),
        ("Die Verbindung wurde getrennt (Reason= 2308).", [("error code", 0x904)]),
        ("0x80090302", [("status", 0x80090302)]),
        ("-2146893054", [("status", 0x80090302)]),
        ("TLS alert 40", [("TLS alert", 40)]),
        ("fatal alert: 70", [("TLS alert", 70)]),
        ("NEG_FAILURE 0x5", [("negotiation failure", 5)]),
        ("failure 3", [("negotiation failure", 3)]),
        ("event 6041", [("event (client, System, LsaSrv)", 6041)]),
        ("Event ID: 1058, 0x8009000F", [("event (host, RemoteConnectionManager)", 1058), ("status", 0x8009000F)]),
        ("event 36871 10013", [("event (host, System, Schannel)", 36871), ("Schannel state", 10013)]),
        ("event 36888 40", [("event (System, Schannel)", 36888), ("TLS alert", 40)]),
        ("36888 40 1205", [("event (System, Schannel)", 36888), ("TLS alert", 40), ("Schannel state", 1205)]),
        ("Ereignis 36887, Warnung 70", [("event (System, Schannel)", 36887), ("TLS alert", 70)]),
        ("event 36870 0x8009030D state 10001", [("event (host, System, Schannel)", 36870), ("status", 0x8009030D), ("Schannel state", 10001)]),
        ("event 36870 10001", [("event (host, System, Schannel)", 36870), ("Schannel state", 10001)]),
        ("... fatal error code is 40. The Windows SChannel error state is 1205.", [("TLS alert", 40), ("Schannel state", 1205)]),
        ("... The TLS protocol defined fatal alert code is 70.", [("TLS alert", 70)]),
        ("alert 40 state 1205", [("TLS alert", 40), ("Schannel state", 1205)]),
        ("event 1026 reason 264", [("event (client, RDPClient/Operational)", 1026), ("error code", 264)]),
        ("LSM 40 5", [("event (host, LocalSessionManager/Operational)", 40), ("reason", 5)]),
        (
            "event 40: Session 12 has been disconnected, reason code 5",
            [("event (host, LocalSessionManager/Operational)", 40), ("number", 12), ("reason", 5)],
        ),
        ("Service Control Manager 7000 1069", [("event (host, System, Service Control Manager)", 7000), ("Windows error", 1069)]),
        ("4625 0xC000006D 0xC0000064", [("event (host, Security)", 4625), ("status", 0xC000006D), ("status", 0xC0000064)]),
        ("event 226", [("event (client, RDPClient/Operational)", 226), ("event (host, RdpCoreTS/Operational)", 226)]),
        ("RdpCoreTS event 226", [("event (host, RdpCoreTS/Operational)", 226)]),
        ("Fehlercode: 0x904 Erweiterter Fehlercode: 0x7", [("error code", 0x904), ("extended error code", 7)]),
        ("connection failure 0x904", [("error code", 0x904)]),
        (EVENT_VIEWER, [("event (host, System, Schannel)", 36870), ("status", 0x8009030D), ("Schannel state", 10001)]),
        ("Date: 11/20/2024 10:11:12 AM Event ID: 36870 0x8009030D", [("event (host, System, Schannel)", 36870), ("status", 0x8009030D)]),
        ("0x1807 event 1067", [("error code", 0x1807), ("event (host, RemoteConnectionManager)", 1067)]),
        (
            "0x904/0x7 and Event ID: 36888, 40",
            [("error code", 0x904), ("extended error code", 7), ("event (System, Schannel)", 36888), ("TLS alert", 40)],
        ),
        ("Event ID: 36871 state 10013, process svchost (PID: 1234)", [("event (host, System, Schannel)", 36871), ("Schannel state", 10013)]),
        (
            "Event ID: 4625 Logon ID: 0x0 Logon Type: 3 Status: 0xC000006D Sub Status: 0xC000006A Process: 0x0 Source Port: 0 Key Length: 0",
            [("event (host, Security)", 4625), ("status", 0xC000006D), ("status", 0xC000006A)],
        ),
        ("Extended error code: 0x9", [("extended error code", 9)]),
        ("0xC000006D 0xC0000064", [("status", 0xC000006D), ("status", 0xC0000064)]),
        ("0x904/0xC0000064", [("error code", 0x904), ("extended error code", 0xC0000064)]),
        ("error:14094410:SSL routines:sslv3 alert handshake failure:SSL alert number 40", [("TLS alert", 40)]),
        ("the host sent TLS alert 40", [("TLS alert", 40)]),
        (STATE_OF_CLIENT, [("event (client, RDPClient/Operational)", 226), ("status", 0x80004005)]),
        ("Log Name: Microsoft-Windows-TerminalServices-RDPClient/Operational, Event ID: 226", [("event (client, RDPClient/Operational)", 226)]),
        (NO_COMMON_SUITE, [("event (host, System, Schannel)", 36874)]),
        (CREDSSP_DIALOGUE, [("status", 0x80090302)]),
    ],
)
def test_every_form(text: str, numbers: list[tuple[str, int]]) -> None:
    assert [(part.what, part.number) for part in told(text).parts] == numbers


@pytest.mark.parametrize(
    ("text", "same_as"),
    [
        ("36870", "event 36870"), ("Schannel 36870", "event 36870"), ("schannel 36869", "event 36869"), ("36870 0x8009030D", "event 36870 0x8009030D"),
        ("4625", "event 4625"), ("1058, 0x8009000F", "event 1058, 0x8009000F"),
        ("1028", "0x404"), ("2308", "0x904"),  # a code that a client shows comes first
        ("SSL_CERT_NOT_ON_SERVER", "failure 3"), ("hybrid required by server", "failure 5"), ("RDP_NEG_FAILURE SSL_NOT_ALLOWED_BY_SERVER", "failure 2"),
        ("handshake_failure", "alert 40"), ("tlsv1 alert protocol version", "alert 70"), ("sslv3 alert handshake failure", "alert 40"),
        ("alert unknown-ca", "alert 48"), ("SEC_E_UNKNOWN_CREDENTIALS", "0x8009030D"), ("NTE_EXISTS", "0x8009000F"),
        ("disconnectReasonAtClientWinsockFDCLOSE", "0x904"),
    ],
)  # fmt: skip
def test_a_bare_event_and_a_name_mean_their_number(text: str, same_as: str) -> None:
    found, wanted = told(text), told(same_as)
    assert (found.parts, found.causes) == (wanted.parts, wanted.causes)
    assert found.given == text or text in ("1028", "2308")


def test_every_name_leads_to_a_number_that_is_known() -> None:
    names = load_codes().names
    assert all(part.meaning and not part.meaning.startswith("No meaning") for name in names for part in told(name).parts)
    assert {name for name in names if name != name.casefold()} == set()


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("0x1607", "C35"), ("0xB09", "C54"), ("0x2107", "C56"), ("0xF07", "C33"), ("0x1307", "C32"), ("0x104", "C60"), ("0x808/0x105", "C40"),
        ("0x904/0x401", "C59"), ("alert 40", "C12"), ("alert 70", "C11"), ("failure 2", "C14"), ("event 6041", "C26"), ("event 1058 0x8009000F", "C04"),
        ("0x80090324", "C30"), ("0xC000035B", "C58"), ("0xC0000418", "C29"),
    ],
)  # fmt: skip
def test_the_cause_to_look_at_first(text: str, first: str) -> None:
    assert told(text).causes[0] == first


@pytest.mark.parametrize(
    ("text", "causes"),
    [
        ("4625 0xC000006E 0xC0000234", ("C33",)),  # locked: nothing about a password that is missing
        ("4625 0xC000006D 0xC000006A", ("C34",)),
        ("4625 0xC000006E", ("C32", "C62")),
        ("4625", ("C32", "C33", "C34", "C62")),
        ("0xC000006D 0xC0000064", ()),  # there is no such user, so no saved password either
        ("4625 0xC000006D 0xC0000064", ()),
        ("0xC0000234 0xC000006D", ("C33",)),
        ("event 1058 0x8009000F", ("C04",)),
        ("0x1807 event 1067", ("C30", "C31")),
        ("Extended error code: 0x9", ("C32",)),
        (STATE_OF_CLIENT, ("C63", "C12", "C11")),
        (CREDSSP_DIALOGUE, ("C26", "C27", "C11")),
        (NO_COMMON_SUITE, ("C12",)),
    ],
)
def test_what_says_more_narrows_what_says_less(text: str, causes: tuple[str, ...]) -> None:
    assert told(text).causes == causes


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("16389 event 1026", "16389 stands before event 1026, and what it is cannot be told: give the event first, such as event 1026 16389"),
        ("Reason=2,308", "holds 2,308, which may be one number or two: give 2308"),
        ("event 1026 Reason=2,308", "which may be one number or two"),
        ("alert 999", "these end at 255"),
        ("TLS alert 40 in session 7", "Beside 'TLS alert 40' stands 7"),
    ],
)
def test_what_cannot_be_told_apart_is_refused_with_what_to_give(text: str, words: str) -> None:
    with pytest.raises(ErrorCodeError) as caught:
        told(text)
    assert words in str(caught.value)
    assert "tools/rdp_error" not in str(caught.value)


def test_no_such_user_is_told_to_look_at_the_name() -> None:
    assert "how it is spelled" in told("0xC000006D 0xC0000064").note
    assert told("0xC0000064").note == told("0xC000006D 0xC0000064").note


@pytest.mark.parametrize(
    ("text", "documented"),
    [("0x904", True), ("0xB09", False), ("0x3000046", False), ("0x4", False), ("event 36870", True), ("event 6041", False), ("event 36888", False)],
)
def test_what_the_maker_documents_stays_apart(text: str, documented: bool) -> None:
    found = told(text)
    assert found.parts[0].documented is documented
    assert ("[not documented by the maker]" in "\n".join(lines(found, CATALOGUE))) is not documented


@pytest.mark.parametrize("text", ["event 36869", "alert 3", "failure 9", "event 36888 41", "event 36871 9", "event 261 7"])
def test_what_no_table_holds_is_said_to_be_in_none_and_nothing_about_the_maker(text: str) -> None:
    found = told(text)
    assert "is not in our table" in found.parts[-1].meaning
    assert not found.parts[-1].known
    assert "documented" not in list(lines(found, CATALOGUE))[len(found.parts)]


def test_more_numbers_beside_an_event_than_can_be_told_apart_are_refused() -> None:
    with pytest.raises(ErrorCodeError, match=r"Event 36888 stands beside 4 numbers \(1, 2, 3, 4\)"):
        told("event 36888 1 2 3 4")


def test_a_cause_that_both_numbers_lead_to_comes_first() -> None:
    assert told("event 36888").causes[:2] == ("C12", "C11")
    assert told("event 36888 70").causes[0] == "C11"


def test_the_document_of_a_filter() -> None:
    found = told("event 226 0x80004005").to_document()
    assert (found["code"], found["extended"], found["documented"]) == (226, 0x80004005, False)
    assert " Or: " in found["meaning"]
    assert found["extended_meaning"] == "Unspecified failure."
    assert [part["number"] for part in found["parts"]] == [226, 226, 0x80004005]
    assert "C63" in found["causes"]
    assert told("0x904").to_document()["extended"] is None
    alone = told("extended 9").to_document()
    assert (alone["code"], alone["meaning"], alone["extended"]) == (None, "", 9)
    assert "no right" in alone["extended_meaning"]


def test_every_cause_that_a_table_names_is_in_the_catalogue() -> None:
    tables = load_codes()
    named = {cause for table in tables.codes.values() for rows in table.values() for code in rows for cause in code.causes}
    named |= {cause for table in tables.causes.values() for causes in table.values() for cause in causes}
    assert named - {cause.id for cause in CATALOGUE.causes} == set()


def test_every_number_with_causes_has_a_meaning() -> None:
    tables = load_codes()
    for name, known in (("disconnect", tables.errors.disconnect), ("status", tables.errors.status)):
        assert tables.causes[name].keys() - known.keys() == set()


def test_lines_name_causes_and_checks() -> None:
    text = "\n".join(lines(told("event 36870"), CATALOGUE))
    assert "C01 " in text
    assert "key_store.listener_key" in text
    assert "No cause is nearer" in "\n".join(lines(told("0x1"), CATALOGUE))


@given(st.text(max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    try:
        assert told(text).parts
    except ErrorCodeError as exc:
        assert str(exc).isprintable()
