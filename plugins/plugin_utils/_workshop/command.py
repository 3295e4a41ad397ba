# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The command line of tools/catalogue: validate, mutate, matrix and facts. Needs no Ansible, but for cases that ask a test plugin."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from .._catalogue.load import OWN, Entry, extended, load_catalogue, refuse_no_source
from .._catalogue.read import CatalogueError
from .._core.evaluate import Ask
from .._core.model import Catalogue, Cause, Check
from .._facts.load import load_bundle
from .._facts.shapes import FactsError
from .listing import lines_of
from .matrix import VIEWS, bundles_of, facts_with, matrix, read_joins, read_labels, told
from .mutate import EXPLAINED, mutate
from .trial import entries_of
from .validate import validate

GOOD, BAD, WRONG_USE = 0, 1, 2
MOST_PROBLEMS = 20  # sentences about bundles and labels; a wrong folder makes one for each


def run(arguments: Sequence[str], say: Callable[[str], object] = print, ask: Ask | None = None) -> int:
    """Carry out one command.

    :param say: takes the lines that are said.
    :param ask: asks Ansible test plugins, where there is Ansible.
    :returns: exit status: 0 all is well, 1 something was found, 2 wrong use.
    """
    given = _parser().parse_args(arguments)
    if "folder" in given and not given.folder.is_dir():
        say(f"{given.folder}: there is no such folder")
        return WRONG_USE
    try:
        return int(given.run(given, lambda line: say(_printable(str(line))), ask))
    except (CatalogueError, FactsError) as error:
        say(_printable(str(error)))
        return BAD


def _printable(line: str) -> str:
    """Show by number what would act in a terminal: file names, facts and labels come from anybody."""
    return line if line.isprintable() else ascii(line)[1:-1]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tools/catalogue", description="For people who write checks and causes; see docs/new_check.md.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, work, words in (
        ("validate", _validate, "structure, ids, names, and whether every case comes true"),
        ("mutate", _mutate, "change each condition and list what no case notices"),
        ("matrix", _matrix, "diagnose a folder of bundles and compare with labels"),
        ("facts", _facts, "list the facts of a saved host by the paths that conditions and texts write"),
    ):
        command = commands.add_parser(name, help=words, description=words)
        command.set_defaults(run=work)
        if name == "facts":
            command.add_argument("bundle", type=Path, help="a saved host")
            command.add_argument("part", nargs="?", default="", help="only paths with this part, such as PortNumber or derived.effective")
        elif name == "matrix":
            command.add_argument("folder", type=Path, help="bundles, also in folders below")
            command.add_argument("--labels", type=Path, help="YAML file with the causes of each bundle; default: labels.yml of the folder")
            command.add_argument("--joins", type=Path, help="YAML file that says which client and which typed error go with which bundle; default: joins.yml")
            command.add_argument("--views", action="append", choices=[*VIEWS, "all"], help="what is kept of each bundle, default full; may be given again")
            command.add_argument("--source", action="append", type=Path, default=[], help="a folder of further checks and causes; may be given again")
        else:
            command.add_argument("folder", type=Path, nargs="?", default=OWN, help="has the folders checks and causes; default: those of this collection")
    return parser


def _validate(given: argparse.Namespace, say: Callable[[str], object], ask: Ask | None) -> int:
    found = validate(given.folder, ask)
    for sentence in (*found.notes, *found.problems):
        say(sentence)
    say(f"{_count(found.checks, 'check')}, {_count(found.causes, 'cause')}, {_count(found.cases, 'case')} tried: {_count(len(found.problems), 'problem')}")
    return BAD if found.problems else GOOD


def _mutate(given: argparse.Namespace, say: Callable[[str], object], ask: Ask | None) -> int:
    refuse_no_source(given.folder)
    own = Catalogue((), (), "", "") if given.folder.resolve() == OWN.resolve() else load_catalogue()
    whole = extended(own, entries_of(given.folder), "")
    entries: list[Check | Cause] = [check for check in whole.checks if check not in own.checks]
    entries += [cause for cause in whole.causes if cause not in own.causes]
    result = mutate(entries, given.folder)
    for mutant in result.survivors:
        say(f"{mutant.id}: {mutant.what}")
    for stale in result.stale:
        say(f"{EXPLAINED} explains what a case notices, or what there is not: {stale}")
    left = len(result.survivors)
    say(f"{_count(result.mutants, 'mutant')}: {result.mutants - left - result.explained} noticed, {result.explained} explained, {left} not noticed by any case")
    return BAD if result.survivors or result.stale else GOOD


def _matrix(given: argparse.Namespace, say: Callable[[str], object], ask: Ask | None) -> int:
    joins = given.folder / "joins.yml" if given.joins is None and (given.folder / "joins.yml").exists() else given.joins
    labels = read_labels(given.labels or given.folder / "labels.yml")
    causes = _with_sources(given.source).causes
    bundles, problems = bundles_of(given.folder, labels, read_joins(joins) if joins else None)
    problems += _strange_labels(labels, [cause.id for cause in causes])
    problems += [] if bundles else [f"{given.folder}: holds no bundle that has a label and can be used"]
    for sentence in problems[:MOST_PROBLEMS]:
        say(sentence)
    if len(problems) > MOST_PROBLEMS:
        say(f"... and {len(problems) - MOST_PROBLEMS} more such")
    if not bundles:
        return BAD
    wanted = list(VIEWS) if given.views and "all" in given.views else given.views or ["full"]
    results = [matrix(bundles, labels, causes, views) for views in wanted]
    for line in (line for result in results for line in told(result)):
        say(line)
    if problems:
        say(f"{_count(len(problems), 'problem')} with bundles or labels, told above: what is left out is not counted")
    return BAD if problems or any(result.wrong_certain for result in results) else GOOD


def _with_sources(folders: Iterable[Path]) -> Catalogue:
    entries: list[Entry] = []
    for folder in folders:
        refuse_no_source(folder)
        entries += entries_of(folder)
    return extended(load_catalogue(), entries, "")


def _strange_labels(labels: Mapping[str, Sequence[str]], causes: Sequence[str]) -> list[str]:
    named: dict[str, str] = {}
    for bundle, ids in labels.items():
        for cause in ids:
            named.setdefault(cause, bundle)
    strange = sorted(named.keys() - set(causes))
    nearest = {cause: difflib.get_close_matches(cause, causes, n=1, cutoff=0.8) for cause in strange}
    return [
        f"the label of {named[cause]} names {cause[:60]!r}, and there is no such cause" + (f"; the nearest is {nearest[cause][0]}" if nearest[cause] else "")
        for cause in strange
    ]


def _facts(given: argparse.Namespace, say: Callable[[str], object], ask: Ask | None) -> int:
    facts = facts_with(load_bundle(given.bundle), "full")
    lines = lines_of(facts, given.part) if facts else []
    for line in lines or [f"{given.bundle}: no path has the part {given.part[:60]!r}"]:
        say(line)
    return GOOD if lines else BAD


def _count(number: int, word: str) -> str:
    return f"1 {word}" if number == 1 else f"{number} {word}s"
