# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The filter hands a result on, and refuses what is none."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.rdpops.health.plugins.filter.rdp_pilot import FilterModule


def test_a_result_is_compared() -> None:
    found = FilterModule().filters()["rdp_pilot"]({"snapshot": {}}, "ts01")
    assert set(found) == {"page", "bundle", "unexpected"}


def test_what_is_no_result_is_refused() -> None:
    with pytest.raises(AnsibleFilterError, match="a registered result, not str"):
        FilterModule().filters()["rdp_pilot"]("x", "ts01")
