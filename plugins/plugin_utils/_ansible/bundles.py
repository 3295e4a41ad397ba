# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Save what was seen of a host as a bundle that the replay connection can answer from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any  # Any: a bundle is a JSON document

from .._core.clock import format_time
from .._facts.load import SCHEMA, parse_bundle
from .._facts.redaction import new_key, redact_bundle
from .._facts.shapes import FactsError
from .._report.write import ReportError
from .host import Options
from .look import Seen
from .saved import save_document

NOT_ASKED = "the inside view was not asked for"
RUN_KEY = new_key()  # made where Ansible imports the action, before it forks: one for all hosts of a run, kept nowhere


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
        **({"other_probes": list(seen.elsewhere.probes)} if seen.elsewhere.probes else {}),
        "client": seen.client,
        "note": None,
    }


def redacted_document(host: str, seen: Seen, key: bytes) -> dict[str, Any]:
    """Return the bundle of one host without names.

    :raises ReportError: what is left is no bundle any more, because a name is also a word of the format.
    """
    document = redact_bundle(bundle_document(host, seen), key)
    try:
        parse_bundle(json.dumps(document).encode("ascii"), "the redacted bundle")
    except FactsError as exc:
        raise ReportError(f"The bundle of {host} cannot be redacted, so it is not saved: {exc}.") from exc
    return document


def asked_document(host: str, seen: Seen, options: Options) -> dict[str, Any]:
    """Return the bundle of one host, without names where that was asked for.

    :raises ReportError: see :func:`redacted_document`.
    """
    return redacted_document(host, seen, RUN_KEY) if options.redact_bundles else bundle_document(host, seen)


def save_asked(host: str, seen: Seen | None, options: Options) -> Path | None:
    """Save the bundle of one host where a task asked for it.

    :param seen: None where nobody has looked.
    :raises ReportError: see :func:`save_bundle`.
    """
    if options.save_bundles is None or seen is None:
        return None
    return save_bundle(options.save_bundles, asked_document(host, seen, options))


def save_bundle(folder: Path, document: dict[str, Any]) -> Path:
    """Write the bundle of one host, mode 0600, whole or not at all.

    :param document: the bundle. The file is named by its host, which is a pseudonym where names were taken out.
    :raises ReportError: the folder or the file cannot be written; one sentence.
    """
    return save_document(folder, document["host"], document, "bundles")
