# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The command line of tools/catalogue: validate, mutate, matrix and facts. Needs no Ansible, but for cases that ask a test plugin."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from .._catalogue.load import OWN, extended, load_catalogue
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
            command.add_argument("--labels", type=Path, required=True, help="YAML file with the causes of each bundle")
            command.add_argument("--joins", type=Path, help="YAML file that says which client and which typed error go with which bundle")
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
    labels = read_labels(given.labels)
    own = load_catalogue()
    catalogue = extended(own, [entry for folder in given.source for entry in entries_of(folder)], "")
    unknown = sorted({cause for causes in labels.values() for cause in causes} - {cause.id for cause in catalogue.causes})
    bundles, problems = bundles_of(given.folder, labels, read_joins(given.joins) if given.joins else None)
    wanted = list(VIEWS) if given.views and "all" in given.views else given.views or ["full"]
    results = [matrix(bundles, labels, catalogue.causes, views) for views in wanted]
    for sentence in problems:
        say(sentence)
    if unknown:
        say(f"labels name causes that the catalogue does not have: {', '.join(unknown)}")
    for line in (line for result in results for line in told(result)):
        say(line)
    return BAD if problems or any(result.wrong_certain for result in results) else GOOD


def _facts(given: argparse.Namespace, say: Callable[[str], object], ask: Ask | None) -> int:
    facts = facts_with(load_bundle(given.bundle), "full")
    lines = lines_of(facts, given.part) if facts else []
    for line in lines or [f"{given.bundle}: no path has the part {given.part[:60]!r}"]:
        say(line)
    return GOOD if lines else BAD


def _count(number: int, word: str) -> str:
    return f"1 {word}" if number == 1 else f"{number} {word}s"
