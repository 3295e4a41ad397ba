# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Bundles: the published schema and the loader agree, and each refusal is one sentence with the file and the place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.load import load_catalogue
from ansible_collections.rdpops.health.plugins.plugin_utils._core.judge import judge
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.build import build_facts
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.load import load_bundle, parse_bundle
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.shapes import FactsError
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.bad_bundles import BadBundle, bad_bundles, good_bundle, hostile_bundles
from tests.support.mutations import OTHER_VALUES, Damage, damaged, damages, value_at
from tests.support.schemas import bundle_validator

BUNDLES = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted((Path(__file__).parents[5] / "demo" / "bundles").glob("*.json"))}
HUGE = "x" * 70_000
# The schema of the snapshot, whose writer is our own reader, bounds no text, no number and no REG_MULTI_SZ value.
UNBOUNDED_IN_THE_SCHEMA = (HUGE, 2**70)


def refusal(document: Any) -> str | None:
    try:
        parse_bundle(json.dumps(document).encode(), "here.json")
    except FactsError as error:
        return str(error)
    return None


@pytest.mark.parametrize("bad", bad_bundles(), ids=lambda bad: bad.name)
def test_a_bad_bundle_gets_one_sentence_with_file_and_place(bad: BadBundle) -> None:
    with pytest.raises(FactsError) as caught:
        parse_bundle(bad.content, "here.json")
    sentence = str(caught.value)
    assert sentence.startswith("here.json: ")
    assert bad.must_say in sentence.removeprefix("here.json")
    assert sentence.isprintable()
    assert len(sentence) < 600


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(FactsError, match="cannot be read"):
            load_bundle(path)


def test_what_a_bundle_holds() -> None:
    bundle = parse_bundle(json.dumps({**good_bundle(), "client": {}}).encode(), "x")
    assert (bundle.host, bundle.unreachable, bundle.snapshot, bundle.probe, bundle.client) == ("rds01.example.com", "connection refused", None, None, {})
    assert bundle.collected_at.isoformat() == "2026-11-20T08:15:30+00:00"


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+23:00", "9999-12-31T23:59:59-23:00", "2026-02-30T00:00:00Z", ""])
def test_a_time_outside_the_calendar_is_a_sentence(moment: str) -> None:
    assert "collected_at" in (refusal({**good_bundle(), "collected_at": moment}) or "")


def test_both_views_of_the_inside_are_refused() -> None:
    both = {**BUNDLES["rds-healthy"], "unreachable": "no"}
    assert "exactly one" in (refusal(both) or "")
    assert not bundle_validator().is_valid(both)


PROBE = BUNDLES["rds-healthy"]["probe"]


@pytest.mark.parametrize(
    ("others", "probe", "words"),
    [
        ([], PROBE, None),
        ([PROBE], PROBE, None),
        ([PROBE] * 16, PROBE, None),
        ([], None, None),
        ([PROBE] * 17, PROBE, "other_probes is list, expected a list of at most 16 items"),
        ([PROBE], None, "other_probes is given without probe"),
        ([{**PROBE, "symptom": "fine"}], PROBE, "other_probes[0].symptom"),
        (None, PROBE, "other_probes is null"),
        ({}, PROBE, "other_probes is dict"),
    ],
)
def test_other_vantage_points(others: Any, probe: Any, words: str | None) -> None:
    document = {**BUNDLES["rds-healthy"], "probe": probe, "other_probes": others}
    assert words is None or words in (refusal(document) or "")
    assert (refusal(document) is None) is (words is None)
    assert bundle_validator().is_valid(document) is (words is None)


def test_other_vantage_points_are_read() -> None:
    assert parse_bundle(json.dumps(BUNDLES["rds-healthy"]).encode(), "x").other_probes == ()
    assert parse_bundle(json.dumps({**BUNDLES["rds-healthy"], "other_probes": [PROBE]}).encode(), "x").other_probes == (PROBE,)


@pytest.mark.parametrize("text", [content for dummy, content in hostile_bundles()], ids=[name for name, dummy in hostile_bundles()])
def test_hostile_text_is_kept_as_data(text: bytes) -> None:
    assert parse_bundle(text, "x").host == json.loads(text)["host"]


def differs_on_purpose(damage: Damage, sentence: str | None) -> bool:
    """Name what only one of the two can say.

    The loader alone: how long a text and how large a number of the snapshot may be; that 1.0 is no whole number; that a time is a time.
    """
    if sentence is None:
        return False
    return damage.value in UNBOUNDED_IN_THE_SCHEMA or "at most 5000 items" in sentence or isinstance(damage.value, float) or damage.place == ("collected_at",)


def agree(document: Any, damage: Damage) -> None:
    broken = damaged(document, damage)
    sentence, valid = refusal(broken), bundle_validator().is_valid(broken)
    assert (sentence is None) is valid or (valid and differs_on_purpose(damage, sentence)), (damage, sentence, valid)


@given(st.sampled_from(sorted(BUNDLES)).flatmap(lambda name: st.tuples(st.just(name), damages(BUNDLES[name], (*OTHER_VALUES, HUGE)))))
@settings(max_examples=80, deadline=None)
def test_schema_and_loader_agree(drawn: tuple[str, Damage]) -> None:
    agree(BUNDLES[drawn[0]], drawn[1])


