# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether the role could restart Windows: ansible.windows is not a dependency, and a saved host does not restart."""

from __future__ import annotations

from typing import Any  # Any: the action plugin is untyped in Ansible

from ansible.plugins.loader import action_loader

REBOOTER = "ansible.windows.win_reboot"


def can_reboot(action: Any, *, simulated: bool) -> bool:
    """Tell whether a task could restart the host of this one."""
    return not simulated and not action._task.check_mode and bool(action_loader.has_plugin(REBOOTER))
