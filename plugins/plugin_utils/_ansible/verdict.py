# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From what was seen of one host to its canonical report, whatever happens on the way.

A mistake of this collection, or a host so odd that judging it fails, costs one host its judgement and nobody else: it is
reported as unknown with a sentence.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any  # Any: reports and decoded codes are JSON documents

from .._core.enforced import Look
from .._core.judge import judge
from .._core.model import Catalogue, Facts, Judgement, Plan, RestartClass, Verdict
from .._facts.build import build_facts
from .._report.build import Run, host_report
from .._report.words import WRONG_ARGUMENTS
from .after import Keep
from .catalogue import LoadedCatalogue
from .given_away import Judge, packed_without_names
from .look import Seen
from .plain import one_line

NOTHING = Catalogue((), (), "unusable", "")  # judges nothing, which is unknown


@dataclass(frozen=True)
class Judged:
    """One host, judged once.

    :ivar plan: None where the host could not be judged.
    """

    report: dict[str, Any]
    plan: Plan | None = None


def judged_report(
    host: str,
    seen: Seen,
    *,
    loaded: LoadedCatalogue,
    run: Run,
    error: Mapping[str, Any] | None,
    include_names: bool,
    duration_ms: int,
    keep: Keep = lambda look: None,
    redact: bool = False,
    mended: bool = False,
) -> Judged:
    """Judge one host and return its report and its plan.

    :param error: the decoded error code of the client, or None.
    :param redact: take names out of what the report packs for others.
    :param keep: says what was done to the host earlier in this run.
    :param mended: that was a repair, and before it the code of the client was explained.
    """
    if loaded.catalogue is None:
        return Judged(sentence_report(host, f"No check was made, the catalogue cannot be used: {loaded.problem}", now=seen.now, run=run))
    try:
        look = judge_seen(host, seen, loaded, error, mended=mended)
        report = host_report(
            look.judgement,
            look.facts,
            run,
            source=seen.source,
            duration_ms=duration_ms,
            error_code=error,
            include_names=include_names,
            enforced=keep(look),
            without_names=packed_without_names(host, look, seen, error, judging(loaded)) if redact else None,
        )
        return Judged(report, look.judgement.plan)
    except Exception as exc:  # anything at all: see the docstring of this file
        return Judged(sentence_report(host, fault_sentence(exc), now=seen.now, run=run))


def judged_look(host: str, seen: Seen, loaded: LoadedCatalogue, error: Mapping[str, Any] | None, *, mended: bool = False) -> Look:
    """Judge what was seen of one host; a host that cannot be judged is a look that says so, with nothing to do.

    :param loaded: a catalogue that can be used.
    """
    try:
        return judge_seen(host, seen, loaded, error, mended=mended)
    except Exception as exc:  # anything at all: see the docstring of this file
        return _look_of_sentence(host, fault_sentence(exc), seen.now)


def judging(loaded: LoadedCatalogue) -> Judge:
    """Return :func:`judge_seen` with a catalogue."""
    return lambda host, seen, error: judge_seen(host, seen, loaded, error)


def judge_seen(host: str, seen: Seen, loaded: LoadedCatalogue, error: Mapping[str, Any] | None, *, mended: bool = False) -> Look:
    """Judge what was seen of one host.

    :param loaded: a catalogue that can be used.
    :param mended: see :func:`judge`.
    """
    client = {**(seen.client or {}), **({"error_code": dict(error)} if error else {})} or None
    facts = build_facts(
        host,
        seen.now,
        snapshot=seen.snapshot,
        probe=seen.probe,
        other_probes=seen.elsewhere.probes,
        client=client,
        unreachable=seen.unreachable,
        probe_missing=seen.probe_missing,
        others_missing=seen.elsewhere.missing,
        client_missing=seen.client_missing,
    )
    judgement = judge(facts, loaded.catalogue or NOTHING, waivers=loaded.waivers, ask=loaded.ask, profiles=loaded.profiles, mended=mended)
    return Look(facts, judgement)


def fault_sentence(exc: Exception) -> str:
    """Say that a host could not be judged."""
    return f"judging this host failed with {type(exc).__name__}: {one_line(exc, 200)}; this is a fault of the collection, please report it"


def bad_input_report(host: str, problem: str, *, now: datetime, run: Run) -> dict[str, Any]:
    """Return the report of a host that was not examined because of what a person handed in."""
    return sentence_report(host, WRONG_ARGUMENTS + problem, now=now, run=run)


def sentence_report(host: str, sentence: str, *, now: datetime, run: Run, enforced: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the report of a host about which nothing but one sentence can be said, and what was done to it."""
    look = _look_of_sentence(host, sentence, now)
    return host_report(look.judgement, look.facts, run, enforced=enforced)


def _look_of_sentence(host: str, sentence: str, now: datetime) -> Look:
    told = one_line(sentence, 800)
    plan = Plan((), (), RestartClass.NONE, hashlib.sha256(b"").hexdigest())
    judgement = Judgement(host, Verdict.UNKNOWN, told, (), (), plan, {})
    return Look(Facts(host, now, {}, {"judgement": told}, {}), judgement, told)
