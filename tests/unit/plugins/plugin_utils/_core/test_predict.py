# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Predictions: a copy of the facts with the operations applied, and nothing else."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core import operations as ops
from ansible_collections.rdpops.health.plugins.plugin_utils._core.judge import judge
from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import RestartClass
from ansible_collections.rdpops.health.plugins.plugin_utils._core.paths import look_up
from ansible_collections.rdpops.health.plugins.plugin_utils._core.predict import RENEWED, SELF_SIGNED_DAYS, predict
from ansible_collections.rdpops.health.plugins.plugin_utils._core.simulate import simulate
from hypothesis import given, settings

from tests.support.host_states import CATALOGUE, host, states

WAIT = ops.wait_until("listener_certificate", ensure={"valid": True}, why="w")


def seen(facts: Any, path: str) -> Any:
    found = look_up(facts.document, facts.gaps, path)
    return found.value if found.known else "?"


@given(states())
@settings(max_examples=30, deadline=None)
def test_the_facts_themselves_stay(case: dict[str, Any]) -> None:
    facts = host(**case)
    document, gaps, certificates = copy.deepcopy(facts.document), dict(facts.gaps), dict(facts.certificates)
    predict(facts, judge(facts, CATALOGUE).plan.operations)
    assert (facts.document, facts.gaps, facts.certificates) == (document, gaps, certificates)


def test_no_vantage_point_knows_what_comes() -> None:
    after = predict(host(elsewhere={}), ())
    assert after.document.keys().isdisjoint({"probe", "other_probes", "served_name"})
    assert "vantages" not in after.document["derived"]


def test_nothing_to_do_changes_nothing_but_the_outside_view() -> None:
    facts = host()
    after = predict(facts, ())
    assert after.document["derived"].keys() == facts.document["derived"].keys() - {
        "served_certificate",
        "outside",
        "clock",
        "port_asked",
        "served_against_configured",
        "answering_computer",
        "vantages",
    }
    assert {name: value for name, value in after.document.items() if name not in ("derived",)} == {
        name: value for name, value in facts.document.items() if name not in ("probe", "served_name", "derived")
    }
    assert "asked again" in after.gaps["probe"]
    assert (after.host, after.now) == (facts.host, facts.now)


def test_one_value_is_set_on_its_own_side_only() -> None:
    facts = host(set={"listener.values.UserAuthentication.local.value": 0})
    found = facts.document["listener"]["values"]["UserAuthentication"]["local"]
    after = predict(facts, [ops.registry_value(found, "UserAuthentication", kind="REG_DWORD", value=1, restart=RestartClass.NONE, why="w")])
    assert seen(after, "derived.effective.UserAuthentication.value") == 1
    assert seen(after, "listener.values.UserAuthentication.policy.kind") == "absent"
    assert seen(after, "listener.values.SecurityLayer.local.value") == seen(facts, "listener.values.SecurityLayer.local.value")


def test_a_value_in_a_list_is_set_as_well() -> None:
    facts = host(set={"listener.values.fEnableWinStation.local.value": 0})
    found = facts.document["listener"]["values"]["fEnableWinStation"]["local"]
    after = predict(facts, [ops.registry_value(found, "fEnableWinStation", kind="REG_DWORD", value=7, restart=RestartClass.NONE, why="w")])
    stations = {station["name"]: station["fEnableWinStation"] for station in after.document["listener"]["win_stations"]}
    assert stations["RDP-Tcp"]["value"] == 7
    assert stations["Console"]["value"] != 7


def test_services() -> None:
    facts = host(set={"services.SessionEnv.state": "stopped", "services.SessionEnv.Start.value": 4})
    after = predict(facts, [ops.start_service("SessionEnv", facts.document["services"]["SessionEnv"], why="w")])
    assert (seen(after, "services.SessionEnv.state"), seen(after, "services.SessionEnv.Start.value")) == ("running", 3)
    same = predict(
        facts, [ops.restart_service("SessionEnv", restart=RestartClass.NONE, why="w"), ops.restart_service("Nope", restart=RestartClass.NONE, why="w")]
    )
    assert same.document["services"] == facts.document["services"]
    assert (
        seen(predict(host(status={"services": "error"}), [ops.start_service("SessionEnv", facts.document["services"]["SessionEnv"], why="w")]), "services")
        == "?"
    )


@pytest.mark.parametrize(("mode", "number"), [("automatic", 2), ("manual", 3), ("disabled", 4)])
def test_start_modes(mode: str, number: int) -> None:
    operation = replace(ops.restart_service("LSM", restart=RestartClass.NONE, why="w"), ensure={"start": mode})
    assert seen(predict(host(), [operation]), "services.LSM.Start.value") == number


