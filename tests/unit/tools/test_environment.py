# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""tools/environment with Pythons that only say what they were asked: which one it takes, and when it makes anew."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[3] / "tools" / "environment"

# Answers the questions of the script as an interpreter of one version would; pip's status is that of a file.
FAKE_PYTHON = """#!/bin/sh
case "$2 $3" in
  "-c "*version_info*) case "$3" in *"({major},{minor})"*) exit 0 ;; *) exit 1 ;; esac ;;
  "-c "*ensurepip*) exit {incomplete} ;;
  "-m venv") mkdir -p "$4/bin" && cp "$0" "$4/bin/python" ;;
  "-m pip") echo "$@" >>"$FAKE_LOG" && exit "${{FAKE_PIP_STATUS:-0}}" ;;
esac
"""


@dataclass
class Checkout:
    """A checkout with the script alone, whose path holds spaces, and a machine of its own."""

    root: Path
    folder: Path

    def python(self, place: str, version: str, *, complete: bool = True) -> Path:
        path = self.folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        major, minor = version.split(".")
        path.write_text(FAKE_PYTHON.format(major=major, minor=minor, incomplete=0 if complete else 1), encoding="utf-8")
        path.chmod(0o755)
        return path

    def run(self, kind: str = "run", **extra: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": f"{self.folder / 'path'}{os.pathsep}{self.folder / 'tools'}",
            "HOME": str(self.folder / "home"),
            "FAKE_LOG": str(self.folder / "pip.log"),
        }
        script = self.root / "tools" / "environment"
        return subprocess.run([script, kind], env={**environment, **extra}, capture_output=True, text=True, check=False)

    def installs(self) -> int:
        log = self.folder / "pip.log"
        return len(log.read_text(encoding="utf-8").splitlines()) if log.exists() else 0


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    root = tmp_path / "a path with spaces"
    (root / "tools").mkdir(parents=True)
    (root / "requirements").mkdir()
    # /usr/bin of the machine that runs the test must not be seen.
    text = SCRIPT.read_text(encoding="utf-8")
    assert text.count("/usr/bin/python") and text.count("/usr/local/bin/python")
    text = text.replace('"/usr/bin/python', f'"{tmp_path}/usr-bin/python').replace('"/usr/local/bin/python', f'"{tmp_path}/usr-local-bin/python')
    (root / "tools" / "environment").write_text(text, encoding="utf-8")
    (root / "tools" / "environment").chmod(0o755)
    for version in ("3.11", "3.12", "3.13"):
        (root / "requirements" / f"run-{version}.txt").write_text(f"# {version}\n", encoding="utf-8")
    (root / "requirements" / "sanity-2.19-3.11.txt").touch()
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("sh", "dirname", "cksum", "cat", "rm", "mkdir", "ln", "cp", "readlink", "env", "tr"):
        found = shutil.which(name)
        assert found
        (tools / name).symlink_to(found)
    return Checkout(root, tmp_path)


def test_the_newest_python_is_taken_and_used_again(checkout: Checkout) -> None:
    # Given two supported Pythons on PATH
    checkout.python("path/python3", "3.11")
    checkout.python("path/python3.12", "3.12")
    # When the environment is asked for twice
    first, second = checkout.run(), checkout.run()
    # Then the newer one made it, once, and the second call said nothing
    assert first.stdout == second.stdout == f"{checkout.root}/.cache/venv-run-3.12\n"
    assert "Making the environment" in first.stderr and second.stderr == ""
    assert checkout.installs() == 1


def test_the_packages_are_installed_by_hash_from_the_lock_file_of_that_python(checkout: Checkout) -> None:
    checkout.python("path/python3.13", "3.13")
    checkout.run()
    log = (checkout.folder / "pip.log").read_text(encoding="utf-8")
    assert "--require-hashes" in log and "requirements/run-3.13.txt" in log


