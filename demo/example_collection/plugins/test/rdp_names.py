# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A test plugin that rdpops.health asks: it gets the facts of one host and says true or false, or None where it cannot tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any  # Any: the facts are a JSON document

DOCUMENTATION = """
name: rdp_asked_by_name
short_description: Tell whether a host was asked for by its own name
description:
  - Compares the first label of the name that was probed with the name of the computer.
author: Example Corporation (@example)
options:
  _input:
    description: The facts of one host, as rdpops.health has them.
    type: dict
    required: true
"""


def asked_by_name(facts: Mapping[str, Any]) -> bool | None:
    """Compare the name that was probed with the name of the computer."""
    name = facts.get("os", {}).get("computer_name")
    asked = facts.get("probe", {}).get("target", {}).get("host")
    if not name or not asked:
        return None
    return str(asked).partition(".")[0].casefold() == str(name).casefold()


class TestModule:
    """What Ansible asks for."""

    def tests(self) -> dict[str, Callable[..., Any]]:
        """Return the tests by name."""
        return {"rdp_asked_by_name": asked_by_name}
