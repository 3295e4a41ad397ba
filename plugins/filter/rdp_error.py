# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
name: rdp_error
short_description: Say what an error code, an event or an alert of Remote Desktop means
version_added: 0.1.0
author:
  - rdpops.health contributors (@rdpops)
description:
  - Reads what somebody pastes and returns what is known about it; the error code that a Remote Desktop client shows, with or without its extended
    error code and in the words of any language; a status; an event with the numbers that stand beside it; a TLS alert; a failure of the negotiation;
    or the name of one of these.
  - What is documented and what is only commonly seen stay apart, and what stands in no table is said to stand in none. Nothing is guessed.
positional: _input
options:
  _input:
    description:
      - The code, for example V(0x904/0x7), V(2308), V(0x904 0x7), the client's message in any language, the text of its event 1026, V(0x80090302),
        V(event 36888 40 1205), V(36870), V(alert 40), V(failure 3), V(extended 0x9), V(SSL_CERT_NOT_ON_SERVER), or an event as the Event Viewer copies it.
      - Without V(0x) a number is decimal. A line that holds more numbers than can be told apart is refused, and so is V(2,308), which may be one or two.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Explain an error code
  ansible.builtin.debug:
    msg: "{{ ('0x904/0x7' | rdpops.health.rdp_error)['extended_meaning'] }}"

- name: Say which causes an event has one look at
  ansible.builtin.debug:
    msg: "{{ ('event 36888 40 1205' | rdpops.health.rdp_error)['causes'] }}"
"""

RETURN = r"""
_value:
  description:
    - The code and its meaning.
  type: dict
  contains:
    given:
      description: The text as given, cut to 200 characters.
      type: str
    code:
      description: The first number, which is the error code, the status, the event, the alert or the failure; null for an extended error code alone.
      type: int
    extended:
      description: The second number, null if none was given; the extended error code, or what an event carries first.
      type: int
    meaning:
      description: What is known about the first number.
      type: str
    extended_meaning:
      description: What is known about the second number, empty if none was given.
      type: str
    documented:
      description: Whether everything that was given has a documented meaning.
      type: bool
    note:
      description: What is known about the pair and said by neither code alone; often empty.
      type: str
    parts:
      description: Every number in every meaning; an event may be one of several providers.
      type: list
      elements: dict
      contains:
        what:
          description: What the number is, such as V(error code), V(TLS alert) or V(event (host, System, Schannel\)).
          type: str
        number:
          description: The number.
          type: int
        meaning:
          description: What is known about it.
          type: str
        documented:
          description: Whether the maker documents that meaning.
          type: bool
    causes:
      description: Ids of the causes worth a look, the most usual first. A number names no cause.
      type: list
      elements: str
"""

from collections.abc import Callable, Mapping
from typing import Any  # Any: a value of a template

from ansible.errors import AnsibleFilterError
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.codes import load_codes
from ansible_collections.rdpops.health.plugins.plugin_utils._core.error_code import ErrorCodeError
from ansible_collections.rdpops.health.plugins.plugin_utils._core.explain import explain


def rdp_error(value: Any) -> dict[str, Any]:
    """Explain a number or a text.

    :raises AnsibleFilterError: the value holds nothing that can be explained.
    """
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise AnsibleFilterError(f"rdpops.health.rdp_error takes a text or a number, not {type(value).__name__}.")
    try:
        return explain(str(value), load_codes()).to_document()
    except ErrorCodeError as exc:
        raise AnsibleFilterError(f"rdpops.health.rdp_error: {exc}") from exc


class FilterModule:
    """The filters of this file."""

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        """Return them by name."""
        return {"rdp_error": rdp_error}
