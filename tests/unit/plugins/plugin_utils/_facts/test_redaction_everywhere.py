# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Redaction, wherever a name may turn up: planted into every text of a bundle, in several forms, nothing of it is left."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.redaction import redact_bundle
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.redaction_rules import HOST_FIELDS, LIMIT, LIMITS, LISTS_OF_HOSTS, VERSION_FIELDS

from tests.support.bundle_outcomes import outcomes
from tests.support.whole_bundle import Way, planted, text_ways, whole_bundle

KEY = b"k" * 32
NUMBER, HEX = "7712345", "0xBEEFQ"
DN = 'CN=Doeq\\, Johnq+UID=7712345,OU="Sales, Nordq",DC=bergq3,DC=example'
# What is planted -> the words of which none may be left.
SECRETS = {
    "TSGEHEIMQ1": ["tsgeheimq1"],
    "BERGQ3": ["bergq3"],
    "annaq2": ["annaq2"],
    NUMBER: [NUMBER],
    HEX: [HEX.lower()],
    "S-1-5-21-3000000001-3000000002-3000000003-1104": ["3000000001", "3000000002", "3000000003"],
    "S-1-12-1-4000000001-4000000002-4000000003-4000000004": ["4000000001", "4000000004"],
    "10.11.12.13": ["10.11.12.13"],
    "10.11.12.13-10.11.12.99": ["10.11.12.13", "10.11.12.99"],
    "10.11.0.0/255.255.0.0": ["10.11.0.0"],
    "fd12:3456:789a::5": ["fd12", "789a"],
    "tsgeheimq1.bergq3.example": ["tsgeheimq1", "bergq3"],
    "BERGQ3\\annaq2": ["bergq3", "annaq2"],
    DN: ["doeq", "johnq", "nordq", "bergq3", NUMBER],
}
FORMS = ("{}", "of {}.", "C:\\Users\\{}\\x", "v2.33|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=3389|RA4={}|App=C:\\Users\\{}\\a.exe|Name={}|")
BASE = whole_bundle()
WAYS = text_ways(BASE)


def known() -> dict[str, Any]:
    """Return a bundle whose fields for names hold every secret that only such a field can tell."""
    document = whole_bundle()
    subsets = document["snapshot"]["subsets"]
    subsets["os"]["data"].update(computer_name="TSGEHEIMQ1", domain={"joined": True, "name": "BERGQ3"})
    document["host"] = "tsgeheimq1.bergq3.example"
    session = subsets["sessions"]["data"]["sessions"][0]
    subsets["sessions"]["data"]["sessions"] = [{**session, "user": user, "domain": "BERGQ3"} for user in ("annaq2", NUMBER, HEX)]
    subsets["certificate"]["data"]["stores"]["my"]["certificates"][0]["decoded"] = {
        **document["snapshot"]["subsets"]["certificate"]["data"]["stores"]["my"]["certificates"][0].get("decoded", DECODED),
        "subject": DN,
        "issuer": DN,
    }
    return document


DECODED = {
    "sha1": "A" * 40, "sha256": "B" * 64, "not_before": "2026-01-01T00:00:00Z", "not_after": "2027-01-01T00:00:00Z", "self_signed": True,
    "key": "RSA-2048", "signature": "sha256", "san": ["tsgeheimq1.bergq3.example", "annaq2@bergq3.example"], "eku": ["1.3.6.1.5.5.7.3.1"],
}  # fmt: skip


def left(document: dict[str, Any], words: list[str]) -> list[str]:
    text = json.dumps(document, ensure_ascii=False).lower()
    return [word for word in words if re.search(rf"(?<![0-9a-z]){re.escape(word)}(?![0-9a-z])", text)]


def fields_of(way: Way) -> list[str]:
    return [name for name in way if isinstance(name, str)]


def is_name(way: Way) -> bool:
    """Tell whether a field holds a name as a whole, and never a sentence."""
    field, pair = fields_of(way)[-1], fields_of(way)[-2:]
    return field in HOST_FIELDS or field in ("user", "domain", "container") or pair in (["account", "name"], ["domain", "name"])


def teaches(way: Way) -> bool:
    """Tell whether a field is one that names are learnt from: a sentence there would make a name of all its words."""
    return is_name(way) or bool({*LISTS_OF_HOSTS, "target", "ObjectName", "subject", "issuer"} & set(way))


