# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The options of rdp_enforce for one host: those of a look, and what somebody has agreed to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any  # Any: options are JSON values, the action plugin is untyped in Ansible

from .._core.consent import Consents
from .._core.plan_file import Reviewed
from .host import Options, options_of
from .options import checked_options
from .plans import reviewed_plan
from .specs import ENFORCE_SPEC

ACTION = "rdpops.health.rdp_enforce"


@dataclass(frozen=True)
class RepairOptions:
    """What rdp_enforce was asked to do with one host."""

    look: Options
    consents: Consents
    open_journal: str
    reviewed: Reviewed | None


def read_repair_options(action: Any, task_vars: dict[str, Any], host: str) -> RepairOptions:
    """Validate the options of this task.

    :raises BadInputError: one sentence about what cannot be used.
    """
    given = checked_options(action, ENFORCE_SPEC, ACTION)
    consents = Consents(frozenset(given["domains"]), given["allow_session_disconnect"], given["allow_irreversible"])
    look = options_of({**given, "mode": "enforce"}, action, task_vars, ACTION)
    return RepairOptions(look, consents, given["open_journal"], reviewed_plan(given["plan"], host, ACTION))
