# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Let SessionEnv look at certificate and key again, the last step of every remedy around them."""

from __future__ import annotations

from ..model import Facts, Operation, RestartClass
from ..operations import restart_service
from ..paths import look_up


def retry(facts: Facts, *, why: str) -> tuple[Operation, ...]:
    """Restart SessionEnv where it is known to run; a stopped one is started by a remedy of its own, later in the same plan."""
    state = look_up(facts.document, facts.gaps, "services.SessionEnv.state")
    if not state.known or state.value != "running":
        return ()
    return (restart_service("SessionEnv", restart=RestartClass.SESSION_ENV, why=why),)
