# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The formats of the made-up fleet, byte for byte; tests/support/sample_golden.py writes the files anew."""

from __future__ import annotations

import pytest
from ansible_collections.rdpops.health.tests.support.sample_golden import FOLDER, golden

GOLDEN = golden()


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_a_format_is_what_was_reviewed(name: str) -> None:
    # Given a file that a person has read, when the same hosts are drawn, then nothing differs.
    assert (FOLDER / name).read_text(encoding="utf-8") == GOLDEN[name]


def test_no_golden_file_is_left_over() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(GOLDEN)
