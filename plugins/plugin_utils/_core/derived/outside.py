# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the probe settles and what it leaves open: a probe that failed on its own side, or could not look further, says nothing about the host."""

from __future__ import annotations

from ..model import JsonMap
from .gap import Gap

# A host that takes only Kerberos does answer: to block NTLM is hardening, not a fault.
ANSWERED = frozenset({"reached_tls", "reached_credssp", "credssp_spnego_only"})
UNDECIDED = frozenset(
    {
        # the fault, or the limit, is on this side
        "probe_error", "local_tls_too_strict", "name_service_failed", "no_route",
        # another connection with the same messages went another way
        "unsteady",
        # RDP's own old security: a client that may use it gets on, all others are turned away; what it is worth is the checks' on NLA to say
        "legacy_answer", "failure_2",
        # The probe asks for NTLM and nothing else. A host where NTLM is blocked or Kerberos alone is taken may end the connection here, or answer
        # with a code of its own, and still let in everybody who comes with Kerberos.
        "credssp_closed", "credssp_error",
    }
)  # fmt: skip
# STATUS_NTLM_BLOCKED and SEC_E_UNSUPPORTED_FUNCTION: the host answered, and its answer is that it takes no NTLM.
TAKES_NO_NTLM = frozenset({0xC0000418, 0x80090302})


def seen_from_outside(probe: JsonMap) -> JsonMap:
    """Say whether the endpoint answers, and whether it wants Network Level Authentication.

    :returns: ``answers``, ``nla_required``, ``credssp_version`` and ``clock_off_by`` (seconds that the clock is off by at least,
        whatever the direction), each unknown where the probe could not settle it; and ``only_version``, the version of TLS of an endpoint that
        takes nothing newer than what is out of date, null for every other.
    """
    nla = probe["nla"]
    return {
        "answers": _answers(probe),
        "nla_required": Gap("the endpoint did not answer what would show it") if nla == "unknown" else nla == "required",
        "credssp_version": _credssp_version(probe),
        "clock_off_by": _clock_off_by(probe),
        "only_version": (probe.get("retried") or {}).get("version") if probe["symptom"] == "tls_old_only" else None,
    }


def _answers(probe: JsonMap) -> bool | Gap:
    if probe["symptom"] == "credssp_error" and (probe.get("credssp") or {}).get("error_code") in TAKES_NO_NTLM:
        return True
    return Gap(probe["sentence"]) if probe["symptom"] in UNDECIDED else probe["symptom"] in ANSWERED


def _credssp_version(probe: JsonMap) -> int | Gap:
    version = (probe.get("credssp") or {}).get("version")
    return version if isinstance(version, int) else Gap("the endpoint did not get as far as telling its version of CredSSP")


def _clock_off_by(probe: JsonMap) -> float | Gap:
    clock = probe.get("clock")
    if not clock:
        return Gap("the endpoint did not tell its time")
    off_by: float = max(0.0, abs(clock["skew_seconds"]) - clock["uncertainty_seconds"])
    return round(off_by, 3)
