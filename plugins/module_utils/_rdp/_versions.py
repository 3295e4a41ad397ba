# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which versions of TLS a server takes, from one ClientHello for each."""

from __future__ import annotations

from typing import Dict, Final, Mapping, Optional

from ._events import NegotiationResponse, Protocol
from ._result import ConnectionRecord, Outcome, Support, Tls

# How servers turn a version down: with an alert, or, as the Schannel of an RDP listener does, by ending the connection.
_TURNED_DOWN: Final = frozenset((Outcome.RESET, Outcome.CLOSED))
_INTERNAL_ERROR: Final = 80  # FreeRDP's word for a version that it does not take, and everybody's for a fault of another kind
_REFUSING_ALERTS: Final = frozenset((40, 47, 70, 71))  # handshake_failure, illegal_parameter, protocol_version, insufficient_security


def agrees_to_tls(record: ConnectionRecord) -> bool:
    """Tell whether the server chose a protocol that runs over TLS."""
    answer = record.answer
    return isinstance(answer, NegotiationResponse) and answer.protocol not in (None, Protocol.RDP) and bool(answer.selected & record.requested)


def support_of(tested: Mapping[int, Optional[Tls]]) -> Dict[int, Support]:
    """Say for each version whether the server takes it.

    :param tested: what became of the ClientHello that offers this version as its highest; None when TLS was not reached then.
    :returns: a version is refused by an alert about it or by the choice of an older one; by a cut connection, or by alert 80, only when
        the server is seen to take another version, because a server with a broken key does that to every connection.
    """
    accepted = {version for version, tls in tested.items() if tls is not None and tls.hello is not None and tls.hello.version == version}
    return {version: Support.ACCEPTED if version in accepted else _without(tls, is_alive=bool(accepted)) for version, tls in tested.items()}


def _without(tls: Optional[Tls], *, is_alive: bool) -> Support:
    """Say what it means that a version was not taken."""
    if tls is None:
        return Support.UNKNOWN
    if tls.hello is not None or tls.alert in _REFUSING_ALERTS:
        return Support.REFUSED
    return Support.REFUSED if is_alive and (tls.outcome in _TURNED_DOWN or tls.alert == _INTERNAL_ERROR) else Support.UNKNOWN
