# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Goals: one file per public module, which turns facts and what somebody wants into a proposal, or says why it cannot be had.

A goal decides nothing that a remedy decides already: it calls the remedy. What stands against a goal is said in one sentence, with what to do
instead; nothing of a goal is done while something stands against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any  # Any: what a module answers is JSON

from ..model import JsonMap, Operation, Refusal
from ..operations import Proposal, is_allowed, off_the_list


@dataclass(frozen=True)
class Goal:
    """What one module makes of the facts of one host.

    :ivar met: the host is as somebody wants it; nothing is to do and nothing stands against it.
    :ivar proposal: operations in order, and what is left alone on the way, told for information.
    :ivar against: why the goal cannot be had; then the proposal has no operations.
    :ivar meant: ways in that somebody asked to close by name.
    :ivar lifted: lines of the floor that a break-glass lifts.
    :ivar answer: what the module tells beside the operations.
    :ivar warnings: what a person should know although the goal can be had.
    """

    met: bool
    proposal: Proposal = field(default_factory=Proposal)
    against: tuple[Refusal, ...] = ()
    meant: frozenset[str] = frozenset()
    lifted: frozenset[str] = frozenset()
    answer: JsonMap = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Extras:
    """What goes along with a goal, whatever is proposed."""

    meant: frozenset[str] = frozenset()
    lifted: frozenset[str] = frozenset()
    answer: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def goal_of(proposals: Iterable[Proposal], against: Iterable[Refusal] = (), extras: Extras | None = None) -> Goal:
    """Make a goal of what remedies propose.

    A remedy that refuses and proposes nothing stands against the goal, and so does an operation that is not allowed; what another remedy
    refuses is what it leaves alone on its way.
    """
    given, more = tuple(proposals), extras or Extras()
    operations = tuple(operation for proposal in given for operation in proposal.operations)
    strange = (off_the_list(operation) for operation in operations if not is_allowed(operation))
    blocking = (*against, *(refusal for proposal in given if not proposal.operations for refusal in proposal.refusals), *strange)
    told = tuple(dict.fromkeys(refusal for proposal in given if proposal.operations for refusal in proposal.refusals))
    proposal = Proposal(() if blocking else operations, told)
    return Goal(
        met=not blocking and not operations,
        proposal=proposal,
        against=tuple(dict.fromkeys(blocking)),
        meant=more.meant,
        lifted=more.lifted,
        answer=more.answer,
        warnings=more.warnings,
    )


def only(*operations: Operation) -> Proposal:
    """Propose these operations and refuse nothing."""
    return Proposal(operations)


def cannot_look(what: str, why: str) -> Refusal:
    """Refuse because something could not be looked at.

    :param what: what could not be read, in words that can begin a sentence.
    """
    return Refusal("look", f"{what} could not be read ({why})", "see to it that it can be read; nothing is changed blindly", "cannot_look")
