# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which causes stand: what everybody who names causes to people leaves out of the first look. Nothing of it is left out of the report."""

from __future__ import annotations

from .model import Rank


def stands(rank: str, score: int) -> bool:
    """Tell whether a cause is worth a reader's first look: not ruled out, nor merely possible while more speaks against it than for it.

    :param score: the weights of what speaks for it, less those of what speaks against it.
    """
    return rank != Rank.RULED_OUT and (rank != Rank.POSSIBLE or score >= 0)
