# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A look after a repair of the same run knows the repair by its report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.after import before_this_look
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.run import RUN
from ansible_collections.rdpops.health.plugins.plugin_utils._report.build import HOST_SCHEMA


@pytest.mark.parametrize(
    ("changes", "mended"),
    [
        ({}, True),
        ({"enforced": {"changed": False}}, False),
        ({"enforced": None}, False),
        ({"complaint": "0x904/0x7"}, False),  # it was explained by nothing before the repair either
        ({"run": {"id": "another"}}, False),
        ({"run": None}, False),
    ],
)
def test_what_a_client_showed_is_older_than_a_repair_of_this_run(tmp_path: Path, changes: dict[str, Any], mended: bool) -> None:
    report = {"schema": HOST_SCHEMA, "run": {"id": RUN.id}, "enforced": {"changed": True}, "complaint": None, **changes}
    (tmp_path / "hosts").mkdir()
    (tmp_path / "hosts" / "rds01.json").write_text(json.dumps(report), encoding="utf-8")
    assert before_this_look(tmp_path, "rds01").mended is mended
    assert before_this_look(tmp_path, "another").mended is False
