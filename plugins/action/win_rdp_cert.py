# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Have the listener serve a certificate that it can serve. The decisions are in _core/goals/win_rdp_cert.py."""

from __future__ import annotations

from typing import Any  # Any: task variables and results are JSON values

from ansible.plugins.action import ActionBase
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.goal import run_goal


class ActionModule(ActionBase):
    """Have the listener serve a certificate that it can serve."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Bring the host of this task to the goal."""
        super().run(tmp, task_vars)
        return run_goal(self, task_vars or {}, "win_rdp_cert")
