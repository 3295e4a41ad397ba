# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The action of a task about one host that leaves a report, whatever it was given."""

from __future__ import annotations

from typing import Any, ClassVar, Generic, TypeVar  # Any: task variables and results are JSON values

from ansible.plugins.action import ActionBase

from .._report.write import ReportError
from .options import BadInputError
from .refused import refuse

Asked = TypeVar("Asked")


class HostAction(ActionBase, Generic[Asked]):
    """Read what the task asks for, then do it: two questions that the actions answer.

    :cvar name: public name of the action.
    :cvar mode: what the run is called in a report that says no more than why the task was refused.
    """

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False
    name: ClassVar[str]
    mode: ClassVar[str]

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Carry the task out for its host."""
        super().run(tmp, task_vars)
        variables: dict[str, Any] = task_vars or {}
        host = str(variables.get("inventory_hostname", self._play_context.remote_addr))
        try:
            options = self.read(host, variables)
        except BadInputError as exc:
            given = self._task.args.get("report_dir")
            return refuse(host, str(exc), report_dir=given, mode=self.mode, check_mode=self._task.check_mode, action=self.name)
        try:
            return self.carry_out(host, options, variables)
        except ReportError as exc:
            return {"failed": True, "changed": False, "msg": str(exc)}

    def read(self, host: str, variables: dict[str, Any]) -> Asked:
        """Validate the options. Raises BadInputError."""
        raise NotImplementedError

    def carry_out(self, host: str, options: Asked, variables: dict[str, Any]) -> dict[str, Any]:
        """Return the result of the task. Raises ReportError."""
        raise NotImplementedError
