# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Registry values in the shape in which the reader returns them."""

from __future__ import annotations

import base64
from typing import Any

RegValue = dict[str, Any]  # {"path", "value", "kind"}: JSON data, its value depends on its kind
Answers = dict[str, Any]  # {"kind", "items", "truncated"}: a list of answers to one question


def dword(path: str, value: int) -> RegValue:
    """Return a REG_DWORD as the reader gives it: unsigned, whatever sign Windows displays.

    :param path: registry key, without the name of the value
    :param value: the number; -1 becomes 4294967295
    """
    return {"path": path, "value": value & 0xFFFFFFFF, "kind": "REG_DWORD"}


def qword(path: str, value: int) -> RegValue:
    """Return a REG_QWORD."""
    return {"path": path, "value": value, "kind": "REG_QWORD"}


def text(path: str, value: str) -> RegValue:
    """Return a REG_SZ."""
    return {"path": path, "value": value, "kind": "REG_SZ"}


def expand(path: str, value: str) -> RegValue:
    """Return a REG_EXPAND_SZ, with its variables left as they are."""
    return {"path": path, "value": value, "kind": "REG_EXPAND_SZ"}


def multi(path: str, value: list[str]) -> RegValue:
    """Return a REG_MULTI_SZ."""
    return {"path": path, "value": list(value), "kind": "REG_MULTI_SZ"}


def binary(path: str, value: bytes) -> RegValue:
    """Return a REG_BINARY: bytes travel as base64."""
    return {"path": path, "value": base64.b64encode(value).decode("ascii"), "kind": "REG_BINARY"}


def absent(path: str) -> RegValue:
    """Return the fact that a value does not exist."""
    return {"path": path, "value": None, "kind": "absent"}


def make(path: str, value: int | str | list[str] | None) -> RegValue:
    """Return the registry value that fits the Python type: int, str, list or None (absent)."""
    if value is None:
        return absent(path)
    if isinstance(value, int):
        return dword(path, value)
    if isinstance(value, str):
        return text(path, value)
    return multi(path, value)


def table(path: str, **named: int | str | list[str] | None) -> dict[str, RegValue]:
    """Return several values of one key, each as `make` has it."""
    return {name: make(path, value) for name, value in named.items()}


def answers(*items: Any) -> Answers:
    """Return a list of answers that is whole."""
    return {"kind": "", "items": list(items), "truncated": False}
