# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The command line: what it says last, and how it ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._workshop.command import run

from tests.support.sources import CAUSE, CHECK, write_source

DEMO = Path(__file__).parents[5] / "demo"


def said(*arguments: str) -> tuple[int, list[str]]:
    lines: list[str] = []
    return run(arguments, lambda line: lines.append(str(line))), lines


def test_validate(tmp_path: Path) -> None:
    write_source(tmp_path, CHECK, CAUSE)
    assert said("validate", str(tmp_path)) == (0, ["1 check, 1 cause, 5 cases tried: 0 problems"])
    write_source(tmp_path, {**CHECK, "tests": []})
    status, lines = said("validate", str(tmp_path))
    assert (status, lines[-1]) == (1, "1 check, 1 cause, 2 cases tried: 1 problem")


def test_mutate(tmp_path: Path) -> None:
    write_source(tmp_path, CHECK)
    assert said("mutate", str(tmp_path)) == (0, ["1 mutant: 1 noticed, 0 explained, 0 not noticed by any case"])
    write_source(tmp_path, {**CHECK, "tests": CHECK["tests"][2:]})
    assert said("mutate", str(tmp_path)) == (1, ["corp.port: expect: not", "1 mutant: 0 noticed, 0 explained, 1 not noticed by any case"])


def test_matrix(tmp_path: Path) -> None:
    status, lines = said("matrix", str(DEMO / "bundles"), "--labels", str(DEMO / "labels.yml"), "--views", "all")
    assert status == 0
    assert next(line for line in lines if line.startswith("views:")) == "views: full; 8 bundles, 6 with a cause, 2 without"
    assert sum(line.startswith("views:") for line in lines) == 4
    labels = tmp_path / "l.yml"
    labels.write_text("labels: {rds-key-acl: [C99]}", encoding="utf-8")
    status, lines = said("matrix", str(DEMO / "bundles"), "--labels", str(labels))
    assert status == 1
    assert "labels name causes that the catalogue does not have: C99" in lines


def test_facts(tmp_path: Path) -> None:
    status, lines = said("facts", str(DEMO / "bundles" / "rds-healthy.json"), "effective.portnumber")
    assert (status, "derived.effective.PortNumber.value = 3389" in lines) == (0, True)
    assert said("facts", str(DEMO / "bundles" / "rds-healthy.json"), "no_such") == (1, [f"{DEMO}/bundles/rds-healthy.json: no path has the part 'no_such'"])
    assert said("facts", str(tmp_path / "none.json")) == (1, [f"{tmp_path}/none.json: the bundle cannot be read: No such file or directory"])


def test_nothing_that_is_said_acts_in_a_terminal(tmp_path: Path) -> None:
    (tmp_path / "checks").mkdir()
    (tmp_path / "checks" / "a\x1b[2J\n.yml").write_text("x", encoding="utf-8")
    dummy, lines = said("validate", str(tmp_path))
    assert "a\\x1b[2J\\n.yml: must be a mapping" in lines[0]
    assert all(line.isprintable() for line in lines)


def test_wrong_use(tmp_path: Path) -> None:
    assert said("validate", str(tmp_path / "none")) == (2, [f"{tmp_path}/none: there is no such folder"])
    assert said("matrix", str(tmp_path), "--labels", str(tmp_path / "none.yml"))[0] == 1
    with pytest.raises(SystemExit):
        said("no_such")
