# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A bundle with something in every field: a demo host, and what it lacks made after the published schema. And every text in it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

from ansible_collections.rdpops.health.plugins.plugin_utils._facts.load import parse_bundle
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.shapes import FactsError

from .optional import REPOSITORY
from .schemas import published_schema

Way = tuple[str | int, ...]
# What a pattern stands for, by a piece of the pattern.
_PATTERNS = {
    "( [0-9]+(": "21 36-40", "HK(LM|CU)": "HKLM\\SOFTWARE\\Some", "T[0-9]{2}": "2026-11-20T08:15:30Z", "S-1-": "S-1-5-21-1000001-1000002-1000003-1104",
    "{40}": "A" * 40,
}  # fmt: skip
_MORE_PATTERNS = {"{64}": "A" * 64, "[A-Za-z0-9+/]*": "", "(\\.[0-9]+){3}": "10.0.20348.1", "[a-z_]": ""}

# Subsets whose lists and names a demo host leaves empty, as nobody asked for names and many lists have nothing in them.
_TOO_EMPTY = ("logon", "ports", "sessions", "licensing", "time", "events", "azure")


def whole_bundle() -> dict[str, Any]:
    """Return a bundle in which every subset was read."""
    document: dict[str, Any] = json.loads((REPOSITORY / "demo" / "bundles" / "rds-healthy.json").read_text(encoding="utf-8"))
    schema = published_schema("snapshot")
    for name, subset in document["snapshot"]["subsets"].items():
        if subset["status"] != "ok" or name in _TOO_EMPTY:
            made = _sample({"$ref": f"#/$defs/data_{name}"}, schema)
            document["snapshot"]["subsets"][name] = {"status": "ok", "kind": "", "message": "", "ms": 3, "data": made}
    document["note"] = "a note"
    parse_bundle(json.dumps(document).encode(), "the whole bundle")
    return document


def text_ways(document: dict[str, Any]) -> list[Way]:
    """Return the way to every text of a bundle in which any text may stand."""
    return [way for way in _ways(document) if _takes(document, way)]


def planted(document: dict[str, Any], ways: list[Way], plant: Callable[[Way, str], str]) -> dict[str, Any]:
    """Return a bundle with other texts in these places."""
    changed = copy.deepcopy(document)
    for way in ways:
        holder, last = _holder(changed, way), way[-1]
        holder[last] = plant(way, holder[last])
    return changed


def _ways(value: Any, way: Way = ()) -> Iterator[Way]:
    if isinstance(value, str):
        yield way
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, item in entries:
        yield from _ways(item, (*way, name))


def _holder(document: Any, way: Way) -> Any:
    for name in way[:-1]:
        document = document[name]
    return document


def _takes(document: dict[str, Any], way: Way) -> bool:
    holder, last = _holder(document, way), way[-1]
    before, holder[last] = holder[last], "any Text. At all"
    try:
        parse_bundle(json.dumps(document).encode(), "here")
    except FactsError:
        return False
    finally:
        holder[last] = before
    return True


def _sample(schema: Any, root: dict[str, Any]) -> Any:
    """Return a value that fits a schema of this project: every field, one item in every list, text where there may be text."""
    if not isinstance(schema, dict):
        return "x"
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        if name == "regValue":
            return {"path": "HKLM\\SOFTWARE\\Some", "value": "some text", "kind": "REG_SZ"}
        return _sample(root["$defs"][name], root)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    for choice in ("oneOf", "anyOf"):
        if choice in schema:
            return _sample(next(entry for entry in schema[choice] if entry.get("type") != "null"), root)
    kinds = schema.get("type", "object")
    kind = next(name for name in kinds if name != "null") if isinstance(kinds, list) else kinds
    if kind == "object":
        made = {name: _sample(entry, root) for name, entry in schema.get("properties", {}).items()}
        extra = schema.get("additionalProperties")
        return made | ({"System": _sample(extra, root)} if isinstance(extra, dict) else {})
    if kind == "array":
        return [_sample(schema.get("items", {}), root)]
    if kind == "string":
        pattern = schema.get("pattern", "")
        return next((text for piece, text in {**_PATTERNS, **_MORE_PATTERNS}.items() if pattern and piece in pattern), "text")
    return {"integer": 1, "number": 1.5, "boolean": True}[kind]
