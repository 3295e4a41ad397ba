# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The runner of the steps: nothing that did not run may look as if it had passed."""

from __future__ import annotations

import fcntl
from pathlib import Path

import pytest

from tests.steps import __main__ as runner
from tests.steps.junit import read_junit
from tests.steps.model import CannotRunError, Outcome, Skip, Step
from tests.steps.workplace import Workplace


def passing(workplace: Workplace) -> Outcome:
    return Outcome(passed=3, skips=(Skip("test_x", "no wine"),))


def failing(workplace: Workplace) -> Outcome:
    return Outcome(passed=1, failed=2)


def breaking(workplace: Workplace) -> Outcome:
    raise RuntimeError("a step that broke")


def without_means(workplace: Workplace) -> Outcome:
    raise CannotRunError("xrdp is not installed")


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    functions = {"good": passing, "bad": failing, "broken": breaking, "absent": without_means}
    monkeypatch.setattr(runner, "STEPS", tuple(Step(name, f"group-{name}", name, run) for name, run in functions.items()))
    monkeypatch.setattr(runner, "ROOT", tmp_path)
    (tmp_path / ".cache").mkdir()


@pytest.mark.usefixtures("table")
class TestRun:
    def test_every_step_runs_and_the_last_line_counts(self, capsys: pytest.CaptureFixture[str]) -> None:
        # When all steps run, one of them broken and one without its means
        status = runner.main([])
        # Then the others ran too, the broken one is a failure and the other a skip with its reason
        lines = capsys.readouterr().out.splitlines()
        assert status == 1
        assert lines[-1] == "4 passed, 3 failed, 2 skipped"
        assert lines[lines.index("  no wine") + 1] == "    test_x"
        assert lines[lines.index("  xrdp is not installed") + 1] == "    absent"

    def test_a_step_or_its_group_can_be_chosen(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert runner.main(["group-good"]) == 0
        assert capsys.readouterr().out.splitlines()[-1] == "3 passed, 0 failed, 1 skipped"

    def test_an_unknown_step_runs_nothing(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert runner.main(["good", "nonsense"]) == 2
        captured = capsys.readouterr()
        assert "nonsense" in captured.err and captured.out == ""

    def test_two_runs_in_one_checkout_are_refused(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        with (tmp_path / ".cache" / "tests.lock").open("w", encoding="utf-8") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            assert runner.main(["good"]) == 2
        assert "Another" in capsys.readouterr().err


def test_a_step_that_only_skipped_is_not_called_passed() -> None:
    assert Outcome(skips=(Skip("a", "b"),)).word == "skipped"
    assert Outcome(passed=1, failed=1).word == "FAILED"


def test_junit_errors_count_as_failures_and_skips_keep_their_reason(tmp_path: Path) -> None:
    path = tmp_path / "results.xml"
    path.write_text(
        """<testsuites><testsuite><testcase classname="a" name="ok"/><testcase name="f"><failure/></testcase>
        <testcase name="e"><error/></testcase><testcase classname="a" name="s"><skipped message="no wine"/></testcase></testsuite></testsuites>""",
        encoding="utf-8",
    )
    assert read_junit(path) == Outcome(passed=1, failed=2, skips=(Skip("a.s", "no wine"),))


def test_a_program_that_overstays_is_ended_and_counts_as_failed(tmp_path: Path) -> None:
    workplace = Workplace(tmp_path, tmp_path, {"PATH": "/usr/bin:/bin"})
    finished = workplace.call("slow", ["sleep", "60"], limit_s=0)
    assert finished.status == 124 and finished.outcome().failed == 1
