# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Build the fleet index out of host reports, one at a time: of each host only a summary of about a kilobyte is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from .._core.model import JsonMap, is_information
from .._core.standing import stands
from .._files.read import read_at_most
from .bounded import bounded_text
from .build import Run, document_of, iso, run_block
from .waived import WaiverLine, fleet_waivers, lines_of, waiver_notes
from .words import IMPACT, RANK_ORDER, REPAIR, RESTART, VERDICT_ORDER, WRONG_ARGUMENTS

FLEET_SCHEMA = "rdpops.health/report-fleet/1"
CLUSTER_HOSTS_LIMIT = 200  # names listed per cluster; the table of hosts has them all
SENTENCE_LIMIT = 300
DIGEST_LIMIT = 128
COMPLAINT_LIMIT = 32  # two codes of eight digits, with what parts them
NOTES_LIMIT = 5  # about single hosts; whoever mistypes one variable often mistypes it for all of them
REPORT_LIMIT_BYTES = 16 * 1024 * 1024  # a full report is about 60 KB; what is larger than this was not written by this room
FAIL_ON = {  # rdp_health_fail_on -> verdicts that make the run fail; unknown is never counted as good
    "never": (),
    "outage": ("failing", "unknown"),
    "security": ("failing", "unknown", "attention"),
    "any": ("failing", "unknown", "attention"),  # and healthy ones with a finding that failed or is unknown
}

NOT_EXAMINED = "This host was not examined in this run."

NOT_BEGUN = (
    "{} not examined: where a repair had to be taken back, or its host was lost on the way, no further batch is begun, "
    "unless rdp_health_stop_when_worse is false."
)

_NOTHING_DONE = (None, "already_right")
_COUNTED_OUTCOMES = ("fail", "unknown", "pass", "not_applicable", "waived")
_SURE = ("certain", "likely")


@dataclass(frozen=True)
class CauseSummary:
    """One cause of one host, as far as the fleet needs it."""

    id: str
    title: str
    rank: str
    impact: str
    restart: str
    advice: str


@dataclass(frozen=True)
class RepairSummary:
    """What a repair of one host came to.

    :ivar outcome: None in check mode, where it would be changed.
    :ivar worse: see :func:`got_worse`.
    """

    outcome: str | None
    changed: bool
    simulated: bool
    worse: bool = False


@dataclass(frozen=True)
class HostSummary:
    """What the fleet keeps of one host.

    :ivar causes: those that the host is counted under, surest first.
    :ivar repair: None where the run only looked.
    :ivar pressing: a finding failed or is unknown that is more than information.
    :ivar escalates: nothing known fits what it or its client shows.
    :ivar complaint: the code of a client that nothing explains, or None.
    :ivar judged_by: digest of the catalogue that judged it; empty where nobody did.
    :ivar page: path of a page of its own, relative to the report's folder; None when the host is on the fleet page.
    """

    name: str
    slug: str
    verdict: str
    sentence: str
    causes: tuple[CauseSummary, ...] = ()
    findings: JsonMap = field(default_factory=lambda: dict.fromkeys(_COUNTED_OUTCOMES, 0))
    repair: RepairSummary | None = None
    page: str | None = None
    waivers: tuple[WaiverLine, ...] = ()
    judged_by: str = ""
    pressing: bool = True
    escalates: bool = False
    complaint: str | None = None

    def with_page(self, page: str | None) -> HostSummary:
        """Return the same summary with another page."""
        return replace(self, page=page)

    @property
    def has_details(self) -> bool:
        """Tell whether there is more to say about the host than its line: something is wrong with it or its client, or something was done to it."""
        done = self.repair is not None and self.repair.outcome not in _NOTHING_DONE
        return self.verdict != "healthy" or self.escalates or self.complaint is not None or self.findings["waived"] > 0 or done

    @property
    def wrong_arguments(self) -> bool:
        """Tell whether the host was not examined because of what a person handed in."""
        return self.sentence.startswith(WRONG_ARGUMENTS)


