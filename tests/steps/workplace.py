# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The folders and the environment that the steps share, and the one way in which they start programs."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .model import CannotRunError, Outcome

TAIL_LINES = 60  # of a failed program's output; all of it is in the log
STEP_LIMIT_S = 900  # longest single program: a full sanity run on two busy cores takes about a third of it


@dataclass(frozen=True)
class Finished:
    """How a program ended."""

    status: int
    output: str

    def outcome(self, note: str = "") -> Outcome:
        """Return the program as one test."""
        return Outcome(passed=1, note=note) if self.status == 0 else Outcome(failed=1, note=note or f"exit status {self.status}")


@dataclass(frozen=True)
class Workplace:
    """Where the steps run."""

    root: Path
    results: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def cache(self) -> Path:
        """Return the folder for everything that git ignores."""
        return self.root / ".cache"

    def need(self, *paths: str) -> None:
        """Raise CannotRunError unless every path, relative to the repository, is there."""
        for path in paths:
            if not (self.root / path).exists():
                raise CannotRunError(f"{path} is not there")

    def program(self, name: str, advice: str) -> str:
        """Return the path of a program, or raise CannotRunError with the advice."""
        found = shutil.which(name, path=self.environment.get("PATH"))
        if found is None:
            raise CannotRunError(f"{name} is not installed ({advice})")
        return found

    def call(
        self,
        log: str,
        command: Sequence[str | Path],
        *,
        cwd: Path | None = None,
        extra: Mapping[str, str] | None = None,
        limit_s: int = STEP_LIMIT_S,
    ) -> Finished:
        """Run a program to its end, keep its output in the log of that name, and show the end of it if the program failed."""
        words = [str(word) for word in command]
        path = self.results / f"{log}.log"
        # A session of its own, so that a program that overstays is ended with its children.
        process = subprocess.Popen(
            words,
            cwd=cwd or self.root,
            env={**self.environment, **(extra or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            text=True,
            errors="replace",
        )
        try:
            output, status = process.communicate(timeout=limit_s)[0], process.returncode
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            output, status = process.communicate()[0] + f"\nended after {limit_s} s\n", 124
        except KeyboardInterrupt:
            os.killpg(process.pid, signal.SIGTERM)
            raise
        with path.open("a", encoding="utf-8") as stream:
            stream.write(f"$ {' '.join(words)}\n{output}\n")
        if status != 0:
            tail = output.rstrip().splitlines()[-TAIL_LINES:]
            print("\n".join(f"    | {line}" for line in tail), f"    all of it: {path.relative_to(self.root)}", sep="\n", flush=True)
        return Finished(status, output)


def make_workplace(root: Path) -> Workplace:
    """Return the workplace of a checkout, with an empty folder for results."""
    results = root / ".cache" / "test-results"
    shutil.rmtree(results, ignore_errors=True)
    results.mkdir(parents=True)
    environment = dict(os.environ)
    environment.pop("PYTHONPATH", None)
    environment["ANSIBLE_COLLECTIONS_PATH"] = str(root / ".cache" / "collections")
    environment["ANSIBLE_CONFIG"] = str(root / "ansible.cfg")
    environment["ANSIBLE_NOCOLOR"] = environment["NO_COLOR"] = "1"
    environment["MYPYPATH"] = environment["ANSIBLE_COLLECTIONS_PATH"]
    return Workplace(root, results, environment)
