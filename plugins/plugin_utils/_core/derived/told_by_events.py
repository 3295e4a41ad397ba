# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What single events add up to: log-ons that were refused and why, sessions that end at once, services that failed or did not start."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterator, Set
from datetime import datetime, timedelta

from ..model import JsonMap
from .crashes import term_service_crashed
from .events import WATCHED, code_of, moment_of, silence_means_nothing, unreadable
from .gap import Gap

STATUS, SUB_STATUS, LOGON_TYPE = 7, 9, 10  # places in event 4625
NETWORK, REMOTE_INTERACTIVE = 3, 10  # kinds of log-on: as NLA and also file shares and others log on, and as Remote Desktop alone does
REMOTE_TYPES = frozenset({NETWORK, REMOTE_INTERACTIVE})
RDP_CONNECTED = frozenset({131, 140})  # the RDP stack took a connection, or was told a wrong name or password
BESIDE = timedelta(seconds=30)  # a refused log-on follows its connection within seconds
NO_RIGHT = 0xC000015B
# NTSTATUS -> why a log-on was refused
REFUSED = {
    NO_RIGHT: "right", 0xC0000071: "password_expired", 0xC0000224: "password_must_change", 0xC0000234: "locked", 0xC0000072: "disabled",
    0xC0000193: "account_expired", 0xC000006E: "restricted", 0xC000005E: "no_domain", 0xC000018C: "no_domain", 0xC000018D: "no_domain",
    0xC0000192: "no_domain", 0xC000006A: "wrong_password", 0xC0000064: "no_such_user",
    0xC000035B: "channel_bindings",
}  # fmt: skip
OF_THE_ACCOUNT = ("password_expired", "password_must_change", "locked", "disabled", "account_expired")
SESSION_AT = {21: 1, 23: 1, 24: 1, 40: 0}  # which property holds the number of the session
LOGGED_ON = 21
AT_ONCE = timedelta(seconds=60)  # a person who logs on stays longer than that
NETWORK_SERVICES = frozenset({"nsi", "dhcp"})
NOT_STARTED = frozenset({7000, 7001, 7022})
TERM_SERVICE = "termservice"
HUNG, ENDED = 7022, frozenset({7031, 7034})
STOPPED_WITH = {7000: 1, 7023: 1}  # events of a service that could not start or ended with an error -> the property with its code
FAULTS = frozenset({126, 1053})  # a module that is not there, and no answer in time; 1069 and others tell of the account, not of a crash
LOG_ON_FAILURE = 1069
HOUR = timedelta(hours=1)
FLOOD = 10  # refused log-ons within one hour: more than people mistype
OFTEN = 3  # sessions that end at once: more than chance


def logons_refused(events: JsonMap, now: datetime) -> JsonMap:
    """Count the remote log-ons that Windows refused.

    :returns: ``failed``, the most within one hour under ``busiest_hour``, whether that is a ``flood``, per reason of :data:`REFUSED` a count, under
        ``account_state`` the sum of those :data:`OF_THE_ACCOUNT`, under ``right_lately`` those for want of the right within the last hour; and of
        those that surely came over Remote Desktop ``rdp_busiest_hour`` and ``rdp_flood``.
    """
    silence = silence_means_nothing(events, "security", now)
    refused = [event for event in _of(events, "security") if code_of(event["properties"], LOGON_TYPE) in REMOTE_TYPES]
    reasons = Counter(REFUSED.get(_status(event), "other") for event in refused)
    counts = {"failed": len(refused), "busiest_hour": _busiest(_moments(refused))}
    counts.update({reason: reasons[reason] for reason in (*REFUSED.values(), "other")})
    counts["account_state"] = sum(reasons[reason] for reason in OF_THE_ACCOUNT)
    counts["right_lately"] = sum(_status(event) == NO_RIGHT and _is_of_late(event, now) for event in refused)
    told: dict[str, object] = {name: count if count or silence is None else Gap(silence) for name, count in counts.items()}
    by_rdp = _over_rdp(events, refused)
    unheard = silence or (silence_means_nothing(events, "core", now, RDP_CONNECTED) if len(by_rdp) < len(refused) else None)
    most = _busiest(_moments(by_rdp))
    # Where all that were refused are no flood, those over Remote Desktop are none either, whatever could not be read beside them.
    in_doubt = unheard if silence or counts["busiest_hour"] >= FLOOD else None
    told |= {"rdp_busiest_hour": most if most or unheard is None else Gap(unheard), "rdp_flood": _reaches(most, FLOOD, in_doubt)}
    return {**told, "flood": _reaches(counts["busiest_hour"], FLOOD, silence)}


