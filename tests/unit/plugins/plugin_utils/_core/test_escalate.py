# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where nothing that is known fits, somebody is asked, with what they will want to see."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.diagnose import diagnose
from ansible_collections.rdpops.health.plugins.plugin_utils._core.escalate import escalate
from ansible_collections.rdpops.health.plugins.plugin_utils._core.escalation import Escalation
from ansible_collections.rdpops.health.plugins.plugin_utils._core.evaluate import evaluate
from ansible_collections.rdpops.health.plugins.plugin_utils._core.handed_over import KINDS
from ansible_collections.rdpops.health.plugins.plugin_utils._core.judge import judge
from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import Impact, Rank

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
    return [one.who for one in found.ask] if found else []


def test_a_healthy_host_asks_nobody() -> None:
    assert stuck() is None
    assert stuck(error="0x1") is None
    assert judge(host(), CATALOGUE).escalation is None


@pytest.mark.parametrize(
    ("scores", "words"),
    [((), "no known cause fits"), ((-1, -2), "no known cause fits"), ((0, -1), "the one cause that is possible is not likely"), ((0, 1), "none of 2 possible")],
)
def test_it_counts_the_causes_that_people_see(scores: tuple[int, ...], words: str) -> None:
    facts = host(set=STALLED)
    model = next(ranked for ranked in diagnose(facts, CATALOGUE.causes))
    found = escalate(facts, evaluate(facts, CATALOGUE.checks), [replace(model, rank=Rank.POSSIBLE, score=score) for score in scores])
    assert found is not None
    assert words in found.why


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
        ({"set": STALLED, "copy": BOUND}, ["network", "microsoft"]),  # what gets lost on the way is no matter of the certificate
        ({"error": "0x807", "client": {}}, ["directory", "microsoft"]),
        ({"error": "0x904/0x7", "client": {}}, ["microsoft"]),
        ({"error": "0x904/0x7", "client": {}, "set": {"azure.vm_id": True}}, ["azure", "microsoft"]),
        ({"set": STALLED, "error": "0x807"}, ["network", "directory", "microsoft"]),
    ],
)
def test_whom_to_ask(case: dict[str, Any], who: list[str]) -> None:
    assert asked(**case) == who


@pytest.mark.parametrize(
    ("error", "fails"),
    [
        ("0x3", False),
        ("0x3/0x0", False),
        ("0x2/0xC", False),
        ("0x3/0x11", True),
        ("0x3/0x102", True),
        ("0x904/0x0", True),
        ("extended 0xC", False),
        ("extended 0x7", True),
    ],
)
def test_how_a_session_ends_in_order_is_no_complaint_and_a_fault_behind_it_is(error: str, fails: bool) -> None:
    assert (stuck(error=error, client={}) is not None) is fails


def test_an_extended_code_without_its_error_code_is_told_as_one() -> None:
    assert "a client reports extended 0x7" in judge(host(error="Extended error code: 0x7"), CATALOGUE).sentence
    assert "a client reports 0x904/0x7" in judge(host(error="0x904/0x7"), CATALOGUE).sentence


def test_what_was_seen_on_the_way_is_said_in_words() -> None:
    found = stuck(set=STALLED)
    assert found is not None
    assert "(the answer to the ClientHello stops in the middle)" in found.ask[0].why


def test_where_one_place_is_answered_and_another_is_not_the_way_is_asked_about() -> None:
    facts = host(set={**STALLED, "probe.symptom": "tls_closed"})
    apart = {**facts.document["derived"], "vantages": {**facts.document["derived"]["vantages"], "answers_differently": True}}
    found = escalate(replace(facts, document={**facts.document, "derived": apart}), evaluate(facts, CATALOGUE.checks), [])
    assert found is not None
    assert [one.who for one in found.ask] == ["network", "microsoft"]
    assert "one place is answered and another is not" in found.ask[0].why


def first(**case: Any) -> list[str]:
    found = stuck(**case)
    return [view for view, dummy in found.first] if found else []


