# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Imports between the rooms of plugins/ go one way only, and the pure rooms stay pure."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "ansible_collections.rdpops.health."

# What each room may import of the others; "room.module" allows that one module and what lies below it.
ARROWS: Mapping[str, frozenset[str]] = {
    "action": frozenset({"_ansible", "_core", "_catalogue", "_report", "_facts"}),
    "connection": frozenset({"_ansible", "_facts"}),
    "filter": frozenset({"_ansible", "_core", "_catalogue"}),
    "test": frozenset({"_ansible", "_core", "_catalogue"}),
    "modules": frozenset({"_rdp", "_x509"}),
    "_ansible": frozenset({"_core", "_catalogue", "_facts", "_files", "_rdp", "_report"}),
    "_workshop": frozenset({"_catalogue", "_core", "_facts"}),  # what people use who write checks; nothing of a run
    # results, words, how to write them
    "_report": frozenset({"_core.model", "_core.escalation", "_core.number_text", "_core.standing", "_core.system_name", "_files"}),
    "_catalogue": frozenset({"_core", "_facts.build", "_facts.snapshot", "_files"}),  # a case of a check is facts, built as everywhere else
    "_facts": frozenset({"_core", "_files", "_rdp", "_x509"}),
    "_core": frozenset({"_rdp"}),  # its result types
    "_rdp": frozenset(),
    "_x509": frozenset(),
    "_files": frozenset(),
    "doc_fragments": frozenset(),
}

# What each room may import beside the standard library and itself. Rooms that are not named may import anything.
FOREIGN: Mapping[str, frozenset[str]] = {
    "_rdp": frozenset(),
    "_x509": frozenset({"cryptography"}),
    "_core": frozenset(),
    "_report": frozenset(),
    "_files": frozenset(),
    "_facts": frozenset({"cryptography", "jsonschema"}),
    "_catalogue": frozenset({"yaml", "jsonschema"}),
    "_workshop": frozenset(),
}

# Parts of the standard library that reach outside or answer differently each time: never in the core.
IMPURE = frozenset(
    {"asyncio", "http", "io", "logging", "multiprocessing", "os", "pathlib", "random", "secrets", "shutil", "socket", "ssl"}
    | {"subprocess", "tempfile", "threading", "time", "urllib", "uuid"}
)
SOCKETS = frozenset({"socket", "ssl", "select", "selectors", "asyncio"})
CLOCKS = frozenset({"now", "utcnow", "today"})


@dataclass(frozen=True)
class Import:
    """One import: the dotted name, from plugins/ on where it is of this collection, and its line."""

    name: str
    line: int


def room_of(path: PurePosixPath) -> str:
    """Return the room of a path relative to plugins/: the second folder below the two *_utils, else the first."""
    return path.parts[1] if path.parts[0] in {"plugin_utils", "module_utils"} else path.parts[0]