def summarise(report: JsonMap) -> HostSummary:
    """Return the summary of one host report.

    :raises ValueError, LookupError, TypeError: the document has another shape than a host report.
    """
    if report["verdict"] not in VERDICT_ORDER:
        raise ValueError("its verdict is not a known word")
    outcomes = [finding["outcome"] for finding in report["findings"]]
    return HostSummary(
        name=bounded_text(report["host"]["name"], SENTENCE_LIMIT),
        slug=report["host"]["slug"],
        verdict=report["verdict"],
        sentence=bounded_text(report["sentence"], SENTENCE_LIMIT),
        causes=tuple(_counted_causes(report["causes"], report["verdict"])) if report["verdict"] != "healthy" else (),
        findings={outcome: outcomes.count(outcome) for outcome in _COUNTED_OUTCOMES},
        repair=_repair_summary(report),
        waivers=lines_of(report),
        pressing=any(map(_is_pressing, report["findings"])),
        judged_by=bounded_text(report["catalogue"]["digest"], DIGEST_LIMIT) if outcomes else "",
        escalates="escalate" in report,
        complaint=None if report["complaint"] is None else bounded_text(report["complaint"], COMPLAINT_LIMIT),
    )


def _is_pressing(finding: JsonMap) -> bool:
    return finding["outcome"] in ("fail", "unknown") and not is_information(finding["severity"], finding["impact"])


def got_worse(report: JsonMap) -> bool:
    """Tell whether a repair did harm that a batch should stop for: it was taken back, or the host was lost that could be read before."""
    done = report["enforced"]
    lost = done["outcome"] == "unreachable" and (done["changed"] or report["views"]["inside"]["status"] in ("ok", "partial"))
    return done["outcome"] == "rolled_back" or lost


def _repair_summary(report: JsonMap) -> RepairSummary | None:
    enforced = report.get("enforced")
    if enforced is None:
        return None
    if enforced["outcome"] is not None and enforced["outcome"] not in REPAIR:
        raise ValueError("the outcome of its repair is not a known word")
    return RepairSummary(enforced["outcome"], enforced["changed"] is True, enforced["simulated"] is True, got_worse(report))


def unread_summary(name: str, slug: str, why: str) -> HostSummary:
    """Return the summary of a host whose report is missing or cannot be read: unknown, never left out."""
    return HostSummary(name=name, slug=slug, verdict="unknown", sentence=bounded_text(why, SENTENCE_LIMIT))


def read_report(path: Path) -> JsonMap:
    """Read one host report.

    :raises ValueError: one sentence naming the file.
    """
    try:
        content = read_at_most(path, REPORT_LIMIT_BYTES)
    except OSError as error:
        raise ValueError(f"{path.name} cannot be read: {error.strerror}") from error
    if len(content) > REPORT_LIMIT_BYTES:
        raise ValueError(f"{path.name} is larger than {REPORT_LIMIT_BYTES:,} bytes")
    try:
        return document_of(content)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path.name} is no host report of this version: {bounded_text(str(error), 200)}") from error


def read_summaries(hosts_folder: Path, *, only: Collection[str] | None = None, of_run: str | None = None) -> Iterator[HostSummary]:
    """Read every host report of a folder, one at a time, in the order of their names.

    :param only: slugs of the hosts wanted; None takes all. A wanted host without a file is unknown.
    :param of_run: id of the only run whose reports count; a host with a report of another run is unknown. None takes every run.
    """
    present = {path.name.removesuffix(".json") for path in hosts_folder.glob("*.json")}
    for slug in sorted(present if only is None else only):
        path = hosts_folder / f"{slug}.json"
        if slug not in present:
            yield unread_summary(slug, slug, NOT_EXAMINED)
            continue
        try:
            report = read_report(path)
            ours = of_run is None or report["run"]["id"] == of_run
            found = summarise(report) if ours else unread_summary(slug, slug, NOT_EXAMINED)
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            fault = f"{path.name} has no {error}" if isinstance(error, KeyError) else str(error)
            yield unread_summary(slug, slug, f"The report of this host cannot be used: {fault}.")
            continue
        # The slug becomes a path: it is the file's name, never what stands inside the file.
        yield found if found.slug == slug else unread_summary(slug, slug, f"The report of this host cannot be used: {path.name} was renamed.")


