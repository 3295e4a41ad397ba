# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A null that stands for "could not look" is a gap, and what a snapshot says stays as it is."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.untold import NULLS, take_out_untold

TRACES = {"open_journals": ["a"], "break_glass": [], "kind": "too_large"}


def os_with(path: str, value: Any) -> dict[str, Any]:
    document: dict[str, Any] = {"os": {"domain": {"joined": True, "kind": ""}, "pending_reboot": {}, "rdpops": {}}}
    holder = document
    *ways, last = path.split(".")
    for name in ways:
        holder = holder[name]
    holder[last] = value
    return document


@pytest.mark.parametrize("path", NULLS)
def test_a_null_becomes_a_gap(path: str) -> None:
    document = os_with(path, None)
    given = copy.deepcopy(document["os"])
    shared, gaps = document["os"], dict[str, str]()
    take_out_untold(document, gaps)
    assert list(gaps) == [path] and gaps[path].startswith(NULLS[path])
    assert shared == given != document["os"]


@pytest.mark.parametrize("value", [True, False, [], {}])
@pytest.mark.parametrize("path", NULLS)
def test_what_is_told_stays(path: str, value: Any) -> None:
    document, gaps = os_with(path, {} if path == "os.rdpops" else value), dict[str, str]()
    before = copy.deepcopy(document)
    take_out_untold(document, gaps)
    assert (document, gaps) == (before, {})


def test_a_kind_is_told_with_the_gap() -> None:
    document = {"os": {"domain": {"joined": None, "name": "", "kind": "unexpected"}, "rdpops": dict(TRACES)}}
    gaps: dict[str, str] = {}
    take_out_untold(document, gaps)
    assert gaps == {
        "os.domain.joined": "whether the host is a member of a domain could not be read: unexpected",
        "os.rdpops": "not all of what earlier repairs left on the host could be looked at: too_large",
    }
    assert document["os"]["rdpops"] == TRACES
