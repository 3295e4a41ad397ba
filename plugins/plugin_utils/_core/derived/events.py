# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the event logs say: how often each watched event stands there, with which codes, and when its absence means anything.

An event that was found counts wherever it was found. That none was found is a fact only where each of its channels exists, is on, was read
to its end and reaches back over the whole window; otherwise nobody knows. What our own probe leaves in the logs is not counted.
Which property holds what: published templates of the providers, not yet seen on a real host. Newer builds of Schannel name the process before
everything else, and say by a word that is not translated whether it acted as server or as client.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..clock import parse_time, shifted
from ..model import JsonMap
from ..paths import dword
from .gap import Gap

_MANAGER = "Microsoft-Windows-TerminalServices-RemoteConnectionManager"
_SESSION = "Microsoft-Windows-TerminalServices-LocalSessionManager"
_CORE = "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS"
MAX_HOURS = 8760  # what the reader can be asked for
NEVER_EMPTY = frozenset({"System", "Security", "Application"})  # these say something at every start: without a record they were cleared
OWN_NOISE = timedelta(seconds=90)  # a probe takes at most about a minute, and the two clocks may differ a little


@dataclass(frozen=True)
class Watched:
    """Events of one provider that the reader asks for, and the channels in which they may stand."""

    provider: str
    channels: tuple[str, ...]
    ids: tuple[int, ...]


# word before the id in the names of the answers -> what is watched
WATCHED: Mapping[str, Watched] = {
    # Public catalogues disagree on the channel of the 10xx ids.
    "rcm": Watched(
        _MANAGER, ("System", f"{_MANAGER}/Admin", f"{_MANAGER}/Operational"),
        (1003, 1004, 1006, 1035, 1036, 1051, 1053, 1054, 1055, 1057, 1058, 1059, 1062, 1064, 1065, 1067, 1068, 1069),
    ),
    "schannel": Watched("Schannel", ("System",), (36870, 36871, 36874, 36888)),
    "schannel_client": Watched("Schannel", ("System",), (36870, 36871)),  # of these two, what the host met with as a client of others
    "core": Watched(_CORE, (f"{_CORE}/Operational",), (97, 131, 139, 140)),
    "lsm": Watched(_SESSION, (f"{_SESSION}/Operational",), (21, 36, 40)),
    "scm": Watched("Service Control Manager", ("System",), (7000, 7001, 7022, 7023, 7031, 7034)),
    "winlogon": Watched("Microsoft-Windows-Winlogon", ("Application",), (4005,)),
    "crash": Watched("Application Error", ("Application",), (1000,)),
    "pnp": Watched("Microsoft-Windows-Kernel-PnP", ("Microsoft-Windows-Kernel-PnP/Configuration",), (411,)),
    "ntlm": Watched("Microsoft-Windows-NTLM", ("Microsoft-Windows-NTLM/Operational",), (4002, 4003)),
    "netlogon": Watched("NETLOGON", ("System",), (3210, 5719)),
    "lsasrv": Watched("LsaSrv", ("System",), (6041, 6167)),
    "wvd": Watched("WVD-Agent", ("Application",), (3019, 3277, 3389, 3702, 3703)),
    "security": Watched("Microsoft-Windows-Security-Auditing", ("Security",), (4625,)),
}  # fmt: skip
# (word, id) -> which property holds the code that tells one story from another
CODE_AT = {
    ("rcm", 1057): 0, ("rcm", 1058): 0, ("schannel", 36870): 1, ("schannel", 36871): 1, ("schannel", 36888): 0, ("lsm", 40): 1, ("scm", 7000): 1,
}  # fmt: skip
# What a handshake leaves behind that is broken off on purpose, or that asks for NTLM.
LEFT_BY_PROBES = frozenset({("schannel", 36874), ("schannel", 36888), ("core", 97), ("core", 131), ("core", 139), ("ntlm", 4002), ("ntlm", 4003)})
CLIENT_SIDE = "client"  # the other is "server"
LATER = {"crash": ("crashes", "crash records")}  # word -> the fact by which a reader says that it asks for these, and what they are called
_WORDS = {(watched.provider, number): word for word, watched in WATCHED.items() if word != "schannel_client" for number in watched.ids}


def events_seen(events: JsonMap, probes: Iterable[JsonMap], now: datetime) -> JsonMap:
    """Count the watched events.

    :param events: data of the snapshot subset ``events``.
    :param probes: our own probes of this host; broken handshakes next to them are not counted.
    :returns: per event a count under ``WORD_ID``, such as ``rcm_1057``, and for some the different codes, as numbers, under ``codes_WORD_ID``.
    """
    looked_at = moments_of(probes)
    counts: Counter[tuple[str, int]] = Counter()
    codes: dict[tuple[str, int], list[int]] = {name: [] for name in CODE_AT}
    for name, event in _counted(events, looked_at):
        counts[name] += 1
        code = code_of(_told(event), CODE_AT[name]) if name in CODE_AT else None
        if code is not None and code not in codes[name]:
            codes[name].append(code)
    answer: dict[str, object] = {}
    for word, watched in WATCHED.items():
        for number in watched.ids:
            name, silence = (word, number), silence_means_nothing(events, word, now, (number,))
            known = counts[name] > 0 or silence is None
            answer[f"{word}_{number}"] = counts[name] if known else Gap(silence or "")
            if name in codes:
                answer[f"codes_{word}_{number}"] = codes[name] if known else Gap(silence or "")
    return answer


