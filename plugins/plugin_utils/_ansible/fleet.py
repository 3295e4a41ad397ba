# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The options of rdp_report, and its small result about a whole fleet."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any  # Any: options, results and the fleet index are JSON values

from .._report.build import Run
from .._report.fleet import FAIL_ON
from .._report.text import summary
from .._report.words import complaints, count, ending, repaired
from .._report.write import Published, adopt_host, has_report, publish_fleet, write_host
from .options import BadInputError, checked_options, folder
from .plain import one_line
from .specs import REPORT_SPEC
from .told import Told, Variables
from .verdict import bad_input_report

ACTION = "rdpops.health.rdp_report"
LOOKERS = ("rdp_check", "rdp_enforce")  # the actions that write the report of a host
MODES = ("enforce", "check", "report")  # what a run is called where hosts were told different things: by the most that was done
STATS_LIMIT_BYTES = 4096  # AWX keeps set_stats in the job's row and hands it to every later job of a workflow
TOP_CAUSES = 5
MOST_NAMES = 50
MOST_NAMED = 5  # in a sentence


@dataclass(frozen=True)
class Options:
    """What rdp_report was asked to do.

    :ivar folders: of the hosts that were told another folder than ``report_dir``.
    :ivar problems: by name of the host, what of its variables cannot be used.
    :ivar failures: by name of the host, why it could not be examined in this run.
    :ivar notes: sentences about hosts that were told different things.
    """

    mode: str
    report_dir: Path
    fail_on: str
    earlier_runs: bool
    hosts: tuple[str, ...]
    folders: Mapping[str, Path] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    failures: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def read_options(action: Any, task_vars: Mapping[str, Any]) -> Options:
    """Validate the options of this task; one that is not given is taken from the variables of the hosts.

    :raises BadInputError: one sentence about what cannot be used: of the task, or of every host.
    """
    given = checked_options(action, REPORT_SPEC, ACTION)
    # The names of the play come from the task variables and not from an argument of the role: ten thousand names
    # would stand in every log of the task's arguments.
    hosts = given["hosts"] if given["hosts"] is not None else task_vars.get("ansible_play_hosts_all") or ()
    names = tuple(str(host) for host in hosts)
    variables = Variables(action, task_vars, names)
    told = {option: _told(option, given, action._task.args, variables) for option in ("report_dir", "fail_on", "mode", "earlier_runs")}
    modes, folders = told["mode"].values, told["report_dir"].values
    report_dir = next(iter(folders.values()))
    fail_on = max(told["fail_on"].values.values(), key=list(FAIL_ON).index)
    mode = min(modes.values(), key=MODES.index)
    earlier = all(mode == "report" if said is None else said for said in told["earlier_runs"].values.values())
    elsewhere = {host: path for host, path in folders.items() if path != report_dir and host in names}
    return Options(
        mode=mode,
        report_dir=report_dir,
        fail_on=fail_on,
        earlier_runs=earlier,
        hosts=names,
        folders=elsewhere,
        problems={host: problem for one in reversed(told.values()) for host, problem in one.problems.items() if host in names},
        failures=variables.failures(LOOKERS),
        notes=_differences(elsewhere, told["fail_on"].values, fail_on),
    )


def _told(option: str, given: Mapping[str, Any], arguments: Mapping[str, Any], variables: Variables) -> Told:
    finish = (lambda value: folder(option, value, ACTION)) if option == "report_dir" else (lambda value: value)
    if option in arguments:
        return Told({"": finish(given[option])}, {})
    told = variables.told(option, REPORT_SPEC[option], ACTION, finish)
    if not told.values:
        raise BadInputError(next(iter(told.problems.values())))
    return told


