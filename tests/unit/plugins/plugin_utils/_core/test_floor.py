# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The floor: what a host keeps, and what a change would lower."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.floor import LINES, floor_state, lowered

from tests.support.host_states import host

LOCAL, POLICY = "listener.values.{}.local.{}", "listener.values.{}.policy.{}"
ORACLE = "credssp.AllowEncryptionOracle"


def dword(name: str, value: Any, side: str = LOCAL) -> dict[str, Any]:
    return {side.format(name, "kind"): "REG_DWORD", side.format(name, "value"): value}


def oracle(kind: str, value: Any) -> dict[str, Any]:
    return {f"{ORACLE}.kind": kind, f"{ORACLE}.value": value}


def old_tls(**numbers: int) -> dict[str, Any]:
    return {
        f"tls.protocols.{version}.server": {
            "Enabled": {"path": "p", "kind": "REG_DWORD", "value": number},
            "DisabledByDefault": {"path": "p", "kind": "absent", "value": None},
        }
        for version, number in numbers.items()
    }


def test_the_healthy_host_keeps_every_line() -> None:
    assert floor_state(host()) == dict.fromkeys(LINES, "kept")


@pytest.mark.parametrize(
    ("line", "changes", "state"),
    [
        ("nla", dword("UserAuthentication", 0), "broken"),
        ("nla", dword("UserAuthentication", 0, POLICY), "broken"),
        ("security_layer", dword("SecurityLayer", 0), "broken"),
        ("security_layer", dword("SecurityLayer", 1), "kept"),
        ("min_encryption_level", dword("MinEncryptionLevel", 1), "broken"),
        ("min_encryption_level", dword("MinEncryptionLevel", 4), "kept"),
        ("encryption_oracle", oracle("REG_DWORD", 2), "broken"),
        ("encryption_oracle", oracle("REG_DWORD", 1), "kept"),
        ("encryption_oracle", oracle("REG_DWORD", 7), "broken"),
        ("encryption_oracle", oracle("REG_SZ", "2"), "kept"),
        ("encryption_oracle", oracle("REG_DWORD", "AgI="), "kept"),
        ("encryption_oracle", oracle("denied", None), "unknown"),
    ],
)
def test_states(line: str, changes: dict[str, Any], state: str) -> None:
    expected = {**dict.fromkeys(LINES, "kept"), line: state}
    assert floor_state(host(set=changes)) == expected


def test_a_firewall_that_is_off_is_broken() -> None:
    profiles = {
        f"firewall.profiles.{name}.local.EnableFirewall": {"path": "HKLM\\F", "kind": "REG_DWORD", "value": 0} for name in ("domain", "private", "public")
    }
    assert floor_state(host(set=profiles))["firewall"] == "broken"


@pytest.mark.parametrize(
    ("subset", "lines"),
    [
        ("listener", {"nla", "security_layer", "min_encryption_level", "firewall", "public_profile"}),
        ("credssp", {"encryption_oracle"}),
        ("tls", {"tls"}),
        ("firewall", {"firewall", "public_profile"}),
    ],
)
def test_what_cannot_be_read_is_unknown(subset: str, lines: set[str]) -> None:
    state = floor_state(host(status={subset: "error"}))
    assert {name for name, value in state.items() if value == "unknown"} == lines


@pytest.mark.parametrize(
    ("line", "strong", "weak"),
    [
        ("nla", {}, dword("UserAuthentication", 0)),
        ("security_layer", {}, dword("SecurityLayer", 1)),  # lowering is a breach even above the minimum
        ("min_encryption_level", dword("MinEncryptionLevel", 3), {}),
        ("encryption_oracle", oracle("REG_DWORD", 0), oracle("REG_DWORD", 1)),
        ("encryption_oracle", {}, oracle("REG_DWORD", 2)),
        ("tls", old_tls(tls10=0, tls11=0), old_tls(tls10=1, tls11=0)),
        ("tls", old_tls(tls10=0, tls11=0), old_tls(tls10=0, tls11=1)),
        ("tls", old_tls(tls10=1, tls11=0), old_tls(tls10=1, tls11=1)),
    ],
)
def test_lowered_is_noticed_in_its_own_direction(line: str, strong: dict[str, Any], weak: dict[str, Any]) -> None:
    assert lowered(host(set=strong), host(set=weak)) == (line,)
    assert lowered(host(set=weak), host(set=strong)) == ()
    assert lowered(host(set=weak), host(set=weak)) == ()


def test_opening_the_port_on_public_is_a_breach() -> None:
    rule = {"id": "R", "hive": "local", "text": "v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=3389|"}
    public = {"firewall.active_profiles": ["public"]}
    opened, closed = host(set={**public, "firewall.rules": [rule]}), host(set={**public, "firewall.rules": []})
    assert lowered(closed, opened) == ("public_profile",)
    assert lowered(opened, closed) == ()
    private = {"firewall.active_profiles": ["private"]}
    assert lowered(host(set={**private, "firewall.rules": []}), host(set={**private, "firewall.rules": [rule]})) == ()
    assert floor_state(opened)["public_profile"] == "kept"
    somebody = {**rule, "text": rule["text"] + "RA4=192.0.2.9|"}
    assert floor_state(host(set={**public, "firewall.rules": [somebody]}))["public_profile"] == "unknown"


def test_what_can_no_longer_be_looked_at_counts_as_weaker() -> None:
    blind = host(status={"credssp": "error"})
    assert lowered(host(), blind) == ("encryption_oracle",)
    assert lowered(blind, host()) == ()
