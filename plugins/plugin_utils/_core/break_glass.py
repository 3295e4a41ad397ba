# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Break-glass: the only way under the floor. Somebody's name, a reason, an end within 72 hours; the next run after it takes it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from .clock import format_time, parse_time
from .model import JsonMap

LONGEST = timedelta(hours=72)
LONGEST_TEXT = 500  # characters of a reason
# Lines of the floor that a break-glass may lift. A firewall that is switched off and a port opened to the public network are not among them.
LIFTABLE = frozenset({"nla", "security_layer", "min_encryption_level", "encryption_oracle", "tls"})


class BreakGlassError(ValueError):
    """What was given is no break-glass; the message is one sentence."""


@dataclass(frozen=True)
class BreakGlass:
    """A deliberate breach of the floor.

    :ivar expires_at: UTC.
    """

    owner: str
    reason: str
    expires_at: datetime

    def to_document(self) -> dict[str, str]:
        """Return the mark as it stands on the host and in reports."""
        return {"owner": self.owner, "reason": self.reason, "expires_at": format_time(self.expires_at)}


def read_break_glass(document: JsonMap, now: datetime) -> BreakGlass:
    """Read and bound what somebody gave.

    :raises BreakGlassError: a part is missing, the end has passed, or it is more than 72 hours away.
    """
    texts = {}
    for name in ("owner", "reason"):
        value = document.get(name)
        if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_TEXT or not value.isprintable():
            raise BreakGlassError(f"break_glass: {name} is a line of 1 to {LONGEST_TEXT} characters")
        texts[name] = value.strip()
    ends = document.get("expires_at")
    try:
        expires_at = parse_time(ends) if isinstance(ends, str) else None
    except ValueError:
        expires_at = None
    if expires_at is None:
        raise BreakGlassError("break_glass: expires_at is a UTC time such as 2026-11-20T18:00:00Z")
    if expires_at <= now:
        raise BreakGlassError(f"break_glass: expires_at ({format_time(expires_at)}) has passed")
    if expires_at - now > LONGEST:
        raise BreakGlassError(f"break_glass: expires_at ({format_time(expires_at)}) is more than 72 hours away")
    return BreakGlass(texts["owner"], texts["reason"], expires_at)
