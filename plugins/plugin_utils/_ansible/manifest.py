# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What ansible-core sends to a Windows host for one module: two JSON documents, and which module with which arguments they call.

Layout in ansible-core 2.19 to 2.21: the first document starts the interpreter wrapper, a line of NUL bytes follows, the
second one lists scripts and actions; the action that runs the module is module_wrapper.ps1.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any  # Any: module arguments are JSON values

SEPARATOR = b"\n\0\0\0\0\n"
_MODULES = ".plugins.modules."


@dataclass(frozen=True)
class ModuleCall:
    """One call of a PowerShell module.

    :ivar module: the full name, ``namespace.collection.module`` for a module of a collection.
    :ivar arguments: the module's arguments without what Ansible adds for itself.
    :ivar check_mode: whether the call asks only what would be done.
    """

    module: str
    arguments: dict[str, Any]
    check_mode: bool = False


def read_call(in_data: bytes) -> ModuleCall | None:
    """Find the module that the input of one exec_command calls.

    :returns: None when the input is not a call of a PowerShell module (a Python module, or anything else).
    """
    head, separator, tail = in_data.partition(SEPARATOR)
    del head
    if not separator:
        return None
    try:
        actions = json.loads(tail)["actions"]
        parameters = next(a["params"] for a in actions if a["name"] == "module_wrapper.ps1")
        given = _arguments(parameters)
        own = {key: value for key, value in given.items() if not key.startswith("_ansible_")}
        return ModuleCall(_public_name(str(parameters["Script"])), own, check_mode=given.get("_ansible_check_mode") is True)
    except (ValueError, TypeError, KeyError, StopIteration):
        return None


def _public_name(script: str) -> str:
    """Turn ansible_collections.ns.coll.plugins.modules.name.ps1 into ns.coll.name."""
    name = script.removesuffix(".ps1")
    package, marker, leaf = name.partition(_MODULES)
    return f"{package.removeprefix('ansible_collections.')}.{leaf}" if marker else name


def _arguments(parameters: dict[str, Any]) -> dict[str, Any]:
    variables = parameters.get("Variables") or []
    return next((v.get("Value") for v in variables if v.get("Name") == "complex_args"), None) or {}
