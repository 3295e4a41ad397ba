# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Manners: the connections to one address come one after another, in the order in which they were asked for, with a pause between two."""

from __future__ import annotations

import threading
import time
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Deque, Dict, Iterator, Optional, Tuple

_SocketAddress = Tuple[Any, ...]  # Any: the tuple of getaddrinfo differs by family


@dataclass
class _Slot:
    """The turn-taking of one server address.

    :ivar waiting: one closed lock for each who waits, the next one first. A single lock would let in whoever comes by, and one who comes by
        often could keep another out for ever.
    """

    is_taken: bool = False
    free_at: float = 0.0
    waiting: Deque[threading.Lock] = field(default_factory=deque)


class Gate:
    """Keeps the connections to one address apart, whoever asks for them."""

    def __init__(self, pause: float) -> None:
        self._pause = pause
        self._guard = threading.Lock()
        self._slots: Dict[_SocketAddress, _Slot] = {}

    @contextmanager
    def turn(self, address: _SocketAddress) -> Iterator[None]:
        """Wait until it is this caller's turn."""
        with self._guard:
            slot = self._slots.setdefault(address, _Slot())
            door: Optional[threading.Lock] = None
            if slot.is_taken:
                door = threading.Lock()
                door.acquire()
                slot.waiting.append(door)
            slot.is_taken = True
        if door is not None:
            door.acquire()  # whoever leaves opens it, and the slot stays taken
        try:
            left = slot.free_at - time.monotonic()
            if left > 0:  # even a sleep of nothing gives the processor away: 0.4 ms on a busy machine
                time.sleep(left)
            yield
        finally:
            slot.free_at = time.monotonic() + self._pause
            self._leave(slot)

    def _leave(self, slot: _Slot) -> None:
        """Let the next one in."""
        with self._guard:
            if slot.waiting:
                slot.waiting.popleft().release()
            else:
                slot.is_taken = False
