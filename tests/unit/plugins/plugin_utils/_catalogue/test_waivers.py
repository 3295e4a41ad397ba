# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Waivers as people write them: every fault is one sentence with its place."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.waivers import (
    MAX_BYTES,
    SCHEMA,
    WaiverError,
    build_waivers,
    checked_waivers,
    read_waiver_file,
)

GOOD: dict[str, Any] = {
    "id": "W-1", "reason": "The lab has no domain.", "owner": "lab@example.com", "ticket": "CHG-7", "start": "2026-11-01", "expiry": "2027-01-31",
    "scope": {"hosts": ["lab-*"], "groups": ["lab"], "checks": ["listener.nla_required"], "fingerprints": ["0123456789abcdef"]},
}  # fmt: skip
TEXT = """
- id: W-1
  reason: The lab has no domain.
  owner: lab@example.com
  ticket: CHG-7
  start: 2026-11-01
  expiry: 2027-01-31T12:00:00Z
  scope: {checks: [listener.nla_required]}
"""


def refusal(document: Any) -> str:
    with pytest.raises(WaiverError) as caught:
        checked_waivers(document, "w.yml")
    return str(caught.value)


def test_the_schema_is_a_schema() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$id"].endswith("/docs/schemas/waivers.schema.json")


def test_a_waiver_is_built() -> None:
    (waiver,) = build_waivers(checked_waivers([GOOD], "w.yml"))
    assert (waiver.id, waiver.owner, waiver.hosts, waiver.groups) == ("W-1", "lab@example.com", ("lab-*",), ("lab",))
    assert (waiver.checks, waiver.fingerprints) == (("listener.nla_required",), ("0123456789abcdef",))
    assert (waiver.starts, waiver.expires) == (datetime(2026, 11, 1, tzinfo=timezone.utc), datetime(2027, 1, 31, tzinfo=timezone.utc))


@pytest.mark.parametrize("start", [date(2026, 11, 1), datetime(2026, 11, 1), datetime(2026, 11, 1, tzinfo=timezone.utc), "2026-11-01T00:00:00Z"])
def test_a_day_written_without_quotes_is_a_day(start: Any) -> None:
    (waiver,) = build_waivers(checked_waivers([{**GOOD, "start": start}], "w.yml"))
    assert waiver.starts == datetime(2026, 11, 1, tzinfo=timezone.utc)


@pytest.mark.parametrize("name", ["w.yml", "w.json"])
def test_a_file(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(json.dumps([GOOD], indent="\t") if name.endswith("json") else TEXT, encoding="utf-8")
    (waiver,) = build_waivers(checked_waivers(read_waiver_file(path), name))
    assert waiver.id == "W-1"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        *(({name: None}, f"w.yml: [0].{name}: found null, expected ") for name in GOOD),
        ({"id": "a b"}, "w.yml: [0].id: found \"a b\", expected a name of 1 to 64 letters, digits and . _ -, of its own for every waiver"),
        ({"reason": " "}, "w.yml: [0].reason: found \" \", expected text of 1 to 500 characters that says why this is accepted"),
        ({"start": "tomorrow"}, "w.yml: [0].start: found \"tomorrow\", expected a day such as 2026-11-20, or a time in UTC such as 2026-11-20T08:15:30Z"),
        ({"start": "2026-02-30"}, "w.yml: [0] (W-1): start is '2026-02-30', and there is no such day or time"),
        ({"expiry": "2026-11-01"}, "w.yml: [0] (W-1): expiry is not after start"),
        ({"expiry": "2027-11-02"}, "w.yml: [0] (W-1): expiry is more than 365 days after start; accept it for a year at most, and then anew"),
        ({"colour": "red"}, "w.yml: [0]: the field 'colour' is unknown"),
        ({"scope": {"host": ["x"]}}, "w.yml: [0].scope: the field 'host' is unknown"),
        ({"scope": {"hosts": []}}, "w.yml: [0].scope.hosts: found [], expected a list of 1 to 1000 texts"),
        ({"scope": {"hosts": "x"}}, "w.yml: [0].scope.hosts: found \"x\", expected a list of 1 to 1000 "),
        ({"scope": {"checks": ["Nla"]}}, "w.yml: [0].scope.checks[0]: found \"Nla\", expected the id of a check, such as listener.nla_required"),
        ({"scope": {"fingerprints": ["x"]}}, "w.yml: [0].scope.fingerprints[0]: found \"x\", expected a fingerprint of 16 hexadecimal digits"),
    ],
)  # fmt: skip
def test_faults(changes: dict[str, Any], sentence: str) -> None:
    assert refusal([{**GOOD, **changes}]).startswith(sentence)


