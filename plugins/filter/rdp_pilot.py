# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
name: rdp_pilot
short_description: Compare what a real host returned with what this collection expects
version_added: 0.1.0
author:
  - rdpops.health contributors (@rdpops)
description:
  - Takes the registered result of M(rdpops.health.win_rdp_info) and says per subset whether its shape, its status, its size and its time are as expected.
  - Returns a page and a bundle without names that can be sent to the people who work on this collection. The playbook C(rdpops.health.rdp_pilot) writes them.
positional: _input, host
options:
  _input:
    description:
      - The registered result.
    type: dict
    required: true
  host:
    description:
      - Name of the host in the inventory. It is nowhere in what is returned.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Say what was not as expected
  ansible.builtin.debug:
    msg: "{{ ({'snapshot': {}} | rdpops.health.rdp_pilot('ts01'))['unexpected'] }}"
"""

RETURN = r"""
_value:
  description:
    - The comparison.
  type: dict
  contains:
    page:
      description: The page, in Markdown.
      type: str
    bundle:
      description: The bundle as JSON text, without names; empty where none could be made.
      type: str
    unexpected:
      description: Names of subsets and sentences about what was not as expected.
      type: list
      elements: str
"""

from collections.abc import Callable, Mapping
from typing import Any  # Any: a value of a template

from ansible.errors import AnsibleFilterError
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.pilot import examine


def rdp_pilot(value: Any, host: str) -> dict[str, Any]:
    """Compare a registered result with the contract.

    :raises AnsibleFilterError: the value is no result of a module.
    """
    if not isinstance(value, Mapping):
        raise AnsibleFilterError(f"rdpops.health.rdp_pilot takes a registered result, not {type(value).__name__}.")
    return examine(str(host), value)


class FilterModule:
    """Name the filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filter."""
        return {"rdp_pilot": rdp_pilot}
