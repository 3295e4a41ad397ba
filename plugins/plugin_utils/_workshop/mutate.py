# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Change each condition a little and see whether a case notices: a condition that may be wrong unnoticed is one that nobody has tested."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any  # Any: conditions and operands are JSON values

from .._catalogue.read import CatalogueError, read_yaml
from .._core.model import Cause, Check, JsonMap, Speaks, Strength
from .trial import trials_of

EXPLAINED = "survivors.yml"
OTHER_STRENGTH = {Strength.STRONG: Strength.SUPPORTING, Strength.SUPPORTING: Strength.STRONG}
OTHER_WAY = {Speaks.FOR: Speaks.AGAINST, Speaks.AGAINST: Speaks.FOR, Speaks.RULES_OUT: Speaks.AGAINST}
ALWAYS: JsonMap = {"all": []}  # stands for no condition, and has no mutants
OPPOSITE = {"before": "after", "after": "before"}


@dataclass(frozen=True)
class Mutant:
    """A check or cause with one small change.

    :ivar what: where and what, in words that stay the same as long as the file does.
    """

    id: str
    what: str
    entry: Check | Cause


@dataclass(frozen=True)
class Mutated:
    """What came of all mutants.

    :ivar survivors: those that no case noticed and nobody has explained.
    :ivar explained: how many that no case noticed are explained.
    :ivar stale: explanations of mutants that a case notices, or that there are not.
    """

    mutants: int
    survivors: tuple[Mutant, ...]
    explained: int
    stale: tuple[str, ...]


@dataclass(frozen=True)
class Explanation:
    """Why no case can notice a mutant.

    :ivar id: a glob over ids of checks and causes.
    :ivar what: a glob over what was changed.
    """

    id: str
    what: str
    because: str


def mutate(entries: Sequence[Check | Cause], folder: Path) -> Mutated:
    """Try every mutant of every entry on the entry's own cases.

    :raises CatalogueError: the list of explained survivors cannot be used.
    """
    explanations = read_explanations(folder / EXPLAINED)
    used: set[Explanation] = set()
    survivors, count, explained = [], 0, 0
    for entry in entries:
        trials, dummy = trials_of(entry, folder)
        usual = [trial.come_to(entry) for trial in trials]
        for mutant in mutants_of(entry):
            count += 1
            if any(trial.come_to(mutant.entry) != came for trial, came in zip(trials, usual, strict=True)):
                continue
            fitting = [each for each in explanations if fnmatch.fnmatchcase(mutant.id, each.id) and fnmatch.fnmatchcase(mutant.what, each.what)]
            used.update(fitting)
            explained += bool(fitting)
            survivors += [] if fitting else [mutant]
    stale = tuple(f"{each.id}: {each.what}" for each in explanations if each not in used)
    return Mutated(count, tuple(survivors), explained, stale)


def mutants_of(entry: Check | Cause) -> Iterator[Mutant]:
    """Yield an entry with one small change each; a check that asks a test plugin has no condition to change."""
    if isinstance(entry, Check):
        for what, other in mutations(entry.applies_when or ALWAYS):
            yield Mutant(entry.id, f"applies_when{what}", replace(entry, applies_when=other))
        for what, other in mutations(entry.expect or ALWAYS):
            yield Mutant(entry.id, f"expect{what}", replace(entry, expect=other))
        return
    for index, rule in enumerate(entry.evidence):

        def with_rule(*rules: Any, at: int = index) -> Cause:
            return replace(entry, evidence=(*entry.evidence[:at], *rules, *entry.evidence[at + 1 :]))

        yield Mutant(entry.id, f"{rule.id}: left out", with_rule())
        if rule.speaks is not Speaks.RULES_OUT:  # which rules out by itself, however strong it is
            yield Mutant(entry.id, f"{rule.id}: {OTHER_STRENGTH[rule.strength].value}", with_rule(replace(rule, strength=OTHER_STRENGTH[rule.strength])))
        yield Mutant(entry.id, f"{rule.id}: {OTHER_WAY[rule.speaks].value}", with_rule(replace(rule, speaks=OTHER_WAY[rule.speaks])))
        yield from (Mutant(entry.id, f"{rule.id}{what}", with_rule(replace(rule, when=other))) for what, other in mutations(rule.when))


def mutations(condition: JsonMap, place: str = "") -> Iterator[tuple[str, JsonMap]]:
    """Yield what was changed where, and the changed condition."""
    for join, other in (("all", "any"), ("any", "all")):
        if join in condition:
            parts = condition[join]
            if len(parts) > 1:
                yield f"{place}.{join}: {other}", {other: parts}
            for index, part in enumerate(parts):
                if len(parts) > 1:
                    yield f"{place}.{join}[{index}]: left out", {join: [*parts[:index], *parts[index + 1 :]]}
                for what, changed in mutations(part, f"{place}.{join}[{index}]"):
                    yield what, {join: [*parts[:index], changed, *parts[index + 1 :]]}
            return
    if "not" in condition:
        yield from ((what, {"not": changed}) for what, changed in mutations(condition["not"], f"{place}.not"))
        return
    yield from _of_comparison(condition, place)


def _of_comparison(condition: JsonMap, place: str) -> Iterator[tuple[str, JsonMap]]:
    name = min(condition.keys() - {"path"})
    yield f"{place}: not", {"not": condition}
    for what, changed in OPERANDS.get(name, _none)(condition[name]):
        yield f"{place}.{name}: {what}", {"path": condition["path"], name: changed}
    if name in OPPOSITE:
        yield f"{place}: {OPPOSITE[name]}", {"path": condition["path"], OPPOSITE[name]: condition[name]}


def _none(operand: Any) -> Iterator[tuple[str, Any]]:
    yield from ()


def _items(operand: list[Any]) -> Iterator[tuple[str, Any]]:
    for index, item in enumerate(operand):
        if len(operand) > 1:
            yield f"without {item}", [*operand[:index], *operand[index + 1 :]]


def _neighbours(operand: float) -> Iterator[tuple[str, Any]]:
    for step in (-1, 1):
        yield str(operand + step), operand + step


def _days(operand: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(operand, Mapping):
        for days in (operand["now_plus_days"] - 1, operand["now_plus_days"] + 1):
            yield f"{days} days from now", {"now_plus_days": days}


# comparator -> changes of what it compares with; the opposite is tried for every one of them
OPERANDS: Mapping[str, Callable[[Any], Iterator[tuple[str, Any]]]] = {
    "one_of": _items,
    "at_least": _neighbours,
    "at_most": _neighbours,
    "before": _days,
    "after": _days,
}


def read_explanations(path: Path) -> tuple[Explanation, ...]:
    """Read the list of survivors that somebody has explained; no file is an empty list.

    :raises CatalogueError: it is not a list of ``{id, what, because}``.
    """
    if not path.exists():
        return ()
    document = read_yaml(path)[0]
    names = {"id", "what", "because"}
    if not isinstance(document, list) or not all(isinstance(each, dict) and set(each) == names for each in document):
        raise CatalogueError(f"{path}: must be a list of mappings with {', '.join(sorted(names))}")
    if not all(isinstance(value, str) and value.strip() for each in document for value in each.values()):
        raise CatalogueError(f"{path}: id, what and because must be text")
    return tuple(Explanation(**each) for each in document)
