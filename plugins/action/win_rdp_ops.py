# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Carry out operations that somebody wrote down: each is checked here before the target, which checks it again, is asked at all."""

from __future__ import annotations

from typing import Any  # Any: task variables and results are JSON values

from ansible.plugins.action import ActionBase
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.operate import LostConnectionError, OperateError, call
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.options import BadInputError
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.orders import operate_arguments


class ActionModule(ActionBase):
    """Check the operations, then call the module on the target once."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Carry the operations out on the host of this task."""
        super().run(tmp, task_vars)
        try:
            return call(self, task_vars or {}, operate_arguments(self))
        except LostConnectionError as exc:
            return {"unreachable": True, "changed": False, "msg": f"{exc}; what was done stands in the journal on the host."}
        except (BadInputError, OperateError) as exc:
            return {"failed": True, "changed": False, "msg": str(exc)}
