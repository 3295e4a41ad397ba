# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is handed over of a host that nobody knows the cause for names nobody where the run takes names out of its bundles."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible import given_away
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.catalogue import CATALOGUE
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.given_away import NOT_PACKED, packed_without_names
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.look import Seen
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.vantage import Elsewhere
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.verdict import judge_seen, judged_report, judging
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.client_errors import load_client_errors
from ansible_collections.rdpops.health.plugins.plugin_utils._core.error_code import decode_error
from ansible_collections.rdpops.health.plugins.plugin_utils._report.write import ReportError
from ansible_collections.rdpops.health.tests.support.sample_parts import RUN

from tests.support.host_states import base_document

HOST = "ts-nord-01"
NAMES = ("ts-nord", "TS-NORD", "corp.example", "192.0.2.11", "rdsadmin", "edge-7")
NOW = datetime(2026, 11, 20, 8, 15, 30, tzinfo=timezone.utc)
ERROR = decode_error("the host ts-nord-01 of rdsadmin says 0x904, 0x7", load_client_errors()).to_document()


def stalled() -> Seen:
    """Return a host that fails and no cause of which is likely; names stand in every part of it."""
    document = base_document()
    document["probe"] |= {"symptom": "tls_stalled", "ended_at": "tls", "sentence": "ts-nord-01.corp.example.com fell silent"}
    return Seen("live", NOW, snapshot=document["snapshot"], probe=document["probe"], elsewhere=Elsewhere((), "edge-7 could not be asked"))


def report(*, redact: bool) -> dict[str, Any]:
    told = judged_report(HOST, stalled(), loaded=CATALOGUE, run=RUN, error=ERROR, include_names=False, duration_ms=1, redact=redact).report
    return dict(told["escalate"])


def test_no_name_is_handed_over_and_the_evidence_is() -> None:
    pack = report(redact=True)["pack"]
    text = "\n".join(pack["lines"])
    assert pack["redacted"]
    assert [name for name in NAMES if name in text] == []
    for part in ("tls_stalled", "0x904 (2308) with 0x7 (7)", "derived.effective.SecurityLayer = 2", "build 20348.3932", "pseudonyms", "2026-11-20T08:15:2"):
        assert part in text, part


def test_where_nobody_asked_for_it_the_names_of_hosts_stay() -> None:
    pack = report(redact=False)["pack"]
    assert not pack["redacted"]
    assert "ts-nord-01.corp.example.com" in "\n".join(pack["lines"])


def test_what_cannot_be_redacted_is_not_handed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(host: str, *dummy: object) -> None:
        raise ReportError(f"The bundle of {host} cannot be redacted")

    monkeypatch.setattr(given_away, "redacted_document", refuse)
    assert report(redact=True)["pack"]["lines"][-1] == NOT_PACKED
    assert HOST not in "\n".join(report(redact=True)["pack"]["lines"])


def test_a_host_that_is_well_is_not_redacted_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(given_away, "redacted_document")
    seen = Seen("live", NOW, snapshot=base_document()["snapshot"], probe=base_document()["probe"])
    assert packed_without_names(HOST, judge_seen(HOST, seen, CATALOGUE, None), seen, None, judging(CATALOGUE)) == ()
