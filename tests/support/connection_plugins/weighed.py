# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Connection plugin for tests: says how long the payload of a module is, and runs nothing."""

from __future__ import annotations

import json
from pathlib import Path

from ansible_collections.rdpops.health.tests.support.connection_plugins import engine

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


class Connection(engine.Connection):
    """Weigh each module."""

    transport = "weighed"

    def exec_command(self, cmd: str, in_data: bytes | None = None, sudoable: bool = True) -> tuple[int, bytes, bytes]:
        """Write the weight down."""
        Path(self.get_option("file")).write_text(str(len(in_data or b"")), encoding="ascii")
        return 0, json.dumps({"failed": True, "msg": "weighed"}).encode(), b""
