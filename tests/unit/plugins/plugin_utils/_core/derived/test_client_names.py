# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Names that a client uses for a host."""

from __future__ import annotations

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.client_names import is_target_of, is_this_host

NAMES = ("TS01", "ts01.corp.example.com", "192.0.2.11")


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("ts01", True),
        ("TS01.corp.example.com", True),
        ("ts01.corp.example.com.", True),
        ("ts01:3390", True),
        ("192.0.2.11", True),
        ("192.0.2.11:3390", True),
        ("192.0.2.1", False),
        ("192", False),
        ("ts02", False),
        ("ts01.other.example.com", True),  # the short name is one of the host's
        ("", False),
        ("::1", False),
    ],
)
def test_the_same_host(name: str, same: bool) -> None:
    assert is_this_host(name, NAMES) is same


def test_two_full_names_are_two_hosts() -> None:
    assert not is_this_host("ts01.other.example.com", ["ts01.corp.example.com"])


@pytest.mark.parametrize(
    ("pattern", "covers"),
    [
        ("TERMSRV/*", True),
        ("*", True),
        ("*/ts01", True),
        ("termsrv/*.corp.example.com", True),
        ("TERMSRV/ts01", True),
        ("TERMSRV/*.other.example.com", False),
        ("HOST/*", False),
        ("TERMSRV/ts02", False),
    ],
)
def test_a_pattern_of_a_list(pattern: str, covers: bool) -> None:
    assert is_target_of(pattern, NAMES) is covers
