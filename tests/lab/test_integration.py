# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The integration targets, which are for real Windows hosts, on a lab host: what they say of themselves is at least run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT, collections_folder
from tests.lab.host import LabHost


def test_the_targets_pass_on_a_lab_host(host: LabHost, tmp_path: Path) -> None:
    """Given a lab host, when all targets run over its inventory, then no assertion of them fails but those that need a Windows."""
    inventory = tmp_path / "lab.json"
    inventory.write_text(json.dumps({"all": {"hosts": {"one": host.variables}}}), encoding="utf-8")
    command = [sys.executable, "-m", "ansible", "playbook", str(ROOT / "tests" / "integration" / "run.yml"), "-i", str(inventory)]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
    own = {"ANSIBLE_COLLECTIONS_PATH": str(collections_folder()), "ANSIBLE_HOME": str(tmp_path), "ANSIBLE_NOCOLOR": "1", "LC_ALL": "C.UTF-8"}
    words = [*command, "-e", "win_rdp_info_is_windows=false"]
    done = subprocess.run(words, cwd=tmp_path, env=kept | own, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert "failed=0" in done.stdout
