# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Steps that run ansible-test sanity, on the newest supported ansible-core in full and on the older ones in part.

ansible-test refuses a link and wants the files in a git repository, so it gets a copy of the checkout at a real path
that ends in ansible_collections/rdpops/health. Nothing outside .cache is written: its HOME lies there as well.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from .junit import read_junit
from .model import CannotRunError, Outcome, Skip, added
from .workplace import Workplace

NEWEST, OLDEST = "2.21", "2.19"
# With a package source but no way to download get-pip, ansible-test stops before its first test; it takes a file of this
# name instead when it finds one. The interpreter's own ensurepip does the same work and downloads nothing.
PIP_FILES = ("get_pip_24_2.py", "get_pip_25_2.py")  # 2.19; 2.20 and 2.21
PIP_SCRIPT = "import ensurepip\n\nensurepip.bootstrap(upgrade=True, default_pip=True)\n"
# Never published, and no place where ansible-test expects a module: it takes the one that is measured against for a script.
LEFT_OUT = ("benchmarks/collection/",)
# What the older cores run: the tests that depend on the core and on the oldest Python.
TARGET_TESTS = ("compile", "import")
SHORT_TESTS = (*TARGET_TESTS, "validate-modules")
POWERSHELL_TESTS = ("validate-modules", "pslint")
OTHER_PYTHONS = ("3.8", "3.9", "3.10", "3.11", "3.12", "3.13")
ENGINE_SETTINGS = ("PATH", "HOME", "RDPOPS_PWSH", "RDPOPS_SHARED")  # what decides which PowerShell the tests use
PWSH_LIMIT_S = 120


def sanity_on(core: str) -> Callable[[Workplace], Outcome]:
    """Return the step for one version of ansible-core: in full on the newest, the short list on the others."""

    def run(workplace: Workplace) -> Outcome:
        environment = find_environment(workplace, core)
        copy = copy_checkout(workplace)
        paths = prepare_paths(workplace, environment)
        left_out = without_powershell(workplace, paths)
        begin = [str(environment / "bin" / "ansible-test"), "sanity", "--junit", "--color", "no"]
        command = list(begin)
        if core != NEWEST:
            command += [word for test in SHORT_TESTS if test not in left_out for word in ("--test", test)]
            left_out = {test: reason for test, reason in left_out.items() if test in SHORT_TESTS}
        command += [word for test in left_out for word in ("--skip-test", test)]
        shutil.rmtree(copy / "tests" / "output", ignore_errors=True)
        own = environment.name.rsplit("-", 1)[1]
        statuses = [workplace.call(f"sanity-{core}", [*command, "--python", own], cwd=copy, extra=paths).status]
        oldest = oldest_target(workplace, paths) if core == OLDEST else None
        if oldest is not None:
            words = [*begin, *(word for test in TARGET_TESTS for word in ("--test", test)), "--python", oldest]
            statuses.append(workplace.call(f"sanity-{core}", words, cwd=copy, extra=paths).status)
        skips = tuple(Skip(f"sanity-{core} {test}", reason) for test, reason in left_out.items())
        return added([count_junit(copy, max(statuses)), Outcome(skips=skips)])

    return run


def oldest_target(workplace: Workplace, paths: Mapping[str, str]) -> str | None:
    """Return the oldest Python of those a target may have that starts here: with those of the three cores it bounds all in between."""
    environment = {**workplace.environment, **paths}
    return next((version for version in OTHER_PYTHONS if starts(environment, f"python{version}")), None)


def find_environment(workplace: Workplace, core: str) -> Path:
    """Return the folder of an environment with that ansible-core, making it where its Python is found."""
    kind = f"sanity-{core}"
    if core == NEWEST:
        from ansible.release import __version__ as current

        if not current.startswith(f"{NEWEST}."):
            raise CannotRunError(f"ansible-core {NEWEST} needs Python 3.12 or 3.13; this is {sys.version_info[0]}.{sys.version_info[1]} with {current}")
        return Path(sys.executable).parent.parent
    made = subprocess.run([workplace.root / "tools" / "environment", kind], capture_output=True, text=True, env=dict(workplace.environment), check=False)
    if made.returncode != 0:
        raise CannotRunError(made.stderr.strip().splitlines()[-1] if made.stderr.strip() else f"tools/environment {kind} failed")
    return Path(made.stdout.strip())


