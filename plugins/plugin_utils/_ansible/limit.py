# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Call what somebody else wrote, and stop it when its time is up."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import TypeVar

T = TypeVar("T")
AGAIN_SECONDS = 0.5  # what catches even this exception is interrupted again, until it ends


class TimeIsUpError(BaseException):
    """The call was stopped. No Exception, because many a plugin catches every one of those and goes on."""


def within(seconds: float, call: Callable[[], T]) -> T:
    """Return what ``call`` returns.

    A limit that Ansible set for the whole task (``timeout``) goes by the same clock and stays in force. Only a main thread can be
    interrupted, which is where a worker runs its action; in any other there is no limit. Code that never comes back to Python is not
    stopped either.

    :raises TimeIsUpError: it took longer.
    """
    if threading.current_thread() is not threading.main_thread():
        return call()
    rest, interval = signal.getitimer(signal.ITIMER_REAL)
    if 0 < rest <= seconds:
        return call()  # the time of the task is up before
    began = time.monotonic()
    before = signal.signal(signal.SIGALRM, _stop)
    try:
        try:
            signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN_SECONDS)
            return call()
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    finally:  # once more: the clock may have run out on the way out of the first one
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL if before is None else before)
        if rest:
            signal.setitimer(signal.ITIMER_REAL, max(rest - (time.monotonic() - began), 0.001), interval)


def _stop(number: int, frame: FrameType | None) -> None:
    raise TimeIsUpError
