# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which module an exec_command calls is read from its input; no input can break the reader."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.manifest import SEPARATOR, ModuleCall, read_call
from hypothesis import given
from hypothesis import strategies as st


def manifest(script: str, arguments: dict[str, Any] | None, *before: str) -> bytes:
    """Build the input as ansible-core 2.19 to 2.21 lays it out."""
    variables = [{"Name": "complex_args", "Value": arguments, "Scope": "Global"}]
    actions = [{"name": name, "params": {}} for name in before]
    actions.append({"name": "module_wrapper.ps1", "params": {"Script": script, "Environment": {}, "Variables": variables}})
    return json.dumps({"name": "exec_wrapper"}).encode() + SEPARATOR + json.dumps({"scripts": {}, "actions": actions}).encode()


def test_module_and_arguments_without_what_ansible_adds() -> None:
    sent = manifest(
        "ansible_collections.rdpops.health.plugins.modules.win_rdp_info.ps1", {"gather_subset": ["os"], "_ansible_check_mode": True}, "become_wrapper.ps1"
    )
    assert read_call(sent) == ModuleCall("rdpops.health.win_rdp_info", {"gather_subset": ["os"]}, check_mode=True)
    for said in (False, None, "yes"):
        call = read_call(manifest("ansible_collections.a.b.plugins.modules.c.ps1", {"_ansible_check_mode": said}))
        assert call is not None and call.check_mode is False


def test_a_module_outside_collections_keeps_its_name() -> None:
    assert read_call(manifest("win_thing.ps1", None)) == ModuleCall("win_thing", {})


@pytest.mark.parametrize("sent", [b"", b"#!/usr/bin/python\nprint(1)\n", b"{}" + SEPARATOR, b"{}" + SEPARATOR + b"[]", b"{}" + SEPARATOR + b'{"actions": []}'])
def test_anything_else_is_no_call(sent: bytes) -> None:
    assert read_call(sent) is None


@given(st.binary())
def test_no_bytes_break_the_reader(sent: bytes) -> None:
    assert read_call(sent) is None
    assert read_call(b"{}" + SEPARATOR + sent) is None
