# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Connection plugin for tests: PowerShell modules run in an engine under Wine on this machine, over no network."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible.plugins.connection import ConnectionBase
from ansible_collections.rdpops.health.tests.support import powershell, wine

DOCUMENTATION = """
name: engine
author: rdpops.health contributors (@rdpops)
short_description: Run PowerShell modules in an engine under Wine
description:
  - Hands the payload of a module to the PowerShell engine that the tests use, by its standard input, and returns what it answers.
version_added: 0.1.0
options:
  prefix:
    description: Folder of the Wine host, which must be prepared and started.
    type: path
    required: true
    env: [{name: RDPOPS_ENGINE_PREFIX}]
    vars: [{name: engine_prefix}]
"""


class Connection(ConnectionBase):
    """Run each module as one process of the engine; copies no files."""

    transport = "engine"
    module_implementation_preferences = (".ps1", ".exe", "")
    has_pipelining = True
    allow_executable = False
    # What ansible-core up to 2.20 reads instead of is_pipelining_enabled.
    always_pipeline_modules = True
    has_native_async = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._shell_type = "powershell"
        super().__init__(*args, **kwargs)

    def is_pipelining_enabled(self, wrap_async: bool = False) -> bool:
        return True

    def _connect(self) -> Connection:
        self._connected = True
        return self

    def exec_command(self, cmd: str, in_data: bytes | None = None, sudoable: bool = True) -> tuple[int, bytes, bytes]:
        """Run the command line's arguments with the engine; which PowerShell it names does not matter."""
        words = shlex.split(cmd)
        first = next((index for index, word in enumerate(words) if word.startswith("-")), None)
        if first is None:
            raise AnsibleError("the connection plugin engine runs PowerShell modules only")
        engine = powershell.on_host(wine.Host(Path(os.fspath(self.get_option("prefix")))))
        try:
            answer = engine.run(*words[first:], stdin=in_data or b"")
        except subprocess.TimeoutExpired as error:
            raise AnsibleConnectionFailure(f"the engine did not end: {error}") from error
        return answer.rc, answer.stdout.encode(), answer.stderr.encode()

    def put_file(self, in_path: str, out_path: str) -> None:
        raise AnsibleError(f"the connection plugin {self.transport} copies no files")

    def fetch_file(self, in_path: str, out_path: str) -> None:
        raise AnsibleError(f"the connection plugin {self.transport} copies no files")

    def close(self) -> None:
        self._connected = False
