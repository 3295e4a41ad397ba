# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Requests that are never made unless somebody names them, and what an answer to one means. Pure."""

from __future__ import annotations

from typing import Final, Mapping, Optional, Tuple

from ._events import REDIRECTED_AUTHENTICATION_REQUIRED, Disconnect, Event, LegacyConfirm, NegotiationFailure, NegotiationResponse, Protocol
from ._input import Special
from ._result import ConnectionRecord, SpecialAnswer, Standing
from ._verdict import DEFAULT_REQUESTS

_CREDSSP: Final = (Protocol.HYBRID, Protocol.HYBRID_EX)

# name -> protocols and flags of the request, and the answers by which the server takes it
_REQUESTS: Final[Mapping[Special, Tuple[int, int, Tuple[Protocol, ...]]]] = {
    Special.RDSAAD: (int(Protocol.RDSAAD), 0, (Protocol.RDSAAD,)),
    Special.REDIRECTED_AUTHENTICATION: (DEFAULT_REQUESTS[0], REDIRECTED_AUTHENTICATION_REQUIRED, _CREDSSP),
}


def request_of(special: Special) -> Tuple[int, int]:
    """Return protocols and flags of a special request."""
    protocols, flags, dummy = _REQUESTS[special]
    return protocols, flags


def answer_of(special: Special, record: ConnectionRecord) -> SpecialAnswer:
    """Say what came of a special request: offered, refused or unknown. A policy may still forbid what is offered."""
    dummy, flags, taken_by = _REQUESTS[special]
    return SpecialAnswer(special.value, flags, _standing(record.answer, taken_by), record)


def _standing(answer: Optional[Event], taken_by: Tuple[Protocol, ...]) -> Standing:
    if isinstance(answer, NegotiationResponse):
        return Standing.OFFERED if answer.protocol in taken_by else Standing.REFUSED
    # xrdp 0.9 answers these with a disconnect in MCS: no, in its own way.
    return Standing.REFUSED if isinstance(answer, (NegotiationFailure, LegacyConfirm, Disconnect)) else Standing.UNKNOWN
