# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A program gets a terminal as its error stream, and everything else of it stays as it was."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

from tests.support import console

PROGRAM = """import sys
assert sys.stderr.isatty() and not sys.stdin.isatty() and not sys.stdout.isatty()
sys.stdout.write(sys.stdin.read().upper())
sys.stderr.write("\\x1b]0;title\\x07\\x1b[31mbad\\x1b[0m\\n")
sys.exit(7)
"""


def test_streams_and_status() -> None:
    """Given a program that looks at its streams, then only the third is a terminal, and what it says there arrives as plain text."""
    done = subprocess.run([sys.executable, "-I", console.__file__, sys.executable, "-c", PROGRAM], input=b"abc", capture_output=True, timeout=30, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (7, b"ABC", b"bad\n")


def test_a_signal_ends_the_program() -> None:
    sleeper = [sys.executable, "-c", "import time; print('ready', flush=True); time.sleep(60)"]
    process = subprocess.Popen([sys.executable, "-I", console.__file__, *sleeper], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    started = time.monotonic()
    process.terminate()
    assert process.wait(timeout=30) == 128 + signal.SIGTERM
    assert time.monotonic() - started < 10
    process.stdout.close()
