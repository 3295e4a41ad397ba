# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The scope of a waiver: by name, pattern, group and fingerprint, and what leaves no host out."""

from __future__ import annotations

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.waiver_scope import all_hosts, covers_host

from tests.unit.plugins.plugin_utils._core.test_waivers import waiver


@pytest.mark.parametrize("glob", ["*", "**", "?*", "*?*", "[a-z]*", "[!x]*", "[!a-f0-9]*", "*-*", "*.*", ""])
def test_globs_that_leave_no_host_out(glob: str) -> None:
    assert all_hosts(waiver(hosts=(glob,)))
    assert all_hosts(waiver(hosts=("ts01", glob)))
    assert not all_hosts(waiver(hosts=(glob,), groups=("lab",)))


@pytest.mark.parametrize("glob", ["rds*", "*1", "[ab]*", "*.example.com", "t?"])
def test_globs_that_mean_some_hosts(glob: str) -> None:
    assert not all_hosts(waiver(hosts=(glob,)))
    assert not all_hosts(waiver(hosts=(glob,), groups=("all",)))


def test_names_and_groups() -> None:
    assert all_hosts(waiver())
    assert all_hosts(waiver(groups=("lab", "all")))
    assert not all_hosts(waiver(groups=("lab",)))
    # A name is compared without case, as Windows does; a group is a word of the inventory
    assert covers_host(waiver(hosts=("TS01",)), "ts01", ())
    assert not covers_host(waiver(groups=("Lab",)), "ts01", {"lab"})
    assert not covers_host(waiver(hosts=("ts01",), groups=("lab",)), "ts01", {"web"})
