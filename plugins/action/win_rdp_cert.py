# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Have the listener serve a certificate that it can serve. The decisions are in _core/goals/win_rdp_cert.py."""

from __future__ import annotations

from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.goal_action import GoalAction


class ActionModule(GoalAction):
    """Have the listener serve a certificate that it can serve."""

    module = "win_rdp_cert"
