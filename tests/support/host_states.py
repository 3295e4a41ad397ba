# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""States of a host for tests: the healthy base with changes, and generated heaps of faults."""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.cases import BASES, facts_of_case
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.load import load_catalogue
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.read import CatalogueError
from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import (
    Catalogue,
    Check,
    Evidence,
    EvidenceRule,
    Facts,
    Impact,
    Severity,
    Speaks,
    Strength,
    View,
)
from hypothesis import assume
from hypothesis import strategies as st

NOW = "2026-11-20T08:15:30Z"
CATALOGUE: Catalogue = load_catalogue()
CASES = [case for entry in (*CATALOGUE.checks, *CATALOGUE.causes) for case in entry.tests]
FIREWALL = "firewall.profiles.domain.local"
POLICY_NAMES = ("fDenyTSConnections", "SecurityLayer", "UserAuthentication", "MinEncryptionLevel")
OTHER_FAULTS: list[dict[str, Any]] = [
    {"set": {"services.SessionEnv.state": "stopped"}},
    {"set": {"services.SessionEnv.state": "unknown"}},
    {"set": {"services.TermService.exists": False, "services.TermService.state": None}},
    {"set": {"services.SessionEnv.Start.kind": "denied", "services.SessionEnv.Start.value": None}},
    {"set": {"firewall.active_profiles": None}},
    {"set": {f"{FIREWALL}.EnableFirewall.kind": "REG_DWORD", f"{FIREWALL}.EnableFirewall.value": 0}},
    {"set": {"key_store.listener_key.size": 0}},
    {"set": {"certificate.stores.my.truncated": True}},
    {"at": "2036-01-01T00:00:00Z"},
    {"at": "9999-12-31T23:59:59Z"},
    *({"set": {f"listener.values.{name}.local.kind": "denied", f"listener.values.{name}.local.value": None}} for name in POLICY_NAMES),
    *({"set": {f"listener.values.{name}.policy.kind": "denied"}} for name in POLICY_NAMES),
    *({"set": {f"listener.values.{name}.local.value": number}} for name in POLICY_NAMES for number in (0, 1, 2, 3, 4)),
    *(
        {"set": {f"listener.values.{name}.policy.kind": "REG_DWORD", f"listener.values.{name}.policy.value": number}}
        for name in POLICY_NAMES
        for number in (0, 1, 2)
    ),
    *(
        {"set": {f"tls.protocols.{version}.server.{name}.kind": "REG_DWORD", f"tls.protocols.{version}.server.{name}.value": number}}
        for version in ("tls10", "tls12", "tls13")
        for name in ("Enabled", "DisabledByDefault")
        for number in (0, 1)
    ),
]


def host(**case: Any) -> Facts:
    """Return the facts of the healthy base with the changes of a case: ``set``, ``copy``, ``status``, ``at``, ``unreachable``."""
    return facts_of_case({"name": "test", **case})


def base_document() -> dict[str, Any]:
    """Return the healthy base bundle, fresh."""
    document: dict[str, Any] = json.loads((BASES / "healthy.json").read_text(encoding="utf-8"))
    return document


def merged(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Heap several cases upon each other; the later one wins where two change the same."""
    whole: dict[str, Any] = {"name": "heap", "set": {}, "copy": {}, "status": {}}
    for part in parts:
        for name in ("set", "copy", "status"):
            whole[name].update(part.get(name, {}))
        whole.update({name: part[name] for name in ("at", "unreachable") if name in part})
    return whole


@st.composite
def states(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a case: up to six faults at once, out of the catalogue's own cases and a list of others."""
    case = merged(draw(st.lists(st.sampled_from([*CASES, *OTHER_FAULTS]), max_size=6)))
    try:
        facts_of_case(case)
    except CatalogueError:  # one fault took away the place of another
        assume(condition=False)
    return case


def document(**content: Any) -> Facts:
    """Return facts that hold just this document."""
    moment = host().now
    return Facts("rds01", moment, content, {})


def check(**changes: Any) -> Check:
    """Return a small check; ``expect`` is that ``a`` is 1."""
    fields: dict[str, Any] = {
        "id": "a.b", "title": "T", "why": "W", "severity": Severity.LOW, "impact": Impact.OUTAGE, "needs": ("os",), "applies_when": None,
        "expect": {"path": "a", "eq": 1}, "fail_text": "a is {a}", "pass_text": "fine, {a}",
    }  # fmt: skip
    return Check(**{**fields, **changes})


def evidence(source: str, speaks: Speaks = Speaks.FOR, strength: Strength = Strength.STRONG) -> Evidence:
    """Return a piece of evidence that was found."""
    rule = EvidenceRule(f"{source}-{speaks.value}-{strength.value}", View.INSIDE, source, speaks, strength, {"path": "a", "eq": 1}, "text")
    return Evidence(rule, holds=True, text="text", observations=())


__all__ = ["CATALOGUE", "base_document", "check", "document", "evidence", "host", "merged", "states"]
