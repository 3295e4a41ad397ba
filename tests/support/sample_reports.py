# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reports of the made-up hosts, to look at and to test with.

``python -m ansible_collections.rdpops.health.tests.support.sample_reports FOLDER [HOSTS]`` writes them into a folder.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import Verdict
from ansible_collections.rdpops.health.plugins.plugin_utils._report.build import host_report
from ansible_collections.rdpops.health.plugins.plugin_utils._report.text import summary
from ansible_collections.rdpops.health.plugins.plugin_utils._report.write import publish_fleet, write_host

from .sample_hosts import CASES, healthy
from .sample_parts import ERROR_CODE, NOW, RUN


def reports(count: int = len(CASES), *, unhealthy: int | None = None, error_code: bool = True) -> Iterable[dict[str, Any]]:
    """Make the reports of the eight hosts, then more of the same: the first ``unhealthy`` ones are, the rest are healthy."""
    for number in range(count):
        make = CASES[number % len(CASES)] if unhealthy is None else CASES[1 + number % (len(CASES) - 1)] if number < unhealthy else healthy
        judgement, facts, source = make() if number < len(CASES) and unhealthy is None else make(f"host-{number:05d}")
        given = ERROR_CODE if error_code and judgement.verdict is Verdict.FAILING else None
        took = 412 + number % 90
        yield host_report(judgement, facts, RUN, source=source, duration_ms=took, error_code=given)  # type: ignore[arg-type]  # source is plain text here


def main() -> None:
    folder = Path(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else len(CASES)
    for report in reports(count, unhealthy=None if count == len(CASES) else count // 10):
        write_host(folder, report)
    published = publish_fleet(folder, RUN, written_at=NOW + timedelta(seconds=4))
    print(summary(published.index, str(published.page)))


if __name__ == "__main__":
    main()
