# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The page about bundles, and the words of the probe's schema: what they say is what the code does, and their examples run."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.module_utils._rdp._document import to_json
from ansible_collections.rdpops.health.plugins.module_utils._rdp._result import ConnectionRecord, Offer, Outcome, ProbeResult, Step, StepName, Tls
from ansible_collections.rdpops.health.plugins.module_utils._rdp._signatures import SIGNATURES
from ansible_collections.rdpops.health.plugins.module_utils._rdp._verdict import DEFAULT_REQUESTS, judge
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.contradictions import COMPARISONS
from ansible_collections.rdpops.health.plugins.plugin_utils._core.diagnose import diagnose
from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import Rank
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.load import load_bundle
from ansible_collections.rdpops.health.plugins.plugin_utils._workshop.matrix import facts_with

from tests.support.host_states import CATALOGUE
from tests.support.optional import REPOSITORY
from tests.support.rdp_records import TARGET, fail, record, rsp
from tests.support.schemas import bundle_validator, published_schema

PAGE = (REPOSITORY / "docs" / "bundle.md").read_text(encoding="utf-8")
PROBE = published_schema("probe")
EXAMPLE, VALIDATION = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
DOCUMENT: dict[str, Any] = json.loads((REPOSITORY / "demo" / "bundles" / "rds-healthy.json").read_text(encoding="utf-8"))
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def rows_below(heading: str) -> list[list[str]]:
    """Return the cells of the table with this heading."""
    table = PAGE.split(heading)[1].split("\n\n")[0]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines()[2:]]


ANSWERS = rows_below("| to 11 | to 1 | to 0 |")
TOGETHER = rows_below("| if this changes | these change with it |")


@pytest.mark.parametrize("row", ANSWERS, ids=" | ".join)
def test_three_answers_come_to_what_the_table_says(row: list[str]) -> None:
    answers = [None if cell == "none" else fail(int(cell.removeprefix("failure "))) if " " in cell else rsp(int(cell)) for cell in row[:3]]
    verdict = judge(TARGET, [record(requested, answer) for requested, answer in zip(DEFAULT_REQUESTS, answers, strict=True)])
    assert [f"{standing.value} {verdict.protocols_rest_on[protocol]}" for protocol, standing in verdict.protocols.items()] == row[3:7]
    assert verdict.nla.value == row[7]


def test_every_field_of_a_probe_is_named() -> None:
    table = PAGE.split("## The probe\n")[1].split("| field | content |")[1].split("\n\n")[0]
    named = [name for row in table.splitlines()[2:] for name in re.findall(r"`(\w+)`", row.split("|")[1])]
    assert sorted(named) == sorted(PROBE["properties"].keys() - {"schema"})


def described(name: str) -> str:
    return str(PROBE["properties"][name]["description"])


def test_the_signatures_are_the_closed_list() -> None:
    assert tuple(re.findall(r"`(\w+)`:", described("signatures"))) == SIGNATURES


def broken_by_tls13() -> list[ConnectionRecord]:
    """Return the connections of a host that resets when TLS 1.3 is offered: refused, without it, refused again."""
    start = (Step(StepName.CONNECT, Outcome.OK, 1), Step(StepName.NEGOTIATE, Outcome.OK, 1))
    cut, works = Tls(Outcome.RESET), Tls(Outcome.OK, "TLSv1.2", "ECDHE-RSA-AES256-GCM-SHA384", certificate=b"mine", chain=(b"mine",))
    tried = ((Offer.USUAL, cut), (Offer.UP_TO_TLS12, works), (Offer.USUAL, cut))
    return [ConnectionRecord(11, (*start, Step(StepName.TLS, tls.outcome, 1)), rsp(8), tls, offer=offer) for offer, tls in tried]


