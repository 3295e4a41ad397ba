# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Log-on rights and one account."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.gap import Gap
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.logon import account_state, logon_rights

from tests.support.host_states import host

RIGHTS = ("SeRemoteInteractiveLogonRight", "SeNetworkLogonRight")
DENIES = ("SeDenyRemoteInteractiveLogonRight", "SeDenyNetworkLogonRight")
NOW = host().now
ACCOUNT = {"name": "operator", "kind": "", "flags": 0x201, "password_age_s": 86400, "password_expired": False, "expires_at": None}


def rights(**change: Any) -> Any:
    return logon_rights(host(set={f"logon.rights.{name}.{part}": value for name, (part, value) in change.items()}).document["logon"])


def account(**change: Any) -> Any:
    return account_state({"account": {**ACCOUNT, **change}}, NOW)


def test_the_rights_that_windows_ships() -> None:
    assert rights() == {
        "nobody_may": False, "denied_widely": False, "local_denied": False, "blank_refused": True, "trouble": "",
        "entra_members": False, "guests_denied": False, "usual_holders": True, "other_holders": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "members"),
    [
        ({"administrators.items": ["S-1-5-32-544", "S-1-12-1-1-2-3-4"]}, True),
        ({"remote_desktop_users.items": ["S-1-12-1-1-2-3-4"], "administrators.kind": "access_denied", "administrators.items": []}, True),
        ({"administrators.kind": "access_denied", "administrators.items": []}, None),
        ({"administrators.truncated": True}, None),
        ({"administrators.items": ["S-1-5-21-12-1-9"]}, False),
    ],
)
def test_accounts_of_entra_id_are_known_by_their_identifiers(change: dict[str, Any], members: bool | None) -> None:
    told = logon_rights(host(set={f"logon.groups.{path}": value for path, value in change.items()}).document["logon"])["entra_members"]
    assert isinstance(told, Gap) if members is None else told is members


def test_trouble_names_the_right_and_the_account() -> None:
    assert rights(SeNetworkLogonRight=("items", []))["trouble"] == 'nobody holds the right "Access this computer from the network" (SeNetworkLogonRight)'
    denied = rights(SeDenyRemoteInteractiveLogonRight=("items", ["S-1-5-32-546", "S-1-1-0"]), SeRemoteInteractiveLogonRight=("items", []))
    assert denied["trouble"] == (
        'nobody holds the right "Allow log on through Remote Desktop Services" (SeRemoteInteractiveLogonRight);'
        ' "Deny log on through Remote Desktop Services" (SeDenyRemoteInteractiveLogonRight) names Everyone (S-1-1-0)'
    )
    # A list that is closed names nobody
    assert rights(SeNetworkLogonRight=("kind", "access_denied"))["trouble"] == ""


@pytest.mark.parametrize(("items", "denied"), [(["S-1-5-32-546"], True), (["S-1-5-113"], False), ([], False)])
def test_guests(items: list[str], denied: bool) -> None:
    assert rights(SeDenyRemoteInteractiveLogonRight=("items", items))["guests_denied"] is denied
    # The network alone is another right
    assert rights(SeDenyNetworkLogonRight=("items", items))["guests_denied"] is False


@pytest.mark.parametrize(
    ("items", "others"), [(["S-1-5-32-544"], []), ([], []), (["S-1-5-32-555", "S-1-5-32-544", "S-1-5-32-545", "S-1-1-0"], ["S-1-1-0", "S-1-5-32-545"])]
)
def test_who_else_may_log_on_through_remote_desktop(items: list[str], others: list[str]) -> None:
    told = rights(SeRemoteInteractiveLogonRight=("items", items))
    assert (told["usual_holders"], told["other_holders"]) == (not others, others)


def test_lists_that_are_closed_tell_nothing_of_guests_and_holders() -> None:
    assert isinstance(rights(SeDenyRemoteInteractiveLogonRight=("kind", "access_denied"))["guests_denied"], Gap)
    told = rights(SeRemoteInteractiveLogonRight=("truncated", True))
    assert isinstance(told["usual_holders"], Gap)
    assert isinstance(told["other_holders"], Gap)


@pytest.mark.parametrize("name", RIGHTS)
def test_a_right_that_nobody_holds(name: str) -> None:
    assert rights(**{name: ("items", [])})["nobody_may"] is True


@pytest.mark.parametrize("name", DENIES)
def test_rights_that_are_denied(name: str) -> None:
    for sid in ("S-1-1-0", "S-1-5-11", "S-1-5-32-545", "S-1-5-32-544", "S-1-5-32-555"):
        assert rights(**{name: ("items", [sid])})["denied_widely"] is True
    for sid in ("S-1-5-113", "S-1-5-114"):
        told = rights(**{name: ("items", [sid])})
        assert (told["local_denied"], told["denied_widely"]) == (True, False)


def test_one_list_that_is_closed_is_unknown_unless_another_settles_it() -> None:
    assert isinstance(rights(SeNetworkLogonRight=("kind", "access_denied"))["nobody_may"], Gap)
    assert isinstance(rights(SeNetworkLogonRight=("truncated", True))["nobody_may"], Gap)
    assert rights(SeNetworkLogonRight=("kind", "access_denied"), SeRemoteInteractiveLogonRight=("items", []))["nobody_may"] is True
    assert isinstance(rights(SeDenyNetworkLogonRight=("kind", "x"))["denied_widely"], Gap)


@pytest.mark.parametrize(("kind", "value", "refused"), [("REG_DWORD", 0, False), ("REG_DWORD", 1, True), ("absent", None, True), ("denied", None, None)])
def test_log_ons_without_a_password(kind: str, value: Any, refused: bool | None) -> None:
    place = "logon.values.LimitBlankPasswordUse"
    told = logon_rights(host(set={f"{place}.kind": kind, f"{place}.value": value}).document["logon"])["blank_refused"]
    assert isinstance(told, Gap) if refused is None else told is refused


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"flags": 0x203}, "disabled"), ({"flags": 0x211}, "locked"), ({"expires_at": "2026-11-20T08:15:30Z"}, "expired"),
        ({"password_expired": True}, "password_expired"),
    ],
)  # fmt: skip
def test_an_account_that_cannot_log_on(change: dict[str, Any], fault: str) -> None:
    told = account(**change)
    assert {name for name, holds in told.items() if holds} == {fault}


def test_an_account_that_can() -> None:
    assert account(expires_at="2026-11-20T08:15:31Z")["usable"] is True
    assert account(expires_at="9999-99-99T00:00:00Z", password_expired=None)["usable"] is True
    assert account(flags=0x221) == {**account(), "needs_no_password": True}


@pytest.mark.parametrize("logon", [{"account": None}, {"account": {**ACCOUNT, "kind": "not_found"}}, {"account": {**ACCOUNT, "flags": None}}])
def test_no_account_is_no_answer(logon: dict[str, Any]) -> None:
    with pytest.raises(LookupError):
        account_state(logon, NOW)
