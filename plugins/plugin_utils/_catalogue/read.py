# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Read a YAML file that somebody else may have written: bounded, safe types only, no repeated names, no aliases."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from .._files.read import read_at_most

MAX_BYTES = 64 * 1024  # the longest of our own files has 6 KB
MAX_DEPTH = 60  # three per level of a condition, which may have 16, and a few around it
_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C loader is about ten times as fast


class CatalogueError(ValueError):
    """A file of the catalogue cannot be used; the message is one sentence with the file, the place and what is expected."""


class _StrictLoader(_BASE):  # type: ignore[misc]  # PyYAML carries no types for the C loader
    """A safe loader that refuses a name given twice instead of silently keeping the last."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key_node, dummy in node.value:
            if not isinstance(key_node, yaml.ScalarNode) or key_node.tag == "tag:yaml.org,2002:merge":
                raise yaml.MarkedYAMLError(problem="a name must be plain text", problem_mark=key_node.start_mark)
            if key_node.value in seen:
                raise yaml.MarkedYAMLError(problem=f"the name {key_node.value!r} stands twice", problem_mark=key_node.start_mark)
            seen.add(key_node.value)
        return super().construct_mapping(node, deep)  # type: ignore[no-any-return]


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0


def _refuse_extras(text: str, path: Path) -> None:
    """Refuse what no honest check needs: an alias can make a small file expand without bound, a tag asks for a type by name."""
    depth = 0
    for event in yaml.parse(text, Loader=_BASE):
        if isinstance(event, yaml.AliasEvent):
            raise CatalogueError(f"{path}: uses a YAML alias, which is not allowed here; write the value out (line {_line(event)})")
        if getattr(event, "tag", None) is not None:
            raise CatalogueError(f"{path}: uses a YAML tag, which is not allowed here; write the plain value (line {_line(event)})")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise CatalogueError(f"{path}: is nested more than {MAX_DEPTH} deep (line {_line(event)})")


def read_yaml(path: Path, limit: int = MAX_BYTES) -> tuple[Any, bytes]:
    """Read one file.

    :param limit: bytes that are read at most.
    :returns: the document as plain values, and the bytes it was read from (for the catalogue's digest).
    :raises CatalogueError: unreadable, too large, not UTF-8, not YAML, or uses what this project does not allow.
    """
    try:
        raw = read_at_most(path, limit)
    except OSError as error:
        raise CatalogueError(f"{path}: cannot be read: {error.strerror or error}") from error
    if len(raw) > limit:
        raise CatalogueError(f"{path}: is larger than {limit // 1024} KiB")
    try:
        text = raw.decode("utf-8")
        _refuse_extras(text, path)
        return yaml.load(text, Loader=_StrictLoader), raw  # noqa: S506  # a subclass of the safe loader
    except UnicodeDecodeError as error:
        raise CatalogueError(f"{path}: is not UTF-8 (byte {error.start})") from error
    except yaml.MarkedYAMLError as error:
        where = f" (line {error.problem_mark.line + 1})" if error.problem_mark else ""
        raise CatalogueError(f"{path}: is not YAML as this project reads it: {error.problem or error}{where}") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        if isinstance(error, CatalogueError):
            raise
        raise CatalogueError(f"{path}: is not YAML: {str(error).splitlines()[0] if str(error) else 'nested too deeply'}") from error
