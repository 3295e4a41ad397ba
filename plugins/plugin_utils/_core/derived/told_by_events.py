# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What single events add up to: log-ons that were refused and why, sessions that end at once, services of the network that did not start."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from ..model import JsonMap
from .events import WATCHED, code_of, moment_of, silence_means_nothing
from .gap import Gap

STATUS, SUB_STATUS, LOGON_TYPE = 7, 9, 10  # places in event 4625
REMOTE_TYPES = frozenset({3, 10})  # network, as NLA logs on, and remote interactive; 3 is also what file shares and others use
# NTSTATUS -> why a log-on was refused
REFUSED = {
    0xC000015B: "right", 0xC0000071: "password_expired", 0xC0000224: "password_must_change", 0xC0000234: "locked", 0xC0000072: "disabled",
    0xC0000193: "account_expired", 0xC000006E: "restricted", 0xC000005E: "no_domain", 0xC000018C: "no_domain", 0xC000018D: "no_domain",
    0xC0000192: "no_domain", 0xC000006A: "wrong_password", 0xC0000064: "no_such_user",
    0xC000035B: "channel_bindings",
}  # fmt: skip
SESSION_AT = {21: 1, 23: 1, 24: 1, 40: 0}  # which property holds the number of the session
LOGGED_ON = 21
AT_ONCE = timedelta(seconds=60)  # a person who logs on stays longer than that
NETWORK_SERVICES = frozenset({"nsi", "dhcp"})
NOT_STARTED = frozenset({7000, 7001, 7022})
HOUR = timedelta(hours=1)
FLOOD = 10  # refused log-ons within one hour: more than people mistype
OFTEN = 3  # sessions that end at once: more than chance


def logons_refused(events: JsonMap, now: datetime) -> JsonMap:
    """Count the remote log-ons that Windows refused.

    :returns: ``failed``, the most within one hour under ``busiest_hour``, whether that is a ``flood``, and per reason of :data:`REFUSED` a count.
    """
    silence = silence_means_nothing(events, WATCHED["security"].channels, now)
    refused = [event for event in _of(events, "security") if code_of(event["properties"], LOGON_TYPE) in REMOTE_TYPES]
    reasons = Counter(REFUSED.get(_status(event), "other") for event in refused)
    counts = {"failed": len(refused), "busiest_hour": _busiest(_moments(refused))}
    counts.update({reason: reasons[reason] for reason in (*REFUSED.values(), "other")})
    told: dict[str, object] = {name: count if count or silence is None else Gap(silence) for name, count in counts.items()}
    return {**told, "flood": _reaches(counts["busiest_hour"], FLOOD, silence)}


def _reaches(count: int, many: int, silence: str | None) -> bool | Gap:
    """Say whether there were many. Few that were found are few only where all were read."""
    return count >= many or (False if silence is None else Gap(silence))


def _status(event: JsonMap) -> int:
    return code_of(event["properties"], SUB_STATUS) or code_of(event["properties"], STATUS) or 0


def _moments(events: list[JsonMap]) -> list[datetime]:
    return sorted(moment for moment in (moment_of(event["time"]) for event in events) if moment is not None)


def _busiest(moments: list[datetime]) -> int:
    return max((sum(1 for other in moments[index:] if other - moment <= HOUR) for index, moment in enumerate(moments)), default=0)


def sessions_ended(events: JsonMap, now: datetime) -> JsonMap:
    """Count the sessions that ended within a minute of their log-on, under ``at_once``, and say whether that is ``often``."""
    stays = [(event["id"], _session(event), moment_of(event["time"])) for event in _of(events, "lsm") if event["id"] in SESSION_AT]
    begun = [(session, moment) for number, session, moment in stays if number == LOGGED_ON and moment is not None]
    ended = [(session, moment) for number, session, moment in stays if number != LOGGED_ON and moment is not None]
    count = sum(1 for session, start in begun if any(session == other and timedelta(0) <= end - start <= AT_ONCE for other, end in ended))
    silence = silence_means_nothing(events, WATCHED["lsm"].channels, now)
    return {"at_once": count if count or silence is None else Gap(silence), "often": _reaches(count, OFTEN, silence)}


def _session(event: JsonMap) -> int | None:
    return code_of(event["properties"], SESSION_AT[event["id"]])


def network_services(events: JsonMap, now: datetime) -> JsonMap:
    """Count the times that a service of the network stack did not start, under ``not_started``: by the service's own name, never its display name."""
    count = sum(1 for event in _of(events, "scm") if event["id"] in NOT_STARTED and NETWORK_SERVICES & set(_names(event)))
    silence = silence_means_nothing(events, WATCHED["scm"].channels, now)
    return {"not_started": count if count or silence is None else Gap(silence)}


def _names(event: JsonMap) -> Iterator[str]:
    """Yield what may be the name of a service. The service manager adds it as bytes, in UTF-16 and with its group after a slash."""
    for text in event["properties"]:
        yield text.casefold()
        try:
            yield base64.b64decode(text, validate=True).decode("utf-16-le").partition("/")[0].strip("\0").casefold()
        except ValueError:
            continue


def _of(events: JsonMap, word: str) -> Iterator[JsonMap]:
    return (event for event in events["events"] if event["provider"] == WATCHED[word].provider)
