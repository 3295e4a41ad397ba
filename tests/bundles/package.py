# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What packages of labelled bundles have in common: which functions build a bundle, and the digest that shows whether one was changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

Document = dict[str, Any]  # a JSON document

# What the probe's code makes of its records may be mended; the records themselves are the author's.
DERIVED = ("protocols", "nla", "latency", "retried", "signatures", "also_asked", "rests_on", "ended_at", "symptom", "sentence")


def built(cases: Iterable[ModuleType], first: str) -> dict[str, Document]:
    """Build every bundle whose name is this letter and three digits."""
    found = {name: build for module in cases for name, build in vars(module).items() if len(name) == 4 and name[0] == first and name[1:].isdigit()}
    return {name: found[name]() for name in sorted(found)}


def digest_of(bundles: Iterable[Document], clients: Mapping[str, str], errors: Mapping[str, str], labels: Path) -> str:
    """Return SHA-256 over all that an author wrote: bundles of hosts and clients, what belongs together, labels."""
    documents = [_authored(document) for document in bundles]
    whole = json.dumps([documents, clients, errors], sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(whole.encode("ascii") + labels.read_bytes()).hexdigest()


def _authored(document: Document) -> Document:
    """Return a bundle without what the probe's own code says about its records."""
    probes = {"probe": document["probe"] and _recorded(document["probe"])}
    return document | probes | ({"other_probes": [_recorded(probe) for probe in document["other_probes"]]} if "other_probes" in document else {})


def _recorded(probe: Document) -> Document:
    return {name: value for name, value in probe.items() if name not in DERIVED}
