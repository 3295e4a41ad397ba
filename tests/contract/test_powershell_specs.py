# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The options that a PowerShell module declares are the options of its sidecar, and its answer is what RETURN describes."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.rdpops.health.tests.support import powershell, target_scripts
from ansible_collections.rdpops.health.tests.support.optional import REPOSITORY

EXTRACTOR = "_util/controller/sanity/validate-modules/validate_modules/ps_argspec.ps1"


def sidecar(module: str = "win_rdp_info") -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((target_scripts.MODULES / f"{module}.yml").read_text(encoding="utf-8"))
    return loaded


def declared(module: str) -> dict[str, Any]:
    """Return the spec that the module hands to Ansible.Basic, taken from it by ansible-test's own script."""
    found = powershell.find_engine()
    if isinstance(found, str):
        pytest.skip(found)
    tool = importlib.util.find_spec("ansible_test")
    basic = importlib.util.find_spec("ansible.module_utils")
    if tool is None or tool.origin is None or basic is None or basic.origin is None:
        pytest.skip("ansible-test is not installed")
    ansible = Path(basic.origin).parent
    utilities = [path for path in target_scripts.sent_with(module) if path.suffix == ".psm1"]
    manifest = {
        "module_path": str(target_scripts.MODULES / f"{module}.ps1"),
        "ansible_basic": str(ansible / "csharp" / "Ansible.Basic.cs"),
        "ps_utils": {path.name: str(path) for path in [ansible / "powershell" / "Ansible.ModuleUtils.AddType.psm1", *utilities]},
    }
    answer = found.run_file(Path(tool.origin).parent / EXTRACTOR, json.dumps(manifest))
    assert answer.rc == 0, answer.stdout + answer.stderr
    spec: dict[str, Any] = json.loads(answer.stdout)
    return spec


@pytest.mark.parametrize("module", ["win_rdp_info", "win_rdp_ops"])
def test_declared_options_are_documented_options(module: str) -> None:
    spec = declared(module)
    documented = sidecar(module)["DOCUMENTATION"]
    compare(spec["options"], documented["options"])
    assert spec["supports_check_mode"] is (documented["attributes"]["check_mode"]["support"] == "full")


def compare(options: dict[str, Any], documented: dict[str, Any]) -> None:
    assert set(options) == set(documented)
    for name, option in options.items():
        below = option.pop("options", {})
        assert {key: documented[name].get(key) for key in option} == option
        compare(below, documented[name].get("suboptions", {}))


def test_every_subset_of_the_format_is_documented() -> None:
    """Given the published schema, when RETURN and the option are read, then each subset is described, and each can be asked for."""
    schema = json.loads((REPOSITORY / "docs" / "schemas" / "snapshot.schema.json").read_text(encoding="utf-8"))
    subsets = set(schema["properties"]["subsets"]["properties"])
    option = " ".join(sidecar()["DOCUMENTATION"]["options"]["gather_subset"]["description"])
    assert set(sidecar()["RETURN"]["snapshot"]["contains"]["subsets"]["contains"]) == subsets
    assert all(f"V({name})" in option for name in subsets | {"all", "host", "client"})


def test_returned_facts_are_the_facts_of_the_schema() -> None:
    """Given a subset that is described, then its facts in RETURN are those of the schema, by name."""
    schema = json.loads((REPOSITORY / "docs" / "schemas" / "snapshot.schema.json").read_text(encoding="utf-8"))
    for name, subset in sidecar()["RETURN"]["snapshot"]["contains"]["subsets"]["contains"].items():
        defined = schema["$defs"][f"data_{name}"]
        facts = set((schema["$defs"][defined["$ref"].rpartition("/")[2]] if "$ref" in defined else defined)["properties"])
        described = subset["contains"]["data"]
        if "contains" in described:
            assert set(described["contains"]) == facts
        else:
            assert all(f"C({fact})" in " ".join(described["description"]) for fact in facts)


def test_every_setting_of_the_listener_is_named() -> None:
    schema = json.loads((REPOSITORY / "docs" / "schemas" / "snapshot.schema.json").read_text(encoding="utf-8"))
    listener = sidecar()["RETURN"]["snapshot"]["contains"]["subsets"]["contains"]["listener"]["contains"]["data"]
    text = " ".join(listener["description"])
    assert all(f"C({name})" in text for name in schema["$defs"]["data_listener"]["properties"]["values"]["properties"])
