# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""With which first message a handshake that failed in TLS is tried once more. Pure: records in, the next offer out.

Three connections go into TLS at most. A server that ends the handshake is asked without TLS 1.3. When that works, the usual message goes out
once more, because one cut alone proves nothing; when it does not, a message of ours goes out that offers what no library offers any more. A
server that the library here gave up on is asked with our own message at once: there is nothing to learn from the library any more.
"""

from __future__ import annotations

from typing import Final, Optional, Sequence

from ._result import ConnectionRecord, Offer, Outcome, Tls
from ._verdict import ENDED_BY_PEER

# Alerts that say "not with what you offer": unexpected_message, handshake_failure, illegal_parameter, protocol_version,
# insufficient_security. Only then can a ClientHello of ours come further.
_ALERTS_ABOUT_THE_OFFER: Final = frozenset((10, 40, 47, 70, 71))
_CUT: Final = frozenset((Outcome.RESET, Outcome.CLOSED))


def next_offer(tried: Sequence[ConnectionRecord]) -> Optional[Offer]:
    """Say with what the next connection goes into TLS, or None when one more can tell nothing new.

    :param tried: the connections with the same request so far, in order; the first with the usual offer, the others as this function said.
    """
    latest = tried[-1].tls
    if latest is None or len(tried) > 2:
        return None
    if len(tried) == 1:
        if latest.outcome in ENDED_BY_PEER:
            return Offer.UP_TO_TLS12
        return Offer.OWN_HELLO if latest.is_refused_here else None
    if tried[-1].offer is not Offer.UP_TO_TLS12:
        return None
    if latest.outcome is Outcome.OK:
        return Offer.USUAL
    return Offer.OWN_HELLO if latest.outcome in _CUT or _is_about_the_offer(latest) else None


def _is_about_the_offer(tls: Tls) -> bool:
    """Tell whether a handshake failed at what was offered, there or here."""
    return tls.is_refused_here or (tls.outcome is Outcome.ALERT and tls.alert in _ALERTS_ABOUT_THE_OFFER)
