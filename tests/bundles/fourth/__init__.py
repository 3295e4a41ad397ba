# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Labelled bundles of a fourth author, who had read neither the rules nor the hosts of the first three.

The same causes as a rule, shown the second or third way in which they come along. They measure how good the diagnosis is, so they are never changed to
make a rule fit; DIGEST shows whether somebody did. Nothing here was read from a real Windows host. Healthy hosts are made by the builders of the third author.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.bundles.package import built, digest_of

from . import cases

FOLDER = Path(__file__).resolve().parent
LABELS = FOLDER / "labels.yml"
CLIENT_LETTER = "g"

CLIENTS, ERRORS = cases.CLIENTS, cases.ERRORS


def bundles(first: str = "f") -> dict[str, dict[str, Any]]:  # Any: JSON documents
    """Return every host by its name, or every client under its own letter."""
    return built(cases.MODULES, first)


def digest() -> str:
    """Return the digest of all that stands here."""
    whole = [*bundles().values(), *bundles(CLIENT_LETTER).values()]
    return digest_of(whole, CLIENTS, ERRORS, LABELS)
