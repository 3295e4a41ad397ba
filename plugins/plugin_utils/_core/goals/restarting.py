# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Restart TermService once; what stops along with it is brought up again by the target, within the same operation."""

from __future__ import annotations

from ..model import Facts, Operation
from ..operations import restart_term_service
from ..paths import look_up


def restart_of_term_service(facts: Facts, *, why: str) -> tuple[Operation, ...]:
    """Restart TermService where it is known to run; the target counts the people again just before."""
    state = look_up(facts.document, facts.gaps, "services.TermService.state")
    if not state.known or state.value != "running":
        return ()
    sessions = look_up(facts.document, facts.gaps, "derived.sessions.live")
    return (restart_term_service(sessions.value if sessions.known else None, why=why),)
