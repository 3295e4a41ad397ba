# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The bundles of an author who had not read the rules: they build, they are bundles, they keep their labels to themselves, nobody changes them."""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.load import load_bundle, parse_bundle

from tests.bundles import unseen
from tests.bundles.write import main
from tests.support.labelled import CAUSE, FORBIDDEN_KEYS, all_keys, text_of
from tests.support.schemas import bundle_validator

HOSTS, CLIENTS = unseen.bundles(), unseen.bundles("k")
WHOLE = {**HOSTS, **CLIENTS}
AT_LEAST = 60


@functools.cache
def labels() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load(unseen.LABELS.read_text(encoding="utf-8"))
    return found


def test_there_are_enough_of_every_kind() -> None:
    kinds = [label["kind"] for label in labels().values()]
    assert len(HOSTS) >= AT_LEAST
    assert {kind: kinds.count(kind) >= least for kind, least in {"single": 34, "pair": 10, "healthy": 8, "folklore": 8}.items()} == dict.fromkeys(kinds, True)


@pytest.mark.parametrize("name", WHOLE)
def test_bundle_keeps_schema_and_loader(name: str) -> None:
    bundle_validator().validate(WHOLE[name])
    assert parse_bundle(json.dumps(WHOLE[name]).encode(), name).host == name


@pytest.mark.parametrize("name", WHOLE)
def test_no_label_in_a_bundle(name: str) -> None:
    """Given the text of a bundle, then neither a cause nor what was noted about it stands there, and the name says nothing."""
    document, label = WHOLE[name], labels().get(name, {"note": "\0"})
    text = text_of(document)
    assert re.fullmatch(r"[hk][0-9]{3}", name)
    assert not {key.lower() for key in all_keys(document)} & FORBIDDEN_KEYS
    assert not CAUSE.search(text)
    assert label["note"].lower() not in text.lower()
    assert document["note"] is None


def test_labels_fit_the_bundles() -> None:
    assert set(labels()) == set(HOSTS)
    for name, label in labels().items():
        assert set(label) == {"causes", "kind", "views", "note"}
        assert all(CAUSE.fullmatch(cause) for cause in label["causes"])
        assert {"single": 1, "pair": 2, "healthy": 0, "folklore": 1}[label["kind"]] == len(label["causes"]), name
        seen = {"inside": HOSTS[name]["snapshot"] is not None, "outside": HOSTS[name]["probe"] is not None, "client": name in unseen.CLIENTS}
        assert label["views"] == [view for view, is_there in seen.items() if is_there], name


def test_clients_and_errors_belong_to_hosts() -> None:
    assert set(unseen.CLIENTS.values()) == set(CLIENTS)
    assert {*unseen.CLIENTS, *unseen.ERRORS} <= set(HOSTS)
    for host, client in unseen.CLIENTS.items():
        assert HOSTS[host]["collected_at"] == CLIENTS[client]["collected_at"]


def test_events_lie_within_the_hours_before_the_look() -> None:
    """Given what every log says of itself, then its events are newest first and not younger than the look."""
    for document in WHOLE.values():
        for subset in ("events", "client_events"):
            data = ((document["snapshot"] or {}).get("subsets", {}).get(subset) or {}).get("data") or {"events": []}
            times = [event["time"] for event in data["events"]]
            assert times == sorted(times, reverse=True)
            assert all(time <= document["collected_at"] for time in times)
            assert {event["channel"] for event in data["events"]} <= set(data.get("channels", ()))


def test_building_again_gives_the_same() -> None:
    assert unseen.bundles() == HOSTS


def test_nobody_changed_them_to_fit() -> None:
    """Given the digest of the day on which they were written, then bundles and labels are the same still."""
    written = (unseen.FOLDER / "DIGEST").read_text(encoding="utf-8").split()[0]
    assert unseen.digest() == written, "bundles and labels of tests/bundles/unseen are not changed to fit a rule; see DIGEST"


def test_the_command_writes_plain_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # When the command writes the package into a folder
    assert main([str(tmp_path / "out")]) == 0
    # Then every host lies there as a file that the loader takes, with labels, clients and what joins them
    assert capsys.readouterr().out.startswith(f"{len(HOSTS)} bundles")
    assert {path.stem for path in (tmp_path / "out").glob("*.json")} == set(HOSTS)
    assert load_bundle(tmp_path / "out" / "h001.json").host == "h001"
    assert {path.stem for path in (tmp_path / "out" / "clients").glob("*.json")} == set(CLIENTS)
    assert (tmp_path / "out" / "labels.yml").read_bytes() == unseen.LABELS.read_bytes()
    assert yaml.safe_load((tmp_path / "out" / "joins.yml").read_text(encoding="utf-8"))["h065"] == {"client": "k001", "error": "0x2107"}
