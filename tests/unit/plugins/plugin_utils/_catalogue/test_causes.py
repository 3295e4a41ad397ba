# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Our own causes: each case comes true, and the demo fleet is diagnosed as its labels say."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.cases import facts_of_case
from ansible_collections.rdpops.health.plugins.plugin_utils._core.conditions import evaluate_condition
from ansible_collections.rdpops.health.plugins.plugin_utils._core.diagnose import diagnose
from ansible_collections.rdpops.health.plugins.plugin_utils._core.judge import judge
from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import Cause, Facts, Impact, Rank, Speaks, Strength
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.build import build_facts
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.load import load_bundle

from tests.support.host_states import CATALOGUE

DEMO = Path(__file__).parents[5] / "demo"
LABELS: dict[str, Any] = yaml.safe_load((DEMO / "labels.yml").read_text(encoding="utf-8"))["labels"]
CAUSES = [pytest.param(cause, case, id=f"{cause.id}-{case['name']}") for cause in CATALOGUE.causes for case in cause.tests]


@pytest.mark.parametrize(("cause", "case"), CAUSES)
def test_a_case_of_a_cause_comes_true(cause: Cause, case: dict[str, Any]) -> None:
    ranked = diagnose(facts_of_case(case), [cause])
    assert (ranked[0].rank.value if ranked else "none") == case["rank"]
    if "evidence" in case:
        assert {item.rule.id for named in ranked for item in (*named.evidence_for, *named.evidence_against)} == set(case["evidence"])


@pytest.mark.parametrize("cause", CATALOGUE.causes, ids=lambda cause: cause.id)
def test_a_cause_has_the_cases_it_needs(cause: Cause) -> None:
    ranks = {case["rank"] for case in cause.tests}
    assert ranks & ({"possible"} if cause.id in NEVER_SURE else {"certain", "likely"})
    assert cause.id not in NEVER_SURE or not ranks & {"certain", "likely"}
    assert "none" in ranks


@pytest.mark.parametrize("cause", CATALOGUE.causes, ids=lambda cause: cause.id)
def test_evidence_has_ids_of_its_own_and_something_that_can_speak_against(cause: Cause) -> None:
    assert max(Counter(rule.id for rule in cause.evidence).values()) == 1
    strong = [rule for rule in cause.evidence if rule.speaks is Speaks.FOR and rule.strength is Strength.STRONG]
    assert bool(strong) is (cause.id not in NEVER_SURE)
    if cause.impact is Impact.OUTAGE and cause.id not in SETTLED_BY_ONE_LOOK:
        assert any(rule.speaks is not Speaks.FOR for rule in cause.evidence)


def test_every_piece_of_evidence_holds_in_some_case() -> None:
    # Evidence that never holds anywhere is a line that nobody has tried
    states = every_state()
    held = {(cause.id, rule.id) for cause in CATALOGUE.causes for rule in cause.evidence if any(evaluate_condition(rule.when, facts).value for facts in states)}
    lines = {(cause.id, rule.id) for cause in CATALOGUE.causes for rule in cause.evidence}
    assert lines - held == set()


def every_state() -> list[Facts]:
    cases = [case for entry in (*CATALOGUE.checks, *CATALOGUE.causes) for case in entry.tests]
    return [*(facts_of_case(case) for case in [*cases, *EXTRA_CASES]), *(facts_of(name) for name in LABELS)]