def imports_of(source: str, path: PurePosixPath) -> Iterator[Import]:
    """Yield every import of a file, also those inside functions and under TYPE_CHECKING."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (Import(shortened(alias.name), node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                base = ".".join(filter(None, ["plugins", *path.parts[: len(path.parts) - node.level], node.module]))
            yield from (Import(shortened(f"{base}.{alias.name}"), node.lineno) for alias in node.names)


def shortened(name: str) -> str:
    return name.removeprefix(PACKAGE)


def forbidden_imports(source: str, path: PurePosixPath) -> list[str]:
    """Return a sentence for every import of the file that its room must not make."""
    room = room_of(path)
    faults = []
    for found in imports_of(source, path):
        parts = found.name.split(".")
        if parts[0] == "plugins":
            target = room_of(PurePosixPath(*parts[1:]))
            inner = ".".join(parts[3:]) if parts[1] in {"plugin_utils", "module_utils"} else ""
            if target != room and not allowed(ARROWS.get(room, frozenset()), target, inner):
                faults.append(f"{path}:{found.line} {room} must not import {found.name}")
        elif room in FOREIGN and parts[0] not in sys.stdlib_module_names | FOREIGN[room]:
            faults.append(f"{path}:{found.line} {room} must not import {parts[0]}")
        elif room == "_core" and parts[0] in IMPURE:
            faults.append(f"{path}:{found.line} the core must not import {parts[0]}")
    return faults


def allowed(arrows: frozenset[str], room: str, inner: str) -> bool:
    """Tell whether one of the arrows leads to the room, or to the module of it that `inner` names or lies in."""
    return room in arrows or any(inner and f"{room}.{inner}.".startswith(f"{arrow}.") for arrow in arrows)


def impure_calls(source: str, path: PurePosixPath) -> list[str]:
    """Return a sentence for every call in the core that reads a clock or opens a file."""
    if room_of(path) != "_core":
        return []
    faults = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            function = node.func
            name = function.attr if isinstance(function, ast.Attribute) else ""
            if name in CLOCKS or (isinstance(function, ast.Name) and function.id == "open"):
                faults.append(f"{path}:{node.lineno} the core must not call {ast.unparse(function)}")
    return faults


def plugin_files() -> list[PurePosixPath]:
    folder = ROOT / "plugins"
    return [PurePosixPath(path.relative_to(folder).as_posix()) for path in sorted(folder.rglob("*.py"))]


@pytest.mark.parametrize("path", plugin_files(), ids=str)
def test_a_file_imports_only_what_its_room_may(path: PurePosixPath) -> None:
    source = (ROOT / "plugins" / path).read_text(encoding="utf-8")
    assert forbidden_imports(source, path) + impure_calls(source, path) == []


def test_only_one_file_of_the_handshake_owns_sockets() -> None:
    folder = ROOT / "plugins" / "module_utils" / "_rdp"
    owners = set()
    for path in sorted(folder.rglob("*.py")):
        relative = PurePosixPath(path.relative_to(ROOT / "plugins").as_posix())
        if any(found.name.split(".")[0] in SOCKETS for found in imports_of(path.read_text(encoding="utf-8"), relative)):
            owners.add(relative.name)
    assert len(owners) <= 1, f"sockets are used in {sorted(owners)}"


def test_every_room_has_its_arrows() -> None:
    rooms = {room_of(path) for path in plugin_files() if len(path.parts) > 1 and path.name != "__init__.py"}
    assert rooms <= set(ARROWS), "a new room needs a row in ARROWS"


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("plugin_utils/_core/a.py", "from .._facts import load"),
        ("plugin_utils/_core/a.py", "from .._facts.load import load_bundle"),
        ("plugin_utils/_core/a.py", "def f():\n    from ansible.errors import AnsibleError"),
        ("plugin_utils/_core/deep/a.py", "from ..._catalogue.load import load_catalogue"),
        ("plugin_utils/_core/a.py", "import yaml"),
        ("plugin_utils/_core/a.py", "import os.path"),
        ("plugin_utils/_core/a.py", "from time import monotonic"),
        ("plugin_utils/_core/a.py", "from datetime import datetime\ndatetime.now()"),
        ("plugin_utils/_core/a.py", "open('facts')"),
        ("plugin_utils/_report/a.py", "from .._core import judge"),
        ("plugin_utils/_report/a.py", "from .._core.evaluate import evaluate"),
        ("plugin_utils/_report/a.py", "from .._core.model_extra import thing"),
        ("plugin_utils/_report/a.py", "import jinja2"),
        ("plugin_utils/_facts/a.py", f"from {PACKAGE}plugins.plugin_utils._report import build"),
        ("plugin_utils/_catalogue/a.py", f"import {PACKAGE}plugins.plugin_utils._facts.load"),
        ("plugin_utils/_ansible/a.py", "from ...action.rdp_check import ActionModule"),
        ("module_utils/_rdp/a.py", "from ...plugin_utils._core.model import Facts"),
        ("module_utils/_rdp/a.py", "import cryptography"),
        ("modules/a.py", f"from {PACKAGE}plugins.plugin_utils._core.model import Facts"),
        ("action/a.py", f"from {PACKAGE}plugins.connection.replay import Connection"),
    ],
)
def test_a_wrong_import_is_noticed(path: str, source: str) -> None:
    assert forbidden_imports(source, PurePosixPath(path)) + impure_calls(source, PurePosixPath(path))


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("plugin_utils/_core/a.py", "from .model import Facts\nfrom . import model\nimport re"),
        ("plugin_utils/_core/deep/a.py", "from ..model import Facts"),
        ("plugin_utils/_core/a.py", f"from {PACKAGE}plugins.module_utils._rdp import Result"),
        ("plugin_utils/_report/a.py", "from .._core.model import Facts\nfrom .._core import model\nimport json"),
        ("plugin_utils/_facts/a.py", "from cryptography import x509\nfrom .._core import clock"),
        ("action/a.py", f"from ansible.errors import AnsibleError\nfrom {PACKAGE}plugins.plugin_utils._core import judge"),
    ],
)
def test_a_right_import_is_let_through(path: str, source: str) -> None:
    assert forbidden_imports(source, PurePosixPath(path)) + impure_calls(source, PurePosixPath(path)) == []
