# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a call of the module on the target can come to, besides an answer: who was not reached, and of whom nobody knows how far it came."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.operate import LostConnectionError, OperateError, call

CUT = ConnectionError("Connection aborted.\nRemote end closed connection without response")  # as requests says it: no error of Ansible
DEAD = {"failed": True, "msg": "Module result deserialization failed", "module_stdout": "", "module_stderr": "", "rc": -9}


def action(said: dict[str, Any] | Exception) -> SimpleNamespace:
    def execute(**dummy: Any) -> dict[str, Any]:
        if isinstance(said, Exception):
            raise said
        return said

    return SimpleNamespace(_execute_module=execute)


@pytest.mark.parametrize(
    "said", [AnsibleConnectionFailure("timed out"), CUT, DEAD, {"unreachable": True, "msg": "gone"}], ids=["ansible", "raw", "dead", "told"]
)
def test_a_line_or_an_engine_that_ends_leaves_it_open_what_was_done(said: dict[str, Any] | Exception) -> None:
    """Given a module that may have worked before the line or its engine ended, then it is lost, in one line, and never a refusal."""
    with pytest.raises(LostConnectionError) as caught:
        call(action(said), {}, {})
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "said", [AnsibleError("no such shell"), {"failed": True, "msg": "one of the following is required: operations"}], ids=["raised", "told"]
)
def test_what_did_not_begin_is_no_lost_connection(said: dict[str, Any] | Exception) -> None:
    with pytest.raises(OperateError) as caught:
        call(action(said), {}, {})
    assert not isinstance(caught.value, LostConnectionError)
