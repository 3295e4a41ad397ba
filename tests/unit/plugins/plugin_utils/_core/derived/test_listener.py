# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The value in force: policy over local over default, the wrong kind ignored and told, denied is unknown."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.listener import SETTINGS, UNLIMITED, effective_values, wrong_kinds


def value(kind: str, content: Any = None) -> dict[str, Any]:
    return {"path": "HKLM\\A", "kind": kind, "value": content}


ABSENT, DENIED, WRONG, BYTES = value("absent"), value("denied"), value("REG_SZ", "0"), value("REG_DWORD", "AAA=")
ONE, ZERO = value("REG_DWORD", 1), value("REG_DWORD", 0)


def effective(policy: Any, local: Any, name: str = "UserAuthentication") -> Any:
    return effective_values({"values": {name: {"policy": policy, "local": local}}}).get(name)


@pytest.mark.parametrize(
    ("policy", "local", "number", "source", "wrong_kind"),
    [
        (ZERO, ONE, 0, "policy", False), (ONE, ZERO, 1, "policy", False), (ONE, DENIED, 1, "policy", False),
        (ABSENT, ZERO, 0, "local", False), (None, ZERO, 0, "local", False), (WRONG, ZERO, 0, "local", True), (BYTES, ZERO, 0, "local", True),
        (ABSENT, ABSENT, 1, "default", False), (None, None, 1, "default", False), (None, WRONG, 1, "default", True), (None, BYTES, 1, "default", True),
        (WRONG, ABSENT, 1, "default", True),
    ],
)  # fmt: skip
def test_value_in_force(policy: Any, local: Any, number: int, source: str, wrong_kind: bool) -> None:
    told = effective(policy, local)
    assert {name: told[name] for name in told if name != "set_by"} == {"value": number, "source": source, "wrong_kind": wrong_kind}
    assert told["set_by"].startswith({"policy": 'the Group Policy "Require user auth', "local": "the host", "default": "the default"}[source])


def test_a_policy_without_a_known_name_is_called_after_its_value() -> None:
    assert effective(ONE, ONE, "PortNumber")["set_by"] == 'the Group Policy "PortNumber"'


def test_settings_of_the_wrong_kind_are_named() -> None:
    sides = {"UserAuthentication": {"policy": None, "local": WRONG}, "SecurityLayer": {"policy": None, "local": ONE}}
    assert wrong_kinds({"values": {**sides, "LanAdapter": {"policy": DENIED, "local": WRONG}}}) == {"names": ["UserAuthentication"], "count": 1}
    assert wrong_kinds({"values": {}}) == {"names": [], "count": 0}


@pytest.mark.parametrize(("policy", "local"), [(DENIED, ONE), (ABSENT, DENIED), (None, DENIED), (WRONG, DENIED)])
def test_what_may_not_be_read_is_left_out(policy: Any, local: Any) -> None:
    assert effective(policy, local) is None


def test_documented_defaults() -> None:
    assert {name: setting.default for name, setting in SETTINGS.items()} == {
        "fDenyTSConnections": 1, "PortNumber": 3389, "SecurityLayer": 1, "UserAuthentication": 1, "MinEncryptionLevel": 2,
        "fAllowSecProtocolNegotiation": 1, "fEnableWinStation": 1, "fLogonDisabled": 0, "MaxInstanceCount": UNLIMITED, "LanAdapter": 0,
        "SelectTransport": 2, "TSServerDrainMode": 0, "WinStationsDisabled": "0", "fPromptForPassword": 0, "fEncryptRPCTraffic": 0,
    }  # fmt: skip
    assert UNLIMITED == 2**32 - 1
    assert [name for name, setting in SETTINGS.items() if setting.kind != "REG_DWORD"] == ["WinStationsDisabled"]


def test_text_where_text_is_meant() -> None:
    assert effective(None, value("REG_SZ", "1"), "WinStationsDisabled")["value"] == "1"
    assert effective(None, ONE, "WinStationsDisabled") == {"value": "0", "source": "default", "set_by": "the default of Windows", "wrong_kind": True}


def test_what_was_not_reported_is_not_made_up() -> None:
    assert effective_values({}) == {}
    assert effective_values({"values": {"Other": {"policy": None, "local": ONE}}}) == {}