def is_number_by_right(way: Way, text: str) -> bool:
    """Tell whether a number may stay: as the whole of a registry value or of a version it is none's name or address."""
    field = fields_of(way)[-1]
    return (text == NUMBER and field == "value" and "ObjectName" not in way) or (field in VERSION_FIELDS and text.replace(".", "").isdigit())


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("secret", SECRETS)
def test_nothing_planted_survives(secret: str, form: str) -> None:
    """Given a secret in every text of a bundle, when it is redacted, then nothing is left of it, and the host is judged as before."""
    texts = {way: (secret if is_name(way) else form.format(*[secret] * 3)) for way in WAYS if fields_of(way)[-1] not in ("der", "sha1", "sha256")}
    texts = {way: text for way, text in texts.items() if form == "{}" or not teaches(way)}
    fitting = [way for way, text in texts.items() if len(text) <= LIMITS.get(fields_of(way)[-1], LIMIT) and not is_number_by_right(way, text)]
    document = planted(known(), fitting, lambda way, text: texts[way])
    assert len(fitting) > 100
    redacted = redact_bundle(document, KEY)
    assert left(redacted, SECRETS[secret]) == []
    assert outcomes(redacted) == outcomes(document)
    assert redact_bundle(document, KEY) == redacted


@pytest.mark.parametrize("secret", ["TSGEHEIMQ1", "annaq2", NUMBER, HEX, "10.11.12.13", "fd12:3456:789a::5", "tsgeheimq1.bergq3.example"])
def test_the_same_text_becomes_the_same_pseudonym_in_every_field_of_a_name(secret: str) -> None:
    document = known()
    subsets = document["snapshot"]["subsets"]
    subsets["sessions"]["data"]["sessions"][0]["user"] = secret
    subsets["client_policy"]["data"]["delegation"]["AllowSavedCredentials"]["servers"]["items"] = [f"TERMSRV/{secret}"]
    subsets["client_credentials"]["data"]["credentials"][0]["target"] = f"TERMSRV/{secret}"
    subsets["time"]["data"]["values"]["NtpServer"]["value"] = f"{secret},0x9 other,0x1"
    subsets["firewall"]["data"]["rules"][0]["text"] = f"v2.33|Action=Allow|Dir=In|RA4={secret}|"
    subsets["listener"]["data"]["values"]["PdName"]["local"] = {"path": "HKLM\\X", "value": f"see {secret}.", "kind": "REG_SZ"}
    document["probe"]["target"]["host"] = secret
    redacted = redact_bundle(document, KEY)
    subsets = redacted["snapshot"]["subsets"]
    pseudonym = redacted["probe"]["target"]["host"]
    assert pseudonym != secret
    assert subsets["sessions"]["data"]["sessions"][0]["user"] == pseudonym
    assert subsets["client_policy"]["data"]["delegation"]["AllowSavedCredentials"]["servers"]["items"] == [f"TERMSRV/{pseudonym}"]
    assert subsets["client_credentials"]["data"]["credentials"][0]["target"] == f"TERMSRV/{pseudonym}"
    assert subsets["time"]["data"]["values"]["NtpServer"]["value"].startswith(f"{pseudonym},0x9 n")
    assert subsets["firewall"]["data"]["rules"][0]["text"].endswith(f"|RA4={pseudonym}|")
    assert subsets["listener"]["data"]["values"]["PdName"]["local"]["value"] == f"see {pseudonym}."


def test_every_view_of_a_bundle_is_redacted_one_of_a_later_version_too() -> None:
    document = {**known(), "client": {"sentence": "from annaq2"}, "some_probes": [{"target": {"host": "TSGEHEIMQ1"}}]}
    redacted = redact_bundle(document, KEY)
    assert left(redacted, ["annaq2", "tsgeheimq1"]) == []


