# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How many people a restart of TermService would disconnect, which sessions are stuck, and whether the listener is among them."""

from __future__ import annotations

from ..model import JsonMap
from .listener import effective_values

# Who is connected, and who was cut off and expects to find the session again. The rest are listeners and sessions nobody is logged on to.
OCCUPIED = frozenset({"active", "connect_query", "shadow", "disconnected"})
UNFINISHED = frozenset({"init", "connect_query", "reset"})
CONNECTED = frozenset({"active", "connected", "connect_query", "shadow"})  # who holds a connection of the listener
LISTENER = "rdp-tcp"  # the station that listens; those of connected people are called rdp-tcp#5
LISTENERS = ("rdp-tcp", "rdp-sxs")  # how the stations of listeners begin, that of Azure Virtual Desktop among them; connected people have a # in theirs
FIRST_LISTENER = 65536  # listeners are numbered from here on, whatever their stations are called
SERVICES = 0  # the session of the services; it is always there, and nobody's


def live_sessions(sessions: JsonMap) -> JsonMap:
    """Count the sessions of people. A listener that was switched off is down as well, and takes nobody's connections.

    :param sessions: data of the snapshot subset ``sessions``.
    :returns: ``live``, and the numbers of those that are ``down`` (under ``stuck`` their names) and of those that are ``unfinished``: on their way in
        or out; and whether RDP-Tcp ``listens``.
    :raises LookupError: the list was cut short.
    """
    if sessions["truncated"]:
        raise LookupError("the list of sessions was cut short")
    of_people = [session for session in sessions["sessions"] if session["id"] != SERVICES and not _is_listener(session)]
    states = [session["state"] for session in of_people]
    return {
        "live": sum(state in OCCUPIED for state in states),
        "down": states.count("down"),
        "stuck": [_named(session) for session in of_people if session["state"] == "down"],
        "unfinished": sum(state in UNFINISHED for state in states),
        "listens": any(session["state"] == "listen" and session["station"].casefold() == LISTENER for session in sessions["sessions"]),
    }


def _named(session: JsonMap) -> str:
    """Name a session as an administrator finds it again: by its number, and by whose it is where that was asked for."""
    owner = "\\".join(part for part in (session.get("domain"), session.get("user")) if part)
    return f"{session['id']} ({owner or session['station'] or 'without a station'})"


def _is_listener(session: JsonMap) -> bool:
    station: str = session["station"].casefold()
    return session["id"] >= FIRST_LISTENER or (station.startswith(LISTENERS) and "#" not in station)


def connection_limit(sessions: JsonMap, listener: JsonMap) -> JsonMap:
    """Compare the connections that there are with how many the listener takes.

    :returns: ``connected``, and whether the limit is ``reached``.
    :raises LookupError: the list was cut short, or the limit could not be read.
    """
    if sessions["truncated"]:
        raise LookupError("the list of sessions was cut short")
    limit = effective_values(listener).get("MaxInstanceCount")
    if limit is None:
        raise LookupError("MaxInstanceCount could not be read")
    stations = (session["station"].casefold() for session in sessions["sessions"] if session["state"] in CONNECTED)
    connected = sum(station.startswith(f"{LISTENER}#") for station in stations)
    return {"connected": connected, "reached": connected >= limit["value"]}
