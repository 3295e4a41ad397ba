# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which pairs connect after CVE-2018-0886, and whether a host has the fix."""

from __future__ import annotations

from ansible_collections.rdpops.health.plugins.plugin_utils._core.goals.pairing import BLOCKED, CLIENTS, PAIRS, SERVERS, is_patched

from tests.support.goal_hosts import host


def test_the_table_is_whole_and_blocks_what_is_documented() -> None:
    assert set(PAIRS) == set(SERVERS) and all(set(row) == set(CLIENTS) for row in PAIRS.values())
    blocked = {(server, client) for server, row in PAIRS.items() for client, result in row.items() if result == BLOCKED}
    assert blocked == {("unpatched", "force_updated_clients"), ("unpatched", "mitigated"), ("force_updated_clients", "unpatched")}


def test_between_patched_machines_vulnerable_never_helped() -> None:
    patched = [name for name in SERVERS if name != "unpatched"]
    assert {PAIRS[server][client] for server in patched for client in patched} == {"allowed"}


def test_an_unread_system_is_unknown() -> None:
    assert is_patched(host(status={"os": "denied"}, set={"credssp.tspkg_version": None})) is None
    assert is_patched(host(status={"credssp": "denied"})) is True
    assert is_patched(host(set={"os.build": 14393, "credssp.tspkg_version": "10.0.14393.2247"})) is False
