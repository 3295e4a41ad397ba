# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the probe settles."""

from __future__ import annotations

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.gap import Gap
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.outside import seen_from_outside
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.probe import SYMPTOMS


@pytest.mark.parametrize("symptom", SYMPTOMS)
def test_only_a_fault_on_this_side_leaves_it_open(symptom: str) -> None:
    answers = seen_from_outside({"symptom": symptom, "sentence": "Words.", "nla": "required"})["answers"]
    expected = {"reached_tls": True, "probe_error": Gap("Words."), "local_tls_too_strict": Gap("Words.")}
    assert answers == expected.get(symptom, False)


@pytest.mark.parametrize(("nla", "required"), [("required", True), ("optional", False), ("absent", False)])
def test_network_level_authentication(nla: str, required: bool) -> None:
    assert seen_from_outside({"symptom": "reached_tls", "sentence": "", "nla": nla})["nla_required"] is required


def test_nobody_knows() -> None:
    assert isinstance(seen_from_outside({"symptom": "tls_closed", "sentence": "", "nla": "unknown"})["nla_required"], Gap)
