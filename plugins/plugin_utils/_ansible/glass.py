# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The option break_glass of a task: who breaches the floor, why, and until when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any  # Any: options are JSON values

from .._core.break_glass import BreakGlass, BreakGlassError, read_break_glass
from .options import BadInputError


def asked_glass(given: Mapping[str, Any] | None, public: str) -> BreakGlass | None:
    """Read the option by the clock of this machine; None where it was not given.

    :param public: name of the module, for its sentence.
    :raises BadInputError: it cannot be used.
    """
    if given is None:
        return None
    try:
        return read_break_glass(given, datetime.now(timezone.utc))
    except BreakGlassError as exc:
        raise BadInputError(f"{public}: {exc}.") from exc
