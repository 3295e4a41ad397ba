# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Do something once per run, though every host of it has a worker process of its own.

The first worker that needs it does the work and leaves the result in the private folder that Ansible makes for a run and removes after it;
the others wait for that and read it. A fault is kept too: whoever comes later is told the same sentence at once.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any  # Any: a JSON value

from ansible import constants

FOLDER = Path(constants.DEFAULT_LOCAL_TMP)  # made, mode 0700, by the parent process before it forks


def once_per_run(name: str, key: object, make: Callable[[], Any], folder: Path = FOLDER) -> Any:
    """Return what ``make`` returns, which is asked once per run and key.

    :param name: what it is, a word for the file's name.
    :param key: a JSON value; another key is another result.
    :raises ValueError: the sentence of the ValueError that ``make`` raised, here or in another worker.
    """
    mark = hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()[:32]
    path = folder / f"rdp_health_{name}_{mark}.json"
    kept = _kept(path)
    if kept is None:
        with _alone(path.with_suffix(".lock")):
            kept = _kept(path) or _made(make)
            _keep(path, kept)
    if "problem" in kept:
        raise ValueError(kept["problem"])
    return kept["value"]


def _made(make: Callable[[], Any]) -> dict[str, Any]:
    try:
        return {"value": make()}
    except ValueError as error:
        return {"problem": str(error)}


def _kept(path: Path) -> dict[str, Any] | None:
    try:
        kept: dict[str, Any] = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return kept


def _keep(path: Path, kept: dict[str, Any]) -> None:
    temporary = path.with_suffix(f".{os.getpid()}")
    with contextlib.suppress(OSError):  # a full disk costs time, never a result
        temporary.write_text(json.dumps(kept), encoding="utf-8")
        temporary.replace(path)


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold a lock among the workers of this run; where there can be none, each does the work for itself."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        yield
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
