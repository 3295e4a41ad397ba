# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
name: rdp_error
short_description: Say what the error code of a Remote Desktop client means
version_added: 0.1.0
author:
  - rdpops.health contributors (@rdpops)
description:
  - Reads the error code that a Remote Desktop client shows, with or without its extended error code, and returns what is documented about it.
  - Numbers without a documented meaning are returned as undocumented. Nothing is guessed.
positional: _input
options:
  _input:
    description:
      - The code, for example V(0x904/0x7), V(2308), V(0x904 0x7), both lines of the client's message, or the text of its event 1026.
      - Without V(0x) a number is decimal.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Explain an error code
  ansible.builtin.debug:
    msg: "{{ ('0x904/0x7' | rdpops.health.rdp_error)['extended_meaning'] }}"
"""

RETURN = r"""
_value:
  description:
    - The code and its meaning.
  type: dict
  contains:
    given:
      description: The text as given.
      type: str
    code:
      description: The error code.
      type: int
    extended:
      description: The extended error code, null if none was given.
      type: int
    meaning:
      description: What is documented about the code.
      type: str
    extended_meaning:
      description: What is documented about the extended code, empty if none was given.
      type: str
    documented:
      description: Whether everything that was given has a documented meaning.
      type: bool
    note:
      description: What is known about the pair and said by neither code alone; often empty.
      type: str
"""

from collections.abc import Callable, Mapping
from typing import Any  # Any: a value of a template

from ansible.errors import AnsibleFilterError
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.client_errors import load_client_errors
from ansible_collections.rdpops.health.plugins.plugin_utils._core.error_code import ErrorCodeError, decode_error


def rdp_error(value: Any) -> dict[str, Any]:
    """Decode an error code.

    :raises AnsibleFilterError: the value is no error code.
    """
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise AnsibleFilterError(f"rdpops.health.rdp_error takes a text or a number, not {type(value).__name__}.")
    try:
        return decode_error(str(value), load_client_errors()).to_document()
    except ErrorCodeError as exc:
        raise AnsibleFilterError(f"rdpops.health.rdp_error: {exc}") from exc


class FilterModule:
    """The filters of this file."""

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        """Return them by name."""
        return {"rdp_error": rdp_error}
