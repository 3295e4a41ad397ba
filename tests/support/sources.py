# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Folders of checks and causes as somebody else writes them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

PORT = "derived.effective.PortNumber.value"
CHECK: dict[str, Any] = {
    "schema": "rdpops.health/check/1", "id": "corp.port", "title": "T", "why": "W", "severity": "low", "impact": "hygiene", "needs": ["listener"],
    "expect": {"path": PORT, "eq": 3389}, "pass_text": "it is {" + PORT + "}", "fail_text": "it is {" + PORT + "}",
    "tests": [
        {"name": "good", "outcome": "pass"},
        {"name": "bad", "outcome": "fail", "set": {"listener.values.PortNumber.local.value": 3390}},
        {"name": "blind", "outcome": "unknown", "status": {"listener": "denied"}},
    ],
}  # fmt: skip
CAUSE: dict[str, Any] = {
    "schema": "rdpops.health/cause/1", "id": "Corp.moved", "name": "moved", "title": "T", "explanation": "E", "impact": "outage", "restart": "none",
    "advice": "A", "settles": "S", "explains": [],
    "evidence": [
        {"id": "port", "view": "inside", "source": "listener", "speaks": "for", "strength": "strong", "when": {"path": PORT, "ne": 3389}, "text": "x"},
    ],
    "tests": [
        {"name": "moved", "rank": "likely", "set": {"listener.values.PortNumber.local.value": 3390}},
        {"name": "healthy", "rank": "none"},
    ],
}  # fmt: skip


def write_source(folder: Path, *documents: dict[str, Any], suffix: str = ".yml") -> Path:
    """Write documents as a source: each in the folder of its kind, called after its id."""
    for document in documents:
        kind = "checks" if "check" in document["schema"] else "causes"
        (folder / kind).mkdir(parents=True, exist_ok=True)
        (folder / kind / f"{document['id'].replace('.', '_').lower()}{suffix}").write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    return folder
