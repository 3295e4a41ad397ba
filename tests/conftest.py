# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Let the tests import the collection by its full name, whatever folder the checkout lies in."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def collections_folder() -> Path:
    """Return the folder above `ansible_collections`, making the link that tools/environment makes where it is missing."""
    if ROOT.parts[-3:] == ("ansible_collections", "rdpops", "health"):
        return ROOT.parents[2]
    folder = ROOT / ".cache" / "collections"
    link = folder / "ansible_collections" / "rdpops" / "health"
    if not link.exists():
        link.parent.mkdir(parents=True, exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to("../../../..")
    return folder


sys.path[:0] = [str(ROOT), str(collections_folder())]
