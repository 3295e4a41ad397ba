# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Read the WS-Man requests of a remote shell, and write the answers. No socket, no process: text in, text out.

Only what WinRM clients send for a shell of the kind `cmd`: Create, Command, Send, Receive, Signal, Delete.
"""

from __future__ import annotations

import base64
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

ENVELOPE = "http://www.w3.org/2003/05/soap-envelope"
ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
WSMAN = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
FAULTS = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
FAULT_ACTION = "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault"
ACTIONS = {
    **{f"{TRANSFER}/{name}": name for name in ("Create", "Delete")},
    **{f"{SHELL}/{name}": name for name in ("Command", "Send", "Receive", "Signal")},
}
# The codes by which clients know a fault.
TIMED_OUT = 2150858793  # 0x80338029: nothing happened in time, ask again
NO_SUCH_SHELL = 2150858843  # 0x8033805B
BAD_REQUEST = 2150858778  # 0x8033801A

DEPTH_LIMIT = 32  # a request is six elements deep
DEFAULT_TIMEOUT_SECONDS = 20.0
LONGEST_TIMEOUT_SECONDS = 60.0


class WsmanError(Exception):
    """A request that is refused: one sentence for people, and the code for programs."""

    def __init__(self, sentence: str, code: int = BAD_REQUEST) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True)
class Request:
    """One message of a client.

    :ivar action: last word of the action: Create, Command, Send, Receive, Signal or Delete.
    :ivar shell: id of the shell; empty for Create.
    :ivar timeout: how many seconds the client lets the server wait.
    :ivar body: the element Body.
    """

    action: str
    uri: str
    message: str
    shell: str
    timeout: float
    body: ElementTree.Element

    @property
    def command(self) -> str:
        """The command that the message is about; empty where it names none."""
        return next((element.get("CommandId", "") for element in self.body.iter() if element.get("CommandId")), "")

    @property
    def command_line(self) -> str:
        """Command and arguments as one line."""
        parts = [element.text or "" for element in self.body.iter() if element.tag in (_name(SHELL, "Command"), _name(SHELL, "Arguments"))]
        return " ".join(parts)

    @property
    def input(self) -> tuple[bytes, bool]:
        """What a Send carries for standard input, and whether that was all."""
        stream = self.body.find(f".//{_name(SHELL, 'Stream')}")
        if stream is None:
            raise WsmanError("a Send without a Stream")
        try:
            return base64.b64decode(stream.text or "", validate=True), stream.get("End", "").lower() == "true"
        except ValueError as error:
            raise WsmanError("the Stream is not base64") from error


@dataclass(frozen=True)
class Output:
    """What a command has said since the last Receive.

    :ivar pieces: name of the stream and bytes, in order.
    :ivar ended: streams at whose end the client now is.
    :ivar status: exit status of the command once everything was handed out.
    """

    pieces: Sequence[tuple[str, bytes]]
    ended: Sequence[str] = ()
    status: int | None = None


def read_request(raw: bytes) -> Request:
    """Read one envelope.

    :raises WsmanError: it is no envelope, declares a document type (and with it entities), or asks for something unknown.
    """
    root = _parse(raw)
    body = root.find(_name(ENVELOPE, "Body"))
    if root.tag != _name(ENVELOPE, "Envelope") or body is None:
        raise WsmanError("not a SOAP envelope with a body")
    uri = _text(root, ADDRESSING, "Action")
    if uri not in ACTIONS:
        raise WsmanError(f"the lab does not know the action {uri[:200]!r}")
    selectors = [element.text or "" for element in root.iter(_name(WSMAN, "Selector")) if element.get("Name") == "ShellId"]
    return Request(
        action=ACTIONS[uri],
        uri=uri,
        message=_text(root, ADDRESSING, "MessageID"),
        shell=selectors[0].strip() if selectors else "",
        timeout=_seconds(_text(root, WSMAN, "OperationTimeout")),
        body=body,
    )


def created(request: Request, shell: str) -> bytes:
    """Answer a Create."""
    reference = (
        f'<w:ResourceURI>{SHELL}/cmd</w:ResourceURI><w:SelectorSet><w:Selector Name="ShellId">{shell}</w:Selector></w:SelectorSet>'
    )
    address = f"<x:ResourceCreated><a:Address>http://127.0.0.1/wsman</a:Address><a:ReferenceParameters>{reference}</a:ReferenceParameters></x:ResourceCreated>"
    return _answer(request, f"{address}<rsp:Shell><rsp:ShellId>{shell}</rsp:ShellId></rsp:Shell>")


def started(request: Request, command: str) -> bytes:
    """Answer a Command."""
    return _answer(request, f"<rsp:CommandResponse><rsp:CommandId>{command}</rsp:CommandId></rsp:CommandResponse>")


def received(request: Request, output: Output) -> bytes:
    """Answer a Receive."""
    which = f"CommandId={quoteattr(request.command)}"
    streams = [f'<rsp:Stream Name="{name}" {which}>{base64.b64encode(data).decode("ascii")}</rsp:Stream>' for name, data in output.pieces]
    streams += [f'<rsp:Stream Name="{name}" {which} End="true"></rsp:Stream>' for name in output.ended]
    state = f'<rsp:CommandState {which} State="{SHELL}/CommandState/Running"/>'
    if output.status is not None:
        state = f'<rsp:CommandState {which} State="{SHELL}/CommandState/Done"><rsp:ExitCode>{output.status}</rsp:ExitCode></rsp:CommandState>'
    return _answer(request, f"<rsp:ReceiveResponse>{''.join(streams)}{state}</rsp:ReceiveResponse>")


def done(request: Request) -> bytes:
    """Answer a Send, Signal or Delete."""
    return _answer(request, "" if request.action == "Delete" else f"<rsp:{request.action}Response/>")


def fault(error: WsmanError, message: str = "") -> bytes:
    """Answer that a request is refused."""
    sentence = escape(str(error))
    subcode = "w:TimedOut" if error.code == TIMED_OUT else "w:InvalidParameter"
    code = f"<s:Code><s:Value>s:Receiver</s:Value><s:Subcode><s:Value>{subcode}</s:Value></s:Subcode></s:Code>"
    detail = f'<f:WSManFault xmlns:f="{FAULTS}" Code="{error.code}" Machine="lab"><f:Message>{sentence}</f:Message></f:WSManFault>'
    reason = f'<s:Reason><s:Text xml:lang="en-US">{sentence}</s:Text></s:Reason>'
    return _envelope(FAULT_ACTION, message, f"<s:Fault>{code}{reason}<s:Detail>{detail}</s:Detail></s:Fault>")


def _answer(request: Request, body: str) -> bytes:
    return _envelope(f"{request.uri}Response", request.message, body)


def _envelope(action: str, message: str, body: str) -> bytes:
    spaces = {"s": ENVELOPE, "a": ADDRESSING, "w": WSMAN, "x": TRANSFER, "rsp": SHELL}
    declared = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in spaces.items())
    own = f"<a:MessageID>uuid:{uuid.uuid4()}</a:MessageID><a:RelatesTo>{escape(message)}</a:RelatesTo>"
    header = f"<a:Action>{escape(action)}</a:Action>{own}<a:To>{ADDRESSING}/role/anonymous</a:To>"
    return f"<s:Envelope {declared}><s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>".encode()


def _parse(raw: bytes) -> ElementTree.Element:
    """Parse without document types: there entities come from, and with them expansion and reading of files."""
    parser = expat.ParserCreate(namespace_separator="}")
    builder = ElementTree.TreeBuilder()
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEPTH_LIMIT:
            raise WsmanError("elements are nested too deeply")
        builder.start(_qualified(name), attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_qualified(name))

    def refuse(*dummy: object) -> None:
        raise WsmanError("a document type is not accepted")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(raw, True)
        return builder.close()
    except (expat.ExpatError, AssertionError) as error:
        raise WsmanError(f"not XML: {error}") from error


def _qualified(name: str) -> str:
    return f"{{{name}" if "}" in name else name


def _name(space: str, name: str) -> str:
    return f"{{{space}}}{name}"


def _text(root: ElementTree.Element, space: str, name: str) -> str:
    found = root.find(f".//{_name(space, name)}")
    return (found.text or "").strip() if found is not None else ""


def _seconds(duration: str) -> float:
    """Return a duration such as PT20S in seconds, within bounds; what it cannot read is the default."""
    matched = re.fullmatch(r"PT(\d{1,6}(?:\.\d{1,6})?)S", duration)
    return min(float(matched[1]), LONGEST_TIMEOUT_SECONDS) if matched else DEFAULT_TIMEOUT_SECONDS