# No fact of a host proves them: an old client, a restart that is due, a build in a list.
NEVER_SURE = ("C42", "C44", "C45", "C53", "C57")
SETTLED_BY_ONE_LOOK = ("C38", "C43", "C60")  # a switch or a state that is read, and a name without an address: nothing could speak against it
BINDING = "certificate.bindings.SSLCertificateSHA1Hash"
STORED = {BINDING: "certificate.bindings.SelfSignedCertificate"}
REFUSED = {"probe.symptom": "connect_refused", "probe.ended_at": "connect"}
NO_KEY = [{**entry, "has_private_key": False} for entry in facts_of_case({"name": "n"}).document["certificate"]["stores"]["remote_desktop"]["certificates"]]
EXTRA_CASES: list[dict[str, Any]] = [
    {"name": "custom and expired", "copy": STORED, "at": "2036-01-01T00:00:00Z"},
    {"name": "custom, key unreadable", "copy": STORED, "set": {"key_store.listener_key.sddl": "D:P(A;;FA;;;SY)", "probe.symptom": "tls_closed"}},
    {"name": "malformed, and TLS works", "set": {f"{BINDING}.kind": "REG_SZ", f"{BINDING}.value": "A5B0"}},
    {"name": "malformed, closed in TLS", "set": {f"{BINDING}.kind": "REG_SZ", f"{BINDING}.value": "A5B0", "probe.symptom": "tls_closed"}},
    {"name": "store name, closed in TLS", "set": {"certificate.bindings.SelfSignedCertStore.value": "My", "probe.symptom": "tls_reset"}},
    {"name": "folder, closed", "set": {"key_store.folder.sddl": "D:P", "probe.symptom": "failure_3", "key_store.listener_key.sddl": "D:P"}},
    {
        "name": "clone",
        "set": {"key_store.foreign_files": ["f686aace6942fb7f7ceb231212eef4a4_other"], "key_store.listener_key.size": 0, "probe.symptom": "tls_closed"},
    },
    {"name": "closed everywhere", "set": {"probe.symptom": "tls_closed", "probe.tls.outcome": "closed", "probe.tls.version": None}},
    {"name": "old version", "set": {"probe.tls.version": "TLSv1.1"}},
    {
        "name": "layer zero, legacy",
        "set": {"listener.values.SecurityLayer.local.value": 0, "listener.values.MinEncryptionLevel.local.value": 1, "probe.symptom": "legacy_answer"},
    },
    {"name": "firewall, refused", "set": {"firewall.active_profiles": ["public"], **REFUSED}},
    {
        "name": "policy denies, answers",
        "set": {"listener.values.fDenyTSConnections.policy.kind": "REG_DWORD", "listener.values.fDenyTSConnections.policy.value": 1},
    },
    {"name": "local denies, refused", "set": {"listener.values.fDenyTSConnections.local.value": 1, **REFUSED}},
    {"name": "stopped, answers", "set": {"services.TermService.state": "stopped"}},
    {"name": "SessionEnv off later", "set": {"services.SessionEnv.state": "stopped"}, "at": "2036-01-01T00:00:00Z"},
    {"name": "silence", "set": {"probe.symptom": "connect_timeout", "probe.ended_at": "connect", "probe.tls.outcome": "not_reached"}},
    {"name": "dangling, closed", "set": {f"{BINDING}.kind": "REG_BINARY", f"{BINDING}.value": "/////////////////////////+8=", "probe.symptom": "tls_closed"}},
    {"name": "custom later, SessionEnv off", "copy": STORED, "set": {"services.SessionEnv.state": "stopped"}, "at": "2036-01-01T00:00:00Z"},
    {
        "name": "2016, oracle",
        "set": {"os.build": 14393, "os.ubr": 2248, "credssp.AllowEncryptionOracle.kind": "REG_DWORD", "credssp.AllowEncryptionOracle.value": 2},
    },
    {"name": "custom without key", "copy": STORED, "set": {"certificate.stores.remote_desktop.certificates": NO_KEY}},
    {"name": "NLA required on the wire", "set": {"listener.values.UserAuthentication.local.value": 0, "probe.nla": "required"}},
]


def facts_of(name: str) -> Facts:
    bundle = load_bundle(DEMO / "bundles" / f"{name}.json")
    return build_facts(bundle.host, bundle.collected_at, snapshot=bundle.snapshot, probe=bundle.probe, client=bundle.client, unreachable=bundle.unreachable)


@pytest.mark.parametrize("name", list(LABELS))
def test_the_demo_fleet_is_diagnosed_as_labelled(name: str) -> None:
    wanted = LABELS[name]["causes"]
    ranked = diagnose(facts_of(name), CATALOGUE.causes)
    sure = [item.cause.id for item in ranked if item.rank in (Rank.CERTAIN, Rank.LIKELY)]
    assert ranked == () or not wanted or ranked[0].cause.id in wanted
    assert set(sure) == set(wanted)
    assert all(item.rank is Rank.CERTAIN for item in ranked if item.cause.id in wanted)


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("rds-healthy", "healthy"),
        ("rds-oracle", "attention"),
        ("rds-cert-expired", "attention"),  # clients of today warn of it, and go on
        ("rds-no-winrm", "unknown"),
        *((name, "failing") for name in ("rds-key-acl", "rds-tls12", "rds-firewall", "rds-policy-off")),
    ],
)
def test_verdicts_of_the_demo_fleet(name: str, verdict: str) -> None:
    assert judge(facts_of(name), CATALOGUE).verdict.value == verdict


@pytest.mark.parametrize("name", list(LABELS))
def test_no_label_can_be_reached_by_what_diagnoses(name: str) -> None:
    facts = facts_of(name)
    text = json.dumps(
        {"document": facts.document, "gaps": dict(facts.gaps), "certificates": [dataclasses.asdict(item) for item in facts.certificates.values()]}, default=str
    )
    assert LABELS[name]["story"] not in text
    for cause in CATALOGUE.causes:
        for words in (cause.name, f'"{cause.id}"'):
            assert words not in text


@pytest.mark.parametrize("name", list(LABELS))
def test_the_name_of_a_host_says_nothing(name: str) -> None:
    facts = facts_of(name)
    renamed = dataclasses.replace(facts, host="x")
    assert diagnose(renamed, CATALOGUE.causes) == diagnose(facts, CATALOGUE.causes)
