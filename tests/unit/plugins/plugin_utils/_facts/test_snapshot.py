# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Snapshots: whole, of this version, and with data only where they were read."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.shapes import FactsError
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.snapshot import DATA, LISTENER_VALUES, SERVICES, SUBSETS, check_snapshot

from tests.support.host_states import base_document
from tests.support.schemas import published_schema

SNAPSHOT = base_document()["snapshot"]


def with_subset(name: str, **changes: Any) -> Any:
    document = copy.deepcopy(SNAPSHOT)
    document["subsets"][name].update(changes)
    return document


def test_the_base_is_good() -> None:
    check_snapshot(SNAPSHOT)


def test_the_names_are_those_of_the_published_schema() -> None:
    schema = published_schema("snapshot")
    assert set(schema["properties"]["subsets"]["properties"]) == set(schema["properties"]["subsets"]["required"]) == set(SUBSETS)
    assert sorted(schema["$defs"]["data_listener"]["properties"]["values"]["required"]) == sorted(LISTENER_VALUES)
    assert sorted(schema["$defs"]["data_services"]["required"]) == sorted(SERVICES)
    assert {name.removeprefix("data_") for name in schema["$defs"] if name.startswith("data_")} == DATA.keys()


@pytest.mark.parametrize("name", [name for name in DATA if SNAPSHOT["subsets"][name]["status"] == "ok"])
def test_data_and_status_go_together(name: str) -> None:
    for status in ("error", "denied", "not_applicable", "not_asked"):
        with pytest.raises(FactsError, match=rf"subsets\.{name}\.data has data although"):
            check_snapshot(with_subset(name, status=status, kind="case"))
        check_snapshot(with_subset(name, status=status, kind="case", message="why", data=None))
    with pytest.raises(FactsError, match=rf"subsets\.{name}\.data is null"):
        check_snapshot(with_subset(name, data=None))


@pytest.mark.parametrize("value", [None, [], "x", {}, {"schema": "rdpops.health/snapshot/1"}, {"schema": 1}])
def test_what_is_no_snapshot(value: Any) -> None:
    with pytest.raises(FactsError, match=r"^snapshot"):
        check_snapshot(value)


def test_a_newer_schema_is_named() -> None:
    with pytest.raises(FactsError, match=r"snapshot/2.*reads 'rdpops.health/snapshot/1'"):
        check_snapshot({**SNAPSHOT, "schema": "rdpops.health/snapshot/2"})


def test_a_number_of_a_wrong_length_is_let_in_as_bytes() -> None:
    document = copy.deepcopy(SNAPSHOT)
    document["subsets"]["listener"]["data"]["values"]["PortNumber"]["local"]["value"] = "PQ0="
    check_snapshot(document)
