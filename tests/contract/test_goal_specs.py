# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The modules that have one goal each say the same in specification, documentation, code and the collection's list."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.goal_specs import BOUNDS, GOAL_SPECS
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.goals import MODULES
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.snapshot import SUBSETS

from tests.contract.test_argument_specs import ROOT, bare, read
from tests.support.goal_hosts import CREDENTIALS, client

NOT_OF_THE_WISH = {"allow_session_disconnect"}  # a consent; the listener's goal looks at it as well


def document(name: str) -> Any:
    return read(ROOT / "plugins" / "modules" / f"{name}.yml")


@pytest.mark.parametrize("name", GOAL_SPECS)
def test_the_documentation_is_the_specification(name: str) -> None:
    assert bare(document(name)["DOCUMENTATION"]["options"]) == bare(GOAL_SPECS[name])
    assert document(name)["DOCUMENTATION"]["module"] == name


@pytest.mark.parametrize("name", GOAL_SPECS)
def test_every_option_is_looked_at(name: str) -> None:
    """Given the options of a module, when they become a wish, then each has its place there or is a consent."""
    wished = {field.name for field in fields(MODULES[name].wish)}
    assert set(GOAL_SPECS[name]) - NOT_OF_THE_WISH == wished - NOT_OF_THE_WISH


@pytest.mark.parametrize("name", GOAL_SPECS)
def test_what_is_answered_is_documented(name: str) -> None:
    module = MODULES[name]
    answered = module.propose(client(*CREDENTIALS), module.wish()).answer
    returned = document(name)["RETURN"]
    common = {"operations", "restart_class", "reboot_required", "journal", "simulated", "refused", "recovered"}
    assert set(returned) == set(answered) | common
    for key, value in answered.items():
        contained = returned[key].get("contains")
        one = value[0] if isinstance(value, list) and value else value
        assert contained is None or set(contained) == set(one), key


def test_the_examples_name_the_module_in_full() -> None:
    for name in GOAL_SPECS:
        assert f"rdpops.health.{name}:" in document(name)["EXAMPLES"]


def test_the_bounds_that_are_documented_are_the_bounds() -> None:
    said = {"days_before_expiry": ("win_rdp_cert", "0 to 90"), "wait": ("win_rdp_cert", "1 to 120"), "port": ("win_rdp_listener", "1 to 65535")}
    for option, (module, words) in said.items():
        assert words in " ".join(document(module)["DOCUMENTATION"]["options"][option]["description"])
        assert words == " to ".join(str(number) for number in BOUNDS[option])
    assert "0 to 999999" in " ".join(document("win_rdp_listener")["DOCUMENTATION"]["options"]["max_connections"]["description"])


def test_every_module_reads_what_there_is_and_is_in_the_group() -> None:
    group = read(ROOT / "meta" / "runtime.yml")["action_groups"]["rdp"]
    for name, module in MODULES.items():
        assert set(module.subsets) <= set(SUBSETS) and "os" in module.subsets  # where open journals are told
        assert name in group
        assert (ROOT / "plugins" / "action" / f"{name}.py").exists() and (ROOT / "plugins" / "modules" / f"{name}.py").exists()
        assert len((ROOT / "plugins" / "action" / f"{name}.py").read_text(encoding="utf-8").splitlines()) < 30
