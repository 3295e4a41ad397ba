# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Connection plugin for tests: says how long the payload of a module is, and runs nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleError
from ansible.plugins.connection import ConnectionBase

DOCUMENTATION = """
name: weighed
author: rdpops.health contributors (@rdpops)
short_description: Weigh what would be sent
description:
  - Writes the number of bytes that Ansible hands over for a module to a file, and fails the module.
version_added: 0.1.0
options:
  file:
    description: Where the number goes.
    type: path
    required: true
    env: [{name: RDPOPS_WEIGHT_FILE}]
"""


class Connection(ConnectionBase):
    """Weigh each module."""

    transport = "weighed"
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
        """Write the weight down."""
        Path(self.get_option("file")).write_text(str(len(in_data or b"")), encoding="ascii")
        return 0, json.dumps({"failed": True, "msg": "weighed"}).encode(), b""

    def put_file(self, in_path: str, out_path: str) -> None:
        raise AnsibleError("the connection plugin weighed copies no files")

    def fetch_file(self, in_path: str, out_path: str) -> None:
        raise AnsibleError("the connection plugin weighed copies no files")

    def close(self) -> None:
        self._connected = False
