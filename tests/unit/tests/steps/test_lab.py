# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""When the lab must run, and that a skipped lab test is then a failure."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.steps import lab
from tests.steps.model import Outcome, Skip
from tests.steps.workplace import Workplace


def checkout(folder: Path, *, material: bool) -> Path:
    root = folder / "checkout"
    root.mkdir()
    if material:
        unpack = folder / "shared" / "powershell" / "unpack"
        unpack.parent.mkdir(parents=True)
        unpack.touch()
    return root


@pytest.mark.parametrize(
    ("ci", "said", "material", "required"),
    [("true", "", True, True), ("true", "", False, False), ("", "", True, False), ("", "required", False, True), ("1", "", True, False)],
)
def test_where_the_lab_must_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ci: str, said: str, material: bool, required: bool) -> None:
    """Given a build server or not, with the test material or not, when asked, then the lab must run where both are there or somebody says so."""
    for name, value in {"CI": ci, lab.REQUIRED: said, "RDPOPS_SHARED": ""}.items():
        monkeypatch.setenv(name, value)
    assert lab.is_required(checkout(tmp_path, material=material)) is required


def test_a_build_server_that_may_download_has_no_excuse(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in {"CI": "true", lab.REQUIRED: "", "RDPOPS_SHARED": "", lab.DOWNLOAD: "1"}.items():
        monkeypatch.setenv(name, value)
    assert lab.is_required(checkout(tmp_path, material=False)) is True


@pytest.mark.parametrize(("said", "failed"), [("required", 1), ("", 0)])
def test_a_skipped_test_is_red_where_the_lab_is_required(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: str, failed: int) -> None:
    def pytest_of(*dummy: object, extra: dict[str, str]) -> Callable[[Workplace], Outcome]:
        assert extra == ({lab.REQUIRED: "required"} if said else {})
        return lambda workplace: Outcome(passed=3, skips=(Skip("test_x", "no Wine"),))

    monkeypatch.setenv(lab.REQUIRED, said)
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(lab, "pytest_of", pytest_of)
    outcome = lab.lab(Workplace(tmp_path, tmp_path))
    assert (outcome.passed, outcome.failed, len(outcome.skips)) == (3, failed, 1)


def test_the_two_halves_are_the_whole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Given the files of the lab, when both steps run, then each file is left to one of them."""
    names = {*lab.REPAIRS, "test_fleet.py", "test_host.py"}
    (tmp_path / "tests" / "lab").mkdir(parents=True)
    for name in names:
        (tmp_path / "tests" / "lab" / name).touch()
    ran: list[set[str]] = []

    def pytest_of(dummy: str, *options: str, **dummy_extra: object) -> Callable[[Workplace], Outcome]:
        ran.append(names - {option.rpartition("/")[2] for option in options if option.startswith("--ignore=")})
        return lambda workplace: Outcome(passed=1)

    monkeypatch.setattr(lab, "pytest_of", pytest_of)
    monkeypatch.setattr(lab, "is_required", lambda root: False)
    workplace = Workplace(tmp_path, tmp_path)
    assert lab.lab(workplace).passed == 1 and lab.lab_repair(workplace).passed == len(lab.REPAIRS)
    assert ran == [names - set(lab.REPAIRS), *({name} for name in lab.REPAIRS)]
