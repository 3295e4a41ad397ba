# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether the side-by-side stack of Azure Virtual Desktop is registered and listens."""

from __future__ import annotations

from ..model import JsonMap
from ..paths import dword
from .gap import Gap

STATION = "rdp-sxs"


def desktop_stack(avd: JsonMap, sessions: JsonMap | None) -> JsonMap:
    """Judge the agent and its listeners.

    :param avd: data of the snapshot subset ``avd``.
    :param sessions: data of the subset ``sessions``, or None where it could not be read.
    :returns: ``registered``, ``loader_runs``, ``stations_right`` (there is one, each enabled and set to reverse connect), ``stack_listens``.
    """
    registered = avd["IsRegistered"]
    state = avd["boot_loader"]["state"]
    stations = avd["listeners"]
    return {
        "registered": Gap(f"access to {registered['path']} was denied") if registered["kind"] == "denied" else dword(registered) == 1,
        "loader_runs": Gap("the state of the agent's loader is not known") if state == "unknown" else state == "running",
        "stations_right": bool(stations) and all(dword(item[name]) == 1 for item in stations for name in ("fEnableWinStation", "fReverseConnectMode")),
        "stack_listens": _listens(sessions),
    }


def _listens(sessions: JsonMap | None) -> bool | Gap:
    if sessions is None:
        return Gap("the list of sessions could not be read")
    listening = any(item["station"].casefold().startswith(STATION) and item["state"] == "listen" for item in sessions["sessions"])
    return listening or (Gap("the list of sessions was cut short") if sessions["truncated"] else False)
