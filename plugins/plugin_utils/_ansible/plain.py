# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Plain Python values at the border: what Ansible hands over is tagged, lazy or a subclass; the core gets none of that."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any  # Any: a JSON value


def to_plain(value: Any) -> Any:
    """Return the same JSON value made of nothing but dict, list, str, int, float, bool and None.

    A round trip through JSON is the one conversion that leaves no subclass behind, and takes about a millisecond
    for a snapshot. What JSON cannot hold becomes its text.
    """
    return json.loads(json.dumps(value, default=str))


def as_plain_mapping(value: Any) -> dict[str, Any] | None:
    """Return a plain dict, or None when the value is not a mapping."""
    if not isinstance(value, Mapping):
        return None
    plain: dict[str, Any] = to_plain(dict(value))
    return plain


def one_line(text: object, limit: int = 300) -> str:
    """Return the text as one printable line of at most ``limit`` characters; used wherever foreign text enters a result."""
    words = "".join(c if c.isprintable() else " " for c in str(text)).split()
    line = " ".join(words)
    return line if len(line) <= limit else line[: limit - 1] + "\u2026"
