# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which pairs connect after CVE-2018-0886, and from which version on a host has the fix."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.goals.pairing import BLOCKED, CLIENTS, PAIRS, SERVERS, is_patched, minimum_version

from tests.support.goal_hosts import host


def test_the_table_is_whole_and_blocks_what_is_documented() -> None:
    assert set(PAIRS) == set(SERVERS) and all(set(row) == set(CLIENTS) for row in PAIRS.values())
    blocked = {(server, client) for server, row in PAIRS.items() for client, result in row.items() if result == BLOCKED}
    assert blocked == {("unpatched", "force_updated_clients"), ("unpatched", "mitigated"), ("force_updated_clients", "unpatched")}


def test_between_patched_machines_vulnerable_never_helped() -> None:
    patched = [name for name in SERVERS if name != "unpatched"]
    assert {PAIRS[server][client] for server in patched for client in patched} == {"allowed"}


@pytest.mark.parametrize(
    ("build", "version", "ubr", "expected"),
    [
        (14393, "10.0.14393.2248", 1, True),
        (14393, "10.0.14393.2247", 9999, False),
        (14393, None, 2248, True),
        (14393, None, 2247, False),
        (17134, "10.0.17134.48", None, True),
        (14393, None, None, None),
        (17763, None, None, True),
        (20348, "10.0.20348.1", 1, True),
        (10240, "10.0.10240.99999", 1, None),
        (10240, None, 1, None),
    ],
)
def test_the_patch_level(build: int, version: Any, ubr: Any, expected: bool | None) -> None:
    facts = host(set={"os.build": build, "os.ubr": ubr, "credssp.tspkg_version": version})
    assert is_patched(facts) is expected


@pytest.mark.parametrize(("build", "version"), [(14393, "10.0.14393.2248"), (20348, "10.0.20348.0"), (10240, None)])
def test_the_first_version_with_the_fix(build: int, version: str | None) -> None:
    assert minimum_version(build) == version


def test_an_unread_system_is_unknown() -> None:
    assert is_patched(host(status={"os": "denied"}, set={"credssp.tspkg_version": None})) is None
    assert is_patched(host(status={"credssp": "denied"})) is True
