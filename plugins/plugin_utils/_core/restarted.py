# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a repair that waited for a restart of Windows came to, once Windows has restarted."""

from __future__ import annotations

from datetime import datetime, timedelta

from .clock import parse_time
from .enforced import Ending, Enforced, Look
from .model import Facts, Verdict
from .paths import look_up

# The start of Windows is worked out from a running clock, and moves a little when that is set.
JITTER = timedelta(minutes=1)


def booted_at(facts: Facts) -> str | None:
    """Return when Windows started, as the host says it, or None where that is not known."""
    found = look_up(facts.document, facts.gaps, "os.booted_at")
    return str(found.value) if found.known and found.value else None


def has_restarted(before: str | None, after: str | None) -> bool:
    """Tell whether Windows has started anew between two looks, both by the clock of the host; unknown is no."""
    was, is_now = _time(before), _time(after)
    return was is not None and is_now is not None and is_now > was + JITTER


def ending_after_restart(look: Look) -> Ending:
    """Name the outcome of a repair that waited for the restart.

    :param look: the look after it.
    """
    outside = look_up(look.facts.document, look.facts.gaps, "derived.outside.answers")
    if look.judgement.verdict is Verdict.FAILING or look.judgement.plan.operations:
        return Ending(Enforced.STILL_BROKEN, f"Windows has restarted, and something else is wrong: {look.judgement.sentence}")
    if not outside.known:
        return Ending(Enforced.FIXED_INSIDE_ONLY, f"Windows has restarted, and from inside it is right; nobody has seen it from outside ({outside.why})")
    return Ending(Enforced.FIXED, look.judgement.sentence)


def _time(text: str | None) -> datetime | None:
    try:
        return None if text is None else parse_time(text)
    except ValueError:
        return None
