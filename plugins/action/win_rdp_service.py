# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Have the services of Remote Desktop run. The decisions are in _core/goals/win_rdp_service.py."""

from __future__ import annotations

from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.goal_action import GoalAction


class ActionModule(GoalAction):
    """Have the services of Remote Desktop run."""

    module = "win_rdp_service"
