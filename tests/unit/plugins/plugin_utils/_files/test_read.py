# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""No file holds up a run: what is no regular file is refused, by every reader, before anything is read from it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.read import CatalogueError, read_yaml
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.load import load_bundle
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.shapes import FactsError
from ansible_collections.rdpops.health.plugins.plugin_utils._files.read import read_at_most
from ansible_collections.rdpops.health.plugins.plugin_utils._report.fleet import read_report

READERS: dict[str, tuple[Callable[[Path], Any], type[Exception]]] = {
    "bundle": (load_bundle, FactsError),
    "report": (read_report, ValueError),
    "catalogue": (read_yaml, CatalogueError),
}


def pipe(folder: Path) -> Path:
    """Make a named pipe that nobody will ever write to."""
    path = folder / "pipe"
    os.mkfifo(path)
    return path


def test_a_regular_file_is_read_and_one_byte_more_than_allowed_tells_that_it_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"12345")
    assert read_at_most(path, 5) == b"12345"
    assert read_at_most(path, 3) == b"1234"


def test_what_is_no_regular_file_is_refused_without_waiting(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/dev/zero")
    for path in (pipe(tmp_path), tmp_path, tmp_path / "link", Path("/dev/null")):
        with pytest.raises(OSError, match="it is no regular file"):
            read_at_most(path, 10)


@pytest.mark.parametrize("name", ["a\0b", "\ud800", "x" * 5000, "missing"])
def test_a_name_that_leads_to_no_file_is_an_error_with_words(tmp_path: Path, name: str) -> None:
    with pytest.raises(OSError) as caught:  # the words are those of the system
        read_at_most(tmp_path / name, 10)
    assert caught.value.strerror


def test_nothing_stays_open(tmp_path: Path) -> None:
    folder = Path("/proc/self/fd")
    if not folder.is_dir():
        pytest.skip("this system does not list open files")
    before = len(list(folder.iterdir()))
    for path in (tmp_path, pipe(tmp_path)):
        with pytest.raises(OSError, match="regular"):
            read_at_most(path, 10)
    assert len(list(folder.iterdir())) == before


@pytest.mark.parametrize("what", READERS)
def test_every_reader_says_so_in_one_sentence_with_the_file(tmp_path: Path, what: str) -> None:
    read, refusal = READERS[what]
    for path in (pipe(tmp_path), tmp_path, tmp_path / "a\0b"):
        with pytest.raises(refusal) as caught:
            read(path)
        sentence = str(caught.value)
        assert "cannot be read: " in sentence
        assert path.name in sentence
        assert "\n" not in sentence
