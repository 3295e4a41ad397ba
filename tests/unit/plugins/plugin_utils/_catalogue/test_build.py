# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documents become checks and causes: schema and loader agree, each refusal is one sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue import load
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.build import CASE_FIELDS, CAUSE_CASE_FIELDS, NEEDS, build_cause, build_check
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.read import CatalogueError, read_yaml
from ansible_collections.rdpops.health.plugins.plugin_utils._core.conditions import COMPARATORS, JOINS
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.mutations import OTHER_VALUES, Damage, damaged, damages

FILES = {path.stem: path for folder in ("checks", "causes") for path in sorted((load.OWN / folder).glob("*.yml"))}
DOCUMENTS: dict[str, Any] = {name: read_yaml(path)[0] for name, path in FILES.items()}
BUILD: dict[str, Any] = {"checks": build_check, "causes": build_cause}
SCHEMAS = {kind: json.loads((load.OWN / "schemas" / f"{kind[:-1]}.schema.json").read_text(encoding="utf-8")) for kind in BUILD}
VALIDATORS = {kind: jsonschema.Draft202012Validator(schema) for kind, schema in SCHEMAS.items()}
CHECK, CAUSE = "listener_nla_required", "c05_certificate_expired"
VALUES = (
    *OTHER_VALUES,
    "x" * 2001,
    "critical",
    "inside",
    "2026-11-20T08:15:30Z",
    "a.b",
    {"path": "a", "eq": 1},
    {"not": {"path": "a", "absent": True}},
    {"path": "a"},
)


def kind_of(name: str) -> str:
    return FILES[name].parent.name


def refusal(kind: str, document: Any) -> str | None:
    try:
        BUILD[kind](document, "here.yml")
    except CatalogueError as error:
        return str(error)
    return None


def agree(name: str, damage: Damage) -> None:
    kind, broken = kind_of(name), damaged(DOCUMENTS[name], damage)
    sentence, valid = refusal(kind, broken), VALIDATORS[kind].is_valid(broken)
    # The schema cannot tell a time from another text
    on_purpose = sentence is not None and valid and any(f".{word}: " in sentence for word in ("before", "after"))
    assert (sentence is None) is valid or on_purpose, (name, damage, sentence)
    if sentence is not None:
        assert sentence.startswith("here.yml")
        assert sentence.isprintable()
        assert len(sentence) < 700


@pytest.mark.parametrize("kind", list(SCHEMAS))
def test_the_schema_is_a_schema(kind: str) -> None:
    schema = SCHEMAS[kind]
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"https://github.com/rdpops/rdpops.health/blob/main/plugins/plugin_utils/_catalogue/schemas/{kind[:-1]}.schema.json"
    assert (schema["type"], schema["additionalProperties"]) == ("object", False)
    forms = [form["required"] for form in schema["$defs"]["condition"]["oneOf"]]
    assert {names[-1] for names in forms} == {*COMPARATORS, *JOINS}
    case = schema["properties"]["tests"]["items"]["properties"]
    assert case.keys() == {"name", *{"checks": ("outcome", *CASE_FIELDS), "causes": ("rank", *CAUSE_CASE_FIELDS)}[kind]}


def test_the_schema_of_a_check_knows_what_can_be_needed() -> None:
    assert SCHEMAS["checks"]["properties"]["needs"]["items"]["enum"] == list(NEEDS)


@pytest.mark.parametrize("name", list(FILES))
def test_every_file_keeps_schema_and_loader(name: str) -> None:
    VALIDATORS[kind_of(name)].validate(DOCUMENTS[name])
    BUILD[kind_of(name)](DOCUMENTS[name], "here.yml")


@given(st.sampled_from(sorted(FILES)).flatmap(lambda name: st.tuples(st.just(name), damages(DOCUMENTS[name], VALUES))))
@settings(max_examples=150, deadline=None)
def test_schema_and_loader_agree(drawn: tuple[str, Damage]) -> None:
    agree(*drawn)


