# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = r"""
name: rdp_record
type: aggregate
short_description: Write one JSON line per task result, for tests that count
description: Writes to the file that the environment variable names.
options:
  path:
    description: The file.
    required: true
    env: [{name: RDP_RECORD}]
"""


class CallbackModule(CallbackBase):
    """Records play, task, host, status and result of every task, and the custom stats of the run."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "rdp_record"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self._play = ""

    def _write(self, **line: Any) -> None:
        with Path(self.get_option("path")).open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(line, default=str) + "\n")

    def _task(self, result: Any, status: str) -> None:
        values = result.result if hasattr(result, "result") else result._result
        document = {key: value for key, value in values.items() if not key.startswith("_ansible")}
        name = result.task.get_name() if hasattr(result, "task") else result._task.get_name()
        host = result.host.get_name() if hasattr(result, "host") else result._host.get_name()
        self._write(play=self._play, task=name, host=host, status=status, result=document)

    def v2_playbook_on_play_start(self, play: Any) -> None:
        self._play = play.get_name()

    def v2_runner_on_ok(self, result: Any) -> None:
        self._task(result, "ok")

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        self._task(result, "failed")

    def v2_runner_on_unreachable(self, result: Any) -> None:
        self._task(result, "unreachable")

    def v2_runner_on_skipped(self, result: Any) -> None:
        self._task(result, "skipped")

    def v2_playbook_on_stats(self, stats: Any) -> None:
        self._write(custom=stats.custom)
