# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The difference of two clocks, in words."""

from __future__ import annotations

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.clock_words import BY_KERBEROS, BY_NOBODY, clock_apart


@pytest.mark.parametrize(
    ("skew", "apart"),
    [
        (0.4, "less than a second ahead of ours"), (-0.999, "less than a second behind ours"), (1.0, "1 s ahead of ours"), (-119.0, "119 s behind ours"),
        (120.0, "2 min ahead of ours"), (-360.0, "6 min behind ours"), (7199.0, "120 min ahead of ours"), (7200.0, "2 h ahead of ours"),
        (-172799.0, "48 h behind ours"), (172800.0, "2 days ahead of ours"),
    ],
)  # fmt: skip
def test_people_read_minutes_and_a_direction(skew: float, apart: str) -> None:
    probe = {"clock": {"skew_seconds": skew, "uncertainty_seconds": 0.01}}
    assert clock_apart(probe, {"domain": {"joined": True}}) == {"apart": apart, "matters": BY_KERBEROS}


@pytest.mark.parametrize(
    ("joined", "domain", "matters"),
    [
        (True, "HOST", BY_KERBEROS), (False, "CORP", BY_NOBODY),
        # nobody could read the host: one that names itself as its domain is in none
        (None, "CORP", BY_KERBEROS), (None, "HOST", BY_NOBODY),
    ],
)  # fmt: skip
def test_kerberos_plays_no_part_outside_a_domain(joined: bool | None, domain: str, matters: str) -> None:
    probe = {"clock": {"skew_seconds": 600.0, "uncertainty_seconds": 0.01}, "credssp": {"names": {"netbios_domain": domain, "netbios_computer": "HOST"}}}
    assert clock_apart(probe, None if joined is None else {"domain": {"joined": joined}})["matters"] == matters


@pytest.mark.parametrize("probe", [{}, {"clock": None}])
def test_an_endpoint_that_tells_no_time(probe: dict[str, None]) -> None:
    with pytest.raises(LookupError, match="did not tell its time"):
        clock_apart(probe, None)