@pytest.mark.parametrize("name", [CHECK, CAUSE])
def test_every_field_dropped_or_of_another_type(name: str) -> None:
    for field in DOCUMENTS[name]:
        agree(name, Damage((field,), "drop"))
        for value in VALUES:
            agree(name, Damage((field,), "replace", value))


CONDITIONS: list[Any] = [
    {"path": "a", "one_of": []}, {"path": "a", "one_of": [1, "b", True]}, {"path": "a", "one_of": [[1]]}, {"path": "a", "at_least": True},
    {"path": "a", "at_least": 1.5},
    {"path": "a", "matches": ""}, {"path": "a", "matches": "x" * 201}, {"path": "a", "matches": "*"}, {"path": "a", "absent": 1}, {"path": "a", "eq": None},
    {"path": "a", "contains": "x"}, {"path": "a", "contains": ["x"]}, {"path": "a", "before": "now"}, {"path": "a", "after": {"now_plus_days": 36501}},
    {"path": "a", "after": {"now_plus_days": -36500}}, {"path": "a", "after": {"now_plus_days": True}}, {"path": "a", "after": {}}, {"path": "a..b", "eq": 1},
    {"path": "a-b_C.9", "eq": 1}, {"path": "a" * 201, "eq": 1}, {"path": "a", "eq": 1, "ne": 2}, {"path": "a", "regex": "x"}, {"eq": 1}, {"all": []},
    {"any": [{}]},
    {"not": {"path": "a", "eq": 1}}, {"not": []}, {"all": [{"path": "a", "eq": 1}], "any": [{"path": "a", "eq": 1}]}, {"all": {"path": "a", "eq": 1}},
]  # fmt: skip


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda condition: json.dumps(condition)[:50])
def test_conditions(condition: Any) -> None:
    agree(CHECK, Damage(("expect",), "replace", condition))
    agree(CHECK, Damage(("applies_when",), "replace", condition))
    agree(CAUSE, Damage(("evidence", 0, "when"), "replace", condition))


CASES: list[Any] = [
    {"name": "n"}, {"outcome": "pass"}, {"name": "", "outcome": "pass"}, {"name": "n", "outcome": "waived"}, {"name": "n", "outcome": "not_applicable"},
    {"name": "n", "rank": "certain"}, {"name": "n", "rank": "none"}, {"name": "n", "outcome": "pass", "rank": "none"},
    *({"name": "n", "outcome": "pass", **more} for more in (
        {"from": "../etc/passwd"}, {"from": "healthy"}, {"from": ""}, {"set": {"a.b": None}}, {"set": {"a b": 1}}, {"set": []}, {"set": {"a": {"b": [1.5]}}},
        {"copy": {"a.b": "c.d"}}, {"copy": {"a": 1}}, {"copy": {"a": ".."}}, {"status": {"os": "ok"}}, {"status": {"os": "failed"}}, {"status": "error"},
        {"at": "2026-11-20"}, {"at": "2026-11-20T00:00:00Z"}, {"at": 1}, {"unreachable": True}, {"unreachable": False}, {"unreachable": 1}, {"extra": 1},
        {"not_asked": ["inside"]}, {"not_asked": ["outside", "inside"]}, {"not_asked": []}, {"not_asked": ["inside", "inside"]}, {"not_asked": "inside"},
        {"not_asked": ["client"]}, {"not_asked": [1]}, {"not_asked": [None]},
    )),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: json.dumps(case)[:60])
def test_cases(case: Any) -> None:
    agree(CHECK, Damage(("tests",), "replace", [case]))
    agree(CAUSE, Damage(("tests",), "replace", [case]))


