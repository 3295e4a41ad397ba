# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a service can be started by a plan at all: it has to be there, and somebody has to have looked at it."""

from __future__ import annotations

from ..model import Refusal
from ..operations import Proposal
from ..paths import Found


def not_startable(found: Found, remedy: str, name: str) -> Proposal | None:
    """Refuse to start a service that was not seen, is not there, or whose state could not be read; None where nothing stands against it.

    :param found: what stands at ``services.<name>``.
    """
    if not found.known:
        return Proposal(refusals=(Refusal(remedy, "the services could not be read", "read the host first", "cannot_look"),))
    if not found.value["exists"]:
        because = f"the service {name} is not there any more"
        return Proposal(refusals=(Refusal(remedy, because, "repair Windows itself; a service is not made up", "by_hand"),))
    if found.value.get("state") is None:
        return Proposal(refusals=(Refusal(remedy, "the state of the service could not be read", "read the host first", "cannot_look"),))
    return None
