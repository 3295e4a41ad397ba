# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts that the lab's tests share, and the reason by which they are skipped where no lab host can be had.

With ``RDPOPS_LAB=required`` a lab that cannot be had is a failure: so it is where everything it needs should be there.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator

import pytest
from _pytest.runner import runtestprotocol

from tests.lab.host import LabHost, lab_host, missing_part


@pytest.fixture(scope="session")
def lab() -> None:
    """Skip by name, or fail, unless lab hosts can be had here."""
    reason = missing_part()
    if reason and os.environ.get("RDPOPS_LAB") == "required":
        pytest.fail(f"the lab is required here: {reason}")
    if reason:
        pytest.skip(reason)


@pytest.fixture(scope="session")
def host(lab: None) -> Iterator[LabHost]:
    """One host, reached over HTTPS, for tests that change nothing on it."""
    with lab_host("one", "oracle", https=True) as found:
        yield found


def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    """Run a test that failed once more, and say so: on a busy machine Wine now and then loses the output of a program or a start.

    A second failure counts. A fixture that failed is not made again, so a lab that does not come up stays a failure.
    """
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    reports = runtestprotocol(item, nextitem=nextitem, log=False)
    if any(report.failed and report.when == "call" for report in reports):
        warnings.warn(f"{item.nodeid} failed once and was run again", stacklevel=1)
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True
