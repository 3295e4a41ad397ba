# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Cut a run off while it works on a lab host, for real: its engine is killed, or its connection is.

Each cut is armed for one command of the next run, the second: the first one looks, the second one applies. It happens once.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

from .host import LabHost, processes_of
from .ops import journals

APPLY = 2  # the command of a run that carries operations out
LIMIT_SECONDS = 120.0


class Cut:
    """A cut that waits for its moment.

    :ivar happened: set once it did.
    """

    def __init__(self, host: LabHost) -> None:
        self.happened = threading.Event()
        self.host = host
        self._commands = 0

    def sees(self, action: str, answer: bytes) -> bool:
        """Look at one answer before it leaves; False cuts the connection."""
        self._commands += action == "Command"
        return self._commands < APPLY or self.passes(action, answer)

    def passes(self, action: str, answer: bytes) -> bool:
        """Look at one answer to the run's applying command."""
        raise NotImplementedError


class EngineKilled(Cut):
    """The engine is killed in the moment in which something is true."""

    def __init__(self, host: LabHost, moment: Callable[[LabHost], bool]) -> None:
        super().__init__(host)
        self._moment = moment
        self._waits = False

    def passes(self, action: str, answer: bytes) -> bool:
        if action == "Command" and not self._waits:
            self._waits = True
            threading.Thread(target=self._wait, args=(engines(self.host),), daemon=True).start()
        return True

    def _wait(self, pids: list[int]) -> None:
        limit = time.monotonic() + LIMIT_SECONDS
        while time.monotonic() < limit and not self.happened.is_set():
            if self._moment(self.host):
                for pid in pids:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                self.happened.set()
            time.sleep(0.0002)


class AnswerLost(Cut):
    """The connection ends for good where the first byte of the answer would leave."""

    def passes(self, action: str, answer: bytes) -> bool:
        if action == "Receive" and b'Name="stdout"' in answer:
            self.happened.set()
        return not self.happened.is_set()


def engines(host: LabHost) -> list[int]:
    """Return the processes in which remote commands run on a host."""
    found = []
    for pid in processes_of(host.wine.prefix):
        with contextlib.suppress(OSError):
            if b"-EncodedCommand" in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.append(pid)
    return found


def has_written_intents(count: int) -> Callable[[LabHost], bool]:
    """Return the moment in which the newest journal holds so many intents, none of which is followed by its effect yet."""

    def moment(host: LabHost) -> bool:
        files = sorted(journals(host).glob("*T*/journal.jsonl"))
        return bool(files) and files[-1].read_bytes().count(b'"intent"') >= count

    return moment


def has_started_session_env(host: LabHost) -> bool:
    """The moment in which SessionEnv's program has begun: the service manager started it, and nobody was told so yet."""
    for pid in processes_of(host.wine.prefix):
        with contextlib.suppress(OSError):
            if b"sessionenv.cmd" in Path(f"/proc/{pid}/cmdline").read_bytes():
                return True
    return False
