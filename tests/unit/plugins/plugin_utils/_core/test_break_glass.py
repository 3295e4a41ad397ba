# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Break-glass has an owner, a reason and an end that is near."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.break_glass import BreakGlassError, read_break_glass

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=timezone.utc)
GIVEN = {"owner": "ops", "reason": "vendor appliance until Friday", "expires_at": "2026-11-21T08:00:00Z"}


def test_what_was_given_is_kept() -> None:
    read = read_break_glass({**GIVEN, "owner": " ops "}, NOW)
    assert read.to_document() == GIVEN
    assert read.expires_at == NOW + timedelta(days=1)


@pytest.mark.parametrize("ends", ["2026-11-23T08:00:00Z", "2026-11-20T08:00:01Z", "2026-11-20T10:00:01+02:00"])
def test_ends_within_72_hours(ends: str) -> None:
    assert read_break_glass({**GIVEN, "expires_at": ends}, NOW)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"owner": ""}, "owner"), ({"owner": None}, "owner"), ({"reason": "  "}, "reason"), ({"reason": "a\nb"}, "reason"), ({"reason": "x" * 501}, "reason"),
        ({"expires_at": "soon"}, "UTC time"), ({"expires_at": None}, "UTC time"), ({"expires_at": 5}, "UTC time"),
        ({"expires_at": "2026-11-20T08:00:00Z"}, "has passed"), ({"expires_at": "2026-11-23T08:00:01Z"}, "72 hours"),
    ],
)  # fmt: skip
def test_anything_else_is_refused_in_one_sentence(change: dict[str, Any], told: str) -> None:
    with pytest.raises(BreakGlassError, match=told) as caught:
        read_break_glass({**GIVEN, **change}, NOW)
    assert "\n" not in str(caught.value)
    with pytest.raises(BreakGlassError):
        read_break_glass({name: value for name, value in GIVEN.items() if name not in change}, NOW)
