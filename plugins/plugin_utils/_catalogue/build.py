# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Turn a document into a check or a cause: every field by its shape, every condition looked at before it meets any facts.

The published JSON Schemas in ``schemas/`` say the same; a test holds the two together. Loading reads structure only; whether a check's
own cases come true is for the tests and the validate command.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, TypeVar

from .._core.conditions import MAX_PATH_CHARACTERS, PATH, ConditionError, check_condition
from .._core.evaluate import PROFILES
from .._core.model import Cause, Check, EvidenceRule, Impact, JsonMap, Rank, Reference, RestartClass, Severity, Speaks, Strength, View
from .._core.operations import OperationError
from .._core.remedies.data import check_operation
from .._core.waiver_findings import OWN_PREFIX
from .._facts.snapshot import SUBSETS
from .read import CatalogueError

CHECK_SCHEMA = "rdpops.health/check/1"
CAUSE_SCHEMA = "rdpops.health/cause/1"
CHECK_ID = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
CAUSE_ID = re.compile(r"[A-Z][A-Za-z0-9_.]{1,60}")
TEST_NAME = re.compile(r"[a-z_][a-z0-9_]*\.[a-z_][a-z0-9_]*\.[a-z_][a-z0-9_]*")  # of a plugin: namespace, collection, name
FILLED = re.compile(rf"([^{{}}]|\{{{PATH.pattern}\}})*")  # a brace stands around a path and nowhere else
MAX_TEXT = 2000
MAX_NAME = 100
MAX_OPERATIONS = 10
NEEDS = (*SUBSETS, "probe", "client")
# who numbers rules -> what a number looks like there
IDS: Mapping[str, re.Pattern[str]] = {
    "cce": re.compile(r"CCE-[0-9]{4,6}-[0-9]"),
    "stig": re.compile(r"V-[0-9]{4,6}"),
    "az_win": re.compile(r"AZ-WIN-[0-9]{5,6}"),
    "cis": re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){1,9}"),
}

EnumType = TypeVar("EnumType", bound=Enum)


