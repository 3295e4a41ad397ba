# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Read a file without trusting it: neither a pipe that nobody writes to nor a device without an end can hold up a run."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path


def read_at_most(path: Path, limit: int) -> bytes:
    """Return the content of a regular file, or its first ``limit + 1`` bytes: an answer longer than the limit says that it is too large.

    :raises OSError: it cannot be opened or read, or is no regular file; ``strerror`` says why, in every case.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)  # without O_NONBLOCK, opening a pipe waits for its writer
    except ValueError as error:
        raise OSError(errno.EINVAL, "no file can have this name") from error
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file")
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            return stream.read(limit + 1)
    finally:
        os.close(descriptor)
