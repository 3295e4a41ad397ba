# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The demo fleet keeps its contracts: published schemas, labels apart from bundles, facts that a real host would show."""

from __future__ import annotations

import base64
import datetime
import json
import pathlib
import re
from typing import Any

import jsonschema
import pytest
import yaml
from ansible_collections.rdpops.health.demo.fleet.certificates import SELF_SIGNED_LIFE, Shelf, thumbprint
from ansible_collections.rdpops.health.demo.fleet.hosts import COLLECTED_AT, whole_fleet
from ansible_collections.rdpops.health.demo.make_bundles import read_bundles, rendered_fleet
from ansible_collections.rdpops.health.plugins.module_utils._rdp._events import Event, FailureCode, NegotiationFailure, NegotiationResponse
from ansible_collections.rdpops.health.plugins.module_utils._rdp._result import ConnectionRecord, Offer, Outcome, Step, StepName, Target
from ansible_collections.rdpops.health.plugins.module_utils._rdp._verdict import judge
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.load import load_bundle
from cryptography import x509

from tests.support.schemas import bundle_validator, published_schema

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUNDLE_FILES = sorted((ROOT / "demo" / "bundles").glob("*.json"))
HOSTS = [path.stem for path in BUNDLE_FILES]
EXPECTED = {"rds-healthy", "rds-cert-expired", "rds-key-acl", "rds-oracle", "rds-tls12", "rds-firewall", "rds-policy-off", "rds-no-winrm"}
FORBIDDEN_KEYS = {"label", "labels", "cause", "causes", "truth", "expected", "finding", "findings", "story"}