def test_access_lists_go_to_the_object_that_is_named() -> None:
    facts = host()
    folder = facts.document["key_store"]["folder"]["path"]
    after = predict(facts, [ops.file_acl(folder, sddl="D:P", found=None, why="w")])
    assert (seen(after, "key_store.folder.sddl"), seen(after, "key_store.listener_key.sddl")) == ("D:P", seen(facts, "key_store.listener_key.sddl"))
    after = predict(facts, [ops.file_acl(f"{folder}\\{seen(facts, 'key_store.listener_key.file_name')}", sddl="D:P", found=None, why="w")])
    assert (seen(after, "key_store.folder.sddl"), seen(after, "key_store.listener_key.sddl")) == (seen(facts, "key_store.folder.sddl"), "D:P")
    after = predict(facts, [ops.file_acl(f"{folder}\\unknown", sddl="D:P", found=None, why="w")])
    assert after.document["key_store"] == facts.document["key_store"]
    assert "key_store" not in predict(host(status={"key_store": "error"}), [ops.file_acl("x", sddl="D:P", found=None, why="w")]).document


def test_access_lists_of_a_bound_certificate_go_to_its_own_key() -> None:
    """Given the key of a certificate of somebody's own, when its list is set, then the listener's own key keeps its list."""
    bound = {"file_name": "f", "sddl": "D:", "thumbprint": "A" * 40, "container": "c", "provider_type": 1, "exists": True, "size": 1, "sddl_kind": ""}
    unnamed = {**bound, "file_name": None, "provider_type": 0}
    store = {**host().document["key_store"], "bound_keys": {"kind": "", "items": [unnamed, bound], "truncated": False}}
    facts = replace(host(), document={**host().document, "key_store": store})
    after = predict(facts, [ops.file_acl(f"{store['folder']['path']}\\F", sddl="D:P", found=None, why="w")]).document["key_store"]
    assert [key["sddl"] for key in after["bound_keys"]["items"]] == ["D:", "D:P"]
    assert after["listener_key"] == store["listener_key"]


RULE = "RemoteDesktop-UserMode-In-TCP"


def rules(text: str, hive: str = "local") -> dict[str, Any]:
    return {"firewall.rules": [{"id": RULE, "hive": hive, "text": text}]}


@pytest.mark.parametrize(
    ("text", "hive", "after"),
    [
        ("v2.31|Action=Allow|Active=FALSE|Dir=In|Protocol=6|", "local", "v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|"),
        ("v2.31|active=False", "local", "v2.31|Active=TRUE"),
        ("v2.31|Active=FALSE|Desc=Active=FALSE|", "local", "v2.31|Active=TRUE|Desc=Active=FALSE|"),
        ("v2.31|Active=FALSE|", "policy", "v2.31|Active=FALSE|"),
    ],
)
def test_a_rule_is_switched_on_in_the_local_hive(text: str, hive: str, after: str) -> None:
    facts = host(set=rules(text, hive))
    assert predict(facts, [ops.firewall_rule_active(RULE, expect_active=False, why="w")]).document["firewall"]["rules"][0]["text"] == after
    assert predict(facts, [ops.firewall_rule_active("other", expect_active=False, why="w")]).document["firewall"]["rules"][0]["text"] == text
    assert "firewall" not in predict(host(status={"firewall": "error"}), [ops.firewall_rule_active(RULE, expect_active=False, why="w")]).document


def test_an_expired_certificate_is_renewed() -> None:
    facts = host(at="2036-01-01T00:00:00Z")
    after = predict(facts, [WAIT])
    certificate = after.document["derived"]["certificate"]
    assert (certificate["thumbprint"], certificate["binding"], certificate["in_store"], certificate["has_private_key"]) == (RENEWED, "self_signed", True, True)
    assert (certificate["expired"], certificate["days_left"]) == (False, SELF_SIGNED_DAYS)
    renewed = after.certificates[RENEWED]
    assert renewed.subject == renewed.issuer == "CN=" + facts.document["os"]["computer_name"]
    assert renewed.not_after - renewed.not_before == timedelta(days=SELF_SIGNED_DAYS)
    assert RENEWED not in facts.certificates


@pytest.mark.parametrize(
    "case",
    [
        {},  # it is valid
        {
            "at": "2036-01-01T00:00:00Z",
            "set": {"certificate.bindings.TemplateCertificate.kind": "REG_BINARY", "certificate.bindings.TemplateCertificate.value": ""},
        },
        {"set": {"certificate.stores.remote_desktop.certificates": [], "certificate.stores.my.truncated": True}},  # nobody knows
        {"status": {"certificate": "error"}},
    ],
)
def test_what_need_not_or_cannot_be_renewed_stays(case: dict[str, Any]) -> None:
    after = predict(host(**case), [WAIT])
    assert RENEWED not in after.certificates


