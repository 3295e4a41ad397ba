# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Conditions: the closed set of comparators that checks and causes are written in, over three truth values.

A condition is plain data: ``{path: P, COMPARATOR: OPERAND}`` or ``{all: [...]}``, ``{any: [...]}``, ``{not: {...}}``.
Truth is True, False or None (nobody could look). ``all`` and ``any`` follow Kleene: one False settles ``all``, one True settles
``any``; otherwise one None makes the whole None. ``not`` keeps None. So "could not look" never turns into an answer.
"""

from __future__ import annotations

import fnmatch
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .clock import parse_time, shifted
from .model import Facts, JsonMap, Observation
from .number_text import number_text
from .paths import is_registry_value, look_up

MAX_DEPTH = 16  # deeper nesting is a mistake or an attack; the recursion stays bounded
PATH = re.compile(r"[A-Za-z0-9_\-]+(\.[A-Za-z0-9_\-]+)*")
MAX_PATH_CHARACTERS = 200
MAX_MATCHED_CHARACTERS = 4096  # a pattern is never run over more than this


@dataclass(frozen=True)
class Truth:
    """What a condition came to.

    :ivar value: True, False, or None when it could not be settled.
    :ivar observations: the values that settled it, or all that were looked at when none did.
    :ivar unknown: why parts of it could not be looked at, each sentence once.
    """

    value: bool | None
    observations: tuple[Observation, ...] = ()
    unknown: tuple[str, ...] = ()


class ConditionError(ValueError):
    """A condition is not well formed; the message says what and what is allowed."""


def _eq(value: Any, operand: Any, now: datetime) -> bool:
    # True == 1 in Python, but a bool and a number are different facts here.
    return isinstance(value, bool) == isinstance(operand, bool) and value == operand


def _numbers(value: Any, operand: Any) -> bool:
    return all(isinstance(item, (int, float)) and not isinstance(item, bool) for item in (value, operand))


def _contains(value: Any, operand: Any, now: datetime) -> bool:
    if isinstance(value, str):
        return isinstance(operand, str) and operand.casefold() in value.casefold()
    return isinstance(value, Sequence) and any(_eq(item, operand, now) for item in value)


def _matches(value: Any, operand: Any, now: datetime) -> bool:
    # A glob, never a regular expression: a pattern from somebody else's file must not be able to hang a worker.
    return isinstance(value, str) and fnmatch.fnmatchcase(value[:MAX_MATCHED_CHARACTERS].casefold(), str(operand).casefold())


def _is_absent(value: Any) -> bool:
    return value is None or (is_registry_value(value) and value["kind"] == "absent")


def _moment(operand: Any, now: datetime) -> datetime:
    if operand == "now":
        return now
    if isinstance(operand, Mapping):
        return shifted(now, operand["now_plus_days"])
    return parse_time(str(operand))


def _compare_time(value: Any, operand: Any, now: datetime, *, later: bool) -> bool:
    if not isinstance(value, str):
        return False
    try:
        seen = parse_time(value)
    except ValueError:
        return False
    return seen > _moment(operand, now) if later else seen < _moment(operand, now)


COMPARATORS: Mapping[str, Callable[[Any, Any, datetime], bool]] = {
    "eq": _eq,
    "ne": lambda value, operand, now: not _eq(value, operand, now),
    "one_of": lambda value, operand, now: any(_eq(value, item, now) for item in operand),
    "at_least": lambda value, operand, now: _numbers(value, operand) and value >= operand,
    "at_most": lambda value, operand, now: _numbers(value, operand) and value <= operand,
    "matches": _matches,
    "contains": _contains,
    "absent": lambda value, operand, now: _is_absent(value) is operand,
    "before": lambda value, operand, now: _compare_time(value, operand, now, later=False),
    "after": lambda value, operand, now: _compare_time(value, operand, now, later=True),
}
JOINS = ("all", "any", "not")


def evaluate_condition(condition: JsonMap, facts: Facts) -> Truth:
    """Settle a condition over the facts of one host.

    :param condition: a condition that :func:`check_condition` accepts.
    :returns: the :class:`Truth`; never raises for what the facts hold.
    """
    if "all" in condition:
        return _join([evaluate_condition(part, facts) for part in condition["all"]], settles=False)
    if "any" in condition:
        return _join([evaluate_condition(part, facts) for part in condition["any"]], settles=True)
    if "not" in condition:
        inner = evaluate_condition(condition["not"], facts)
        return Truth(None if inner.value is None else not inner.value, inner.observations, inner.unknown)
    return _compare(condition, facts)


def truth_of(condition: JsonMap, facts: Facts) -> bool | None:
    """Settle a condition without a word about why: the value of :func:`evaluate_condition`, several times as fast."""
    if "path" in condition:
        found = look_up(facts.document, facts.gaps, condition["path"])
        if not found.known:
            return None
        name = next(key for key in condition if key in COMPARATORS)
        return COMPARATORS[name](found.value, condition[name], facts.now)
    if "not" in condition:
        inner = truth_of(condition["not"], facts)
        return None if inner is None else not inner
    settles = "any" in condition
    whole: bool | None = not settles
    for part in condition["any" if settles else "all"]:
        value = truth_of(part, facts)
        if value is settles:
            return settles
        whole = None if value is None else whole
    return whole


def _join(parts: Sequence[Truth], *, settles: bool) -> Truth:
    settling = [part for part in parts if part.value is settles]
    if settling:
        return Truth(settles, _all_observations(settling))
    if any(part.value is None for part in parts):
        reasons = dict.fromkeys(reason for part in parts for reason in part.unknown)
        return Truth(None, _all_observations(parts), tuple(reasons))
    return Truth(not settles, _all_observations(parts))


def _all_observations(parts: Sequence[Truth]) -> tuple[Observation, ...]:
    return tuple(dict.fromkeys(observation for part in parts for observation in part.observations))


def _compare(condition: JsonMap, facts: Facts) -> Truth:
    path = condition["path"]
    name = next(key for key in condition if key in COMPARATORS)
    operand = condition[name]
    wanted = describe_wanted(name, operand, path)
    found = look_up(facts.document, facts.gaps, path)
    if not found.known:
        return Truth(None, (Observation(path, None, wanted, known=False),), (found.why,))
    return Truth(COMPARATORS[name](found.value, operand, facts.now), (Observation(path, _hashable(found.value), wanted, known=True),))


def _hashable(value: Any) -> Any:
    """Observations are compared and kept once, so lists and mappings travel as their text."""
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)[:MAX_MATCHED_CHARACTERS]


WORDS = {
    "eq": "is {}",
    "ne": "is not {}",
    "one_of": "is one of {}",
    "at_least": "is at least {}",
    "at_most": "is at most {}",
    "matches": "matches {}",
    "contains": "contains {}",
    "before": "is before {}",
    "after": "is after {}",
}


def describe_wanted(name: str, operand: Any, path: str = "") -> str:
    """Say in words what a comparator asks for, for evidence lines.

    :param path: where it looks; tells codes from counts, see ``number_text``.
    """
    if name == "absent":
        return "is absent" if operand else "is there"
    if isinstance(operand, Mapping):
        return WORDS[name].format(f"{operand['now_plus_days']} days from now")
    items = operand if isinstance(operand, list) else [operand]
    return WORDS[name].format(", ".join(_operand_text(item, path) for item in items))


def _operand_text(operand: Any, path: str) -> str:
    if isinstance(operand, bool):
        return str(operand).lower()
    return number_text(operand, path) if isinstance(operand, int) else str(operand)


def check_condition(condition: object, place: str, depth: int = 0) -> None:
    """Refuse a condition that is not well formed, before it meets any facts.

    :param place: where it stands, for the message.
    :raises ConditionError: one sentence with the place, what is wrong and what is allowed.
    """
    if not isinstance(condition, Mapping):
        raise ConditionError(f"{place}: a condition is a mapping, not {type(condition).__name__}")
    if depth > MAX_DEPTH:
        raise ConditionError(f"{place}: conditions are nested more than {MAX_DEPTH} deep")
    keys = set(condition)
    if "not" in keys and len(keys) == 1:
        check_condition(condition["not"], f"{place}.not", depth + 1)
    elif len(keys) == 1 and keys & {"all", "any"}:
        join = next(iter(keys))
        parts = condition[join]
        if not isinstance(parts, list) or not parts:
            raise ConditionError(f"{place}.{join}: needs a list of at least one condition")
        for index, part in enumerate(parts):
            check_condition(part, f"{place}.{join}[{index}]", depth + 1)
    else:
        _check_comparison(condition, place)


def _check_comparison(condition: JsonMap, place: str) -> None:
    names = set(condition) - {"path"}
    if len(names) != 1 or not names <= COMPARATORS.keys() or not isinstance(condition.get("path"), str):
        allowed = ", ".join([*COMPARATORS, *JOINS])
        found = ", ".join(sorted(map(repr, condition)))[:100] or "nothing"
        raise ConditionError(f"{place}: needs a path and exactly one comparator out of {allowed}; found {found}")
    if not PATH.fullmatch(condition["path"]) or len(condition["path"]) > MAX_PATH_CHARACTERS:
        raise ConditionError(f"{place}.path: {condition['path'][:60]!r} is not a path, which is names joined by dots")
    name = names.pop()
    if not _operand_fits(name, condition[name]):
        raise ConditionError(f"{place}.{name}: {repr(condition[name])[:60]} is not something that {name} can compare with")


def _operand_fits(name: str, operand: object) -> bool:
    if name == "absent":
        return isinstance(operand, bool)
    if name == "one_of":
        return isinstance(operand, list) and bool(operand) and all(map(_is_scalar, operand))
    if name in ("at_least", "at_most"):
        return _is_scalar(operand) and isinstance(operand, (int, float)) and not isinstance(operand, bool)
    if name == "matches":
        return isinstance(operand, str) and 0 < len(operand) <= 200
    if name in ("before", "after"):
        return _is_moment(operand)
    return _is_scalar(operand)


def _is_scalar(operand: object) -> bool:
    return isinstance(operand, (str, int, bool)) or (isinstance(operand, float) and math.isfinite(operand))


def _is_moment(operand: object) -> bool:
    if isinstance(operand, Mapping):
        days = operand.get("now_plus_days")
        return len(operand) == 1 and isinstance(days, int) and not isinstance(days, bool) and abs(days) <= 36500
    if operand == "now":
        return True
    try:
        parse_time(str(operand))
    except ValueError:
        return False
    return isinstance(operand, str)
