# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The arithmetic of clocks."""

from __future__ import annotations

import pytest
from ansible_collections.rdpops.health.plugins.module_utils._rdp._clock import compare_clocks
from ansible_collections.rdpops.health.plugins.module_utils._rdp._ntlm import Challenge

from tests.support.rdp_bytes import filetime


def clock(seconds: float) -> Challenge:
    return Challenge(0, None, None, ((7, filetime(seconds)),))


def test_clocks_are_compared_with_the_middle_of_the_round_trip() -> None:
    found = compare_clocks(clock(1_700_000_010.25), 1_700_000_000.0, 1_700_000_000.5)
    assert found is not None
    assert (found.skew_seconds, found.uncertainty_seconds) == (pytest.approx(10.0, abs=1e-4), 0.25)
    whole = compare_clocks(clock(1_700_000_010), 1_700_000_000.0, 1_700_000_000.5)
    assert whole is not None
    assert (whole.skew_seconds, whole.uncertainty_seconds) == (pytest.approx(10.25, abs=1e-4), 0.75)
    behind = compare_clocks(clock(1_700_000_000.5), 1_700_000_001.0, 1_700_000_000.0)  # our own clock was set back meanwhile
    assert behind is not None
    assert behind.uncertainty_seconds == 0.5
    assert compare_clocks(Challenge(0), 0.0, 1.0) is None
