# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the client's own log tells of its last attempt at this host, and the error code that it showed.

Depending on the security level a client may connect and disconnect several times before the final connection, so the last attempt is judged.
An attempt begins with event 1024, which names the server; everything up to the next one belongs to it. Which property holds what: published
templates, not yet seen on a real client.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any  # Any: values of a JSON document

from ..error_code import status_in
from ..model import JsonMap
from .client_names import is_this_host
from .events import code_of, moment_of
from .gap import Gap

_CLIENT = "Microsoft-Windows-TerminalServices-ClientActiveXCore"
_SSL = "RDPClient_SSL"
STATE_ERROR, NO_NAME, NOT_AUTHENTICATED, NO_LICENCE = 226, 1007, 1009, 1017
BEGUN, CONNECTED, ENDED, LOGGED_ON, UDP_BEGUN, UDP_ENDED = 1024, 1025, 1026, 1027, 1102, 1105
BY_SOMEBODY = frozenset({1, 2, 3})  # how a session ends that somebody, or the host in order, ends
SOON = 180  # seconds: a session that UDP takes along ends after about 65
STALLED = (45, 90)  # seconds that a log-on takes which waits for the sound of the host: one minute, and what a log-on takes anyway
QUICK = 20  # seconds
CREDSSP_REFUSED = ("LsaSrv", 6041)


@dataclass(frozen=True)
class _Attempt:
    server: str
    events: tuple[JsonMap, ...]

    def of(self, number: int) -> tuple[JsonMap, ...]:
        return tuple(event for event in self.events if event["id"] == number)

    def has(self, number: int) -> bool:
        return bool(self.of(number))

    def code(self) -> int | None:
        """Return the reason of the last end. The number stands between a label and a word."""
        found = [code_of(event["properties"], place) for event in self.of(ENDED) for place in range(len(event["properties"]))]
        return next((code for code in reversed(found) if code is not None), None)

    def seconds(self, number: int, since: int = BEGUN) -> float | None:
        start, end = _moment(self.of(since)), _moment(self.of(number))
        return None if start is None or end is None else (end - start).total_seconds()


def client_attempt(client: JsonMap) -> JsonMap:
    """Describe the last attempt.

    :param client: the part ``client`` of the facts.
    :returns: ``server`` (whom it asked for), ``this_host`` (one of the host's names), ``connected``, ``logged_on``, ``code`` of its end,
        ``tls_failed``, ``name_failed``, ``not_authenticated``, ``unlicensed``, ``udp_lost`` (the session ended soon after, or with, its UDP
        part), ``waited_a_minute`` (an earlier attempt took a minute to log on, or to be given up, and this one did not), ``credssp_refused``.
    :raises LookupError: the log was not read, or holds no attempt.
    """
    if "client_events" not in client:
        raise LookupError("the events of the client were not read")
    events = client["client_events"]
    attempts = _attempts(events["events"])
    if not attempts:
        raise LookupError("the log of the client holds no attempt to connect")
    names = client["host_names"]
    mine = [attempt for attempt in attempts if is_this_host(attempt.server, names)]
    last = (mine or attempts)[-1]
    return {
        "server": last.server,
        "this_host": bool(mine),
        "connected": last.has(CONNECTED),
        "logged_on": last.has(LOGGED_ON),
        "code": last.code(),
        "tls_failed": any(_SSL in event["properties"] for event in last.of(STATE_ERROR)),
        "name_failed": last.has(NO_NAME),
        "not_authenticated": last.has(NOT_AUTHENTICATED),
        "unlicensed": last.has(NO_LICENCE),
        "udp_lost": _udp_lost(last),
        "waited_a_minute": _waited(mine or attempts),
        "credssp_refused": any((event["provider"], event["id"]) == CREDSSP_REFUSED and _about(event, names) for event in events["events"]),
    }


def _attempts(events: Iterable[JsonMap]) -> list[_Attempt]:
    own = [event for event in events if event["provider"] == _CLIENT]
    # Newest first as read; two of one second stay in the order of the log.
    ordered = own[::-1]
    ordered.sort(key=lambda event: event["time"])
    starts = [place for place, event in enumerate(ordered) if event["id"] == BEGUN]
    ends = [*starts[1:], len(ordered)][: len(starts)]
    return [_Attempt(_server(ordered[start]), tuple(ordered[start:end])) for start, end in zip(starts, ends, strict=True)]


def _server(event: JsonMap) -> str:
    properties = event["properties"]
    told: str = properties[1] if len(properties) > 1 else properties[0] if properties else ""
    return told


def _moment(events: Sequence[JsonMap]) -> datetime | None:
    return moment_of(events[0]["time"]) if events else None


def _udp_lost(attempt: _Attempt) -> bool:
    if not (attempt.has(CONNECTED) and attempt.has(UDP_BEGUN) and attempt.has(UDP_ENDED)):
        return False
    lasted = attempt.seconds(ENDED, since=CONNECTED)
    return lasted is not None and 0 <= lasted <= SOON and attempt.code() not in BY_SOMEBODY


def _waited(attempts: Sequence[_Attempt]) -> bool:
    """Tell whether an earlier attempt stood still for a minute, until its log-on or until it was given up, and the last one logged on at once."""
    last = attempts[-1].seconds(LOGGED_ON) if attempts else None
    if last is None or last > QUICK:
        return False
    took = (attempt.seconds(LOGGED_ON if attempt.has(LOGGED_ON) else ENDED) for attempt in attempts[:-1] if attempt.has(CONNECTED) or attempt.has(LOGGED_ON))
    return any(seconds is not None and STALLED[0] <= seconds <= STALLED[1] for seconds in took)


def _about(event: JsonMap, names: Sequence[str]) -> bool:
    """Tell whether a refusal of CredSSP is about this host, as far as it names one."""
    target = event["properties"][0] if event["properties"] else ""
    return not target or is_this_host(target.rpartition("/")[2], names)


def client_error(client: JsonMap) -> JsonMap:
    """Return the code that the client showed: what somebody typed, or else what its log says of the last attempt at this host.

    :returns: ``code``, ``extended``, ``status`` (of Windows, in the place of either; None where neither is one) and ``told_by`` (``person`` or ``log``).
    :raises LookupError: neither is known.
    """
    typed = client.get("error_code")
    if typed is not None:
        code = Gap("an extended error code alone was told") if typed["code"] is None else typed["code"]
        status = status_in(typed["code"], typed.get("extended"))
        return {"code": code, "extended": _extended(typed.get("extended")), "status": status, "told_by": "person"}
    attempt = client_attempt(client)
    if attempt["code"] is None or not attempt["this_host"]:
        raise LookupError("the log of the client holds no error code of an attempt at this host")
    status = status_in(attempt["code"], None)
    return {"code": attempt["code"], "extended": Gap("the log of the client holds no extended code"), "status": status, "told_by": "log"}


def _extended(code: Any) -> Any:
    return Gap("no extended error code was told") if code is None else code
