# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The block that is handed over holds what they will ask for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ansible_collections.rdpops.health.plugins.plugin_utils._core import packed
from ansible_collections.rdpops.health.plugins.plugin_utils._core.judge import judge
from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import Facts
from ansible_collections.rdpops.health.plugins.plugin_utils._core.packed import pack

from tests.support.host_states import CATALOGUE, host

STALLED = {"probe.symptom": "tls_stalled", "probe.ended_at": "tls", "probe.tls.outcome": "silent"}


def lines_of(facts: Facts) -> list[str]:
    judged = judge(facts, CATALOGUE)
    return list(pack(facts, judged.findings, judged.causes))


def block(**case: Any) -> str:
    return "\n".join(lines_of(host(**case)))


def test_it_holds_what_they_will_ask_for() -> None:
    text = block(set=STALLED, error="0x904/0x7", client={})
    for part in (
        "views: inside ok, outside ok, client ok", "0x904 (2308) with 0x7 (7)", "build 20348.3932", "client: Windows 11", "tls_stalled",
        "asked for SSL + HYBRID + HYBRID_EX", "tls.cipher = ", "latency tls: tried 1", "certificate sha1 557C51A7", "derived.served_certificate.not_after = ",
        "services.TermService.state = running", "derived.effective.SecurityLayer = 2 (the host's own value)", "derived.certificate.thumbprint = 557C51A7",
        "derived.clock.apart = ", "certificate.bindings.SelfSignedCertificate = ", "derived.tls.tls12.enabled = yes", "TLS_AES_256_GCM_SHA384",
        "Schannel 36888: once, last 2026-11-20T04",
        "System: on, reaches back to 2026-09-03T11:02:40Z", "derived.client_error.code = 0x904", "2026-11-20T08:10:04Z 1025", "C24 ", "outside.answers: ",
    ):  # fmt: skip
        assert part in text, part
    assert "[absent]" not in text
    assert "wrong_kind" not in text


def test_it_is_cut_and_says_so(monkeypatch: Any) -> None:
    monkeypatch.setattr(packed, "LINES_LIMIT", 20)
    lines = lines_of(host(set=STALLED))
    assert len(lines) == 20
    assert lines[-1].startswith("(cut after 20 lines")


def test_numbers_of_a_client_event_are_kept_only_where_they_are_codes() -> None:
    events = [{"provider": "p", "id": number, "channel": "c", "level": 4, "time": "2026-11-20T06:00:00Z", "properties": ["4711"]} for number in (1026, 1029)]
    facts = host(set=STALLED, client={})
    log = {**facts.document["client"]["client_events"], "events": events}
    lines = lines_of(replace(facts, document={**facts.document, "client": {**facts.document["client"], "client_events": log}}))
    assert "2026-11-20T06:00:00Z 1026 (4711)" in lines
    assert "2026-11-20T06:00:00Z 1029" in lines


def test_of_a_host_that_could_not_be_read_it_says_so() -> None:
    text = block(set=STALLED, unreachable=True)
    assert "as the case wants it" in text
    assert "Settings of the host" not in text
