# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""List or remove saved credentials for Remote Desktop. The decisions are in _core/goals/win_termsrv_creds.py."""

from __future__ import annotations

from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.goal_action import GoalAction


class ActionModule(GoalAction):
    """List or remove saved credentials for Remote Desktop."""

    module = "win_termsrv_creds"
