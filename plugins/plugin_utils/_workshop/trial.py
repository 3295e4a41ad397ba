# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A check or cause with the facts of its own cases: what it comes to, and what it was said to come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .._catalogue.cases import facts_of_case
from .._catalogue.load import Entry, read_entries
from .._catalogue.read import CatalogueError
from .._core.diagnose import diagnose
from .._core.evaluate import Ask, evaluate, nobody
from .._core.model import Cause, Check, Facts


@dataclass(frozen=True)
class Trial:
    """One case of a check or cause, ready to be tried.

    :ivar wanted: the outcome of a check or the rank of a cause, ``none`` where it is not to be named.
    """

    name: str
    facts: Facts
    wanted: str


def trials_of(entry: Check | Cause, folder: Path) -> tuple[tuple[Trial, ...], tuple[str, ...]]:
    """Build the facts of the cases of an entry.

    :param folder: the source that it comes from; its folder ``bases`` may hold bundles of its own.
    :returns: what could be built, and one sentence for each case that could not.
    """
    field = "outcome" if isinstance(entry, Check) else "rank"
    trials, problems = [], []
    for case in entry.tests:
        try:
            trials.append(Trial(case["name"], facts_of_case(case, folder / "bases"), case[field]))
        except CatalogueError as error:
            problems.append(f"{entry.source}: {error}")
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            problems.append(f"{entry.source}: case {case['name']!r} describes facts that no host has: {type(error).__name__}: {error}")
    return tuple(trials), tuple(problems)


def come_to(entry: Check | Cause, facts: Facts, ask: Ask = nobody) -> str:
    """Return the outcome of a check, or the rank of a cause or ``none``."""
    if isinstance(entry, Check):
        return evaluate(facts, [entry], ask)[0].outcome.value
    ranked = diagnose(facts, [entry])
    return ranked[0].rank.value if ranked else "none"


def entries_of(folder: Path) -> Sequence[Entry]:
    """Read the files of a folder.

    :raises CatalogueError: one of them cannot be read.
    """
    return list(read_entries([folder], lambda raw: None))
