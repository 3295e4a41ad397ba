# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Start a real PowerShell engine for tests: the first one found of three places.

1. ``RDPOPS_PWSH``, the path of a PowerShell; one for Windows (``pwsh.exe``) runs under Wine;
2. ``pwsh`` on PATH;
3. PowerShell for Windows under Wine, found as :mod:`.windows_powershell` says.

Only the third has a Windows registry, services and certificate stores. Nothing here ever answers in place of an
engine: where none is found, the reason is returned and the tests that want one are skipped by name.
"""

from __future__ import annotations

import dataclasses
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from . import windows_powershell, wine
from .optional import REPOSITORY

SCRIPTS = Path(__file__).resolve().with_name("scripts")
WRAPPER = Path(__file__).resolve().with_name("pwsh")
INSIDE = "RDPOPS_PWSH_INSIDE"  # set for what the wrapper starts, so that no chain of wrappers can go round for ever
TIME_LIMIT_SECONDS = 120.0  # a module call takes 5 s alone and up to 30 s on a busy machine; more is a hang


@dataclasses.dataclass(frozen=True)
class Answer:
    """What one run of the engine gave back."""

    rc: int
    stdout: str
    stderr: str


@dataclasses.dataclass(frozen=True)
class Engine:
    """A PowerShell that can be started.

    :param command: program and leading arguments.
    :param environment: what the program's environment has beyond the caller's.
    :param host: the Wine host it runs on, or None for an engine of this machine's own.
    """

    command: tuple[str, ...]
    environment: Mapping[str, str]
    host: wine.Host | None

    def run(self, *arguments: str, stdin: bytes = b"", time_limit: float = TIME_LIMIT_SECONDS) -> Answer:
        """Run the engine once with these arguments.

        :raises subprocess.TimeoutExpired: the engine did not end in time; it was killed.
        """
        done = subprocess.run(
            [*self.command, *arguments],
            input=stdin,
            capture_output=True,
            timeout=time_limit,
            check=False,
            cwd=REPOSITORY if self.host else None,  # one that the host sees, and not on its C:, where it would look for paths without a drive
            env={**os.environ, **self.environment},
        )
        return Answer(done.returncode, _text(done.stdout), _text(done.stderr))

    def run_file(self, script: Path, *arguments: str, stdin: bytes = b"", time_limit: float = TIME_LIMIT_SECONDS) -> Answer:
        """Run a script file with these arguments, without profile and without prompts."""
        return self.run("-NoProfile", "-NonInteractive", "-File", str(script), *arguments, stdin=stdin, time_limit=time_limit)


def find_engine() -> Engine | str:
    """Return the engine that tests are to use, or one sentence that says why there is none."""
    named = os.environ.get("RDPOPS_PWSH")
    if named and not named.casefold().endswith(".exe"):
        return Engine((named,), {}, None) if shutil.which(named) else f"RDPOPS_PWSH names {named}, which cannot be run"
    installed = _installed()
    if installed and not named:
        return Engine((installed,), {}, None)
    return find_windows_engine()


def find_windows_engine() -> Engine | str:
    """Return an engine with a Windows registry under it, or one sentence that says why there is none.

    The host is the common one of this checkout, which no test may write to: see :func:`wine.copied`.
    """
    try:
        host = wine.prepared(windows_powershell.find())
    except (wine.WineError, windows_powershell.PowerShellError) as error:
        return str(error)
    return on_host(host)


def on_host(host: wine.Host) -> Engine:
    """Return the engine of a Wine host."""
    return Engine((*host.command, wine.PWSH), host.environment, host)


def _installed() -> str | None:
    """Return the first pwsh on PATH that does not lead to the wrapper beside this file.

    Where the wrapper's own folder is on PATH, what stands before it is passed over too: ansible-test puts a pwsh of
    its own there, which starts the wrapper.
    """
    folders = [folder for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    own = [place for place, folder in enumerate(folders) if Path(folder).resolve() == WRAPPER.parent]
    for folder in folders[own[-1] + 1 if own else 0 :]:
        found = shutil.which("pwsh", path=folder)
        if found and Path(found).resolve() != WRAPPER:
            return found
    return None


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", errors="replace")


def main() -> None:
    """Become the engine, with the arguments of this process; what ``tests/support/pwsh`` runs."""
    if os.environ.get(INSIDE):
        sys.exit("no PowerShell: the pwsh that was found leads back to the wrapper of the tests")
    engine = find_engine()
    if not isinstance(engine, Engine):
        sys.exit(engine)
    arguments = sys.argv[1:]
    if arguments and not arguments[0].startswith("-"):
        arguments = ["-NoProfile", "-File", *arguments]  # the same meaning, and no profile that could print
    os.environ.update({**engine.environment, INSIDE: "1"})
    os.execvp(engine.command[0], [*engine.command, *arguments])


if __name__ == "__main__":
    main()
