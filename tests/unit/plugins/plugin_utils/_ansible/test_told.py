# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whose variable decides: that of the host, or that of the play which outranks every host."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.specs import FAIL_ON
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.told import Variables


def variables(here: dict[str, Any], inventory: dict[str, dict[str, Any]]) -> Variables:
    """Make the variables of a task of host a: ``here`` is what the task sees, ``inventory`` what each host has."""
    task_vars = {"inventory_hostname": "a", "hostvars": SimpleNamespace(raw_get=lambda host: inventory.get(host, "undefined")), **here}
    return Variables(SimpleNamespace(_templar=None), task_vars, ["a", "b"])


@pytest.mark.parametrize(
    ("here", "inventory", "expected"),
    [
        ({}, {}, {"a": "outage", "b": "outage"}),  # nobody says anything, not even a role: the default
        ({"rdp_health_fail_on": "outage"}, {"b": {"rdp_health_fail_on": "any"}}, {"a": "outage", "b": "any"}),  # the role's default, and a host's own
        ({"rdp_health_fail_on": "never"}, {"a": {"rdp_health_fail_on": "never"}, "b": {}}, {"a": "never", "b": "outage"}),
        ({"rdp_health_fail_on": "never"}, {"a": {}, "b": {"rdp_health_fail_on": "any"}}, {"a": "never", "b": "never"}),  # a variable of the play
        ({"rdp_health_fail_on": "any"}, {"a": {"rdp_health_fail_on": "never"}, "b": {}}, {"a": "any", "b": "any"}),  # the same, over a host's own
    ],
)
def test_who_decides(here: dict[str, Any], inventory: dict[str, dict[str, Any]], expected: dict[str, str]) -> None:
    told = variables(here, inventory).told("fail_on", FAIL_ON, "x")
    assert (told.values, told.problems) == (expected, {})


def test_a_value_that_does_not_fit_is_a_problem_of_its_host_alone() -> None:
    told = variables({}, {"a": {}, "b": {"rdp_health_fail_on": "may\nbe"}}).told("fail_on", FAIL_ON, "x")
    assert told.values == {"a": "outage"}
    assert "(in the role: rdp_health_fail_on)" in told.problems["b"]
    assert "\n" not in told.problems["b"]


def test_only_failures_of_the_action_asked_for_are_told() -> None:
    def failed(action: str, msg: str) -> dict[str, Any]:
        return {"ansible_failed_task": {"action": action}, "ansible_failed_result": {"msg": msg}}

    told = variables({}, {"a": failed("rdpops.health.rdp_check", "line one\nline two" + "x" * 5000), "b": failed("ansible.builtin.uri", "no")})
    failures = told.failures(("rdp_check",))
    assert list(failures) == ["a"]
    assert failures["a"].startswith("line one line two")
    assert len(failures["a"]) <= 300
