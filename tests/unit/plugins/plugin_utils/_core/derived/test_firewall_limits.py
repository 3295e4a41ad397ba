# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whom a limited firewall rule is for, in words."""

from __future__ import annotations

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.firewall_limits import first_and_rest, limit_told, limits_of


@pytest.mark.parametrize(
    ("fields", "limits"),
    [
        ({"action": ["Allow"], "lport": ["3389"], "profile": ["Domain"]}, ()),
        ({"ra4": ["192.0.2.0/255.255.255.0"], "ra42": ["LocalSubnet"]}, ("192.0.2.0/255.255.255.0", "LocalSubnet")),
        ({"ra4": ["LocalSubnet"], "ra6": ["LocalSubnet"]}, ("LocalSubnet",)),
        ({"ra6": ["2001:db8::/32"], "la4": ["192.0.2.1"], "la6": ["::1"]}, ("2001:db8::/32", "addresses of the host")),
        ({"if": ["{0}"], "iftype": ["Lan"]}, ("certain adapters",)),
        ({"ruauth": ["O:SYG"], "luauth": ["O:SYG"]}, ("certain people",)),
        ({"security": ["x"], "rmauth": ["x"]}, ("protected connections", "certain computers")),
        ({"ra4": ["x" * 1000]}, ("x" * 64,)),
    ],
)
def test_limits(fields: dict[str, list[str]], limits: tuple[str, ...]) -> None:
    assert limits_of(fields) == limits


def test_sentences() -> None:
    assert limit_told("Ban_0", ["192.0.2.1"], allows=False) == "Ban_0 keeps out 192.0.2.1"
    assert limit_told("R", ["LocalSubnet", "192.0.2.1"], allows=True) == "R lets in only LocalSubnet, 192.0.2.1"


@pytest.mark.parametrize(("count", "told"), [(0, ""), (1, "0"), (5, "0-1-2-3-4"), (6, "0-1-2-3-4 and 1 more")])
def test_the_first_few_and_how_many_more(count: int, told: str) -> None:
    assert first_and_rest(map(str, range(count)), "-") == told