def _counted(events: JsonMap, looked_at: list[datetime]) -> Iterator[tuple[tuple[str, int], JsonMap]]:
    for event in events["events"]:
        word = word_of(event["provider"], event["id"])
        if word and not left_by_us(event, looked_at):
            yield _sided((word, event["id"]), event), event


def _sided(name: tuple[str, int], event: JsonMap) -> tuple[str, int]:
    """Return the name under which an event counts: what Schannel met with as a client of others says nothing about the listener."""
    word, number = name
    as_client = word == "schannel" and number in WATCHED["schannel_client"].ids and _told(event)[:1] == [CLIENT_SIDE]
    return ("schannel_client", number) if as_client else name


def _told(event: JsonMap) -> list[str]:
    """Return the properties of an event without the number and the name of the process that newer builds of Schannel put before them."""
    properties: list[str] = event["properties"]
    named = event["provider"] == WATCHED["schannel"].provider and len(properties) > 2 and properties[0].isdigit() and not properties[1].isdigit()
    return properties[2:] if named else properties


def moments_of(probes: Iterable[JsonMap]) -> list[datetime]:
    """Return when our own probes looked, as far as their times can be read."""
    return [moment for moment in (moment_of(probe["probed_at"]) for probe in probes) if moment is not None]


def left_by_us(event: JsonMap, looked_at: Iterable[datetime]) -> bool:
    """Tell whether an event is what a probe of ours leaves behind, beside a moment at which one looked."""
    happened = moment_of(event["time"])
    is_left = (word_of(event["provider"], event["id"]), event["id"]) in LEFT_BY_PROBES
    return is_left and happened is not None and any(abs(happened - moment) <= OWN_NOISE for moment in looked_at)


def word_of(provider: str, number: int) -> str:
    """Return the word of :data:`WATCHED` under which an event is counted; empty for one that is not watched."""
    return _WORDS.get((provider, number), "")


def moment_of(text: str | None) -> datetime | None:
    """Read a time that a host claims; None where it is none."""
    try:
        return None if text is None else parse_time(text)
    except ValueError:
        return None


def silence_means_nothing(events: JsonMap, word: str, now: datetime, ids: Iterable[int] = ()) -> str | None:
    """Say why an event that was not found may have happened all the same; None where it did not happen.

    :param word: of :data:`WATCHED`.
    :param ids: those of the events; all that are watched where it is empty.
    """
    watched = WATCHED[word]
    asked, called = LATER.get(word, ("", ""))
    if asked and not events.get(asked):
        return f"the reader did not ask for {called}"
    cut = _why_cut(events, watched, tuple(ids) or watched.ids)
    if cut:
        return cut
    channels = watched.channels
    found = _there(events, channels)
    if not found:
        return f"this host has no channel {', '.join(channels)}"
    since = shifted(now, -min(events["hours"], MAX_HOURS) // 24)  # in whole days, and rather one too many
    return next((why for why in (_why_silent(name, channel, since) for name, channel in found) if why), None)


def _why_cut(events: JsonMap, watched: Watched, ids: Iterable[int]) -> str | None:
    """Say that older events of a kind were left out. A reader that does not tell of which queries leaves all in doubt."""
    if not events["truncated"]:
        return None
    queries = events.get("cut")
    if queries is None:
        return "the list of events was cut short"
    mine = (query for query in queries if query["provider"] == watched.provider and query["channel"] in watched.channels)
    if any(_asks_for(query["ids"], number) for query in mine for number in ids):
        return f"there are more events of {watched.provider} than were read"
    return None


def _asks_for(ids: str, number: int) -> bool:
    """Tell whether a query asks for an event; its ids are numbers and ranges such as ``21 36-40``."""
    ends = (part.partition("-") for part in ids.split())
    return any(int(low) <= number <= int(high or low) for low, dummy, high in ends)


def unreadable(events: JsonMap, channels: Iterable[str]) -> str | None:
    """Say why not even the newest events of some channels are known; None where they are."""
    found = _there(events, channels)
    if not found:
        return f"this host has no channel {', '.join(channels)}"
    return next((why for why in (_why_unreadable(name, channel) for name, channel in found) if why), None)


def _there(events: JsonMap, channels: Iterable[str]) -> list[tuple[str, JsonMap]]:
    return [(name, events["channels"][name]) for name in channels if events["channels"].get(name, {}).get("exists")]


def _why_unreadable(name: str, channel: JsonMap) -> str | None:
    if channel["kind"]:
        return f"the channel {name} could not be read to its end: {channel['kind']}"
    return f"the channel {name} is switched off" if dword(channel["Enabled"]) == 0 else None


def _why_silent(name: str, channel: JsonMap, since: datetime) -> str | None:
    why = _why_unreadable(name, channel)
    if why:
        return why
    if channel["oldest"] is None and name not in NEVER_EMPTY:
        return None  # nothing was ever written to it, as on most hosts to that of NTLM
    oldest = moment_of(channel["oldest"])
    if oldest is None or oldest > since:
        return f"the channel {name} does not reach back that far"
    return None


def code_of(properties: list[str], place: int) -> int | None:
    """Read a code as events write them: decimal, signed or not, hexadecimal, or a message number such as ``%%1069``.

    :returns: an unsigned number, or None where none stands there.
    """
    text = properties[place].removeprefix("%%") if place < len(properties) else ""
    try:
        return int(text, 0) & 0xFFFFFFFF
    except ValueError:
        return None
