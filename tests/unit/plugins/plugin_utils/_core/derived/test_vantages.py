# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What differs between vantage points."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.vantages import compare_vantages

GOOD = ("reached_credssp", "complete")
DROPPED = ("connect_timeout", "connect")
STALLED = ("tls_silent", "tls")
REFUSED = ("connect_refused", "connect")
OPEN = ("probe_error", "tls")


def probe(vantage: str, symptom: str, ended_at: str, sha1: str | None = None) -> dict[str, Any]:
    certificate = None if sha1 is None else {"sha1": sha1}
    return {"vantage": vantage, "symptom": symptom, "ended_at": ended_at, "sentence": "Words.", "nla": "unknown", "tls": {"certificate": certificate}}


def compared(*seen: tuple[str, str]) -> dict[str, Any]:
    first, *others = (probe(f"v{number}", *one) for number, one in enumerate(seen))
    return dict(compare_vantages(first, others))


def test_one_vantage_point_differs_from_nothing() -> None:
    assert compared(DROPPED) == {
        "count": 1,
        "answers_from": [],
        "cut_from": ["v0"],
        "dropped_from": ["v0"],
        "stalled_from": [],
        "answers_differently": False,
        "dropped_differently": False,
        "stalled_differently": False,
        "connected_elsewhere": False,
        "certificates": 0,
    }


@pytest.mark.parametrize(
    ("seen", "different"),
    [
        ([GOOD, GOOD], set()),
        ([GOOD, DROPPED], {"answers_differently", "dropped_differently"}),
        ([DROPPED, GOOD], {"answers_differently", "dropped_differently"}),
        ([DROPPED, ("unreachable", "connect")], set()),
        ([DROPPED, ("failure_3", "negotiate")], {"dropped_differently"}),  # the way differs, the host is broken as well
        ([DROPPED, ("failure_other", "negotiate")], {"dropped_differently"}),
        ([DROPPED, ("legacy_answer", "negotiate")], {"dropped_differently"}),
        ([DROPPED, ("tls_reset", "tls")], {"dropped_differently"}),
        # a port that takes the connection is no RDP server yet: a box on the way may do that
        ([DROPPED, ("not_rdp", "negotiate")], set()),
        ([DROPPED, ("closed_before_answer", "negotiate")], set()),
        ([DROPPED, ("reset_before_answer", "negotiate")], set()),
        ([DROPPED, ("silent_before_answer", "negotiate")], set()),
        ([DROPPED, ("probe_error", "negotiate")], set()),
        ([DROPPED, ("route_lost", "negotiate")], set()),
        ([GOOD, STALLED], {"answers_differently", "stalled_differently"}),
        ([STALLED, STALLED], set()),
        ([GOOD, REFUSED], {"answers_differently"}),  # refused is answered: nothing is dropped on the way
        ([GOOD, OPEN], set()),
        ([("name_not_resolved", "resolve"), DROPPED], set()),
    ],
)
def test_what_differs(seen: list[tuple[str, str]], different: set[str]) -> None:
    found = compared(*seen)
    assert {name for name in ("answers_differently", "dropped_differently", "stalled_differently") if found[name]} == different
    definite = ("legacy_answer", "failure_3", "failure_other")
    assert found["connected_elsewhere"] is any(ended in ("tls", "complete") or symptom in definite for symptom, ended in seen[1:])


def test_each_is_named_where_it_stands() -> None:
    found = compared(GOOD, DROPPED, STALLED, OPEN, REFUSED, GOOD)
    assert (found["count"], found["answers_from"], found["cut_from"]) == (6, ["v0", "v5"], ["v1", "v2", "v4"])
    assert (found["dropped_from"], found["stalled_from"]) == (["v1"], ["v2"])


@pytest.mark.parametrize(("prints", "number"), [(["A", "A"], 1), (["A", "B", "A"], 2), (["A", None], 1), ([None, None], 0)])
def test_certificates_are_counted_once(prints: list[str | None], number: int) -> None:
    first, *others = (probe("v", *GOOD, sha1) for sha1 in prints)
    assert compare_vantages(first, others)["certificates"] == number
