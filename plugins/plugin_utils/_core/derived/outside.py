# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the probe settles and what it leaves open: a probe that failed on its own side says nothing about the host."""

from __future__ import annotations

from ..model import JsonMap
from .gap import Gap

ANSWERED = frozenset({"reached_tls"})
UNDECIDED = frozenset({"probe_error", "local_tls_too_strict"})  # the fault, or the limit, is on this side


def seen_from_outside(probe: JsonMap) -> JsonMap:
    """Say whether the endpoint answers, and whether it wants Network Level Authentication.

    :returns: ``answers`` and ``nla_required``, each unknown where the probe could not settle it.
    """
    sentence = probe["sentence"]
    answers = Gap(sentence) if probe["symptom"] in UNDECIDED else probe["symptom"] in ANSWERED
    nla = probe["nla"]
    return {"answers": answers, "nla_required": Gap("the endpoint did not answer what would show it") if nla == "unknown" else nla == "required"}
