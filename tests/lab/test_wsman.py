# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""WS-Man messages, without any process: what is refused, and what comes back."""

from __future__ import annotations

import base64

import pytest

from tests.lab import wsman
from tests.lab.commands import arguments_of
from tests.lab.wsman import WsmanError

SPACES = f'xmlns:s="{wsman.ENVELOPE}" xmlns:a="{wsman.ADDRESSING}" xmlns:w="{wsman.WSMAN}" xmlns:r="{wsman.SHELL}"'


def envelope(action: str, body: str = "", header: str = "", before: str = "") -> bytes:
    head = f"<a:Action>{action}</a:Action><a:MessageID>uuid:1</a:MessageID>{header}"
    return f"{before}<s:Envelope {SPACES}><s:Header>{head}</s:Header><s:Body>{body}</s:Body></s:Envelope>".encode()


def test_a_request_is_read() -> None:
    """Given a Send for one shell, when it is read, then shell, command, bytes and waiting time are those of the message."""
    header = '<w:SelectorSet><w:Selector Name="ShellId"> AB </w:Selector></w:SelectorSet><w:OperationTimeout>PT2.5S</w:OperationTimeout>'
    stream = f'<r:Send><r:Stream Name="stdin" CommandId="C1" End="TRUE">{base64.b64encode(b"x").decode()}</r:Stream></r:Send>'
    request = wsman.read_request(envelope(f"{wsman.SHELL}/Send", stream, header))
    assert (request.action, request.shell, request.command, request.timeout) == ("Send", "AB", "C1", 2.5)
    assert request.input == (b"x", True)


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [("", 20.0), ("PT0S", 0.0), ("PT20.000S", 20.0), ("P1D", 20.0), ("PT999999S", 60.0), ("PT-1S", 20.0), ("PT" + "9" * 99 + "S", 20.0)],
)
def test_a_waiting_time_has_bounds(duration: str, seconds: float) -> None:
    header = f"<w:OperationTimeout>{duration}</w:OperationTimeout>"
    assert wsman.read_request(envelope(f"{wsman.SHELL}/Receive", header=header)).timeout == seconds


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "not XML"),
        (b"\xff\xfe\x00", "not XML"),
        (b"<a/>", "not a SOAP envelope"),
        (envelope("urn:nothing"), "does not know the action"),
        (envelope(f"{wsman.SHELL}/Send", before=BOMB), "document type"),
        (envelope(f"{wsman.SHELL}/Send", before='<!DOCTYPE x SYSTEM "file:///etc/passwd">'), "document type"),
        (envelope(f"{wsman.SHELL}/Send", "&a;"), "not XML"),
        (b"<a>" * 40, "nested too deeply"),
        (envelope(f"{wsman.SHELL}/Send")[:-5], "not XML"),
    ],
)
def test_a_hostile_message_is_refused(raw: bytes, words: str) -> None:
    with pytest.raises(WsmanError, match=words):
        wsman.read_request(raw)


@pytest.mark.parametrize(("body", "words"), [("", "without a Stream"), ("<r:Send><r:Stream>***</r:Stream></r:Send>", "not base64")])
def test_input_that_is_none_is_refused(body: str, words: str) -> None:
    with pytest.raises(WsmanError, match=words):
        print(wsman.read_request(envelope(f"{wsman.SHELL}/Send", body)).input)


def test_answers_escape_what_clients_said() -> None:
    """Given a message id that is markup, when it is answered, then the answer is still one document that carries it as text."""
    request = wsman.read_request(envelope(f"{wsman.SHELL}/Signal").replace(b"uuid:1", b"&lt;x&gt;&amp;"))
    for answer in (wsman.done(request), wsman.created(request, "S"), wsman.fault(WsmanError("<&>"), request.message)):
        assert b"&lt;x&gt;&amp;" in answer
        wsman._parse(answer)


@pytest.mark.parametrize(
    ("line", "arguments"),
    [
        ("powershell -NoProfile -EncodedCommand QQ==", ["-NoProfile", "-EncodedCommand", "QQ=="]),
        ("PowerShell  -Command  \"a b\" ''", ["-Command", "a b", "''"]),
        ("& 'C:\\pwsh\\pwsh.exe' -File \"C:\\a b.ps1\" \"\"", ["-File", "C:\\a b.ps1", ""]),
        ("-x", ["-x"]),
    ],
)
def test_whatever_stands_before_the_first_dash_is_dropped(line: str, arguments: list[str]) -> None:
    assert arguments_of(line) == arguments


@pytest.mark.parametrize("line", ["", "ipconfig /all", "cmd /c powershell"])
def test_other_programs_are_refused(line: str) -> None:
    with pytest.raises(WsmanError, match="PowerShell only"):
        arguments_of(line)
