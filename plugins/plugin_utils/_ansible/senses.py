# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Eyes and hands of one task: its action looks at the host and carries operations out there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any  # Any: the action plugin is untyped in Ansible; answers are JSON documents

from .._core.break_glass import BreakGlass
from .._core.consent import Consents
from .._core.enforced import Look
from .._core.model import Operation
from .catalogue import LoadedCatalogue
from .look import Seen, Wanted, look, probe_outside
from .operate import Order, apply, new_journal_id, resume, take_back
from .verdict import judged_look

OLD_PROBE = "a saved host cannot be asked again from outside"


class HostEyes:
    """Look at the host of a task as often as it takes.

    :ivar seen: the newest look, as it was seen and not judged.
    """

    def __init__(self, action: Any, task_vars: dict[str, Any], host: str, wanted: Wanted, loaded: LoadedCatalogue, error: Mapping[str, Any] | None) -> None:
        """Take what a look needs; nothing is looked at yet."""
        self._action, self._vars, self._host, self._wanted = action, task_vars, host, wanted
        self._loaded, self._error = loaded, error
        self.seen: Seen | None = None
        self._explained = False  # whether the host failed, or a cause fitted, when it was first looked at

    def look(self) -> Look:
        """Look from inside and outside."""
        seen = look(self._action, self._vars, self._wanted)
        if self.seen is not None and seen.source == "replay" and seen.probe is not None:
            seen = replace(seen, probe=None, probe_missing=OLD_PROBE)
        return self._judged(seen)

    def look_outside_again(self, look: Look) -> Look:
        """Ask the endpoint once more; the inside stays as it was seen."""
        if self.seen is None or self.seen.source == "replay" or not self._wanted.outside:
            return look
        return self._judged(probe_outside(replace(self.seen, probe=None, probe_missing=None), self._wanted))

    def _judged(self, seen: Seen) -> Look:
        is_first, self.seen = self.seen is None, seen
        judged = judged_look(self._host, seen, self._loaded, self._error, mended=self._explained)
        self._explained = not (judged.fault or judged.judgement.complaint) if is_first else self._explained
        return judged


class HostHands:
    """Carry operations out on the host of a task.

    :ivar break_glass: the mark that the next order leaves on the host; None where it breaches nothing.
    """

    def __init__(self, action: Any, task_vars: dict[str, Any], consents: Consents, *, open_journal: str = "take_back", again: bool = False) -> None:
        """Take what goes along with every order.

        :param again: orders are carried out although the same plan was taken back before.
        """
        self._action, self._vars, self._consents = action, task_vars, consents
        self._open_journal, self._again = open_journal, again
        self.break_glass: BreakGlass | None = None

    def apply(self, operations: Iterable[Operation], plan_digest: str) -> dict[str, Any]:
        """Carry operations out under a journal of their own. Raises OperateError."""
        order = Order(new_journal_id(), plan_digest, self._consents, self._open_journal, self.break_glass, self._again)
        return apply(self._action, self._vars, operations, order)

    def take_back(self, journal_id: str) -> dict[str, Any]:
        """Restore what a journal holds. Raises OperateError."""
        return take_back(self._action, self._vars, journal_id, self._consents)

    def resume(self) -> dict[str, Any]:
        """Settle what earlier runs left open. Raises OperateError."""
        return resume(self._action, self._vars, self._open_journal, self._consents)
