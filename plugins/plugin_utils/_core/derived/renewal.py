# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether anybody has to see to the next certificate of the listener, and how long the present one should last for that.

SessionEnv makes a self-signed certificate anew by itself; how long before its end is not documented, so that the last week alone is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from ..model import Certificate, JsonMap
from ..paths import dword
from .certificate import listener_certificate
from .events import WATCHED
from .gap import Gap

DAYS_BY_ITSELF, DAYS_BY_SOMEBODY = 7, 30
DISABLED = 4
NOT_RENEWED = frozenset({1057, 1058})


def certificate_renewal(data: JsonMap, services: JsonMap | None, events: JsonMap | None, certificates: Mapping[str, Certificate], now: datetime) -> JsonMap:
    """Say who renews the certificate, and how many days it should have left.

    :param services: None where they could not be read.
    :param events: None where they could not be read. Those that nobody asked for tell of no failure.
    :returns: ``by_itself``, ``days_wanted``, and ``says``: who sees to it, in words.
    :raises LookupError: the bindings could not be read.
    """
    if listener_certificate(data, certificates, now)["binding"] != "self_signed":
        return _told(by_itself=False, says="a person or a certificate authority renews it")
    if services is None:
        return _unknown("the services could not be read, so nobody knows whether SessionEnv renews it")
    start = services["SessionEnv"]["Start"]
    if start["kind"] == "denied":
        return _unknown(f"access to {start['path']} was denied")
    if dword(start) == DISABLED:
        return _told(by_itself=False, says="SessionEnv, which renews it, is disabled")
    if events is None:
        return _unknown("the events could not be read, so nobody knows whether SessionEnv tried to renew it and failed")
    if _has_failed(events["events"]):
        return _told(by_itself=False, says="SessionEnv tried to renew it and failed (event 1057 or 1058)")
    return _told(by_itself=True, says="SessionEnv renews it by itself")


def _unknown(why: str) -> JsonMap:
    return dict.fromkeys(("by_itself", "days_wanted", "says"), Gap(why))


def _told(*, by_itself: bool, says: str) -> JsonMap:
    return {"by_itself": by_itself, "days_wanted": DAYS_BY_ITSELF if by_itself else DAYS_BY_SOMEBODY, "says": says}


def _has_failed(events: Iterable[JsonMap]) -> bool:
    return any(event["provider"] == WATCHED["rcm"].provider and event["id"] in NOT_RENEWED for event in events)
