# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Manners: the connections to one address come one after another, with a pause between two."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Dict, Iterator, Tuple

_SocketAddress = Tuple[Any, ...]  # Any: the tuple of getaddrinfo differs by family


@dataclass
class _Slot:
    """The turn-taking of one server address."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    free_at: float = 0.0


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
        with slot.lock:
            left = slot.free_at - time.monotonic()
            if left > 0:  # even a sleep of nothing gives the processor away: 0.4 ms on a busy machine
                time.sleep(left)
            try:
                yield
            finally:
                slot.free_at = time.monotonic() + self._pause
