# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Merge the reports of the hosts of this run into those of the fleet. Runs once, on the controller, and opens no connection."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any  # Any: task variables and results are JSON values

from ansible.plugins.action import ActionBase
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.fleet import fleet_answer, publish, read_options
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.options import BadInputError
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.runs import report_run
from ansible_collections.rdpops.health.plugins.plugin_utils._report.write import ReportError


class ActionModule(ActionBase):
    """Write fleet.json and index.html, and say how the run shall end."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Merge the reports of the play's hosts."""
        super().run(tmp, task_vars)
        try:
            options = read_options(self, task_vars or {})
            published = publish(options, report_run(options.mode, check_mode=self._task.check_mode), datetime.now(timezone.utc))
        except (BadInputError, ReportError) as exc:
            return {"failed": True, "changed": False, "msg": str(exc)}
        return fleet_answer(published)
