# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Options of a task, validated; what is wrong with them becomes one sentence for the person who set them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any  # Any: option values are JSON values, and an action plugin is untyped in Ansible

from ansible.errors import AnsibleActionFail
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from .plain import as_plain_mapping, one_line
from .specs import ROLE_PREFIX

MESSAGE_LIMIT = 600  # characters: a sentence that repeats a hostile value stays a sentence


class BadInputError(Exception):
    """What a person handed in cannot be used; the message is one sentence."""


def checked_options(action: Any, spec: Mapping[str, dict[str, Any]], public_name: str, *, in_role: bool = True) -> dict[str, Any]:
    """Validate and complete the options of a task.

    :param action: the action plugin; only its ``validate_argument_spec`` is used.
    :param public_name: how the person calls the action.
    :param in_role: the role has a variable for every option, which is named too.
    :returns: every option of the spec, as plain values.
    :raises BadInputError: the options do not fit the spec.
    """
    try:
        # A copy: Ansible fills the defaults of suboptions into the very default of the specification.
        dummy, arguments = action.validate_argument_spec(argument_spec=deepcopy(dict(spec)))
    except AnsibleActionFail as exc:
        raise BadInputError(_sentence(str(exc), public_name, _culprit(action._task.args, spec), in_role=in_role)) from exc
    return as_plain_mapping({name: arguments.get(name) for name in spec}) or {}


def checked_value(option: str, rule: Mapping[str, Any], given: Any, public_name: str) -> Any:
    """Validate one value as :func:`checked_options` does with all of them.

    :raises BadInputError: the value does not fit the rule.
    """
    checked = ArgumentSpecValidator({option: deepcopy(dict(rule))}).validate({option: given})
    if checked.error_messages:
        raise BadInputError(_sentence(checked.error_messages[0], public_name, option))
    return checked.validated_parameters[option]


def folder(option: str, given: str, public_name: str) -> Path:
    """Return the folder that an option names.

    :raises BadInputError: it names none: an empty text would be the current directory, and no file system takes NUL.
    """
    if not given.strip() or "\0" in given:
        problem = "holds a NUL character" if given.strip() else "is empty"
        raise BadInputError(f"{public_name}: {option} {problem}, expected the path of a folder (in the role: {ROLE_PREFIX}{option}).")
    return Path(given)


def _culprit(given: Mapping[str, Any], spec: Mapping[str, dict[str, Any]]) -> str:
    """Find the option that does not fit: not every message of Ansible names it."""
    for name, rule in spec.items():
        if name in given and ArgumentSpecValidator({name: deepcopy(rule)}).validate({name: given[name]}).error_messages:
            return name
    return ""


def _sentence(message: str, public_name: str, culprit: str, *, in_role: bool = True) -> str:
    told = re.sub(r"Unsupported parameters for \([^)]*\) module: ", "unsupported options: ", message)
    told = re.sub(r"<class '(\w+)'>", r"\1", told)
    told = one_line(told, MESSAGE_LIMIT).rstrip(".")
    option = f"{culprit}: " if culprit and culprit not in told else ""
    role = f" (in the role: {ROLE_PREFIX}{culprit})" if culprit and in_role else ""
    return f"{public_name}: {option}{told}{role}."
