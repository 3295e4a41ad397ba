# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Load the catalogue: every file of ``checks`` and ``causes``, and of whatever folders others add."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from .._core.floor import LINES
from .._core.model import Catalogue, Cause, Check
from .._core.remedies import REMEDIES
from .build import build_cause, build_check
from .read import CatalogueError, read_yaml

VERSION = "1"
OWN = Path(__file__).parent
MAX_FILES = 2000


def load_catalogue(folders: Sequence[Path] = (OWN,)) -> Catalogue:
    """Load checks and causes.

    :param folders: each with the folders ``checks`` and ``causes``, either of which may be missing.
    :returns: the catalogue, in order of ids.
    :raises CatalogueError: one sentence; also for an id that two files claim and for a name that leads nowhere.
    """
    digest = hashlib.sha256()
    checks: list[Check] = []
    causes: list[Cause] = []
    for folder in folders:
        for path in _files(folder / "checks"):
            document, raw = read_yaml(path)
            checks.append(build_check(document, _place(path)))
            digest.update(raw)
        for path in _files(folder / "causes"):
            document, raw = read_yaml(path)
            causes.append(build_cause(document, _place(path)))
            digest.update(raw)
    _unique(checks)
    _unique(causes)
    _known_names(checks, causes)
    by_id = sorted(checks, key=lambda check: check.id), sorted(causes, key=lambda cause: cause.id)
    return Catalogue(tuple(by_id[0]), tuple(by_id[1]), VERSION, digest.hexdigest())


def _files(folder: Path) -> list[Path]:
    files = sorted(folder.glob("*.yml"))
    if len(files) > MAX_FILES:
        raise CatalogueError(f"{folder}: holds more than {MAX_FILES} files")
    return files


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
