# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the functions of the target's modules say in a script of the folder ``scripts``."""

from __future__ import annotations

import json
from typing import Any

import pytest

from . import powershell


def said_by(found: powershell.Engine | str, script: str, *arguments: object) -> dict[str, Any]:
    """Return what a script says as JSON, or skip the test where there is no engine.

    :param found: the engine, or why there is none.
    """
    if isinstance(found, str):
        pytest.skip(found)
    answer = found.run_file(powershell.SCRIPTS / script, *map(str, arguments))
    assert answer.rc == 0, answer.stderr + answer.stdout
    said: dict[str, Any] = json.loads(answer.stdout)
    return said
