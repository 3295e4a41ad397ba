# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What each host of a play was told by its own variables.

A task that runs once gets its arguments from the variables of one host. That host must not decide for a fleet, and a template of
its own that is broken must not cost the others their report, so the variables of all hosts of the play are looked at here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any  # Any: variables are JSON values, the action plugin is untyped in Ansible

from ansible.errors import AnsibleError

from .options import BadInputError, checked_value
from .plain import one_line, to_plain
from .specs import ROLE_PREFIX


@dataclass(frozen=True)
class Told:
    """What the hosts were told about one option.

    :ivar values: by name of the host, the host of the task first; only hosts whose value can be used.
    :ivar problems: one sentence for every other host.
    """

    values: dict[str, Any]
    problems: dict[str, str]


class Variables:
    """The variables of the hosts of a play, as far as the options of the role are concerned."""

    def __init__(self, action: Any, task_vars: Mapping[str, Any], hosts: Iterable[str]) -> None:
        """Look at the host of the task and at ``hosts``."""
        self._templar = action._templar
        self._task_vars = task_vars
        self._here = str(task_vars.get("inventory_hostname", ""))
        hostvars = task_vars.get("hostvars")
        self._hosts = {host: _own(hostvars, host) for host in dict.fromkeys([self._here, *hosts])}

    def told(self, option: str, rule: Mapping[str, Any], public_name: str, finish: Callable[[Any], Any] = lambda value: value) -> Told:
        """Resolve and check the variable of one option for every host.

        :param finish: turns a value that fits the rule into what is wanted; raises BadInputError.
        """
        told = Told({}, {})
        known: dict[str, Any] = {}  # most fleets say one thing, and that need not be checked a thousand times
        for host, raw in self._raw(ROLE_PREFIX + option, rule.get("default")).items():
            try:
                value = self._resolved(host, raw)
                key = repr(value)
                if key not in known:
                    known[key] = finish(checked_value(option, rule, to_plain(value), public_name))
                told.values[host] = known[key]
            except BadInputError as exc:
                told.problems[host] = str(exc)
            except AnsibleError as exc:
                told.problems[host] = f"{public_name}: {ROLE_PREFIX}{option} cannot be resolved: {one_line(exc)}."
        return told

    def failures(self, action_names: Collection[str]) -> dict[str, str]:
        """Return why the task of one of those actions failed, for the hosts where it did and a rescue let them go on."""
        return {
            host: one_line(own["ansible_failed_result"].get("msg", "no message"))
            for host, own in self._hosts.items()
            if isinstance(own.get("ansible_failed_result"), Mapping) and _action_of(own.get("ansible_failed_task")).rpartition(".")[2] in action_names
        }

    def _raw(self, name: str, default: Any) -> dict[str, Any]:
        """Return the unresolved value for every host.

        The variables of a host that can be seen from another one are those of the inventory, of facts and of the command line. What the
        task sees beyond them, apart from the default of the role, are variables of the play or the role, and these outrank an inventory.
        """
        here = self._task_vars.get(name, default)
        for_all = here != self._hosts[self._here].get(name, default)
        return {host: here if for_all or host == self._here else own.get(name, default) for host, own in self._hosts.items()}

    def _resolved(self, host: str, raw: Any) -> Any:
        if not isinstance(raw, str) or "{" not in raw:
            return raw
        if host == self._here:
            return self._templar.template(raw)
        return self._templar.copy_with_new_env(available_variables={**self._task_vars, **self._hosts[host]}).template(raw)


def _own(hostvars: Any, host: str) -> Mapping[str, Any]:
    found = hostvars.raw_get(host) if hasattr(hostvars, "raw_get") else {}
    return found if isinstance(found, Mapping) else {}


def _action_of(task: Any) -> str:
    return str(task.get("action", "")) if isinstance(task, Mapping) else ""
