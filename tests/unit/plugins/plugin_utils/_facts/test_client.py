# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The client's view: what of a snapshot it is, what it becomes in the facts of a host, and that no name of it survives redaction."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.cases import BASES
from ansible_collections.rdpops.health.plugins.plugin_utils._core.paths import look_up
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.build import build_facts
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.client import CLIENT_VIEW, check_client, client_view
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.load import parse_bundle
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.redaction import new_key, redact_bundle
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.shapes import FactsError

from tests.support.host_states import base_document
from tests.support.schemas import bundle_validator

SNAPSHOT = json.loads((BASES / "client.json").read_text(encoding="utf-8"))["snapshot"]
HOST = base_document()


def bundle(client: Any) -> dict[str, Any]:
    return {**copy.deepcopy(HOST), "client": client}


def test_a_bundle_holds_a_view_and_the_schema_says_the_same() -> None:
    document = bundle(client_view("pc07", SNAPSHOT))
    assert parse_bundle(json.dumps(document).encode(), "x").client == document["client"]
    assert not list(bundle_validator().iter_errors(document))


@pytest.mark.parametrize(
    ("client", "place"),
    [
        ({"host": "pc07"}, "snapshot"),
        ({"host": "pc07", "snapshot": SNAPSHOT, "verdict": 1}, "verdict"),
        ({"host": 7, "snapshot": SNAPSHOT}, "client.host"),
        ({"host": "pc07", "snapshot": {}}, "client.snapshot"),
        ({"host": "pc07", "snapshot": {**SNAPSHOT, "schema": "rdpops.health/snapshot/2"}}, "snapshot/2"),
        ({"host": "pc07", "snapshot": HOST["snapshot"]}, "listener is no subset of a client"),
        ([], "client"),
    ],
)
def test_what_is_no_view(client: Any, place: str) -> None:
    with pytest.raises(FactsError, match=place):
        check_client(client)
    assert list(bundle_validator().iter_errors(bundle(client)))


def test_of_a_whole_snapshot_the_client_alone_is_kept() -> None:
    view = client_view("pc07", HOST["snapshot"])
    assert {name for name, subset in view["snapshot"]["subsets"].items() if subset["status"] == "ok"} == {"os", "tls"}
    check_client(view)


def built(**more: Any) -> Any:
    return build_facts("rds01", SOME.now, snapshot=HOST["snapshot"], probe=HOST["probe"], **more)


SOME = parse_bundle(json.dumps(HOST).encode(), "x")
SOME = build_facts(SOME.host, SOME.collected_at, snapshot=SOME.snapshot, probe=SOME.probe)


def test_the_facts_hold_it_beside_the_host() -> None:
    document = built(client=client_view("pc07", SNAPSHOT)).document
    assert document["client"]["host"] == "pc07"
    assert document["client"]["os"]["computer_name"] == "PC-NORD-07"
    assert document["os"]["computer_name"] == "TS-NORD-01"
    assert {"rds01", "TS-NORD-01", "ts-nord-01.corp.example.com", "192.0.2.11"} <= set(document["client"]["host_names"])


def test_each_part_that_is_missing_has_its_reason() -> None:
    denied = copy.deepcopy(SNAPSHOT)
    denied["subsets"]["client_policy"] = {"status": "denied", "kind": "access_denied", "message": "", "ms": 1, "data": None}
    denied["subsets"]["client_credentials"] = {"status": "error", "kind": "no_logon_session", "message": "0x520", "ms": 1, "data": None}
    facts = built(client=client_view("pc07", denied))
    why = {name: look_up(facts.document, facts.gaps, f"client.{name}.x").why for name in ("client_policy", "client_credentials", "error_code")}
    assert why == {
        "client_policy": "access to client_policy was denied on the client: access_denied",
        "client_credentials": "client_credentials could not be read on the client: 0x520",
        "error_code": "the error code of a client was not asked for",
    }
    typed = built(client={"error_code": {"code": 2308, "extended": None}}, client_missing="asleep")
    assert look_up(typed.document, typed.gaps, "client.client_events.x").why == "asleep"
    assert typed.document["views"]["client"] == "failed"
    assert {typed.gaps[f"client.{name}"] for name in CLIENT_VIEW} == {"asleep"}


def test_no_name_of_a_client_survives_redaction() -> None:
    view = client_view("geheimpc", SNAPSHOT)
    view["snapshot"] = json.loads(json.dumps(view["snapshot"]).replace("PC-NORD-07", "GEHEIMPC").replace("ts-nord-01", "geheimhost"))
    view["snapshot"]["subsets"]["client_cache"] = {"status": "error", "kind": "unexpected", "message": "0x80070005 geheim", "ms": 1, "data": None}
    redacted = redact_bundle(json.loads(json.dumps(bundle(view)).replace("ts-nord-01", "geheimhost").replace("TS-NORD-01", "GEHEIMHOST")), new_key())
    assert "geheim" not in json.dumps(redacted).casefold()
    read = parse_bundle(json.dumps(redacted).encode(), "x")
    assert read.client is not None
    # And the client's attempts are still known to be about this host
    facts = build_facts(read.host, read.collected_at, snapshot=read.snapshot, probe=read.probe, client=read.client)
    assert facts.document["derived"]["client_attempt"]["this_host"] is True
    assert facts.document["derived"]["client_saved"]["for_host"] is True
