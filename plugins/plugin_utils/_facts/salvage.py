# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Save what fits of a snapshot that does not: one strange answer of Windows costs its subset, not the whole view."""

from __future__ import annotations

from typing import Any

from .shapes import FactsError
from .snapshot import SUBSETS, check_subset

MISFIT = {"status": "error", "kind": "misfit", "message": "", "ms": 0, "data": None}
SENTENCE = 4096  # characters of a message


def salvaged(snapshot: Any) -> Any:
    """Return a snapshot in which each subset that misfits is an error with the sentence that says so.

    :param snapshot: a document of any shape; what is not a mapping with subsets comes back as it is.
    :returns: a copy. Its frame is not looked at.
    """
    subsets = snapshot.get("subsets") if isinstance(snapshot, dict) else None
    if not isinstance(subsets, dict):
        return snapshot
    known = {name: _fitting(name, subsets[name]) if name in subsets else {**MISFIT, "message": "the answer does not name it"} for name in SUBSETS}
    return {**snapshot, "subsets": {**subsets, **known}}


def _fitting(name: str, subset: Any) -> Any:
    try:
        check_subset(name, subset, name)
    except FactsError as exc:
        return {**MISFIT, "message": str(exc)[:SENTENCE]}
    return subset
