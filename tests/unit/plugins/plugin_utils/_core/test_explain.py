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
