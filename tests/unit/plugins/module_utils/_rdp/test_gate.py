# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Turns at one address: one at a time, first come, first served."""

from __future__ import annotations

import threading
import time

import pytest
from ansible_collections.rdpops.health.plugins.module_utils._rdp._gate import Gate

HERE, THERE = ("192.0.2.1", 3389), ("192.0.2.2", 3389)


def wait_until(gate: Gate, number: int) -> None:
    """Wait until so many stand in the queue."""
    while len(gate._slots[HERE].waiting) < number:
        time.sleep(0.001)


def test_who_comes_first_is_served_first() -> None:
    gate, served = Gate(0.0), []

    def come(name: int) -> None:
        with gate.turn(HERE):
            served.append(name)

    threads = [threading.Thread(target=come, args=(number,)) for number in range(8)]
    with gate.turn(HERE):
        for number, thread in enumerate(threads, 1):
            thread.start()
            wait_until(gate, number)
    for thread in threads:
        thread.join(5)
    assert served == list(range(8))


def test_whoever_comes_again_and_again_keeps_nobody_out() -> None:
    gate, order = Gate(0.0), []

    def other() -> None:
        with gate.turn(HERE):
            order.append("other")

    thread = threading.Thread(target=other)
    for number in range(3):
        with gate.turn(HERE):
            if not number:
                thread.start()
                wait_until(gate, 1)
            order.append("greedy")
    thread.join(5)
    assert order == ["greedy", "other", "greedy", "greedy"]


def test_another_address_does_not_wait() -> None:
    gate = Gate(5.0)
    started = time.monotonic()
    with gate.turn(HERE), gate.turn(THERE):
        pass
    assert time.monotonic() - started < 1


def test_a_turn_that_fails_lets_the_next_one_in() -> None:
    gate = Gate(0.05)
    with pytest.raises(ZeroDivisionError), gate.turn(HERE):
        raise ZeroDivisionError
    started = time.monotonic()
    with gate.turn(HERE):
        assert time.monotonic() - started >= 0.04
