# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Set the CredSSP oracle and Restricted Admin of a host. The decisions are in _core/goals/win_credssp_policy.py."""

from __future__ import annotations

from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.goal_action import GoalAction


class ActionModule(GoalAction):
    """Set the CredSSP oracle and Restricted Admin of a host."""

    module = "win_credssp_policy"
