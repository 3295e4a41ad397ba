# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""win_rdp_info run by Ansible in a real PowerShell engine on a Wine host, compared with what was put there by other ways."""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.shapes import FactsError
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.snapshot import DATA, check_snapshot
from ansible_collections.rdpops.health.tests.support.info_host import (
    FIREWALL_POLICY,
    GUID,
    HASH,
    KEY_PREFIX,
    LISTED,
    POLICY,
    RULE,
    TCP,
    TS,
    VERSION,
    data,
    value,
)
from ansible_collections.rdpops.health.tests.support.mutations import Damage, damaged, places
from ansible_collections.rdpops.health.tests.support.optional import REPOSITORY


@pytest.mark.parametrize("run", ["whole", "broken", "large"])
def test_a_snapshot_keeps_the_contract(told: dict[str, Any], run: str) -> None:
    """Given a real run, when the snapshot is held to the published schema, then nothing differs and nothing has changed."""
    schema = json.loads((REPOSITORY / "docs" / "schemas" / "snapshot.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    result = told[run]
    assert [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(result["snapshot"])] == []
    check_snapshot(result["snapshot"])
    assert result["changed"] is False
    assert "warnings" not in result or result["warnings"] == []


@pytest.mark.parametrize(
    ("name", "side", "wanted"),
    [
        ("fDenyTSConnections", "local", value(TS, "REG_SZ", "0")),
        ("fDenyTSConnections", "policy", value(POLICY, "REG_DWORD", 0)),
        ("RCDependentServices", "local", value(TS, "REG_MULTI_SZ", ["CertPropSvc", "SessionEnv"])),
        ("MaxOutstandingConnections", "local", value(TS, "REG_QWORD", 2**40)),
        ("PortNumber", "local", value(TCP, "REG_DWORD", 3390)),
        ("PortNumber", "policy", None),
        ("MaxInstanceCount", "local", value(TCP, "REG_DWORD", 0xFFFFFFFF)),
        ("MaxInstanceCount", "policy", value(POLICY, "absent", None)),
        ("SecurityLayer", "local", value(TCP, "absent", None)),
        ("PdName", "local", value(TCP, "REG_MULTI_SZ", ["tcp"])),
        ("PdName1", "local", value(TCP, "REG_MULTI_SZ", [])),
        ("PdDLL", "local", value(TCP, "REG_BINARY", "")),
        ("WdName", "local", value(TCP, "REG_EXPAND_SZ", "%SystemRoot%\\x")),
        ("WdPrefix", "local", value(TCP, "REG_NONE", "YWI=")),
        ("LoadableProtocol_Object", "local", value(TCP, "REG_SZ", 'hostile "\u20ac\u0001</script>\\')),
        ("WinStationsDisabled", "local", value(f"{VERSION}\\Winlogon", "absent", None)),
        ("SessionDirectoryRedirectionIP", "local", value(f"{TS}\\ClusterSettings", "REG_SZ", "192.0.2.7")),
        ("SessionDirectoryRedirectionIP", "policy", None),
        ("KeepAliveInterval", "local", None),
        ("KeepAliveInterval", "policy", value(POLICY, "REG_DWORD", 5)),
    ],
)
def test_a_registry_value_comes_back_with_its_kind(subsets: dict[str, Any], name: str, side: str, wanted: Any) -> None:
    """Given a value written by reg, when the listener is read, then path, kind and value are those."""
    assert data(subsets, "listener")["values"][name][side] == wanted


def test_a_kind_without_a_name_is_there_and_none(subsets: dict[str, Any]) -> None:
    """Given a kind that .NET does not name, when it is read, then it is neither absent nor a fault."""
    assert data(subsets, "listener")["values"]["PdDLL1"]["local"]["kind"] == "REG_NONE"


def test_every_window_station_is_listed(subsets: dict[str, Any]) -> None:
    stations = {station["name"]: station for station in data(subsets, "listener")["win_stations"]}
    assert set(stations) == {"Console", "RDP-Tcp", "rdp-sxs230411200"}
    assert stations["RDP-Tcp"]["PortNumber"]["value"] == 3390
    assert stations["Console"]["PortNumber"]["kind"] == "absent"


def test_the_operating_system_is_described(subsets: dict[str, Any]) -> None:
    found = data(subsets, "os")
    assert (found["ubr"], found["edition_id"], found["product_type"]) == (2700, "ServerStandard", "WinNT")
    assert found["build"] > 10000
    assert found["pending_reboot"] == {"component_based_servicing": True, "windows_update": False, "pending_file_rename": True}
    assert found["setup"]["OOBEInProgress"]["value"] == 0
    assert (found["domain"]["joined"], found["domain"]["entra_joined"]) == (False, True)
    booted = datetime.datetime.fromisoformat(found["booted_at"])
    uptime = datetime.timedelta(seconds=float(Path("/proc/uptime").read_text(encoding="ascii").split()[0]))
    assert abs(datetime.datetime.now(datetime.timezone.utc) - uptime - booted) < datetime.timedelta(minutes=5)


def test_what_our_own_runs_left_is_told(subsets: dict[str, Any]) -> None:
    """Given journals that end, do not and cannot be read, and marks that are whole, cut off and too large, then what is good is told, without names."""
    traces = data(subsets, "os")["rdpops"]
    assert sorted(traces["open_journals"]) == ["cut", "open"]
    assert traces["break_glass"] == [{"journal": "open", "owner": None, "reason": None, "expires_at": "2026-11-20T18:00:00Z"}]
    assert traces["kind"] == "too_large"  # of the last that was looked at


def test_a_service_is_known_by_the_manager_and_not_by_its_key(subsets: dict[str, Any]) -> None:
    """Given one registered service, one left-over key and one that never was, then only the first exists."""
    services = data(subsets, "services")
    assert (services["SessionEnv"]["exists"], services["SessionEnv"]["state"]) == (True, "stopped")
    assert services["SessionEnv"]["Start"]["value"] == 3
    assert services["TermService"]["ServiceDll"]["value"] == "%SystemRoot%\\System32\\termsrv.dll"
    assert services["RpcSs"]["exists"] is True
    assert services["RpcSs"]["state"] in ("running", "stopped")  # Wine ends it when nobody has asked for a while
    assert (services["CertPropSvc"]["exists"], services["CertPropSvc"]["state"], services["CertPropSvc"]["Start"]["value"]) == (False, None, 3)
    assert (services["nsi"]["Start"]["value"], services["RustDesk"]["exists"]) == (4, False)
    assert (services["KeyIso"]["exists"], services["KeyIso"]["state"], services["KeyIso"]["Start"]["kind"]) == (False, None, "absent")


def test_the_bindings_are_raw_bytes(subsets: dict[str, Any]) -> None:
    bindings = data(subsets, "certificate")["bindings"]
    assert bindings["SSLCertificateSHA1Hash"] == value(TCP, "REG_BINARY", base64.b64encode(HASH).decode())
    assert bindings["SelfSignedCertificate"]["kind"] == "REG_BINARY"
    assert bindings["CertTemplateName"]["value"] == "Vorlage \u00e4"
    assert bindings["TemplateCertificate"]["kind"] == "absent"


def test_a_store_is_listed_up_to_its_cap(subsets: dict[str, Any]) -> None:
    """Given 52 certificates in one store and no other store, then 50 are listed and the other does not exist."""
    stores = data(subsets, "certificate")["stores"]
    assert stores["my"] == {"exists": False, "kind": "", "truncated": False, "certificates": []}
    listed = stores["remote_desktop"]["certificates"]
    assert (len(listed), stores["remote_desktop"]["truncated"]) == (50, True)
    for entry in listed:
        assert hashlib.sha1(base64.b64decode(entry["der"])).hexdigest().upper() == entry["thumbprint"]


def test_a_bound_certificate_is_listed_before_all_others(subsets: dict[str, Any]) -> None:
    """Given one bound certificate among 52, of which 50 are listed, then it is the first."""
    found = data(subsets, "certificate")
    bound = base64.b64decode(found["bindings"]["SelfSignedCertificate"]["value"]).hex().upper()
    assert found["stores"]["remote_desktop"]["certificates"][0]["thumbprint"] == bound


def test_a_key_is_located_without_opening_it(subsets: dict[str, Any]) -> None:
    """Given one certificate with a key in a named container, then exactly the ones with a key say where it is."""
    for entry in data(subsets, "certificate")["stores"]["remote_desktop"]["certificates"]:
        provider = entry["key_provider"]
        assert (provider is not None) == entry["has_private_key"]
        assert provider is None or (provider["container"], provider["provider_type"]) == ("TSSecKeySet1", 24)


def test_the_key_file_is_found_by_its_computed_name(subsets: dict[str, Any]) -> None:
    found = data(subsets, "key_store")
    assert found["machine_guid"]["value"] == GUID
    assert found["folder"]["path"] == "C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys"
    assert found["folder"]["exists"] is True
    assert (found["listener_key"]["file_name"], found["listener_key"]["exists"], found["listener_key"]["size"]) == (KEY_PREFIX + GUID, True, 5)
    assert found["listener_key"]["sddl"].startswith("O:")
    assert (found["listener_key"]["sddl_kind"], found["folder"]["sddl_kind"]) == ("", "")
    assert found["folder"]["sddl"].startswith("O:")
    assert found["foreign_files"] == [f"{KEY_PREFIX}another"]
    assert (found["file_count"], found["truncated"]) == (3, False)


def test_the_key_file_of_a_bound_certificate_is_found(subsets: dict[str, Any]) -> None:
    """Given a bound certificate with its key in the listener's container, then its file is found by hashing, beside the written-down name."""
    found = data(subsets, "key_store")
    (key,) = found["bound_keys"]["items"]
    assert (key["container"], key["provider_type"], found["bound_keys"]["kind"]) == ("TSSecKeySet1", 24, "")
    assert {name: key[name] for name in found["listener_key"]} == found["listener_key"]


def test_algorithms_of_schannel_and_delegation_of_credssp_are_read(subsets: dict[str, Any]) -> None:
    tls, delegation = data(subsets, "tls"), data(subsets, "credssp")["delegation"]
    (cipher,) = tls["ciphers"]["items"]
    (exchange,) = tls["key_exchange"]["items"]
    assert (cipher["name"], cipher["Enabled"]["value"], cipher["ServerMinKeyBitLength"]["kind"]) == ("RC4 128/128", 0, "absent")
    assert (exchange["name"], exchange["ServerMinKeyBitLength"]["value"]) == ("Diffie-Hellman", 2048)
    assert tls["hashes"] == {"kind": "", "items": [], "truncated": False}
    assert delegation == data(subsets, "client_policy")["delegation"]
    assert (delegation["AllowSavedCredentials"]["policy"]["value"], len(delegation["AllowSavedCredentials"]["servers"]["items"])) == (1, 50)


def test_the_switches_of_tls_and_credssp_are_read(told: dict[str, Any], subsets: dict[str, Any]) -> None:
    found = data(subsets, "tls")
    assert found["protocols"]["tls12"]["server"]["Enabled"]["value"] == 0
    assert found["protocols"]["tls12"]["client"]["Enabled"]["kind"] == "absent"
    assert found["cipher_suites"]["local"]["value"] == ["TLS_AES_256_GCM_SHA384"]
    assert found["cipher_suites"]["policy"]["kind"] == "absent"
    assert data(subsets, "credssp")["AllowEncryptionOracle"]["value"] == 2
    assert data(subsets, "credssp")["tspkg_version"] == told["version"]


def test_only_rules_that_concern_the_listener_are_listed(subsets: dict[str, Any]) -> None:
    """Given more rules than the list holds, then those of policy and of device management come first, it ends at its cap and says so."""
    found = data(subsets, "firewall")
    assert (len(found["rules"]), found["truncated"]) == (200, True)
    assert found["rules"][0] == {"id": "gpo", "hive": "policy", "text": RULE.format(port=2) + "EmbedCtxt=@FirewallAPI.dll,-28752|"}
    assert found["rules"][1] == {"id": "managed", "hive": "mdm", "text": RULE.format(port=3390)}
    listed = {rule["id"]: rule["text"] for rule in found["rules"]}
    assert "{2}" not in listed
    assert {name: text for name, text in listed.items() if name.startswith("a-")} == LISTED
    assert found["profiles"]["public"]["local"]["EnableFirewall"]["value"] == 1
    assert found["profiles"]["private"]["policy"]["AllowLocalPolicyMerge"] == value(f"{FIREWALL_POLICY}\\PrivateProfile", "REG_DWORD", 0)


def test_what_windows_does_not_say_is_null(subsets: dict[str, Any]) -> None:
    """Given no firewall service, as Wine has none, then the active profiles are unknown and the subset is still there."""
    assert data(subsets, "firewall")["active_profiles"] is None


def test_schema_and_reader_of_a_snapshot_agree_about_damage(subsets: dict[str, Any]) -> None:
    """Given every new subset of a real run, when any one place is replaced, then both refuse it, or neither does."""
    schema = json.loads((REPOSITORY / "docs" / "schemas" / "snapshot.schema.json").read_text(encoding="utf-8"))
    for name in set(subsets) - {"os", "listener", "services", "certificate", "firewall", "sessions", "client_policy", "client_events"}:
        validator = jsonschema.Draft202012Validator({**schema["$defs"][f"data_{name}"], "$defs": schema["$defs"]})
        found = data(subsets, name)
        for place in [spot for spot in places(found) if spot][:60]:
            for wrong in (None, True, -1, "x", [], {}):
                broken = damaged(found, Damage(place, "replace", wrong))
                assert refused(name, broken) is not validator.is_valid(broken), (name, place, wrong)


def refused(name: str, value: Any) -> bool:
    try:
        DATA[name](value, name)
    except FactsError:
        return True
    return False
