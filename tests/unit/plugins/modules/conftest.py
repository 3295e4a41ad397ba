# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What win_rdp_info said on a Wine host, asked once for all tests of it."""

from __future__ import annotations

import fcntl
import json
import os
from typing import Any

import pytest
from ansible_collections.rdpops.health.tests.support import powershell
from ansible_collections.rdpops.health.tests.support.info_host import ask


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the module said; asked once for all workers of a test run, because it takes 15 s."""
    found = powershell.find_windows_engine()
    if isinstance(found, str):
        pytest.skip(found)
    base = tmp_path_factory.getbasetemp()
    common = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    kept = common / "win_rdp_info.json"
    with (common / "win_rdp_info.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if not kept.exists():
            kept.write_text(json.dumps(ask(tmp_path_factory.mktemp("ansible"))), encoding="utf-8")
    answers: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
    return answers


@pytest.fixture
def subsets(told: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = told["whole"]["snapshot"]["subsets"]
    return found
