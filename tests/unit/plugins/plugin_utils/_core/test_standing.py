# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which causes people are shown first."""

from __future__ import annotations

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import Rank
from ansible_collections.rdpops.health.plugins.plugin_utils._core.standing import stands


@pytest.mark.parametrize(
    ("rank", "score", "expected"),
    [("certain", 3, True), ("likely", 1, True), ("possible", 0, True), ("possible", -1, False), ("ruled_out", 2, False), ("likely", -1, True)],
)
def test_what_stands(rank: str, score: int, expected: bool) -> None:
    assert stands(rank, score) is expected
    assert stands(Rank(rank), score) is expected
