# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Cases: a base bundle with changes; a misspelt place is a fault, not a new fact."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.cases import facts_of_case
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.read import CatalogueError

from tests.support.host_states import host


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ({"from": "no_such_base"}, "no such base"),
        ({"set": {"listener.values.Misspelt.local.value": 1}}, "nothing at listener.values.Misspelt.local.value"),
        ({"set": {"no_subset.x": 1}}, "nothing at no_subset.x"),
        ({"set": {"probe": None}}, "nothing at probe"),
        ({"set": {"listener.values.PortNumber.local.value.x": 1}}, "nothing at"),
        ({"set": {"ports.x": 1}}, "nothing at ports.x"),
        ({"copy": {"probe.tls": "probe.no"}}, "nothing at probe.no"),
        ({"copy": {"probe.no": "probe.tls"}}, "nothing at probe.no"),
        ({"status": {"no_subset": "error"}}, "no subset 'no_subset'"),
    ],
)
def test_a_place_that_is_not_there(case: dict[str, Any], words: str) -> None:
    with pytest.raises(CatalogueError, match=words):
        facts_of_case({"name": "c", **case})


def test_what_a_case_can_change() -> None:
    facts = host(
        set={"os.build": 1}, copy={"certificate.bindings.SSLCertificateSHA1Hash": "certificate.bindings.SelfSignedCertificate"},
        status={"tls": "denied", "probe": "failed"}, at="2030-01-01T00:00:00Z",
    )  # fmt: skip
    assert facts.document["os"]["build"] == 1
    bindings = facts.document["certificate"]["bindings"]
    assert bindings["SSLCertificateSHA1Hash"] == bindings["SelfSignedCertificate"]
    assert facts.gaps["tls"] == "access to tls was denied: as the case wants it"
    assert facts.gaps["probe"] == "the probe could not run"
    assert facts.now.year == 2030
    assert facts.document["views"] == {"inside": "ok", "outside": "failed", "client": "not_asked", "client_machine": "not_asked"}


def test_cases_do_not_touch_each_other() -> None:
    host(set={"os.build": 1}, status={"tls": "denied"})
    assert host().document["os"]["build"] != 1
    assert "tls" in host().document


def test_unreachable_takes_the_inside_away() -> None:
    facts = host(unreachable=True)
    assert "os" not in facts.document
    assert facts.document["views"]["inside"] == "unreachable"
    assert "probe" in facts.document


def test_a_client_and_a_code_are_joined() -> None:
    facts = host(client={"client.os.build": 26100}, client_status={"client_policy": "denied"}, error="0x904/0x7")
    assert facts.document["client"]["os"]["build"] == 26100
    assert facts.document["os"]["build"] != 26100
    assert facts.document["client"]["error_code"]["extended"] == 7
    assert facts.gaps["client.client_policy"].startswith("access to client_policy was denied on the client")
    assert "client" not in host().document


def test_a_place_of_a_client_that_is_not_there() -> None:
    with pytest.raises(CatalogueError, match=r"nothing at client_policy\.x"):
        host(client={"client.client_policy.x": 1})


@pytest.mark.parametrize("left_out", [["inside"], ["outside"], ["inside", "outside"]])
def test_a_view_that_nobody_asked_for(left_out: list[str]) -> None:
    facts = host(not_asked=left_out)
    views = {view: "not_asked" if view in left_out else "ok" for view in ("inside", "outside")}
    assert facts.document["views"] == {**views, "client": "not_asked", "client_machine": "not_asked"}
    assert ("os" in facts.document, "probe" in facts.document) == ("inside" not in left_out, "outside" not in left_out)
    asked = {"os": "inside", "probe": "outside"}
    assert {name: facts.gaps[name] for name in asked if name in facts.gaps} == {
        name: f"the {view} view was not asked for" for name, view in asked.items() if view in left_out
    }


@pytest.mark.parametrize("case", [{"not_asked": ["inside"], "unreachable": True}, {"not_asked": ["outside"], "status": {"probe": "failed"}}])
def test_what_nobody_asked_for_cannot_have_failed(case: dict[str, Any]) -> None:
    with pytest.raises(CatalogueError, match="was not asked for cannot have failed"):
        host(**case)
