# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whatever a person sets, the answer names the option and the variable of the role in one bounded line."""

from __future__ import annotations

from copy import deepcopy
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.plugins.action import ActionBase
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.options import BadInputError, checked_options
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.specs import CHECK_SPEC


class Action(ActionBase):
    """Nothing but the validation of Ansible."""

    def __init__(self, **arguments: Any) -> None:
        self._task: Any = SimpleNamespace(args=arguments)

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        return {}


def test_defaults_are_filled_in_and_the_specification_stays_as_it_was() -> None:
    before = deepcopy(CHECK_SPEC)
    told = checked_options(Action(port="3390", error=None), CHECK_SPEC, "x")
    assert (told["port"], told["views"], told["error"], told["mode"]) == (3390, ["inside", "outside"], None, "check")
    assert set(told) == set(CHECK_SPEC)
    assert before == CHECK_SPEC


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"port": "abc"}, "(in the role: rdp_health_port)"),
        ({"probe_timeouts": "soon"}, "x: probe_timeouts: dictionary requested"),
        ({"views": ["a\nb\x1b" * 2000]}, "views"),
        ({"colour": 1}, "unsupported options: colour"),
        ({"return_facts": "perhaps"}, "return_facts"),
    ],
)
def test_what_does_not_fit_is_named(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInputError) as caught:
        checked_options(Action(**arguments), CHECK_SPEC, "x")
    message = str(caught.value)
    assert words in message
    assert message.isprintable()
    assert len(message) < 800
