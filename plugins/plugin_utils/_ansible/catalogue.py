# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The catalogue, read once per run.

Imported at module level by the action, so that the parent process reads it before it forks the workers: reading it in each
worker doubles the time of a run. A catalogue that cannot be used is remembered as one sentence; importing never fails.
"""

from __future__ import annotations

from dataclasses import dataclass

from .._catalogue.load import load_catalogue
from .._catalogue.read import CatalogueError
from .._core.evaluate import USUAL_PROFILES, Ask, nobody
from .._core.model import Catalogue, Waiver


@dataclass(frozen=True)
class LoadedCatalogue:
    """The catalogue, or the sentence that says why there is none.

    :ivar waivers: what is accepted on the host that is judged.
    :ivar ask: asks test plugins that checks name.
    :ivar profiles: those whose checks are looked at.
    """

    catalogue: Catalogue | None
    problem: str = ""
    waivers: tuple[Waiver, ...] = ()
    ask: Ask = nobody
    profiles: tuple[str, ...] = USUAL_PROFILES


def read_catalogue() -> LoadedCatalogue:
    """Read the catalogue; never raises for what stands in it."""
    try:
        return LoadedCatalogue(load_catalogue())
    except CatalogueError as exc:
        return LoadedCatalogue(None, str(exc))


CATALOGUE = read_catalogue()