class _Document:
    """A mapping whose fields are taken one by one; what is left over at the end is an unknown field."""

    def __init__(self, document: object, place: str) -> None:
        if not isinstance(document, Mapping) or not all(isinstance(name, str) for name in document):
            raise CatalogueError(f"{place}: must be a mapping of names to values")
        self._rest: dict[str, Any] = dict(document)
        self.place = place

    def take(self, name: str, default: Any = ...) -> Any:
        if name in self._rest:
            return self._rest.pop(name)
        if default is ...:
            raise CatalogueError(f"{self.place}: the field {name!r} is missing")
        return default

    def has(self, name: str) -> bool:
        return name in self._rest

    def text(self, name: str, default: Any = ...) -> str:
        value = self.take(name, default)
        if not isinstance(value, str) or len(value) > MAX_TEXT or (default is ... and not value.strip()):
            raise CatalogueError(f"{self.place}: {name} must be text of 1 to {MAX_TEXT} characters")
        return value.strip()

    def filled(self, name: str) -> str:
        value = self.text(name)
        if not FILLED.fullmatch(value):
            raise CatalogueError(f"{self.place}: {name} has braces around what is no path; nothing else is ever filled in")
        return value

    def name(self, name: str, pattern: re.Pattern[str]) -> str:
        value = self.text(name)
        if not pattern.fullmatch(value):
            raise CatalogueError(f"{self.place}: {name} is {value[:60]!r}, it must match {pattern.pattern}")
        return value

    def optional_name(self, name: str) -> str | None:
        value = self.take(name, None)
        if value is not None and (not isinstance(value, str) or not 0 < len(value) <= MAX_NAME):
            raise CatalogueError(f"{self.place}: {name} must be a name of 1 to {MAX_NAME} characters, or null")
        return value

    def one_of(self, name: str, kind: type[EnumType], default: Any = ...) -> EnumType:
        value = self.take(name, default)
        try:
            return kind(value)
        except ValueError as error:
            allowed = ", ".join(str(member.value) for member in kind)
            raise CatalogueError(f"{self.place}: {name} is {repr(value)[:60]}, it must be one of {allowed}") from error

    def names(self, name: str, default: Any = ...) -> tuple[str, ...]:
        value = self.take(name, default)
        if not isinstance(value, (list, tuple)) or len(value) > 100 or not all(isinstance(item, str) and item for item in value):
            raise CatalogueError(f"{self.place}: {name} must be a list of at most 100 names")
        return tuple(value)

    def paths(self, name: str) -> tuple[str, ...]:
        value = self.names(name, ())
        if not all(PATH.fullmatch(path) and len(path) <= MAX_PATH_CHARACTERS for path in value):
            raise CatalogueError(f"{self.place}: {name} must be a list of paths, which are names joined by dots")
        return value

    def needs(self) -> tuple[str, ...]:
        value = self.names("needs")
        strange = [need for need in value if need not in NEEDS]
        if strange or not value:
            raise CatalogueError(f"{self.place}: needs must name at least one of {', '.join(NEEDS)}; found {', '.join(strange)[:60] or 'nothing'}")
        return value

    def profiles(self) -> tuple[str, ...]:
        value = self.names("profiles", ())
        if len(set(value)) != len(value) or not set(value) <= set(PROFILES):
            raise CatalogueError(f"{self.place}: profiles must name each of {', '.join(PROFILES)} once at most")
        return value

    def ids(self) -> Mapping[str, tuple[str, ...]]:
        value = self.take("ids", {})
        if not isinstance(value, Mapping) or not all(self._numbers(name, numbers) for name, numbers in value.items()):
            raise CatalogueError(f"{self.place}: ids must map {', '.join(IDS)} to lists of 1 to 20 numbers as they are written there")
        return {name: tuple(numbers) for name, numbers in value.items()}

    @staticmethod
    def _numbers(name: object, numbers: object) -> bool:
        pattern = IDS.get(name) if isinstance(name, str) else None
        if pattern is None or not isinstance(numbers, (list, tuple)) or not 0 < len(numbers) <= 20:
            return False
        return all(isinstance(number, str) and pattern.fullmatch(number) is not None for number in numbers)

    def condition(self, name: str, default: Any = ...) -> JsonMap | None:
        value = self.take(name, default)
        if value is None:
            return None
        try:
            check_condition(value, f"{self.place}: {name}")
        except ConditionError as error:
            raise CatalogueError(str(error)) from error
        return dict(value)

    def each(self, name: str, build: Callable[[_Document], Any], default: Any = ...) -> tuple[Any, ...]:
        value = self.take(name, default)
        if not isinstance(value, (list, tuple)) or len(value) > 100:
            raise CatalogueError(f"{self.place}: {name} must be a list of at most 100 entries")
        return tuple(build(_Document(item, f"{self.place}: {name}[{index}]")) for index, item in enumerate(value))

    def end(self) -> None:
        if self._rest:
            raise CatalogueError(f"{self.place}: the field {sorted(self._rest)[0]!r} is unknown")


def build_check(document: object, place: str) -> Check:
    """Build a check.

    :param place: the file, for messages.
    :raises CatalogueError: one sentence.
    """
    doc = _Document(document, place)
    _schema(doc, CHECK_SCHEMA)
    expect, test = _expected(doc)
    identity = doc.name("id", CHECK_ID)
    if identity.startswith(OWN_PREFIX):
        raise CatalogueError(f"{place}: id is {identity[:60]!r}; what begins with {OWN_PREFIX} is said about waivers alone")
    remedy, operations = _remedy(doc, identity)
    check = Check(
        id=identity,
        title=doc.text("title"),
        why=doc.text("why"),
        severity=doc.one_of("severity", Severity),
        impact=doc.one_of("impact", Impact),
        needs=doc.needs(),
        applies_when=doc.condition("applies_when", None),
        expect=expect,
        fail_text=doc.filled("fail_text"),
        pass_text=doc.filled("pass_text"),
        evidence=doc.paths("evidence"),
        remedy=remedy,
        restart=doc.one_of("restart", RestartClass, "none"),
        floor=doc.optional_name("floor"),
        references=doc.each("references", _reference, ()),
        tests=doc.each("tests", _case("outcome", OUTCOMES, CASE_FIELDS), ()),
        profiles=doc.profiles(),
        ids=doc.ids(),
        source=place,
        test=test,
        operations=operations,
    )
    doc.end()
    return check


