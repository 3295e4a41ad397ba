# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What must not stand in a labelled bundle: a label, a cause, or what was noted about it."""

from __future__ import annotations

import json
import re
from typing import Any

FORBIDDEN_KEYS = {"label", "labels", "cause", "causes", "truth", "expected", "finding", "findings", "story"}
# A code that was written as one; certificates and thumbprints spell it by accident.
CAUSE = re.compile(r"(?<![0-9A-Za-z+/-])C(0[1-9]|[1-5][0-9]|6[0-4])(?![0-9A-Za-z+/-])")


def all_keys(value: Any) -> set[str]:
    """Return the names of every object in a JSON value."""
    if isinstance(value, dict):
        return set(value).union(*(all_keys(inner) for inner in value.values()))
    return set().union(*(all_keys(inner) for inner in value)) if isinstance(value, list) else set()


def text_of(document: dict[str, Any]) -> str:
    """Return everything that can be read in a bundle, without the bytes of certificates."""
    return re.sub(r'"der": "[^"]*"', "", json.dumps(document, ensure_ascii=False))
