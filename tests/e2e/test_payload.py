# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Ansible hands to WinRM for each module of the target: one message more than the smallest module costs, and never two."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.support.playbook import collections_folder

SEND_BYTES = 200_000  # what pywinrm's connection plugin puts into one Send
PLUGINS = ROOT / "tests" / "support" / "connection_plugins"


@pytest.mark.parametrize("module", ["win_rdp_info", "win_rdp_ops"])
def test_a_module_takes_two_messages_and_no_more(module: str, tmp_path: Path) -> None:
    # Given the payload that this ansible-core really makes
    command = [sys.executable, "-m", "ansible", "adhoc", "far", "-i", "far,", "-c", "weighed", "-m", f"rdpops.health.{module}"]
    command += ["-a", json.dumps({"state": "listed"})] if module == "win_rdp_ops" else []
    told = tmp_path / "weight"
    environment = {
        **os.environ,
        "ANSIBLE_COLLECTIONS_PATH": str(collections_folder()),
        "RDPOPS_WEIGHT_FILE": str(told),
        "ANSIBLE_CONNECTION_PLUGINS": str(PLUGINS),
        "ANSIBLE_HOME": str(tmp_path),
        "ANSIBLE_NOCOLOR": "1",
    }
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert told.exists(), done.stdout + done.stderr
    weight = int(told.read_text(encoding="ascii"))
    # Then it is one that holds the scripts, and fits into two Sends with a quarter to spare for the arguments of a repair
    assert weight > SEND_BYTES, weight
    assert weight <= 1.75 * SEND_BYTES, weight
