# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is made of a bundle, as plain values that two bundles can be compared by."""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.rdpops.health.plugins.plugin_utils._core.judge import judge
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.build import build_facts
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.load import parse_bundle

from .host_states import CATALOGUE


def outcomes(document: dict[str, Any]) -> list[Any]:
    """Return verdict, findings and causes of a bundle by inside and controller's view."""
    bundle = parse_bundle(json.dumps(document).encode(), "here")
    facts = build_facts(bundle.host, bundle.collected_at, snapshot=bundle.snapshot, probe=bundle.probe, unreachable=bundle.unreachable)
    judgement = judge(facts, CATALOGUE)
    findings = [(finding.check.id, finding.outcome) for finding in judgement.findings]
    return [judgement.verdict, findings, [(diagnosis.cause.id, diagnosis.rank) for diagnosis in judgement.causes]]
