# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The tables of alerts, failures and events are read whole, or refused with the place."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.codes import POINTERS, TABLES, load_codes, read_codes
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.load import load_catalogue
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.read import CatalogueError
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.probe import SYMPTOMS

EMPTY: dict[str, Any] = {"schema": "rdpops.health/codes/1", **{name: [] for name in (*TABLES, *POINTERS)}, "names": {}, "symptoms": []}


def test_the_tables_of_the_collection() -> None:
    tables = load_codes()
    assert set(tables.codes) == set(TABLES)
    assert set(tables.codes["failures"]) == {1, 2, 3, 4, 5, 6}
    assert all(code.meaning.endswith(".") for table in tables.codes.values() for rows in table.values() for code in rows)
    assert all(code.where for rows in tables.codes["events"].values() for code in rows)
    assert {code.source for code in tables.codes["events"][226]} == {"rdpclient", "rdpcorets"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"schema": "rdpops.health/codes/2"}, "must be of schema"),
        ({"more": []}, "must be of schema"),
        ({"alerts": [{"code": 1, "meaning": "a"}, {"code": 1, "meaning": "b"}]}, "alerts: 1 stands twice"),
        ({"alerts": [{"code": 1}]}, "lacks or misnames"),
        ({"alerts": [{"code": 1, "meaning": "a", "why": "b"}]}, "lacks or misnames"),
        ({"status": [{"codes": [1], "causes": []}, {"codes": [1], "causes": []}]}, "status: 1 stands twice"),
        ({"events": [{"code": 1, "where": "a, P", "meaning": "b"}, {"code": 1, "where": "c, P/Q", "meaning": "d"}]}, "events: 1 stands twice"),
        ({"events": [{"code": 1, "where": "a, P", "meaning": "b", "then": ["events"]}]}, "events: 1 is followed by events, and one of these is no table"),
        ({"events": 7}, "lacks or misnames"),
        ({"names": []}, "lacks or misnames"),
        ({"symptoms": [{"words": ["tls_closed"]}]}, "lacks or misnames"),
        ({"symptoms": {"tls_closed": ["C01"]}}, "lacks or misnames"),
    ],
)
def test_tables_that_cannot_be_used(change: dict[str, Any], words: str) -> None:
    with pytest.raises(CatalogueError, match=words):
        read_codes({**EMPTY, **change}, "mine.yml")


def test_the_usual_causes_are_of_words_and_causes_that_there_are() -> None:
    symptoms = load_codes().symptoms
    assert set(symptoms) <= set(SYMPTOMS)
    assert {cause for causes in symptoms.values() for cause in causes} <= {cause.id for cause in load_catalogue().causes}
    assert symptoms["connect_timeout"][:2] == ("C22", "C23")
