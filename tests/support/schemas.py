# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The published JSON Schemas, found by name and able to refer to each other."""

from __future__ import annotations

import functools
import json
import pathlib
from typing import Any

import jsonschema
import referencing

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "docs" / "schemas"


def published_schema(name: str) -> dict[str, Any]:
    """Return one schema, such as `bundle`."""
    schema: dict[str, Any] = json.loads((FOLDER / f"{name}.schema.json").read_text(encoding="utf-8"))
    return schema


@functools.cache
def bundle_validator() -> jsonschema.Draft202012Validator:
    """Return a validator of bundles that knows the schemas to which a bundle's schema refers."""
    schemas = [published_schema(name) for name in ("bundle", "probe", "snapshot")]
    registry: referencing.Registry[Any] = referencing.Registry().with_contents([(schema["$id"], schema) for schema in schemas])
    return jsonschema.Draft202012Validator(schemas[0], registry=registry)
