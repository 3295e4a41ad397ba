# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One identity per process, shared with every fork of it, and another one for the next run."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime, timezone

from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.run import RUN, begin_run

from tests.conftest import collections_folder

MODULE = "ansible_collections.rdpops.health.plugins.plugin_utils._ansible.run"


def test_a_run_is_named_after_its_start() -> None:
    assert begin_run(datetime(2026, 11, 20, 8, 15, 30, tzinfo=timezone.utc), "ab12").id == "20261120T081530Z-ab12"


def test_forks_share_the_identity_of_their_parent() -> None:
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.write(writer, RUN.id.encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reader, 100).decode() == RUN.id
    os.close(reader)
    os.close(writer)


def test_two_runs_differ_though_they_start_in_the_same_second() -> None:
    program = f"import sys; sys.path.insert(0, {str(collections_folder())!r}); from {MODULE} import RUN; print(RUN.id)"
    first, second = (subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout for dummy in range(2))
    assert first != second
