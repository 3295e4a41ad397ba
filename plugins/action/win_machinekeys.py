# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Repair the key store of the listener, one object at a time. The decisions are in _core/goals/win_machinekeys.py."""

from __future__ import annotations

from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.goal_action import GoalAction


class ActionModule(GoalAction):
    """Repair the key store of the listener, one object at a time."""

    module = "win_machinekeys"
