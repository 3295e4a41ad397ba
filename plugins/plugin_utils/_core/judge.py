# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The whole judgement of one host: findings, causes, plan, one word and one sentence."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from .diagnose import diagnose, proven_outages
from .escalate import escalate, unexplained_code
from .evaluate import USUAL_PROFILES, Ask, evaluate, nobody, selected
from .floor import floor_state
from .model import Catalogue, Facts, Finding, Impact, Judgement, Outcome, Rank, RankedCause, Verdict, Waiver, is_information
from .paths import known
from .plan import contradicted, plan
from .standing import stands
from .waivers import apply_waivers

TITLES_NAMED = 2  # of causes that are merely possible: with four of them a table of hosts cuts the sentence
SURENESS = {Rank.CERTAIN: "certain", Rank.LIKELY: "likely", Rank.POSSIBLE: "possible"}


def judge(
    facts: Facts,
    catalogue: Catalogue,
    *,
    waivers: Sequence[Waiver] = (),
    ask: Ask = nobody,
    profiles: Collection[str] = USUAL_PROFILES,
    mended: bool = False,
) -> Judgement:
    """Judge one host.

    :param waivers: those of this host.
    :param ask: answers for checks that name a test plugin.
    :param profiles: those whose checks are looked at, see ``evaluate.selected``.
    :param mended: what explained the code of the client was put right since: that it is explained no more is no complaint about the host as it is.
    :returns: everything that a report needs. Pure, as far as ``ask`` is: the same facts, catalogue and waivers give the same judgement.
    """
    weighed = apply_waivers(evaluate(facts, selected(catalogue.checks, profiles), ask), waivers, facts.host, facts.now, catalogue.checks)
    findings = weighed.findings
    causes = diagnose(facts, catalogue.causes, catalogue.usual)
    verdict = beside_causes(verdict_of(findings), causes)
    code = unexplained_code(facts, findings, causes)
    escalation = escalate(facts, findings, causes)
    return Judgement(
        host=facts.host,
        verdict=verdict,
        sentence=_sentence(facts, verdict, findings, causes) + _told_by_client(verdict, code, mended=mended) + _waived(findings),
        findings=findings,
        causes=causes,
        plan=plan(facts, findings, causes, catalogue),
        floor=floor_state(facts),
        waivers=weighed.uses,
        escalation=None if code and mended else escalation,
        complaint="" if mended else code,
    )


def verdict_of(findings: Iterable[Finding]) -> Verdict:
    """Sum findings up in one word.

    A failed outage check is worst, then one that could not be looked at, then any other failure or check that could not look: healthy is
    only what was looked at whole. A waived outage does not fail, and is never healthy. What is told for information changes nothing.
    """
    outcomes = {(finding.check.impact, finding.outcome) for finding in findings if not _is_information(finding)}
    if (Impact.OUTAGE, Outcome.FAIL) in outcomes:
        return Verdict.FAILING
    if (Impact.OUTAGE, Outcome.UNKNOWN) in outcomes or not outcomes:
        return Verdict.UNKNOWN
    if (Impact.OUTAGE, Outcome.WAIVED) in outcomes or any(outcome in (Outcome.FAIL, Outcome.UNKNOWN) for dummy, outcome in outcomes):
        return Verdict.ATTENTION
    if all(outcome is Outcome.NOT_APPLICABLE for dummy, outcome in outcomes):
        return Verdict.UNKNOWN  # nothing was looked at: that is no proof of health
    return Verdict.HEALTHY


def beside_causes(verdict: Verdict, causes: Iterable[RankedCause]) -> Verdict:
    """Call no host healthy for which a cause of an outage is certain or likely, though no check failed."""
    return Verdict.ATTENTION if verdict is Verdict.HEALTHY and proven_outages(causes) else verdict


def _is_information(finding: Finding) -> bool:
    return is_information(finding.check.severity, finding.check.impact)


def _sentence(facts: Facts, verdict: Verdict, findings: Iterable[Finding], causes: Iterable[RankedCause]) -> str:
    named = [ranked for ranked in causes if stands(ranked.rank, ranked.score)]
    failed = _of(findings, Outcome.FAIL)
    contradiction = contradicted(facts)
    if contradiction and verdict is not Verdict.HEALTHY:
        return f"W{contradiction.removeprefix('w')}"
    if verdict is Verdict.FAILING:
        return _failing(named, failed)
    if verdict is Verdict.ATTENTION:
        return _attention(facts, findings, failed, proven_outages(named)) + _left_out(facts)
    if verdict is Verdict.UNKNOWN:
        return _unknown(facts, findings, named)
    other = "other " if _of(findings, Outcome.WAIVED) else ""
    told = len(failed) + len(_of(findings, Outcome.UNKNOWN))  # of severity info, or the host would not be healthy
    return f"{_reached(facts)} and every {other}check passed{f' ({told} for information)' if told else ''}{_left_out(facts)}"


