# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The run as reports name it."""

from __future__ import annotations

from .._report.build import Run
from .catalogue import CATALOGUE, LoadedCatalogue
from .run import RUN
from .version import COLLECTION_VERSION


def report_run(mode: str, *, check_mode: bool, loaded: LoadedCatalogue = CATALOGUE) -> Run:
    """Return the run block of every report that this process and its workers write.

    :param loaded: what the host is judged by, where others added to our own catalogue.
    """
    catalogue = loaded.catalogue
    return Run(
        id=RUN.id,
        started_at=RUN.started_at,
        mode=mode,
        check_mode=bool(check_mode),
        collection_version=COLLECTION_VERSION,
        catalogue_version=catalogue.version if catalogue else "unusable",
        catalogue_digest=catalogue.digest if catalogue else "0" * 64,
    )
