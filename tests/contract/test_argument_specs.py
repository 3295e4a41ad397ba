# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Options are said three times, by the action, by its documentation and by the role: always the same."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.specs import (
    CHECK_SPEC,
    ENFORCE_SPEC,
    OPS_SPEC,
    REPORT_SPEC,
    ROLE_ONLY,
    ROLE_PREFIX,
    ROLLBACK_SPEC,
)
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.version import COLLECTION_VERSION

ROOT = Path(__file__).resolve().parents[2]
ROLE = ROOT / "roles" / "rdp_health"
SPECS = {"rdp_check": CHECK_SPEC, "rdp_enforce": ENFORCE_SPEC, "rdp_report": REPORT_SPEC, "win_rdp_ops": OPS_SPEC, "win_rdp_rollback": ROLLBACK_SPEC}
NOT_IN_ROLE = {"hosts"}  # the role always takes the hosts of the play
SAID = ("type", "elements", "choices", "default", "required")


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def bare(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a specification and a documentation both say, suboptions included."""
    result = {}
    for name, rule in options.items():
        inner = rule.get("options") or rule.get("suboptions")
        result[name] = {key: rule[key] for key in SAID if key in rule} | ({"inner": bare(inner)} if inner else {})
    return result


def in_role(options: Mapping[str, Any]) -> dict[str, Any]:
    return {ROLE_PREFIX + name: rule for name, rule in options.items() if name not in NOT_IN_ROLE}


def arguments_in(file: str) -> Any:
    (arguments,) = [next(v for k, v in task.items() if k.startswith("rdpops.")) for task in read(ROLE / "tasks" / file) if "rdpops." in str(list(task))]
    return arguments


def handed_on(options: Mapping[str, Any]) -> dict[str, str]:
    read_by_the_role = "{{ rdp_health_client if __rdp_health_client_read is skipped else __rdp_health_client_read }}"
    return {name: read_by_the_role if name == "client" else f"{{{{ {ROLE_PREFIX}{name} }}}}" for name in options}


@pytest.mark.parametrize("name", SPECS)
def test_the_documentation_is_the_specification(name: str) -> None:
    document = read(ROOT / "plugins" / "modules" / f"{name}.yml")
    assert bare(document["DOCUMENTATION"]["options"]) == bare(SPECS[name])
    if not (ROOT / "plugins" / "modules" / f"{name}.ps1").exists():
        assert (ROOT / "plugins" / "modules" / f"{name}.py").read_text(encoding="utf-8").lstrip().startswith("#")


def test_the_role_is_the_specifications() -> None:
    entries = read(ROLE / "meta" / "argument_specs.yml")["argument_specs"]
    assert bare(entries["main"]["options"]) == in_role(bare({**CHECK_SPEC, **ENFORCE_SPEC, **REPORT_SPEC, **ROLE_ONLY}))
    assert bare(entries["check"]["options"]) == in_role(bare(CHECK_SPEC))
    assert bare(entries["enforce"]["options"]) == in_role(bare({**ENFORCE_SPEC, **ROLE_ONLY}))
    assert bare(entries["report"]["options"]) == in_role(bare(REPORT_SPEC))


def test_the_defaults_of_the_role_are_those_that_are_said() -> None:
    entries = read(ROLE / "meta" / "argument_specs.yml")["argument_specs"]
    assert read(ROLE / "defaults" / "main.yml") == {name: rule.get("default") for name, rule in entries["main"]["options"].items()}


def test_every_variable_of_the_role_is_handed_on() -> None:
    assert arguments_in("check.yml") == handed_on(CHECK_SPEC)
    assert arguments_in("enforce.yml") == handed_on(ENFORCE_SPEC)
    assert arguments_in("reboot.yml") == {**handed_on(CHECK_SPEC), "mode": "check"}


def test_the_report_is_handed_no_variable_of_a_single_host() -> None:
    assert arguments_in("report.yml") == {}


def test_files_of_the_role_are_short() -> None:
    assert [path.name for path in (ROLE / "tasks").iterdir() if len(path.read_text(encoding="utf-8").splitlines()) >= 40] == []


def test_the_version_is_that_of_the_collection() -> None:
    assert read(ROOT / "galaxy.yml")["version"] == COLLECTION_VERSION