@pytest.mark.parametrize("field", list(GOOD))
def test_a_missing_field_is_named(field: str) -> None:
    assert refusal([{name: value for name, value in GOOD.items() if name != field}]) == f"w.yml: [0]: the field {field!r} is missing"


@pytest.mark.parametrize("document", [None, {}, "x", [None], ["x"], {"waivers": [GOOD]}])
def test_what_is_no_list_of_waivers(document: Any) -> None:
    assert "expected a " in refusal(document)


def test_a_year_is_allowed_and_an_id_stands_once() -> None:
    assert checked_waivers([{**GOOD, "expiry": "2027-11-01"}], "w.yml")
    assert checked_waivers([], "w.yml") == []
    assert refusal([GOOD, GOOD]) == "w.yml: [1] (W-1): the id stands twice"


@pytest.mark.parametrize(
    ("start", "expiry", "allowed"),
    [
        ("2026-11-01", "2027-11-01", True), ("2026-11-01", "2027-11-02", False), ("2026-11-01", "2027-11-01T00:00:01Z", False),
        ("2026-11-01T12:00:00Z", "2027-11-01T12:00:00Z", True), ("2026-11-01T12:00:00Z", "2027-11-01T12:00:01Z", False),
        # A leap day takes one off: 365 days, never a year of 366
        ("2027-03-01", "2028-02-29", True), ("2027-03-01", "2028-03-01", False),
        ("2026-11-01", "2026-11-01", False), ("2026-11-01", "2026-11-01T00:00:01Z", True), ("2026-11-02", "2026-11-01", False),
        ("2099-01-01", "2099-12-31", True),
    ],
)  # fmt: skip
def test_the_longest_and_the_shortest(start: str, expiry: str, allowed: bool) -> None:
    document = [{**GOOD, "start": start, "expiry": expiry}]
    if allowed:
        assert checked_waivers(document, "w.yml") == document
    else:
        assert "is more than 365 days after start" in refusal(document) or "is not after start" in refusal(document)


@pytest.mark.parametrize("scope", [{"checks": ["listener.*"]}, {"checks": ["*"]}, {"profiles": ["outage"]}])
def test_a_check_is_named_whole(scope: dict[str, Any]) -> None:
    assert refusal([{**GOOD, "scope": scope}]).startswith("w.yml: [0].scope")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [("w.yml", b"- id: [", "is not YAML"), ("w.json", b"{", "is not JSON"), ("w.json", b"\xff", "is not JSON"), ("w.yml", b"- &a x\n- *a", "YAML alias")],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(WaiverError, match=words):
        read_waiver_file(path)


@pytest.mark.parametrize("name", ["w.yml", "w.json"])
def test_files_that_are_not_there_or_too_large(tmp_path: Path, name: str) -> None:
    with pytest.raises(WaiverError, match="cannot be read"):
        read_waiver_file(tmp_path / name)
    (tmp_path / name).write_bytes(b" " * (MAX_BYTES + 1))
    with pytest.raises(WaiverError, match="is larger than 1024 KiB"):
        read_waiver_file(tmp_path / name)


@pytest.mark.parametrize(
    "moment", [datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=10))), datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone(-timedelta(hours=10)))]
)
def test_a_time_outside_the_calendar_is_told(moment: datetime) -> None:
    for field in ("start", "expiry"):
        with pytest.raises(WaiverError):
            build_waivers(checked_waivers([{**GOOD, field: moment}], "w.yml"))
