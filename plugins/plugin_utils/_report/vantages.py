# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What each vantage point saw, one line each; nothing where only one looked."""

from __future__ import annotations

from typing import Any

from .._core.model import JsonMap
from .looked_up import ENDINGS, STEP_OUTCOMES, STEPS, WORD_LIMIT, as_mapping, mappings, number, one_of, text_or_none
from .redact import Cleaner

VANTAGES_LIMIT = 17  # the one that is judged, and those beside it that facts may hold
CONNECTIONS_LIMIT = 8


def vantages_block(document: JsonMap, clean: Cleaner) -> list[dict[str, Any]]:
    """Return the lines, the vantage point that everything else is judged by first.

    :param document: facts document; ``probe`` and ``other_probes`` are looked at.
    """
    others = list(mappings(document.get("other_probes"), VANTAGES_LIMIT - 1))
    return [_vantage(probe, clean) for probe in (as_mapping(document.get("probe")), *others)] if others else []


def furthest_steps(connections: list[JsonMap]) -> dict[str, JsonMap]:
    """Return for each step the one of the connection that came furthest."""
    ordered = sorted(connections, key=lambda connection: sum(step.get("outcome") == "ok" for step in mappings(connection.get("steps"), 32)))
    return {one_of(step.get("step"), STEPS, "resolve"): step for connection in ordered for step in mappings(connection.get("steps"), 32)}


def _vantage(probe: JsonMap, clean: Cleaner) -> dict[str, Any]:
    target, tls = as_mapping(probe.get("target")), as_mapping(probe.get("tls"))
    steps = furthest_steps(list(mappings(probe.get("connections"), CONNECTIONS_LIMIT)))
    return {
        "vantage": clean.text(probe.get("vantage") or "", WORD_LIMIT),
        "endpoint": clean.text(target.get("host") or "", 255),
        "address": text_or_none(target.get("address"), clean),
        "ended_at": one_of(probe.get("ended_at"), ENDINGS, "resolve"),
        "symptom": clean.text(probe.get("symptom") or "probe_error", WORD_LIMIT),
        "sentence": clean.text(probe.get("sentence") or ""),
        "certificate": text_or_none(as_mapping(tls.get("certificate")).get("sha1"), clean),
        "steps": [
            {"step": name, "outcome": one_of(step.get("outcome"), STEP_OUTCOMES, "error"), "ms": number(step.get("ms"), 1e9)} for name, step in steps.items()
        ],
    }
