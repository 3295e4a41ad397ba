# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Checks of others that cannot be used: one sentence with the file, in a run and in the validate command, and nothing else happens."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.options import BadInputError
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.sources import read_others
from ansible_collections.rdpops.health.plugins.plugin_utils._workshop.command import run

from tests.support.sources import CAUSE, CHECK, write_source

Make = Callable[[Path], object]


def written(content: str) -> Make:
    """Return what writes a check with this content."""
    return lambda path: path.write_text(content, encoding="utf-8")


def changed(**changes: Any) -> Make:
    """Return what writes a good check with one thing in it that is not: JSON is YAML."""
    return written(json.dumps({**CHECK, **changes}))


BAD: dict[str, tuple[Make, str]] = {
    "tag": (written("title: !!python/object/apply:os.system [id]"), "uses a YAML tag, which is not allowed here; write the plain value (line 1)"),
    "alias": (written("a: &a [1]\nb: *a\n"), "uses a YAML alias"),
    "50 MB": (lambda path: path.write_bytes(b"#" * 50_000_000), "is larger than 64 KiB"),
    "no end": (lambda path: path.symlink_to("/dev/zero"), "cannot be read: it is no regular file"),
    "link to nothing": (lambda path: path.symlink_to("/nowhere/at/all"), "cannot be read: No such file or directory"),
    "link to something else": (lambda path: path.symlink_to("/etc/passwd"), ""),
    "link to itself": (lambda path: path.symlink_to(path), "cannot be read: Too many levels of symbolic links"),
    "pipe": (os.mkfifo, "cannot be read: it is no regular file"),
    "folder": (lambda path: path.mkdir(), "cannot be read: it is no regular file"),
    "empty": (written(""), "must be a mapping of names to values"),
    "no text": (lambda path: path.write_bytes(b"\xff\xfe"), "is not UTF-8 (byte 0)"),
    "id of ours": (changed(id="listener.nla_required"), "the id listener.nla_required is already taken by checks/listener_nla_required.yml"),
    "id of the waivers": (changed(id="waiver.mine"), "what begins with waiver. is said about waivers alone"),
    "unknown key": (changed(colour="red"), "the field 'colour' is unknown"),
    "unknown comparator": (changed(expect={"path": "a", "regex": "^(a+)+$"}), "exactly one comparator out of eq, ne, one_of"),
    "expression for a path": (changed(expect={"path": "probe['x'].__class__", "eq": 1}), "is not a path, which is names joined by dots"),
    "template": (changed(fail_text="{{ lookup('pipe', 'id') }}"), "fail_text has braces around what is no path; nothing else is ever filled in"),
    "newer": (changed(schema="rdpops.health/check/2"), "this version of the collection reads 'rdpops.health/check/1'"),
    "remedy that is none": (changed(remedy="format_disk"), "the remedy 'format_disk' is unknown"),
    "command": (changed(operations=[{"kind": "command", "target": {}, "ensure": {}}]), "operations"),
}


def refused_by_a_run(folder: Path) -> str:
    with pytest.raises(BadInputError) as caught:
        read_others([str(folder)], None, "rds01", set(), "x.y.z")
    return str(caught.value)


def told_by_validate(folder: Path) -> str:
    lines: list[str] = []
    assert run(["validate", str(folder)], lambda line: lines.append(str(line))) != 0
    return "\n".join(lines[:-1])


@pytest.mark.parametrize("name", list(BAD))
@pytest.mark.parametrize("look", [refused_by_a_run, told_by_validate])
def test_a_bad_file_is_one_sentence_that_names_it(name: str, look: Callable[[Path], str], tmp_path: Path) -> None:
    # Given a source with a good check and one that cannot be used
    write_source(tmp_path, {**CHECK, "id": "corp.other"})
    path = tmp_path / "checks" / "bad.yml"
    BAD[name][0](path)
    # Then the file is named, and what is the matter with it
    sentence = look(tmp_path)
    assert str(path) in sentence
    assert BAD[name][1] in sentence
    assert sentence.isprintable()
    assert len(sentence) < 700


@pytest.mark.parametrize(("kind", "name"), [("checks", "corp_port"), ("causes", "corp_moved")])
@pytest.mark.parametrize("look", [refused_by_a_run, told_by_validate])
def test_an_id_that_stands_twice_in_one_source(look: Callable[[Path], str], kind: str, name: str, tmp_path: Path) -> None:
    write_source(tmp_path, CHECK, CAUSE)
    (tmp_path / kind / "again.yml").write_bytes((tmp_path / kind / f"{name}.yml").read_bytes())
    sentence = look(tmp_path)
    assert f"{tmp_path}/{kind}/{name}.yml: the id" in sentence
    assert f"is already taken by {tmp_path}/{kind}/again.yml" in sentence


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: None, "there is no such folder"),
        (lambda path: path.write_text("x", encoding="utf-8"), "there is no such folder"),
        (lambda path: path.mkdir(), "causes"),
        (lambda path: (path / "checks").mkdir(parents=True), "holds no check and no cause"),
        (lambda path: (path / "checks").mkdir(parents=True) or (path / "checks" / "a.yaml").touch(), "ends with .yaml and would not be read"),
    ],
)
def test_a_folder_that_is_no_source(make: Make, words: str, tmp_path: Path) -> None:
    make(tmp_path / "s")
    assert f"{tmp_path}/s" in refused_by_a_run(tmp_path / "s")
    assert words in refused_by_a_run(tmp_path / "s")


def test_a_path_that_no_host_has_is_told_by_validate_and_never_green(tmp_path: Path) -> None:
    write_source(tmp_path, {**CHECK, "expect": {"path": "registry.hklm.x", "eq": 1}})
    read_others([str(tmp_path)], None, "rds01", set(), "x.y.z")  # a run cannot know: another host may have it
    assert f"{tmp_path}/checks/corp_port.yml: the path registry.hklm.x leads nowhere" in told_by_validate(tmp_path)
