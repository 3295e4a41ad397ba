# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A reviewed plan is applied as it stands or not at all."""

from __future__ import annotations

import copy
import json
from datetime import timedelta
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.clock import format_time
from ansible_collections.rdpops.health.plugins.plugin_utils._core.judge import judge
from ansible_collections.rdpops.health.plugins.plugin_utils._core.plan_file import PlanFileError, plan_document, read_plan
from hypothesis import given
from hypothesis import strategies as st

from tests.support.host_states import CATALOGUE, host

FACTS = host(set={"listener.values.UserAuthentication.local.value": 0, "listener.values.SecurityLayer.local.value": 0})
PLAN = judge(FACTS, CATALOGUE).plan
NOW = FACTS.now


def written() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(json.dumps(plan_document(FACTS.host, PLAN, NOW)))
    return document


def test_what_was_written_is_read() -> None:
    read = read_plan(written(), FACTS.host, NOW + timedelta(hours=24))
    assert (read.operations, read.digest, read.host, read.written_at) == (PLAN.operations, PLAN.digest, FACTS.host, NOW)
    assert len(read.operations) == 2


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"schema": "rdpops.health/plan/2"}, "schema"), ({"more": 1}, "a plan is"), ({"operations": {}}, "list"), ({"operations": [{}] * 65}, "at most 64"),
        ({"operations": []}, "digest"), ({"digest": "0" * 64}, "digest"), ({"operations": [{}]}, "fields"), ({"written_at": "now"}, "not a time"),
        ({"written_at": format_time(NOW - timedelta(hours=24, seconds=1))}, "24 hours"), ({"written_at": format_time(NOW + timedelta(hours=1))}, "24 hours"),
        ({"host": "other"}, "for the host other"), ({"host": 5}, "for the host"),
    ],
)  # fmt: skip
def test_any_other_document_is_refused_in_one_sentence(change: dict[str, Any], told: str) -> None:
    with pytest.raises(PlanFileError, match=told) as caught:
        read_plan({**written(), **change}, FACTS.host, NOW)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("document", [None, [], "x", 5, {}])
def test_what_is_no_object(document: object) -> None:
    with pytest.raises(PlanFileError):
        read_plan(document, FACTS.host, NOW)


@given(
    st.sampled_from([0, 1]),
    st.sampled_from(["ensure", "expect", "target", "risk", "restart", "id"]),
    st.sampled_from([0, 1, "x", {}, {"kind": "REG_DWORD", "value": 3}]),
)
def test_no_operation_can_be_changed_after_the_review(index: int, name: str, value: Any) -> None:
    document = copy.deepcopy(written())
    same = document["operations"][index][name] == value
    document["operations"][index][name] = value
    if not same:
        with pytest.raises(PlanFileError):
            read_plan(document, FACTS.host, NOW)
