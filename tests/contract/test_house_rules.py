# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What every file of the project keeps; each rule is shown by an example that breaks it."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILE_LINES = 400  # where a file is split
FUNCTION_LINES = 60  # where a function is split
HEADER_LINES = 20  # validate-modules looks for the licence here
SKIPPED_FOLDERS = {".git", ".cache", ".ansible", ".hypothesis", "__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache"}
SOURCES = {".py", ".ps1", ".psm1", ".cs", ".yml", ".yaml", ".j2", ".sh", ".js", ".css", ".md", ""}
CODE = {".py", ".ps1", ".psm1", ".cs", ".sh"}
LICENCE = "GNU General Public License v3.0+"
MARKS = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "X" * 3, "HA" + "CK"]) + r")\b")
# Folders of one machine, and the optional folder beside the checkout, which only the tests' support may look for.
PLACES = re.compile(r"(?<![\w./])/(?:work|root|home/\w+|Users/\w+)/|\.\./" + "sha" + r"red\b")

Rule = Callable[[PurePosixPath, str], list[str]]


def is_data(path: PurePosixPath) -> bool:
    """Tell whether a file is a table, a recording or documentation, whose length says nothing."""
    if path.match("plugins/modules/*.yml"):
        return True
    return path.parts[0] in {"changelogs", "requirements"} or "_catalogue" in path.parts or "fixtures" in path.parts or path.suffix in {".md", ".json"}


def short_enough(path: PurePosixPath, text: str) -> list[str]:
    """A file has one reason: `FILE_LINES` is where it is split."""
    length = len(text.splitlines())
    return [f"{path}: {length} lines"] if length > FILE_LINES and not is_data(path) and path.name != "LICENSE" else []


def functions(text: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def small_functions(path: PurePosixPath, text: str) -> list[str]:
    """A function is split at `FUNCTION_LINES`."""
    if path.suffix != ".py":
        return []
    long = [node for node in functions(text) if (node.end_lineno or 0) - node.lineno + 1 > FUNCTION_LINES]
    return [f"{path}:{node.lineno} {node.name} is longer than {FUNCTION_LINES} lines" for node in long]


def return_types(path: PurePosixPath, text: str) -> list[str]:
    """Every function says what it returns."""
    if path.suffix != ".py":
        return []
    return [f"{path}:{node.lineno} {node.name} has no return type" for node in functions(text) if node.returns is None]


def licence_header(path: PurePosixPath, text: str) -> list[str]:
    """Code, and a module's documentation file, names the licence at its top."""
    wanted = path.suffix in CODE or text.startswith("#!") or path.match("plugins/modules/*.yml")
    head = "\n".join(text.splitlines()[:HEADER_LINES])
    return [f"{path}: no licence in the first {HEADER_LINES} lines"] if wanted and text.strip() and LICENCE not in head else []


def no_marks(path: PurePosixPath, text: str) -> list[str]:
    """Nothing is left for later in the code: that is what issues are for."""
    return [f"{path}:{number} left-over mark" for number, line in enumerate(text.splitlines(), 1) if MARKS.search(line)]


def no_assert(path: PurePosixPath, text: str) -> list[str]:
    """python -O removes assertions, so what plugins rely on is raised."""
    if path.suffix != ".py" or path.parts[0] != "plugins":
        return []
    return [f"{path}:{node.lineno} assert" for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Assert)]


def no_machine_paths(path: PurePosixPath, text: str) -> list[str]:
    """The project works wherever it lies."""
    if path.parts[:2] == ("tests", "support"):
        return []
    return [f"{path}:{number} names a place of one machine" for number, line in enumerate(text.splitlines(), 1) if PLACES.search(line)]


def mirrors_a_source(path: PurePosixPath, root: Path) -> list[str]:
    """tests/unit/a/test_b.py, or test_b_aspect.py, belongs to a/b.* or a/_b.*; a folder's test belongs to the folder."""
    if path.parts[:2] != ("tests", "unit") or not path.name.startswith("test_"):
        return []
    stem = path.stem.removeprefix("test_").strip("_")
    folder = root.joinpath(*path.parts[2:-1])
    names = [entry.name.split(".")[0].strip("_") for entry in folder.iterdir() if entry.name != "__pycache__"] if folder.is_dir() else []
    names.append(folder.name.strip("_"))
    if any(name and f"{stem}_".startswith(f"{name}_") for name in names):
        return []
    return [f"{path}: there is no source of that name in {folder.relative_to(root)}"]


RULES: tuple[Rule, ...] = (short_enough, small_functions, return_types, licence_header, no_marks, no_assert, no_machine_paths)


def project_files() -> Iterator[PurePosixPath]:
    """Yield the project's own text files, relative to the root."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in SKIPPED_FOLDERS and not name.startswith(".venv")]
        for name in names:
            path = PurePosixPath(Path(folder, name).relative_to(ROOT).as_posix())
            if path.suffix in SOURCES:
                yield path


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_file_keeps_the_rule(rule: Rule) -> None:
    faults = [fault for path in project_files() for fault in rule(path, (ROOT / path).read_text(encoding="utf-8"))]
    assert faults == []


def test_every_unit_test_mirrors_a_source() -> None:
    assert [fault for path in project_files() for fault in mirrors_a_source(path, ROOT)] == []


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (short_enough, "plugins/action/a.py", "x = 1\n" * (FILE_LINES + 1)),
        (small_functions, "plugins/action/a.py", "def f() -> None:\n" + "    x = 1\n" * FUNCTION_LINES),
        (return_types, "plugins/action/a.py", "class A:\n    async def f(self):\n        pass\n"),
        (licence_header, "plugins/action/a.py", "\n" * HEADER_LINES + f"# {LICENCE}\n"),
        (licence_header, "plugins/modules/a.yml", "---\nDOCUMENTATION: {}\n"),
        (licence_header, "tools/a", "#!/bin/sh\n"),
        (no_marks, "roles/a/tasks/main.yml", "# TO" + "DO later\n"),
        (no_assert, "plugins/action/a.py", "def f() -> None:\n    assert True\n"),
        (no_machine_paths, "docs/a.md", "see /ro" + "ot/notes\n"),
        (no_machine_paths, "tests/unit/a.py", "FOLDER = '../sha" + "red'\n"),
    ],
)
def test_a_broken_rule_is_noticed(rule: Rule, path: str, text: str) -> None:
    assert rule(PurePosixPath(path), text)


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (short_enough, "plugins/plugin_utils/_catalogue/checks/a.yml", "x: 1\n" * (FILE_LINES + 1)),
        (licence_header, "plugins/modules/__init__.py", ""),
        (no_assert, "tests/unit/test_a.py", "assert True\n"),
        (no_machine_paths, "docs/a.md", "https://example.org/home/root/x and C:/Users\n"),
    ],
)
def test_what_a_rule_does_not_mean_is_let_through(rule: Rule, path: str, text: str) -> None:
    assert rule(PurePosixPath(path), text) == []


def test_a_unit_test_without_a_source_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "_there.py").touch()
    assert mirrors_a_source(PurePosixPath("tests/unit/plugins/test_gone.py"), tmp_path)
    assert mirrors_a_source(PurePosixPath("tests/unit/nowhere/test_there.py"), tmp_path)
    assert mirrors_a_source(PurePosixPath("tests/unit/plugins/test_there.py"), tmp_path) == []
    assert mirrors_a_source(PurePosixPath("tests/unit/plugins/test_there_hostile.py"), tmp_path) == []
