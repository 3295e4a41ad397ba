# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Probe results: of this version, bounded."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.probe import STEP_OUTCOMES, STEPS, SYMPTOMS, check_probe
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.shapes import FactsError

from tests.support.host_states import base_document
from tests.support.schemas import published_schema

PROBE = base_document()["probe"]


def test_the_base_is_good() -> None:
    check_probe(PROBE)


def test_the_words_are_those_of_the_published_schema() -> None:
    schema = published_schema("probe")
    assert schema["properties"]["symptom"]["enum"] == list(SYMPTOMS)
    assert schema["properties"]["ended_at"]["enum"] == [*STEPS, "complete"]
    assert schema["$defs"]["outcome"]["enum"] == list(STEP_OUTCOMES)


NULLABLE = ("credssp", "clock", "retried")  # what was not tried, or not told


@pytest.mark.parametrize("name", list(PROBE))
def test_every_field_is_needed_and_has_a_type(name: str) -> None:
    with pytest.raises(FactsError, match=name):
        check_probe({key: value for key, value in PROBE.items() if key != name})
    for value in (7, True) if name in NULLABLE else (None, 7, True):
        with pytest.raises(FactsError, match=rf"^probe\.{name}"):
            check_probe({**PROBE, name: value})


@pytest.mark.parametrize(
    ("place", "value", "word"),
    [
        (["target", "port"], True, "port"),
        (["connections", 0, "steps", 0, "ms"], float("nan"), "ms"), (["connections", 0, "steps", 0, "detail"], "x" * 1025, "detail"),
        (["tls", "alert"], "70", "alert"), (["tls", "certificate"], {"der": ""}, "certificate"), (["protocols", "rdp"], "maybe", "rdp"),
        (["tls", "extra"], 1, "extra"), (["connections"], PROBE["connections"][:1] * 65, "connections"),
    ],
)  # fmt: skip
def test_faults_inside(place: list[Any], value: Any, word: str) -> None:
    document = copy.deepcopy(PROBE)
    node: Any = document
    for name in place[:-1]:
        node = node[name]
    node[place[-1]] = value
    with pytest.raises(FactsError, match=word):
        check_probe(document)
