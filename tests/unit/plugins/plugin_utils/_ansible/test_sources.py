# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What others add: read once, refused in one sentence, and nothing of it where nothing was given."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.catalogue import CATALOGUE
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.options import BadInputError
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.sources import Others, read_others

from tests.support.sources import CAUSE, CHECK, write_source

WAIVER: dict[str, Any] = {
    "id": "W-1", "reason": "r", "owner": "o", "ticket": "t", "start": "2026-11-01", "expiry": "2027-03-01", "scope": {"hosts": ["rds*"], "checks": ["a.b"]},
}  # fmt: skip


def read(sources: list[str], waivers: Any = None) -> Others:
    return read_others(sources, waivers, "rds01", {"lab"}, "x.y.z")


def test_nothing_given_is_our_own_catalogue() -> None:
    loaded = read([]).beside(CATALOGUE)
    assert loaded.catalogue is CATALOGUE.catalogue
    assert loaded.waivers == ()


def test_a_folder_is_read_once_and_added(tmp_path: Path) -> None:
    folder = write_source(tmp_path / "s", CHECK, CAUSE)
    others = read([str(folder), str(folder)])  # given twice is given once
    loaded = others.beside(CATALOGUE)
    assert CATALOGUE.catalogue is not None
    assert loaded.catalogue is not None
    assert {check.id for check in loaded.catalogue.checks} - {check.id for check in CATALOGUE.catalogue.checks} == {"corp.port"}
    assert "Corp.moved" in {cause.id for cause in loaded.catalogue.causes}
    assert loaded.catalogue.digest not in ("", CATALOGUE.catalogue.digest)
    shutil.rmtree(folder)
    assert read([str(folder)]).beside(CATALOGUE).catalogue == loaded.catalogue  # what was read holds for the run


@pytest.mark.parametrize(
    ("documents", "words"),
    [
        ((), "has neither a folder checks nor a folder causes"),
        (({**CHECK, "id": "listener.nla_required"},), "the id listener.nla_required is already taken by checks/listener_nla_required.yml"),
        (({**CHECK, "impact": "none"},), "checks/corp_port.yml: impact is 'none'"),
    ],
)
def test_a_bad_folder_is_one_sentence(tmp_path: Path, documents: tuple[dict[str, Any], ...], words: str) -> None:
    (tmp_path / "s").mkdir()
    with pytest.raises(BadInputError) as caught:
        read([str(write_source(tmp_path / "s", *documents))])
    assert str(caught.value).startswith("x.y.z: check_sources (in the role: rdp_health_check_sources): ")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("suffix", [".yaml", ".json"])
def test_files_that_would_be_overlooked_are_refused(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(BadInputError, match=f"ends with {suffix} and would not be read"):
        read([str(write_source(tmp_path, CHECK, suffix=suffix))])


@pytest.mark.parametrize("source", ["", " ", "a\0b", "no.such_thing", "/nowhere/at/all"])
def test_what_names_no_source(source: str) -> None:
    with pytest.raises(BadInputError, match="check_sources"):
        read([source])


def test_two_sources_with_one_id(tmp_path: Path) -> None:
    one, two = write_source(tmp_path / "one", CHECK), write_source(tmp_path / "two", CHECK)
    with pytest.raises(BadInputError) as caught:
        read([str(one), str(two)])
    assert f"{two}/checks/corp_port.yml: the id corp.port is already taken by {one}/checks/corp_port.yml" in str(caught.value)


@pytest.mark.parametrize("given", [None, "", []])
def test_no_waivers(given: Any) -> None:
    assert read([], given).waivers == ()


def test_waivers_of_this_host_alone() -> None:
    other = {**WAIVER, "id": "W-2", "scope": {"hosts": ["web*"]}}
    lab = {**WAIVER, "id": "W-3", "scope": {"groups": ["lab"], "checks": ["a.b"]}}
    assert [waiver.id for waiver in read([], [WAIVER, other, lab]).waivers] == ["W-1", "W-3"]


def test_the_file_of_a_waiver_is_known_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "accepted.json"
    path.write_text(json.dumps([WAIVER]), encoding="utf-8")
    assert [waiver.source for waiver in (*read([], str(path)).waivers, *read([], [WAIVER]).waivers)] == ["accepted.json", ""]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (7, "expected a list of waivers, or the path of a file that holds one."),
        ({"a": 1}, "expected a list of waivers"),
        ("nowhere.yml", "nowhere.yml: cannot be read"),
        ([{**WAIVER, "owner": ""}], "the list: [0].owner: found"),
    ],
)
def test_waivers_that_cannot_be_used(given: Any, words: str) -> None:
    with pytest.raises(BadInputError) as caught:
        read([], given)
    assert str(caught.value).startswith("x.y.z: waivers (in the role: rdp_health_waivers): ")
    assert words in str(caught.value)
