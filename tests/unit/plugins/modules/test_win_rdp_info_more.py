# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""win_rdp_info: the subsets around the listener, what was broken on purpose, and what must never leave the host."""

from __future__ import annotations

import base64
import datetime
import json
from typing import Any

import pytest
from ansible_collections.rdpops.health.tests.support.info_host import CLIENT, LSA, SECRETS, W32TIME, data, value


def test_one_broken_subset_leaves_the_others(told: dict[str, Any]) -> None:
    """Given a build number that is no number, when more is asked for, then that one is an error and the others are read."""
    found = told["broken"]["snapshot"]["subsets"]
    assert (found["os"]["status"], found["os"]["kind"], found["os"]["data"]) == ("error", "unexpected", None)
    assert found["os"]["message"].startswith("0x80131537: ")
    assert {found[name]["status"] for name in ("credssp", "certificate", "ports", "licensing", "logon")} == {"ok"}


@pytest.mark.parametrize("name", ["listener", "tls"])
def test_a_value_that_is_too_large_is_an_error_of_its_subset(told: dict[str, Any], name: str) -> None:
    found = told["broken"]["snapshot"]["subsets"][name]
    assert (found["status"], found["kind"]) == ("error", "too_large")
    assert found["message"].startswith("0x800700EA: ")


def test_what_is_not_asked_for_is_not_read(told: dict[str, Any]) -> None:
    found = told["broken"]["snapshot"]["subsets"]
    left_out = {"events", "sessions", "azure", "client_cache", "client_licensing", "client_policy", "client_events"}
    assert {name for name in found if found[name]["kind"] == "not_asked"} == left_out


def test_a_subset_that_is_none_is_refused_by_name(told: dict[str, Any]) -> None:
    assert "!weather" in told["wrong"]["msg"]
    assert "client_events" in told["wrong"]["msg"]


def test_a_full_key_store_costs_no_more_than_its_bound(told: dict[str, Any]) -> None:
    found = data(told["broken"]["snapshot"]["subsets"], "key_store")
    assert (found["file_count"], found["truncated"], found["listener_key"]["exists"]) == (20_000, True, True)


def test_a_service_that_was_deleted_is_gone(told: dict[str, Any]) -> None:
    assert data(told["broken"]["snapshot"]["subsets"], "services")["SessionEnv"]["exists"] is False


def test_a_broken_certificate_leaves_the_others(told: dict[str, Any]) -> None:
    """Given two entries of a store that hold no certificate, then the good ones of it are listed as before."""
    before = data(told["whole"]["snapshot"]["subsets"], "certificate")["stores"]["remote_desktop"]
    after = data(told["broken"]["snapshot"]["subsets"], "certificate")["stores"]["remote_desktop"]
    assert (after["exists"], after["kind"], after["certificates"][0]) == (True, "", before["certificates"][0])
    assert not {entry["thumbprint"] for entry in after["certificates"]} & {"AB" * 20, "CD" * 20}


def test_a_rule_that_is_too_long_is_left_out_and_that_is_said(told: dict[str, Any]) -> None:
    found = data(told["broken"]["snapshot"]["subsets"], "firewall")
    assert found["truncated"] is True
    assert "RemoteDesktop-huge" not in {rule["id"] for rule in found["rules"]}


def test_no_secret_leaves_the_host(told: dict[str, Any]) -> None:
    """Given a registration token, a serial number, a password and ids on the host, then none of them is in any answer, as text or as base64."""
    everything = json.dumps(told)
    for secret in SECRETS:
        assert secret not in everything
        assert base64.b64encode(secret.encode()).decode().rstrip("=") not in everything


@pytest.mark.parametrize("run", ["whole", "broken", "large"])
def test_a_snapshot_is_small(told: dict[str, Any], run: str) -> None:
    assert len(json.dumps(told[run]["snapshot"])) < 256 * 1024


def test_a_subset_that_has_no_room_is_left_out_and_that_is_said(told: dict[str, Any]) -> None:
    """Given services with 300 KB of text, each value within its bound, then they are too large, and the other subset is there."""
    found = told["large"]["snapshot"]["subsets"]
    assert (found["services"]["status"], found["services"]["kind"], found["services"]["data"]) == ("error", "too_large", None)
    assert found["time"]["status"] == "ok"


def test_who_may_log_on_is_read(subsets: dict[str, Any]) -> None:
    found = data(subsets, "logon")
    assert found["values"]["LmCompatibilityLevel"] == value(LSA, "REG_DWORD", 5)
    assert found["values"]["LimitBlankPasswordUse"] == value(LSA, "REG_SZ", "1")
    assert found["values"]["RestrictReceivingNTLMTraffic"]["value"] == 2
    assert found["values"]["AllowOnlineID"]["value"] == 1
    assert found["values"]["ClientAllowedNTLMServers"]["value"] == ["a", "b"]
    assert found["values"]["ForceGuest"]["kind"] == "absent"
    assert set(found["rights"]["SeNetworkLogonRight"]) == {"kind", "items", "truncated"}
    assert found["account"]["name"] == "nobody"
    assert found["account"]["flags"] is None


