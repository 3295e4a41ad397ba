# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every form in which people write a code down is read; everything else is refused in one sentence."""

from __future__ import annotations

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.client_errors import load_client_errors
from ansible_collections.rdpops.health.plugins.plugin_utils._core.error_code import ErrorCodeError, decode_error, parse_error, status_in
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "code", "extended"),
    [
        ("0x904/0x7", 0x904, 7),
        ("0X904 / 0X7", 0x904, 7),
        ("2308", 0x904, None),
        ("2308/7", 0x904, 7),
        ("0x904 0x7", 0x904, 7),
        ("0x904, 0x7.", 0x904, 7),
        (" 0x904 ", 0x904, None),
        ("Error code: 0x904\nExtended error code: 0x7", 0x904, 7),
        ("Error code: 0x904 Extended error code: 0x0", 0x904, 0),
        ("(Code: 0x3000046)", 0x3000046, None),
        ("RDP ClientActiveX has been disconnected (Reason= 2308)", 0x904, None),
        ("-2146893054", 0x80090302, None),
        ("0x80090302", 0x80090302, None),
        ("Error 0x204", 0x204, None),
        ("Error 2308 extended 0x7", 0x904, 7),
        ("event 1026 reason 264", 264, None),
        ("code 0x3 extended 0x11", 3, 0x11),
    ],
)
def test_forms(text: str, code: int, extended: int | None) -> None:
    assert parse_error(text) == (code, extended)


@pytest.mark.parametrize(
    ("text", "code", "extended"),
    [
        ("Fehlercode: 0x904 Erweiterter Fehlercode: 0x7", 0x904, 7),
        ("Code d\u2019erreur\u00a0: 0x904\nCode d\u2019erreur \u00e9tendu\u00a0: 0x7", 0x904, 7),
        ("C\u00f3digo de error: 0x904 C\u00f3digo de error extendido: 0x7", 0x904, 7),
        ("\u30a8\u30e9\u30fc \u30b3\u30fc\u30c9: 0x904\n\u62e1\u5f35\u30a8\u30e9\u30fc \u30b3\u30fc\u30c9: 0x7", 0x904, 7),
        ("\u30a8\u30e9\u30fc\u30b3\u30fc\u30c9\uff1a\uff10\uff58\uff19\uff10\uff14", 0x904, None),  # of full width, without a space
        ("Ereignis 1026, Grund 2308", 0x904, None),
        ("Verbinden scheitert. Fehlercode: 0x204. Zeit (UTC): 11/20/26 10:15:22, rds01.example.test:3389, 192.0.2.7", 0x204, None),
        ("0x904, Windows 11 24H2, 3 users", 0x904, None),  # beside a code in hexadecimal, other numbers count or name something
        ("2026-11-20T10:15:22Z code 516, activity {5d4c0001-0000-0000-0000-000000000000}", 516, None),
        ("connection failure 0x904", 0x904, None),
    ],
)
def test_whatever_words_stand_around(text: str, code: int, extended: int | None) -> None:
    assert parse_error(text) == (code, extended)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("see ticket", "holds no number that stands by itself"),
        ("session 3 of 7 users, 2308", "holds 3 numbers (3, 7, 2308)"),
        ("0x904 0x7 0x1 0x2", "holds 4 numbers (0x904, 0x7, 0x1, 0x2)"),
        ("Windows 11 says 0x904", "holds 11, 0x904, and whether the first belongs"),
        ("event 36870", "the number of an event"),
        ("Ereignis-ID: 36888, 40", "the number of an event"),
        ("alert 40", "a number of TLS or of the negotiation"),
        ("NEG_FAILURE 3", "a number of TLS or of the negotiation"),
        ("SSL alert number 40", "a number of TLS or of the negotiation"),
        ("alert 999", "holds 999 as a TLS alert, and these end at 255"),
        ("alert 256", "holds 256 as a TLS alert"),
        ("Reason=2,308", "holds 2,308, which may be one number or two: give 2308, or two codes such as 0x904/0x7"),
        ("16389 event 1026", "holds 16389 before event 1026, whose code stands after it"),
        ("code 0x904 {{ extended }}", "is not an error code"),
    ],
)
def test_what_cannot_be_told_is_said(text: str, words: str) -> None:
    with pytest.raises(ErrorCodeError) as caught:
        parse_error(text)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "Extended error code: 0x9", "extended 9", "ERRINFO_SERVER_INSUFFICIENT_PRIVILEGES (0x00000009)", "Erweiterter Fehlercode: 0x9",
        "Code d\u2019erreur \u00e9tendu\u00a0: 0x9", "extendedDisconnectReason = 9", "\u62e1\u5f35\u30a8\u30e9\u30fc \u30b3\u30fc\u30c9: 0x9",
        "[14:10:28] [1234] [com.freerdp.core] - ERRINFO_SERVER_INSUFFICIENT_PRIVILEGES (0x00000009):The server denied the connection",
    ],
)  # fmt: skip
def test_a_label_says_that_the_extended_code_stands_alone(text: str) -> None:
    assert parse_error(text) == (None, 9)
    decoded = decode_error(text, load_client_errors())
    assert (decoded.code, decoded.documented, decoded.note) == (None, True, "")
    assert decoded.meaning == "No error code was given beside it."
    assert "no right" in decoded.extended_meaning