TEXTS = (
    "{{ lookup('pipe', 'id') }}", "{% for x in y %}", "{a.b", "a.b}", "{}", "{a..b}", "{a b}", "{a!r:>{w}}", "{a.b} and {c}", " {a.b} ", "{a.b}\n", "no brace",
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "place", "value"),
    [
        (CHECK, ("id",), "nodot"), (CHECK, ("id",), "Upper.case"), (CHECK, ("id",), "a.b.c"), (CHECK, ("id",), " a.b "), (CHECK, ("needs",), []),
        (CHECK, ("needs",), ["registry"]),
        (CHECK, ("needs",), ["client"]), (CHECK, ("evidence",), ["a..b"]), (CHECK, ("title",), " \n "), (CHECK, ("title",), "x" * 2000),
        (CHECK, ("remedy",), "x" * 101),
        (CHECK, ("references",), [{"title": "t", "url": "http://example.com"}]), (CHECK, ("references",), [{"title": "t", "url": "https://example.com"}]),
        (CHECK, ("references",), [{"title": "t", "url": ""}]), (CHECK, ("references",), [{"url": "https://example.com"}]),
        (CHECK, ("references",), [{"title": "t"}] * 101),
        (CHECK, ("schema",), "rdpops.health/check/2"), (CAUSE, ("schema",), "rdpops.health/check/1"), (CAUSE, ("id",), "c05"), (CAUSE, ("id",), "X"),
        (CAUSE, ("id",), "Corp.x_1"),
        (CAUSE, ("evidence",), []), (CAUSE, ("explains",), []), (CAUSE, ("explains",), [""]), (CAUSE, ("restart",), "soon"), (CAUSE, ("remedy",), ""),
        *((CHECK, (field,), text) for field in ("pass_text", "fail_text") for text in TEXTS), *((CAUSE, ("evidence", 0, "text"), text) for text in TEXTS),
    ],
)  # fmt: skip
def test_places_that_chance_seldom_meets(name: str, place: tuple[Any, ...], value: Any) -> None:
    agree(name, Damage(place, "replace", value))


def test_a_cause_needs_something_that_speaks_for_it() -> None:
    only_against = [item for item in DOCUMENTS[CAUSE]["evidence"] if item["speaks"] != "for"]
    agree(CAUSE, Damage(("evidence",), "replace", only_against))
    assert "speaks for" in (refusal("causes", {**DOCUMENTS[CAUSE], "evidence": only_against}) or "")


def test_a_cause_says_what_settles_it_one_way_or_the_other() -> None:
    silent = {name: value for name, value in DOCUMENTS[CAUSE].items() if name not in ("settles", "by_hand")}
    assert refusal("causes", silent) == "here.yml: settles or by_hand must say what settles it"
    assert [refusal("causes", {**silent, name: "Look"}) for name in ("settles", "by_hand")] == [None, None]
    agree(CAUSE, Damage(("settles",), "drop"))


@pytest.mark.parametrize(
    ("kind", "name", "changes", "sentence"),
    [
        ("checks", CHECK, {"colour": "red"}, "here.yml: the field 'colour' is unknown"),
        ("checks", CHECK, {"severity": "fatal"}, "here.yml: severity is 'fatal', it must be one of critical, high, medium, low, info"),
        ("checks", CHECK, {"severity": ["high"]}, "here.yml: severity is ['high'], it must be one of critical, high, medium, low, info"),
        ("checks", CHECK, {"title": 7}, "here.yml: title must be text of 1 to 2000 characters"),
        ("checks", CHECK, {"expect": None}, "here.yml: expect must be a condition"),
        (
            "checks",
            CHECK,
            {"schema": "rdpops.health/check/2"},
            "here.yml: schema is 'rdpops.health/check/2'; this version of the collection reads 'rdpops.health/check/1'",
        ),
        ("causes", CAUSE, {"evidence": [{}]}, "here.yml: evidence[0]: the field 'when' is missing"),
        (
            "causes",
            CAUSE,
            {"tests": [{"name": "n", "rank": "sure"}]},
            "here.yml: tests[0]: rank is 'sure', it must be one of certain, likely, possible, ruled_out, none",
        ),
    ],
)
def test_sentences(kind: str, name: str, changes: Any, sentence: str) -> None:
    assert refusal(kind, {**DOCUMENTS[name], **changes}) == sentence


@pytest.mark.parametrize("document", [None, [], "x", {1: 2}, {"id": "a.b"}])
def test_what_is_no_mapping_of_names(document: Any) -> None:
    for kind in BUILD:
        assert refusal(kind, document)


