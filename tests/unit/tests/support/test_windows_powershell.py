# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where the lab's PowerShell comes from: the order of the places, that nothing is downloaded unasked, and that the digest decides."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.support import windows_powershell
from tests.support.windows_powershell import DOWNLOAD, NAMED, Pin, PowerShellError, fetch, find, missing, pinned

PLACES = ("named", "path", "material", "official")


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Path]:
    """Make a fake PowerShell in every place, all of them found by what the environment says."""
    folders = {name: tmp_path / name for name in ("named", "path", "shared/powershell", f"cache/powershell-{pinned().version}")}
    for name, folder in folders.items():
        folder.mkdir(parents=True)
        (folder / ("unpack" if name.startswith("shared") else "pwsh.exe")).touch()
    settings = {NAMED: str(folders["named"] / "pwsh.exe"), "PATH": str(folders["path"]), "RDPOPS_SHARED": str(tmp_path / "shared")}
    for name, value in {**settings, "RDPOPS_CACHE": str(tmp_path / "cache"), DOWNLOAD: ""}.items():
        monkeypatch.setenv(name, value)
    return dict(zip(PLACES, folders.values(), strict=True))


@pytest.mark.parametrize("first", range(len(PLACES)))
def test_the_first_place_that_has_one_is_taken(places: dict[str, Path], monkeypatch: pytest.MonkeyPatch, first: int) -> None:
    """Given a PowerShell in this place and in all later ones, then it is this one."""
    for name in PLACES[:first]:
        for file in places[name].iterdir():
            file.unlink()
    if first:
        monkeypatch.delenv(NAMED)
    assert find() == places[PLACES[first]]
    assert missing() is None


def test_without_any_it_is_said_and_nothing_is_downloaded(places: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NAMED)
    for folder in places.values():
        for file in folder.iterdir():
            file.unlink()

    def refuse(*dummy: object, **more: object) -> None:
        raise AssertionError("a download that nobody asked for")

    monkeypatch.setattr(windows_powershell, "_download", refuse)
    with pytest.raises(PowerShellError, match="RDPOPS_LAB_DOWNLOAD=1"):
        find()
    assert "RDPOPS_LAB_DOWNLOAD=1" in str(missing())


def test_a_named_one_that_is_not_there_is_an_error_and_one_of_this_machine_is_passed_over(places: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAMED, "/nowhere/pwsh.exe")
    with pytest.raises(PowerShellError, match="which is not there"):
        find()
    monkeypatch.setenv(NAMED, "/usr/bin/pwsh")
    assert find() == places["path"]


def archive() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("pwsh.exe", "MZ")
    return packed.getvalue()


class Source:
    """A server that counts what is asked of it."""

    def __init__(self, content: bytes | Exception) -> None:
        self.content, self.asked = content, 0

    def __call__(self, url: str, **dummy: Any) -> io.BytesIO:
        self.asked += 1
        if isinstance(self.content, Exception):
            raise self.content
        return io.BytesIO(self.content)


def test_an_archive_with_the_pinned_digest_is_unpacked_once(tmp_path: Path) -> None:
    content = archive()
    source, pin = Source(content), Pin("1.2.3", "https://example.com/x.zip", hashlib.sha256(content).hexdigest())
    assert [fetch(pin, tmp_path, source) for dummy in range(2)] == [tmp_path / "powershell-1.2.3"] * 2
    assert source.asked == 1
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["pwsh.exe"]


@pytest.mark.parametrize(("content", "words"), [(b"another file", "has the digest"), (OSError("no network"), "cannot be downloaded: no network")])
def test_anything_else_leaves_nothing(tmp_path: Path, content: bytes | Exception, words: str) -> None:
    with pytest.raises(PowerShellError, match=words):
        fetch(Pin("1.2.3", "https://example.com/x.zip", "0" * 64), tmp_path, Source(content))
    assert list(tmp_path.iterdir()) == []


def test_the_pin_is_the_official_archive() -> None:
    pin = pinned()
    assert pin.url == f"https://github.com/PowerShell/PowerShell/releases/download/v{pin.version}/PowerShell-{pin.version}-win-x64.zip"
    assert re.fullmatch(r"[0-9a-f]{64}", pin.sha256)
