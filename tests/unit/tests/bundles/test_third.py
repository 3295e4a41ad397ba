# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The bundles of the third author: they build, they are bundles, they keep their labels to themselves, nobody changes them."""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.load import load_bundle, parse_bundle

from tests.bundles import third
from tests.bundles.write import main
from tests.support.labelled import CAUSE, FORBIDDEN_KEYS, all_keys, text_of
from tests.support.schemas import bundle_validator

HOSTS, CLIENTS = third.bundles(), third.bundles(third.CLIENT_LETTER)
WHOLE = {**HOSTS, **CLIENTS}
AT_LEAST = {"single": 64, "pair": 8, "healthy": 8, "folklore": 6}
OF_KIND = {"single": {1}, "pair": {2}, "healthy": {0}, "folklore": {1, 2}}


@functools.cache
def labels() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load(third.LABELS.read_text(encoding="utf-8"))
    return found


def test_there_are_enough_of_every_kind() -> None:
    """Given the labels, then each kind is there often enough, and each cause at least once alone, seen from inside and outside."""
    kinds = [label["kind"] for label in labels().values()]
    assert {kind: kinds.count(kind) >= least for kind, least in AT_LEAST.items()} == dict.fromkeys(kinds, True)
    alone = {cause for label in labels().values() if label["kind"] == "single" and label["views"][0] == "inside" for cause in label["causes"]}
    assert alone == {f"C{number:02d}" for number in range(1, 65)}


@pytest.mark.parametrize("name", WHOLE)
def test_bundle_keeps_schema_and_loader(name: str) -> None:
    bundle_validator().validate(WHOLE[name])
    assert parse_bundle(json.dumps(WHOLE[name]).encode(), name).host == name


@pytest.mark.parametrize("name", WHOLE)
def test_no_label_in_a_bundle(name: str) -> None:
    """Given the text of a bundle, then neither a cause nor what was noted about it stands there, and the name says nothing."""
    document, label = WHOLE[name], labels().get(name, {"note": "\0"})
    text = text_of(document)
    assert re.fullmatch(r"[tv][0-9]{3}", name)
    assert not {key.lower() for key in all_keys(document)} & FORBIDDEN_KEYS
    assert not CAUSE.search(text)
    assert label["note"].lower() not in text.lower()
    assert document["note"] is None


def test_labels_fit_the_bundles() -> None:
    assert set(labels()) == set(HOSTS)
    for name, label in labels().items():
        assert set(label) == {"causes", "kind", "views", "note"}
        assert all(CAUSE.fullmatch(cause) for cause in label["causes"])
        assert len(label["causes"]) in OF_KIND[label["kind"]], name
        seen = {"inside": HOSTS[name]["snapshot"] is not None, "outside": HOSTS[name]["probe"] is not None, "client": name in third.CLIENTS}
        assert label["views"] == [view for view, is_there in seen.items() if is_there], name


def test_clients_and_errors_belong_to_hosts() -> None:
    assert set(third.CLIENTS.values()) == set(CLIENTS)
    assert {*third.CLIENTS, *third.ERRORS} <= set(HOSTS)
    for host, client in third.CLIENTS.items():
        assert HOSTS[host]["collected_at"] == CLIENTS[client]["collected_at"], host


def test_events_lie_within_the_hours_before_the_look() -> None:
    """Given what every log says of itself, then its events are newest first, not younger than the look, not older than their channel."""
    for document in WHOLE.values():
        for subset in ("events", "client_events"):
            data = ((document["snapshot"] or {}).get("subsets", {}).get(subset) or {}).get("data") or {"events": []}
            times = [event["time"] for event in data["events"]]
            assert times == sorted(times, reverse=True)
            assert all(time <= document["snapshot"]["collected_at"] for time in times)
            assert all(data["channels"][event["channel"]]["oldest"] <= event["time"] for event in data["events"])


def test_nobody_changed_them_to_fit() -> None:
    """Given the digest of the day on which they were written, then bundles and labels are the same still, however often they are built."""
    written = (third.FOLDER / "DIGEST").read_text(encoding="utf-8").split()[0]
    assert third.digest() == written, "bundles and labels of tests/bundles/third are not changed to fit a rule; see DIGEST"


def test_the_command_writes_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # When the command writes the package into a folder
    assert main([str(tmp_path / "out"), "--package", "tests.bundles.third"]) == 0
    # Then every host lies there as a file that the loader takes, with labels, clients and what joins them
    assert capsys.readouterr().out.startswith(f"{len(HOSTS)} bundles")
    assert {path.stem for path in (tmp_path / "out").glob("*.json")} == set(HOSTS)
    assert load_bundle(tmp_path / "out" / "t031.json").host == "t031"
    assert {path.stem for path in (tmp_path / "out" / "clients").glob("*.json")} == set(CLIENTS)
    assert yaml.safe_load((tmp_path / "out" / "joins.yml").read_text(encoding="utf-8"))["t035"] == {"client": "v035", "error": "0x1607"}
