# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a client keeps and is told about this host."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.client_settings import ALLOWED, DENIED, delegation, licence_store, saved_credential
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.gap import Gap

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=timezone.utc)
DAY = 86400


def saved(*targets: str, truncated: bool = False, written: str = "2026-10-02T07:41:12Z") -> dict[str, Any]:
    entries = [{"target": target, "type": "generic", "persist": "enterprise", "last_written": written, "user": None} for target in targets]
    return {"host_names": ["TS01"], "client_credentials": {"credentials": entries, "truncated": truncated}}


def logon(age: int | None) -> dict[str, Any]:
    return {"account": {"password_age_s": age}}


@pytest.mark.parametrize(
    ("target", "for_host"),
    [
        ("TERMSRV/ts01", True),
        ("LegacyGeneric:target=TERMSRV/TS01.example.com", True),
        ("Domain:target=TERMSRV/ts01", True),
        ("TERMSRV/ts02", False),
        ("HTTP/ts01", False),
    ],
)
def test_a_credential_for_this_host(target: str, for_host: bool) -> None:
    assert saved_credential(saved(target), None, NOW)["for_host"] is for_host


def test_a_list_that_was_cut_short_proves_nothing() -> None:
    found = saved_credential(saved("TERMSRV/other", truncated=True), None, NOW)
    assert isinstance(found["for_host"], Gap)
    assert isinstance(found["before_password"], Gap)


@pytest.mark.parametrize(("age", "before"), [(10 * DAY, True), (90 * DAY, False)])
def test_a_password_that_is_newer(age: int, before: bool) -> None:
    assert saved_credential(saved("TERMSRV/ts01"), logon(age), NOW)["before_password"] is before


@pytest.mark.parametrize("told", [None, logon(None), {"account": None}])
def test_a_password_that_nobody_asked_about(told: Any) -> None:
    assert isinstance(saved_credential(saved("TERMSRV/ts01"), told, NOW)["before_password"], Gap)
    assert saved_credential(saved(), told, NOW)["before_password"] is False


def asked(server: str, *targets: str, truncated: bool = False) -> Any:
    began = {
        "provider": "Microsoft-Windows-TerminalServices-ClientActiveXCore",
        "id": 1024,
        "time": "2026-11-20T07:00:00Z",
        "properties": ["Name", server, "Info"],
    }
    client = {**saved(*targets, truncated=truncated), "client_events": {"events": [began]}}
    return saved_credential(client, None, NOW)["for_asked"]


def test_a_credential_for_the_name_that_was_asked_for_last() -> None:
    """Given a host that people call by another name than the inventory, then what is saved for that name counts."""
    assert asked("alias", "TERMSRV/alias") is True
    assert asked("alias", "TERMSRV/ts01") is False
    assert asked("alias") is False
    assert isinstance(asked("alias", "TERMSRV/ts01", truncated=True), Gap)
    # Nobody knows what was asked for, and it matters only where something is saved
    assert isinstance(saved_credential(saved("TERMSRV/alias"), None, NOW)["for_asked"], Gap)
    assert saved_credential(saved(), None, NOW)["for_asked"] is False


def policy(**lists: tuple[Any, str, list[str]]) -> dict[str, Any]:
    empty = (None, "", [])
    entries = {}
    for name in (*ALLOWED, *DENIED):
        value, kind, items = lists.get(name, empty)
        state = {"path": "HKLM\\X", "value": value, "kind": "denied" if value == "denied" else "absent" if value is None else "REG_DWORD"}
        entries[name] = {"policy": {**state, "value": value if isinstance(value, int) else None}, "servers": {"kind": kind, "items": items, "truncated": False}}
    return {"host_names": ["TS01"], "client_policy": {"delegation": entries}}


@pytest.mark.parametrize(
    ("lists", "left_out", "denied"),
    [
        ({}, [], []),
        ({"AllowSavedCredentials": (1, "", ["TERMSRV/*"])}, [], []),
        ({"AllowSavedCredentials": (1, "", ["TERMSRV/other"])}, ["AllowSavedCredentials"], []),
        ({"AllowSavedCredentials": (0, "", ["TERMSRV/other"])}, [], []),
        ({"DenySavedCredentials": (1, "", ["TERMSRV/ts01"])}, [], ["DenySavedCredentials"]),
        ({"DenySavedCredentials": (1, "", ["TERMSRV/other"])}, [], []),
    ],
)
def test_lists_of_the_policy(lists: Any, left_out: list[str], denied: list[str]) -> None:
    found = delegation(policy(**lists))
    assert (found["left_out_by"], found["denied_by"], found["blocked"]) == (left_out, denied, bool(left_out or denied))


@pytest.mark.parametrize("closed", [("denied", "", []), (1, "access_denied", [])])
def test_a_list_that_could_not_be_read(closed: Any) -> None:
    assert isinstance(delegation(policy(AllowSavedCredentials=closed))["blocked"], Gap)
    assert delegation(policy(AllowSavedCredentials=closed, DenySavedCredentials=(1, "", ["*"])))["blocked"] is True


def stores(native: tuple[Any, Any, Any], wow64: tuple[Any, Any, Any] = (False, False, 0)) -> dict[str, Any]:
    names = ("exists", "hardware_id", "store_count")
    return {"client_licensing": {view: dict(zip(names, told, strict=True)) for view, told in (("native", native), ("wow64", wow64))}}


@pytest.mark.parametrize(
    ("native", "damaged"),
    [((True, True, 1), False), ((False, False, 0), False), ((True, False, 0), False), ((True, False, 1), True), ((True, True, None), False)],
)
def test_the_store_of_licences(native: Any, damaged: bool) -> None:
    assert licence_store(stores(native)) == {"damaged": damaged}


@pytest.mark.parametrize("closed", [(None, None, None), (True, None, 1)])
def test_a_store_that_is_closed(closed: Any) -> None:
    assert isinstance(licence_store(stores(closed))["damaged"], Gap)


def test_what_was_not_read() -> None:
    for answer in (delegation, licence_store, lambda client: saved_credential(client, None, NOW)):
        with pytest.raises(LookupError, match="not read"):
            answer({"host_names": []})