def test_what_cannot_be_used_is_renewed() -> None:
    (entry,) = host().document["certificate"]["stores"]["remote_desktop"]["certificates"]
    for certificates in ([], [{**entry, "has_private_key": False}]):
        after = predict(host(set={"certificate.stores.remote_desktop.certificates": certificates}), [WAIT])
        assert RENEWED in after.certificates
        assert "key_store" in after.document  # its key is where it was
    undecoded = {**entry, "der": "AAAA", "thumbprint": "0" * 39 + "1"}
    binding = {"path": "p", "kind": "REG_BINARY", "value": "AAAAAAAAAAAAAAAAAAAAAAAAAAE="}
    after = predict(host(set={"certificate.stores.remote_desktop.certificates": [undecoded], "certificate.bindings.SelfSignedCertificate": binding}), [WAIT])
    assert RENEWED in after.certificates


def test_an_explicit_hash_is_taken_off() -> None:
    name = "certificate.bindings.SSLCertificateSHA1Hash"
    facts = host(set={f"{name}.kind": "REG_SZ", f"{name}.value": "A5B0"})
    after = predict(facts, [ops.certificate_binding_absent(facts.document["certificate"]["bindings"]["SSLCertificateSHA1Hash"], why="w")])
    assert after.document["derived"]["certificate"]["custom_hash_set"] is False
    assert after.document["derived"]["certificate"]["binding"] == "self_signed"


def test_another_wait_renews_nothing() -> None:
    other = ops.wait_until("port_listening", ensure={}, why="w")
    assert RENEWED not in predict(host(at="2036-01-01T00:00:00Z"), [other]).certificates


@pytest.mark.parametrize("key", [{"exists": False, "size": None, "sddl": None}, {"exists": True, "size": 0}])
def test_the_key_of_a_new_certificate_has_to_be_looked_at(key: dict[str, Any]) -> None:
    after = predict(host(set={f"key_store.listener_key.{name}": value for name, value in key.items()}), [WAIT])
    assert RENEWED in after.certificates
    assert "listener_key" not in after.document["derived"]
    assert after.gaps["key_store"] == "the new key has to be looked at after the change"


def test_at_the_end_of_the_calendar() -> None:
    assert predict(host(at="9999-12-31T23:59:59Z"), [WAIT]).certificates[RENEWED].not_after.year == 9999


def test_a_certificate_is_taken_out_of_its_own_store_only() -> None:
    facts = host()
    (entry,) = facts.document["certificate"]["stores"]["remote_desktop"]["certificates"]
    after = predict(facts, [ops.certificate_remove("remote_desktop", entry["thumbprint"], why="w")])
    assert after.document["certificate"]["stores"]["remote_desktop"]["certificates"] == []
    assert after.document["certificate"]["stores"]["my"] == facts.document["certificate"]["stores"]["my"]
    for operation in (ops.certificate_remove("my", entry["thumbprint"], why="w"), ops.certificate_remove("remote_desktop", "0" * 40, why="w")):
        assert predict(facts, [operation]).document["certificate"] == facts.document["certificate"]
    assert "certificate" not in predict(host(status={"certificate": "error"}), [ops.certificate_remove("my", "", why="w")]).document


def test_an_unknown_kind_changes_nothing() -> None:
    operation = replace(WAIT, kind="format_disk")
    assert predict(host(), [operation]).document == predict(host(), []).document


@pytest.mark.parametrize(("word", "active"), [("TRUE", False), ("FALSE", True), ("TRUE", True)])
def test_a_rule_becomes_what_was_asked_for(word: str, active: bool) -> None:
    rule = {"id": "RemoteDesktop-UserMode-In-TCP", "hive": "local", "text": f"v2.31|Action=Allow|Active={word}|Dir=In|Protocol=6|LPort=3389|"}
    facts = host(set={"firewall.rules": [rule]})
    wanted = replace(ops.firewall_rule_active("remotedesktop-usermode-in-tcp", expect_active=not active, why="w"), ensure={"active": active})
    assert f"|Active={str(active).upper()}|" in predict(facts, (wanted,)).document["firewall"]["rules"][0]["text"]


def test_windows_takes_names_in_any_case() -> None:
    facts = host(set={"services.SessionEnv.state": "stopped"})
    found = facts.document["listener"]["values"]["SecurityLayer"]["local"]
    operations = (
        ops.registry_value({**found, "path": found["path"].lower()}, "SECURITYLAYER", kind="REG_DWORD", value=1, restart=RestartClass.NONE, why="w"),
        ops.start_service("sessionenv", facts.document["services"]["SessionEnv"], why="w"),
    )
    after = predict(facts, operations)
    assert (seen(after, "listener.values.SecurityLayer.local.value"), seen(after, "services.SessionEnv.state")) == (1, "running")
    assert [result["status"] for result in simulate(facts, operations).results] == ["changed", "changed"]
