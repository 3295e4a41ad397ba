# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Validate a folder of checks and causes: structure, ids, names, and whether every case that it brings comes true."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from .._catalogue.build import build_cause, build_check
from .._catalogue.cases import facts_of_case
from .._catalogue.load import KINDS, OWN, Entry, extended, files_of, load_catalogue
from .._catalogue.read import CatalogueError, read_yaml
from .._core.evaluate import Ask, evaluate
from .._core.model import Catalogue, Cause, Check, JsonMap, Outcome
from .spelling import misspelt
from .trial import Trial, trials_of

CHECK_NEEDS = ("pass", "fail", "unknown")  # an outcome that no case shows is one that nobody has seen
WELL: JsonMap = {"name": "all is well"}
NAMED = frozenset({"certain", "likely", "possible"})


@dataclass
class Validated:
    """What was found.

    :ivar problems: one sentence each; none means that the folder can be used.
    :ivar notes: what was not looked at, and why.
    """

    checks: int = 0
    causes: int = 0
    cases: int = 0
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def validate(folder: Path, ask: Ask | None = None) -> Validated:
    """Validate one folder.

    :param ask: asks Ansible test plugins; None where there is no Ansible, and then checks that name one are not tried.
    """
    found = Validated()
    entries = _read(folder, found)
    built = _built(entries, found)
    found.checks = sum(isinstance(entry, Check) for entry in built)
    found.causes = len(built) - found.checks
    if not found.problems:
        _stand_beside_ours(folder, entries, found)
    if not built and not found.problems:
        found.problems.append(f"{folder}: holds no check and no cause; they lie in the folders {' and '.join(KINDS)}")
    for entry in built:
        _try(entry, folder, found, ask)
    return found


def _read(folder: Path, found: Validated) -> list[Entry]:
    entries = []
    for kind in KINDS:
        try:
            paths = files_of(folder / kind)
        except CatalogueError as error:
            found.problems.append(str(error))
            continue
        for path in paths:
            try:
                entries.append(Entry(kind, str(path), read_yaml(path)[0]))
            except CatalogueError as error:
                found.problems.append(str(error))
    return entries


def _built(entries: Iterable[Entry], found: Validated) -> list[Check | Cause]:
    build: dict[str, Callable[[object, str], Check | Cause]] = {"checks": build_check, "causes": build_cause}
    built = []
    for entry in entries:
        try:
            built.append(build[entry.kind](entry.document, entry.place))
        except CatalogueError as error:
            found.problems.append(str(error))
    return built


def _stand_beside_ours(folder: Path, entries: list[Entry], found: Validated) -> None:
    """Look at ids and names as a run does: beside our own catalogue, unless that is what is validated."""
    own = Catalogue((), (), "", "") if folder.resolve() == OWN.resolve() else load_catalogue()
    try:
        extended(own, entries, "")
    except CatalogueError as error:
        found.problems.append(str(error))


def _try(entry: Check | Cause, folder: Path, found: Validated, ask: Ask | None) -> None:
    trials, problems = trials_of(entry, folder)
    found.problems += [*problems, *_lacking(entry), *misspelt(entry, [facts_of_case(WELL), *(trial.facts for trial in trials)])]
    if isinstance(entry, Check) and entry.test and ask is None:
        found.notes.append(f"{entry.source}: asks the test {entry.test}, and its cases were not tried: there is no Ansible here")
        return
    for trial in trials:
        found.cases += 1
        came = trial.come_to(entry, *([ask] if ask else []))
        if came != trial.wanted:
            found.problems.append(f"{entry.source}: case {trial.name!r} comes to {came}{_why(entry, trial)}, and says {trial.wanted}")


def _why(entry: Check | Cause, trial: Trial) -> str:
    """Return what a check says where nobody could look; what else it comes to, its own texts tell."""
    if not isinstance(entry, Check) or entry.test:
        return ""
    finding = evaluate(trial.facts, [entry])[0]
    return f" ({finding.reason})" if finding.outcome is Outcome.UNKNOWN else ""


def _lacking(entry: Check | Cause) -> list[str]:
    if isinstance(entry, Check):
        shown = {case["outcome"] for case in entry.tests}
        missing = [outcome for outcome in CHECK_NEEDS if outcome not in shown]
        return [f"{entry.source}: {entry.id} has no case that comes to {' and none that comes to '.join(missing)}"] if missing else []
    ranks = {case["rank"] for case in entry.tests}
    lacking = [] if ranks & NAMED else ["no case in which it is named"]
    lacking += [] if "none" in ranks else ["no case in which it is not (rank: none)"]
    strange = sorted({name for case in entry.tests for name in case.get("evidence", ())} - {rule.id for rule in entry.evidence})
    lacking += [f"no evidence {name[:60]!r}, which a case names" for name in strange]
    return [f"{entry.source}: {entry.id} has {' and '.join(lacking)}"] if lacking else []
