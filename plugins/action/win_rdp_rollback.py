# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Undo a repair, settle one that was cut off, list or prune the journals of a host."""

from __future__ import annotations

from typing import Any  # Any: task variables and results are JSON values

from ansible.plugins.action import ActionBase
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.operate import LostConnectionError, OperateError, call
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.options import BadInputError
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.orders import rollback_arguments
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.rolled import rollback_answer


class ActionModule(ActionBase):
    """Check the options, then call the module on the target once."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Do it on the host of this task."""
        super().run(tmp, task_vars)
        try:
            arguments = rollback_arguments(self)
            answer = call(self, task_vars or {}, arguments)
        except LostConnectionError as exc:
            return {"unreachable": True, "changed": False, "msg": f"{exc}; state resumed settles what was left open."}
        except (BadInputError, OperateError) as exc:
            return {"failed": True, "changed": False, "msg": str(exc)}
        return rollback_answer(arguments["state"], answer, check_mode=bool(self._task.check_mode), diff=bool(self._task.diff))
