# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where nothing that is known fits: what to look at first, or whom to ask. Pure; nothing is judged anew.

A host fails, or somebody saw an error, and no cause is likely or certain. As long as a view is missing that nobody asked for, that comes first:
most causes cannot be told apart from one side. A view that was asked for and could not be read is no reason to wait. Whom to ask then follows
from where the connection ends. What does not keep anybody out, a weakness or an untidiness, is nobody's case. Where the host was seen from no
side at all, nobody is asked and nothing is said of it: to see it comes first, whatever stood in the way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from .captures import capture_on_both_sides, resolution_on_both_sides, trace_of_host
from .diagnose import proven_outages
from .escalation import Asked, Escalation
from .handed_over import evidence
from .model import Facts, Finding, Impact, Outcome, Rank, RankedCause, View
from .number_text import number_text
from .packed import pack
from .paths import known
from .standing import stands

# where something on the way may keep what was sent, or its answer -> what was seen
DROPPED = {
    "name_not_resolved": "its name is not resolved", "name_service_failed": "the name service does not answer", "connect_timeout": "no answer to the SYN",
    "unreachable": "a router says that it does not find the host", "route_lost": "the route was lost in the middle of the handshake",
    "tls_silent": "not one byte comes back after the ClientHello", "tls_stalled": "the answer to the ClientHello stops in the middle",
}  # fmt: skip
LOGON_CODES = frozenset({0x807, 0xA07, 0xB07, 0xC07, 0xD07, 0xE07, 0xF07, 0x1207, 0x1307, 0x1607, 0x1707, 0x1807, 0x2107})
ENDED_BY_SOMEBODY = frozenset({1, 2, 3})  # no failure: how sessions end
ENDED_IN_ORDER = frozenset({0, 1, 2, 3, 4, 5, 0xB, 0xC})  # extended codes: a person, a limit of time, or another connection
UNRESOLVED = frozenset({"name_not_resolved", "name_service_failed"})
RDP_PORT = 3389
CLIENT = "client"
SHOWN = "derived.client_error"  # what the client showed, by what somebody typed or by its log
SIDES = {"inside": "os", "outside": "probe"}  # views of the host -> the gap that says why there is none
HOW_TO_LOOK = {
    "inside": "look at the host from inside: rdp_health_views with inside, and an account that may read the host",
    "outside": "look at the host from outside: rdp_health_views with outside, from a place that may reach the port",
    CLIENT: "name the machine that showed the error: rdp_health_client",
}
HOW_TO_REACH = {
    "inside": "make the host readable from inside: address, port, connection and account of the inventory, or a bundle that somebody makes on the host",
    "outside": "have the host probed from a place that may reach the port: from here, or an rdp_probe task elsewhere handed over with rdp_health_probes",
}
STORY_IS_THERE = "; what was seen of the host shows no fault, so that the rest of the story is there"


def escalate(facts: Facts, findings: Sequence[Finding], causes: Sequence[RankedCause]) -> Escalation | None:
    """Say what to look at first or whom to ask, or None where a cause fits or nothing fails."""
    failing = any(finding.check.impact is Impact.OUTAGE and finding.outcome is Outcome.FAIL for finding in findings)
    if not (failing or _complained(facts)) or (proven_outages(causes) if failing else _explaining(causes)):
        return None
    blind = _is_blind(facts)
    possible = sum(cause.rank is Rank.POSSIBLE and stands(cause.rank, cause.score) for cause in causes)
    fits = {0: "no known cause fits", 1: "the one cause that is possible is not likely"}.get(possible, f"none of {possible} possible causes is likely")
    first = tuple(_first_looks(facts, failing=failing, blind=blind))
    waits = blind or any(view in SIDES for view, dummy in first)
    ask = () if waits else tuple(_whom(facts, everything_seen=not first))
    return Escalation(
        f"{_what(failing=failing, blind=blind)}, and {fits}",
        first,
        ask,
        tuple(evidence(facts, causes)) if ask else (),
        tuple(pack(facts, findings, causes)) if ask else (),
    )


