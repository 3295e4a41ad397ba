# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which lines of a folder a call reached that none before it reached: the guide of a fuzzer.

Python 3.12 and later tell of a line once and are then asked to keep quiet about it (``sys.monitoring``, PEP 669), so that looking at every
case costs next to nothing. Before that there is only ``sys.settrace``, which takes several times as long as the call itself.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, Protocol

Line = tuple[str, int]
TOOL = 4  # 0, 1, 2 and 5 have their uses, given in the documentation of sys.monitoring


class Guide(Protocol):
    """Runs something and tells what was new."""

    share: float  # of the calls that are worth looking at

    def turn_to(self, known: set[Line]) -> None:
        """Take what another set of cases has reached for the known lines; new ones are added to it."""

    def is_new(self, call: Callable[[], None]) -> bool:
        """Run something and say whether it reached a line that is not known yet. Its exceptions come out as they are."""

    def close(self) -> None:
        """Stop watching."""


class Monitoring:
    """The guide of Python 3.12 and later."""

    share = 1.0

    def __init__(self, folder: Path) -> None:
        """Watch the files of a folder.

        :raises AttributeError: this Python has no ``sys.monitoring``.
        """
        self._monitoring: Any = getattr(sys, "monitoring")  # noqa: B009 - the oldest Python that the types are checked for lacks it
        self._folder = str(folder)
        self._known: set[Line] = set()
        self._monitoring.use_tool_id(TOOL, "rdpops.health fuzz")
        self._monitoring.register_callback(TOOL, self._monitoring.events.LINE, self._line)

    def turn_to(self, known: set[Line]) -> None:
        """Tell of every line once more."""
        self._known = known
        self._monitoring.set_events(TOOL, self._monitoring.events.LINE)
        self._monitoring.restart_events()

    def is_new(self, call: Callable[[], None]) -> bool:
        """Run something under the watch."""
        before = len(self._known)
        call()
        return len(self._known) > before

    def close(self) -> None:
        """Give the watch up."""
        self._monitoring.set_events(TOOL, 0)
        self._monitoring.free_tool_id(TOOL)

    def _line(self, code: CodeType, number: int) -> object:
        if code.co_filename.startswith(self._folder):
            self._known.add((code.co_filename, number))
        return self._monitoring.DISABLE


class Tracing:
    """The guide of Python before 3.12."""

    share = 0.1  # the others profit from what these find

    def __init__(self, folder: Path) -> None:
        """Watch the files of a folder."""
        self._folder = str(folder)
        self._known: set[Line] = set()

    def turn_to(self, known: set[Line]) -> None:
        """Compare with other lines from now on."""
        self._known = known

    def is_new(self, call: Callable[[], None]) -> bool:
        """Run something under the watch."""
        before = len(self._known)
        sys.settrace(self._called)
        try:
            call()
        finally:
            sys.settrace(None)
        return len(self._known) > before

    def close(self) -> None:
        """Nothing is held."""

    def _called(self, frame: FrameType, dummy_event: str, dummy: object) -> Any:  # Any: a trace function returns itself or None
        return self._line if frame.f_code.co_filename.startswith(self._folder) else None

    def _line(self, frame: FrameType, event: str, dummy: object) -> Any:  # Any: as above
        if event == "line":
            self._known.add((frame.f_code.co_filename, frame.f_lineno))
        return self._line


def guide_for(folder: Path) -> Monitoring | Tracing:
    """Return the quickest guide that this Python has."""
    return Monitoring(folder) if hasattr(sys, "monitoring") else Tracing(folder)
