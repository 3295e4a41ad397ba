# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The part of a host report about what to do where nothing that is known fits."""

from __future__ import annotations

from typing import Any  # Any: JSON values

from .._core.model import Escalation
from .redact import Cleaner
from .words import WHOM


def escalation_block(escalation: Escalation, clean: Cleaner) -> dict[str, Any]:
    """Return the block ``escalate`` of the canonical report."""
    return {
        "why": clean.text(escalation.why),
        "ask": [{"who": who, "why": clean.text(why)} for who, why in escalation.ask if who in WHOM],
        "evidence": [{"kind": kind, "text": clean.text(text)} for kind, text in escalation.evidence],
    }
