# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How good the diagnosis is on bundles that nobody tuned, and that its words for sureness mean what they say.

The goals are those of the project: with full evidence the first cause named is a true one in 95 of 100, and nothing is certain that is not so.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.load import load_catalogue
from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import Rank
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.load import Bundle
from ansible_collections.rdpops.health.plugins.plugin_utils._workshop.matrix import VIEWS, Matrix, bundles_of, matrix, read_joins, read_labels

from tests.bundles.write import write_package

CAUSES = load_catalogue().causes


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("unseen")
    write_package("tests.bundles.unseen", where)
    return where


@pytest.fixture(scope="module")
def labels(folder: Path) -> dict[str, tuple[str, ...]]:
    return read_labels(folder / "labels.yml")


@pytest.fixture(scope="module")
def bundles(folder: Path, labels: dict[str, tuple[str, ...]]) -> list[tuple[str, Bundle]]:
    found, problems = bundles_of(folder, labels, read_joins(folder / "joins.yml"))
    assert problems == []
    return found


def counted(bundles: list[tuple[str, Bundle]], labels: dict[str, tuple[str, ...]], views: str = "full") -> Matrix:
    return matrix(bundles, labels, CAUSES, views)


def test_with_full_evidence_the_first_cause_is_a_true_one(bundles: list[tuple[str, Bundle]], labels: dict[str, tuple[str, ...]], folder: Path) -> None:
    # Given the bundles that were looked at from inside and outside
    looked = yaml.safe_load((folder / "labels.yml").read_text(encoding="utf-8"))
    whole = [(name, bundle) for name, bundle in bundles if {"inside", "outside"} <= set(looked[name]["views"])]
    result = counted(whole, labels)
    # Then there are enough of them, and 95 of 100 come out right
    assert result.with_cause >= 90
    assert result.top1 / result.with_cause >= 0.95
    assert result.top3 / result.with_cause >= 0.95


@pytest.mark.parametrize("views", [*VIEWS])
def test_nothing_is_certain_that_is_not_so_whatever_was_seen(bundles: list[tuple[str, Bundle]], labels: dict[str, tuple[str, ...]], views: str) -> None:
    assert counted(bundles, labels, views).wrong_certain == []


def test_noise_makes_no_cause(bundles: list[tuple[str, Bundle]], labels: dict[str, tuple[str, ...]]) -> None:
    result = counted(bundles, labels)
    healthy = result.bundles - result.with_cause
    assert healthy >= 8 and result.quiet == healthy


def test_surer_words_are_truer(bundles: list[tuple[str, Bundle]], labels: dict[str, tuple[str, ...]]) -> None:
    shares = {rank: right / made for rank, (made, right) in counted(bundles, labels).claims.items() if made}
    assert shares[Rank.CERTAIN] == 1.0
    assert shares[Rank.CERTAIN] > shares[Rank.LIKELY] > shares[Rank.POSSIBLE]
