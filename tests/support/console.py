# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Run a program with a terminal as its error stream, and pass on what it says there as plain text.

A program under Wine whose three standard streams are pipes has no console, and a PowerShell as Microsoft ships it then breaks down
before its first word. One terminal is enough; input and output stay the pipes that they are.

Run as a file, before the program and its arguments; it needs nothing but the standard library.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Sequence

ROWS, COLUMNS = 50, 1000  # a line that is longer is broken by the console
READ_BYTES = 65536
_CONTROL = re.compile(rb"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[=>]|\r(?=\r*\n)")


def plain(raw: bytes) -> bytes:
    """Return what a console would show, without titles, colours and movements."""
    return _CONTROL.sub(b"", raw)


def main(command: Sequence[str]) -> int:
    """Run the command to its end; returns its exit status."""
    terminal, inner = pty.openpty()
    fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    process = subprocess.Popen(command, stderr=inner)
    os.close(inner)
    for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(sign, lambda number, dummy: process.send_signal(number))
    said = b""
    with contextlib.suppress(OSError):  # how a terminal tells that nobody is there any more
        while data := os.read(terminal, READ_BYTES):
            said += data
    os.write(2, plain(said))
    status = process.wait()
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