def build_cause(document: object, place: str) -> Cause:
    """Build a cause.

    :param place: the file, for messages.
    :raises CatalogueError: one sentence.
    """
    doc = _Document(document, place)
    _schema(doc, CAUSE_SCHEMA)
    identity = doc.name("id", CAUSE_ID)
    remedy, operations = _remedy(doc, identity)
    cause = Cause(
        id=identity,
        name=doc.text("name"),
        title=doc.text("title"),
        explanation=doc.text("explanation"),
        impact=doc.one_of("impact", Impact),
        evidence=doc.each("evidence", _evidence),
        settles=doc.text("settles") if doc.has("settles") else "",
        remedy=remedy,
        restart=doc.one_of("restart", RestartClass),
        advice=doc.text("advice"),
        explains=doc.names("explains", ()),
        follows_from=doc.names("follows_from", ()),
        references=doc.each("references", _reference, ()),
        tests=doc.each("tests", _case("rank", RANKS, CAUSE_CASE_FIELDS), ()),
        source=place,
        operations=operations,
        by_hand=doc.text("by_hand") if doc.has("by_hand") else "",
    )
    doc.end()
    if not (cause.settles or cause.by_hand):
        raise CatalogueError(f"{place}: settles or by_hand must say what settles it")
    if not any(rule.speaks is Speaks.FOR for rule in cause.evidence):
        raise CatalogueError(f"{place}: evidence must hold at least one entry that speaks for the cause")
    return cause


def _schema(doc: _Document, wanted: str) -> None:
    found = doc.take("schema")
    if found != wanted:
        raise CatalogueError(f"{doc.place}: schema is {str(found)[:60]!r}; this version of the collection reads {wanted!r}")


def _expected(doc: _Document) -> tuple[JsonMap | None, str | None]:
    """Take the condition of a check, or the name of the test plugin that is asked in its place."""
    if not doc.has("test"):
        expect = doc.condition("expect")
        if expect is None:
            raise CatalogueError(f"{doc.place}: expect must be a condition")
        return expect, None
    if doc.has("expect"):
        raise CatalogueError(f"{doc.place}: expect and test exclude each other")
    return None, doc.name("test", TEST_NAME)


def _remedy(doc: _Document, identity: str) -> tuple[str | None, tuple[JsonMap, ...]]:
    """Take the name of a remedy, or operations; those are called by the id of the entry that brings them."""
    name, operations = doc.optional_name("remedy"), doc.take("operations", [])
    if name is not None and operations:
        raise CatalogueError(f"{doc.place}: remedy and operations exclude each other")
    if not isinstance(operations, list) or len(operations) > MAX_OPERATIONS:
        raise CatalogueError(f"{doc.place}: operations must be a list of at most {MAX_OPERATIONS} entries")
    try:
        checked = [(index, check_operation(operation)) for index, operation in enumerate(operations)]
    except OperationError as error:
        raise CatalogueError(f"{doc.place}: operations: {error}") from error
    strange = [index for index, operation in checked if "found" in operation and not PATH.fullmatch(operation["found"])]
    if strange:
        raise CatalogueError(f"{doc.place}: operations[{strange[0]}]: found must be a path, which is names joined by dots")
    return (identity if operations else name), tuple(operation for dummy, operation in checked)


def _reference(doc: _Document) -> Reference:
    reference = Reference(doc.text("title"), doc.text("url", ""))
    if reference.url and not reference.url.startswith("https://"):
        raise CatalogueError(f"{doc.place}: url must start with https://")
    doc.end()
    return reference


def _evidence(doc: _Document) -> EvidenceRule:
    when = doc.condition("when")
    if when is None:
        raise CatalogueError(f"{doc.place}: when must be a condition")
    rule = EvidenceRule(
        id=doc.text("id"),
        view=doc.one_of("view", View),
        source=doc.text("source"),
        speaks=doc.one_of("speaks", Speaks),
        strength=doc.one_of("strength", Strength),
        when=when,
        text=doc.filled("text"),
    )
    doc.end()
    return rule