def test_what_yaml_can_hold_and_json_cannot(tmp_path: Path) -> None:
    for value in (float("nan"), float("inf"), b"x", {1: 2}, {("a",): 1}):
        case = {"name": "n", "outcome": "pass", "set": {"a.b": [value]}}
        assert "see docs/checks.md" in (refusal("checks", {**DOCUMENTS[CHECK], "tests": [case]}) or "")
    assert refusal("checks", {**DOCUMENTS[CHECK], "expect": {"path": "a", "at_least": float("nan")}})


def test_texts_are_kept_without_blanks_around_them() -> None:
    check = build_check({**DOCUMENTS[CHECK], "title": "  T \n"}, "x")
    assert (check.title, check.source, check.floor, check.needs) == ("T", "x", "nla", ("listener",))
    bare = {
        name: value for name, value in DOCUMENTS[CHECK].items() if name not in ("evidence", "remedy", "floor", "restart", "references", "tests", "applies_when")
    }
    made = build_check(bare, "x")
    assert (made.evidence, made.remedy, made.floor, made.restart.value, made.references, made.tests, made.applies_when) == (
        (),
        None,
        None,
        "none",
        (),
        (),
        None,
    )


AUDIT: list[tuple[dict[str, Any], bool]] = [
    ({"profiles": ["outage", "early_warning"]}, True), ({"profiles": ["outage", "outage"]}, False), ({"profiles": ["other"]}, False),
    ({"profiles": "outage"}, False),
    ({"ids": {"cce": ["CCE-36627-8"], "cis": ["18.10.57.3.9.4"]}}, True), ({"ids": {"stig": ["V-254365"], "az_win": ["AZ-WIN-00149"]}}, True),
    ({"ids": {}}, True),
    ({"ids": {"cce": []}}, False), ({"ids": {"cis": ["18"]}}, False), ({"ids": {"cis": ["18.10 Require"]}}, False), ({"ids": {"other": ["1.1"]}}, False),
    ({"ids": {"cce": "CCE-36627-8"}}, False),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "fits"), AUDIT)
def test_profiles_and_numbers_elsewhere(fields: dict[str, Any], fits: bool) -> None:
    document = {**DOCUMENTS[CHECK], **fields}
    assert (refusal("checks", document) is None) is VALIDATORS["checks"].is_valid(document) is fits
    if fits:
        built = build_check(document, "here.yml")
        assert list(built.profiles) == document["profiles"]
        assert {name: list(numbers) for name, numbers in built.ids.items()} == document["ids"]


EVENTS: list[tuple[Any, bool]] = [
    ([], True), ([{"event": "rcm 1058"}], True), ([{"event": "rcm 1058", "properties": ["a", ""], "time": "2026-11-20T06:00:00Z", "times": 100}], True),
    ([{"event": "security 4625", "properties": {"status": "1"}}], True),
    ({}, False), ([{}], False), ([{"event": "rcm"}], False), ([{"event": 1058}], False), ([{"event": "RCM 1058"}], False),
    ([{"event": "rcm 1058", "id": 1}], False),
    ([{"event": "rcm 1058", "properties": [1]}], False), ([{"event": "rcm 1058", "properties": {"a": 1}}], False),
    ([{"event": "rcm 1058", "properties": "a"}], False),
    ([{"event": "rcm 1058", "time": "now"}], False), ([{"event": "rcm 1058", "times": 0}], False), ([{"event": "rcm 1058", "times": 101}], False),
    ([{"event": "rcm 1058", "times": True}], False), ([{"event": "rcm 1058"}] * 101, False),
]  # fmt: skip


@pytest.mark.parametrize("kind", list(BUILD))
@pytest.mark.parametrize(("events", "fits"), EVENTS)
def test_events_of_a_case(kind: str, events: Any, fits: bool) -> None:
    document = DOCUMENTS[CHECK if kind == "checks" else CAUSE]
    document = {**document, "tests": [{**document["tests"][0], "events": events}]}
    assert (refusal(kind, document) is None) is VALIDATORS[kind].is_valid(document) is fits
