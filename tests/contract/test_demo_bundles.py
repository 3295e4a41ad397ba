# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The demo fleet keeps its contracts: published schemas, labels apart from bundles, facts that a real host would show."""

from __future__ import annotations

import base64
import datetime
import json
import pathlib
import re
from collections import Counter
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
SEEN_INSIDE = sorted(EXPECTED - {"rds-no-winrm"})
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


def lacking(value: Any, schema: Any, root: dict[str, Any], path: str = "") -> list[str]:
    """Return the fields that a schema knows and this value lacks, the optional ones too."""
    if schema is True:
        return []
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    for choice in schema.get("anyOf", []):
        if value is not None and choice.get("type") != "null":
            return lacking(value, choice, root, path)
    if isinstance(value, list):
        return [entry for place, item in enumerate(value) for entry in lacking(item, schema.get("items", {}), root, f"{path}[{place}]")]
    if not isinstance(value, dict):
        return []
    known = schema.get("properties", {})
    found = [f"{path}.{name}" for name in known.keys() - value.keys()]
    return found + [entry for name in known.keys() & value.keys() for entry in lacking(value[name], known[name], root, f"{path}.{name}")]


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


@pytest.mark.parametrize("host", SEEN_INSIDE)
def test_a_host_shows_what_a_run_of_today_shows(host: str) -> None:
    # Given a snapshot, then every subset of the host was read with every field that the reader has, and those of the client were not asked for
    subsets, schema = bundle_of(host)["snapshot"]["subsets"], published_schema("snapshot")
    assert {(entry["status"], entry["kind"]) for name, entry in subsets.items() if name.startswith("client_")} == {("not_asked", "not_asked")}
    assert (subsets["avd"]["status"], subsets["avd"]["kind"]) == ("not_applicable", "not_installed")
    read = {name: entry["data"] for name, entry in subsets.items() if not name.startswith("client_") and name != "avd"}
    missing = [entry for name, data in read.items() for entry in lacking(data, {"$ref": f"#/$defs/data_{name}"}, schema, name)]
    # What was decoded stands in redacted bundles alone, where the certificate itself is left out.
    assert [entry for entry in missing if not entry.endswith("].decoded")] == []


@pytest.mark.parametrize("host", SEEN_INSIDE)
def test_events_are_what_the_reader_would_bring(host: str) -> None:
    # Given the events of a host, then they are of the last two days, newest first, from channels that are there and reach back to them
    data = subset(host, "events")
    times = [event["time"] for event in data["events"]]
    begins = (COLLECTED_AT - datetime.timedelta(hours=data["hours"], seconds=3)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert times == sorted(times, reverse=True)
    assert all(begins <= time < bundle_of(host)["snapshot"]["collected_at"] for time in times)
    assert all(data["channels"][event["channel"]]["oldest"] < event["time"] for event in data["events"])
    # And no query brought more than it may; where one would have, the subset says that it was cut
    per_query = Counter((event["channel"], event["provider"], event["id"] in range(256, 263) or event["id"] == 1149) for event in data["events"])
    assert max(per_query.values()) <= data["newest"]
    assert not data["truncated"] or data["newest"] in per_query.values()


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
        document["snapshot"]["subsets"]["key_store"]["data"]["bound_keys"]["items"][0]["thumbprint"] = None
    assert kept == fresh


@pytest.mark.parametrize("host", SEEN_INSIDE)
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


@pytest.mark.parametrize("host", SEEN_INSIDE)
def test_certificate_dates_fit_the_story(host: str) -> None:
    certificate = listener_certificate(host)
    left = certificate.not_valid_after_utc - COLLECTED_AT
    if host == "rds-cert-expired":
        assert datetime.timedelta(days=-17) < left < datetime.timedelta(days=-14)
    else:  # nowhere so near to the end that it could be taken for a second fault
        assert left > datetime.timedelta(days=45)
    assert certificate.not_valid_before_utc < COLLECTED_AT


def test_computer_names_fit_into_netbios() -> None:
    for host in SEEN_INSIDE:
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


def test_each_log_fits_its_story() -> None:
    # Given what Schannel says, then it is the key that it cannot open, or the credential that it cannot make, at each connection that fails, and nowhere else
    def told(host: str, number: int) -> list[dict[str, Any]]:
        return [event for event in subset(host, "events")["events"] if event["id"] == number]

    assert {event["properties"][-2] for event in told("rds-key-acl", 36870)} == {str(0x8009030D - 2**32)}
    assert {event["properties"][-1] for event in told("rds-tls12", 36871)} == {"10013"}
    assert [host for host in SEEN_INSIDE if told(host, 36870)] == ["rds-key-acl"]
    assert [host for host in SEEN_INSIDE if told(host, 36871)] == ["rds-tls12"]
    # And nobody has got in since it began, while elsewhere people come and go
    assert max(event["time"] for event in told("rds-key-acl", 1149)) < min(event["time"] for event in told("rds-key-acl", 36870))
    assert told("rds-tls12", 1149) == []
    # And where nothing arrives, nothing is noted; the service that renews the certificate is silent on its host
    for host, since in (("rds-firewall", 258), ("rds-policy-off", 259)):
        assert max(event["time"] for event in told(host, 131)) < told(host, since)[0]["time"]
    assert not any(1050 <= event["id"] <= 1069 for event in subset("rds-cert-expired", "events")["events"])


def test_what_is_open_fits_its_story() -> None:
    for host in SEEN_INSIDE:
        ports, listening = subset(host, "ports"), [entry["station"] for entry in subset(host, "sessions")["sessions"] if entry["state"] == "listen"]
        holders = {entry["pid"] for family in ("ipv4", "ipv6") for entry in ports[family]["items"] if entry["port"] == 3389}
        assert holders == (set() if host == "rds-policy-off" else {ports["term_service_pid"]})
        assert ("RDP-Tcp" in listening) is (host != "rds-policy-off")
    assert [host for host in SEEN_INSIDE if subset(host, "azure")["asset_tag"]] == ["rds-key-acl"]


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
