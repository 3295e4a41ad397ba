# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Once per run: many processes ask at once, one of them works; a fault is kept; a folder that cannot be used costs time alone."""

from __future__ import annotations

import multiprocessing
import time
from pathlib import Path

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.once import FOLDER, once_per_run


def work(folder: Path) -> int:
    def make() -> int:
        with (folder / "made").open("a", encoding="utf-8") as stream:
            stream.write("x")
        time.sleep(0.2)
        return 7

    return int(once_per_run("word", ["key"], make, folder))


def test_many_processes_and_one_that_works(tmp_path: Path) -> None:
    with multiprocessing.get_context("fork").Pool(4) as pool:
        assert pool.map(work, [tmp_path] * 12) == [7] * 12
    assert (tmp_path / "made").read_text(encoding="utf-8") == "x"


def test_another_key_is_another_result(tmp_path: Path) -> None:
    assert [once_per_run("word", key, lambda key=key: key, tmp_path) for key in (1, 2, 1)] == [1, 2, 1]


def test_a_fault_is_kept(tmp_path: Path) -> None:
    calls = []

    def broken() -> int:
        calls.append(1)
        raise ValueError("file x, line 3: no")

    for dummy in range(3):
        with pytest.raises(ValueError, match="file x, line 3: no"):
            once_per_run("word", 1, broken, tmp_path)
    assert len(calls) == 1


def test_a_folder_that_is_gone_and_a_file_that_is_broken(tmp_path: Path) -> None:
    assert once_per_run("word", 1, lambda: 5, tmp_path / "gone") == 5
    once_per_run("word", 1, lambda: 5, tmp_path)
    (kept,) = tmp_path.glob("*.json")
    kept.write_text("{", encoding="utf-8")
    assert once_per_run("word", 1, lambda: 6, tmp_path) == 6


def test_the_folder_is_private_and_belongs_to_the_run() -> None:
    assert FOLDER.is_dir()
    assert FOLDER.stat().st_mode & 0o077 == 0
