# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The guides to new checks and to waivers: what they show is typed in here as it stands there, and does what they say."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import yaml
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.waivers import build_waivers, checked_waivers
from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import WaiverState
from ansible_collections.rdpops.health.plugins.plugin_utils._core.remedies.data import check_operation
from ansible_collections.rdpops.health.plugins.plugin_utils._core.waiver_findings import EXPIRED, EXPIRING, OVER_WIDE, UNKNOWN_CHECK, UNUSED
from ansible_collections.rdpops.health.plugins.plugin_utils._core.waivers import state_of
from ansible_collections.rdpops.health.plugins.plugin_utils._workshop.command import run

from tests.conftest import ROOT
from tests.support.host_states import host
from tests.support.playbook import bundle, run_playbook, write_inventory

GUIDE = (ROOT / "docs" / "new_check.md").read_text(encoding="utf-8")
WAIVERS = (ROOT / "docs" / "waivers.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", GUIDE, flags=re.DOTALL)
TYPED = re.findall(r"^\$ (.*)$", GUIDE, flags=re.MULTILINE)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Follow the guide to the end of its third step."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "our_checks" / "checks").mkdir(parents=True)
    (tmp_path / "our_checks" / "checks" / "corp_listener_port.yml").write_text(EXAMPLES[0], encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("command", ["validate", "mutate"])
def test_the_commands_say_what_the_guide_shows(folder: Path, command: str) -> None:
    (typed,) = [line for line in TYPED if line.startswith(f"tools/catalogue {command}")]
    shown = GUIDE.split(f"$ {typed}\n")[1].split("\n")[0]
    said: list[object] = []
    assert run(shlex.split(typed)[1:], said.append) == 0
    assert said == [shown]


def test_the_value_is_found_as_the_guide_tells(folder: Path) -> None:
    (typed,) = [line for line in TYPED if line.startswith("tools/catalogue facts")]
    (folder / "bundles").mkdir()
    (folder / "bundles" / "ts01.json").write_bytes(Path(bundle("rds-healthy")).read_bytes())
    said: list[object] = []
    assert run(shlex.split(typed)[1:], said.append) == 0
    assert "derived.effective.PortNumber.value = 3389" in said


def test_the_check_is_used_by_the_command_of_the_guide(folder: Path) -> None:
    (typed,) = [line for line in TYPED if "our_checks" in line and line.startswith("ansible-playbook")]
    words = shlex.split(typed)
    inventory = write_inventory(folder / "inventory.yml", {"ts01": {"rdp_health_bundle": bundle("rds-healthy")}})
    ran = run_playbook(folder, "-i", str(inventory), *words[words.index("-e") :])
    assert ran.status == 0, ran.output
    assert "corp.listener_port" in {finding["check"] for finding in ran.report("ts01")["findings"]}


def test_the_operations_of_the_guide_may_stand_there() -> None:
    shown = yaml.safe_load(EXAMPLES[1])
    assert [check_operation(operation)["kind"] for operation in shown["operations"]] == ["registry_value", "service"]


def test_the_waiver_of_the_guide_holds() -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", WAIVERS, flags=re.DOTALL)
    (waiver,) = build_waivers(checked_waivers(yaml.safe_load(text), "guide"))
    assert state_of(waiver, host().now) is WaiverState.IN_FORCE


def test_every_finding_and_state_is_explained() -> None:
    assert [f"`{check.id}`" in WAIVERS for check in (EXPIRED, EXPIRING, OVER_WIDE, UNKNOWN_CHECK, UNUSED)] == [True] * 5
    assert [f"`{state.value}`" in WAIVERS for state in WaiverState] == [True] * 5
