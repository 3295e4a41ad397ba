# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the endpoint said of itself, whatever it said."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._report.endpoint import endpoint_block, versions_block
from ansible_collections.rdpops.health.plugins.plugin_utils._report.redact import Cleaner
from ansible_collections.rdpops.health.tests.support.sample_parts import full_probe

CLEAN = Cleaner({})


def block(**changes: Any) -> dict[str, Any]:
    return endpoint_block({**full_probe("rds01"), **changes}, CLEAN)


def test_everything_that_was_told() -> None:
    again = {"because": "reset", "offer": "up_to_tls12", "outcome": "ok", "version": "TLSv1.2", "cipher": "x", "alert": None}
    told = block(signatures=["freerdp"], retried=again)
    assert told["credssp"]["names"]["netbios_computer"] == "RDS01"
    assert (told["credssp"]["version"], told["credssp"]["os_build"], told["credssp"]["mechanism"]) == (6, "10.0.20348", "ntlm")
    assert told["clock"] == {"skew_seconds": -0.418, "uncertainty_seconds": 0.002}
    assert told["latency"]["tries"] == 5
    assert told["latency"]["steps"][0] == {"step": "connect", "tried": 5, "lost": 1, "failed": 0, "min_ms": 1.7, "median_ms": 1.92, "max_ms": 4.4}
    assert told["retried"] == {name: value for name, value in again.items() if name != "cipher"}
    assert told["signatures"] == ["freerdp"]


def test_what_was_not_reached_is_null() -> None:
    assert endpoint_block({}, CLEAN) == {"credssp": None, "clock": None, "latency": None, "retried": None, "signatures": []}


@pytest.mark.parametrize(
    ("field", "value", "found"),
    [
        ("clock", {"skew_seconds": "1", "uncertainty_seconds": 1}, None),
        ("clock", {"skew_seconds": float("nan"), "uncertainty_seconds": 1}, None),
        ("clock", {"skew_seconds": 1e12, "uncertainty_seconds": 1}, None),
        ("clock", {"skew_seconds": True, "uncertainty_seconds": 1}, None),
        ("clock", {"skew_seconds": 1, "uncertainty_seconds": -1}, {"skew_seconds": 1.0, "uncertainty_seconds": 1.0}),
        ("clock", [], None),
        ("latency", {"tries": 0, "steps": []}, None),
        ("latency", {"tries": 2, "steps": None}, {"tries": 2, "steps": []}),
        ("latency", {"tries": 2, "steps": ["x"]}, {"tries": 2, "steps": []}),
        ("signatures", "freerdp", []),
        ("retried", "again", None),
    ],
)
def test_hostile_values_are_left_out(field: str, value: Any, found: Any) -> None:
    assert block(**{field: value})[field] == found


def test_hostile_names_are_bounded() -> None:
    told = block(credssp={"outcome": "odd", "version": -1, "error_code": 2**40, "mechanism": 7, "names": {"dns_tree": "x" * 5000}, "os_build": ["a"]})[
        "credssp"
    ]
    assert (told["outcome"], told["version"], told["error_code"], told["mechanism"]) == ("error", None, None, "none")
    assert len(told["names"]["dns_tree"]) <= 120
    assert told["names"]["netbios_domain"] is None


def test_versions_of_tls() -> None:
    told = versions_block({"lowest": "TLSv1.2", "highest": "TLSv9", "versions": {"TLSv1": "refused", "TLSv1.3": "maybe"}})
    assert told == {"lowest": "TLSv1.2", "highest": None, "versions": {"TLSv1": "refused", "TLSv1.1": "unknown", "TLSv1.2": "unknown", "TLSv1.3": "unknown"}}
    assert versions_block({}) == {"lowest": None, "highest": None, "versions": None}
