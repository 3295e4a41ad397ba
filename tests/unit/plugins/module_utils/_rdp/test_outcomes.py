# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Words and details of steps."""

from __future__ import annotations

import errno

import pytest
from ansible_collections.rdpops.health.plugins.module_utils._rdp import _outcomes
from ansible_collections.rdpops.health.plugins.module_utils._rdp._events import (
    ClearTextReply,
    Disconnect,
    Event,
    LegacyConfirm,
    NegotiationFailure,
    NegotiationResponse,
    NotRdp,
    NotTls,
    OtherAnswer,
    PeerClosed,
    TlsAlert,
)
from ansible_collections.rdpops.health.plugins.module_utils._rdp._result import Outcome


@pytest.mark.parametrize(
    ("event", "offered", "expected", "answer"),
    [
        (NegotiationResponse(0, 8), 11, (Outcome.OK, "chose HYBRID_EX"), True),
        (NegotiationResponse(0, 0), 11, (Outcome.OK, "chose RDP"), True),
        (NegotiationResponse(0, 8), 1, (Outcome.NOT_RDP, "chose protocol number 8, which was not offered"), True),
        (NegotiationResponse(0, 3), 11, (Outcome.NOT_RDP, "chose protocol number 3, which was not offered"), True),
        (NegotiationFailure(5), 1, (Outcome.FAILURE, "HYBRID_REQUIRED_BY_SERVER"), True),
        (NegotiationFailure(77), 1, (Outcome.FAILURE, "unknown failure code 77"), True),
        (LegacyConfirm(), 11, (Outcome.OK, "Connection Confirm without negotiation structure"), True),
        (Disconnect("mcs", 3), 11, (Outcome.FAILURE, "mcs disconnect with reason 3 instead of a Connection Confirm"), True),
        (OtherAnswer("odd"), 11, (Outcome.NOT_RDP, "odd"), True),
        (NotRdp("SSH"), 11, (Outcome.NOT_RDP, "looks like SSH"), False),
        (NotRdp(""), 11, (Outcome.NOT_RDP, "bytes of another protocol"), False),
        (PeerClosed(0), 11, (Outcome.CLOSED, "without a byte"), False),
        (PeerClosed(7), 11, (Outcome.CLOSED, "after 7 bytes of an unfinished answer"), False),
    ],
)
def test_the_negotiation(event: Event, offered: int, expected: tuple[Outcome, str], answer: bool) -> None:
    assert _outcomes.of_negotiation(event, offered=offered) == expected
    assert _outcomes.is_answer(event) is answer


def test_the_tls_handshake() -> None:
    assert _outcomes.of_alert(TlsAlert(2, 40)) == (Outcome.ALERT, "alert 40 handshake_failure")
    assert _outcomes.of_alert(TlsAlert(2, 255)) == (Outcome.ALERT, "alert 255 unknown")
    assert _outcomes.of_foreign_tls(ClearTextReply()) == (Outcome.CLEAR_TEXT, "a clear-text RDP packet where TLS should begin")
    assert _outcomes.of_foreign_tls(NotTls("HTTP")) == (Outcome.NOT_TLS, "looks like HTTP")


@pytest.mark.parametrize(
    ("number", "outcome"),
    [
        (errno.ECONNREFUSED, Outcome.REFUSED),
        (errno.ECONNRESET, Outcome.RESET),
        (errno.EPIPE, Outcome.RESET),
        (errno.ENOTCONN, Outcome.RESET),
        (errno.ETIMEDOUT, Outcome.TIMEOUT),
        (errno.EHOSTUNREACH, Outcome.UNREACHABLE),
        (errno.ENETUNREACH, Outcome.UNREACHABLE),
        (errno.ENETDOWN, Outcome.ERROR),  # a fault of this side, like the next two
        (errno.ENETRESET, Outcome.UNREACHABLE),
        (errno.EHOSTDOWN, Outcome.UNREACHABLE),
        (errno.ENOPROTOOPT, Outcome.UNREACHABLE),
        (errno.EADDRNOTAVAIL, Outcome.ERROR),
        (errno.EAFNOSUPPORT, Outcome.ERROR),
        (errno.EMFILE, Outcome.ERROR),
        (errno.EPERM, Outcome.ERROR),
    ],
)
def test_what_the_operating_system_reports(number: int, outcome: Outcome) -> None:
    assert _outcomes.of_errno(number) == (outcome, errno.errorcode[number])
    at_connect = Outcome.NO_ROUTE if number == errno.ENETUNREACH else outcome  # the first packet may not even have left this machine
    assert _outcomes.of_connect_errno(number) == (at_connect, errno.errorcode[number])


def test_an_error_without_a_number() -> None:
    assert _outcomes.of_errno(None) == (Outcome.ERROR, "unknown error")


def test_the_most_telling_failure_comes_first() -> None:
    mixed = [Outcome.ERROR, Outcome.NO_ROUTE, Outcome.TIMEOUT, Outcome.RESET, Outcome.UNREACHABLE, Outcome.REFUSED]
    assert sorted(mixed, key=_outcomes.telling) == [*_outcomes._MOST_TELLING, Outcome.ERROR]
    assert _outcomes._MOST_TELLING == (Outcome.REFUSED, Outcome.RESET, Outcome.TIMEOUT, Outcome.UNREACHABLE, Outcome.NO_ROUTE)
