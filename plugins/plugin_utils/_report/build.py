# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Build the canonical report of one host: plain JSON types only, every value bounded, nothing lost that a person would need.

Every other format is made from this document alone. Its schema is ``docs/schemas/report-host.schema.json``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Literal

from .._core.model import Evidence, Facts, Finding, JsonMap, Judgement, Observation, Operation, Outcome, Plan, RankedCause, Reference
from .._core.system_name import system_name
from .enforced import enforced_block
from .escalation import escalation_block
from .handshake import handshake_block
from .looked_up import as_mapping, one_of
from .redact import Cleaner
from .slug import slug
from .waived import uses_block, waiver_block
from .words import FLOOR, RAN_WHERE

HOST_SCHEMA = "rdpops.health/report-host/1"
SOURCES = ("live", "replay", "outside_only")
NAME_LIMIT = 255  # characters of a host name; DNS allows no more
UNKNOWN_LIMIT = 64  # entries of the list of what is unknown

_VIEWS = {
    "inside": ("ok", "partial", "unreachable", "not_asked"),
    "outside": ("ok", "failed", "not_asked"),
    "client": ("ok", "partial", "failed", "code_only", "not_asked"),
}
_FLOOR_STATES = ("kept", "broken", "unknown")
_DERIVED = "derived."
_OF_CLIENT, _CLIENT_CODE = "client.", "client.error_code"
_NOT_READ = "it was not asked for when the host was read"
_LEFT_OUT = "was not asked for"  # how the facts end the reason where a whole view was
_NOT_APPLICABLE = "does not apply"  # how the facts say that there is nothing to look at: no gap in knowledge


@dataclass(frozen=True)
class Run:
    """What one run of the job was; the same for every host of it.

    :ivar mode: ``check``, ``enforce`` or ``report``.
    :ivar check_mode: whether Ansible ran with ``--check``.
    :ivar catalogue_digest: SHA-256 over the catalogue that judged, hexadecimal.
    """

    id: str
    started_at: datetime
    mode: str
    check_mode: bool
    collection_version: str
    catalogue_version: str
    catalogue_digest: str


def host_report(
    judgement: Judgement,
    facts: Facts,
    run: Run,
    *,
    source: Literal["live", "replay", "outside_only"] = "live",
    duration_ms: int = 0,
    error_code: JsonMap | None = None,
    include_names: bool = False,
    enforced: JsonMap | None = None,
    without_names: Sequence[str] | None = None,
) -> dict[str, Any]:
    """Return the canonical report of one host.

    :param source: where the facts came from.
    :param error_code: the client's error code as somebody gave it, decoded: ``given, code, extended, meaning, extended_meaning, documented, note``.
    :param include_names: keep names of accounts; without it they are withheld.
    :param enforced: what was done to the host, as plain values; None where the run only looked.
    :param without_names: what is handed over where nobody knows the cause, if names are taken out of it; None for what this report is made from.
    :returns: a document of plain JSON types that fits the published schema whatever the facts held.
    """
    clean = Cleaner(facts.document, include_names=include_names)
    return {
        "schema": HOST_SCHEMA,
        **run_block(run),
        "host": _host(judgement.host, facts.document, source, clean),
        "judged_at": iso(facts.now),
        "verdict": judgement.verdict.value,
        "sentence": clean.text(judgement.sentence),
        "complaint": clean.text(judgement.complaint, NAME_LIMIT) or None,
        "duration_ms": max(0, int(duration_ms)),
        "views": _views(facts, clean),
        "error_code": None if error_code is None else _error_code(error_code, clean),
        "causes": [_cause(ranked, clean) for ranked in judgement.causes],
        **_escalate(judgement, run, clean, without_names),
        "findings": [_finding(finding, clean) for finding in judgement.findings],
        "waivers": uses_block(judgement.waivers),
        "handshake": handshake_block(facts.document, clean),
        "plan": _plan(judgement.plan, clean),
        "enforced": enforced_block(enforced, clean),
        "floor": {name: one_of(judgement.floor.get(name), _FLOOR_STATES, "unknown") for name in FLOOR},
        "unknown": _unknown(facts, clean),
        "ran_where": RAN_WHERE,
    }


def _escalate(judgement: Judgement, run: Run, clean: Cleaner, without_names: Sequence[str] | None) -> dict[str, Any]:
    if judgement.escalation is None:
        return {}
    made_by = f"rdpops.health {run.collection_version}, run of {iso(run.started_at)}"
    return {"escalate": escalation_block(judgement.escalation, clean, made_by, without_names)}


