# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Labelled bundles of a third author, who had read neither the rules nor what the first two wrote.

They measure how good the diagnosis is, so they are never changed to make a rule fit; DIGEST shows whether somebody did. Nothing here was read from a
real Windows host. Ideas of what a host of a case looks like come from the project's reference of causes and from what administrators report.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.bundles.package import built, digest_of

from . import cases

FOLDER = Path(__file__).resolve().parent
LABELS = FOLDER / "labels.yml"
CLIENT_LETTER = "v"

CLIENTS, ERRORS = cases.CLIENTS, cases.ERRORS


def bundles(first: str = "t") -> dict[str, dict[str, Any]]:  # Any: JSON documents
    """Return every host by its name, or every client under its own letter."""
    return built(cases.MODULES, first)


def digest() -> str:
    """Return the digest of all that stands here."""
    whole = [*bundles().values(), *bundles(CLIENT_LETTER).values()]
    return digest_of(whole, CLIENTS, ERRORS, LABELS)
