# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a step is and what comes out of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .workplace import Workplace


@dataclass(frozen=True)
class Skip:
    """Something that did not run: its name and the reason, for people."""

    name: str
    reason: str


@dataclass(frozen=True)
class Outcome:
    """What one step found. A step without tests of its own counts as one test."""

    passed: int = 0
    failed: int = 0
    skips: tuple[Skip, ...] = ()
    note: str = ""

    @property
    def word(self) -> str:
        """Return one word for the summary; nothing that ran is `skipped`, never `passed`."""
        if self.failed:
            return "FAILED"
        return "passed" if self.passed else "skipped"


@dataclass(frozen=True)
class Step:
    """One named check: the group it belongs to, what it does in a few words, and the function that does it.

    :ivar by_name: it takes so long that it runs only where somebody names it.
    """

    name: str
    group: str
    does: str
    run: Callable[[Workplace], Outcome]
    by_name: bool = False


class CannotRunError(Exception):
    """A step's means are not there; the message is the reason of the skip."""


def skipped(name: str, reason: str) -> Outcome:
    """Return the outcome of a step that did not run at all."""
    return Outcome(skips=(Skip(name, reason),))


def added(outcomes: list[Outcome]) -> Outcome:
    """Return several outcomes as one."""
    return Outcome(
        passed=sum(each.passed for each in outcomes),
        failed=sum(each.failed for each in outcomes),
        skips=tuple(skip for each in outcomes for skip in each.skips),
        note="; ".join(each.note for each in outcomes if each.note),
    )
