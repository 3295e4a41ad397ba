# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the probe settles and what it leaves open: a probe that failed on its own side says nothing about the host."""

from __future__ import annotations

from ..model import JsonMap
from .gap import Gap

# A host that takes only Kerberos does answer: to block NTLM is hardening, not a fault.
ANSWERED = frozenset({"reached_tls", "reached_credssp", "credssp_spnego_only"})
UNDECIDED = frozenset({"probe_error", "local_tls_too_strict"})  # the fault, or the limit, is on this side


def seen_from_outside(probe: JsonMap) -> JsonMap:
    """Say whether the endpoint answers, and whether it wants Network Level Authentication.

    :returns: ``answers``, ``nla_required``, ``credssp_version`` and ``clock_off_by`` (seconds that the clock is off by at least,
        whatever the direction), each unknown where the probe could not settle it.
    """
    sentence = probe["sentence"]
    answers = Gap(sentence) if probe["symptom"] in UNDECIDED else probe["symptom"] in ANSWERED
    nla = probe["nla"]
    return {
        "answers": answers,
        "nla_required": Gap("the endpoint did not answer what would show it") if nla == "unknown" else nla == "required",
        "credssp_version": _credssp_version(probe),
        "clock_off_by": _clock_off_by(probe),
    }


def _credssp_version(probe: JsonMap) -> int | Gap:
    version = (probe.get("credssp") or {}).get("version")
    return version if isinstance(version, int) else Gap("the endpoint did not get as far as telling its version of CredSSP")


def _clock_off_by(probe: JsonMap) -> float | Gap:
    clock = probe.get("clock")
    if not clock:
        return Gap("the endpoint did not tell its time")
    off_by: float = max(0.0, abs(clock["skew_seconds"]) - clock["uncertainty_seconds"])
    return round(off_by, 3)
