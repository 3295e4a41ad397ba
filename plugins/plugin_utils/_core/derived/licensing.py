# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether this is a session host that needs licences, and whether it knows where to get them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..model import JsonMap
from ..paths import dword
from .gap import Gap

PER_DEVICE, PER_USER = 2, 4


def licensing_state(licensing: JsonMap) -> JsonMap:
    """Say what stands about licences.

    :param licensing: data of the snapshot subset ``licensing``.
    :returns: ``session_host`` (the role is installed: remote administration needs no licence), ``mode`` in force, ``mode_set``, ``servers_set``.
    """
    role = licensing["role"]["TSAppCompat"]
    mode = _first(licensing["mode"], dword)
    servers = _first(licensing["servers"], _names)
    return {
        "session_host": Gap(f"access to {role['path']} was denied") if role["kind"] == "denied" else dword(role) == 1,
        "mode": mode,
        "mode_set": mode if isinstance(mode, Gap) else mode in (PER_DEVICE, PER_USER),
        "servers_set": servers if isinstance(servers, Gap) else bool(servers),
    }


def _first(sides: JsonMap, read: Callable[[JsonMap], Any]) -> Any:  # a number, or names: whatever the value holds
    for side in (sides["policy"], sides["local"]):
        if side["kind"] == "denied":
            return Gap(f"access to {side['path']} was denied")
        value = read(side)
        if value:
            return value
    return None


def _names(side: JsonMap) -> list[str]:
    value = side["value"]
    names = value if isinstance(value, list) else value.split(",") if isinstance(value, str) else []
    return [name for name in names if name.strip()]