def _differences(elsewhere: Mapping[str, Path], asked: Mapping[str, str], strictest: str) -> tuple[str, ...]:
    notes = []
    if elsewhere:
        notes.append(f"rdp_health_report_dir is not the same for every host; reports that lie elsewhere are copied here: {_names(elsewhere)}.")
    if set(asked.values()) != {strictest}:
        strict = _names([host for host, word in asked.items() if word == strictest])
        notes.append(f"rdp_health_fail_on is not the same for every host; the strictest decides: {strictest}, which is that of {strict}.")
    return tuple(notes)


def _names(hosts: Collection[str]) -> str:
    shown = ", ".join(one_line(host, 60) for host in list(hosts)[:MOST_NAMED])
    return shown if len(hosts) <= MOST_NAMED else f"{shown} and {len(hosts) - MOST_NAMED:,} more"


def publish(options: Options, run: Run, written_at: datetime) -> Published:
    """Bring the reports of all hosts together and write those of the fleet.

    :raises ReportError: something cannot be written.
    """
    of_run = None if options.earlier_runs else run.id
    for host, path in options.folders.items():
        adopt_host(options.report_dir, path, host, of_run)
    for host, problem in {**options.failures, **options.problems}.items():
        counts = run.id if host in options.failures else of_run
        if host in options.hosts and not has_report(options.report_dir, host, counts):
            write_host(options.report_dir, bad_input_report(host, problem, now=written_at, run=run))
    return publish_fleet(
        options.report_dir,
        run,
        written_at=written_at,
        fail_on=options.fail_on,
        only=options.hosts,
        earlier_runs=options.earlier_runs,
        notes=options.notes,
        wrong=options.problems,
    )


def fleet_answer(published: Published) -> dict[str, Any]:
    """Return the result of the task: what a person reads, how the run shall end, and the stats for AWX.

    It never fails by itself: Ansible keeps the stats of tasks that are ok only, and a failed fleet needs them most.
    """
    index = published.index
    return {
        "changed": False,
        "summary": summary(index, str(published.page)).splitlines(),
        "sentence": _sentence(index, str(published.page)),
        "exit": index["exit"],
        "counts": dict(index["counts"]),
        "index": str(published.index_file),
        "page": str(published.page),
        "ansible_stats": {"data": {"rdp_health": stats(index, str(published.page))}, "per_host": False, "aggregate": False},
    }


def stats(index: Mapping[str, Any], page: str) -> dict[str, Any]:
    """Return what AWX shows and later jobs may use, at most ``STATS_LIMIT_BYTES`` as JSON whatever the size of the fleet."""
    document: dict[str, Any] = {
        "counts": dict(index["counts"]),
        "exit": index["exit"],
        "fail_on": index["fail_on"],
        "run": index["run"]["id"],
        **({} if index["repair"] is None else {"repair": _counted(index["repair"])}),
        "report": one_line(page, 300),
        "causes": [{"id": one_line(c["cause"], 32), "title": one_line(c["title"], 80), "hosts": c["count"]} for c in index["clusters"][:TOP_CAUSES]],
        "unhealthy": [one_line(host["name"], 80) for host in index["hosts"] if host["verdict"] != "healthy"][:MOST_NAMES],
    }
    for name in ("unhealthy", "causes"):
        while document[name] and len(json.dumps(document)) > STATS_LIMIT_BYTES:
            document[name].pop()
    return document


def _counted(repair: Mapping[str, Any]) -> dict[str, Any]:
    return {**repair, "outcomes": {word: number for word, number in repair["outcomes"].items() if number}}


def _sentence(index: Mapping[str, Any], page: str) -> str:
    counts = index["counts"]
    hosts = count(counts["hosts"], "host")
    found = ", ".join(f"{counts[verdict]} {verdict}" for verdict in ("failing", "unknown", "attention", "healthy"))
    found += f"; {complaints(counts)}" if counts["complaints"] else ""
    repair = f" Repair: {repaired(index)}." if repaired(index) else ""
    return f"Remote Desktop health of {hosts}: {found}.{repair} {ending(index)} Report: {page}"