@pytest.mark.parametrize(
    ("text", "code", "extended"),
    [
        ("Extended error code: 0x7 Error code: 0x904", 0x904, 7),
        ("Fehlercode: 2308, erweiterter Fehlercode: 7", 0x904, 7),
        ("an extended outage: 0x904", 0x904, None),
        ("Fehlercode: 0x904 Erweiterter Fehlercode:", 0x904, None),
        ("Reason= 2308, extended 0x7", 0x904, 7),
    ],
)
def test_a_label_beside_the_error_code(text: str, code: int, extended: int | None) -> None:
    assert parse_error(text) == (code, extended)


@pytest.mark.parametrize(
    ("status", "sub_status", "read"),
    [
        ("0xC000006D", "0xC000006A", (0xC000006D, 0xC000006A)),
        ("0xC0000234", "0x0", (0xC0000234, None)),
        ("0xC000006D", "0xC000006D", (0xC000006D, None)),
    ],
)
@pytest.mark.parametrize(("logon_type", "session"), [("3", "0x0"), ("10", "0x3E7")])
def test_the_text_of_a_refused_logon(status: str, sub_status: str, read: tuple[int, int | None], logon_type: str, session: str) -> None:
    """Given the text of event 4625 as Windows writes it, then its statuses are read; zeros, the kind of log-on and ports are not."""
    text = f"""An account failed to log on.
        Subject: Security ID: NULL SID Account Name: - Account Domain: - Logon ID: {session} Logon Type: {logon_type}
        Account For Which Logon Failed: Security ID: NULL SID Account Name: jdoe Account Domain: CORP
        Failure Information: Failure Reason: Unknown user name or bad password. Status: {status} Sub Status: {sub_status}
        Process Information: Caller Process ID: 0x0 Caller Process Name: -
        Network Information: Workstation Name: WS-01 Source Network Address: 192.0.2.10 Source Port: 49812
        Detailed Authentication Information: Logon Process: NtLmSsp Authentication Package: NTLM Package Name (NTLM only): - Key Length: 0"""
    assert parse_error(text) == read
    german = text.replace("Logon ID", "Anmelde-ID").replace("Caller Process ID", "Aufrufprozess-ID").replace("0x3E7", "0x0")
    assert parse_error(german) == read


@pytest.mark.parametrize("text", ["2308 0x80090302 0x7", "0x904 0x7 0xC000006D", "0xC000006D 0xC000006A 0xC0000064"])
def test_statuses_among_other_codes_are_not_picked(text: str) -> None:
    with pytest.raises(ErrorCodeError, match="cannot be told"):
        parse_error(text)