def test_a_view_that_nobody_asked_for_comes_before_anybody_is_asked() -> None:
    # Given a failure from outside, and nobody has asked to look inside
    facts = host(set=STALLED)
    alone = replace(facts, document={**facts.document, "views": {**facts.document["views"], "inside": "not_asked"}})
    failing = evaluate(facts, CATALOGUE.checks)
    found = escalate(alone, failing, [])
    # Then nobody is asked yet, nothing is packed, and it is said how to look
    assert found is not None
    assert (found.ask, found.evidence) == ((), ())
    assert [view for view, dummy in found.first] == ["inside"]
    assert "rdp_health_views" in found.first[0][1]
    # and both views are named where neither was asked for
    neither = replace(facts, document={**facts.document, "views": {**facts.document["views"], "inside": "not_asked", "outside": "not_asked"}})
    both = escalate(neither, failing, [])
    assert both is not None
    assert [view for view, dummy in both.first] == ["inside", "outside"]


def test_what_could_not_be_read_is_no_reason_to_wait() -> None:
    assert first(set=STALLED, unreachable=True) == []
    assert asked(set=STALLED, unreachable=True) == ["network", "microsoft"]


def test_a_host_that_nobody_could_see_is_to_be_seen_first_whatever_stood_in_the_way() -> None:
    # Given a code that a client showed, and a host that could be seen neither from inside nor from outside
    found = stuck(error="0x204", unreachable=True, status={"probe": "error"})
    # Then nothing is said of the host, nobody is asked, and to see it comes first, with what stood in the way; then the client
    assert found is not None
    assert found.why.startswith("a client fails, and nothing of the host was seen, and ")
    assert [view for view, dummy in found.first] == ["inside", "outside", "client"]
    how = dict(found.first)
    assert "as the case wants it" in how["inside"]
    assert "the probe could not run" in how["outside"]
    assert "no fault" not in how["client"]
    assert (found.ask, found.pack) == ((), ())
    # a code for which the directory would be asked waits as well, and so does a client that was named
    assert asked(error="0x807", unreachable=True, status={"probe": "error"}) == []
    assert first(error="0x204", unreachable=True, status={"probe": "error"}, client={}) == ["inside", "outside"]
    # One view is a view: the host shows no fault, as far as it was seen
    half = stuck(error="0x904/0x7", unreachable=True)
    assert half is not None
    assert [view for view, dummy in half.first] == ["client"]
    assert "what was seen of the host shows no fault" in half.first[0][1]


def test_a_client_that_fails_where_the_host_does_not_is_to_be_named_before_microsoft_is_asked() -> None:
    assert (first(error="0x904/0x7"), asked(error="0x904/0x7")) == (["client"], [])
    assert (first(error="0x807"), asked(error="0x807")) == (["client"], ["directory"])
    assert first(error="0x904/0x7", client={}) == []
    # Where the host itself fails, the client is no news
    assert first(set=STALLED, error="0x904/0x7") == []


@pytest.mark.parametrize("impact", [Impact.SECURITY, Impact.HYGIENE])
def test_what_keeps_nobody_out_is_nobodys_case(impact: Impact) -> None:
    facts = host(set=STALLED)
    findings = evaluate(facts, CATALOGUE.checks)
    lesser = [replace(finding, check=replace(finding.check, impact=impact)) for finding in findings]
    assert escalate(facts, lesser, []) is None
    assert escalate(facts, findings, []) is not None


def test_how_to_record_it() -> None:
    found = stuck(set=STALLED)
    assert found is not None
    how = {one.who: "\n".join(one.how) for one in found.ask}
    # The network team: both sides, which host and port, and what to look for
    assert "host 192.0.2.11 and port 3389" in how["network"]
    assert all(word in how["network"] for word in ("on the client's side and on the host's", "SYN", "RST", "MSS", "MTU"))
    # Microsoft: traces that begin and end
    assert all(word in how["microsoft"] for word in ("netsh trace start", "netsh trace stop", "logman create", "logman stop", "TSS"))
    # and none of it changes a setting or weakens anything
    assert not any(word in "\n".join(how.values()).casefold() for word in ("reg add", "set-itemproperty", "sc config", "set-net"))