def run_block(run: Run) -> dict[str, Any]:
    """Return what host report and fleet index say alike about the run."""
    return {
        "collection_version": run.collection_version,
        "catalogue": {"version": run.catalogue_version, "digest": run.catalogue_digest},
        "run": {"id": run.id, "started_at": iso(run.started_at), "mode": run.mode, "check_mode": run.check_mode},
    }


def iso(moment: datetime) -> str:
    """Write a time as reports carry it: ``2026-11-20T08:15:30Z``."""
    return moment.astimezone(timezone.utc).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def canonical_bytes(document: JsonMap) -> bytes:
    """Return the bytes under which a report is filed: UTF-8, one line per value so that two runs can be compared, a final newline."""
    return (json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1) + "\n").encode("utf-8")


def _host(name: str, document: JsonMap, source: str, clean: Cleaner) -> dict[str, Any]:
    system = as_mapping(document.get("os"))
    target = as_mapping(as_mapping(document.get("probe")).get("target"))
    build, address, product = system.get("build"), target.get("address"), system_name(system)
    return {
        "name": clean.text(name, NAME_LIMIT),
        "slug": slug(name),
        "address": None if address is None else clean.text(address, NAME_LIMIT),
        "build": build if isinstance(build, int) and not isinstance(build, bool) and 0 <= build < 2**32 else None,
        "product": None if product is None else clean.text(product, NAME_LIMIT),
        "source": one_of(source, SOURCES, "live"),
    }


def _views(facts: Facts, clean: Cleaner) -> dict[str, Any]:
    told = as_mapping(facts.document.get("views"))
    statuses = {name: one_of(told.get(name), words, "not_asked") for name, words in _VIEWS.items()}
    refused = [path for path, why in facts.gaps.items() if _is_refused_subset(path, why)]
    details = {"inside": "", "outside": facts.gaps.get("probe", "")}
    statuses["client"], details["client"] = _client_view(facts, told)
    if statuses["inside"] == "ok" and refused:
        statuses["inside"] = "partial"
        details["inside"] = "not readable: " + ", ".join(sorted(refused))
    elif statuses["inside"] != "ok":
        details["inside"] = facts.gaps.get("os", "")
    return {name: {"status": statuses[name], "detail": clean.text(details[name])} for name in _VIEWS}


def _client_view(facts: Facts, told: JsonMap) -> tuple[str, str]:
    """Say what was seen of the machine that showed the error: a code that somebody typed is no look at it."""
    machine = told.get("client_machine")
    unread = [path for path in facts.gaps if path.startswith(_OF_CLIENT) and path != _CLIENT_CODE and "." not in path.removeprefix(_OF_CLIENT)]
    why = facts.gaps.get("client", "") or (facts.gaps[unread[0]] if unread else "")
    if machine == "failed":
        return "failed", why
    if machine == "ok":
        return ("partial", f"not read: {', '.join(sorted(unread))} ({why})") if unread else ("ok", "")
    has_code = "error_code" in as_mapping(facts.document.get("client"))
    return ("code_only", "") if has_code else ("not_asked", why)


def _is_refused_subset(path: str, why: str) -> bool:
    return "." not in path and ("was denied" in why or "could not be read" in why)


def _error_code(given: JsonMap, clean: Cleaner) -> dict[str, Any]:
    numbers = {name: given.get(name) for name in ("code", "extended")}
    texts = ("given", "meaning", "extended_meaning", "note")
    return {
        **{name: clean.text(given.get(name) or "") for name in texts},
        **{name: number if isinstance(number, int) and 0 <= number < 2**32 else None for name, number in numbers.items()},
        "documented": given.get("documented") is True,
    }


def _cause(ranked: RankedCause, clean: Cleaner) -> dict[str, Any]:
    cause = ranked.cause
    return {
        "id": clean.text(cause.id, NAME_LIMIT),
        "name": clean.text(cause.name, NAME_LIMIT),
        "title": clean.text(cause.title),
        "explanation": clean.text(cause.explanation),
        "impact": cause.impact.value,
        "rank": ranked.rank.value,
        "score": ranked.score,
        "evidence_for": [_evidence(item, clean) for item in ranked.evidence_for],
        "evidence_against": [_evidence(item, clean) for item in ranked.evidence_against],
        "missing": [_evidence(item, clean) for item in ranked.missing],
        "next_observation": clean.text(ranked.next_observation),
        "remedy": None if cause.remedy is None else clean.text(cause.remedy, NAME_LIMIT),
        "restart": cause.restart.value,
        "advice": clean.text(cause.advice),
        "references": _references(cause.references, clean),
    }


