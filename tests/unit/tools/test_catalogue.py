# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""tools/catalogue as a command: from the checkout, without Ansible, and with a test plugin where there is Ansible."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.conftest import collections_folder
from tests.support.sources import CHECK, write_source

SCRIPT = Path(__file__).resolve().parents[3] / "tools" / "catalogue"
# Hides Ansible from the interpreter: what the command needs it for must be all that fails
HIDE = """
import importlib.util, sys
class Hide:
    def find_spec(self, name, path=None, target=None):
        if name == "ansible":
            raise ImportError(name)
sys.meta_path[:0] = [Hide()]
real = importlib.util.find_spec
importlib.util.find_spec = lambda name, *more: None if name == "ansible" else real(name, *more)
"""


def run(*arguments: str, before: str = "") -> subprocess.CompletedProcess[str]:
    collections_folder()
    program = f"{before}import runpy, sys\nsys.argv[:1] = [{str(SCRIPT)!r}]\nrunpy.run_path({str(SCRIPT)!r}, run_name='__main__')"
    return subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False, timeout=120)


def test_it_validates_a_folder(tmp_path: Path) -> None:
    done = run("validate", str(write_source(tmp_path, CHECK)))
    assert (done.returncode, done.stdout) == (0, "1 check, 0 causes, 3 cases tried: 0 problems\n"), done.stderr


def test_it_needs_no_ansible(tmp_path: Path) -> None:
    folder = str(write_source(tmp_path, CHECK))
    for command in ("validate", "mutate"):
        done = run(command, folder, before=HIDE)
        assert done.returncode == 0, done.stderr
