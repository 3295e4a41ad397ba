# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Restart TermService once, with what stops along with it brought up again."""

from __future__ import annotations

from ..model import Facts, Operation
from ..operations import restart_term_service, start_whatever
from ..paths import look_up

BACK_UP = "the service of redirected devices stops along with TermService and does not come back by itself"


def restart_of_term_service(facts: Facts, *, why: str) -> tuple[Operation, ...]:
    """Restart TermService where it is known to run; the target counts the people again just before."""
    state = look_up(facts.document, facts.gaps, "services.TermService.state")
    if not state.known or state.value != "running":
        return ()
    sessions = look_up(facts.document, facts.gaps, "derived.sessions.live")
    redirector = look_up(facts.document, facts.gaps, "services.UmRdpService.state")
    back = (start_whatever("UmRdpService", why=BACK_UP),) if redirector.known and redirector.value == "running" else ()
    return (restart_term_service(sessions.value if sessions.known else None, why=why), *back)
