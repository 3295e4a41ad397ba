# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The action of the modules that bring one host to one goal."""

from __future__ import annotations

from typing import Any, ClassVar  # Any: task variables and results are JSON values

from ansible.plugins.action import ActionBase

from .goal import run_goal


class GoalAction(ActionBase):
    """Bring the host of a task to the goal of one module.

    :cvar module: name of the module, without that of the collection.
    """

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False
    module: ClassVar[str]

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Bring the host of this task to the goal."""
        super().run(tmp, task_vars)
        return run_goal(self, task_vars or {}, self.module)
