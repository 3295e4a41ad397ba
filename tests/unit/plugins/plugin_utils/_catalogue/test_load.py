# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The catalogue as a whole: folders of others, ids taken twice, names that lead nowhere."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.load import OWN, load_catalogue
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.read import CatalogueError

CHECK, CAUSE = "checks/listener_nla_required.yml", "causes/c15_nla_off.yml"


def folder_with(tmp_path: Path, source: str, *changes: tuple[str, str]) -> Path:
    """Return a folder as others add it, with a copy of one of our files, changed."""
    text = (OWN / source).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / source
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return tmp_path


def test_our_own_catalogue() -> None:
    catalogue = load_catalogue()
    assert [check.id for check in catalogue.checks] == sorted(check.id for check in catalogue.checks)
    assert [cause.id for cause in catalogue.causes] == sorted(cause.id for cause in catalogue.causes)
    assert len(catalogue.checks) == len(list((OWN / "checks").glob("*.yml"))) >= 12
    assert len(catalogue.causes) == len(list((OWN / "causes").glob("*.yml"))) >= 12
    assert catalogue.version == "1"
    assert all(check.source.startswith("checks/") for check in catalogue.checks)


def test_the_digest_is_of_the_bytes(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, CHECK)
    raw, codes = (folder / CHECK).read_bytes(), (OWN / "codes.yml").read_bytes()
    assert load_catalogue([folder]).digest == hashlib.sha256(raw + codes).hexdigest()
    (folder / CHECK).write_bytes(raw + b"# changed\n")
    assert load_catalogue([folder]).digest == hashlib.sha256(raw + b"# changed\n" + codes).hexdigest()


def test_a_folder_of_somebody_else_is_added(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, CHECK, ("id: listener.nla_required", "id: corp.nla"))
    catalogue = load_catalogue([OWN, folder])
    (added,) = (check for check in catalogue.checks if check.id == "corp.nla")
    assert added.source == str(folder / CHECK)
    assert len(catalogue.checks) == len(load_catalogue().checks) + 1


@pytest.mark.parametrize(("source", "identity"), [(CHECK, "listener.nla_required"), (CAUSE, "C15")])
def test_an_id_that_is_taken(tmp_path: Path, source: str, identity: str) -> None:
    folder = folder_with(tmp_path, source)
    with pytest.raises(CatalogueError) as caught:
        load_catalogue([OWN, folder])
    assert str(caught.value) == f"{folder / source}: the id {identity} is already taken by {source}"


@pytest.mark.parametrize(
    ("source", "old", "new", "words"),
    [
        (CHECK, "remedy: require_nla", "remedy: no_such_remedy", "the remedy 'no_such_remedy' is unknown"),
        (CAUSE, "remedy: require_nla", "remedy: no_such_remedy", "the remedy 'no_such_remedy' is unknown"),
        (CHECK, "floor: nla", "floor: basement", "the floor 'basement' is unknown"),
        (CAUSE, "explains: [listener.nla_required", "explains: [listener.no_such", "explains names 'listener.no_such'"),
        (CHECK, "eq: 1}", "equals: 1}", "exactly one comparator"),
        (CHECK, "severity: high", "severity: 3", "severity is 3"),
        (CHECK, "title:", "titel:", "the field 'title' is missing"),
        (CHECK, "---", "--- !!python/object:os.system", "tag"),
    ],
)
def test_one_bad_file_is_named(tmp_path: Path, source: str, old: str, new: str, words: str) -> None:
    change = [(old, new)]
    other = [("id: listener.nla_required", "id: corp.nla")] if source == CHECK else [("id: C15", "id: X15")]
    folder = folder_with(tmp_path, source, *change, *other)
    with pytest.raises(CatalogueError) as caught:
        load_catalogue([OWN, folder])
    assert str(caught.value).startswith(str(folder / source))
    assert words in str(caught.value)


def test_a_folder_may_lack_either_part(tmp_path: Path) -> None:
    assert load_catalogue([tmp_path]).checks == ()
    shutil.copytree(OWN / "checks", tmp_path / "checks")
    catalogue = load_catalogue([tmp_path])
    assert catalogue.checks
    assert catalogue.causes == ()


def test_more_files_than_anybody_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.load.MAX_FILES", 2)
    with pytest.raises(CatalogueError, match="more than 2 files"):
        load_catalogue()