OUTCOMES = ("pass", "fail", "unknown", "not_applicable")
STATUSES = ("error", "denied", "not_applicable", "not_asked", "failed")
NOT_ASKED = (["inside"], ["outside"], ["inside", "outside"])  # a client's view is there only where the case joins one
RANKS = (*(rank.value for rank in Rank), "none")


def _by_path(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, Mapping) and all(isinstance(path, str) and PATH.fullmatch(path) and fits(item) for path, item in value.items())


def _is_json(value: Any) -> bool:
    if isinstance(value, Mapping):
        return all(isinstance(name, str) and _is_json(item) for name, item in value.items())
    if isinstance(value, list):
        return all(map(_is_json, value))
    return value is None or isinstance(value, (str, int, bool)) or (isinstance(value, float) and math.isfinite(value))


def _is_time(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[0-9]{4}(-[0-9]{2}){2}T[0-9]{2}(:[0-9]{2}){2}Z", value) is not None


def _is_list_of_ids(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 100 and all(isinstance(item, str) and item for item in value) and len(set(value)) == len(value)


EVENT_FIELDS: Mapping[str, Callable[[Any], bool]] = {
    "event": lambda value: isinstance(value, str) and re.fullmatch(r"[a-z_]{1,30} [0-9]{1,5}", value) is not None,
    "properties": lambda value: _are_texts(value) or (isinstance(value, Mapping) and _are_texts([*value, *value.values()])),
    "time": _is_time,
    "times": lambda value: isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 100,
}


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 60 and all(isinstance(item, str) for item in value)


def _is_event(value: Any) -> bool:
    fits = isinstance(value, Mapping) and "event" in value and set(value) <= EVENT_FIELDS.keys()
    return fits and all(EVENT_FIELDS[name](item) for name, item in value.items())


# what a case may change -> whether a value can stand there
CASE_FIELDS: Mapping[str, Callable[[Any], bool]] = {
    "from": lambda value: isinstance(value, str) and re.fullmatch(r"[a-z][a-z0-9_]{0,60}", value) is not None,
    "set": _by_path(_is_json),
    "copy": _by_path(lambda item: isinstance(item, str) and PATH.fullmatch(item) is not None),
    "status": _by_path(lambda item: item in STATUSES),
    "at": _is_time,
    "unreachable": lambda value: value is True,
    "not_asked": lambda value: isinstance(value, list) and sorted(map(str, value)) in NOT_ASKED,
    "elsewhere": lambda value: _by_path(_is_json)(value) and all(path.startswith("probe.") for path in value),
    "client": lambda value: _by_path(_is_json)(value) and all(path.startswith("client.") for path in value),
    "client_status": _by_path(lambda item: item in STATUSES),
    "error": lambda value: isinstance(value, str) and 0 < len(value) <= MAX_NAME,
    "events": lambda value: isinstance(value, list) and len(value) <= 100 and all(map(_is_event, value)),
}


CAUSE_CASE_FIELDS = {**CASE_FIELDS, "evidence": _is_list_of_ids}


def _case(field: str, words: tuple[str, ...], fields: Mapping[str, Callable[[Any], bool]]) -> Callable[[_Document], JsonMap]:
    def build(doc: _Document) -> JsonMap:
        case = {name: doc.take(name) for name in ("name", field, *fields) if doc.has(name)}
        doc.end()
        if not isinstance(case.get("name"), str) or not 0 < len(case["name"]) <= MAX_TEXT:
            raise CatalogueError(f"{doc.place}: a case needs a name")
        if case.get(field) not in words:
            raise CatalogueError(f"{doc.place}: {field} is {str(case.get(field))[:60]!r}, it must be one of {', '.join(words)}")
        for name, fits in fields.items():
            if name in case and not fits(case[name]):
                raise CatalogueError(f"{doc.place}: {name} is not what a case can change, see docs/checks.md")
        return case

    return build
