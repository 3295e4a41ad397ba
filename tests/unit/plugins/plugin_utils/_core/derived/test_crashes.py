# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Crash records: whose they are, and when none means that there was none."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.crashes import crashes, term_service_crashed
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.events import events_seen
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.gap import Gap

from tests.support.host_states import host

NOW = host().now
SERVICE = "svchost.exe_TermService"


def data(*events: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**host().document["events"], "events": list(events), **changes}


def record(program: str, module: str = "ntdll.dll", **changes: Any) -> dict[str, Any]:
    properties = [program, "10.0.20348.1", "b6a0daab", module, "10.0.20348.2", "ac56554b", "c0000409"]
    return {
        "provider": "Application Error", "id": 1000, "channel": "Application", "level": 2, "time": "2026-11-20T05:00:00Z", "properties": properties, **changes,
    }  # fmt: skip


def test_records_are_told_apart_by_their_program() -> None:
    told = crashes(data(record(SERVICE, "rdpcorets.dll"), record(SERVICE, "ntdll.dll"), record(SERVICE), record("dwm.exe"), record("Winlogon.exe")), NOW)
    assert (told["term_service"], told["term_service_modules"]) == (3, ["ntdll.dll", "rdpcorets.dll"])
    assert (told["desktop"], told["desktop_programs"]) == (2, ["Winlogon.exe", "dwm.exe"])


def test_the_log_on_is_one_of_them() -> None:
    assert crashes(data(record("LogonUI.exe")), NOW)["desktop"] == 1


@pytest.mark.parametrize("other", [record("svchost.exe_Schedule"), record(SERVICE, id=1001), record(SERVICE, provider="Any"), record("", properties=[])])
def test_other_records_do_not_count(other: dict[str, Any]) -> None:
    assert crashes(data(other), NOW) == {"term_service": 0, "term_service_modules": [], "desktop": 0, "desktop_programs": []}
    assert not term_service_crashed(data(other))


def test_a_record_that_was_cut_short_names_no_module() -> None:
    told = crashes(data(record(SERVICE, properties=[SERVICE])), NOW)
    assert (told["term_service"], told["term_service_modules"]) == (1, [])


def test_a_reader_that_did_not_ask_leaves_the_number_unknown() -> None:
    """Given a bundle of an earlier version, then no crash is known and none is denied; what was found counts all the same."""
    earlier = data()
    del earlier["crashes"]
    why = Gap("the reader did not ask for crash records")
    for facts in (earlier, data(crashes=False)):
        assert (crashes(facts, NOW)["term_service"], crashes(facts, NOW)["desktop"]) == (why, why)
        assert events_seen(facts, [], NOW)["crash_1000"] == why
        assert events_seen(facts, [], NOW)["winlogon_4005"] == 0
    assert crashes(data(record(SERVICE), crashes=False), NOW)["term_service"] == 1


def test_silence_of_a_log_that_was_cut_means_nothing() -> None:
    assert isinstance(crashes(data(truncated=True, cut=None), NOW)["desktop"], Gap)
    other = {"channel": "System", "provider": "Schannel", "ids": "36870-36888"}
    assert crashes(data(truncated=True, cut=[other]), NOW)["desktop"] == 0
