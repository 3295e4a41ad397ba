# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The matrix of diagnoses and labels: counted by hand for a few bundles, with every choice of views."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.read import CatalogueError
from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import Rank
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.load import load_bundle
from ansible_collections.rdpops.health.plugins.plugin_utils._workshop.matrix import VIEWS, bundles_of, facts_with, matrix, read_joins, read_labels, told

from tests.support.host_states import CATALOGUE

DEMO = Path(__file__).parents[5] / "demo"
LABELS = read_labels(DEMO / "labels.yml")
BUNDLES, PROBLEMS = bundles_of(DEMO / "bundles", LABELS)


def test_the_demo_fleet_is_right_with_every_view() -> None:
    result = matrix(BUNDLES, LABELS, CATALOGUE.causes)
    assert PROBLEMS == []
    assert (result.bundles, result.with_cause, result.top1, result.top3, result.quiet, result.wrong_certain) == (8, 6, 6, 6, 2, [])
    assert len(result.confusion[("none", "none")]) == 2


def test_what_is_wrong_is_counted() -> None:
    labels = {**LABELS, "rds-key-acl": ("C22",), "rds-healthy": ("C05",), "rds-tls12": ()}
    result = matrix(BUNDLES, labels, CATALOGUE.causes)
    assert (result.with_cause, result.top1, result.quiet) == (6, 4, 1)
    assert [result.confusion[pair] for pair in (("C22", "C01"), ("C05", "none"), ("none", "C11"))] == [["rds-key-acl"], ["rds-healthy"], ["rds-tls12"]]
    assert ("rds-key-acl", "C01") in result.wrong_certain
    made, right = result.claims[Rank.CERTAIN]
    assert made - right == len(result.wrong_certain) == 2
    assert "  wrong certain: 2\n    rds-key-acl: C01" in "\n".join(told(result))
    # What is wrong comes first, with the names
    rows = told(result)[-len(result.confusion) :]
    assert rows[0] == "  !        C05 -> none           1  rds-healthy"
    assert [row.startswith("  !") for row in rows] == sorted((row.startswith("  !") for row in rows), reverse=True)


@pytest.mark.parametrize("views", list(VIEWS))
def test_only_the_views_that_are_kept_are_seen(views: str) -> None:
    bundle = dataclasses.replace(load_bundle(DEMO / "bundles" / "rds-key-acl.json"), client={"error_code": {"code": 2308}})
    facts = facts_with(bundle, views)
    assert facts is not None
    kept = {name for name, status in facts.document["views"].items() if status == "ok"}
    assert kept == VIEWS[views]
    assert all(status == "not_asked" for name, status in facts.document["views"].items() if name not in kept)


def test_a_bundle_with_nothing_of_the_views_is_left_out() -> None:
    bundle = dataclasses.replace(load_bundle(DEMO / "bundles" / "rds-key-acl.json"), probe=None, client=None)
    assert facts_with(bundle, "outside") is None
    assert facts_with(bundle, "client") is None
    result = matrix([("x", bundle)], {"x": ()}, CATALOGUE.causes, "client")
    assert (result.bundles, result.blank) == (0, 1)
    assert told(result)[0] == "views: client; 0 bundles, 0 with a cause, 0 without; 1 more have nothing of these views"


def test_bundles_without_label_and_labels_without_bundle(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.json").write_bytes((DEMO / "bundles" / "rds-healthy.json").read_bytes())
    (tmp_path / "b.json").write_text("{}", encoding="utf-8")
    (tmp_path / "c.json").write_text("{}", encoding="utf-8")
    found, problems = bundles_of(tmp_path, {"a": (), "b": (), "d": ()})
    assert [name for name, dummy in found] == ["a"]
    assert [words in problem for problem, words in zip(problems, ("b.json", "has no label", "no bundle d.json"), strict=True)] == [True] * 3


def test_a_name_that_two_bundles_have(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.json").write_bytes((DEMO / "bundles" / "rds-healthy.json").read_bytes())
    found, (problem,) = bundles_of(tmp_path, {"a": ()})
    assert [name for name, dummy in found] == ["a"]
    assert problem == f"{tmp_path}/two/a.json: was left out, because {tmp_path}/one/a.json has the same name, and a label cannot tell them apart"


@pytest.mark.parametrize("text", ["[]", "labels: []", "labels: {a: {}}", "labels: {a: {causes: C05}}", "labels: {a: [1]}"])
def test_labels_that_are_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "l.yml").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"l\.yml"):
        read_labels(tmp_path / "l.yml")


def test_labels_in_short(tmp_path: Path) -> None:
    (tmp_path / "l.yml").write_text("labels: {a: [C05, C06], b: {causes: []}}", encoding="utf-8")
    assert read_labels(tmp_path / "l.yml") == {"a": ("C05", "C06"), "b": ()}


def test_what_goes_with_a_bundle_is_joined(tmp_path: Path) -> None:
    # Given a host, the machine that showed an error, and the error that somebody typed
    host = json.loads((DEMO / "bundles" / "rds-healthy.json").read_text(encoding="utf-8"))
    subsets = host["snapshot"]["subsets"]
    nothing = {"status": "not_asked", "kind": "not_asked", "message": "", "ms": 0, "data": None}
    client = {
        **host,
        "host": "pc01",
        "probe": None,
        "snapshot": {**host["snapshot"], "subsets": {name: subsets[name] if name == "os" else nothing for name in subsets}},
    }
    for name, content in (("h1", host), ("k1", client)):
        (tmp_path / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    (tmp_path / "joins.yml").write_text("h1: {client: k1, error: 0x904/0x7}\n", encoding="utf-8")
    found, problems = bundles_of(tmp_path, {"h1": ()}, read_joins(tmp_path / "joins.yml"))
    # Then the host has both, and the client is not missed as a bundle without a label
    assert problems == []
    ((dummy, bundle),) = found
    assert bundle.client is not None and bundle.client["host"] == "pc01" and bundle.client["error_code"]["code"] == 0x904
    facts = facts_with(bundle, "client")
    assert facts is not None and "client" in facts.document
    # A client that is not there, and a code that is none, are told
    for text in ("h1: {client: k2}\n", "h1: {error: nonsense}\n"):
        (tmp_path / "joins.yml").write_text(text, encoding="utf-8")
        assert len(bundles_of(tmp_path, {"h1": ()}, read_joins(tmp_path / "joins.yml"))[1]) == 2  # and k1 has no label now


@pytest.mark.parametrize("text", ["[]\n", "h1: k1\n", "h1: {machine: k1}\n"])
def test_joins_that_are_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "joins.yml").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError):
        read_joins(tmp_path / "joins.yml")
