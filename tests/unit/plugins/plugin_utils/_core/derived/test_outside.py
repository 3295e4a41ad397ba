# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the probe settles."""

from __future__ import annotations

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.gap import Gap
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.outside import seen_from_outside
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.probe import SYMPTOMS


@pytest.mark.parametrize("symptom", SYMPTOMS)
def test_what_the_probe_cannot_settle_is_left_open(symptom: str) -> None:
    answers = seen_from_outside({"symptom": symptom, "sentence": "Words.", "nla": "required"})["answers"]
    answering = dict.fromkeys(("reached_tls", "reached_credssp", "credssp_spnego_only"), True)
    here = ("probe_error", "local_tls_too_strict", "name_service_failed", "no_route")
    undecided = (*here, "unsteady", "legacy_answer", "failure_2", "credssp_closed", "credssp_error")
    expected = {**answering, **dict.fromkeys(undecided, Gap("Words."))}
    assert answers == expected.get(symptom, False)


@pytest.mark.parametrize(
    ("code", "answers"), [(0xC0000418, True), (0x80090302, True), (0xC000006E, Gap("Words.")), (0x8009030C, Gap("Words.")), (None, Gap("Words."))]
)
def test_a_host_that_takes_no_ntlm_is_not_down(code: int | None, answers: object) -> None:
    probe = {"symptom": "credssp_error", "sentence": "Words.", "nla": "required", "credssp": {"version": 6, "error_code": code}}
    assert seen_from_outside(probe)["answers"] == answers


@pytest.mark.parametrize(("nla", "required"), [("required", True), ("optional", False), ("absent", False)])
def test_network_level_authentication(nla: str, required: bool) -> None:
    assert seen_from_outside({"symptom": "reached_tls", "sentence": "", "nla": nla})["nla_required"] is required


def test_nobody_knows() -> None:
    assert isinstance(seen_from_outside({"symptom": "tls_closed", "sentence": "", "nla": "unknown"})["nla_required"], Gap)


@pytest.mark.parametrize(
    ("clock", "off_by"),
    [
        ({"skew_seconds": -300.25, "uncertainty_seconds": 0.25}, 300.0),
        ({"skew_seconds": 300.25, "uncertainty_seconds": 0.25}, 300.0),
        ({"skew_seconds": 0.1, "uncertainty_seconds": 0.5}, 0.0),
    ],
)
def test_a_clock_is_off_by_what_is_certain(clock: dict[str, float], off_by: float) -> None:
    assert seen_from_outside({"symptom": "reached_credssp", "sentence": "", "nla": "required", "clock": clock})["clock_off_by"] == off_by


@pytest.mark.parametrize("credssp", [None, {"version": None}])
def test_without_an_answer_to_credssp_version_and_clock_are_open(credssp: object) -> None:
    seen = seen_from_outside({"symptom": "tls_closed", "sentence": "", "nla": "required", "credssp": credssp, "clock": None})
    assert isinstance(seen["credssp_version"], Gap)
    assert isinstance(seen["clock_off_by"], Gap)


def test_the_version_of_credssp() -> None:
    assert seen_from_outside({"symptom": "reached_credssp", "sentence": "", "nla": "required", "credssp": {"version": 4}})["credssp_version"] == 4


@pytest.mark.parametrize(("symptom", "retried", "version"), [
    ("tls_old_only", {"version": "TLSv1"}, "TLSv1"), ("tls_reset", {"version": "TLSv1"}, None), ("tls_old_only", None, None),
])  # fmt: skip
def test_the_only_version_that_is_left(symptom: str, retried: object, version: str | None) -> None:
    assert seen_from_outside({"symptom": symptom, "sentence": "", "nla": "unknown", "retried": retried})["only_version"] == version