def _over_rdp(events: JsonMap, refused: list[JsonMap]) -> list[JsonMap]:
    """Return the refused log-ons that name Remote Desktop: by their kind, or by a connection of the RDP stack beside them."""
    connected = _moments([event for event in _of(events, "core") if event["id"] in RDP_CONNECTED])
    return [event for event in refused if code_of(event["properties"], LOGON_TYPE) == REMOTE_INTERACTIVE or _is_beside(event, connected)]


def _is_beside(event: JsonMap, moments: list[datetime]) -> bool:
    happened = moment_of(event["time"])
    return happened is not None and any(abs(happened - moment) <= BESIDE for moment in moments)


def _is_of_late(event: JsonMap, now: datetime) -> bool:
    happened = moment_of(event["time"])
    return happened is not None and now - happened <= HOUR


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
    silence = silence_means_nothing(events, "lsm", now, SESSION_AT)
    return {"at_once": count if count or silence is None else Gap(silence), "often": _reaches(count, OFTEN, silence)}


def _session(event: JsonMap) -> int | None:
    return code_of(event["properties"], SESSION_AT[event["id"]])


def network_services(events: JsonMap, services: JsonMap | None, now: datetime) -> JsonMap:
    """Count the times that a service of the network stack did not start, under ``not_started``: by the service's own name, never its display name.

    :param services: data of the subset ``services``, or None where it could not be read. What runs by now did start in the end, and does not count.
    """
    running = {name.casefold() for name, service in (services or {}).items() if service["state"] == "running"}
    count = sum(1 for event in _of(events, "scm") if event["id"] in NOT_STARTED and (NETWORK_SERVICES - running) & set(_names(event)))
    silence = silence_means_nothing(events, "scm", now)
    return {"not_started": count if count or silence is None else Gap(silence)}


def term_service_faults(events: JsonMap) -> JsonMap:
    """Count the newest times that TermService ended unexpectedly, hung, or could not start for want of a module or an answer.

    :returns: ``count``, and of starts that failed because its account could not log on ``not_logged_on``. The service manager's newest entries are there
        however the list was cut, so none is none of late; unknown where its log could not be read. ``told``: it counted any, or a crash record names
        TermService; the service manager tells of each end, so that its word is enough for none.
    """
    unread = unreadable(events, WATCHED["scm"].channels)
    crashed = term_service_crashed(events)
    if unread is not None:
        gap = Gap(unread)
        return {"count": gap, "not_logged_on": gap, "told": crashed or gap}
    mine = [event for event in _of(events, "scm") if TERM_SERVICE in _names(event)]
    count = sum(map(_is_fault, mine))
    not_logged_on = sum(_is_stopped_with(event, {LOG_ON_FAILURE}) for event in mine)
    return {"count": count, "not_logged_on": not_logged_on, "told": count > 0 or crashed}


def _is_fault(event: JsonMap) -> bool:
    number = event["id"]
    return number == HUNG or number in ENDED or _is_stopped_with(event, FAULTS)


def _is_stopped_with(event: JsonMap, codes: Set[int]) -> bool:
    number = event["id"]
    return number in STOPPED_WITH and code_of(event["properties"], STOPPED_WITH[number]) in codes


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