def test_the_dialogue_of_credssp_shows_no_number_and_means_one() -> None:
    text = (
        "An authentication error has occurred. The function requested is not supported. Remote computer: rds01 "
        "This could be due to CredSSP encryption oracle remediation. For more information, see https://go.microsoft.com/fwlink/?linkid=866660"
    )
    assert parse_error(text) == (0x80090302, None)
    with pytest.raises(ErrorCodeError, match="holds no number"):  # an event, and no code of a client
        parse_error("but none of the cipher suites supported by the client application are supported by the server")


@pytest.mark.parametrize("text", ["0x10B", "9"])
def test_a_number_that_is_an_extended_code_alone_is_told_so(text: str) -> None:
    note = decode_error(text, load_client_errors()).note
    assert note.startswith("As an extended error code 0x")
    assert "Give it as one, extended 0x" in note
    assert "As an extended" not in decode_error("0x104", load_client_errors()).note + decode_error(f"0x904/{text}", load_client_errors()).note


def test_a_long_message_is_read_and_not_repeated_whole() -> None:
    decoded = decode_error("Der Remotecomputer antwortet nicht. " * 30 + "Fehlercode: 0x204", load_client_errors())
    assert decoded.code == 0x204
    assert len(decoded.given) == 200


@pytest.mark.parametrize("text", ["", "banana", "0x", "0x904/0x7/0x1", "904h", "0x1FFFFFFFF", "9999999999", "{{ 7 }}", "<b>", "1" * 5000, "0x904\x00"])
def test_anything_else_is_one_sentence(text: str) -> None:
    with pytest.raises(ErrorCodeError) as caught:
        parse_error(text)
    message = str(caught.value)
    assert message.isprintable()
    assert len(message) < 250


@given(st.text())
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        code, extended = parse_error(text)
    except ErrorCodeError:
        return
    assert code is None or 0 <= code < 2**32
    assert code is not None or extended is not None
    assert extended is None or 0 <= extended < 2**32


def test_the_pair_people_search_for() -> None:
    decoded = decode_error("0x904/0x7", load_client_errors())
    assert decoded.documented
    assert "socket went away" in decoded.meaning
    assert decoded.extended_meaning == "The server denied the connection."
    assert "No documentation gives this pair a cause" in decoded.note


@pytest.mark.parametrize(
    ("text", "documented", "meaning"),
    [
        ("0x1234", False, "No meaning of 0x1234 is documented."),
        ("0xB09", False, "observed, not documented"),
        ("0x904/0x1234", True, "socket"),
        ("0x904/0x999", False, "socket"),
        ("0x80090331", True, "no common algorithm"),
        ("0x104/0x104", True, "could not be resolved"),
    ],
)
def test_only_what_is_documented_is_called_so(text: str, documented: bool, meaning: str) -> None:
    decoded = decode_error(text, load_client_errors())
    assert decoded.documented is documented
    assert meaning in decoded.meaning


def test_a_hexadecimal_code_typed_without_its_mark_is_noticed() -> None:
    assert "0x904 is a documented code" in decode_error("904", load_client_errors()).note


@pytest.mark.parametrize(
    ("code", "extended", "status"),
    [
        (0x904, 7, None), (None, 9, None), (0x904, None, None), (0xC0000234, None, 0xC0000234), (0x904, 0x80090302, 0x80090302),
        (0xC000006D, 0xC0000234, 0xC0000234), (0xC0000234, 0xC000006D, 0xC0000234), (0xC000006D, 0xC000006E, 0xC000006E), (0xC0000234, 0, 0xC0000234),
    ],
)  # fmt: skip
def test_the_status_that_says_more(code: int | None, extended: int | None, status: int | None) -> None:
    assert status_in(code, extended) == status
