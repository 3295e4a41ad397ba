# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The floor of every action that asks a Windows host once: one call of a minimal module, whatever it answers."""

from __future__ import annotations

from typing import Any

from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    """Make one module call."""

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Call the minimal module; the replay connection answers it with a refusal, which costs the same."""
        super().run(tmp, task_vars)
        self._execute_module(module_name="bench.floor.minimal", module_args={}, task_vars=task_vars)
        return {"changed": False}