def _evidence(evidence: Evidence, clean: Cleaner) -> dict[str, Any]:
    rule = evidence.rule
    return {
        "id": clean.text(rule.id, NAME_LIMIT),
        "view": rule.view.value,
        "strength": rule.strength.value,
        "text": clean.text(evidence.text),
        "observations": _observations(evidence.observations, clean),
    }


def _observations(observations: Iterable[Observation], clean: Cleaner) -> list[dict[str, Any]]:
    return [
        {"path": clean.text(seen.path, NAME_LIMIT), "value": clean.value(seen.value), "wanted": clean.text(seen.wanted), "known": seen.known}
        for seen in observations
    ]


def _references(references: Iterable[Reference], clean: Cleaner) -> list[dict[str, str]]:
    return [{"title": clean.text(item.title), "url": clean.text(item.url)} for item in references]


def _finding(finding: Finding, clean: Cleaner) -> dict[str, Any]:
    check = finding.check
    return {
        "check": clean.text(check.id, NAME_LIMIT),
        "title": clean.text(check.title),
        "outcome": finding.outcome.value,
        "severity": check.severity.value,
        "impact": check.impact.value,
        "why": clean.text(check.why),
        "reason": clean.text(finding.reason),
        "evidence": _observations(finding.evidence, clean),
        "remedy": None if check.remedy is None else clean.text(check.remedy, NAME_LIMIT),
        "restart": check.restart.value,
        "fingerprint": finding.fingerprint,
        "references": _references(check.references, clean),
        "profiles": list(check.profiles),
        "ids": {name: list(numbers) for name, numbers in check.ids.items()},
        **({} if finding.waiver is None else {"waiver": waiver_block(finding.waiver)}),
    }


def _plan(plan: Plan, clean: Cleaner) -> dict[str, Any]:
    return {
        "digest": plan.digest,
        "restart": plan.restart.value,
        "operations": [_operation(operation, clean) for operation in plan.operations],
        "refusals": [{name: clean.text(getattr(refusal, name)) for name in ("remedy", "because", "instead", "rule")} for refusal in plan.refusals],
        "predicted": {clean.text(check, NAME_LIMIT): Outcome(outcome).value for check, outcome in plan.predicted.items()},
    }


def _operation(operation: Operation, clean: Cleaner) -> dict[str, Any]:
    return {
        "id": clean.text(operation.id, NAME_LIMIT),
        "kind": clean.text(operation.kind, NAME_LIMIT),
        "target": clean.mapping(operation.target),
        "before": clean.mapping(operation.expect),
        "after": clean.mapping(operation.ensure),
        "reversible": operation.reversible,
        "risk": operation.risk.value,
        "restart": operation.restart.value,
        "why": clean.text(operation.why),
    }


def _unknown(facts: Facts, clean: Cleaner) -> list[dict[str, str]]:
    # One line per reason: a host that could not be read has twenty gaps with one cause, a healthy one ten that nobody asked about.
    by_reason: dict[str, list[str]] = {}
    nobody_asked: dict[str, list[str]] = {}
    for path, why in facts.gaps.items():
        if _nobody_asked(path, why):
            # A view that was left out says so in its own words, a part that was left out alike for all of them.
            nobody_asked.setdefault(why if why.endswith(_LEFT_OUT) else _NOT_READ, []).append(path)
        elif _NOT_APPLICABLE not in why:
            by_reason.setdefault(why, []).append(path)
    lines = [*by_reason.items(), *nobody_asked.items()]  # what nobody wanted to know comes last
    entries = [{"what": clean.text(", ".join(_raw_first(paths))), "why": clean.text(why)} for why, paths in lines]
    return entries[:UNKNOWN_LIMIT]


def _nobody_asked(path: str, why: str) -> bool:
    return why.startswith(f"{path} was not read") or why.endswith(_LEFT_OUT)


def _raw_first(paths: list[str]) -> list[str]:
    # What follows from a missing part is missing for the same reason: named only where nothing else carries the reason.
    raw = [path for path in paths if not path.startswith(_DERIVED)]
    return raw or [path.removeprefix(_DERIVED) for path in paths]


def document_of(content: bytes) -> Mapping[str, Any]:
    """Read the bytes of a host's report back.

    :raises ValueError: the bytes are no host report of this version.
    """
    document = json.loads(content.decode("utf-8"))
    if not isinstance(document, Mapping) or document.get("schema") != HOST_SCHEMA:
        raise ValueError(f"not a report of schema {HOST_SCHEMA}")
    return document
