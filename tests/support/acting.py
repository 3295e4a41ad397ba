# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Run an action plugin without Ansible around it: a task of one host, with a target whose replies are scripted."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

WITHIN = {"inventory_hostname": "rds01", "ansible_host": "192.0.2.7"}


def act(
    module: ModuleType, execute: Callable[..., dict[str, Any]], arguments: dict[str, Any], *, check_mode: bool = False, diff: bool = False, windows: bool = True
) -> dict[str, Any]:
    """Run the action of a plugin as a task of the host rds01 would.

    :param execute: takes the place of the call of a module on the target.
    :param windows: whether the connection leads to Windows.
    """
    action = module.ActionModule(
        task=SimpleNamespace(args=arguments, async_val=0, check_mode=check_mode, diff=diff, action=module.__name__.rpartition(".")[2]),
        connection=SimpleNamespace(_shell=SimpleNamespace(tmpdir="unused", _IS_WINDOWS=windows), transport="scripted"),
        play_context=SimpleNamespace(remote_addr="rds01"),
        loader=None,
        templar=SimpleNamespace(template=lambda value: value),
        shared_loader_obj=None,
    )
    action._execute_module = execute
    return dict(action.run(task_vars=dict(WITHIN)))


def report(result: dict[str, Any]) -> dict[str, Any]:
    """Return the report of a host that an action has written."""
    document: dict[str, Any] = json.loads(Path(result["report"]).read_text(encoding="utf-8"))
    return document
