# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where nothing that is known fits: whom to ask, and which evidence they will want. Pure; nothing is judged anew.

A host fails, or somebody saw an error, and no cause is likely or certain. Whom to ask follows from where the connection ends; what to hand
over is what was seen, in numbers that mean the same to everybody: times, codes, event ids, thumbprints.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any  # Any: a value of the facts

from .clock import format_time
from .model import Escalation, Facts, Finding, Impact, Outcome, Rank, RankedCause
from .paths import look_up
from .sentences import fill, show
from .system_name import system_name

KINDS = ("system", "times", "error_code", "probe", "certificates", "events", "client", "considered", "not_seen", "bundle")
MOST = 12  # entries of a list inside a sentence; all of it is in the bundle
DROPPED = frozenset({"name_not_resolved", "name_service_failed", "connect_timeout", "unreachable", "route_lost", "tls_silent", "tls_stalled"})
NOBODY_WANTED = ("not asked", "was not read", "does not apply")  # in a gap: nothing stood in the way
LOGON_CODES = frozenset({0x807, 0xA07, 0xB07, 0xC07, 0xD07, 0xE07, 0xF07, 0x1207, 0x1307, 0x1607, 0x1707, 0x1807, 0x2107})
ENDED_BY_SOMEBODY = frozenset({1, 2, 3})  # no failure: how sessions end


def escalate(facts: Facts, findings: Iterable[Finding], causes: Sequence[RankedCause]) -> Escalation | None:
    """Say whom to ask, or None where a cause fits or nothing fails."""
    failing = any(finding.check.impact is Impact.OUTAGE and finding.outcome is Outcome.FAIL for finding in findings)
    told = _known(facts, "derived.client_error.code")
    complained = isinstance(told, int) and told not in ENDED_BY_SOMEBODY
    explained = any(cause.rank in (Rank.CERTAIN, Rank.LIKELY) and cause.cause.impact is Impact.OUTAGE for cause in causes)
    if not (failing or complained) or explained:
        return None
    what = "Remote Desktop fails" if failing else "a client fails, and what was looked at does not"
    possible = sum(cause.rank is Rank.POSSIBLE for cause in causes)
    fits = f"none of {possible} possible causes is likely" if possible else "no known cause fits"
    return Escalation(f"{what}, and {fits}", tuple(_whom(facts)), tuple(_evidence(facts, causes)))


def _known(facts: Facts, path: str) -> Any:
    found = look_up(facts.document, facts.gaps, path)
    return found.value if found.known else None


def _whom(facts: Facts) -> Iterator[tuple[str, str]]:
    symptom, ended_at = _known(facts, "probe.symptom"), _known(facts, "probe.ended_at")
    if symptom in DROPPED or _known(facts, "derived.vantages.answers_differently"):
        yield "network", f"the connection is lost on the way ({symptom}): ask for a capture on both sides of what stands between"
    if ended_at == "tls" and symptom not in DROPPED and _known(facts, "derived.certificate.binding") in ("custom", "template"):
        yield "pki", "the connection ends in TLS, and the listener serves a certificate that was issued for it"
    if ended_at == "credssp" or _known(facts, "derived.client_error.code") in LOGON_CODES:
        yield "directory", "the connection ends at the log-on: ask for the events of the domain controllers at these times"
    if True in (_known(facts, "azure.vm_id"), _known(facts, "azure.asset_tag")) or "avd" in facts.document:
        yield "azure", "the host is a machine of Azure: the platform, its network rules and its agents can be seen there alone"
    yield "microsoft", "whoever else was asked: with a trace of Schannel, TermService and the network at one failing attempt"


def _evidence(facts: Facts, causes: Sequence[RankedCause]) -> Iterator[tuple[str, str]]:
    document = facts.document
    if "os" in document:
        named = " ".join(part for part in (system_name(document["os"]), _known(facts, "os.display_version")) if part) or "(unknown)"
        yield "system", f"{named}, " + fill("build {os.build}.{os.ubr}, started {os.booted_at}", facts)
    yield "times", f"judged {format_time(facts.now)}" + (fill(", probed {probe.probed_at}", facts) if "probe" in document else "")
    if _known(facts, "client.error_code.given"):
        yield "error_code", fill("the client showed {client.error_code.given}: {client.error_code.meaning}", facts)
    if "probe" in document:
        yield "probe", _transcript(facts)
    certificates = list(_certificates(facts))
    if certificates:
        yield "certificates", "; ".join(certificates)
    counted = list(_events(facts))
    if counted:
        yield "events", "; ".join(counted[:MOST])
    if _known(facts, "derived.client_attempt.server") is not None:
        told = "the client's last attempt: connected {derived.client_attempt.connected}, logged on {derived.client_attempt.logged_on}"
        yield "client", fill(told + ", code {derived.client_attempt.code}", facts)
    considered = [f"{cause.cause.id} ({cause.rank.value.replace('_', ' ')})" for cause in causes]
    if considered:
        yield "considered", "causes that were considered: " + ", ".join(considered[:MOST])
    reasons = list(dict.fromkeys(why for path, why in facts.gaps.items() if "." not in path and not any(word in why for word in NOBODY_WANTED)))
    if reasons:
        yield "not_seen", "could not be looked at: " + "; ".join(reasons[:MOST])
    yield "bundle", "everything that was seen, as one file: run again with rdp_health_save_bundles and rdp_health_redact_bundles"


def _transcript(facts: Facts) -> str:
    probe = facts.document["probe"]
    lines = []
    for connection in probe["connections"][:MOST]:
        steps = ", ".join(f"{step['step']} {step['outcome']} {step['ms']:.0f} ms" for step in connection["steps"])
        lines.append(f"asked for {connection['requested']}: {steps}")
    where = f"{probe['target']['host']}:{probe['target']['port']} from {probe['vantage']}, {probe['symptom']}"
    return f"{where}; " + "; ".join(lines)


def _certificates(facts: Facts) -> Iterator[str]:
    for name, path in (("on the wire", "derived.served_certificate.sha1"), ("configured", "derived.certificate.thumbprint")):
        thumbprint = _known(facts, path)
        if thumbprint:
            yield f"{name} {show(thumbprint)}"


def _events(facts: Facts) -> Iterator[str]:
    """Yield the events of the host that stand in its log, as provider, id and number."""
    seen = facts.document.get("derived", {}).get("events", {})
    for name, count in seen.items():
        if isinstance(count, int) and count > 0 and not name.startswith("codes_"):
            provider, dummy, number = name.rpartition("_")
            codes = seen.get(f"codes_{name}") or []
            told = " with " + ", ".join(f"0x{code:X}" for code in codes[:MOST]) if codes else ""
            yield f"{provider} {number}, {count} times{told}"
