# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The guide of the fuzzer: both kinds tell the same."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rdpops.health.benchmarks.reached import Monitoring, Tracing, guide_for

BRANCHES = "def parse(data):\n    if data:\n        raise ValueError('no')\n    return None\n"


@pytest.fixture(params=[Tracing, Monitoring])
def guide(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    if request.param is Monitoring and not hasattr(sys, "monitoring"):
        pytest.skip("sys.monitoring came with Python 3.12")
    tracer = sys.gettrace()
    made = request.param(tmp_path)
    yield made
    made.close()
    sys.settrace(tracer)


@pytest.fixture
def parse(tmp_path: Path) -> Callable[[bytes], None]:
    path = tmp_path / "parser.py"
    path.write_text(BRANCHES, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("parser_to_watch", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Callable[[bytes], None] = module.parse
    return found


def test_a_line_is_new_once(guide: Any, parse: Callable[[bytes], None]) -> None:
    guide.turn_to(set())

    assert guide.is_new(lambda: parse(b""))
    assert not guide.is_new(lambda: parse(b""))


def test_each_set_of_lines_is_told_of_every_line(guide: Any, parse: Callable[[bytes], None]) -> None:
    first: set[tuple[str, int]] = set()
    second: set[tuple[str, int]] = set()
    guide.turn_to(first)
    guide.is_new(lambda: parse(b""))
    guide.turn_to(second)

    assert guide.is_new(lambda: parse(b""))
    assert first == second
    assert {number for dummy, number in first} == {2, 4}


def test_an_exception_comes_out_and_its_lines_count(guide: Any, parse: Callable[[bytes], None]) -> None:
    lines: set[tuple[str, int]] = set()
    guide.turn_to(lines)

    with pytest.raises(ValueError, match="no"):
        guide.is_new(lambda: parse(b"x"))

    assert {number for dummy, number in lines} == {2, 3}


def test_files_elsewhere_do_not_count(guide: Any) -> None:
    guide.turn_to(set())

    assert not guide.is_new(lambda: None)


def test_the_quickest_guide_of_this_python_is_taken(tmp_path: Path) -> None:
    guide = guide_for(tmp_path)
    try:
        assert isinstance(guide, Monitoring) is hasattr(sys, "monitoring")
    finally:
        guide.close()
