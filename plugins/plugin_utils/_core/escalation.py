# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is left to do where nothing that is known fits."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Asked:
    """Somebody to ask.

    :ivar who: a word of :mod:`escalate`.
    :ivar how: what to record for them, one instruction or command each.
    """

    who: str
    why: str
    how: tuple[str, ...] = ()


@dataclass(frozen=True)
class Escalation:
    """What nobody has looked at yet, or whom to ask and with what.

    :ivar first: (view, how to look), to be done before somebody is asked.
    :ivar ask: the nearest first; empty where there is more to look at first.
    :ivar evidence: (kind, sentence); words in :mod:`handed_over`.
    :ivar pack: everything that they will want to know, as lines of one block.
    """

    why: str
    first: tuple[tuple[str, str], ...] = ()
    ask: tuple[Asked, ...] = ()
    evidence: tuple[tuple[str, str], ...] = ()
    pack: tuple[str, ...] = ()