def in_order(summaries: Iterable[HostSummary]) -> list[HostSummary]:
    """Sort hosts: worst verdict first, of one verdict those whose cause is surest, those without one last, then by name."""
    return sorted(summaries, key=lambda host: (VERDICT_ORDER.index(host.verdict), _sureness(host), host.name))


def _sureness(host: HostSummary) -> int:
    top = _top_cause(host)
    return len(RANK_ORDER) if top is None else RANK_ORDER.index(top.rank)


def fleet_index(
    summaries: Iterable[HostSummary],
    run: Run,
    *,
    written_at: datetime,
    fail_on: str = "outage",
    notes: Sequence[str] = (),
    wrong: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, Any]:
    """Return the index of a fleet.

    :param fail_on: a key of ``FAIL_ON``. A run that looked at no host fails too, unless it may never fail; wrong arguments make it fail always.
    :param notes: sentences about the fleet as a whole.
    :param wrong: sentences about arguments of hosts that have a report all the same, by name of the host.
    """
    hosts = in_order(summaries)
    counts = {verdict: sum(host.verdict == verdict for host in hosts) for verdict in ("healthy", "failing", "attention", "unknown")}
    examined = {host.name for host in hosts if not host.wrong_arguments}
    notes = [*notes, *_first([f"{name}: {sentence}" for name, sentence in wrong.items() if name in examined])]
    notes += _not_begun(hosts)
    waivers = fleet_waivers(host.waivers for host in hosts)
    notes += waiver_notes(waivers, len(hosts))
    refused = len(hosts) - len(examined) + len(examined & set(wrong))
    bad = refused + sum(makes_fail(host, fail_on) for host in hosts)
    return {
        "schema": FLEET_SCHEMA,
        **run_block(replace(run, catalogue_digest=_judged_by(hosts) or run.catalogue_digest)),
        "written_at": iso(written_at),
        "counts": {"hosts": len(hosts), **counts, "wrong_arguments": refused, "complaints": sum(host.complaint is not None for host in hosts)},
        "fail_on": fail_on,
        "exit": "failed" if bad or (not hosts and fail_on != "never") else "ok",
        "repair": _repair(hosts),
        "notes": [bounded_text(note, SENTENCE_LIMIT * 2) for note in notes],
        "waivers": waivers,
        "clusters": _clusters(hosts),
        "hosts": [_host_line(host) for host in hosts],
    }


def _judged_by(hosts: Iterable[HostSummary]) -> str:
    """Return the digest of the catalogue that judged the hosts; where that is not the same for all of them, one of their digests."""
    found = sorted({host.judged_by for host in hosts if host.judged_by})
    return hashlib.sha256("\n".join(found).encode("utf-8")).hexdigest() if len(found) > 1 else "".join(found)


def _first(sentences: list[str]) -> list[str]:
    left = len(sentences) - NOTES_LIMIT
    return sentences if left <= 0 else [*sentences[:NOTES_LIMIT], f"{left:,} more hosts have arguments that cannot be used."]


def _not_begun(hosts: Iterable[HostSummary]) -> list[str]:
    given = list(hosts)
    left = sum(host.sentence == NOT_EXAMINED for host in given)
    worse = any(host.repair is not None and host.repair.worse for host in given)
    return [NOT_BEGUN.format("1 host was" if left == 1 else f"{left:,} hosts were")] if left and worse else []


