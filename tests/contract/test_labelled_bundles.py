# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The bundles of authors who had not read the rules: they build, they are bundles, they keep their labels to themselves, nobody changes them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from ansible_collections.rdpops.health.plugins.plugin_utils._core.clock import parse_time
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.load import load_bundle, parse_bundle

from tests.bundles import fourth, second, third, unseen
from tests.bundles.write import main
from tests.support.labelled import CAUSE, FORBIDDEN_KEYS, all_keys, text_of
from tests.support.schemas import bundle_validator

ONE_RUN = timedelta(minutes=5)  # within which a run looks at a host and at its client
EVERY_CAUSE = {f"C{number:02d}" for number in range(1, 65)}


@dataclass(frozen=True)
class Author:
    """What one author wrote.

    :ivar letters: with which the names of hosts, and of clients, begin.
    :ivar least: kind -> how many there are at least.
    :ivar folklore: how many causes a host of folklore may have.
    :ivar joined: a host, its client and the code that somebody typed.
    """

    package: ModuleType
    letters: str
    least: Mapping[str, int]
    joined: tuple[str, str, str]
    folklore: frozenset[int] = field(default=frozenset({1}))

    @cached_property
    def hosts(self) -> dict[str, Any]:
        return dict(self.package.bundles())

    @cached_property
    def clients(self) -> dict[str, Any]:
        return dict(self.package.bundles(self.letters[1]))

    @cached_property
    def labels(self) -> dict[str, dict[str, Any]]:
        return dict(yaml.safe_load(self.package.LABELS.read_text(encoding="utf-8")))


AUTHORS = (
    Author(unseen, "hk", {"single": 34, "pair": 10, "healthy": 8, "folklore": 8}, ("h065", "k001", "0x2107")),
    Author(second, "sc", {"single": 64, "pair": 12, "healthy": 14, "folklore": 8}, ("s171", "c031", "0xb09")),
    Author(third, "tv", {"single": 64, "pair": 8, "healthy": 8, "folklore": 6}, ("t035", "v035", "0x1607"), frozenset({1, 2})),
    Author(fourth, "fg", {"single": 70, "pair": 12, "partial": 8, "healthy": 8, "none": 5}, ("f056", "g056", "0x1607")),
)
NAMED = [pytest.param(author, name, id=name) for author in AUTHORS for name in (*author.hosts, *author.clients)]
by_author = pytest.mark.parametrize("author", AUTHORS, ids=lambda author: author.package.__name__.rpartition(".")[2])


@by_author
def test_there_are_enough_of_every_kind(author: Author) -> None:
    kinds = [label["kind"] for label in author.labels.values()]
    assert {kind: kinds.count(kind) >= least for kind, least in author.least.items()} == dict.fromkeys(kinds, True)


def test_every_cause_stands_alone_somewhere_seen_from_inside_and_outside() -> None:
    for author in AUTHORS[1:]:  # the first wrote before the reader had facts for all of them
        alone = [label for label in author.labels.values() if label["kind"] == "single" and {"inside", "outside"} <= set(label["views"])]
        assert {cause for label in alone for cause in label["causes"]} == EVERY_CAUSE


@pytest.mark.parametrize(("author", "name"), NAMED)
def test_bundle_keeps_schema_and_loader(author: Author, name: str) -> None:
    document = {**author.hosts, **author.clients}[name]
    bundle_validator().validate(document)
    assert parse_bundle(json.dumps(document).encode(), name).host == name


@pytest.mark.parametrize(("author", "name"), NAMED)
def test_no_label_in_a_bundle(author: Author, name: str) -> None:
    """Given the text of a bundle, then neither a cause nor what was noted about it stands there, and the name says nothing."""
    document, label = {**author.hosts, **author.clients}[name], author.labels.get(name, {"note": "\0"})
    text = text_of(document)
    assert re.fullmatch(rf"[{author.letters}][0-9]{{3}}", name)
    assert not {key.lower() for key in all_keys(document)} & FORBIDDEN_KEYS
    assert not CAUSE.search(text)
    assert label["note"].lower() not in text.lower()
    assert document["note"] is None


@by_author
def test_labels_fit_the_bundles(author: Author) -> None:
    sizes = {"single": {1}, "pair": {2}, "partial": {1}, "healthy": {0}, "none": {0}, "folklore": author.folklore}
    assert set(author.labels) == set(author.hosts)
    for name, label in author.labels.items():
        assert set(label) == {"causes", "kind", "views", "note"}
        assert all(CAUSE.fullmatch(cause) for cause in label["causes"])
        assert len(label["causes"]) in sizes[label["kind"]], name
        host = author.hosts[name]
        seen = {"inside": host["snapshot"] is not None, "outside": host["probe"] is not None, "client": name in author.package.CLIENTS}
        assert label["views"] == [view for view, is_there in seen.items() if is_there], name


@by_author
def test_clients_and_errors_belong_to_hosts(author: Author) -> None:
    clients, errors = author.package.CLIENTS, author.package.ERRORS
    assert set(clients.values()) == set(author.clients)
    assert {*clients, *errors} <= set(author.hosts)
    for host, client in clients.items():
        looked, asked = (parse_time(document["collected_at"]) for document in (author.hosts[host], author.clients[client]))
        assert timedelta(0) <= asked - looked <= ONE_RUN, host


@by_author
def test_events_lie_within_the_hours_before_the_look(author: Author) -> None:
    """Given what every log says of itself, then its events are newest first, not younger than the look, and of its channels."""
    for document in (*author.hosts.values(), *author.clients.values()):
        for subset in ("events", "client_events"):
            data = ((document["snapshot"] or {}).get("subsets", {}).get(subset) or {}).get("data") or {"events": []}
            times = [event["time"] for event in data["events"]]
            assert times == sorted(times, reverse=True)
            assert all(time <= max(document["collected_at"], document["snapshot"]["collected_at"]) for time in times)
            assert {event["channel"] for event in data["events"]} <= set(data.get("channels", ()))


@by_author
def test_nobody_changed_them_to_fit(author: Author) -> None:
    """Given the digest of the day on which they were written, then bundles and labels are the same still, however often they are built."""
    written = (author.package.FOLDER / "DIGEST").read_text(encoding="utf-8").split()[0]
    assert author.package.digest() == written, f"the hosts of {author.package.__name__} are not changed to fit a rule; see DIGEST"


@by_author
def test_the_command_writes_plain_files(author: Author, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # When the command writes the package into a folder
    out = tmp_path / "out"
    assert main([str(out), "--package", author.package.__name__]) == 0
    # Then every host lies there as a file that the loader takes, with labels, clients and what joins them
    assert capsys.readouterr().out.startswith(f"{len(author.hosts)} bundles")
    assert {path.stem for path in out.glob("*.json")} == set(author.hosts)
    host, client, error = author.joined
    assert load_bundle(out / f"{host}.json").host == host
    assert {path.stem for path in (out / "clients").glob("*.json")} == set(author.clients)
    assert (out / "labels.yml").read_bytes() == author.package.LABELS.read_bytes()
    assert yaml.safe_load((out / "joins.yml").read_text(encoding="utf-8"))[host] == {"client": client, "error": error}