def unexplained_code(facts: Facts, findings: Sequence[Finding], causes: Sequence[RankedCause]) -> str:
    """Return the code that a client shows though the host does not fail and no cause fits, as people write it; empty where there is none."""
    down = any(finding.check.impact is Impact.OUTAGE and finding.outcome in (Outcome.FAIL, Outcome.WAIVED) for finding in findings)
    if down or not _complained(facts) or _explaining(causes):
        return ""
    code, extended = (known(facts, f"{SHOWN}.{name}") for name in ("code", "extended"))
    told = [number_text(number, SHOWN + ".") for number in (code, extended) if isinstance(number, int)]
    return "/".join(told) if code is not None else f"extended {told[0]}"


def _explaining(causes: Iterable[RankedCause]) -> list[RankedCause]:
    """Return the proven causes of an outage that may be what the client suffers from: none of which its own view says that it is something else."""
    return [ranked for ranked in proven_outages(causes) if not any(piece.rule.view is View.CLIENT for piece in ranked.evidence_against)]


def _what(*, failing: bool, blind: bool) -> str:
    if failing:
        return "Remote Desktop fails"
    return "a client fails, and nothing of the host was seen" if blind else "a client fails, and what was looked at does not"


def _is_blind(facts: Facts) -> bool:
    """Tell whether the host was seen from no side: what a client shows says nothing of it."""
    views = facts.document.get("views", {})
    return all(views.get(view) != "ok" for view in SIDES)


def _first_looks(facts: Facts, *, failing: bool, blind: bool) -> Iterator[tuple[str, str]]:
    """Yield (view, how to look) of what comes before anybody is asked."""
    views = facts.document.get("views", {})
    for view, gap in SIDES.items():
        if views.get(view) == "not_asked":
            yield view, HOW_TO_LOOK[view]
        elif blind:
            why = facts.gaps.get(gap)
            yield view, HOW_TO_REACH[view] + (f" (now: {why})" if why else "")
    if not failing and views.get("client_machine") == "not_asked":
        yield CLIENT, HOW_TO_LOOK[CLIENT] + ("" if blind else STORY_IS_THERE)


def _complained(facts: Facts) -> bool:
    """Tell whether a client showed a code that is a failure: 3 alone is how a host ends a session, 3 with 0x11 is a driver that failed."""
    code, extended = known(facts, f"{SHOWN}.code"), known(facts, f"{SHOWN}.extended")
    if code is None:  # not told beside it, or none is known at all
        return extended is not None and extended not in ENDED_IN_ORDER
    return isinstance(code, int) and not (code in ENDED_BY_SOMEBODY and (extended is None or extended in ENDED_IN_ORDER))


def _whom(facts: Facts, *, everything_seen: bool) -> Iterator[Asked]:
    symptom, ended_at = known(facts, "probe.symptom"), known(facts, "probe.ended_at")
    if symptom in DROPPED or known(facts, "derived.vantages.answers_differently"):
        yield _network(facts, symptom)
    if ended_at == "tls" and symptom not in DROPPED and known(facts, "derived.certificate.binding") in ("custom", "template"):
        yield Asked("pki", "the connection ends in TLS, and the listener serves a certificate that was issued for it")
    if ended_at == "credssp" or known(facts, f"{SHOWN}.code") in LOGON_CODES:
        yield Asked("directory", "the connection ends at the log-on: ask for the events of the domain controllers at these times")
    if True in (known(facts, "azure.vm_id"), known(facts, "azure.asset_tag")) or "avd" in facts.document:
        yield Asked("azure", "the host is a machine of Azure: the platform, its network rules and its agents can be seen there alone")
    if everything_seen:
        yield Asked("microsoft", "whoever else was asked: with a trace of Schannel, TermService and the network at one failing attempt", trace_of_host())


def _network(facts: Facts, symptom: str) -> Asked:
    target = known(facts, "probe.target") or {}
    name = target.get("host") or ""
    if symptom in UNRESOLVED:
        why = f"the name {name or 'of the host'} is not resolved: ask what the name servers of both sides answer"
        return Asked("network", why, resolution_on_both_sides(name))
    how = capture_on_both_sides(target.get("address") or name, target.get("port") or RDP_PORT)
    if symptom in DROPPED:
        return Asked("network", f"the connection is lost on the way ({DROPPED[symptom]}): ask for a capture on both sides of what stands between", how)
    return Asked("network", "one place is answered and another is not: ask for a capture on both sides of what stands between", how)