def test_what_the_schema_says_of_a_reset_by_tls13() -> None:
    records = broken_by_tls13()
    told = to_json(ProbeResult(TARGET, "controller", "2026-11-20T08:15:30Z", tuple(records), judge(TARGET, records)))
    assert (told["symptom"], told["ended_at"], told["rests_on"]["symptom"]) == ("tls13_reset", "tls", 2)
    assert (told["tls"]["outcome"], told["tls"]["version"], told["tls"]["cipher"]) == ("reset", None, None)
    assert told["tls"]["certificate"] is not None
    assert (told["retried"]["offer"], told["retried"]["version"]) == ("up_to_tls12", "TLSv1.2")
    assert "as with `tls13_reset`: `tls`" in described("ended_at")
    assert "With `tls13_reset` the outcome is thus `reset` or `closed`, version and cipher are null" in PROBE["$defs"]["tls"]["description"]


PLACES = sorted({place for row in TOGETHER for cell in row for place in re.findall(r"`([a-z_]+(?:\.\w+)+)`", cell)})


@pytest.mark.parametrize("place", PLACES)
def test_every_place_that_is_named_is_there(place: str) -> None:
    """Given a place of the table, then a host of the demo has it: a fact of a subset, or a part of the bundle."""
    first, *rest = place.split(".")
    value = DOCUMENT[first] if first in DOCUMENT else DOCUMENT["snapshot"]["subsets"][first]["data"]
    for name in rest:
        value = value[name]


def test_the_contradictions_are_counted() -> None:
    assert f"tells {NUMBERS[len(COMPARISONS)]} such contradictions" in PAGE


@pytest.fixture(scope="module")
def mine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the bundle that the example of the page writes."""
    folder = tmp_path_factory.mktemp("mine")
    for name in ("demo", "docs"):
        (folder / name).symlink_to(REPOSITORY / name)
    subprocess.run([sys.executable, "-c", EXAMPLE], cwd=folder, check=True)
    return folder / "mine.json"


def test_the_example_is_a_bundle_that_agrees_with_itself(mine: Path) -> None:
    bundle_validator().validate(json.loads(mine.read_text(encoding="utf-8")))
    facts = facts_with(load_bundle(mine), "full")
    assert facts.document["derived"]["contradictions"]["count"] == 0
    first = diagnose(facts, CATALOGUE.causes)[0]
    assert (first.cause.id, first.rank) == ("C18", Rank.CERTAIN)


@pytest.mark.parametrize("left_out", ["ports", "probe"])
def test_what_is_left_out_of_the_example_contradicts_it(mine: Path, left_out: str) -> None:
    """Given the example without one of the changes, then the facts say that they do not fit."""
    changed = json.loads(mine.read_text(encoding="utf-8"))
    if left_out == "probe":
        changed["probe"] = DOCUMENT["probe"]
    else:
        changed["snapshot"]["subsets"]["ports"] = DOCUMENT["snapshot"]["subsets"]["ports"]
    path = mine.with_name(f"{left_out}.json")
    path.write_text(json.dumps(changed), encoding="utf-8")
    assert facts_with(load_bundle(path), "full").document["derived"]["contradictions"]["count"] > 0


def test_the_lines_that_validate_find_a_fault_and_nothing_else(mine: Path) -> None:
    wrong = mine.with_name("wrong.json")
    wrong.write_text(mine.read_text(encoding="utf-8").replace('"connect_refused"', '"refused_it"'), encoding="utf-8")
    for path, fault in ((mine, ""), (wrong, "$.probe")):
        told = subprocess.run([sys.executable, "-c", VALIDATION, path.name], cwd=mine.parent, check=True, capture_output=True, text=True)
        assert told.stderr == ""
        assert told.stdout.startswith(fault) if fault else told.stdout == ""


def test_the_command_of_the_page_reads_it(mine: Path) -> None:
    command = [sys.executable, str(REPOSITORY / "tools" / "catalogue"), "facts", mine.name, "derived.contradictions"]
    assert " ".join(command[2:]) in PAGE
    told = subprocess.run(command, cwd=mine.parent, check=True, capture_output=True, text=True)
    assert "derived.contradictions.count" in told.stdout


def test_each_schema_is_called_after_its_file() -> None:
    for path in (REPOSITORY / "docs" / "schemas").glob("*.json"):
        schema = json.loads(path.read_text(encoding="utf-8"))
        assert schema["$id"] == f"https://github.com/rdpops/rdpops.health/blob/main/docs/schemas/{path.name}"
