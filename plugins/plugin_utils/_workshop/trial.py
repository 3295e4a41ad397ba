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
class Came:
    """What a check or cause comes to with the facts of a case.

    :ivar outcome: the outcome of a check or the rank of a cause, ``none`` where it is not named.
    :ivar evidence: ids of the evidence of a named cause that holds, for it and against it; None where nobody looks at it.
    """

    outcome: str
    evidence: frozenset[str] | None = None

    def __str__(self) -> str:
        shown = "" if self.evidence is None else f" with the evidence {', '.join(sorted(self.evidence)) or 'of nothing'}"
        return f"{self.outcome}{shown}"


@dataclass(frozen=True)
class Trial:
    """One case of a check or cause, ready to be tried.

    :ivar wanted: what it is to come to; its evidence is None where the case says nothing of it.
    """

    name: str
    facts: Facts
    wanted: Came

    def come_to(self, entry: Check | Cause, ask: Ask = nobody) -> Came:
        """Return what an entry comes to, as far as this case looks at it."""
        if isinstance(entry, Check):
            return Came(evaluate(self.facts, [entry], ask)[0].outcome.value)
        ranked = diagnose(self.facts, [entry])
        evidence = frozenset(item.rule.id for named in ranked for item in (*named.evidence_for, *named.evidence_against))
        return Came(ranked[0].rank.value if ranked else "none", None if self.wanted.evidence is None else evidence)


def trials_of(entry: Check | Cause, folder: Path) -> tuple[tuple[Trial, ...], tuple[str, ...]]:
    """Build the facts of the cases of an entry.

    :param folder: the source that it comes from; its folder ``bases`` may hold bundles of its own.
    :returns: what could be built, and one sentence for each case that could not.
    """
    field = "outcome" if isinstance(entry, Check) else "rank"
    trials, problems = [], []
    for case in entry.tests:
        try:
            evidence = frozenset(case["evidence"]) if "evidence" in case else None
            trials.append(Trial(case["name"], facts_of_case(case, folder / "bases"), Came(case[field], evidence)))
        except CatalogueError as error:
            problems.append(f"{entry.source}: {error}")
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            problems.append(f"{entry.source}: case {case['name']!r} describes facts that no host has: {type(error).__name__}: {error}")
    return tuple(trials), tuple(problems)


def entries_of(folder: Path) -> Sequence[Entry]:
    """Read the files of a folder.

    :raises CatalogueError: one of them cannot be read.
    """
    return list(read_entries([folder], lambda raw: None))