def copy_checkout(workplace: Workplace) -> Path:
    """Copy what git knows or would take, as it is now, into a repository of its own."""
    target = workplace.cache / "sanity" / "ansible_collections" / "rdpops" / "health"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    listed = subprocess.run(["git", "ls-files", "-coz", "--exclude-standard"], cwd=workplace.root, capture_output=True, check=False)
    if listed.returncode != 0:
        raise CannotRunError("the checkout is not a git repository, or git is not installed")
    for name in filter(None, os.fsdecode(listed.stdout).split("\0")):
        source = workplace.root / name
        if source.is_file() and not name.startswith(LEFT_OUT):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / name)
    for command in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", *command], cwd=target, check=True, capture_output=True)
    return target


def prepare_paths(workplace: Workplace, environment: Path) -> dict[str, str]:
    """Return HOME and PATH for ansible-test, which passes on little else to what it starts."""
    home = workplace.cache / "sanity" / "home"
    (home / ".ansible" / "test" / "cache").mkdir(parents=True, exist_ok=True)
    for name in PIP_FILES:
        (home / ".ansible" / "test" / "cache" / name).write_text(PIP_SCRIPT, encoding="utf-8")
    link_pip_settings(home)
    folders = [environment / "bin", wrap_powershell(workplace), *python_folders(workplace)]
    return {"HOME": str(home), "PATH": os.pathsep.join([*map(str, folders), workplace.environment.get("PATH", os.defpath)])}


def link_pip_settings(home: Path) -> None:
    """Let pip find the user's own settings (index, proxy, certificates) although HOME is another."""
    for name in (".config/pip", ".pip"):
        source, link = Path.home() / name, home / name
        if source.is_dir() and not link.is_symlink():
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(source)


def python_folders(workplace: Workplace) -> list[Path]:
    """Return the folders of pyenv's Pythons, newest of each version, where the one on PATH does not start."""
    versions = Path(workplace.environment.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    folders = []
    for version in OTHER_PYTHONS:
        found = sorted(versions.glob(f"{version}.*/bin/python{version}"))
        if found and not starts(workplace.environment, f"python{version}"):
            folders.append(found[-1].parent)
    return folders


def starts(environment: Mapping[str, str], *command: str, limit_s: int = 10) -> bool:
    """Tell whether a program really starts: being on PATH proves nothing."""
    words = command if len(command) > 1 else (*command, "-V")
    try:
        return subprocess.run(words, capture_output=True, env=dict(environment), timeout=limit_s, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def wrap_powershell(workplace: Workplace) -> Path:
    """Return a folder with a pwsh that runs the tests' PowerShell in the environment of the tests.

    ansible-test puts a wrapper of its own in front of PATH and changes HOME; a pwsh that looked for an engine there
    would find that wrapper, which calls it again, for ever. PYTHONSAFEPATH: the tests of the checkout are meant, not
    those of the copy that ansible-test works in.
    """
    folder = workplace.cache / "sanity" / "bin"
    folder.mkdir(parents=True, exist_ok=True)
    settings = [f"{name}={shlex.quote(workplace.environment[name])}" for name in ENGINE_SETTINGS if name in workplace.environment]
    program = shlex.quote(str(workplace.root / "tests" / "support" / "pwsh"))
    script = folder / "pwsh"
    script.write_text(f'#!/bin/sh\nexec env PYTHONSAFEPATH=1 {" ".join(settings)} {program} "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    return folder


def without_powershell(workplace: Workplace, paths: Mapping[str, str]) -> dict[str, str]:
    """Return the tests that cannot run with the PowerShell of this machine, and why.

    validate-modules crashes, rather than skips, without one. pslint needs a module of PowerShell's own gallery.
    """
    environment = {**workplace.environment, **paths}
    program = shutil.which("pwsh", path=environment["PATH"]) or "pwsh"
    if not starts(environment, program, "-NoProfile", "-Command", "exit 0", limit_s=PWSH_LIMIT_S):
        return dict.fromkeys(POWERSHELL_TESTS, "no PowerShell starts here")
    analyzer = "exit [int](-not (Get-Module -ListAvailable PSScriptAnalyzer))"
    if not starts(environment, program, "-NoProfile", "-Command", analyzer, limit_s=PWSH_LIMIT_S):
        return {"pslint": "PSScriptAnalyzer is not installed in the PowerShell that starts here"}
    return {}


def count_junit(copy: Path, status: int) -> Outcome:
    """Return what ansible-test counted, one test per sanity test; its exit status has the last word."""
    files = sorted((copy / "tests" / "output" / "junit").glob("*.xml"))
    counted = added([read_junit(path) for path in files])
    # A test for a kind of file that the collection does not have is not a test that was left out.
    counted = replace(counted, skips=tuple(skip for skip in counted.skips if skip.reason != "No tests applicable."))
    if status != 0 and not counted.failed:
        return Outcome(counted.passed, 1, counted.skips, f"ansible-test ended with status {status}")
    if not files:
        return Outcome(failed=1, note="ansible-test wrote no results")
    return counted
