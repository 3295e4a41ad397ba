# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One subset that misfits costs that one."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.salvage import salvaged
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.shapes import FactsError
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.snapshot import check_snapshot

from tests.support.host_states import base_document

SNAPSHOT = base_document()["snapshot"]


@pytest.mark.parametrize("wrong", [{}, None, [], "x", {"status": "ok"}, {"status": "ok", "kind": "", "message": "", "ms": 1, "data": {"build": "soon"}}])
def test_a_subset_that_misfits_is_an_error_with_its_sentence(wrong: Any) -> None:
    snapshot = {**SNAPSHOT, "subsets": {**SNAPSHOT["subsets"], "os": wrong}}
    before = copy.deepcopy(snapshot)
    with pytest.raises(FactsError):
        check_snapshot(snapshot)
    saved = salvaged(snapshot)
    check_snapshot(saved)
    assert snapshot == before
    assert (saved["subsets"]["os"]["status"], saved["subsets"]["os"]["kind"]) == ("error", "misfit")
    assert saved["subsets"]["os"]["message"].startswith("os")
    assert {name: part for name, part in saved["subsets"].items() if name != "os"} == {name: part for name, part in before["subsets"].items() if name != "os"}


def test_what_fits_comes_back_as_it_is() -> None:
    assert salvaged(SNAPSHOT) == SNAPSHOT


def test_a_subset_that_is_not_named_is_one_that_misfits() -> None:
    left = {name: part for name, part in SNAPSHOT["subsets"].items() if name != "os"}
    saved = salvaged({**SNAPSHOT, "subsets": left})
    check_snapshot(saved)
    assert saved["subsets"]["os"]["message"] == "the answer does not name it"


@pytest.mark.parametrize("frame", [{"schema": "rdpops.health/snapshot/2"}, {"reader": 1}, {"subsets": []}, {"subsets": {**SNAPSHOT["subsets"], "other": 1}}])
def test_a_frame_that_misfits_is_not_saved(frame: Any) -> None:
    with pytest.raises(FactsError):
        check_snapshot(salvaged({**SNAPSHOT, **frame}))
    assert salvaged(None) is None
