# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Refuse a task for what a person handed in, and leave a report that says why, so that the fleet's report does not lose the host."""

from __future__ import annotations

import contextlib
from datetime import datetime, timezone
from typing import Any  # Any: results are JSON documents

from .._report.write import ReportError, write_host
from .options import BadInputError, folder
from .runs import report_run
from .verdict import bad_input_report


def refuse(host: str, problem: str, *, report_dir: Any, mode: str, check_mode: Any, action: str) -> dict[str, Any]:
    """Return the failed result, with the report written where the folder can be used.

    :param report_dir: the option as it was given, whatever it is: the folder itself may be what is wrong.
    """
    failure = {"failed": True, "changed": False, "msg": problem}
    with contextlib.suppress(BadInputError):
        target = folder("report_dir", report_dir if isinstance(report_dir, str) else "", action).expanduser()
        report = bad_input_report(host, problem, now=datetime.now(timezone.utc), run=report_run(mode, check_mode=bool(check_mode)))
        try:
            write_host(target, report)
        except ReportError as exc:
            failure["msg"] = f"{problem} {exc}"
    return failure
