# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""tools/rdp_error as a command."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.conftest import ROOT, collections_folder


def run(*words: str) -> subprocess.CompletedProcess[str]:
    collections_folder()
    return subprocess.run([sys.executable, str(ROOT / "tools" / "rdp_error"), *words], capture_output=True, text=True, check=False, timeout=120)


def test_the_pair_that_people_paste() -> None:
    done = run("0x904", "0x7")
    assert done.returncode == 0, done.stderr
    assert "error code 0x904 (2308): The connection was closed" in done.stdout
    assert "extended error code 0x7 (7): The server denied the connection." in done.stdout
    assert "A code names no cause." in done.stdout
    assert "C01 The listener" in done.stdout


@pytest.mark.parametrize(("words", "status"), [(["banana"], 2), ([], 2), (["--help"], 0)])
def test_what_is_no_code(words: list[str], status: int) -> None:
    done = run(*words)
    assert done.returncode == status
    assert "Traceback" not in done.stderr
    assert "event 36870" in done.stderr + done.stdout


def test_the_readme_shows_what_it_does() -> None:
    shown = re.findall(r"^tools/rdp_error (.+)$", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert shown
    for line in shown:
        done = run(line.partition("  ")[0].strip().strip('"'))
        assert done.returncode == 0, done.stderr