def test_properties_of_events_go_by_their_place() -> None:
    """Given a failed logon of an account that is called like a number, then its name goes and the codes stay."""
    document = known()
    own = document["snapshot"]["subsets"]["events"]["data"]["events"][0]
    properties = ["S-1-5-18", "TSGEHEIMQ1$", "BERGQ3", "0x3e7", "S-1-0-0", "4711", "0x99", "0xc000006d", "%%2313", "0xc000006a", "3", "NtLmSsp"]
    properties += ["NTLM", "77", "-", "-", "0", "0x0", "-", "10.11.12.13", "49822"]
    event = {**own, "provider": "Microsoft-Windows-Security-Auditing", "id": 4625, "channel": "Security", "properties": properties[:20]}
    document["snapshot"]["subsets"]["events"]["data"]["events"] = [event, {**own, "id": 9, "provider": "Other", "properties": ["words", "12", NUMBER]}]
    failed, other = redact_bundle(document, KEY)["snapshot"]["subsets"]["events"]["data"]["events"]
    kept = {0, 3, 4, 7, 8, 9, 10, 11, 12, 14, 15, 16, 17, 18}
    assert {place for place in range(20) if failed["properties"][place] == properties[place]} == kept
    assert all(failed["properties"])
    assert other["properties"][:2] == ["", "12"]
    assert other["properties"][2] not in ("", NUMBER)


def test_a_crash_record_keeps_its_module_and_not_the_folders() -> None:
    """Given a module that lies in somebody's folder and has a version like an address, then module and version stay, and the folders go."""
    document = known()
    own = document["snapshot"]["subsets"]["events"]["data"]["events"][0]
    properties = ["svchost.exe_TermService", "10.0.20348.1", "b6a0daab", "shim.dll", "15.0.1.2", "ac56554b", "c0000409", "000000000008fc3f", "11d8", "01d99"]
    properties += ["C:\\Windows\\System32\\svchost.exe", "D:\\Geheimq Tools\\shim.dll", "a report", "a package"]
    event = {**own, "provider": "Application Error", "id": 1000, "channel": "Application", "properties": properties}
    document["snapshot"]["subsets"]["events"]["data"]["events"] = [event]
    (crash,) = redact_bundle(document, KEY)["snapshot"]["subsets"]["events"]["data"]["events"]
    assert crash["properties"][:11] == properties[:11]
    assert crash["properties"][11].startswith("D:\\n") and "eheimq" not in crash["properties"][11]
    assert crash["properties"][12:] == ["", ""]


def test_key_containers_and_program_folders_are_names() -> None:
    document = known()
    subsets = document["snapshot"]["subsets"]
    entries = subsets["certificate"]["data"]["stores"]["my"]["certificates"]
    entries[0]["key_provider"] = {"container": "le-RDP-Geheimq", "provider": "Microsoft Software Key Storage Provider", "provider_type": 0}
    subsets["key_store"]["data"]["foreign_files"] = ["f686aace6942fb7f7ceb231212eef4a4_11111111-2222-3333-4444-555555555555", "0" * 32 + "_x", "geheimq"]
    subsets["firewall"]["data"]["rules"][0]["text"] = "v2.33|Action=Block|Dir=In|App=D:\\Geheimq Tools\\annaq2\\svchost.exe|RA4=10.11.0.0/255.255.0.0|"
    redacted = redact_bundle(document, KEY)
    assert left(redacted, ["geheimq", "annaq2", "11111111", "0" * 32]) == []
    subsets = redacted["snapshot"]["subsets"]
    assert subsets["certificate"]["data"]["stores"]["my"]["certificates"][0]["key_provider"]["provider"] == "Microsoft Software Key Storage Provider"
    assert subsets["key_store"]["data"]["listener_key"]["container"] == "TSSecKeySet1"
    assert subsets["key_store"]["data"]["foreign_files"][0].startswith("f686aace6942fb7f7ceb231212eef4a4_")
    rule = subsets["firewall"]["data"]["rules"][0]["text"]
    assert "\\svchost.exe|" in rule
    assert rule.endswith("/255.255.0.0|")


def test_who_broke_the_glass_is_nowhere() -> None:
    """Given a mark whose owner is named in other texts too, when the bundle is redacted, then that name is in none of them."""
    document = whole_bundle()
    subsets = document["snapshot"]["subsets"]
    mark = {"journal": "j", "owner": "ownerq7", "reason": "ownerq7 reasonq8", "expires_at": "2026-11-20T18:00:00Z"}
    subsets["os"]["data"]["rdpops"] = {"open_journals": [], "break_glass": [mark, {**mark, "owner": None, "reason": None}], "kind": ""}
    subsets["os"]["data"]["product_name"] = "Windows of ownerq7"
    redacted = redact_bundle(document, b"k" * 32)
    assert left(redacted, ["ownerq7", "reasonq8"]) == []
    assert redacted["snapshot"]["subsets"]["os"]["data"]["rdpops"]["break_glass"][1]["owner"] is None
