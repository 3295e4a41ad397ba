# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where nothing that is known fits, somebody is asked, with what they will want to see."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.diagnose import diagnose
from ansible_collections.rdpops.health.plugins.plugin_utils._core.escalate import KINDS, escalate
from ansible_collections.rdpops.health.plugins.plugin_utils._core.evaluate import evaluate
from ansible_collections.rdpops.health.plugins.plugin_utils._core.judge import judge
from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import Escalation, Impact, Rank

from tests.support.host_states import CATALOGUE, host

STALLED = {"probe.symptom": "tls_stalled", "probe.ended_at": "tls", "probe.tls.outcome": "silent"}
BOUND = {"certificate.bindings.SSLCertificateSHA1Hash": "certificate.bindings.SelfSignedCertificate"}


def stuck(**case: Any) -> Escalation | None:
    """Escalate a state as though every cause had stayed possible, so that the test leans on no rule of any cause."""
    facts = host(**case)
    causes = [ranked for ranked in diagnose(facts, CATALOGUE.causes) if ranked.rank is Rank.POSSIBLE]
    return escalate(facts, evaluate(facts, CATALOGUE.checks), causes)


def asked(**case: Any) -> list[str]:
    found = stuck(**case)
    return [who for who, dummy in found.ask] if found else []


def test_a_healthy_host_asks_nobody() -> None:
    assert stuck() is None
    assert stuck(error="0x1") is None
    assert judge(host(), CATALOGUE).escalation is None


@pytest.mark.parametrize("rank", [Rank.LIKELY, Rank.CERTAIN])
def test_where_a_cause_fits_nobody_is_asked(rank: Rank) -> None:
    facts = host(set={"services.TermService.state": "stopped", "probe.symptom": "connect_refused", "probe.ended_at": "connect"})
    judged = judge(facts, CATALOGUE)
    assert judged.causes[0].rank in (Rank.LIKELY, Rank.CERTAIN)
    assert judged.escalation is None
    found = [ranked for ranked in judged.causes if ranked.rank is rank]
    assert not found or escalate(facts, judged.findings, found) is None


@pytest.mark.parametrize(
    ("case", "who"),
    [
        ({"set": STALLED}, ["network", "microsoft"]),
        ({"set": {**STALLED, "probe.symptom": "tls_closed"}}, ["microsoft"]),
        ({"set": {**STALLED, "probe.symptom": "tls_closed"}, "copy": BOUND}, ["pki", "microsoft"]),
        ({"error": "0x807"}, ["directory", "microsoft"]),
        ({"error": "0x904/0x7"}, ["microsoft"]),
        ({"error": "0x904/0x7", "set": {"azure.vm_id": True}}, ["azure", "microsoft"]),
        ({"set": STALLED, "error": "0x807"}, ["network", "directory", "microsoft"]),
    ],
)
def test_whom_to_ask(case: dict[str, Any], who: list[str]) -> None:
    assert asked(**case) == who


def packed(**case: Any) -> dict[str, str]:
    found = stuck(**case)
    return dict(found.evidence) if found else {}


def test_what_to_hand_over() -> None:
    event = {"provider": "Schannel", "id": 36870, "channel": "System", "level": 2, "time": "2026-11-20T06:00:00Z", "properties": ["server", "0x8009030D", "1"]}
    evidence = packed(set={**STALLED, "events.events": [event, event]}, error="0x904/0x7", client={})
    assert list(evidence) == [kind for kind in KINDS if kind in evidence]
    assert "build " in evidence["system"]
    assert "absent" not in evidence["system"]
    assert "2026-11-20T08:15:30Z" in evidence["times"]
    assert evidence["error_code"].startswith("the client showed 0x904/0x7: ")
    assert "connect ok" in evidence["probe"]
    assert "tls_stalled" in evidence["probe"]
    assert "configured" in evidence["certificates"]
    assert "schannel 36870, 2 times with 0x8009030D" in evidence["events"]
    assert "logged on yes" in evidence["client"]
    assert "C24 (possible)" in evidence["considered"]
    assert "rdp_health_save_bundles" in evidence["bundle"]


def test_what_could_not_be_seen_is_said() -> None:
    assert "as the case wants it" in packed(set=STALLED, unreachable=True)["not_seen"]
    assert "not_seen" not in packed(set=STALLED)


def test_a_cause_that_keeps_nobody_out_explains_no_outage() -> None:
    # Given an outage that nothing explains, and a service of the policies that somebody switched off
    silent = {"probe.symptom": "tls_silent", "probe.ended_at": "tls", "probe.tls.outcome": "silent"}
    assert stuck(set=silent) is not None
    judged = judge(host(set={**silent, "services.gpsvc.Start.value": 4}), CATALOGUE)
    assert any(ranked.rank is Rank.LIKELY and ranked.cause.impact is not Impact.OUTAGE for ranked in judged.causes)
    # Then somebody is asked all the same
    assert judged.escalation is not None


def test_the_system_is_named_as_its_owner_knows_it() -> None:
    # Given Windows 11, which keeps "Windows 10" in its registry, then the evidence names it, and nothing for what it does not tell
    told = {"os.product_name": "Windows 10 Pro", "os.build": 26100, "os.ubr": 4946}
    assert packed(set={**STALLED, **told, "os.display_version": "24H2"})["system"].startswith("Windows 11 Pro 24H2, build 26100.4946, started ")
    assert packed(set={**STALLED, **told, "os.display_version": None})["system"].startswith("Windows 11 Pro, build 26100.4946, started ")
    assert packed(set={**STALLED, **told, "os.display_version": None, "os.product_name": None})["system"].startswith("(unknown), build")
