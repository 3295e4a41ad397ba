# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What can be told of an answer that nobody can read, without repeating any of its texts: types, sizes, words of the format, error codes."""

from __future__ import annotations

import json
import re
from typing import Any  # Any: an answer of any shape

from .._facts.redaction_rules import WORDS

DEPTH = 8
ITEMS = 40  # names of one mapping
LINES = 200  # of a whole outline
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_./ -]{0,80}")
_CODE = re.compile(r"(?<![0-9A-Za-z])0x[0-9A-Fa-f]{8}(?![0-9A-Za-z])")
_EXCEPTION = re.compile(r"(?<![\w.])(?:(?:System|Microsoft|Ansible)(?:\.[A-Za-z]{2,40}){0,6}\.)?[A-Z][A-Za-z]{2,50}Exception(?!\w)")
_POSITION = re.compile(r"(?:line|Zeile|ligne|l\u00ednea):(\d{1,6}) \w{1,12}:(\d{1,6})")
# What .NET calls the failures that a reader of Windows meets; the code is the same in every version, the name of the type is not told.
EXCEPTIONS = {
    0x80004001: "NotImplementedException", 0x80004002: "InvalidCastException", 0x80004003: "NullReferenceException", 0x80004005: "ExternalException",
    0x80070002: "FileNotFoundException", 0x80070003: "DirectoryNotFoundException", 0x80070005: "UnauthorizedAccessException",
    0x8007000B: "BadImageFormatException", 0x8007000E: "OutOfMemoryException", 0x80070057: "ArgumentException", 0x80131500: "Exception",
    0x80131501: "SystemException or RuntimeException of PowerShell", 0x80131502: "ArgumentOutOfRangeException", 0x80131509: "InvalidOperationException",
    0x8013150A: "SecurityException", 0x80131515: "NotSupportedException", 0x80131516: "OverflowException", 0x80131522: "TypeLoadException",
    0x80131523: "EntryPointNotFoundException", 0x80131524: "DllNotFoundException", 0x80131534: "TypeInitializationException", 0x80131537: "FormatException",
    0x80131600: "ApplicationException", 0x80131604: "TargetInvocationException", 0x80131620: "IOException", 0x80131621: "IOException of EndOfStream",
    0x80131904: "SqlException",
}  # fmt: skip


def outline(value: Any, depth: int = DEPTH) -> Any:
    """Return a JSON value with every text and number replaced by its type and size; words of the format stay."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value if value in WORDS else f"text of {len(value)}"
    if isinstance(value, dict):
        if depth == 0:
            return f"mapping of {len(value)}"
        kept = list(value.items())[:ITEMS]
        return {(str(name) if _NAME.fullmatch(str(name)) else f"name {place}"): outline(item, depth - 1) for place, (name, item) in enumerate(kept)}
    if isinstance(value, list):
        return {f"list of {len(value)}": outline(value[0], depth - 1) if value and depth else None}
    return type(value).__name__


def outline_text(value: Any) -> str:
    """Return the outline as bounded lines of JSON."""
    lines = json.dumps(outline(value), indent=1).splitlines()
    return "\n".join(lines if len(lines) <= LINES else [*lines[:LINES], f"({len(lines) - LINES} more lines)"])


def failure_codes(message: object) -> str:
    """Return the error codes, names of exceptions and positions in scripts that a message holds, and nothing else of it."""
    text = str(message)[:20000]
    codes = list(dict.fromkeys(f"0x{found[2:].upper()}" for found in _CODE.findall(text)))
    named = [f"{code} ({EXCEPTIONS[int(code, 16)]})" if int(code, 16) in EXCEPTIONS else code for code in codes]
    types = list(dict.fromkeys(_EXCEPTION.findall(text)))
    positions = [f"line {line} column {column}" for line, column in dict.fromkeys(_POSITION.findall(text))]
    return ", ".join([*named[:4], *types[:4], *positions[:4]])


__all__ = ["failure_codes", "outline", "outline_text"]
