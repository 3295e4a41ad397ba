# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether the listener's key still names the parts that Windows ships: protocol component, transport and drivers of RDP-Tcp.

What is absent is not judged: whether every build writes each of these values is not documented.
"""

from __future__ import annotations

from ..model import JsonMap
from ..paths import dword

COMPONENT = "LoadableProtocol_Object"
OF_WINDOWS = "{5828227c-20cf-4408-b73f-73ab70b8849f}"
# No component at all, or the one in the kernel that Windows had up to 2008 R2: damage, and nobody else's. Both of Windows' own ids stand in
# the sources of Windows Admin Center (Microsoft).
NO_COMPONENT = frozenset({"", "{00000000-0000-0000-0000-000000000000}", "{18b726bb-6fe6-4fb9-9276-ed57ce7c7cb2}"})
TEXTS = {"PdName": "tcp", "PdName1": "tssecsrv", "PdDLL": "tdtcp", "PdDLL1": "tssecsrv", "WdPrefix": "RDP"}
NUMBERS = {"PdClass": 2, "PdClass1": 0xB}


def listener_stack(listener: JsonMap) -> JsonMap:
    """Compare the parts of RDP-Tcp with those of Windows.

    :param listener: data of the snapshot subset ``listener``.
    :returns: ``damaged``, names of the values that name no part, or not the one of Windows, and ``damaged_count``; and ``foreign_component``: the protocol
        component is somebody else's.
    """
    values = {name: listener.get("values", {}).get(name, {}).get("local") for name in (*TEXTS, *NUMBERS, COMPONENT)}
    there = {name: value for name, value in values.items() if value and value["kind"] not in ("absent", "denied")}
    component = _text(there[COMPONENT]) if COMPONENT in there else OF_WINDOWS
    damaged = [name for name, wanted in TEXTS.items() if name in there and _text(there[name]) != wanted.casefold()]
    damaged += [name for name, number in NUMBERS.items() if name in there and dword(there[name]) != number]
    damaged += [COMPONENT] if component in NO_COMPONENT else []
    return {"damaged": damaged, "damaged_count": len(damaged), "foreign_component": component not in NO_COMPONENT | {OF_WINDOWS}}


def _text(value: JsonMap) -> str:
    """Return text in lower case, and none for what is no text: the service ignores a value of another kind."""
    return value["value"].casefold() if value["kind"] == "REG_SZ" and isinstance(value["value"], str) else ""
