# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How good the diagnosis is on bundles that nobody tuned, and that its words for sureness mean what they say.

The goals are those of the project: with full evidence the first cause named is a true one in 95 of 100, and nothing is certain that is not so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import yaml
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.load import load_catalogue
from ansible_collections.rdpops.health.plugins.plugin_utils._core.diagnose import diagnose
from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import Cause, EvidenceRule, Rank, Speaks, Strength, View
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.load import Bundle
from ansible_collections.rdpops.health.plugins.plugin_utils._workshop.matrix import VIEWS, Matrix, bundles_of, facts_with, matrix, read_joins, read_labels

from tests.bundles.write import write_package

CAUSES = load_catalogue().causes
ANYTHING = {"path": "views.inside", "absent": False}
SUSPECTED = EvidenceRule("suspected", View.INSIDE, "suspicion", Speaks.FOR, Strength.SUPPORTING, ANYTHING, "somebody suspects it")
# Each by somebody else, none of whom had read the rules.
PACKAGES = tuple(f"tests.bundles.{name}" for name in ("unseen", "second", "third", "fourth"))


@dataclass(frozen=True)
class Hosts:
    """The labelled hosts of one author.

    :ivar looked: name -> from which views the host was looked at.
    :ivar kinds: name -> what the label says that the host is an example of.
    """

    labels: dict[str, tuple[str, ...]]
    bundles: list[tuple[str, Bundle]]
    looked: dict[str, list[str]]
    kinds: dict[str, str]

    def counted(self, views: str = "full", among: Iterable[tuple[str, Bundle]] | None = None) -> Matrix:
        return matrix(self.bundles if among is None else among, self.labels, CAUSES, views)


@pytest.fixture(scope="module", params=PACKAGES)
def hosts(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Hosts:
    return read_hosts(request.param, tmp_path_factory.mktemp("labelled"))


def read_hosts(package: str, folder: Path) -> Hosts:
    write_package(package, folder)
    labels = read_labels(folder / "labels.yml")
    found, problems = bundles_of(folder, labels, read_joins(folder / "joins.yml"))
    assert problems == []
    whole = yaml.safe_load((folder / "labels.yml").read_text(encoding="utf-8"))
    return Hosts(labels, found, *({name: label[key] for name, label in whole.items()} for key in ("views", "kind")))


def test_with_full_evidence_the_first_cause_is_a_true_one(hosts: Hosts) -> None:
    # Given the bundles that were looked at from inside and outside
    result = hosts.counted(among=[(name, bundle) for name, bundle in hosts.bundles if {"inside", "outside"} <= set(hosts.looked[name])])
    # Then there are enough of them, and 95 of 100 come out right
    assert result.with_cause >= 80
    assert result.top1 / result.with_cause >= 0.95
    assert result.top3 / result.with_cause >= 0.95


@pytest.mark.parametrize("views", [*VIEWS])
def test_nothing_is_certain_that_is_not_so_whatever_was_seen(hosts: Hosts, views: str) -> None:
    assert hosts.counted(views).wrong_certain == []


@pytest.mark.parametrize("views", [*VIEWS])
def test_nothing_is_ruled_out_that_is_so_whatever_was_seen(hosts: Hosts, views: str) -> None:
    """Given that somebody suspects the true causes of a host, whether or not anything speaks for them, then nothing makes them impossible."""
    wrong = []
    for name, bundle in hosts.bundles:
        facts = facts_with(bundle, views)
        true = [_suspected(cause) for cause in CAUSES if cause.id in hosts.labels[name]]
        wrong += [] if facts is None else [(name, item.cause.id) for item in diagnose(facts, true) if item.rank is Rank.RULED_OUT]
    assert wrong == []


def _suspected(cause: Cause) -> Cause:
    return replace(cause, evidence=(SUSPECTED, *cause.evidence))


def test_noise_makes_no_cause(hosts: Hosts) -> None:
    # Given hosts with which nothing is the matter; where something is that has no number, a cause may well be likely
    result = hosts.counted(among=[(name, bundle) for name, bundle in hosts.bundles if hosts.kinds[name] == "healthy"])
    assert result.with_cause == 0
    assert result.bundles >= 8 and result.quiet == result.bundles


def test_surer_words_are_truer(hosts: Hosts) -> None:
    shares = {rank: right / made for rank, (made, right) in hosts.counted().claims.items() if made}
    assert shares[Rank.CERTAIN] == 1.0
    assert shares[Rank.CERTAIN] > shares[Rank.LIKELY] > shares[Rank.POSSIBLE]


def test_every_cause_is_the_matter_with_some_host(tmp_path: Path) -> None:
    labels = [read_hosts(package, tmp_path / package).labels for package in PACKAGES]
    assert sum(map(len, labels)) >= 150
    assert {cause for of_author in labels for causes in of_author.values() for cause in causes} == {cause.id for cause in CAUSES}