def _attention(facts: Facts, findings: Iterable[Finding], failed: list[Finding], outages: list[RankedCause]) -> str:
    accepted = [finding for finding in _of(findings, Outcome.WAIVED) if finding.check.impact is Impact.OUTAGE]
    if not accepted:
        looming = [f"{ranked.cause.title} ({SURENESS[ranked.rank]})" for ranked in outages[:TITLES_NAMED]]
        return f"{_reached(facts)}, but: " + "; ".join([*looming, *_shortcomings(findings, failed)])
    first = f"Remote Desktop fails, which is accepted: {_worst_first(accepted)[0].reason}"
    return "; ".join([first, *_shortcomings(findings, failed)])


def _told_by_client(verdict: Verdict, code: str, *, mended: bool) -> str:
    """Say what a client reports that nothing explains: the verdict is the host's alone, and a reader must not take it for all that there is."""
    if not code:
        return ""
    if mended:
        return f"; whether the client still gets {code}, only a new attempt shows"
    return f"{', but' if verdict is Verdict.HEALTHY else ';'} a client reports {code}, which nothing that was seen explains"


def _of(findings: Iterable[Finding], outcome: Outcome) -> list[Finding]:
    return [finding for finding in findings if finding.outcome is outcome]


def _waived(findings: Iterable[Finding]) -> str:
    count = len(_of(findings, Outcome.WAIVED))
    return f" ({count} waived)" if count else ""


def _shortcomings(findings: Iterable[Finding], failed: list[Finding]) -> list[str]:
    blind = [finding for finding in _of(findings, Outcome.UNKNOWN) if not _is_information(finding)]
    unseen = [f"{_checks(len(blind))} open ({blind[0].check.title}: {blind[0].reason})"] if blind else []
    told = [finding for finding in _worst_first(failed) if not _is_information(finding)]
    return [*(finding.reason for finding in told[:3]), *unseen]


def _reached(facts: Facts) -> str:
    """Say that it answers only where somebody has asked it."""
    answered = _answers(facts)
    return "Remote Desktop answers" if answered else "Nothing keeps Remote Desktop from answering"


def _answers(facts: Facts) -> bool:
    return known(facts, "derived.outside.answers") is True


def _failing(causes: list[RankedCause], failed: list[Finding]) -> str:
    outage = [ranked for ranked in causes if ranked.cause.impact is Impact.OUTAGE]
    if not outage:
        return f"Remote Desktop fails ({_worst_first(failed)[0].reason}), and no known cause fits what was seen"
    if outage[0].rank is not Rank.POSSIBLE:
        return f"{outage[0].cause.title} ({SURENESS[outage[0].rank]})"
    names = "; or ".join(ranked.cause.title for ranked in outage[:TITLES_NAMED])
    more = f"; and {len(outage) - TITLES_NAMED} more" if len(outage) > TITLES_NAMED else ""
    return f"Remote Desktop fails ({_worst_first(failed)[0].reason}); possible causes: {names}{more}"


def _unknown(facts: Facts, findings: Iterable[Finding], named: list[RankedCause]) -> str:
    blind = [finding for finding in findings if finding.outcome is Outcome.UNKNOWN]
    if facts.document.get("views", {}).get("inside") == "unreachable":
        outside = "Remote Desktop answers from outside, but" if _answers(facts) else "From outside nothing is proven, and"
        return f"{outside} {facts.gaps.get('os', 'the host could not be read')}: {_checks(len(blind))} open"
    fitting = proven_outages(named)
    if fitting:
        return f"{fitting[0].cause.title} ({SURENESS[fitting[0].rank]}), and {_checks(len(blind))} open"
    return f"{_checks(len(blind))} open; the first {blind[0].reason}" if blind else "nothing was looked at"


def _checks(count: int) -> str:
    return "1 check is" if count == 1 else f"{count} checks are"


def _left_out(facts: Facts) -> str:
    left_out = [name for name in ("inside", "outside") if facts.document.get("views", {}).get(name) == "not_asked"]
    return f" (the {left_out[0]} view was not asked for)" if left_out else ""


def _worst_first(findings: list[Finding]) -> list[Finding]:
    order = list(type(findings[0].check.severity)) if findings else []
    return sorted(findings, key=lambda finding: order.index(finding.check.severity))
