# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A call that does not end is stopped, and the clock of the task goes on."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.limit import TimeIsUpError, within

SOON, LONG = 0.05, 60.0


class TaskIsOverError(BaseException):
    """What Ansible raises where the time of the whole task is up."""


@pytest.fixture
def task_clock() -> Iterator[Any]:
    """Set a limit of the whole task, as Ansible does."""

    def over(number: int, frame: Any) -> None:
        raise TaskIsOverError

    before = signal.signal(signal.SIGALRM, over)
    yield lambda seconds: signal.setitimer(signal.ITIMER_REAL, seconds)
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def wait() -> None:
    threading.Event().wait(LONG)


def spin() -> None:
    while True:
        pass


def stubborn() -> None:
    try:
        wait()
    except BaseException:
        wait()


def test_what_ends_in_time_is_returned() -> None:
    assert within(LONG, lambda: 7) == 7
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


@pytest.mark.parametrize("call", [wait, spin, stubborn])
def test_what_does_not_end_is_stopped(call: Any) -> None:
    with pytest.raises(TimeIsUpError):
        within(SOON, call)
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGALRM) is signal.SIG_DFL


def test_the_clock_of_the_task_goes_on(task_clock: Any) -> None:
    """Given a task with a limit, when a call is stopped before it, then the task has no more time than it had."""
    task_clock(LONG)
    handler = signal.getsignal(signal.SIGALRM)
    with pytest.raises(TimeIsUpError):
        within(SOON, wait)
    assert 0 < signal.getitimer(signal.ITIMER_REAL)[0] <= LONG - SOON
    assert signal.getsignal(signal.SIGALRM) is handler


def test_the_task_ends_when_its_time_is_up_first(task_clock: Any) -> None:
    task_clock(SOON)
    with pytest.raises(TaskIsOverError):
        within(LONG, wait)


def test_another_thread_calls_without_a_limit() -> None:
    said: list[int] = []
    thread = threading.Thread(target=lambda: said.append(within(SOON, lambda: 7)))
    thread.start()
    thread.join()
    assert said == [7]
