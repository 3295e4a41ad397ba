# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How far the clock of a server is from ours, from one round trip."""

from __future__ import annotations

from typing import Final, Optional

from ._ntlm import Challenge
from ._result import Clock

_HALF_A_SECOND: Final = 0.5


def compare_clocks(challenge: Challenge, sent: float, received: float) -> Optional[Clock]:
    """Return the difference of the clocks, or None when the server told no time.

    The server read its clock somewhere between ``sent`` and ``received``. One that cuts to whole seconds (FreeRDP) can be up to a
    second further on than it says, so half a second is added to its time and to the uncertainty.

    :param sent: our clock when the question went out, in seconds since 1970.
    :param received: our clock when the answer was there.
    """
    said = challenge.unix_time
    if said is None:
        return None
    resolution = _HALF_A_SECOND if challenge.has_whole_seconds else 0.0
    return Clock(said + resolution - (sent + received) / 2, abs(received - sent) / 2 + resolution)