def test_a_name_that_does_not_resolve_is_asked_for_where_names_are_kept() -> None:
    found = stuck(set={"probe.symptom": "name_not_resolved", "probe.ended_at": "resolve", "probe.target.host": "rds01; rm -rf x"})
    assert found is not None
    assert "Resolve-DnsName <the host>" in "\n".join(found.ask[0].how)  # a command that is copied holds no name that could act
    assert "is not resolved" in found.ask[0].why


def packed(**case: Any) -> dict[str, str]:
    found = stuck(**case)
    return dict(found.evidence) if found else {}


def test_what_to_hand_over() -> None:
    key = {"provider": "Schannel", "id": 36870, "channel": "System", "level": 2, "time": "2026-11-20T06:00:00Z", "properties": ["server", "0x8009030D", "1"]}
    earlier = {**key, "time": "2026-11-19T06:00:00Z"}
    manager = "Microsoft-Windows-TerminalServices-LocalSessionManager"
    logon = {**key, "provider": manager, "channel": f"{manager}/Operational", "id": 21, "properties": []}
    evidence = packed(set={**STALLED, "events.events": [key, earlier, logon]}, error="0x904/0x7", client={})
    assert list(evidence) == [kind for kind in KINDS if kind in evidence]
    assert "build " in evidence["system"]
    assert "absent" not in evidence["system"]
    assert "2026-11-20T08:15:30Z" in evidence["times"]
    assert evidence["error_code"].startswith("the client showed 0x904/0x7: ")
    assert "connect ok" in evidence["probe"]
    assert "tls_stalled" in evidence["probe"]
    assert "configured" in evidence["certificates"]
    assert evidence["events"] == "System, Schannel 36870: 2 times, last 2026-11-20T06:00:00Z, with 0x8009030D"  # a log-on is ordinary
    assert "asked for SSL + HYBRID + HYBRID_EX, answered response HYBRID_EX: " in evidence["probe"]
    assert "asked for RDP, answered failure HYBRID_REQUIRED_BY_SERVER: " in evidence["probe"]
    assert "logged on yes" in evidence["client"]
    assert "C24 Large packets get lost on the way (possible)" in evidence["considered"]
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


@pytest.mark.parametrize(("error", "told"), [("0x904/0x7", "0x904/0x7"), ("0x1B07", "")])
def test_a_cause_of_which_the_client_tells_otherwise_does_not_explain_its_error(error: str, told: str) -> None:
    # Given a certificate that expired, that clients of today warn of, and that leads the probe as far as the log-on
    judged = judge(host(at="2036-01-01T00:00:00Z", set={"services.SessionEnv.state": "stopped"}, error=error), CATALOGUE)
    assert next(ranked.rank for ranked in judged.causes if ranked.cause.id == "C05") in (Rank.LIKELY, Rank.CERTAIN)
    # Then the client that fails with something else is not explained by it, and one that tells of it is
    assert judged.complaint == told
    assert (judged.escalation is not None) is bool(told)


def test_the_system_is_named_as_its_owner_knows_it() -> None:
    # Given Windows 11, which keeps "Windows 10" in its registry, then the evidence names it, and nothing for what it does not tell
    told = {"os.product_name": "Windows 10 Pro", "os.build": 26100, "os.ubr": 4946}
    assert packed(set={**STALLED, **told, "os.display_version": "24H2"})["system"].startswith("Windows 11 Pro 24H2, build 26100.4946, started ")
    assert packed(set={**STALLED, **told, "os.display_version": None})["system"].startswith("Windows 11 Pro, build 26100.4946, started ")
    assert packed(set={**STALLED, **told, "os.display_version": None, "os.product_name": None})["system"].startswith("(unknown), build")