def test_a_shim_that_does_not_start_is_passed_over(checkout: Checkout) -> None:
    # Given a pyenv shim for a version that is switched off, and the version itself in pyenv's folder
    shim = checkout.python("path/python3.13", "3.13")
    shim.write_text("#!/bin/sh\necho 'pyenv: python3.13: command not found' >&2\nexit 127\n", encoding="utf-8")
    checkout.python("home/.pyenv/versions/3.13.0/bin/python", "3.13")
    # Then the version is found there, and nothing is said about the shim
    made = checkout.run()
    assert made.returncode == 0 and "versions/3.13.0/bin/python" in made.stderr and "command not found" not in made.stderr


@pytest.mark.parametrize("place", ["path/python3", "pyenv/versions/3.12.4/bin/python", "usr-bin/python3.12", "usr-local-bin/python3.12"])
def test_a_python_is_found_in_each_place(checkout: Checkout, place: str) -> None:
    checkout.python(place, "3.12")
    made = checkout.run(PYENV_ROOT=str(checkout.folder / "pyenv"))
    assert made.stdout.endswith("venv-run-3.12\n"), made.stderr


def test_a_python_without_ensurepip_gives_way_to_a_complete_one(checkout: Checkout) -> None:
    checkout.python("usr-bin/python3.13", "3.13", complete=False)
    checkout.python("usr-bin/python3.11", "3.11")
    made = checkout.run()
    assert made.stdout.endswith("venv-run-3.11\n")
    assert "apt-get install python3.13-venv" in made.stderr


def test_no_usable_python_is_one_status_and_says_what_to_install(checkout: Checkout) -> None:
    checkout.python("path/python3", "3.10")
    checkout.python("usr-bin/python3.11", "3.11", complete=False)
    made = checkout.run()
    assert made.returncode == 3 and made.stdout == ""
    assert "apt-get install python3.11-venv" in made.stderr


def test_a_kind_takes_only_the_pythons_that_it_has_a_lock_file_for(checkout: Checkout) -> None:
    checkout.python("path/python3.13", "3.13")
    assert checkout.run("sanity-2.19").returncode == 3
    checkout.python("path/python3.11", "3.11")
    assert checkout.run("sanity-2.19").stdout.endswith("venv-sanity-2.19-3.11\n")


def test_a_failed_installation_is_done_again(checkout: Checkout) -> None:
    checkout.python("path/python3.13", "3.13")
    failed = checkout.run(FAKE_PIP_STATUS="1")
    assert failed.returncode != 0 and failed.stdout == ""
    assert checkout.run().returncode == 0
    assert checkout.installs() == 2


@pytest.mark.parametrize("change", ["lock file", "interpreter", "place"])
def test_an_environment_that_no_longer_fits_is_made_again(checkout: Checkout, change: str) -> None:
    # Given a ready environment
    checkout.python("path/python3.13", "3.13")
    environment = Path(checkout.run().stdout.strip())
    # When what it was made from changes
    if change == "lock file":
        (checkout.root / "requirements" / "run-3.13.txt").write_text("# newer\n", encoding="utf-8")
    elif change == "interpreter":
        (environment / "bin" / "python").unlink()
    else:
        checkout.root = checkout.root.rename(checkout.root.with_name("moved"))
    # Then it is made again
    assert checkout.run().returncode == 0
    assert checkout.installs() == 2


def test_the_checkout_becomes_a_collection_by_a_relative_link(checkout: Checkout) -> None:
    checkout.python("path/python3.13", "3.13")
    checkout.run()
    link = checkout.root / ".cache" / "collections" / "ansible_collections" / "rdpops" / "health"
    assert not link.readlink().is_absolute()
    assert link.resolve() == checkout.root


def test_an_unknown_kind_says_how_to_call_it(checkout: Checkout) -> None:
    made = checkout.run("nonsense")
    assert made.returncode == 2 and "usage:" in made.stderr
