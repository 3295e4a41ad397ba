# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Save what was seen of a host as a bundle that the replay connection can answer from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any  # Any: a bundle is a JSON document

from .._core.clock import format_time
from .._facts.load import SCHEMA
from .._report.slug import slug
from .._report.write import ReportError, write_file
from .look import Seen

NOT_ASKED = "the inside view was not asked for"


def bundle_document(host: str, seen: Seen) -> dict[str, Any]:
    """Return the bundle of one host. Nothing is left out: it may hold names of accounts and hosts."""
    unreachable = None if seen.snapshot is not None else seen.unreachable or NOT_ASKED
    return {
        "schema": SCHEMA,
        "host": host[:256],
        "collected_at": format_time(seen.now),
        "snapshot": seen.snapshot,
        "unreachable": unreachable,
        "probe": seen.probe,
        "client": None,
        "note": None,
    }


def save_bundle(folder: Path, host: str, seen: Seen) -> Path:
    """Write the bundle of one host, mode 0600, whole or not at all.

    :raises ReportError: the folder or the file cannot be written; one sentence that names it.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as exc:
        raise ReportError(f"{folder} cannot be used as a folder for bundles: {exc.strerror}.") from exc
    path = folder / f"{slug(host)}.json"
    content = json.dumps(bundle_document(host, seen), ensure_ascii=True, indent=1) + "\n"
    write_file(path, content.encode("ascii"))
    return path