KINDS = ("REG_DWORD", "REG_QWORD", "REG_SZ", "REG_EXPAND_SZ", "REG_BINARY", "REG_MULTI_SZ", "REG_NONE", "absent", "denied", "REG_LINK")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("value", [None, 0, 7, -1, True, "", "AAA=", "no base64!", ["a"], [1], {}, 1.5], ids=repr)
def test_registry_values_of_every_kind(kind: str, value: Any) -> None:
    node = {"path": "HKLM\\A", "kind": kind, "value": value}
    agree(BUNDLES["rds-healthy"], Damage(("snapshot", "subsets", "credssp", "data", "DisableRestrictedAdmin"), "replace", node))


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("os", "data", "booted_at"), "yesterday"), (("os", "data", "powershell_edition"), "Other"), (("os", "ms"), -1), (("os", "kind"), "odd"),
        (("os", "message"), "odd"), (("os", "status"), "denied"), (("ports",), {"status": "ok", "kind": "", "message": "", "ms": 1, "data": {}}),
        (("ports", "kind"), "Not a word"), (("ports", "kind"), ""), (("ports", "data"), {}), (("firewall", "data", "active_profiles"), ["public", "public"]),
        (("firewall", "data", "active_profiles"), ["public", "domain"]), (("firewall", "data", "active_profiles"), []),
        (("key_store", "data", "file_count"), 20001),
        (("credssp", "data", "tspkg_version"), "1.2"), (("credssp", "data", "AllowEncryptionOracle", "path"), "C:\\x"),
        (("certificate", "data", "stores", "my", "certificates"), [{"thumbprint": "aa" * 20, "der": "", "has_private_key": True, "key_provider": None}]),
        (("certificate", "data", "stores", "my", "certificates"), [{"thumbprint": "AA" * 20, "der": "", "has_private_key": True, "key_provider": None}] * 51),
        (("key_store", "data", "foreign_files"), ["a"] * 51), (("key_store", "data", "foreign_files"), ["a"] * 50), (("unheard_of",), {}),
    ],
)  # fmt: skip
def test_places_that_chance_seldom_meets(place: tuple[str, ...], value: Any) -> None:
    agree(BUNDLES["rds-healthy"], Damage(("snapshot", "subsets", *place), "replace", value))


@pytest.mark.parametrize("name", sorted(BUNDLES))
def test_a_refusal_of_damage_is_printable_and_short(name: str) -> None:
    document = BUNDLES[name]
    for place in (("probe", "tls"), ("host",), ("probe", "connections", 0)):
        sentence = refusal(damaged(document, Damage(place, "replace", "\x1b[2J" + "x" * 5000)))
        assert sentence is not None
        assert sentence.isprintable()
        assert len(sentence) < 300
        assert value_at(document, place) is not None


def test_a_bundle_of_an_earlier_version_is_read_and_judged() -> None:
    """Given a host saved before the reader told all it tells now, when it is read, then it is judged, and what is not in it is unknown."""
    document = json.loads(json.dumps(BUNDLES["rds-healthy"]))
    subsets = document["snapshot"]["subsets"]
    later = {"key_store": ("bound_keys",), "tls": ("ciphers", "hashes", "key_exchange"), "credssp": ("delegation",), "os": ("rdpops",)}
    for name, fields in later.items():
        for field in fields:
            subsets[name]["data"].pop(field, None)
    for holder in (subsets["key_store"]["data"]["folder"], subsets["key_store"]["data"]["listener_key"]):
        holder.pop("sddl_kind", None)
    for service in subsets["services"]["data"].values():
        service.pop("kind", None)
    for name in ("logon", "ports", "events", "azure", "avd", "client_events"):
        subsets[name] = {"status": "not_asked", "kind": "not_built", "message": "", "ms": 0, "data": None}
    document.pop("other_probes", None)
    for client in (None, {}):
        bundle = parse_bundle(json.dumps({**document, "client": client}).encode(), "old.json")
        facts = build_facts(bundle.host, bundle.collected_at, snapshot=bundle.snapshot, probe=bundle.probe, client=bundle.client)
        assert judge(facts, load_catalogue()).verdict.value in ("healthy", "unknown", "attention")
        assert facts.gaps["ports"] == "ports was not read: not_built"


@pytest.mark.parametrize("where", ["schema", "snapshot", "probe", "client"])
def test_a_newer_version_is_refused_in_one_sentence(where: str) -> None:
    document = json.loads(json.dumps(BUNDLES["rds-healthy"]))
    if where == "schema":
        document["schema"] = "rdpops.health/bundle/2"
    elif where == "client":
        document["client"] = {"host": "pc07", "snapshot": {**document["snapshot"], "schema": "rdpops.health/snapshot/2"}}
    else:
        document[where]["schema"] = document[where]["schema"][:-1] + "2"
    sentence = refusal(document) or ""
    assert "/2'" in sentence
    assert "this version of the collection reads" in sentence
