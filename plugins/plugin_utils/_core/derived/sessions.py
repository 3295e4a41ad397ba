# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How many people a restart of TermService would disconnect."""

from __future__ import annotations

from ..model import JsonMap

# Who is connected, and who was cut off and expects to find the session again. The rest are listeners and sessions nobody is logged on to.
OCCUPIED = frozenset({"active", "connect_query", "shadow", "disconnected"})
SERVICES = 0  # the session of the services; it is always there, and nobody's


def live_sessions(sessions: JsonMap) -> JsonMap:
    """Count the sessions of people.

    :param sessions: data of the snapshot subset ``sessions``.
    :returns: ``live``.
    :raises LookupError: the list was cut short.
    """
    if sessions["truncated"]:
        raise LookupError("the list of sessions was cut short")
    return {"live": sum(1 for session in sessions["sessions"] if session["id"] != SERVICES and session["state"] in OCCUPIED)}
