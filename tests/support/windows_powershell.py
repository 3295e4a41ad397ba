# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Find a PowerShell for Windows that Wine can run: the first one of these.

1. ``RDPOPS_PWSH``, the path of a ``pwsh.exe``; one that is no program for Windows is passed over here;
2. ``pwsh.exe`` on PATH;
3. the optional test material, whose ``unpack`` lays one out;
4. the official archive, downloaded earlier, or now where ``RDPOPS_LAB_DOWNLOAD=1`` asks for it.

Nothing is downloaded unless it is asked for, and nothing is unpacked that does not have the pinned digest.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .optional import REPOSITORY, shared_folder

PINNED = Path(__file__).resolve().with_name("powershell.json")  # version, address and digest of the official archive
NAMED, DOWNLOAD = "RDPOPS_PWSH", "RDPOPS_LAB_DOWNLOAD"
PROGRAM = "pwsh.exe"
UNPACK = "unpack"
TIME_LIMIT_SECONDS = 60.0  # without a byte
CHUNK_BYTES = 1 << 20
NOTHING = (
    f"no PowerShell for Windows: {NAMED} names no pwsh.exe, none is on PATH, there is no optional test material, and {DOWNLOAD}=1, which would download"
    " the official one, is not set"
)


class PowerShellError(Exception):
    """No PowerShell for Windows can be had; the text is one sentence for people."""


@dataclass(frozen=True)
class Pin:
    """The archive that is trusted."""

    version: str
    url: str
    sha256: str


def cache_folder() -> Path:
    """Return the folder for what is made once: ``RDPOPS_CACHE``, or ``.cache/lab`` of the checkout."""
    named = os.environ.get("RDPOPS_CACHE")
    return Path(named).resolve() if named else REPOSITORY / ".cache" / "lab"


def find() -> Path:
    """Return a folder with a ``pwsh.exe``, or with an ``unpack`` that lays one out.

    :raises PowerShellError: there is none, or the one that was named or downloaded cannot be used.
    """
    for place in (_named, _on_path, _in_material, _official):
        found = place()
        if found is not None:
            return found
    raise PowerShellError(NOTHING)


def missing() -> str | None:
    """Return why there is none, as one sentence, or None. Downloads nothing."""
    if os.environ.get(DOWNLOAD) == "1":
        return None
    try:
        find()
    except PowerShellError as error:
        return str(error)
    return None


def pinned() -> Pin:
    """Return what the committed file pins."""
    return Pin(**json.loads(PINNED.read_text(encoding="utf-8")))


def fetch(pin: Pin, folder: Path, opened: Callable[..., object] = urllib.request.urlopen) -> Path:
    """Download the archive and unpack it below a folder; a second call is free.

    :param opened: what opens an address.
    :raises PowerShellError: it cannot be downloaded, or is not what was pinned.
    """
    target = folder / f"powershell-{pin.version}"
    if (target / PROGRAM).is_file():
        return target
    folder.mkdir(parents=True, exist_ok=True)
    archive = folder / f"{target.name}.zip"
    _download(pin.url, archive, opened)
    with archive.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    if digest != pin.sha256:
        archive.unlink()
        raise PowerShellError(f"no PowerShell for Windows: what {pin.url} gave has the digest {digest}, pinned is {pin.sha256}")
    fresh = folder / f"{target.name}.new"
    shutil.rmtree(fresh, ignore_errors=True)
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(fresh)
    archive.unlink()
    fresh.rename(target)
    return target


def _download(url: str, archive: Path, opened: Callable[..., object]) -> None:
    try:
        with opened(url, timeout=TIME_LIMIT_SECONDS) as answer, archive.open("wb") as file:  # type: ignore[attr-defined]  # what urlopen returns
            shutil.copyfileobj(answer, file, CHUNK_BYTES)
    except (OSError, urllib.error.URLError) as error:
        archive.unlink(missing_ok=True)
        raise PowerShellError(f"no PowerShell for Windows: {url} cannot be downloaded: {error}") from error


def _named() -> Path | None:
    name = os.environ.get(NAMED, "")
    if not name.casefold().endswith(".exe"):
        return None  # a PowerShell of this machine's own: of no use to Wine
    if not Path(name).is_file():
        raise PowerShellError(f"no PowerShell for Windows: {NAMED} names {name}, which is not there")
    return Path(name).resolve().parent


def _on_path() -> Path | None:
    found = shutil.which(PROGRAM, mode=os.F_OK)
    return Path(found).resolve().parent if found else None


def _in_material() -> Path | None:
    shared = shared_folder()
    material = shared / "powershell" if shared else None
    return material if material and (material / UNPACK).is_file() else None


def _official() -> Path | None:
    pin = pinned()
    folder = cache_folder()
    if (folder / f"powershell-{pin.version}" / PROGRAM).is_file() or os.environ.get(DOWNLOAD) == "1":
        return fetch(pin, folder)
    return None
