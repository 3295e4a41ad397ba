# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Registry values as the reader returns them. Own, not the demo's: what is built here must not change when the demo does."""

from __future__ import annotations

import base64
from typing import Any

RegValue = dict[str, Any]  # {"path", "value", "kind"}: JSON data, its value depends on its kind

CONTROL = "HKLM\\SYSTEM\\CurrentControlSet\\Control"
SERVICES = "HKLM\\SYSTEM\\CurrentControlSet\\Services"
TS = CONTROL + "\\Terminal Server"
STATIONS = TS + "\\WinStations"
RDP_TCP = STATIONS + "\\RDP-Tcp"
POLICY = "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services"
LSA = CONTROL + "\\Lsa"
MSV = LSA + "\\MSV1_0"
SCHANNEL = CONTROL + "\\SecurityProviders\\SCHANNEL"
CREDSSP = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\CredSSP\\Parameters"
DELEGATION = "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\CredentialsDelegation"


def make(path: str, value: int | str | bytes | list[str] | None) -> RegValue:
    """Return the value of the kind that fits the Python type; None is absent."""
    if value is None:
        return {"path": path, "value": None, "kind": "absent"}
    if isinstance(value, int):
        return {"path": path, "value": value & 0xFFFFFFFF, "kind": "REG_DWORD"}
    if isinstance(value, bytes):
        return {"path": path, "value": base64.b64encode(value).decode("ascii"), "kind": "REG_BINARY"}
    if isinstance(value, list):
        return {"path": path, "value": list(value), "kind": "REG_MULTI_SZ"}
    return {"path": path, "value": value, "kind": "REG_SZ"}


def expand(path: str, value: str) -> RegValue:
    """Return a REG_EXPAND_SZ with its variables as they are."""
    return {"path": path, "value": value, "kind": "REG_EXPAND_SZ"}


def qword(path: str, value: int) -> RegValue:
    """Return a REG_QWORD."""
    return {"path": path, "value": value, "kind": "REG_QWORD"}


def denied(path: str) -> RegValue:
    """Return a value that could not be looked at."""
    return {"path": path, "value": None, "kind": "denied"}


def table(path: str, **values: int | str | bytes | list[str] | None) -> dict[str, RegValue]:
    """Return several values of one key."""
    return {name: make(path, value) for name, value in values.items()}


def answers(*items: Any, kind: str = "") -> dict[str, Any]:
    """Return a list of answers, or the kind of failure for which there are none."""
    return {"kind": kind, "items": list(items), "truncated": False}