def test_listeners_are_those_of_this_machine(told: dict[str, Any], subsets: dict[str, Any]) -> None:
    """Given that Wine shows the ports of the machine under it, then both tables can be read, and the one port that was opened is there."""
    found = data(subsets, "ports")
    assert (found["ipv4"]["kind"], found["ipv6"]["kind"]) == ("", "")
    assert [entry["port"] for entry in found["ipv4"]["items"]] == sorted(entry["port"] for entry in found["ipv4"]["items"])
    assert [entry["address"] for entry in found["ipv4"]["items"] if entry["port"] == told["port"]] == ["127.0.0.1"]


def test_licensing_is_read_without_a_look_at_any_bytes(subsets: dict[str, Any]) -> None:
    found = data(subsets, "licensing")
    assert found["mode"]["local"]["value"] == 4
    assert (found["grace_period"], found["certificates"]["X509 Certificate"], found["certificates"]["X509 Certificate2"]) == (True, True, False)


def test_the_clock_is_read(told: dict[str, Any], subsets: dict[str, Any]) -> None:
    found = data(subsets, "time")
    assert (found["values"]["Type"]["value"], found["values"]["LastKnownGoodTime"]["value"]) == ("NT5DS", 133770000000000000)
    assert abs(datetime.datetime.fromisoformat(found["now"]) - datetime.datetime.now(datetime.timezone.utc)) < datetime.timedelta(hours=1)
    assert data(told["broken"]["snapshot"]["subsets"], "time")["values"]["Type"] == value(f"{W32TIME}\\Parameters", "REG_DWORD", 3)


def test_a_machine_in_azure_is_known_by_its_tag(subsets: dict[str, Any]) -> None:
    found = data(subsets, "azure")
    assert (found["asset_tag"], found["vm_id"], found["guest_agent"]["exists"]) == (True, True, False)


def test_the_agent_of_azure_virtual_desktop_is_described(told: dict[str, Any], subsets: dict[str, Any]) -> None:
    """Given an agent with a token, then the token is present and no more is said; given none, then the subset does not apply."""
    found = data(subsets, "avd")
    assert found["registration_token"] == "present"
    assert found["broker_hosts"] == {"BrokerResourceIdURI": "rdbroker-g-eu-r0.wvd.microsoft.com", "BrokerResourceIdURIGlobal": None}
    assert [(entry["name"], entry["fReverseConnectMode"]["value"]) for entry in found["listeners"]] == [("rdp-sxs230411200", 1)]
    gone = told["broken"]["snapshot"]["subsets"]["avd"]
    assert (gone["status"], gone["kind"], gone["data"]) == ("not_applicable", "not_installed", None)


def test_events_that_cannot_be_read_say_so_per_channel(subsets: dict[str, Any]) -> None:
    """Given that Wine has no event reader, then each channel that is there has the kind of its failure, and the subset is still read."""
    found = data(subsets, "events")
    manager = found["channels"]["Microsoft-Windows-TerminalServices-LocalSessionManager/Operational"]
    assert (manager["exists"], manager["Enabled"]["value"], manager["oldest"]) == (True, 1, None)
    assert manager["kind"] != ""
    assert found["channels"]["Microsoft-Windows-NTLM/Operational"]["exists"] is False
    assert found["events"] == []


def test_crash_records_are_asked_for_on_a_host_alone(subsets: dict[str, Any]) -> None:
    assert [data(subsets, name)["crashes"] for name in ("events", "client_events")] == [True, False]


def test_sessions_that_windows_does_not_tell_are_an_error(subsets: dict[str, Any]) -> None:
    """Given that Wine refuses to list sessions, then that is an error of this subset and nothing else."""
    assert (subsets["sessions"]["status"], subsets["sessions"]["data"]) == ("error", None)


def test_the_files_of_the_client_are_counted(subsets: dict[str, Any]) -> None:
    assert data(subsets, "client_cache") == {"exists": True, "file_count": 2, "bytes": 12, "truncated": False, "default_rdp": True, "kind": ""}


def test_the_licence_store_is_counted(subsets: dict[str, Any]) -> None:
    found = data(subsets, "client_licensing")
    assert found["native"] == {"exists": True, "hardware_id": True, "store_count": 2}
    assert found["wow64"]["exists"] is False


def test_saved_credentials_are_listed(told: dict[str, Any], subsets: dict[str, Any]) -> None:
    (entry,) = data(subsets, "client_credentials")["credentials"]
    assert (entry["target"], entry["type"], entry["persist"], entry["user"]) == ("TERMSRV/ts01.example.com", "generic", "local_machine", None)
    (named,) = data(told["broken"]["snapshot"]["subsets"], "client_credentials")["credentials"]
    assert named["user"] == "EXAMPLE\\ann"


def test_the_policy_of_the_client_is_read(subsets: dict[str, Any]) -> None:
    found = data(subsets, "client_policy")
    assert found["values"]["AuthenticationLevelOverride"] == value(f"HKLM\\{CLIENT}", "REG_DWORD", 0)
    assert found["values"]["LsaCfgFlags"] == value(LSA, "REG_DWORD", 2)
    assert found["lsa_iso"] is False  # Wine has no such process
    assert found["user_values"]["RDGClientTransport"] == value(f"HKCU\\{CLIENT}", "REG_DWORD", 1)
    saved = found["delegation"]["AllowSavedCredentials"]
    assert (saved["policy"]["value"], saved["concatenate"]["value"]) == (1, 0)
    assert (len(saved["servers"]["items"]), saved["servers"]["truncated"]) == (50, True)
    assert found["delegation"]["DenySavedCredentials"]["servers"]["items"] == []
