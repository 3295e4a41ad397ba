# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a playbook hands in from other vantage points: registered results in every form, and nothing else."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.options import BadInputError
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.vantage import Elsewhere, read_handed
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.load import load_bundle

from tests.conftest import ROOT

NAMES = ("192.0.2.7", "rds01")


def probe(vantage: str, host: str = "rds01") -> dict[str, Any]:
    made = copy.deepcopy(dict(load_bundle(ROOT / "demo" / "bundles" / "rds-healthy.json").probe or {}))
    return {**made, "vantage": vantage, "target": {**made["target"], "host": host}}


def registered(*probes: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"changed": False, "failed": False, "probes": list(probes), **({"probe": probes[0]} if len(probes) == 1 else {}), **more}


def read(*given: Any, own: bool = True) -> Elsewhere:
    return read_handed(list(given), NAMES, "rdp_check", own=own)


def vantages(found: Elsewhere) -> list[str]:
    return [probe["vantage"] for probe in found.probes]


def test_nothing_is_nothing() -> None:
    assert read() == Elsewhere()
    assert read_handed(None, NAMES, "rdp_check", own=True) == Elsewhere()


def test_a_probe_a_result_and_the_results_of_a_loop() -> None:
    loop = {"changed": False, "results": [registered(probe("c")), registered(probe("d"))]}
    assert vantages(read(probe("a"), registered(probe("b")), loop)) == ["a", "b", "c", "d"]


def test_one_probe_is_taken_whatever_it_asked_for() -> None:
    assert vantages(read(registered(probe("a", "10.0.0.5")))) == ["a"]


def test_of_many_endpoints_only_this_host_is_taken() -> None:
    many = registered(probe("a", "rds02"), probe("a", "RDS01"), probe("a", "rds03"))
    assert [found["target"]["host"] for found in read(many).probes] == ["RDS01"]
    assert read(registered(probe("a", "rds02"), probe("a", "rds03"))) == Elsewhere()


def test_the_results_stay_as_they_were() -> None:
    given = registered(probe("a"))
    before = copy.deepcopy(given)
    found = read(given).probes[0]
    found["sentence"] = "changed"
    assert given == before


@pytest.mark.parametrize(
    ("result", "why"),
    [
        ({"failed": True, "msg": "no\x1b[31m route"}, "a probe from elsewhere was not possible: no [31m route"),
        ({"unreachable": True, "msg": "jump01 is down"}, "a probe from elsewhere was not possible: jump01 is down"),
        ({"skipped": True, "skip_reason": "Conditional result was False"}, "a probe from elsewhere was skipped: Conditional result was False"),
    ],
)
def test_a_place_that_could_not_look_is_said(result: dict[str, Any], why: str) -> None:
    found = read(result, probe("b"))
    assert vantages(found) == ["b"]
    assert found.missing == why


def test_a_failed_result_with_probes_counts() -> None:
    assert vantages(read(registered(probe("a"), failed=True, msg="nothing listens"))) == ["a"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ([{"stdout": "x"}], r"probes\[0\] is no result of rdpops.health.rdp_probe"),
        ([probe("a"), {"schema": "rdpops.health/probe/2"}], r"probes\[1\] is no result"),
        ([registered({"schema": "x"})], r"probes\[0\] cannot be used"),
        ([registered(probe("a"), {**probe("a", "rds01"), "symptom": "fine"})], "symptom"),
        ([{"probes": ["text"]}], r"probes\[0\] cannot be used"),
        ([probe("a"), probe("a")], "two probes of this host are from the vantage point a; give each"),
        ([probe("controller")], "vantage point controller"),
        ([probe(f"v{number}") for number in range(17)], "probes holds 17 of this host, expected at most 16"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(given: list[Any], words: str) -> None:
    with pytest.raises(BadInputError, match=words):
        read(*given)


def test_without_a_probe_of_its_own_the_controller_may_be_handed_in() -> None:
    assert vantages(read(probe("controller"), own=False)) == ["controller"]
