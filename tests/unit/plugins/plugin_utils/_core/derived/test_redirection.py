# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The address that a session host keeps for its broker, compared with those that are known to be its own."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.redirection import LISTENED_ON, NOT_SEEN, redirection

from tests.support.host_states import host

DOCUMENT = host().document
PROBE = DOCUMENT["probe"]


def listener(value: Any, kind: str = "REG_SZ") -> dict[str, Any]:
    return {"values": {"SessionDirectoryRedirectionIP": {"local": {"path": "HKLM\\X", "kind": kind, "value": value}, "policy": None}}}


def ports(*addresses: str) -> dict[str, Any]:
    items = [{"address": address, "port": 139, "pid": 4} for address in addresses]
    return {"ipv4": {"kind": "", "items": items, "truncated": False}, "ipv6": {"kind": "", "items": [], "truncated": False}, "term_service_pid": 1}


def test_on_most_hosts_there_is_none() -> None:
    none = {"address": None, "suspect": False, "compared": NOT_SEEN}
    assert redirection(DOCUMENT["listener"], DOCUMENT["ports"], PROBE) == none
    assert redirection(listener(""), None, None) == none
    assert redirection(listener(7, "REG_DWORD"), None, None) == none


@pytest.mark.parametrize(
    ("value", "suspect"),
    [
        ("192.0.2.7", False), ("192.0.2.70", True), ("192.0.2.70, 192.0.2.7", False), (["192.0.2.7", ""], False), ("2001:DB8::1", False),
        ("2001:db8:0:0:0:0:0:1", False), ("2001:db8::2", True), ("nonsense", True), ("0.0.0.0", True),
    ],
)  # fmt: skip
def test_it_is_compared_with_the_addresses_on_which_programs_listen(value: Any, suspect: bool) -> None:
    told = redirection(listener(value), ports("0.0.0.0", "127.0.0.1", "192.0.2.7", "2001:db8::1"), None)
    assert (told["suspect"], told["compared"]) == (suspect, LISTENED_ON)


def test_where_a_probe_found_the_host_is_its_own_address_too() -> None:
    own = PROBE["target"]["address"]
    assert redirection(listener(own), ports("0.0.0.0"), PROBE) == {"address": own, "suspect": False, "compared": NOT_SEEN}
    refused = {**PROBE, "ended_at": "connect"}
    assert redirection(listener(own), ports("0.0.0.0"), refused)["suspect"] is True
    unresolved = {**PROBE, "target": {**PROBE["target"], "address": None}}
    assert redirection(listener(own), None, unresolved)["suspect"] is True


def test_what_was_not_read_is_not_none() -> None:
    with pytest.raises(LookupError, match="did not ask"):
        redirection({"values": {}}, None, None)
    with pytest.raises(LookupError, match="could not be read"):
        redirection(listener(None, "denied"), None, None)
