# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Save a document of one host in a folder that a task was given."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any  # Any: a JSON document

from .._report.slug import slug
from .._report.write import ReportError, write_file


def save_document(folder: Path, host: str, document: Mapping[str, Any], kind: str) -> Path:
    """Write the document of one host, mode 0600, whole or not at all.

    :param kind: what the folder holds, for the sentence.
    :raises ReportError: the folder or the file cannot be written; one sentence.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as exc:
        raise ReportError(f"{folder} cannot be used as a folder for {kind}: {exc.strerror}.") from exc
    path = folder / f"{slug(host)}.json"
    content = json.dumps(document, ensure_ascii=True, indent=1) + "\n"
    write_file(path, content.encode("ascii"))
    return path
