# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Find the optional folder with test material that is too large, or not ours, to lie in the repository."""

from __future__ import annotations

import os
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


def shared_folder() -> Path | None:
    """Return the folder with optional test material, or None where there is none.

    The environment variable ``RDPOPS_SHARED`` names it; otherwise it is a folder named ``shared`` beside the
    checkout. What lies in it is never needed to use the collection: tests that want a part of it are skipped, by
    name, without it.
    """
    named = os.environ.get("RDPOPS_SHARED")
    folder = Path(named) if named else REPOSITORY.parent / "shared"
    return folder if folder.is_dir() else None
