# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The part of a host report about what to do where nothing that is known fits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any  # Any: JSON values

from .._core.escalation import Escalation
from .redact import Cleaner
from .visible import visible
from .words import WHOM

LINE_LIMIT = 600  # characters of a line that is handed over
TITLE = "== Remote Desktop: what was seen of a host that fails, and nobody knows why"
NAMED, NOT_NAMED = "names of hosts are as they are", "names of hosts, people and networks are pseudonyms"


def escalation_block(escalation: Escalation, clean: Cleaner, run: str, without_names: Sequence[str] | None = None) -> dict[str, Any]:
    """Return the block ``escalate`` of the canonical report.

    :param run: the version of this collection and the time of the run, as one line.
    :param without_names: what is handed over, where the run takes names out of what it gives away; None for what the report itself is made from.
    """
    redacted = without_names is not None
    head = (TITLE, run, NOT_NAMED if redacted else NAMED, "")
    lines = escalation.pack if without_names is None else without_names
    return {
        "why": clean.text(escalation.why),
        "first": [{"view": view, "how": clean.text(how)} for view, how in escalation.first],
        "ask": [
            {"who": asked.who, "why": clean.text(asked.why), "how": [clean.text(line) for line in asked.how]} for asked in escalation.ask if asked.who in WHOM
        ],
        "evidence": [{"kind": kind, "text": clean.text(text)} for kind, text in escalation.evidence],
        "pack": {"redacted": redacted, "lines": list(_lines((*head, *lines), clean)) if escalation.ask else []},
    }


def _lines(lines: Iterable[str], clean: Cleaner) -> Iterator[str]:
    for line in lines:
        yield visible(clean.text(line, LINE_LIMIT)).replace("\n", " ")