def bundle_of(host: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((ROOT / "demo" / "bundles" / f"{host}.json").read_text(encoding="utf-8"))
    return document


def subset(host: str, name: str) -> Any:
    return bundle_of(host)["snapshot"]["subsets"][name]["data"]


def labels() -> dict[str, Any]:
    document = yaml.safe_load((ROOT / "demo" / "labels.yml").read_text(encoding="utf-8"))
    found: dict[str, Any] = document["labels"]
    return found


def listener_certificate(host: str) -> x509.Certificate:
    entry = subset(host, "certificate")["stores"]["remote_desktop"]["certificates"][0]
    return x509.load_der_x509_certificate(base64.b64decode(entry["der"]))


def recorded(connection: dict[str, Any]) -> ConnectionRecord:
    steps = tuple(Step(StepName(step["step"]), Outcome(step["outcome"]), step["ms"], step["detail"]) for step in connection["steps"])
    return ConnectionRecord(connection["requested"], steps, event_of(connection["answer"]), offer=Offer(connection["offer"]))


def event_of(answer: dict[str, Any] | None) -> Event | None:
    if answer is None:
        return None
    if answer["kind"] == "failure":
        return NegotiationFailure(answer["code"])
    return NegotiationResponse(flags=answer["flags"], selected=answer["selected"])


def all_keys(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*(all_keys(inner) for inner in value.values()))
    return set().union(*(all_keys(inner) for inner in value)) if isinstance(value, list) else set()


@pytest.mark.parametrize("name", ["probe", "bundle"])
def test_schema_is_a_schema(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(published_schema(name))


def test_the_fleet_is_complete() -> None:
    assert set(HOSTS) == EXPECTED
    assert set(labels()) == EXPECTED
    inventory = yaml.safe_load((ROOT / "demo" / "inventory.yml").read_text(encoding="utf-8"))
    assert set(inventory["demo"]["hosts"]) == EXPECTED


@pytest.mark.parametrize("host", HOSTS)
def test_bundle_keeps_schema_and_loader(host: str) -> None:
    # Given a bundle of the demo
    path = ROOT / "demo" / "bundles" / f"{host}.json"
    # Then the published schema and the loader both accept it, and it is the host that its file name says
    bundle_validator().validate(bundle_of(host))
    assert load_bundle(path).host == host


@pytest.mark.parametrize("host", HOSTS)
def test_no_label_in_a_bundle(host: str) -> None:
    # Given the text of a bundle, without the two places that carry the name of the host by their nature
    document = bundle_of(host)
    del document["host"]
    keys = {key.lower() for key in all_keys(document)}
    # Certificates are random text: what they spell by accident is no label.
    text = re.sub(r'"der": "[^"]*"', "", json.dumps(document)).lower()
    # Then neither the answer nor anything that gives it away stands in it
    assert not keys & FORBIDDEN_KEYS
    assert host not in text
    assert labels()[host]["story"].lower() not in text
    assert not re.search(r'"c\d\d"', text)
    assert document["note"] is None


def test_labels_are_ids_of_causes() -> None:
    for label in labels().values():
        assert set(label) == {"causes", "story"}
        assert all(re.fullmatch(r"C\d\d", cause) for cause in label["causes"])


def test_making_the_bundles_again_changes_nothing() -> None:
    for path, text in rendered_fleet(ROOT / "demo" / "bundles", new_certificates=False).items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: run demo/make_bundles.py"


def test_new_certificates_change_certificates_only() -> None:
    # Given the fleet as it is, and one with certificates of its own
    kept = whole_fleet(Shelf.of_bundles(read_bundles(ROOT / "demo" / "bundles").values()))["rds-oracle"]
    fresh = whole_fleet(Shelf())["rds-oracle"]
    # Then they differ, and without what follows from a certificate they do not
    assert kept != fresh
    for document in (kept, fresh):
        document["probe"]["tls"].update(certificate=None, chain=None)
        document["snapshot"]["subsets"]["certificate"] = None
    assert kept == fresh


@pytest.mark.parametrize("host", sorted(EXPECTED - {"rds-no-winrm"}))
def test_listener_certificate_is_as_windows_makes_it(host: str) -> None:
    certificate, data = listener_certificate(host), subset(host, "certificate")
    assert certificate.subject == certificate.issuer
    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc == SELF_SIGNED_LIFE == datetime.timedelta(days=183)
    assert certificate.public_key().key_size == 2048
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    assert (usage.key_encipherment, usage.data_encipherment, usage.digital_signature) == (True, True, False)
    # And the binding names the certificate in the store, which the probe has seen where it came that far
    bound = base64.b64decode(data["bindings"]["SelfSignedCertificate"]["value"]).hex().upper()
    assert bound == data["stores"]["remote_desktop"]["certificates"][0]["thumbprint"]
    served = bundle_of(host)["probe"]["tls"]["certificate"]
    assert served is None or served["sha1"] == bound == thumbprint(base64.b64decode(served["der"]))


@pytest.mark.parametrize("host", sorted(EXPECTED - {"rds-no-winrm"}))
def test_certificate_dates_fit_the_story(host: str) -> None:
    certificate = listener_certificate(host)
    left = certificate.not_valid_after_utc - COLLECTED_AT
    if host == "rds-cert-expired":
        assert datetime.timedelta(days=-17) < left < datetime.timedelta(days=-14)
    else:  # nowhere so near to the end that it could be taken for a second fault
        assert left > datetime.timedelta(days=45)
    assert certificate.not_valid_before_utc < COLLECTED_AT


def test_computer_names_fit_into_netbios() -> None:
    for host in EXPECTED - {"rds-no-winrm"}:
        assert len(subset(host, "os")["computer_name"]) <= 15


def test_healthy_host_has_the_documented_defaults() -> None:
    # Given the host that nothing is wrong with
    store, rules = subset("rds-healthy", "key_store"), subset("rds-healthy", "firewall")["rules"]
    # Then folder, key file and built-in rule are those that the maker documents
    assert store["folder"]["sddl"] == "O:SYG:SYD:PAI(A;;0x12019f;;;WD)(A;;FA;;;BA)"
    assert store["listener_key"]["sddl"] == "O:SYG:SYD:PAI(A;;FA;;;SY)(A;;FR;;;NS)"
    assert store["listener_key"]["file_name"] == f"f686aace6942fb7f7ceb231212eef4a4_{store['machine_guid']['value']}"
    rule = next(rule["text"] for rule in rules if rule["id"] == "RemoteDesktop-UserMode-In-TCP")
    assert rule == (
        "v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=3389|App=%SystemRoot%\\system32\\svchost.exe|Svc=termservice|"
        "Name=@FirewallAPI.dll,-28775|Desc=@FirewallAPI.dll,-28756|EmbedCtxt=@FirewallAPI.dll,-28752|"
    )


def test_each_fault_is_there() -> None:
    # Then each story is in the facts, where the reader of a real host would have put it
    session_env = subset("rds-cert-expired", "services")["SessionEnv"]
    assert (session_env["state"], session_env["Start"]["value"]) == ("stopped", 4)
    assert ";;;NS)" not in subset("rds-key-acl", "key_store")["listener_key"]["sddl"]
    assert subset("rds-oracle", "credssp")["AllowEncryptionOracle"]["value"] == 2
    assert subset("rds-oracle", "listener")["values"]["UserAuthentication"]["local"]["value"] == 0
    assert subset("rds-tls12", "tls")["protocols"]["tls12"]["server"]["Enabled"]["value"] == 0
    assert subset("rds-firewall", "firewall")["active_profiles"] == ["public"]
    denied = subset("rds-policy-off", "listener")["values"]["fDenyTSConnections"]
    assert (denied["local"]["value"], denied["policy"]["value"]) == (0, 1)
    assert bundle_of("rds-no-winrm")["snapshot"] is None


@pytest.mark.parametrize(
    ("host", "symptom"),
    [
        ("rds-healthy", "reached_credssp"), ("rds-cert-expired", "reached_credssp"), ("rds-key-acl", "tls_reset"), ("rds-oracle", "reached_credssp"),
        ("rds-tls12", "tls_closed"), ("rds-firewall", "connect_timeout"), ("rds-policy-off", "connect_timeout"), ("rds-no-winrm", "reached_credssp"),
    ],
)  # fmt: skip
def test_probe_ends_where_the_story_ends(host: str, symptom: str) -> None:
    assert bundle_of(host)["probe"]["symptom"] == symptom


@pytest.mark.parametrize("host", sorted(EXPECTED))
def test_the_probe_itself_would_say_the_same(host: str) -> None:
    # Given the connections of a bundle, as if the probe had just recorded them
    probe = bundle_of(host)["probe"]
    target = probe["target"]
    # When it says what they add up to
    verdict = judge(Target(target["host"], target["port"], target["address"]), [recorded(connection) for connection in probe["connections"]])
    # Then it is what the bundle says
    assert {protocol.name.lower(): standing.value for protocol, standing in verdict.protocols.items()} == probe["protocols"]
    assert (verdict.nla.value, verdict.ended_at, verdict.symptom, verdict.sentence) == (probe["nla"], probe["ended_at"], probe["symptom"], probe["sentence"])
    for connection in probe["connections"]:
        answer = connection["answer"]
        if answer and answer["kind"] == "failure":
            assert FailureCode(answer["code"]).name == answer["code_name"]
        elif answer:
            assert list(NegotiationResponse(flags=answer["flags"], selected=answer["selected"]).flag_names) == answer["flag_names"]
