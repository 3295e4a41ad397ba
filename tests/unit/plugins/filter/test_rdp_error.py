# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The filter takes texts and numbers, and refuses the rest in one sentence."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.rdpops.health.plugins.filter.rdp_error import FilterModule


def test_texts_and_numbers_are_decoded() -> None:
    decode = FilterModule().filters()["rdp_error"]
    assert decode("0x904/0x7")["extended"] == 7
    assert decode(2308) == decode("2308")
    assert decode("event 36871 10013")["causes"][0] == "C11"
    assert decode("Fehlercode: 0x904")["code"] == decode(2308)["code"]


@pytest.mark.parametrize("value", [None, True, [], {}, "banana"])
def test_anything_else_is_refused(value: Any) -> None:
    with pytest.raises(AnsibleFilterError, match=r"rdpops\.health\.rdp_error"):
        FilterModule().filters()["rdp_error"](value)
