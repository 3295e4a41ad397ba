# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Load the catalogue: every file of ``checks`` and ``causes``, and of whatever folders others add."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any  # Any: YAML values before they are checked

from .._core.floor import LINES
from .._core.model import Catalogue, Cause, Check
from .._core.remedies import REMEDIES
from .build import build_cause, build_check
from .codes import FILE, load_codes
from .read import CatalogueError, read_yaml

VERSION = "1"
OWN = Path(__file__).parent
MAX_FILES = 2000
KINDS = ("checks", "causes")
OVERLOOKED = frozenset({".yaml", ".json"})  # what people call such files elsewhere: refused, because left out would look like passed


@dataclass(frozen=True)
class Entry:
    """One file of a catalogue as plain values, so that it can be kept for the workers of a run.

    :ivar kind: ``checks`` or ``causes``, the folder that it lies in.
    """

    kind: str
    place: str
    document: Any


def load_catalogue(folders: Sequence[Path] = (OWN,)) -> Catalogue:
    """Load checks and causes.

    :param folders: each with the folders ``checks`` and ``causes``, either of which may be missing.
    :returns: the catalogue, in order of ids.
    :raises CatalogueError: one sentence; also for an id that two files claim and for a name that leads nowhere.
    """
    digest = hashlib.sha256()
    entries = list(read_entries(folders, digest.update))
    digest.update(FILE.read_bytes())  # it orders what is equally likely
    return extended(Catalogue((), (), VERSION, "", load_codes().symptoms), entries, digest.hexdigest())


def load_sources(own: Catalogue, folders: Sequence[Path]) -> tuple[list[Entry], str]:
    """Read what others wrote, and make sure that it can stand beside our own.

    :returns: the files as plain values, for :func:`extended`, and the digest of the two catalogues together.
    :raises CatalogueError: one sentence with the file and the place.
    """
    for folder in folders:
        refuse_no_source(folder)
    digest = hashlib.sha256(own.digest.encode())
    entries = list(read_entries(folders, digest.update))
    extended(own, entries, digest.hexdigest())
    return entries, digest.hexdigest()


def read_entries(folders: Iterable[Path], see: Callable[[bytes], None]) -> Iterator[Entry]:
    """Read the files of folders one after the other.

    :param see: is shown the bytes of each.
    :raises CatalogueError: one of them cannot be read.
    """
    for folder in folders:
        for kind in KINDS:
            for path in files_of(folder / kind):
                document, raw = read_yaml(path)
                see(raw)
                yield Entry(kind, _place(path), document)


def extended(catalogue: Catalogue, entries: Sequence[Entry], digest: str) -> Catalogue:
    """Return a catalogue with further entries.

    :raises CatalogueError: as :func:`load_catalogue`.
    """
    checks = [*catalogue.checks, *(build_check(entry.document, entry.place) for entry in entries if entry.kind == "checks")]
    causes = [*catalogue.causes, *(build_cause(entry.document, entry.place) for entry in entries if entry.kind == "causes")]
    _unique(checks)
    _unique(causes)
    _known_names(checks, causes)
    by_id = sorted(checks, key=lambda check: check.id), sorted(causes, key=lambda cause: cause.id)
    return Catalogue(tuple(by_id[0]), tuple(by_id[1]), catalogue.version, digest, catalogue.usual)


def files_of(folder: Path) -> list[Path]:
    """Return the files of a folder of checks or causes.

    :raises CatalogueError: there are too many, or one of them would be left out without a word.
    """
    files = sorted(folder.glob("*.yml"))
    if len(files) > MAX_FILES:
        raise CatalogueError(f"{folder}: holds more than {MAX_FILES} files")
    overlooked = sorted(path for path in folder.glob("*") if path.suffix.lower() in OVERLOOKED or (path.is_dir() and any(path.rglob("*.yml"))))
    if overlooked:
        why = "lies in a folder of its own" if overlooked[0].is_dir() else f"ends with {overlooked[0].suffix}"
        raise CatalogueError(f"{overlooked[0]}: {why} and would not be read; files of checks and causes lie in {folder.name}/ and end with .yml")
    return files


def refuse_no_source(folder: Path) -> None:
    """Refuse a folder in which there is nothing to read.

    :raises CatalogueError: one sentence.
    """
    if not folder.is_dir():
        raise CatalogueError(f"{folder}: there is no such folder of checks")
    if not any((folder / kind).is_dir() for kind in KINDS):
        raise CatalogueError(f"{folder}: has neither a folder checks nor a folder causes")
    if not any(files_of(folder / kind) for kind in KINDS):
        raise CatalogueError(f"{folder}: holds no check and no cause")


def _place(path: Path) -> str:
    return f"{path.parent.name}/{path.name}" if path.is_relative_to(OWN) else str(path)


def _unique(entries: Iterable[Check | Cause]) -> None:
    seen: dict[str, str] = {}
    for entry in entries:
        if entry.id in seen:
            raise CatalogueError(f"{entry.source}: the id {entry.id} is already taken by {seen[entry.id]}")
        seen[entry.id] = entry.source


def _known_names(checks: list[Check], causes: list[Cause]) -> None:
    """Refuse a name that leads nowhere: of a remedy, a line of the floor, or a check that a cause explains."""
    ids = {check.id for check in checks}
    entries: list[Check | Cause] = [*checks, *causes]
    for entry in entries:
        if entry.remedy is not None and not entry.operations and entry.remedy not in REMEDIES:
            raise CatalogueError(f"{entry.source}: the remedy {entry.remedy[:60]!r} is unknown; known are {', '.join(REMEDIES)}")
    for check in checks:
        if check.floor is not None and check.floor not in LINES:
            raise CatalogueError(f"{check.source}: the floor {check.floor[:60]!r} is unknown; known are {', '.join(LINES)}")
    for cause in causes:
        strange = [name for name in cause.explains if name not in ids]
        if strange:
            raise CatalogueError(f"{cause.source}: explains names {strange[0][:60]!r}, and there is no such check")
        strange = [name for name in cause.follows_from if name not in {other.id for other in causes} - {cause.id}]
        if strange:
            raise CatalogueError(f"{cause.source}: follows_from names {strange[0][:60]!r}, and there is no such other cause")
