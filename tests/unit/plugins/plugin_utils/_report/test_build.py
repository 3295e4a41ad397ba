# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The canonical report of a host: what goes in comes out, and whatever goes in the schema holds."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

import jsonschema
import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core import model
from ansible_collections.rdpops.health.plugins.plugin_utils._core.judge import judge
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.build import build_facts
from ansible_collections.rdpops.health.plugins.plugin_utils._report.build import canonical_bytes, document_of, host_report
from ansible_collections.rdpops.health.plugins.plugin_utils._report.html import host_page
from ansible_collections.rdpops.health.tests.support.page_check import read_page
from ansible_collections.rdpops.health.tests.support.sample_hosts import expired, firewall, healthy, no_winrm
from ansible_collections.rdpops.health.tests.support.sample_parts import ERROR_CODE, NOW, RUN
from ansible_collections.rdpops.health.tests.support.sample_reports import reports
from ansible_collections.rdpops.health.tests.support.schemas import published_schema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.host_states import CATALOGUE, base_document, host

SCHEMA = jsonschema.Draft202012Validator(published_schema("report-host"))
TEXT = st.text(max_size=40) | st.sampled_from(["</script><img src=x onerror=alert(1)>", "\u202e\u2066", "\x00", "x" * 5000, "\ud800", "' \" & <"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
MAPPING = st.dictionaries(TEXT, JSON, max_size=3)
HEX = st.text("0123456789abcdef", min_size=16, max_size=16)


def some(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, max_size=2).map(tuple)


REFERENCE = st.builds(model.Reference, TEXT, TEXT)
OBSERVATION = st.builds(model.Observation, TEXT, JSON, TEXT, st.booleans())
RESTART = st.sampled_from(model.RestartClass)
IMPACT = st.sampled_from(model.Impact)
CHECK = st.builds(
    model.Check,
    id=TEXT, title=TEXT, why=TEXT, severity=st.sampled_from(model.Severity), impact=IMPACT, needs=st.just(()), applies_when=st.none(),
    expect=st.just({}), fail_text=TEXT, pass_text=TEXT, remedy=st.none() | TEXT, restart=RESTART, references=some(REFERENCE),
    evidence=st.just(()), floor=st.none(), tests=st.just(()), source=TEXT,
)  # fmt: skip
FINDING = st.builds(model.Finding, CHECK, st.sampled_from(model.Outcome), TEXT, some(OBSERVATION), HEX)
RULE = st.builds(model.EvidenceRule, TEXT, st.sampled_from(model.View), TEXT, st.sampled_from(model.Speaks), st.sampled_from(model.Strength), st.just({}), TEXT)
EVIDENCE = st.builds(model.Evidence, RULE, st.sampled_from([True, None]), TEXT, some(OBSERVATION))
CAUSE = st.builds(
    model.Cause,
    id=TEXT, name=TEXT, title=TEXT, explanation=TEXT, impact=IMPACT, evidence=st.just(()), settles=TEXT, remedy=st.none() | TEXT, restart=RESTART, advice=TEXT,
    explains=st.just(()), references=some(REFERENCE), tests=st.just(()), source=TEXT,
)  # fmt: skip
RANKED = st.builds(model.RankedCause, CAUSE, st.sampled_from(model.Rank), st.integers(-9, 9), some(EVIDENCE), some(EVIDENCE), some(EVIDENCE), TEXT)
OPERATION = st.builds(model.Operation, TEXT, TEXT, MAPPING, MAPPING, MAPPING, st.booleans(), st.sampled_from(model.Risk), RESTART, TEXT)
PLAN = st.builds(
    model.Plan,
    some(OPERATION),
    some(st.builds(model.Refusal, TEXT, TEXT, TEXT, TEXT)),
    RESTART,
    HEX,
    st.dictionaries(TEXT, st.sampled_from(model.Outcome), max_size=2),
)
JUDGEMENT = st.builds(
    model.Judgement, TEXT, st.sampled_from(model.Verdict), TEXT, some(FINDING), some(RANKED), PLAN, st.dictionaries(st.sampled_from(["nla", "tls", "x"]), TEXT),
    complaint=TEXT,
)  # fmt: skip

WORD = st.sampled_from(["ok", "tls", "connect", "required", "refused", "complete", "failure", "response"]) | JSON
STEP = st.fixed_dictionaries({}, optional={"step": WORD, "outcome": WORD, "ms": JSON, "detail": JSON})
ANSWER = st.none() | JSON | st.fixed_dictionaries({}, optional={"kind": WORD, "selected": JSON, "code": JSON, "code_name": JSON, "flag_names": JSON})
CONNECTION = JSON | st.fixed_dictionaries({}, optional={"requested": JSON, "steps": st.lists(STEP | JSON, max_size=2) | JSON, "answer": ANSWER})
PROBE = JSON | st.fixed_dictionaries(
    {},
    optional={
        "target": MAPPING | JSON,
        "connections": st.lists(CONNECTION, max_size=2) | JSON,
        "ended_at": WORD,
        "nla": WORD,
        "protocols": MAPPING,
        "tls": MAPPING | JSON,
        "sentence": JSON,
    },
)
DOCUMENT = st.fixed_dictionaries(
    {},
    optional={"probe": PROBE, "os": MAPPING | JSON, "derived": JSON | st.fixed_dictionaries({"served_certificate": MAPPING}), "views": JSON, "services": JSON},
)
FACTS = st.builds(lambda document, gaps: model.Facts("h", NOW, document, gaps), DOCUMENT, st.dictionaries(TEXT, TEXT, max_size=3))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(JUDGEMENT, FACTS, st.none() | st.just(ERROR_CODE) | MAPPING)
def test_any_judgement_and_any_facts_fit_the_schema_and_can_be_drawn(judgement: model.Judgement, facts: model.Facts, error_code: dict[str, Any] | None) -> None:
    # Given facts of any shape, when they are reported, then the report is valid, survives the disk, and draws as one well-formed page.
    report = host_report(judgement, facts, RUN, error_code=error_code)
    again = document_of(canonical_bytes(report))
    SCHEMA.validate(again)
    line = {**report["host"], "verdict": report["verdict"], "sentence": "s", "complaint": report["complaint"], "page": None}
    page = read_page(host_page(line, again))
    assert page.faults == []
    assert "cannot be drawn" not in "".join(page.text)


@pytest.mark.parametrize("report", list(reports()), ids=lambda report: report["host"]["name"])
def test_each_sample_fits_the_schema(report: dict[str, Any]) -> None:
    SCHEMA.validate(json.loads(canonical_bytes(report)))


def test_the_schema_is_strict() -> None:
    # Given a valid report, when a field is added or a word is new, then it is valid no more.
    report = next(iter(reports()))
    assert SCHEMA.is_valid(report)
    assert not SCHEMA.is_valid({**report, "extra": 1})
    assert not SCHEMA.is_valid({**report, "verdict": "fine"})
    jsonschema.Draft202012Validator.check_schema(published_schema("report-host"))


def test_the_views_say_what_could_be_looked_at() -> None:
    judgement, facts = no_winrm()[:2]
    views = host_report(judgement, facts, RUN)["views"]
    assert views["inside"] == {"status": "unreachable", "detail": "the host could not be read: the WinRM connection to port 5986 timed out"}
    assert views["outside"]["status"] == "ok"
    assert views["client"]["status"] == "not_asked"


@pytest.mark.parametrize(
    ("case", "status", "detail"),
    [
        ({"error": "0x904/0x7"}, "code_only", ""),
        ({"client": {}}, "ok", ""),
        ({"client": {}, "error": "0x904/0x7"}, "ok", ""),
        (
            {"client": {}, "client_status": {"client_policy": "denied"}, "error": "0x904/0x7"},
            "partial",
            "not read: client.client_policy (access to client_policy was denied on the client: as the case wants it)",
        ),
        ({}, "not_asked", "the client view was not asked for"),
    ],
)
def test_the_view_of_the_client_says_what_was_really_seen(case: dict[str, Any], status: str, detail: str) -> None:
    facts = host(**case)
    report = host_report(judge(facts, CATALOGUE), facts, RUN)
    assert report["views"]["client"] == {"status": status, "detail": detail}
    SCHEMA.validate(report)


@pytest.mark.parametrize("code", [{}, {"error_code": ERROR_CODE}])
def test_a_client_that_could_not_be_looked_at_is_told_with_the_reason_whether_or_not_a_code_was_typed(code: dict[str, Any]) -> None:
    bundle = base_document()
    facts = build_facts("rds01", NOW, snapshot=bundle["snapshot"], probe=bundle["probe"], client=code or None, client_missing="asleep")
    judged = judge(facts, CATALOGUE)
    assert host_report(judged, facts, RUN)["views"]["client"] == {"status": "failed", "detail": "asleep"}
    # and so it is in the sentence, and behind each check that looks at a client
    assert "could not look: asleep" in judged.sentence
    reasons = {finding.check.id: finding.reason for finding in judged.findings if finding.check.id.startswith("client.") and finding.outcome.value == "unknown"}
    assert len(reasons) >= 6
    assert set(reasons.values()) == {"could not look: asleep"}


def test_a_subset_that_was_denied_makes_the_inside_view_partial() -> None:
    judgement, facts = healthy()[:2]
    denied = model.Facts(facts.host, facts.now, facts.document, {**facts.gaps, "key_store": "access to key_store was denied"})
    assert host_report(judgement, denied, RUN)["views"]["inside"] == {"status": "partial", "detail": "not readable: key_store"}


def test_gaps_with_one_reason_share_a_line_and_what_follows_is_not_repeated() -> None:
    judgement, facts = healthy()[:2]
    gaps = {
        "logon": "logon was not read: not_built",
        "os": "gone",
        "tls": "gone",
        "derived.tls": "gone",
        "derived.served_certificate": "no certificate was seen",
        "avd": "avd does not apply to this host",
        "events": "events was not read: not_built",
        "client": "the client view was not asked for",
        "client_policy": "client_policy was not read: not_asked",
    }
    unknown = host_report(judgement, model.Facts(facts.host, NOW, {}, gaps), RUN)["unknown"]
    assert [(entry["what"], entry["why"]) for entry in unknown] == [
        ("os, tls", "gone"),
        ("served_certificate", "no certificate was seen"),
        ("logon, events, client_policy", "it was not asked for when the host was read"),
        ("client", "the client view was not asked for"),
    ]


def test_before_and_after_of_an_operation_are_its_expect_and_ensure() -> None:
    judgement, facts = expired()[:2]
    first = host_report(judgement, facts, RUN)["plan"]["operations"][0]
    assert first["before"] == {"kind": "REG_DWORD", "value": 4}
    assert first["after"] == {"kind": "REG_DWORD", "value": 3}


def test_an_account_name_is_withheld_everywhere_unless_asked_for() -> None:
    # Given a host whose service runs as somebody, when that name stands in a reason, an observation and an operation, then none shows it.
    judgement, facts = expired()[:2]
    name = "CONTOSO\\j.doe"
    document = {**facts.document, "services": {"TermService": {"ObjectName": {"path": "x", "value": name, "kind": "REG_SZ"}}}}
    finding = model.Finding(judgement.findings[0].check, model.Outcome.FAIL, f"runs as {name}", (model.Observation("p", name, name, True),), "0" * 16)
    operation = model.Operation("o", "k", {"account": name}, {"value": name}, {}, True, model.Risk.LOW, model.RestartClass.NONE, name)
    plan = model.Plan((operation,), (), model.RestartClass.NONE, "0" * 16)
    made = model.Judgement("h", judgement.verdict, f"{name} owns it", (finding,), (), plan, {})
    hidden = canonical_bytes(host_report(made, model.Facts("h", NOW, document, {"os": f"denied to {name}"}), RUN)).decode()
    shown = canonical_bytes(host_report(made, model.Facts("h", NOW, document, {}), RUN, include_names=True)).decode()
    assert "j.doe" not in hidden
    assert "j.doe" in shown


def test_a_host_without_a_probe_has_no_handshake() -> None:
    judgement, facts = firewall()[:2]
    bare = model.Facts(facts.host, facts.now, {}, {"probe": "the outside view was not asked for"})
    assert host_report(judgement, bare, RUN)["handshake"] is None


def test_times_are_utc_without_fractions() -> None:
    judgement = healthy()[0]
    late = model.Facts("h", datetime(2026, 11, 20, 8, 15, 30, 999999, tzinfo=timezone.utc), {}, {})
    assert host_report(judgement, late, RUN)["judged_at"] == "2026-11-20T08:15:30Z"


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff", b'{"schema": "rdpops.health/report-host/2"}'])
def test_bytes_of_another_kind_are_no_report(content: bytes) -> None:
    with pytest.raises(ValueError):
        document_of(content)


def test_windows_11_is_named_although_its_registry_says_10() -> None:
    # Given a host whose registry says "Windows 10" with a build of Windows 11, when it is reported, then the name is the one that people know.
    judgement, facts, dummy = healthy()
    document = {**facts.document, "os": {"product_name": "Windows 10 Enterprise", "build": 26100}}
    report = host_report(judgement, replace(facts, document=document), RUN)
    assert (report["host"]["product"], report["host"]["build"]) == ("Windows 11 Enterprise", 26100)
