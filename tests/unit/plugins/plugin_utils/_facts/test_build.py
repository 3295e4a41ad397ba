# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Facts: what was seen, and for what was not, why."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.build import build_facts
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.snapshot import SUBSETS

from tests.support.host_states import base_document, host

NOW = host().now
BASE = base_document()
CLIENT = {"error_code": {"code": 2308, "extended": None}}


def built(**given: Any) -> Any:
    return build_facts("rds01", NOW, **given)


@pytest.mark.parametrize(
    ("given", "views"),
    [
        ({}, ("not_asked", "not_asked", "not_asked")),
        ({"snapshot": BASE["snapshot"]}, ("ok", "not_asked", "not_asked")),
        ({"unreachable": "no"}, ("unreachable", "not_asked", "not_asked")),
        ({"probe": BASE["probe"]}, ("not_asked", "ok", "not_asked")),
        ({"probe_missing": "no socket"}, ("not_asked", "failed", "not_asked")),
        ({"client": {}}, ("not_asked", "not_asked", "not_asked")),
        ({"client": {"error_code": {"code": 2308}}}, ("not_asked", "not_asked", "ok")),
        ({"client_missing": "asleep"}, ("not_asked", "not_asked", "failed")),
    ],
)
def test_views(given: Any, views: tuple[str, str, str]) -> None:
    document = built(**given).document
    assert tuple(document["views"][name] for name in ("inside", "outside", "client")) == views
    assert ("probe" in document, "client" in document) == (views[1] == "ok", views[2] == "ok")


def test_each_gap_has_its_reason() -> None:
    nothing = built().gaps
    assert {nothing[name] for name in SUBSETS} == {"the inside view was not asked for"}
    assert (nothing["probe"], nothing["client"]) == ("the outside view was not asked for", "the client view was not asked for")
    assert built(unreachable="port closed").gaps["os"] == "the host could not be read: port closed"
    assert built(probe_missing="no socket").gaps["probe"] == "no socket"
    whole = built(snapshot=BASE["snapshot"], probe=BASE["probe"], client=CLIENT).gaps
    unread = {name for name, subset in BASE["snapshot"]["subsets"].items() if subset["status"] != "ok"}
    assert {name for name in whole if not name.startswith(("derived.", "client."))} == unread


def test_how_reading_each_subset_ended_is_a_fact() -> None:
    assert built(snapshot=BASE["snapshot"]).document["subsets"] == {name: subset["status"] for name, subset in BASE["snapshot"]["subsets"].items()}
    assert built().gaps["subsets"] == "the inside view was not asked for"
    assert "subsets" not in built(unreachable="port closed").document


@pytest.mark.parametrize(
    ("status", "kind", "message", "why"),
    [
        ("denied", "access", "", "access to os was denied: access"),
        ("error", "timeout", "took too long", "os could not be read: took too long"),
        ("not_applicable", "", "", "os does not apply to this host"),
        ("not_asked", "not_built", "", "os was not read: not_built"),
    ],
)
def test_a_subset_that_was_not_read(status: str, kind: str, message: str, why: str) -> None:
    snapshot = copy.deepcopy(BASE["snapshot"])
    snapshot["subsets"]["os"].update(status=status, kind=kind, message=message, data=None)
    facts = built(snapshot=snapshot)
    assert "os" not in facts.document
    assert facts.gaps["os"] == why


def test_a_state_that_nobody_told_is_a_gap_and_the_others_stay() -> None:
    facts = host(set={"services.TermService.state": "unknown"})
    assert "state" not in facts.document["services"]["TermService"]
    assert facts.gaps["services.TermService.state"] == "the service manager did not tell the state of TermService"
    assert facts.document["services"]["SessionEnv"]["state"] == "running"
    assert facts.document["services"]["TermService"]["exists"] is True


def test_an_existence_that_nobody_told_is_a_gap() -> None:
    """Given a service manager that let nobody ask, then a service is neither there nor missing."""
    facts = host(set={"services.TermService.state": "unknown", "services.TermService.exists": None})
    assert "exists" not in facts.document["services"]["TermService"]
    assert facts.gaps["services.TermService.exists"] == "the service manager did not tell the existence of TermService"


def test_certificates_of_stores_and_wire_are_decoded_once() -> None:
    inside, outside = built(snapshot=BASE["snapshot"]), built(probe=BASE["probe"])
    served = BASE["probe"]["tls"]["certificate"]["sha1"]
    assert set(outside.certificates) == {served}
    assert served in inside.certificates
    assert all(name == certificate.sha1 for name, certificate in inside.certificates.items())
    assert built().certificates == {}


def test_what_was_handed_in_stays_as_it_was() -> None:
    snapshot = copy.deepcopy(BASE["snapshot"])
    snapshot["subsets"]["services"]["data"]["TermService"]["state"] = "unknown"
    before = copy.deepcopy(snapshot)
    built(snapshot=snapshot)
    assert snapshot == before


def test_other_vantage_points_stand_beside_the_probe() -> None:
    facts = built(probe=BASE["probe"], other_probes=({**BASE["probe"], "vantage": "elsewhere"},))
    assert [probe["vantage"] for probe in facts.document["other_probes"]] == ["elsewhere"]
    assert facts.document["derived"]["vantages"]["count"] == 2
    assert "other_probes" not in built(probe=BASE["probe"]).document


def test_a_vantage_point_that_could_not_look_is_a_gap() -> None:
    facts = built(probe=BASE["probe"], others_missing="jump01 is down")
    assert facts.gaps["other_probes"] == "jump01 is down"
    assert "other_probes" not in built(probe=BASE["probe"]).gaps
