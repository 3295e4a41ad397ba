# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Run one command line of a remote shell with the lab's engine: input, output, and an end within a bound."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .wsman import Output, WsmanError

CHUNK_BYTES = 128 * 1024  # of output in one answer; base64 makes a third more of it, and an envelope holds 500 KB
UNREAD_LIMIT_BYTES = 4 * 1024 * 1024  # of output that nobody fetched; then the program has to wait
END_SECONDS = 5.0  # within this a command is gone after Signal or Delete
STREAM_END_SECONDS = 2.0  # a child that keeps the streams open does not keep a command open after its program has ended


@dataclass(frozen=True)
class Engine:
    """What stands in the place of whatever PowerShell a client names.

    :ivar program: the program and its leading arguments.
    :ivar environment: the whole environment of a command: nothing of this process comes in by itself.
    :ivar folder: working folder of a command.
    """

    program: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Path


def arguments_of(line: str) -> list[str]:
    """Return the words of a command line from the first one on that starts with a dash.

    Whatever stands before it names a PowerShell, and the lab has its own.

    :raises WsmanError: there is none: only PowerShell is run here.
    """
    words = _words(line)
    first = next((place for place, word in enumerate(words) if word.startswith("-")), None)
    if first is None:
        raise WsmanError("the lab runs PowerShell only, and this command line has no argument that starts with a dash")
    return words[first:]


def _words(line: str) -> list[str]:
    """Split at spaces outside of double quotes, which are dropped; a backslash is a character like any other."""
    words, word, quoted, begun = [], "", False, False
    for character in line:
        if character == '"':
            quoted, begun = not quoted, True
        elif character.isspace() and not quoted:
            words += [word] if begun else []
            word, begun = "", False
        else:
            word, begun = word + character, True
    return [*words, word] if begun else words


class Command:
    """One running program."""

    def __init__(self, engine: Engine, arguments: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            [*engine.program, *arguments],
            cwd=engine.folder,
            env=dict(engine.environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        self._changed = threading.Condition()
        self._pieces: list[tuple[str, bytes]] = []
        self._open = {"stdout", "stderr"}
        self._handed_out: set[str] = set()
        self._exited_at: float | None = None
        for name, stream in (("stdout", self._process.stdout), ("stderr", self._process.stderr)):
            if stream is not None:
                threading.Thread(target=self._pump, args=(name, stream.fileno()), daemon=True).start()
        threading.Thread(target=self._watch, daemon=True).start()

    def write(self, data: bytes, *, last: bool) -> None:
        """Hand bytes to standard input; a program that has stopped reading is not a fault of the client."""
        stream = self._process.stdin
        if stream is None or stream.closed:
            return
        with contextlib.suppress(BrokenPipeError, ValueError):
            stream.write(data)
            stream.flush()
        if last:
            with contextlib.suppress(BrokenPipeError, ValueError):
                stream.close()

    def read(self, timeout: float) -> Output | None:
        """Return what was said since the last call, as soon as there is something; None when the time is up."""
        limit = time.monotonic() + timeout
        with self._changed:
            while not self._pieces and not self._over():
                left = limit - time.monotonic()
                if left <= 0:
                    return None
                self._changed.wait(min(left, STREAM_END_SECONDS) if self._exited_at else left)
            pieces = self._take()
            if self._pieces or not self._over():
                return Output(pieces)
            ended = [name for name in ("stdout", "stderr") if name not in self._handed_out]
            self._handed_out.update(ended)
            return Output(pieces, ended, self._process.returncode)

    def end(self) -> None:
        """End the program and what it started; returns when it is gone, after :data:`END_SECONDS` at the latest."""
        for sign in (signal.SIGTERM, signal.SIGKILL):
            if self._process.poll() is not None:
                break
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, sign)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(END_SECONDS / 2)
        # What outlives its program in the same group: a child that ignored the first signal.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()

    def _over(self) -> bool:
        if self._exited_at is None:
            return False
        return not self._open or time.monotonic() - self._exited_at >= STREAM_END_SECONDS

    def _take(self) -> list[tuple[str, bytes]]:
        taken, size = [], 0
        while self._pieces and size + len(self._pieces[0][1]) <= CHUNK_BYTES:
            taken.append(self._pieces.pop(0))
            size += len(taken[-1][1])
        self._changed.notify_all()
        return taken

    def _pump(self, name: str, descriptor: int) -> None:
        while True:
            data = os.read(descriptor, CHUNK_BYTES // 2)
            with self._changed:
                if not data:
                    self._open.discard(name)
                    self._changed.notify_all()
                    return
                self._pieces.append((name, data))
                self._changed.notify_all()
                while sum(len(piece) for dummy, piece in self._pieces) > UNREAD_LIMIT_BYTES and self._exited_at is None:
                    self._changed.wait()

    def _watch(self) -> None:
        self._process.wait()
        with self._changed:
            self._exited_at = time.monotonic()
            self._changed.notify_all()