def _repair(hosts: Iterable[HostSummary]) -> dict[str, Any] | None:
    repairs = [host.repair for host in hosts if host.repair is not None]
    if not repairs:
        return None
    return {
        "hosts": len(repairs),
        "changed": sum(repair.changed for repair in repairs),
        "simulated": sum(repair.simulated for repair in repairs),
        "outcomes": {word: sum(repair.outcome == word for repair in repairs) for word in REPAIR},
    }


def makes_fail(host: HostSummary, fail_on: str) -> bool:
    """Tell whether this host makes the run fail."""
    if fail_on == "any" and (host.findings["fail"] or host.findings["unknown"]):
        return True
    if host.verdict == "attention" and host.findings["waived"] and not host.pressing:
        return False  # all that is the matter with it is accepted
    return host.verdict in FAIL_ON[fail_on]


def _counted_causes(causes: Iterable[JsonMap], verdict: str) -> list[CauseSummary]:
    standing = [_cause_summary(cause) for cause in causes if stands(cause["rank"], cause["score"])]
    standing.sort(key=lambda cause: RANK_ORDER.index(cause.rank))  # stable: within a rank the order of the judgement stays
    sure = [cause for cause in standing if cause.rank in _SURE]
    counted = sure or standing[:1]
    outages = [cause for cause in standing if cause.impact == "outage"]
    if verdict == "failing" and outages and outages[0] not in counted:
        counted.append(outages[0])
    return counted


def _cause_summary(cause: JsonMap) -> CauseSummary:
    if cause["impact"] not in IMPACT or cause["restart"] not in RESTART:
        raise ValueError("a cause has an impact or restart class that is not a known word")
    return CauseSummary(
        id=cause["id"],
        title=bounded_text(cause["title"], SENTENCE_LIMIT),
        rank=cause["rank"],
        impact=cause["impact"],
        restart=cause["restart"],
        advice=bounded_text(cause["advice"], SENTENCE_LIMIT * 2),
    )


def _clusters(hosts: Iterable[HostSummary]) -> list[dict[str, Any]]:
    members: dict[str, list[tuple[HostSummary, CauseSummary]]] = {}
    for host in hosts:
        for cause in host.causes:
            if cause.rank in _SURE:  # a cause that is one of several possible ones must not look like a finding of the fleet
                members.setdefault(cause.id, []).append((host, cause))
    clusters = [_cluster(found) for found in members.values()]
    impacts = list(IMPACT)
    return sorted(clusters, key=lambda cluster: (impacts.index(cluster["impact"]), -cluster["count"], cluster["cause"]))


def _cluster(members: list[tuple[HostSummary, CauseSummary]]) -> dict[str, Any]:
    cause = members[0][1]
    return {
        "cause": cause.id,
        "title": cause.title,
        "impact": cause.impact,
        "count": len(members),
        "ranks": {rank: sum(one.rank == rank for _host, one in members) for rank in ("certain", "likely", "possible")},
        "hosts": [host.name for host, _one in members[:CLUSTER_HOSTS_LIMIT]],
        "truncated": len(members) > CLUSTER_HOSTS_LIMIT,
        "restart": cause.restart,
        "advice": cause.advice,
    }


def _top_cause(host: HostSummary) -> CauseSummary | None:
    """Return what stands first behind the verdict: behind a failing host only what brings it down, even where something else is surer."""
    causes = [cause for cause in host.causes if cause.impact == "outage"] if host.verdict == "failing" else host.causes
    return causes[0] if causes else None


def _host_line(host: HostSummary) -> dict[str, Any]:
    top = _top_cause(host)
    return {
        "name": host.name,
        "slug": host.slug,
        "verdict": host.verdict,
        "sentence": host.sentence,
        "top_cause": None if top is None else {"id": top.id, "title": top.title, "rank": top.rank},
        "complaint": host.complaint,
        "findings": dict(host.findings),
        "outcome": None if host.repair is None else host.repair.outcome,
        "has_details": host.has_details,
        "file": f"hosts/{host.slug}.json",
        "page": host.page,
    }
