# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A host in memory that operations can be carried out on, with a journal, and a connection that can be cut at any moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.operate import LostConnectionError
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived import with_derived
from ansible_collections.rdpops.health.plugins.plugin_utils._core.enforced import Look
from ansible_collections.rdpops.health.plugins.plugin_utils._core.judge import judge
from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import Facts, Operation
from ansible_collections.rdpops.health.plugins.plugin_utils._core.simulate import simulate

from .host_states import CATALOGUE, host

ANSWER = {"changed": False, "results": [], "journal": None, "taken_back": False, "recovered": [], "look_again": False, "reboot_required": False}


class CutError(Exception):
    """The connection ends here."""


@dataclass
class Journal:
    """What the host keeps of one order."""

    id: str
    before: Facts
    state: str = "open"


@dataclass
class World:
    """One host and the line to it.

    :ivar cut_at: the number of the moment at which the line is cut, counted over all that happens; None: never.
    :ivar wire: the outside view as each look finds it; the last one stays.
    """

    facts: Facts
    cut_at: int | None = None
    wire: list[dict[str, Any]] = field(default_factory=list)
    moments: int = 0
    journals: list[Journal] = field(default_factory=list)
    effects: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    sent: list[tuple[Operation, ...]] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)  # what the next orders are answered instead

    def moment(self) -> None:
        """Let a moment pass at which the line may be cut."""
        self.moments += 1
        if self.moments == self.cut_at:
            raise CutError

    def look(self) -> Look:
        """Look from inside and outside; a cut line is an unreachable host."""
        self.calls.append("look")
        try:
            self.moment()
        except CutError:
            return self.judged(host(unreachable="the line was cut"))
        document = dict(self.facts.document)
        marks = {"open_journals": [journal.id for journal in self.journals if journal.state == "open"], "break_glass": []}
        if "os" in document:
            document["os"] = {**document["os"], "rdpops": marks}
        if self.wire:
            document["probe"] = self.wire.pop(0) if len(self.wire) > 1 else self.wire[0]
        gaps = {path: why for path, why in self.facts.gaps.items() if path != "probe" or "probe" not in document}
        return self.judged(with_derived(replace(self.facts, document=document, gaps=gaps)))

    def look_outside_again(self, look: Look) -> Look:
        """Ask the endpoint once more."""
        self.calls.append("probe")
        return self.look()

    def judged(self, facts: Facts) -> Look:
        """Return a look at facts."""
        return Look(facts, judge(facts, CATALOGUE))

    def apply(self, operations: Iterable[Operation], plan_digest: str) -> dict[str, Any]:
        """Carry operations out one by one; each has a moment before its journal line, before its effect and before its result."""
        wanted = tuple(operations)
        self.calls.append("apply")
        self.sent.append(wanted)
        if self.answers:
            return {**ANSWER, **self.answers.pop(0)}
        try:
            return self._applied(wanted)
        except CutError as exc:
            raise LostConnectionError("the line was cut") from exc

    def _applied(self, wanted: tuple[Operation, ...]) -> dict[str, Any]:
        self.moment()
        journal = Journal(f"j{len(self.journals) + 1}", self.facts)
        self.journals.append(journal)
        self.moment()
        results = []
        for operation in wanted:
            played = simulate(self.facts, (operation,))
            self.moment()
            if played.stopped:
                self.facts, journal.state = journal.before, "taken_back"
                failed = {**ANSWER, "failed": True, "msg": played.stopped, "taken_back": True, "results": [*results, *played.results]}
                return {**failed, "journal": {"id": journal.id, "path": "p", "state": "taken_back"}}
            if played.results[0]["status"] == "changed":
                self.effects.append(f"{journal.id}:{operation.id}")
            self.facts = played.facts
            results += played.results
            self.moment()
        journal.state = "finished"
        self.moment()
        changed = any(result["status"] == "changed" for result in results)
        return {**ANSWER, "changed": changed, "results": results, "journal": {"id": journal.id, "path": "p", "state": "finished"}}

    def take_back(self, journal_id: str) -> dict[str, Any]:
        """Restore what a journal holds."""
        self.calls.append("take_back")
        journal = next(entry for entry in self.journals if entry.id == journal_id)
        self.facts, journal.state = journal.before, "taken_back"
        return {**ANSWER, "changed": True, "taken_back": True, "journal": {"id": journal_id, "path": "p", "state": "taken_back"}}

    def resume(self) -> dict[str, Any]:
        """Take open journals back."""
        self.calls.append("resume")
        recovered = []
        for journal in reversed(self.journals):
            if journal.state == "open":
                self.facts, journal.state = journal.before, "taken_back"
                recovered.append({"journal": journal.id, "action": "taken_back", "why": "open", "results": []})
        return {**ANSWER, "changed": bool(recovered), "recovered": recovered}
