# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What others add to a run: checks and causes of folders and collections, test plugins, and waivers.

Folders are read and checked once per run; the workers take them from there as plain values. Parsing 150 files in every worker would
double the time of a run.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any  # Any: option values are JSON values

from .._catalogue.load import Entry, extended, load_sources
from .._catalogue.waivers import build_waivers, checked_waivers, read_waiver_file
from .._core.evaluate import USUAL_PROFILES
from .._core.model import Waiver
from .._core.waivers import for_host
from .asked import ask_test
from .catalogue import CATALOGUE, LoadedCatalogue
from .once import once_per_run
from .options import BadInputError

COLLECTION = re.compile(r"[a-z_][a-z0-9_]*\.[a-z_][a-z0-9_]*")
FOLDER = Path("extensions", "rdp_health")  # of a collection that brings checks
IN_ROLE = "(in the role: rdp_health_{})"


@dataclass(frozen=True)
class Others:
    """What was added to our own catalogue for one host.

    :ivar digest: of our own catalogue and the added files together; empty where nothing was added.
    """

    entries: tuple[Entry, ...] = ()
    digest: str = ""
    waivers: tuple[Waiver, ...] = ()
    profiles: tuple[str, ...] = USUAL_PROFILES

    def beside(self, own: LoadedCatalogue) -> LoadedCatalogue:
        """Return what this host is judged by."""
        if own.catalogue is None:
            return own
        catalogue = extended(own.catalogue, self.entries, self.digest) if self.entries else own.catalogue
        return LoadedCatalogue(catalogue, waivers=self.waivers, ask=ask_test, profiles=self.profiles)


def read_others(
    sources: Iterable[str], waivers: Any, host: str, groups: Collection[str], public_name: str, profiles: Iterable[str] = USUAL_PROFILES
) -> Others:
    """Read what was added for one host.

    :param waivers: a list of waivers, or the path of a file that holds one.
    :raises BadInputError: one sentence with the file and the place in it.
    """
    entries, digest = _read_sources([str(source) for source in sources], public_name)
    return Others(entries, digest, for_host(_read_waivers(waivers, public_name), host, groups), tuple(profiles))


def _read_sources(sources: list[str], public_name: str) -> tuple[tuple[Entry, ...], str]:
    own = CATALOGUE.catalogue
    if not sources or own is None:
        return (), ""
    told = f"{public_name}: check_sources {IN_ROLE.format('check_sources')}"
    folders = [_folder_of(source, told) for source in dict.fromkeys(sources)]

    def compile_sources() -> dict[str, Any]:
        entries, digest = load_sources(own, folders)
        return {"entries": [[entry.kind, entry.place, _without_cases(entry.document)] for entry in entries], "digest": digest}

    try:
        compiled = once_per_run("sources", [str(folder) for folder in folders], compile_sources)
    except ValueError as exc:
        raise BadInputError(f"{told}: {exc}.") from exc
    return tuple(Entry(*entry) for entry in compiled["entries"]), compiled["digest"]


def _without_cases(document: dict[str, Any]) -> dict[str, Any]:
    """Leave out what no run needs: half of a file is cases."""
    return {name: value for name, value in document.items() if name != "tests"}


def _folder_of(source: str, told: str) -> Path:
    """Find the folder of a source: a name with one dot and no slash is a collection, anything else a path."""
    if not source.strip() or "\0" in source:
        raise BadInputError(f"{told}: {source!r} names neither a folder nor a collection.")
    if not COLLECTION.fullmatch(source):
        return Path(source).expanduser().absolute()
    try:
        package = importlib.import_module(f"ansible_collections.{source}")
    except ImportError as exc:
        raise BadInputError(f"{told}: the collection {source} is not installed; for a folder of that name write ./{source}.") from exc
    folder = Path(next(iter(package.__path__))) / FOLDER
    if not folder.is_dir():
        raise BadInputError(f"{told}: the collection {source} has no folder {FOLDER}.")
    return folder


def _read_waivers(given: Any, public_name: str) -> tuple[Waiver, ...]:
    if given is None or given in ("", []):
        return ()
    told = f"{public_name}: waivers {IN_ROLE.format('waivers')}"
    if not isinstance(given, (str, list)):
        raise BadInputError(f"{told}: expected a list of waivers, or the path of a file that holds one.")

    def check() -> list[dict[str, Any]]:
        if isinstance(given, list):
            return checked_waivers(given, "the list")
        path = Path(given).expanduser()
        return checked_waivers(read_waiver_file(path), str(path))

    try:
        return build_waivers(once_per_run("waivers", given, check), Path(given).name if isinstance(given, str) else "")
    except ValueError as exc:
        raise BadInputError(f"{told}: {exc}.") from exc
