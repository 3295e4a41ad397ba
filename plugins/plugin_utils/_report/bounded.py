# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Cut any value down to what a report may hold: bounded size, plain JSON types, encodable text.

What a host or an endpoint returned is hostile until shown otherwise; a report of it stays small and valid whatever it was.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

TEXT_LIMIT = 2000  # characters; the longest honest value, a firewall rule or an SDDL, is under 1,500
ITEMS_LIMIT = 64  # entries of one list or mapping inside a value; nothing a person compares by eye is longer
DEPTH_LIMIT = 8  # nesting inside a value; facts are five levels deep at most
INTEGER_LIMIT = 2**64  # above a QWORD no consumer of the JSON keeps the digits

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")  # JSON can carry them, UTF-8 cannot


def bounded_text(value: object, limit: int = TEXT_LIMIT) -> str:
    """Return ``value`` as text that encodes as UTF-8 and is at most ``limit`` characters plus a note of what was cut."""
    text = value if isinstance(value, str) else str(bounded_value(value))
    if len(text) > limit:
        text = f"{text[:limit]} … (cut, {len(text):,} characters)"
    return _LONE_SURROGATE.sub("\ufffd", text)


def bounded_value(value: object, clean: Callable[[str], str] = bounded_text, depth: int = DEPTH_LIMIT) -> Any:
    """Return a JSON value that resembles ``value``; the result may be any JSON type.

    :param clean: what every text in it goes through, keys included.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, int):
        return int(value) if abs(value) < INTEGER_LIMIT else clean(f"{value:#x}")  # hexadecimal: decimal text of huge integers raises
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return _bounded_mapping(value, clean, depth)
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray, memoryview)):
        return _bounded_list(value, clean, depth)
    return clean(repr(value) if not hasattr(value, "isoformat") else value.isoformat())


def _bounded_mapping(value: Mapping[Any, object], clean: Callable[[str], str], depth: int) -> Any:
    if depth <= 0:
        return f"… ({len(value):,} entries, too deep to show)"
    kept = list(value.items())[:ITEMS_LIMIT]
    result = {clean(str(bounded_value(name))): bounded_value(item, clean, depth - 1) for name, item in kept}
    if len(value) > ITEMS_LIMIT:
        result["…"] = f"{len(value) - ITEMS_LIMIT:,} more entries"
    return result


def _bounded_list(value: Sequence[object], clean: Callable[[str], str], depth: int) -> Any:
    if depth <= 0:
        return f"… ({len(value):,} items, too deep to show)"
    result: list[Any] = [bounded_value(item, clean, depth - 1) for item in value[:ITEMS_LIMIT]]
    if len(value) > ITEMS_LIMIT:
        result.append(f"… {len(value) - ITEMS_LIMIT:,} more items")
    return result
