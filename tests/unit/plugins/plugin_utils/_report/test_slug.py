# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""File names of hosts: safe, and different for different names."""

from __future__ import annotations

import re

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._report.slug import slug
from hypothesis import given
from hypothesis import strategies as st

SAFE = re.compile(r"[a-z0-9][a-z0-9._-]{0,110}")


@pytest.mark.parametrize("name", ["web-01", "10.0.0.7", "srv01.corp.example", "a", "x" * 80])
def test_a_safe_name_stays(name: str) -> None:
    assert slug(name) == name


@pytest.mark.parametrize(
    "name", ["WEB-01", "a b", "../../etc/passwd", "", ".", "..", "-x", ".hidden", "fe80::1%eth0", "x" * 81, "ä", "a\x00b", "\ud800", "a/b", "a\nb"]
)
def test_any_other_name_is_made_safe_and_marked(name: str) -> None:
    # When a name is not safe, then it is changed, safe, and ends with a hash of the original.
    made = slug(name)
    assert made != name
    assert SAFE.fullmatch(made)
    assert re.search(r"--[0-9a-f]{16}$", made)


def test_a_name_that_looks_changed_does_not_meet_the_one_that_it_looks_like() -> None:
    # Given the slug of an unsafe name, when a host really has that name, then the two files differ.
    assert slug(slug("WEB")) != slug("WEB")


@given(st.lists(st.text(max_size=100), unique=True, max_size=30))
def test_names_never_share_a_file(names: list[str]) -> None:
    made = [slug(name) for name in names]
    assert len(set(made)) == len(names)
    assert all(SAFE.fullmatch(one) for one in made)
