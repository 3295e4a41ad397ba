# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Events as a sentence tells them: which one, what it means, how often, and in what time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from ..model import JsonMap
from .events import WATCHED

# what is told of -> the word of its source, its id, and what it means
TOLD: Mapping[str, tuple[tuple[str, int, str], ...]] = {
    "renewal": (("rcm", 1057, "no certificate could be made"), ("rcm", 1058, "the certificate could not be replaced")),
    "flood": (("rcm", 1006, "many connections were begun and not finished"),),
    "secure_channel": (("netlogon", 3210, "the domain controller did not accept the host's own password"),),
    "grace_over": (("rcm", 1069, "the grace period for licences is over"),),
    "clones": (("lsasrv", 6167, "a log-on came from a machine with the same machine id"),),
    "desktop_outbound": (("wvd", 3703, "the gateway was not reached"), ("wvd", 3019, "the web socket is blocked")),
}
DAY, SEVERAL_DAYS = 24, 72


def events_told(events: JsonMap) -> JsonMap:
    """Tell the events that were found.

    :param events: data of the snapshot subset ``events``.
    :returns: per name of :data:`TOLD` a sentence without its full stop, None where no such event was found.
    """
    counts = Counter((event["provider"], event["id"]) for event in events["events"])
    return {
        name: _sentence([_event(number, means, counts[(WATCHED[word].provider, number)]) for word, number, means in told], events["hours"])
        for name, told in TOLD.items()
    }


def _event(number: int, means: str, count: int) -> str:
    often = "once" if count == 1 else f"{count} times"
    return f"event {number} ({means}) was logged {often}" if count else ""


def _sentence(parts: list[str], hours: int) -> str | None:
    found = [part for part in parts if part]
    span = f"{hours // DAY} days" if hours >= SEVERAL_DAYS and hours % DAY == 0 else f"{hours} h"
    return f"{' and '.join(found)} in the last {span}" if found else None
