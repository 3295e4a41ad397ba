# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The command line: what it says last, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._workshop.command import MOST_PROBLEMS, run

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
    assert "the label of rds-key-acl names 'C99', and there is no such cause" in lines
    assert lines[-1] == "8 problems with bundles or labels, told above: what is left out is not counted"


def labelled(folder: Path, *names: str) -> Path:
    """Make a folder of healthy hosts with a label each."""
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / f"{name}.json").write_bytes((DEMO / "bundles" / "rds-healthy.json").read_bytes())
    (folder / "labels.yml").write_text(json.dumps({name: [] for name in names}), encoding="utf-8")
    return folder


def test_matrix_from_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    labelled(tmp_path / "hosts", "a", "b")
    status, lines = said("matrix", "hosts")
    assert (status, lines[0]) == (0, "views: full; 2 bundles, 0 with a cause, 2 without")
    # A broken one among the others costs itself alone
    (tmp_path / "hosts" / "b.json").write_text("{", encoding="utf-8")
    status, lines = said("matrix", "hosts")
    assert (status, lines[0].startswith("hosts/b.json: the bundle is not JSON"), lines[1].startswith("views: full; 1 bundles")) == (1, True, True)
    assert lines[-1] == "1 problem with bundles or labels, told above: what is left out is not counted"
    # What goes with the hosts is found beside them
    (tmp_path / "hosts" / "joins.yml").write_text("a: {client: none}", encoding="utf-8")
    assert any("there is no bundle none.json of the client" in line for line in said("matrix", "hosts")[1])


def test_matrix_of_nothing(tmp_path: Path) -> None:
    folder = labelled(tmp_path / "hosts")
    assert said("matrix", str(folder)) == (1, [f"{folder}: holds no bundle that has a label and can be used"])
    names = [f"h{number}" for number in range(30)]
    labelled(folder, *names)
    for name in names:
        (folder / f"{name}.json").unlink()
    status, lines = said("matrix", str(folder))
    assert (status, len(lines), lines[-1]) == (1, MOST_PROBLEMS + 1, "... and 11 more such")
    (folder / "labels.yml").unlink()
    assert said("matrix", str(folder)) == (1, [f"{folder}/labels.yml: cannot be read: No such file or directory"])


def test_a_source_that_is_none(tmp_path: Path) -> None:
    folder = labelled(tmp_path / "hosts", "a")
    assert said("matrix", str(folder), "--source", str(tmp_path / "none")) == (1, [f"{tmp_path}/none: there is no such folder of checks"])
    assert said("mutate", str(folder)) == (1, [f"{folder}: has neither a folder checks nor a folder causes"])
    write_source(tmp_path / "s", CAUSE)
    (folder / "labels.yml").write_text("a: [Corp.mooved]", encoding="utf-8")
    sentence = "the label of a names 'Corp.mooved', and there is no such cause; the nearest is Corp.moved"
    assert sentence in said("matrix", str(folder), "--source", str(tmp_path / "s"))[1]
    (folder / "labels.yml").write_text("a: [Corp.moved]", encoding="utf-8")
    status, lines = said("matrix", str(folder), "--source", str(tmp_path / "s"))
    assert (status, any("no such cause" in line for line in lines)) == (0, False)


def test_facts(tmp_path: Path) -> None:
    status, lines = said("facts", str(DEMO / "bundles" / "rds-healthy.json"), "effective.portnumber")
    assert (status, "derived.effective.PortNumber.value = 3389" in lines) == (0, True)
    assert said("facts", str(DEMO / "bundles" / "rds-healthy.json"), "nowhere") == (1, [f"{DEMO}/bundles/rds-healthy.json: no path has the part 'nowhere'"])
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
